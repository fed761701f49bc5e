"""A version that is older than the data file: it goes on where the file says that it can, and says the way back where not."""

import sqlite3
from pathlib import Path

import pytest

from controller.core.errors import StorageError
from controller.storage.backup import restore_backup, write_backup
from controller.storage.datafile import DataFile, DataFileRefused
from controller.storage.migrations import SchemaFile, least_format_of, schema_files
from tests.unit.controller.storage.builders import a_note
from tests.unit.controller.storage.conftest import OpenStorage

KNOWN = len(schema_files())
HARMLESS = f"-- works for format {KNOWN}: it writes what was there before\nCREATE TABLE extra (x);"


def upgraded(path: Path, *steps: str) -> None:
    """Open the file once as later versions would, with these schema files beyond ours."""
    later = [SchemaFile(KNOWN + number, text) for number, text in enumerate(steps, 1)]
    DataFile(path, (*schema_files(), *later)).close()


def a_note_is_kept(open_storage: OpenStorage, number: int) -> None:
    storage = open_storage()
    storage.note("main", a_note(number, number=number))
    assert storage.close()


def numbers(path: Path) -> set[int]:
    connection = sqlite3.connect(path)
    found = {row[0] for row in connection.execute("SELECT json_extract(details, '$.number') FROM notes")}
    connection.close()
    return found


def test_it_goes_on_with_a_newer_file_that_says_so_and_an_upgrade_finds_what_it_wrote(
    open_storage: OpenStorage, path: Path
) -> None:
    a_note_is_kept(open_storage, 1)
    upgraded(path, HARMLESS)
    a_note_is_kept(open_storage, 2)  # by this version again
    upgraded(path, HARMLESS)
    assert numbers(path) == {1, 2}


@pytest.mark.parametrize(
    "steps",
    [
        ("CREATE TABLE extra (x);",),
        (HARMLESS, "CREATE TABLE other (x);"),
        ("CREATE TABLE other (x);", HARMLESS),
        (f"-- works for format {KNOWN + 1}\nCREATE TABLE other (x);",),
    ],
    ids=["says nothing", "the second says nothing", "the first says nothing", "works for the next only"],
)
def test_a_newer_file_that_does_not_say_so_is_refused_with_the_way_back(
    open_storage: OpenStorage, path: Path, steps: tuple[str, ...]
) -> None:
    a_note_is_kept(open_storage, 1)
    upgraded(path, *steps)
    before = path.read_bytes()
    with pytest.raises(DataFileRefused, match=rf"newer version .*put zcw\.sqlite\.v{KNOWN} in its place"):
        open_storage()
    assert path.read_bytes() == before
    path.with_name(f"zcw.sqlite.v{KNOWN}").replace(path)
    a_note_is_kept(open_storage, 2)
    assert numbers(path) == {1, 2}


def test_a_backup_of_a_newer_file_is_restored_where_the_file_says_that_it_works(
    open_storage: OpenStorage, path: Path, tmp_path: Path
) -> None:
    a_note_is_kept(open_storage, 1)
    upgraded(path, HARMLESS)
    write_backup(path, tmp_path / "works.zip", version="1", configuration=None)
    restore_backup(tmp_path / "works.zip", tmp_path / "elsewhere.sqlite")
    assert numbers(tmp_path / "elsewhere.sqlite") == {1}
    upgraded(path, HARMLESS, "CREATE TABLE other (x);")
    with pytest.raises(StorageError, match="newer version"):
        write_backup(path, tmp_path / "other.zip", version="1", configuration=None)


@pytest.mark.parametrize("damage", ["'much'", "-1", "0", "99"])
def test_what_no_version_ever_wrote_counts_as_nothing_said(
    open_storage: OpenStorage, path: Path, damage: str
) -> None:
    a_note_is_kept(open_storage, 1)
    connection = sqlite3.connect(path)
    connection.execute(f"REPLACE INTO memory VALUES ('least_format_for_{KNOWN}', {damage})")
    connection.commit()
    assert least_format_of(connection) == KNOWN
    connection.close()
