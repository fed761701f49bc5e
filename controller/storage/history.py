"""The reading side: runs, notes and temperatures, from the file and from what waits to get there."""

import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from controller.core.reason import Reason
from controller.ports import NoteKind
from controller.storage.connections import reading_connection
from controller.storage.notebook import Notebook, when
from controller.storage.outbox import Outbox
from controller.storage.writer import Condition
from controller.views import RunRecord

MOST_ROWS: Final = 1_000
"""Longest page."""
MOST_POINTS: Final = 5_000
"""Most points of all curves together."""

_Reading: TypeAlias = tuple[str, str, int, float]
"""Loop, sensor, UTC milliseconds, C."""

_A = TypeVar("_A")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """One note of the history.

    Args:
        id: Grows with time.
        loop: Name of the loop.
        at: When, in UTC; None when the clock was not set.
        kind: What happened: a ``NoteKind``, or the word of another version.
        reason: Why.
        details: Further values, units in the names.
    """

    id: int
    loop: str
    at: datetime | None
    kind: str
    reason: Reason
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ReadingRecord:
    """One temperature of the history: loop, role of the sensor, when in UTC, and value in C."""

    loop: str
    sensor: str
    at: datetime
    value_c: float


class History:
    """Answers questions about the past. Each may take long, so it is asked from a worker thread.

    A file that cannot be read is logged, and the answer is what this session still holds in memory.

    Args:
        path: The data file.
        outbox: Rows that wait; they are part of every answer.
        condition: Returns how the writer is doing.
    """

    def __init__(self, path: Path, outbox: Outbox, condition: Callable[[], Condition]) -> None:
        self._path = path
        self._outbox = outbox
        self._condition = condition

    def runs(
        self,
        limit: int,
        before_id: int | None = None,
        loop: str | None = None,
        *,
        with_refusals: bool = False,
    ) -> list[RunRecord]:
        """Return runs, the newest first; their times are in UTC.

        Args:
            limit: At most so many, and never more than ``MOST_ROWS``.
            before_id: Only older ones than this id.
            loop: Only of this loop.
            with_refusals: Also what was wanted and refused.
        """
        kinds = (NoteKind.RUN_STARTED, NoteKind.REFUSED) if with_refusals else (NoteKind.RUN_STARTED,)
        rows = max(0, min(limit, MOST_ROWS))
        return self._answer(
            lambda book: [book.run(entry) for entry in book.page(rows, before_id, loop, kinds)]
        )

    def notes(self, limit: int, before_id: int | None = None, loop: str | None = None) -> list[NoteRecord]:
        """Return notes of every kind, the newest first; arguments as for ``runs``."""
        rows = max(0, min(limit, MOST_ROWS))
        entries = self._answer(lambda book: book.page(rows, before_id, loop))
        return [
            NoteRecord(
                id=entry.id,
                loop=entry.loop,
                at=None if entry.utc_ms is None else when(entry.utc_ms),
                kind=entry.kind,
                reason=entry.reason,
                details=entry.details,
            )
            for entry in entries
        ]

    def readings(self, since: datetime, until: datetime, max_points: int = 500) -> list[ReadingRecord]:
        """Return the temperatures from ``since`` until before ``until``, oldest first.

        Where there are more than ``max_points``, all curves together, each equal span of time is told by the last
        value of each curve: one that was measured, not a mean that never was. Every curve keeps one point at least.
        """
        first_ms, last_ms = _utc_ms(since), _utc_ms(until)
        points = max(1, min(max_points, MOST_POINTS))
        waiting = [
            (row.loop, row.sensor, row.utc_ms, row.value_c)
            for row in self._outbox.waiting_readings()
            if row.utc_ms is not None and first_ms <= row.utc_ms < last_ms
        ]
        span_ms = max(1, -(-(last_ms - first_ms) // points))
        rows = _last_of_each(
            (*self._stored_readings(first_ms, last_ms, span_ms), *waiting), first_ms, span_ms
        )
        curves = len({row[:2] for row in rows})
        if len(rows) > points:
            span_ms = max(1, -(-(last_ms - first_ms) // max(1, points // curves)))
            rows = _last_of_each(rows, first_ms, span_ms)
        records = [
            ReadingRecord(loop, sensor, when(utc_ms), value_c) for loop, sensor, utc_ms, value_c in rows
        ]
        return sorted(records, key=lambda record: (record.at, record.loop, record.sensor))

    def _stored_readings(self, first_ms: int, last_ms: int, span_ms: int) -> list[_Reading]:
        if self._condition().base_id is None:
            return []
        try:
            with reading_connection(self._path) as connection:
                # SQLite takes the bare column value_c from the row that holds the max().
                rows = connection.execute(
                    "SELECT loop, sensor, max(utc_ms), value_c FROM readings JOIN series ON series.id = series"
                    " WHERE utc_ms >= ? AND utc_ms < ? GROUP BY series, (utc_ms - ?) / ?",
                    (first_ms, last_ms, first_ms, span_ms),
                )
                return [row for row in rows if _is_reading(row)]
        except (sqlite3.Error, UnicodeDecodeError) as error:
            _log.warning("temperatures cannot be read from %s: %s", self._path, error)
            return []

    def _answer(self, question: Callable[[Notebook], _A]) -> _A:
        condition = self._condition()
        waiting = self._outbox.waiting_notes()
        base_id, session = condition.base_id or 0, condition.session or 0
        if condition.base_id is not None:
            try:
                with reading_connection(self._path) as connection:
                    return question(Notebook(connection, waiting, base_id, session))
            except (sqlite3.Error, UnicodeDecodeError) as error:
                _log.warning("history cannot be read from %s: %s", self._path, error)
        return question(Notebook(None, waiting, base_id, session))


def _last_of_each(rows: Iterable[_Reading], first_ms: int, span_ms: int) -> list[_Reading]:
    newest: dict[tuple[str, str, int], _Reading] = {}
    for row in rows:
        key = (row[0], row[1], (row[2] - first_ms) // span_ms)
        newest[key] = max(newest.get(key, row), row)
    return list(newest.values())


def _is_reading(row: tuple[object, ...]) -> bool:
    # Flipped bits leave values of other kinds.
    return all(isinstance(value, kind) for value, kind in zip(row, (str, str, int, int | float), strict=True))


def _utc_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
