"""Finished points of sweeps in a file: each is there for good once it is computed."""

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from controller.core.errors import ConfigError, Problem
from simulator.scoring import Summary

APPLICATION_ID: Final = 0x7A637753
"""Marks our files among SQLite files: "zcwS"."""
_AT_ONCE: Final = 500
"""Keys asked for in one question; SQLite allows at least 999."""
_CURE: Final = "choose another --store"


class SweepStore:
    """Summaries by the key of their case.

    Args:
        connection: The open file.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def known(self, keys: Collection[str]) -> dict[str, Summary]:
        """Return the summaries that are there, of those asked for."""
        wanted = list(keys)
        found: dict[str, Summary] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            rows = self._connection.execute(f"SELECT key, summary FROM point WHERE key IN ({marks})", part)
            found |= {key: Summary(**json.loads(text)) for key, text in rows}
        return found

    def keep(self, key: str, summary: Summary) -> None:
        """Keep a summary, so that not even a power cut takes it away."""
        text = json.dumps(summary.as_json(), ensure_ascii=False, allow_nan=False)
        with self._connection:
            self._connection.execute("INSERT OR IGNORE INTO point VALUES (?, ?)", (key, text))


@contextmanager
def open_store(path: Path) -> Iterator[SweepStore]:
    """Open a store, which is made when it is not there.

    Raises:
        ConfigError: The file is something else, or cannot be used.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=60.0)
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(str(path), (Problem("", f"cannot be opened: {error}", cure=_CURE),)) from None
    try:
        _prepare(connection, path)
        yield SweepStore(connection)
    except sqlite3.Error as error:
        raise ConfigError(str(path), (Problem("", f"cannot be used: {error}", cure=_CURE),)) from None
    finally:
        connection.close()


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION_ID and tables:
        raise ConfigError(str(path), (Problem("", "is a file of another program", cure=_CURE),))
    with connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS point (key TEXT PRIMARY KEY, summary TEXT NOT NULL) WITHOUT ROWID"
        )
