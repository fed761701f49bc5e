"""The database at the other end: its tables, what has arrived, and what is added."""

from collections.abc import Mapping, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Final, LiteralString, Self

if TYPE_CHECKING:
    from psycopg import Connection

from controller.central import CentralSettings
from controller.core.errors import StorageError
from controller.storage.central.rows import Row

CONNECT_S: Final = 10
"""Longest wait for the database to answer at the start."""
STATEMENT_MS: Final = 30_000
"""Longest statement; the copy comes in pages, so that none takes long."""
_SETUP_LOCK: Final = 0x7A6377
"""Number of the lock under which one of many gateways makes the tables: the letters zcw."""

_NEWEST: Final[Mapping[str, LiteralString]] = {
    "readings": "SELECT session_uid, max(id) FROM zcw.readings WHERE session_uid = ANY(%s) GROUP BY session_uid",
    "notes": "SELECT session_uid, max(id) FROM zcw.notes WHERE session_uid = ANY(%s) GROUP BY session_uid",
    "commands": "SELECT session_uid, max(id) FROM zcw.commands WHERE session_uid = ANY(%s) GROUP BY session_uid",
}
_INSERT: Final[Mapping[str, LiteralString]] = {
    "readings": "INSERT INTO zcw.readings (home, session_uid, id, loop, at, sensor, value_c)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
    "notes": "INSERT INTO zcw.notes (home, session_uid, id, loop, at, kind, reason, reason_values, details)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
    "commands": "INSERT INTO zcw.commands (home, session_uid, id, loop, at, run, lease_s, reason, reason_values)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
}


class Target:
    """An open connection to the database. Used by one thread.

    Args:
        settings: Where it is.

    Raises:
        StorageError: The driver is not installed.
        psycopg.Error: The database cannot be reached, or does not let us in.
    """

    def __init__(self, settings: CentralSettings) -> None:
        self._home = settings.home
        self._connection = _connect(settings)
        try:
            self._make_tables()
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()

    def newest(self, table: str, sessions: Sequence[int]) -> dict[int, int]:
        """Return the newest id that has arrived of each of these sessions; those of which nothing has are left out."""
        rows = self._connection.execute(_NEWEST[table], (list(sessions),)).fetchall()
        return {int(uid): int(newest) for uid, newest in rows}

    def add(self, table: str, rows: Sequence[Row]) -> None:
        """Add rows in one transaction; those that are there already are left as they are."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.executemany(_INSERT[table], [(self._home, *row.values) for row in rows])

    def _make_tables(self) -> None:
        with self._connection.transaction():
            if self._has_tables():
                return
            self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (_SETUP_LOCK,))
            if not self._has_tables():  # another gateway may have made them while we waited for the lock
                self._connection.execute(_statements())

    def _has_tables(self) -> bool:
        row = self._connection.execute("SELECT to_regclass('zcw.commands') IS NOT NULL").fetchone()
        return row is not None and bool(row[0])


def _connect(settings: CentralSettings) -> "Connection":
    try:
        import psycopg
    except ImportError as error:
        raise StorageError(
            "the driver for PostgreSQL is not installed; install zero-cold-water[central]"
        ) from error
    return psycopg.connect(
        settings.url,
        password=settings.password,
        autocommit=True,
        connect_timeout=CONNECT_S,
        keepalives_idle=30,
        application_name="zcw",
        options=f"-c statement_timeout={STATEMENT_MS} -c TimeZone=UTC",
    )


def _statements() -> bytes:
    return resources.files(__package__).joinpath("0001_history.sql").read_bytes()
