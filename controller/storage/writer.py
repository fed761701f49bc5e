"""The one thread that writes: takes what waits, commits it, tidies up, and lives through what disks do."""

import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from controller.core.clock import DAY_MS
from controller.core.errors import StorageError
from controller.storage.datafile import DataFile, DataFileDamaged, DataFileRefused, is_damage, set_aside
from controller.storage.outbox import Batch, Outbox
from controller.storage.retention import Retention, RetentionClock

TROUBLE: Final = (sqlite3.Error, OSError, StorageError, UnicodeDecodeError)
"""What files and disks do; anything else is a bug of ours."""
FIRST_RETRY_S: Final = 1.0
LONGEST_RETRY_S: Final = 60.0
MOST_RENEWALS: Final = 3
"""So often a damaged file is replaced at work; a disk that spoils more of them needs a person."""
SLICE_ROWS: Final = 2_000
"""Rows deleted in one transaction, so that a commit never waits long for housekeeping."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Condition:
    """How the writer is doing; replaced as a whole, so that any thread may read it.

    Args:
        trouble: Why history is not being kept now, as a sentence; empty when all is well.
        notices: What a person should know, such as where a damaged file went.
        base_id: Ids in the file are this plus the place in the session; None before the file is open.
        session: Id of this session in the file; None before the file is open.
    """

    trouble: str = ""
    notices: tuple[str, ...] = ()
    base_id: int | None = None
    session: int | None = None


class Writer:
    """Owns the writing connection from ``start`` to the end of the thread.

    Args:
        path: The data file.
        outbox: Where rows wait.
        states: Returns the newest state of every loop as JSON: a new file must hold them as the old one did.
        retention: How long things are kept.
    """

    def __init__(
        self, path: Path, outbox: Outbox, states: Callable[[], Mapping[str, str]], retention: Retention
    ) -> None:
        self.condition = Condition()
        self._path = path
        self._outbox = outbox
        self._states = states
        self._retention = retention
        self._file: DataFile | None = None
        self._clock = RetentionClock()
        self._chores: deque[Iterator[None]] = deque()
        self._retry_s = FIRST_RETRY_S
        self._renewals = 0
        self._thread = threading.Thread(target=self._live, name="storage", daemon=True)

    def open(self) -> dict[str, str]:
        """Open the file and return the state of each loop; before ``start`` only.

        A file that cannot be opened now is tried again later.

        Raises:
            DataFileRefused: The file is not for this program.
        """
        try:
            return self._open()
        except DataFileRefused:
            raise
        except TROUBLE as error:
            self._report(_sentence(self._path, error))
            return {}

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread to end after the outbox was closed; return whether it did."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # -- the thread -----------------------------------------------------------------------------------------

    def _live(self) -> None:
        try:
            while self._step():
                pass
        except BaseException:
            self._report("history is not being kept: its writer failed; the log says why")
            raise
        finally:
            self._outbox.finish()
            if self._file is not None:
                self._file.close()

    def _step(self) -> bool:
        troubled = bool(self.condition.trouble)
        if self._outbox.closing:
            self._chores.clear()
        busy = bool(self._chores) and not troubled
        batch = self._outbox.take(
            not_before=time.monotonic() + self._retry_s if troubled else 0.0, wait=not busy
        )
        if busy:
            self._attempt(
                self._chore
            )  # the check of a file that was just opened goes before the first commit
        if batch is None:
            return busy
        self._attempt(lambda: self._keep(batch))
        return not (self._outbox.closing and self.condition.trouble)

    def _attempt(self, work: Callable[[], None]) -> None:
        try:
            work()
        except TROUBLE as error:
            self._recover(error)
            self._outbox.failed()
        else:
            if self.condition.trouble:
                _log.info("history is being kept again in %s", self._path)
            self._retry_s = FIRST_RETRY_S
            self.condition = replace(self.condition, trouble="")

    def _keep(self, batch: Batch) -> None:
        file = self._file_in_place()
        base_id = self.condition.base_id
        assert base_id is not None, "an open file has its base"
        latest = self._outbox.latest
        if latest is not None and self._clock.advance(*latest):
            self._chores.append(self._tidy(latest[1]))
        memory = {"steady_ms": self._clock.steady_ms, "last_utc_ms": self._clock.last_utc_ms}
        file.write(replace(batch, memory=memory), base_id)
        self._outbox.confirm(batch)

    def _chore(self) -> None:
        try:
            next(self._chores[0])
        except StopIteration:
            self._chores.popleft()

    def _check(self) -> Iterator[None]:
        if self._file is not None:
            self._file.check()
        yield from ()

    def _tidy(self, now_utc_ms: int) -> Iterator[None]:
        keep = self._retention
        limits = {
            "readings": (keep.readings_days, keep.most_readings),
            "commands": (keep.notes_days, keep.most_notes),
            "notes": (keep.notes_days, keep.most_notes),
        }
        for table, (days, most_rows) in limits.items():
            while self._file and self._file.delete_older(table, now_utc_ms - days * DAY_MS, SLICE_ROWS):
                yield
            while self._file and self._file.delete_surplus(table, most_rows, SLICE_ROWS):
                yield
        if self._file:
            self._file.delete_hours(now_utc_ms - keep.notes_days * DAY_MS)

    # -- trouble --------------------------------------------------------------------------------------------

    def _file_in_place(self) -> DataFile:
        if self._file is not None and not self._file.is_in_place():
            self._notice(f"{self._path} was moved or deleted while in use; a new one was begun")
            self._close()
        if self._file is None:
            self._open()
            self._write_states()
        assert self._file is not None, "opening either succeeds or raises"
        return self._file

    def _open(self) -> dict[str, str]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return self._open_sound()
        except DataFileDamaged as error:
            self._set_aside(error)
            return self._open_sound()

    def _open_sound(self) -> dict[str, str]:
        file = DataFile(self._path)
        try:
            states, spoilt = file.snapshots()
            self._clock = RetentionClock(file.remembered("steady_ms"), file.remembered("last_utc_ms"))
        except Exception as error:
            file.close()
            if is_damage(error):
                raise DataFileDamaged(f"{self._path}: {error}") from error
            raise
        for loop in spoilt:
            self._notice(f"the stored state of loop {loop} was damaged; the loop starts afresh")
        self._file = file
        self._chores = deque([self._check()])
        self.condition = replace(self.condition, base_id=file.newest_id, session=file.session)
        return states

    def _recover(self, error: Exception) -> None:
        damaged = is_damage(error)
        if damaged and self._renewals < MOST_RENEWALS:
            self._renewals += 1
            try:
                self._close()
                self._set_aside(error)
                self._open()
                self._write_states()
                return
            except TROUBLE as worse:
                error = worse
        self._retry_s = min(2 * self._retry_s, LONGEST_RETRY_S)
        self._report(_sentence(self._path, error))

    def _write_states(self) -> None:
        if self._file is not None:
            self._file.keep_states(self._states())

    def _set_aside(self, error: Exception) -> None:
        target = set_aside(self._path)
        self._notice(f"the data file was damaged ({error}); it was kept as {target} and a new one was begun")

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _notice(self, sentence: str) -> None:
        _log.warning("%s", sentence)
        self.condition = replace(self.condition, notices=(*self.condition.notices, sentence)[-10:])

    def _report(self, trouble: str) -> None:
        if trouble != self.condition.trouble:
            _log.error("%s", trouble)
        self.condition = replace(self.condition, trouble=trouble)


_CAUSES: Final = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "the file or its folder is read-only",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened; does its folder exist, may this user write there, and is the disk not read-only",
    sqlite3.SQLITE_BUSY: "another program holds the file",
    sqlite3.SQLITE_LOCKED: "another program holds the file",
    sqlite3.SQLITE_IOERR: "the disk reports errors",
}


def _sentence(path: Path, error: Exception) -> str:
    cause = str(error)
    if isinstance(error, StorageError):
        return f"history is not being kept: {cause}; the controller goes on and tries again"
    if isinstance(error, sqlite3.Error):
        cause = _CAUSES.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF, cause)
    elif isinstance(error, OSError):
        cause = error.strerror or cause
    return f"history is not being kept in {path}: {cause}; the controller goes on and tries again"
