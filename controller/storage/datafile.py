"""The open SQLite file: opening, checking, setting aside, and every statement that writes."""

import hashlib
import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from controller.core.clock import HOUR_MS
from controller.core.errors import StorageError
from controller.storage.connections import BUSY_S, Transaction, lenient_text
from controller.storage.migrations import (
    SchemaFile,
    copy_of,
    keep_copy,
    least_format_of,
    migrate,
    schema_files,
    version_of,
)
from controller.storage.outbox import Batch
from controller.storage.records import CommandRow, NoteRow, ReadingRow, SnapshotRow

APPLICATION_ID: Final = 0x7A637731
"""Marks a file as ours: the letters zcw1."""
MOST_ID: Final = 2**53
"""Larger ids are damage; JSON could not carry them either."""
MOST_SET_ASIDE: Final = 5
"""So many damaged files are kept; the disk must not fill up with them."""
_DAMAGED: Final = {
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    # Our statements fit our tables. Where they do not, the tables are not what we made: a flipped bit in the schema.
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
}


class DataFileRefused(StorageError):
    """The file is sound but not for this program: written by a newer version, or somebody else's database."""


class DataFileDamaged(StorageError):
    """What is in the file is not a database, or no longer one."""


def is_damage(error: Exception) -> bool:
    """Return whether an error says that the content is broken, rather than that the disk is full or away."""
    if isinstance(error, DataFileDamaged | UnicodeDecodeError):
        return True  # sqlite3 cannot even tell of a damaged name in the schema without stumbling over it
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _DAMAGED


def _refuse_header(path: Path) -> None:
    with path.open("rb") as file:
        header = file.read(20)
    if not header:
        raise DataFileDamaged(f"{path} is empty")
    # A flipped bit here makes SQLite open the file for reading only, for ever, as one of a later format.
    # Source: https://www.sqlite.org/fileformat.html, 1.3.2
    if header.startswith(b"SQLite format 3") and not {*header[18:20]} <= {1, 2}:
        raise DataFileDamaged(f"{path} says that it has a format that there is not yet")


