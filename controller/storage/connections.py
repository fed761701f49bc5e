"""Connections to the data file: how they wait, how they read, and how a change is made as a whole."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final, Self

BUSY_S: Final = 5.0
"""How long a change waits for a foreign program that holds the file (a backup, a person looking into it)."""
READ_BUSY_S: Final = 1.0
"""How long a question waits; somebody is looking at the page."""


class Transaction:
    """BEGIN IMMEDIATE ... COMMIT, or ROLLBACK when anything fails, the commit included."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> Self:
        self._connection.execute("BEGIN IMMEDIATE")
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if kind is None:
                self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


def reading_connection(path: Path) -> "closing[sqlite3.Connection]":
    """Return a connection for one question, closed at the end of its ``with``; it cannot write."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=READ_BUSY_S)
    connection.text_factory = lenient_text
    connection.execute("PRAGMA query_only = ON")
    return closing(connection)


def lenient_text(content: bytes) -> str:
    """Return text as it is, with a mark for each sign that flipped bits have spoilt."""
    return content.decode("utf-8", "replace")
