"""Stored and waiting notes as one list, and the runs that they tell of."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from controller.core.clock import DAY_MS, Instant
from controller.core.reason import Reason, ReasonCode
from controller.ports import NoteKind
from controller.storage.records import NoteRow, decode_reason, from_json, rebuild_reason, to_json
from controller.storage.timeline import Mark
from controller.views import RunRecord

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)
_LONGEST_RUN_MS: Final = 365 * DAY_MS
"""Longer runs are damage."""
MOST_MARKS: Final = 200_000
"""Notes looked at for one span: some years of an ordinary house."""
_COLUMNS: Final = "id, session, loop, at_ms, utc_ms, kind, reason, reason_values, details"


@dataclass(frozen=True, slots=True)
class Entry:
    """One note as it was kept; ``kind`` may be the word of another version."""

    id: int
    session: int
    loop: str
    at: Instant
    utc_ms: int | None
    kind: str
    reason: Reason
    details: Mapping[str, object]


def when(utc_ms: int) -> datetime:
    """Return the moment, in UTC; a damaged value becomes the nearest one that a calendar has."""
    return _EPOCH + min(timedelta(milliseconds=min(max(0, utc_ms), 2**53)), _LAST - _EPOCH)


class Notebook:
    """The notes at the moment of one question.

    Args:
        connection: The data file; None when it cannot be read.
        waiting: Notes that are not in the file yet.
        base_id: What their place in the session is counted from.
        session: The session going on.
    """

    def __init__(
        self, connection: sqlite3.Connection | None, waiting: Iterable[NoteRow], base_id: int, session: int
    ) -> None:
        self._connection = connection
        self._session = session
        self._waiting = [_waiting_entry(row, base_id, session) for row in waiting]

    def page(
        self, limit: int, before_id: int | None, loop: str | None, kinds: Sequence[NoteKind] = ()
    ) -> list[Entry]:
        """Return the newest notes before an id, newest first; of one loop and of some kinds if given."""
        before = 2**62 if before_id is None else before_id
        conditions = ["id < ?"]
        values: list[object] = [before]
        if loop is not None:
            conditions.append("loop = ?")
            values.append(loop)
        if kinds:
            conditions.append(f"kind IN ({', '.join('?' * len(kinds))})")
            values.extend(kinds)
        stored = self._select(f"{' AND '.join(conditions)} ORDER BY id DESC LIMIT ?", (*values, limit))
        waiting = [
            entry
            for entry in self._waiting
            if entry.id < before and loop in (None, entry.loop) and (not kinds or entry.kind in kinds)
        ]
        return sorted(_merged(stored, waiting), key=lambda entry: -entry.id)[:limit]

    def marks(self, loop: str, kinds: Sequence[NoteKind], span: tuple[int, int]) -> list[Mark]:
        """Return a loop's notes of some kinds over a span of UTC milliseconds, in the order of their ids."""
        waiting = [
            Mark(entry.id, entry.session, entry.at, entry.utc_ms, entry.kind, to_json(entry.details))
            for entry in self._waiting
            if entry.loop == loop
            and entry.kind in kinds
            and entry.utc_ms is not None
            and span[0] <= entry.utc_ms < span[1]
        ]
        found = {mark.id: mark for mark in (*waiting, *self._stored_marks(loop, kinds, span))}
        return [found[key] for key in sorted(found)]

    def _stored_marks(self, loop: str, kinds: Sequence[NoteKind], span: tuple[int, int]) -> Iterator[Mark]:
        if self._connection is None:
            return
        for kind in kinds:
            # Every text costs a call into Python: only draws have some that are looked at.
            details = ", details" if kind is NoteKind.DRAWN else ""
            rows = self._connection.execute(
                f"SELECT id, session, at_ms, utc_ms{details} FROM notes"
                # The kind stands in the question, or its index would not be used. Flipped bits leave values of other types.
                f" WHERE loop = ? AND kind = '{kind.value}' AND utc_ms >= ? AND utc_ms < ?"
                " AND typeof(session) = 'integer' AND typeof(at_ms) = 'integer' LIMIT ?",
                (loop, *span, MOST_MARKS),
            )
            for number, session, at, utc_ms, *told in rows:
                yield Mark(number, session, at, utc_ms, kind.value, *told)

    def run(self, opening: Entry) -> RunRecord:
        """Return the run that a start tells of, or the refusal."""
        refused = opening.kind == NoteKind.REFUSED
        closing = None if refused else self._closing(opening)
        started_at = when(self._known_ms_before(opening) if opening.utc_ms is None else opening.utc_ms)
        return RunRecord(
            id=opening.id,
            loop=opening.loop,
            started_at=started_at,
            ended_at=_ended_at(started_at, opening, closing),
            by=_text(opening.details, "by") or "",
            who=_text(opening.details, "who"),
            fixture=_text(opening.details, "fixture"),
            start_reason=_wanted(opening) if refused else opening.reason,
            stop_reason=opening.reason if refused else self._stop_reason(opening, closing),
            refused=refused,
            start_c=_temperatures(opening.details, "start_c."),
            end_c=_temperatures(closing.details, "end_c.") if closing else {},
            time_known=opening.utc_ms is not None,
        )

    def _closing(self, opening: Entry) -> Entry | None:
        kinds = (NoteKind.RUN_STARTED, NoteKind.RUN_ENDED)
        stored = self._select(
            "loop = ? AND session = ? AND id > ? AND kind IN (?, ?) ORDER BY id LIMIT 1",
            (opening.loop, opening.session, opening.id, *kinds),
        )
        waiting = [
            entry
            for entry in self._waiting
            if entry.id > opening.id
            and (entry.loop, entry.session) == (opening.loop, opening.session)
            and entry.kind in kinds
        ]
        after = min(_merged(stored, waiting), key=lambda entry: entry.id, default=None)
        return after if after is not None and after.kind == NoteKind.RUN_ENDED else None

    def _stop_reason(self, opening: Entry, closing: Entry | None) -> Reason | None:
        if closing is not None:
            return closing.reason
        return None if opening.session == self._session else Reason.of(ReasonCode.END_UNSEEN)

    def _known_ms_before(self, entry: Entry) -> int:
        found = self._select("id < ? AND utc_ms IS NOT NULL ORDER BY id DESC LIMIT 1", (entry.id,))
        return (found[0].utc_ms or 0) if found else 0

    def _select(self, conditions: str, values: tuple[object, ...]) -> list[Entry]:
        if self._connection is None:
            return []
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM notes WHERE {conditions}", values)
        return [entry for row in rows if (entry := _stored_entry(row)) is not None]


