"""Rows of the data file on their way to the database, in the order in which they were written."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from controller.storage.notebook import when
from controller.storage.records import from_json

TABLES: Final = ("notes", "commands", "readings")
"""What is copied, the most important first."""

_Stored: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its id in the data file, and its values in the order of the other end's statement, house left out."""

    id: int
    values: tuple[object, ...]


_SELECT: Final[Mapping[str, str]] = {
    "notes": "SELECT t.id, uid, loop, utc_ms, kind, reason, reason_values, details FROM notes AS t",
    "commands": "SELECT t.id, uid, loop, utc_ms, run, lease_ms, reason, reason_values FROM commands AS t",
    "readings": "SELECT t.id, uid, loop, utc_ms, sensor, value_c FROM readings AS t JOIN series ON series.id = t.series",
}


def session_uids(connection: sqlite3.Connection) -> list[int]:
    """Return the names of all sessions of the file."""
    return [int(row[0]) for row in connection.execute("SELECT uid FROM sessions")]


def complete_up_to(connection: sqlite3.Connection, table: str, arrived: Mapping[int, int]) -> int:
    """Return the id up to which everything in the file has arrived.

    Sessions are looked at one by one: after a restored backup the same id may mean another row than the one that arrived.

    Args:
        connection: The data file.
        table: One of ``TABLES``.
        arrived: The newest id that has arrived, by the session's name.
    """
    newest = connection.execute(
        f"SELECT uid, max(t.id) FROM {table} AS t JOIN sessions ON sessions.id = t.session"
        " WHERE utc_ms IS NOT NULL GROUP BY t.session ORDER BY t.session"
    )
    complete = 0
    for uid, last_id in newest:
        if arrived.get(uid, 0) < last_id:
            return max(complete, arrived.get(uid, 0))
        complete = last_id
    return complete


def rows_after(connection: sqlite3.Connection, table: str, after_id: int, most: int) -> list[Row]:
    """Return the next rows of a table, oldest first.

    Rows without a time are left out for good when their session is over. Of the present session they may still get one, so
    nothing behind them is given out before: the other end knows only how far the copy has come, not what is missing.

    Args:
        connection: The data file.
        table: One of ``TABLES``.
        after_id: Only newer ones than this id.
        most: At most so many.
    """
    stored = connection.execute(
        f"{_SELECT[table]} JOIN sessions ON sessions.id = t.session"
        f" WHERE t.id > ? AND utc_ms IS NOT NULL AND t.id < coalesce("
        f"  (SELECT min(id) FROM {table} WHERE utc_ms IS NULL AND session = (SELECT max(id) FROM sessions)), 1 << 62)"
        " ORDER BY t.id LIMIT ?",
        (after_id, most),
    )
    return [row for found in stored if (row := _row(table, found)) is not None]


def waiting(connection: sqlite3.Connection, table: str, after_id: int) -> int:
    """Return how many rows of a table are newer than an id."""
    return int(connection.execute(f"SELECT count(*) FROM {table} WHERE id > ?", (after_id,)).fetchone()[0])


def _row(table: str, stored: _Stored) -> Row | None:
    """Return a row for the other end; None where flipped bits have left values of other kinds."""
    row_id, uid, loop, utc_ms, *rest = stored
    if not (isinstance(row_id, int) and isinstance(uid, int) and isinstance(utc_ms, int)):
        return None
    values = _VALUES[table](rest)
    return None if values is None else Row(row_id, (uid, row_id, _text(loop), when(utc_ms), *values))


def _note(rest: Sequence[object]) -> tuple[object, ...] | None:
    kind, reason, reason_values, details = rest
    return _text(kind), _text(reason), _json(reason_values), _json(details)


def _command(rest: Sequence[object]) -> tuple[object, ...] | None:
    run, lease_ms, reason, reason_values = rest
    if not isinstance(lease_ms, int):
        return None
    return bool(run), lease_ms / 1000, _text(reason), _json(reason_values)


def _reading(rest: Sequence[object]) -> tuple[object, ...] | None:
    sensor, value_c = rest
    return (_text(sensor), float(value_c)) if isinstance(value_c, int | float) else None


_VALUES: Final[Mapping[str, Callable[[Sequence[object]], tuple[object, ...] | None]]] = {
    "notes": _note,
    "commands": _command,
    "readings": _reading,
}


def _text(value: object) -> str:
    return str(value).replace("\0", "")  # PostgreSQL keeps no NUL in a text


def _json(value: object) -> str:
    return json.dumps(from_json(str(value)), ensure_ascii=False, allow_nan=False).replace("\\u0000", "")
