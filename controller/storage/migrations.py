"""Numbered schema files: each is applied once, in a transaction of its own, and counted in the file itself.

A schema file that older versions can live with says so: ``-- works for format 3`` in it means that a version which knows
no more than format 3 may go on with the file. So an upgrade can be taken back without losing what came after it.
"""

import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SCHEMA_FOLDER: Final = Path(__file__).parent / "schema"
LEAST_FORMAT: Final = "least_format_for_{}"
"""Name under which a file of some format remembers the least format that a version must know to work with it."""
_NAME: Final = re.compile(r"(\d{4})_\w+\.sql")
_WORKS_FOR: Final = re.compile(r"^-- works for format (\d+)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """One step of the schema: the version that it leads to, and its statements."""

    version: int
    statements: str

    @property
    def works_for(self) -> int:
        """The least format that a version must know to work with a file after this step."""
        said = _WORKS_FOR.search(self.statements)
        return int(said[1]) if said else self.version


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


def least_format_of(connection: sqlite3.Connection) -> int:
    """Return the least format that a version must know to work with an open file: its own, unless the file says less."""
    version = version_of(connection)
    try:
        name = LEAST_FORMAT.format(version)
        row = connection.execute("SELECT value FROM memory WHERE name = ?", (name,)).fetchone()
    except sqlite3.Error:
        return version
    return row[0] if row is not None and isinstance(row[0], int) and 0 < row[0] <= version else version


def migrate(connection: sqlite3.Connection, files: tuple[SchemaFile, ...]) -> None:
    """Bring an open file up to the newest schema; each step happens as a whole or not at all."""
    for file in files[version_of(connection) :]:
        least, name = max(least_format_of(connection), file.works_for), LEAST_FORMAT.format(file.version)
        try:
            connection.executescript(
                f"BEGIN IMMEDIATE;\n{file.statements}\n;REPLACE INTO memory VALUES ('{name}', {least});\n"
                f"PRAGMA user_version = {file.version};\nCOMMIT;"
            )
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def copy_of(path: Path, version: int) -> Path:
    """Return where the copy of a file lies that was kept before it was brought from this version to the next."""
    return path.with_name(f"{path.name}.v{version}")


def keep_copy(connection: sqlite3.Connection, copy: Path) -> None:
    """Write a consistent copy of an open file: the way back when an upgrade turns out to be a mistake."""
    target = sqlite3.connect(copy)
    try:
        connection.backup(target)
    finally:
        target.close()