def _stored_entry(row: tuple[object, ...]) -> Entry | None:
    """Return a row as an entry; None when flipped bits have left values of other kinds."""
    note_id, session, loop, at, utc_ms, kind, code, values, details = row
    if not (isinstance(note_id, int) and isinstance(session, int) and isinstance(at, int)):
        return None
    if not (isinstance(loop, str) and isinstance(kind, str)):
        return None
    return Entry(
        id=note_id,
        session=session,
        loop=loop,
        at=at,
        utc_ms=utc_ms if isinstance(utc_ms, int) else None,
        kind=kind,
        reason=decode_reason(str(code), str(values)),
        details=from_json(str(details)),
    )


def _waiting_entry(row: NoteRow, base_id: int, session: int) -> Entry:
    reason = decode_reason(row.reason, row.reason_values)
    details = from_json(row.details)
    return Entry(base_id + row.seq, session, row.loop, row.at, row.utc_ms, row.kind, reason, details)


def _merged(stored: Iterable[Entry], waiting: Iterable[Entry]) -> list[Entry]:
    # A note that was committed between the two looks is in both.
    return list({entry.id: entry for entry in (*waiting, *stored)}.values())


def _ended_at(started_at: datetime, opening: Entry, closing: Entry | None) -> datetime | None:
    # By the monotonic clock: a wall clock set during a run must not make it an hour long, or end before its start.
    if closing is None:
        return None
    ran = timedelta(milliseconds=min(max(0, closing.at - opening.at), _LONGEST_RUN_MS))
    return started_at + ran if started_at < _LAST - ran else _LAST


def _wanted(refusal: Entry) -> Reason:
    code = _text(refusal.details, "wanted_code")
    if code is None:
        return refusal.reason
    prefix = "wanted."
    values = {name.removeprefix(prefix): v for name, v in refusal.details.items() if name.startswith(prefix)}
    return rebuild_reason(code, values)


def _text(details: Mapping[str, object], name: str) -> str | None:
    value = details.get(name)
    return value if isinstance(value, str) else None


def _temperatures(details: Mapping[str, object], prefix: str) -> dict[str, float]:
    return {
        name.removeprefix(prefix): float(value)
        for name, value in details.items()
        if name.startswith(prefix) and isinstance(value, int | float)
    }
