"""A backup of a file in use, and the way back."""

import json
import sqlite3
import stat
import zipfile
from pathlib import Path

import pytest

from controller.core.errors import StorageError
from controller.storage import DataFileInUse
from controller.storage.backup import DATA, MANIFEST, restore_backup, write_backup
from tests.unit.controller.storage.builders import a_note
from tests.unit.controller.storage.conftest import OpenStorage


def rewritten(archive: Path, change: dict[str, bytes]) -> Path:
    """The same archive with some parts replaced."""
    other = archive.with_name("changed.zip")
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(other, "w") as target:
        for name in {*source.namelist(), *change}:
            target.writestr(name, change.get(name) or source.read(name))
    return other


async def test_a_backup_made_during_writes_restores_every_row_acknowledged_before_it(
    open_storage: OpenStorage, path: Path, tmp_path: Path
) -> None:
    storage = open_storage()
    storage.save("main", {"mode": "manual"})
    for number in range(500):
        storage.note("main", a_note(number, number=number))
    assert await storage.flushed()
    for number in range(500, 600):  # on their way to the disk while the copy is made
        storage.note("main", a_note(number, number=number))
    archive = tmp_path / "backup.zip"
    manifest = write_backup(path, archive, version="1.2.3", configuration=None)
    assert (manifest.version, 500 <= manifest.notes <= 600) == ("1.2.3", True)
    elsewhere = tmp_path / "other house" / "zcw.sqlite"
    assert restore_backup(archive, elsewhere) == (manifest, None)
    restored = open_storage(elsewhere)
    numbers = {note.details["number"] for note in await restored.notes(1_000)}
    assert set(range(500)) <= numbers
    assert restored.load("main") == {"mode": "manual"}


async def test_what_was_there_before_a_restore_is_kept(
    open_storage: OpenStorage, path: Path, tmp_path: Path
) -> None:
    first = open_storage()
    first.note("main", a_note(1, number=1))
    first.close()
    archive = tmp_path / "backup.zip"
    write_backup(path, archive, version="1", configuration=None)
    later = open_storage()
    later.note("main", a_note(2, number=2))
    later.close()
    _, before = restore_backup(archive, path)
    assert before is not None
    assert [note.details["number"] for note in await open_storage().notes(9)] == [1]
    assert [note.details["number"] for note in await open_storage(before).notes(9)] == [2, 1]


def test_the_configuration_and_no_secret_is_in_a_backup_that_only_its_owner_can_read(
    open_storage: OpenStorage, path: Path, tmp_path: Path
) -> None:
    open_storage().flush()
    configuration = tmp_path / "zcw.yaml"
    configuration.write_text("broker: {password_file: secret}\n")
    (tmp_path / "secret").write_text("hunter2")
    archive = tmp_path / "backup.zip"
    write_backup(path, archive, version="1", configuration=configuration)
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with zipfile.ZipFile(archive) as parts:
        assert set(parts.namelist()) == {DATA, MANIFEST, "zcw.yaml"}
        assert all(b"hunter2" not in parts.read(name) for name in parts.namelist())
    assert sorted(file.name for file in tmp_path.iterdir()) == ["backup.zip", "data", "secret", "zcw.yaml"]


def test_a_restore_under_a_running_controller_is_refused(
    open_storage: OpenStorage, path: Path, tmp_path: Path
) -> None:
    storage = open_storage()
    storage.flush()
    archive = tmp_path / "backup.zip"
    write_backup(path, archive, version="1", configuration=None)
    with pytest.raises(DataFileInUse):
        restore_backup(archive, path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({DATA: b"not what the manifest says"}, "checksum"),
        ({MANIFEST: b"{}"}, "manifest"),
        ({MANIFEST: b"[" * 50_000}, "manifest"),
        ({MANIFEST: b"x" * 100_000}, "no backup"),
    ],
)
def test_a_damaged_backup_is_refused_and_nothing_is_touched(
    open_storage: OpenStorage, path: Path, tmp_path: Path, change: dict[str, bytes], says: str
) -> None:
    storage = open_storage()
    storage.flush()
    archive = tmp_path / "backup.zip"
    write_backup(path, archive, version="1", configuration=None)
    storage.close()
    before = path.read_bytes()
    with pytest.raises(StorageError, match=says):
        restore_backup(rewritten(archive, change), path)
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*before-restore*"))


def test_data_of_a_newer_version_is_refused(open_storage: OpenStorage, path: Path, tmp_path: Path) -> None:
    open_storage().close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StorageError, match="newer version"):
        write_backup(path, tmp_path / "backup.zip", version="1", configuration=None)
    assert not (tmp_path / "backup.zip").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"plain text"])
def test_what_is_no_archive_is_refused_with_its_name(path: Path, tmp_path: Path, content: bytes) -> None:
    archive = tmp_path / "holiday.zip"
    archive.write_bytes(content)
    with pytest.raises(StorageError, match=r"holiday\.zip"):
        restore_backup(archive, path)


def test_a_backup_never_overwrites(open_storage: OpenStorage, path: Path, tmp_path: Path) -> None:
    open_storage().flush()
    target = tmp_path / "backup.zip"
    target.write_text("precious")
    with pytest.raises(StorageError, match="already"):
        write_backup(path, target, version="1", configuration=None)
    assert target.read_text() == "precious"


def test_nothing_to_back_up_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no data file"):
        write_backup(tmp_path / "none.sqlite", tmp_path / "b.zip", version="1", configuration=None)


def test_the_manifest_tells_what_is_inside(open_storage: OpenStorage, path: Path, tmp_path: Path) -> None:
    storage = open_storage()
    storage.note("main", a_note(1))
    storage.flush()
    write_backup(path, tmp_path / "b.zip", version="9.9", configuration=None)
    with zipfile.ZipFile(tmp_path / "b.zip") as parts:
        told = json.loads(parts.read(MANIFEST))
    assert (told["version"], told["notes"], set(told["sha256"])) == ("9.9", 1, {DATA})
