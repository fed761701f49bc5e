"""Numbered schema files: each is applied once, in a transaction of its own, and counted in the file itself."""

import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SCHEMA_FOLDER: Final = Path(__file__).parent / "schema"
_NAME: Final = re.compile(r"(\d{4})_\w+\.sql")


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """One step of the schema: the version that it leads to, and its statements."""

    version: int
    statements: str


def schema_files(folder: Path = SCHEMA_FOLDER) -> tuple[SchemaFile, ...]:
    """Return the schema files of a folder in order.

    Raises:
        ValueError: A number is missing or used twice (a bug of the build).
    """
    found = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    files = tuple(SchemaFile(int(path.name[:4]), path.read_text(encoding="utf-8")) for path in found)
    if [file.version for file in files] != list(range(1, len(files) + 1)):
        raise ValueError(f"schema files in {folder} are not numbered 0001, 0002, ...")
    return files


def version_of(connection: sqlite3.Connection) -> int:
    """Return the schema version of an open file; 0 for a new one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, files: tuple[SchemaFile, ...]) -> None:
    """Bring an open file up to the newest schema; each step happens as a whole or not at all."""
    for file in files[version_of(connection) :]:
        try:
            connection.executescript(
                f"BEGIN IMMEDIATE;\n{file.statements}\n;PRAGMA user_version = {file.version};\nCOMMIT;"
            )
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def keep_copy(connection: sqlite3.Connection, copy: Path) -> None:
    """Write a consistent copy of an open file: the way back when an upgrade turns out to be a mistake."""
    target = sqlite3.connect(copy)
    try:
        connection.backup(target)
    finally:
        target.close()
