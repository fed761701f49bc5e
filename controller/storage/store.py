"""The storage as the rest of the controller sees it."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from controller.central import CentralSettings
from controller.core.clock import Instant
from controller.core.decision import Command
from controller.ports import Note
from controller.storage.central import Copier
from controller.storage.history import History, NoteRecord, ReadingRecord
from controller.storage.lock import DataLock
from controller.storage.outbox import Dropped, Outbox
from controller.storage.records import CommandRow, NoteRow, ReadingRow, encode_values, from_json, to_json
from controller.storage.retention import Retention
from controller.storage.thinning import Point, Thinner
from controller.storage.timeline import Timeline
from controller.storage.writer import Writer
from controller.views import RunRecord

FLUSH_S: Final = 5.0
"""Longest wait for the disk when someone waits for an answer."""
COPY_END_S: Final = 1.0
"""So long the end waits for a copy going on; it is completed after the next start."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Health:
    """How the storage is doing.

    Args:
        ok: History is being kept.
        trouble: Why not, as a sentence; empty when it is.
        notices: What a person should know all the same, such as where a damaged file went.
        dropped: Rows given up for want of room while the disk did not take them.
        copy: How the copy in a central database is doing, as a sentence; empty when there is none.
    """

    ok: bool
    trouble: str
    notices: tuple[str, ...]
    dropped: Dropped
    copy: str = ""


class Storage:
    """Journal, snapshots and history in one data file; a ``Journal`` and a ``SnapshotStore``.

    Trouble with the disk never comes out of here: the controller goes on, the newest rows are held in memory, and
    ``health`` says why. See the package for who may call what, and for the order of a shutdown.

    Args:
        path: The data file; made with its folder when it is not there.
        to_utc: Returns UTC milliseconds for an instant, or None while the wall clock is not trusted.
        retention: How long things are kept.
        central: Where a copy of the history goes; nowhere by default.

    Raises:
        DataFileInUse: Another controller runs on the file.
        DataFileRefused: The file belongs to a newer version or to another program.
    """

    def __init__(
        self,
        path: Path,
        to_utc: Callable[[Instant], int | None],
        retention: Retention | None = None,
        central: CentralSettings | None = None,
    ) -> None:
        self._to_utc = to_utc
        self._lock = _lock(path)
        self._outbox = Outbox()
        self._thinner = Thinner()
        self._states: dict[str, str] = {}
        self._writer = Writer(path, self._outbox, lambda: dict(self._states), retention or Retention())
        self._history = History(path, self._outbox, lambda: self._writer.condition)
        self._closed = False
        try:
            self._states.update(self._writer.open())
        except BaseException:
            self._release()
            raise
        self._writer.start()
        self._copier = None if central is None else Copier(path, central)
        if self._copier is not None:
            self._copier.start()

    # -- Journal --------------------------------------------------------------------------------------------

    def note(self, loop: str, note: Note, /) -> None:
        """Keep one fact. Never waits, never raises."""
        self._outbox.put_note(
            NoteRow(
                seq=0,
                loop=loop,
                at=note.at,
                utc_ms=self._to_utc(note.at),
                kind=note.kind.value,
                reason=note.reason.code.value,
                reason_values=encode_values(note.reason),
                details=to_json(note.details),
            )
        )

    def command(self, loop: str, command: Command, /) -> None:
        """Keep one command. Never waits, never raises."""
        self._outbox.put_command(
            CommandRow(
                seq=0,
                loop=loop,
                at=command.at,
                utc_ms=self._to_utc(command.at),
                run=command.run,
                lease_ms=command.lease_ms,
                reason=command.reason.code.value,
                reason_values=encode_values(command.reason),
            )
        )

    def reading(self, loop: str, sensor: str, at: Instant, value_c: float, /) -> None:
        """Keep one temperature in C, if it tells something that the ones before did not. Never waits or raises."""
        for point in self._thinner.admit(loop, sensor, Point(at, value_c)):
            self._outbox.put_reading(
                ReadingRow(0, loop, sensor, point.at, self._to_utc(point.at), point.value_c)
            )

    # -- SnapshotStore --------------------------------------------------------------------------------------

    def save(self, loop: str, snapshot: Mapping[str, object], /) -> None:
        """Keep the newest state of a loop. Never waits, never raises; a state that has not changed costs nothing."""
        state = to_json(snapshot)
        if self._states.get(loop) != state:
            self._states[loop] = state
            self._outbox.put_snapshot(loop, state)

    def load(self, loop: str, /) -> Mapping[str, object] | None:
        """Return the newest state of a loop, or None when there is none."""
        state = self._states.get(loop)
        return None if state is None else from_json(state)

    # -- keeping --------------------------------------------------------------------------------------------

    @property
    def health(self) -> Health:
        """Return how the storage is doing."""
        condition = self._writer.condition
        dropped = self._outbox.dropped
        copy = "" if self._copier is None else self._copier.condition
        return Health(not condition.trouble, condition.trouble, condition.notices, dropped, copy)

    @property
    def ok(self) -> bool:
        """Return whether history is being kept."""
        return self.health.ok

    def flush(self, timeout_s: float = FLUSH_S) -> bool:
        """Wait until everything given before this call is on the disk; False when it did not get there in time.

        For shutdown and tests; the control loop uses ``flushed``.
        """
        return self._outbox.flush(timeout_s)

    async def flushed(self, timeout_s: float = FLUSH_S) -> bool:
        """As ``flush``, without holding up the event loop: await it before telling a person that a thing is kept."""
        return await asyncio.to_thread(self.flush, timeout_s)

    def close(self, timeout_s: float = 2 * FLUSH_S) -> bool:
        """Write what is left, end the writer, let go of the file; return whether everything was kept.

        A second call does nothing. When the disk hangs for longer than ``timeout_s`` the lock stays taken until
        the process ends, because the writer may still be at work.
        """
        if self._closed:
            return True
        self._closed = True
        if self._copier is not None:
            self._copier.close(COPY_END_S)
        self._outbox.close()
        ended = self._writer.join(timeout_s)
        if ended:
            self._release()
        kept = ended and self._outbox.is_empty
        if not kept:
            _log.error("the storage closed with rows that did not get to the disk")
        return kept

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    # -- history --------------------------------------------------------------------------------------------

    async def runs(
        self,
        limit: int,
        before_id: int | None = None,
        loop: str | None = None,
        *,
        with_refusals: bool = False,
    ) -> list[RunRecord]:
        """Return runs, the newest first; see ``History.runs``."""
        return await asyncio.to_thread(
            self._history.runs, limit, before_id, loop, with_refusals=with_refusals
        )

    async def notes(
        self, limit: int, before_id: int | None = None, loop: str | None = None
    ) -> list[NoteRecord]:
        """Return notes, the newest first; see ``History.notes``."""
        return await asyncio.to_thread(self._history.notes, limit, before_id, loop)

    async def readings(
        self, since: datetime, until: datetime, max_points: int = 500, loop: str | None = None
    ) -> list[ReadingRecord]:
        """Return temperatures, oldest first; see ``History.readings``."""
        return await asyncio.to_thread(self._history.readings, since, until, max_points, loop)

    async def timeline(self, loop: str, since: datetime, until: datetime, most: int) -> Timeline:
        """Return a loop's runs and draws over a span; see ``History.timeline``."""
        return await asyncio.to_thread(self._history.timeline, loop, since, until, most)


def _lock(path: Path) -> DataLock | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return DataLock(path)
    except OSError:
        return None  # Where no lock can be made no file can be written; the writer says so.
