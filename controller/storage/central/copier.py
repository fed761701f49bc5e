"""The thread that copies what is new, and lives through a database that is away."""

import logging
import sqlite3
import threading
from pathlib import Path
from typing import Final

from controller.central import CentralSettings
from controller.core.errors import StorageError
from controller.storage.central.rows import TABLES, complete_up_to, rows_after, session_uids, waiting
from controller.storage.central.target import Target
from controller.storage.connections import reading_connection

EVERY_S: Final = 30.0
"""Pause between two rounds while all is well."""
FIRST_RETRY_S: Final = 5.0
LONGEST_RETRY_S: Final = 300.0
PAGE_ROWS: Final = 1_000
"""Rows of one transaction; a gateway that was away for a month catches up page by page."""

_log = logging.getLogger(__name__)


class Copier:
    """Copies the data file's history to a database, in a thread of its own.

    Args:
        data_file: The data file; it may come later.
        settings: Where the copy goes.
        every_s: Pause between two rounds.
    """

    def __init__(self, data_file: Path, settings: CentralSettings, *, every_s: float = EVERY_S) -> None:
        self._data_file = data_file
        self._settings = settings
        self._every_s = every_s
        self._ending = threading.Event()
        self._told = "not connected yet"
        self._trouble = ""
        self._fresh = True
        self._sessions: list[int] = []
        self._copied: dict[str, int] = {}
        self._thread = threading.Thread(target=self._live, name="central history", daemon=True)

    @property
    def condition(self) -> str:
        """Return how the copy is doing, as a sentence."""
        return self._trouble or self._told

    def start(self) -> None:
        """Begin to copy."""
        self._thread.start()

    def close(self, timeout_s: float) -> None:
        """Ask the thread to end, and wait for it so long; what is left is copied after the next start."""
        self._ending.set()
        self._thread.join(timeout_s)

    def _live(self) -> None:
        retry_s = FIRST_RETRY_S
        while not self._ending.is_set():
            try:
                with Target(self._settings) as target:
                    self._fresh = True  # a database that was away may have been put back to an earlier day
                    retry_s = FIRST_RETRY_S
                    self._keep_up(target)
            except Exception as error:  # noqa: BLE001 - the copy may fail in any way; the controller goes on
                self._report(error)
                self._ending.wait(retry_s)
                retry_s = min(2 * retry_s, LONGEST_RETRY_S)

    def _keep_up(self, target: Target) -> None:
        while not self._ending.is_set():
            count = self.round(target)
            if self._trouble:
                _log.info("the history is being copied again")
            self._trouble = ""
            self._told = f"up to date; {count} rows copied in the last round"
            self._ending.wait(self._every_s)
            self._fresh = False

    def round(self, target: Target) -> int:
        """Copy everything that is new, and return how many rows that was."""
        with reading_connection(self._data_file) as connection:
            sessions = session_uids(connection)
            if self._fresh or sessions != self._sessions:
                self._sessions = sessions  # a file that was set aside or restored begins with other sessions
                self._copied = {
                    table: complete_up_to(connection, table, target.newest(table, sessions))
                    for table in TABLES
                }
            return sum(self._copy(connection, target, table) for table in TABLES)

    def _copy(self, connection: sqlite3.Connection, target: Target, table: str) -> int:
        count = 0
        while not self._ending.is_set():
            rows = rows_after(connection, table, self._copied[table], PAGE_ROWS)
            if not rows:
                break
            target.add(table, rows)
            count += len(rows)
            self._copied[table] = rows[-1].id
            self._told = f"catching up; {waiting(connection, table, self._copied[table])} {table} to go"
        return count

    def _report(self, error: Exception) -> None:
        cause = str(error).strip().splitlines()
        trouble = f"history is not being copied: {cause[0] if cause else type(error).__name__}; trying again"
        if not isinstance(error, StorageError | OSError | sqlite3.Error):
            _log.debug("copying the history failed", exc_info=error)
        if trouble != self._trouble:
            _log.warning("%s", trouble)
        self._trouble = trouble