class DataFile:
    """The writing connection. Used by one thread at a time: first by whoever opens it, then by the writer.

    Args:
        path: The file; made when it is not there.
        files: Schema files to apply.

    Raises:
        DataFileRefused: Not a file for this program.
        DataFileDamaged: Set it aside and begin a new one.
        StorageError: It cannot be brought to the newest format; nothing was changed.
        sqlite3.Error: It cannot be opened now (rights, disk full, read-only).
    """

    def __init__(self, path: Path, files: tuple[SchemaFile, ...] | None = None) -> None:
        files = schema_files() if files is None else files
        is_new = not path.exists()
        if not is_new:
            _refuse_header(path)
        self.path = path
        self._connection = sqlite3.connect(
            path, timeout=BUSY_S, isolation_level=None, check_same_thread=False, cached_statements=32
        )
        self._connection.text_factory = lenient_text
        try:
            self._prepare(files)
        except Exception as error:
            self._connection.close()
            if is_new:
                _remove_if_empty(path)
            if is_damage(error):
                raise DataFileDamaged(f"{path}: {error}") from error
            raise
        self._inode = path.stat().st_ino
        self._series: dict[tuple[str, str], int] = {}

    def _prepare(self, files: tuple[SchemaFile, ...]) -> None:
        connection = self._connection
        version = version_of(connection)
        self._refuse_strangers(version, len(files))
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        if 0 < version < len(files):
            keep_copy(connection, copy_of(self.path, version))
        self._migrate(files)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self.session = self._number(
            "INSERT INTO sessions (uid) VALUES (random() & 9223372036854775807) RETURNING id"
        )
        self.newest_id = max(
            self._number("SELECT max(id) FROM notes"), self._number("SELECT max(id) FROM commands")
        )
        if self.newest_id > MOST_ID:
            raise DataFileDamaged(f"{self.path}: id {self.newest_id} was never given")

    def _number(self, question: str, *values: object) -> int:
        row = self._connection.execute(question, values).fetchone()
        if row is None or row[0] is None:
            return 0
        if not isinstance(row[0], int):
            raise DataFileDamaged(f"{self.path}: {question!r} finds no number")
        return row[0]

    def _migrate(self, files: tuple[SchemaFile, ...]) -> None:
        try:
            migrate(self._connection, files)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR:
                raise
            raise StorageError(f"{self.path} cannot be brought to the newest format: {error}") from error

    def _refuse_strangers(self, version: int, known: int) -> None:
        owner = self._number("PRAGMA application_id")
        tables = self._number("SELECT count(*) FROM sqlite_master")
        if tables and owner != APPLICATION_ID and (owner or not version):
            raise DataFileRefused(
                f"{self.path} is the database of another program; give the controller its own storage.path"
            )
        if version > known and least_format_of(self._connection) > known:
            copy = copy_of(self.path, known)
            back = (
                f"put {copy.name} in its place (the data from before the upgrade), " if copy.exists() else ""
            )
            raise DataFileRefused(
                f"{self.path} was written by a newer version (its format is {version}, this version knows {known}); "
                f"install that version again, {back}or give this one another storage.path"
            )

    def check(self) -> None:
        """Read the whole file and raise ``DataFileDamaged`` when its structure is broken. Takes seconds."""
        try:
            answer = str(self._connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise DataFileDamaged(f"{self.path}: {error}") from error
        if answer != "ok":
            raise DataFileDamaged(f"{self.path}: {answer}")

    def is_in_place(self) -> bool:
        """Return whether the path still leads to the open file: deleted or replaced files take writes in vain."""
        try:
            return self.path.stat().st_ino == self._inode
        except OSError:
            return False

    def snapshots(self) -> tuple[dict[str, str], tuple[str, ...]]:
        """Return the state of each loop, and the loops whose state failed its checksum and was left out."""
        rows = self._connection.execute("SELECT loop, state, sha256 FROM snapshots").fetchall()
        sound = {str(loop): str(state) for loop, state, digest in rows if _digest(loop, state) == digest}
        return sound, tuple(str(row[0]) for row in rows if str(row[0]) not in sound)

    def remembered(self, name: str) -> int:
        """Return a small value kept across sessions; 0 when there is none."""
        return self._number("SELECT value FROM memory WHERE name = ?", name)

    def write(self, batch: Batch, base_id: int) -> None:
        """Commit a batch as a whole; ids of notes and commands are ``base_id`` plus their place in the session."""
        try:
            with Transaction(self._connection):
                self._write_notes(batch.notes, base_id)
                self._write_commands(batch.commands, base_id)
                self._write_readings(batch.readings)
                self._write_snapshots(batch.snapshots)
                if batch.offset_ms is not None:
                    self._backfill(batch.offset_ms)
                self._write_memory(batch.memory)
        except Exception:
            self._series.clear()  # ids given inside the transaction went away with it
            raise

    def _write_notes(self, rows: Sequence[NoteRow], base_id: int) -> None:
        self._connection.executemany(
            "INSERT INTO notes (id, session, loop, at_ms, utc_ms, kind, reason, reason_values, details)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    base_id + r.seq,
                    self.session,
                    r.loop,
                    r.at,
                    r.utc_ms,
                    r.kind,
                    r.reason,
                    r.reason_values,
                    r.details,
                )
                for r in rows
            ],
        )

    def _write_commands(self, rows: Sequence[CommandRow], base_id: int) -> None:
        self._connection.executemany(
            "INSERT INTO commands (id, session, loop, at_ms, utc_ms, run, lease_ms, reason, reason_values)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    base_id + r.seq,
                    self.session,
                    r.loop,
                    r.at,
                    r.utc_ms,
                    r.run,
                    r.lease_ms,
                    r.reason,
                    r.reason_values,
                )
                for r in rows
            ],
        )

    def _write_readings(self, rows: Sequence[ReadingRow]) -> None:
        self._connection.executemany(
            "INSERT INTO readings (session, series, at_ms, utc_ms, value_c) VALUES (?, ?, ?, ?, ?)",
            [(self.session, self._series_id(r), r.at, r.utc_ms, round(r.value_c, 2)) for r in rows],
        )

    def _series_id(self, row: ReadingRow) -> int:
        key = (row.loop, row.sensor)
        if key not in self._series:
            self._connection.execute("INSERT OR IGNORE INTO series (loop, sensor) VALUES (?, ?)", key)
            self._series[key] = self._number("SELECT id FROM series WHERE loop = ? AND sensor = ?", *key)
        return self._series[key]

    def keep_states(self, states: Mapping[str, str]) -> None:
        """Commit the state of every loop."""
        with Transaction(self._connection):
            self._write_snapshots([SnapshotRow(0, loop, state) for loop, state in states.items()])

    def _write_snapshots(self, rows: Sequence[SnapshotRow]) -> None:
        self._connection.executemany(
            "REPLACE INTO snapshots (loop, state, sha256) VALUES (?, ?, ?)",
            [(row.loop, row.state, _digest(row.loop, row.state)) for row in rows],
        )

    def _write_memory(self, memory: Mapping[str, int]) -> None:
        self._connection.executemany("REPLACE INTO memory (name, value) VALUES (?, ?)", memory.items())

    def _backfill(self, offset_ms: int) -> None:
        for table in ("notes", "commands", "readings"):
            self._connection.execute(
                f"UPDATE {table} SET utc_ms = at_ms + ?, backfilled = 1 WHERE utc_ms IS NULL AND session = ?",
                (offset_ms, self.session),
            )

    def delete_older(self, table: str, cutoff_utc_ms: int, most: int) -> int:
        """Delete at most ``most`` rows of ``notes``, ``commands`` or ``readings`` that are older; return how many."""
        with Transaction(self._connection):
            deleted = self._connection.execute(
                f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE utc_ms < ? LIMIT ?)",
                (cutoff_utc_ms, most),
            )
        return deleted.rowcount

    def delete_hours(self, cutoff_utc_ms: int) -> None:
        """Delete the summaries of older hours; a year of a curve has 9 000 of them."""
        with Transaction(self._connection):
            self._connection.execute("DELETE FROM hours WHERE hour < ?", (cutoff_utc_ms // HOUR_MS,))

    def delete_surplus(self, table: str, most_rows: int, most: int) -> int:
        """Delete at most ``most`` of the oldest rows beyond the newest ``most_rows``; return how many."""
        with Transaction(self._connection):
            deleted = self._connection.execute(
                f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table}"
                f" WHERE id <= (SELECT max(id) FROM {table}) - ? ORDER BY id LIMIT ?)",
                (most_rows, most),
            )
        return deleted.rowcount

    def close(self) -> None:
        """Fold the write-ahead log into the file and close it. Never raises: the log is read at the next start."""
        with suppress(sqlite3.Error):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with suppress(sqlite3.Error):
            self._connection.close()


def _remove_if_empty(path: Path) -> None:
    # What a full disk leaves of a new file must not look like an old one that was damaged.
    with suppress(OSError):
        if path.stat().st_size == 0:
            path.unlink()


def set_aside(path: Path) -> Path:
    """Move a damaged file and what belongs to it out of the way; return where it went.

    Raises:
        OSError: It cannot be moved; the folder is read-only.
    """
    names = [path.with_name(f"{path.name}.damaged-{number}") for number in range(1, MOST_SET_ASIDE + 1)]
    free = [name for name in names if not name.exists()]
    target = free[0] if free else min(names, key=lambda name: name.stat().st_mtime)
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            os.replace(f"{path}{suffix}", f"{target}{suffix}")
    os.replace(path, target)
    os.utime(target)
    return target


def _digest(loop: object, state: object) -> str:
    return hashlib.sha256(f"{loop}\n{state}".encode("utf-8", "surrogatepass")).hexdigest()
