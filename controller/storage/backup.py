"""A backup of the data file while the controller runs, and the way back.

A backup is one zip file: the data (a consistent copy made by SQLite itself), the configuration as it stands, and a
manifest with checksums. Secrets are not in it: passwords live in files and variables of their own.
"""

import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from controller.core.errors import StorageError
from controller.storage.connections import reading_connection
from controller.storage.datafile import APPLICATION_ID
from controller.storage.lock import DataLock
from controller.storage.migrations import least_format_of, schema_files, version_of

DATA: Final = "data.sqlite"
CONFIGURATION: Final = "zcw.yaml"
MANIFEST: Final = "manifest.json"
LARGEST_MANIFEST: Final = 64 * 1024
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Args:
        made_at: When, UTC, ISO 8601.
        version: Version of the product that made it.
        schema: Schema version of the data file.
        notes: Runs, refusals and other notes in it.
        sha256: Checksum of each part by its name.
    """

    made_at: str
    version: str
    schema: int
    notes: int
    sha256: dict[str, str]


def write_backup(data_file: Path, target: Path, *, version: str, configuration: Path | None) -> Manifest:
    """Write a backup; the controller may be running.

    Args:
        data_file: The controller's data file.
        target: Where the zip file goes; never overwritten.
        version: Version of the product.
        configuration: The configuration file to put beside the data; None for none.

    Raises:
        StorageError: There is no data, it is damaged, or the backup cannot be written.
    """
    if not data_file.is_file():
        raise StorageError(f"there is no data file {data_file} yet; nothing to back up")
    if target.exists():
        raise StorageError(f"{target} is there already; give another name or move it away")
    partial = target.with_name(target.name + ".partial")
    try:
        with _scratch(target.parent) as folder:
            copy = folder / DATA
            schema, notes = _copy(data_file, copy)
            parts = {DATA: copy} | ({CONFIGURATION: configuration} if configuration else {})
            sums = {name: _sha256(path) for name, path in parts.items()}
            made_at = datetime.now(UTC).isoformat(timespec="seconds")
            manifest = Manifest(made_at, version, schema, notes, sums)
            _zip(partial, parts, manifest)
        os.replace(partial, target)
    except (OSError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        raise StorageError(f"the backup {target} could not be written: {error}") from error
    return manifest


def restore_backup(archive: Path, data_file: Path) -> tuple[Manifest, Path | None]:
    """Put a backup's data in the place of the present data; the controller must not be running.

    Args:
        archive: What ``write_backup`` wrote.
        data_file: The controller's data file; what is there now is kept beside it.

    Returns:
        What the backup holds, and where the data went that was there before, if there was any.

    Raises:
        StorageError: It is no sound backup of ours, is newer than this version, or a controller is running.
    """
    try:
        data_file.parent.mkdir(parents=True, exist_ok=True)
        lock = DataLock(data_file)
    except OSError as error:
        raise StorageError(f"{data_file} cannot be written: {error}") from error
    try:
        with _scratch(data_file.parent) as folder:
            manifest = _unzip(archive, folder)
            _check(folder / DATA, archive)
            before = _move_aside(data_file)
            os.replace(folder / DATA, data_file)
    except (OSError, sqlite3.Error, zipfile.BadZipFile) as error:
        raise StorageError(f"{archive} could not be restored: {error}") from error
    finally:
        lock.release()
    return manifest, before


def _copy(data_file: Path, copy: Path) -> tuple[int, int]:
    with reading_connection(data_file) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return _check(copy, data_file)


def _check(copy: Path, origin: Path) -> tuple[int, int]:
    """Return schema version and number of notes of a sound copy."""
    with closing(sqlite3.connect(copy)) as connection:
        try:
            verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            owner = connection.execute("PRAGMA application_id").fetchone()[0]
            version = version_of(connection)
            known = len(schema_files())
            if verdict != "ok":
                raise StorageError(f"the data in {origin} is damaged: {verdict}")
            if owner != APPLICATION_ID or not version:
                raise StorageError(f"{origin} holds the database of another program")
            if least_format_of(connection) > known:
                raise StorageError(
                    f"{origin} is from a newer version (its format is {version}, this version knows {known}); "
                    "install that version first"
                )
            return version, int(connection.execute("SELECT count(*) FROM notes").fetchone()[0])
        except sqlite3.DatabaseError as error:
            raise StorageError(f"the data in {origin} is damaged: {error}") from error


def _zip(target: Path, parts: dict[str, Path], manifest: Manifest) -> None:
    # Learned habits and history say when people are at home: readable by their owner only.
    handle = os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, path in parts.items():
                archive.write(path, name)
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=2))
        file.flush()
        os.fsync(file.fileno())


def _unzip(archive: Path, folder: Path) -> Manifest:
    with zipfile.ZipFile(archive) as parts:
        manifest = _manifest(parts, archive)
        digest = hashlib.sha256()
        with parts.open(DATA) as source, (folder / DATA).open("wb") as target:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
    if digest.hexdigest() != manifest.sha256[DATA]:
        raise StorageError(f"{archive} is damaged: the checksum of its data does not fit")
    return manifest


def _manifest(parts: zipfile.ZipFile, archive: Path) -> Manifest:
    if not {MANIFEST, DATA} <= set(parts.namelist()) or parts.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise StorageError(f"{archive} is no backup of the controller")
    try:
        manifest = Manifest(**json.loads(parts.read(MANIFEST)))
        if not isinstance(manifest.sha256[DATA], str):
            raise TypeError
    except (TypeError, ValueError, KeyError, RecursionError):
        raise StorageError(f"{archive} is damaged: its manifest cannot be read") from None
    return manifest


def _move_aside(data_file: Path) -> Path | None:
    if not data_file.exists():
        return None
    number = 1
    while (before := data_file.with_name(f"{data_file.name}.before-restore-{number}")).exists():
        number += 1
    for suffix in ("-wal", "-shm", ""):
        if Path(f"{data_file}{suffix}").exists():
            os.replace(f"{data_file}{suffix}", f"{before}{suffix}")
    return before


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _scratch(beside: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=".zcw-", dir=beside) as folder:
        yield Path(folder)
