"""The reading side: runs, notes and temperatures, from the file and from what waits to get there."""

import logging
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from controller.core.reason import Reason
from controller.ports import NoteKind
from controller.storage.connections import reading_connection
from controller.storage.notebook import Notebook, when
from controller.storage.outbox import Outbox
from controller.storage.thinned import Reading, extremes
from controller.storage.timeline import KINDS, REACH_MS, Timeline, timeline
from controller.storage.writer import Condition
from controller.views import RunRecord

MOST_ROWS: Final = 1_000
"""Longest page."""
MOST_POINTS: Final = 5_000
"""Most points of all curves together."""

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

    def readings(
        self, since: datetime, until: datetime, max_points: int = 500, loop: str | None = None
    ) -> list[ReadingRecord]:
        """Return the temperatures from ``since`` until before ``until``, oldest first; of one loop if given.

        Where there are more than ``max_points``, all curves together, each equal span of time is told by the lowest and
        the highest value of each curve: two that were measured, not a mean that never was. Every curve keeps one point
        at least.
        """
        first_ms, last_ms = _utc_ms(since), _utc_ms(until)
        waiting: list[Reading] = [
            (row.loop, row.sensor, row.utc_ms, row.value_c)
            for row in self._outbox.waiting_readings()
            if row.utc_ms is not None and first_ms <= row.utc_ms < last_ms and loop in (None, row.loop)
        ]
        rows = self._stored_readings((first_ms, last_ms), max(1, min(max_points, MOST_POINTS)), loop, waiting)
        records = [
            ReadingRecord(name, sensor, when(utc_ms), value_c) for name, sensor, utc_ms, value_c in rows
        ]
        return sorted(records, key=lambda record: (record.at, record.loop, record.sensor))

    def _stored_readings(
        self, span: tuple[int, int], points: int, loop: str | None, waiting: list[Reading]
    ) -> list[Reading]:
        if self._condition().base_id is None:
            return extremes(None, span, points, loop, waiting)
        try:
            with reading_connection(self._path) as connection:
                return extremes(connection, span, points, loop, waiting)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            _log.warning("temperatures cannot be read from %s: %s", self._path, error)
            return extremes(None, span, points, loop, waiting)

    def timeline(self, loop: str, since: datetime, until: datetime, most: int) -> Timeline:
        """Return a loop's runs and draws over a span; each at most ``most``, neighbours told together beyond that."""
        span = (_utc_ms(since), _utc_ms(until))
        session = self._condition().session or 0
        marks = self._answer(lambda book: book.marks(loop, KINDS, (span[0] - REACH_MS, span[1])))
        return timeline(marks, span, max(1, min(most, MOST_POINTS)), session)

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


def _utc_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
