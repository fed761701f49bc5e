"""What has been given but is not on the disk yet: bounded, ordered, and the only thing that threads share."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias, TypeVar

from controller.core.clock import Instant
from controller.storage.records import CommandRow, NoteRow, ReadingRow, SnapshotRow

CAPACITY: Final = 20_000
"""Rows held in memory while the disk does not take them: some 10 MB, days of notes."""
READINGS_WAIT_S: Final = 60.0
"""Readings, and snapshots that follow no note, wait so long for company: SD cards wear out by commits."""

Row: TypeAlias = NoteRow | CommandRow | ReadingRow
_R = TypeVar("_R", NoteRow, CommandRow, ReadingRow)


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything that was waiting at one moment; committed as a whole.

    Args:
        upto: Place of the newest row.
        notes, commands, readings, snapshots: Rows in order.
        offset_ms: UTC minus instant, when rows without a time can get one now.
        memory: Small values to keep with the batch.
    """

    upto: int
    notes: tuple[NoteRow, ...] = ()
    commands: tuple[CommandRow, ...] = ()
    readings: tuple[ReadingRow, ...] = ()
    snapshots: tuple[SnapshotRow, ...] = ()
    offset_ms: int | None = None
    memory: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows given up for want of room while the disk did not take them."""

    readings: int = 0
    commands: int = 0
    notes: int = 0


class Outbox:
    """Rows on their way from the control loop to the writer. Every method may be called from any thread.

    Rows leave only when the writer confirms that they are on the disk, so a failed commit loses nothing. When the
    room is used up readings are dropped first, then commands, and notes last; the oldest of each first.

    Args:
        capacity: Rows to hold at most.
        clock: Monotonic seconds; decides only how long rows wait for company.
    """

    def __init__(self, capacity: int = CAPACITY, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = capacity
        self._clock = clock
        self._changed = threading.Condition()
        self._notes: deque[NoteRow] = deque()
        self._commands: deque[CommandRow] = deque()
        self._readings: deque[ReadingRow] = deque()
        self._snapshots: dict[str, SnapshotRow] = {}
        self._seq = self._kept_to = self._due_to = self._flush_to = 0
        self._news_of: set[str] = set()
        self._timeless_to = self._backfilled_to = 0
        self._offset_ms: int | None = None
        self._latest: tuple[Instant, int] | None = None
        self._patient_since: float | None = None
        self._failures = 0
        self._closing = self._over = False
        self._dropped = Dropped()

    # -- giving: the control loop ---------------------------------------------------------------------------

    def put_note(self, row: NoteRow) -> None:
        """Take a note; the writer is woken at once."""
        with self._changed:
            self._notes.append(self._numbered(row))
            self._hurry(row.loop)

    def put_command(self, row: CommandRow) -> None:
        """Take a command; the writer is woken at once."""
        with self._changed:
            self._commands.append(self._numbered(row))
            self._hurry(row.loop)

    def put_reading(self, row: ReadingRow) -> None:
        """Take a reading; it may wait for company."""
        with self._changed:
            self._readings.append(self._numbered(row))
            self._begin_waiting()
            self._make_room()

    def put_snapshot(self, loop: str, state: str) -> None:
        """Take the newest state of a loop; an older one that still waits is replaced.

        A state that follows a note or a command goes out at once, as it may hold what the note tells; one that
        only follows temperatures waits for company.
        """
        with self._changed:
            self._seq += 1
            self._snapshots[loop] = SnapshotRow(self._seq, loop, state)
            if loop in self._news_of:
                self._news_of.discard(loop)
                self._due_to = self._seq
                self._changed.notify_all()
            else:
                self._begin_waiting()

    def _numbered(self, row: _R) -> _R:
        self._seq += 1
        if row.utc_ms is None:
            self._timeless_to, self._offset_ms = self._seq, None
        else:
            self._latest = (row.at, row.utc_ms)
            self._offset_ms = row.utc_ms - row.at
        return replace(row, seq=self._seq)

    def _hurry(self, loop: str) -> None:
        self._news_of.add(loop)
        self._due_to = self._seq
        self._make_room()
        self._changed.notify_all()

    def _begin_waiting(self) -> None:
        if self._patient_since is None:
            self._patient_since = self._clock()
            self._changed.notify_all()

    def _make_room(self) -> None:
        while len(self._notes) + len(self._commands) + len(self._readings) > self._capacity:
            old = self._dropped
            if self._readings:
                self._readings.popleft()
                self._dropped = replace(old, readings=old.readings + 1)
            elif self._commands:
                self._commands.popleft()
                self._dropped = replace(old, commands=old.commands + 1)
            else:
                self._notes.popleft()
                self._dropped = replace(old, notes=old.notes + 1)

    # -- taking: the writer ---------------------------------------------------------------------------------

    def take(self, *, not_before: float = 0.0, wait: bool = True) -> Batch | None:
        """Return everything that waits as soon as something is due.

        Args:
            not_before: Moment of the clock before which only a flush or the close counts as due.
            wait: Return None rather than wait.

        Returns:
            The rows; None when nothing is due and ``wait`` is off, or after ``close``.
        """
        with self._changed:
            while not self._is_due(not_before):
                if not wait or self._closing:
                    return None
                self._changed.wait(self._patience_s(not_before))
            return self._batch()

    def _is_due(self, not_before: float) -> bool:
        waiting = self._seq > self._kept_to
        if waiting and (self._closing or self._flush_to > self._kept_to):
            return True
        if self._clock() < not_before:
            return False
        if self._due_to > self._kept_to or self._can_backfill():
            return True
        since = self._patient_since
        return waiting and since is not None and self._clock() >= since + READINGS_WAIT_S

    def _patience_s(self, not_before: float) -> float | None:
        now, since = self._clock(), self._patient_since
        if now < not_before:
            return not_before - now
        return None if since is None else max(0.0, since + READINGS_WAIT_S - now)

    def _can_backfill(self) -> bool:
        return self._offset_ms is not None and self._timeless_to > self._backfilled_to

    def _batch(self) -> Batch:
        return Batch(
            upto=self._seq,
            notes=tuple(self._notes),
            commands=tuple(self._commands),
            readings=tuple(self._readings),
            snapshots=tuple(self._snapshots.values()),
            offset_ms=self._offset_ms if self._can_backfill() else None,
        )

    def confirm(self, batch: Batch) -> None:
        """The batch is on the disk: let it go and tell whoever waits for it."""
        with self._changed:
            for rows in (self._notes, self._commands, self._readings):
                while rows and rows[0].seq <= batch.upto:
                    rows.popleft()
            for row in batch.snapshots:
                if self._snapshots.get(row.loop) == row:
                    del self._snapshots[row.loop]
            self._kept_to = batch.upto
            if batch.offset_ms is not None:
                self._backfilled_to = batch.upto
            self._patient_since = self._clock() if self._seq > batch.upto else None
            self._changed.notify_all()

    def failed(self) -> None:
        """The batch did not get to the disk: it stays, and whoever waits for it is told."""
        with self._changed:
            self._failures += 1
            self._flush_to = self._kept_to
            self._changed.notify_all()

    def finish(self) -> None:
        """The writer has ended: nobody need wait any more."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    # -- asking ---------------------------------------------------------------------------------------------

    def flush(self, timeout_s: float) -> bool:
        """Wait until everything given so far is on the disk; False when that failed or took too long."""
        with self._changed:
            target, failures = self._seq, self._failures
            self._flush_to = max(self._flush_to, target)
            self._changed.notify_all()
            self._changed.wait_for(
                lambda: self._kept_to >= target or self._failures > failures or self._over, timeout_s
            )
            return self._kept_to >= target

    def close(self) -> None:
        """Ask the writer to write what is left and to end."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()

    @property
    def closing(self) -> bool:
        """Return whether the writer has been asked to end."""
        with self._changed:
            return self._closing

    @property
    def is_empty(self) -> bool:
        """Return whether everything given is on the disk."""
        with self._changed:
            return self._kept_to >= self._seq

    @property
    def dropped(self) -> Dropped:
        """Return what was given up for want of room."""
        with self._changed:
            return self._dropped

    @property
    def latest(self) -> tuple[Instant, int] | None:
        """Return the newest instant with its UTC milliseconds; None before the clock was trusted."""
        with self._changed:
            return self._latest

    def waiting_notes(self) -> tuple[NoteRow, ...]:
        """Return the notes that are not on the disk yet, with their time when it is known by now."""
        with self._changed:
            return tuple(self._timed(row) for row in self._notes)

    def waiting_readings(self) -> tuple[ReadingRow, ...]:
        """Return the readings that are not on the disk yet, with their time when it is known by now."""
        with self._changed:
            return tuple(self._timed(row) for row in self._readings)

    def _timed(self, row: _R) -> _R:
        if row.utc_ms is not None or self._offset_ms is None:
            return row
        return replace(row, utc_ms=row.at + self._offset_ms)
