"""What happens to files and disks, and that the controller goes on."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest

from controller.core.errors import StorageError
from controller.storage import DataFileInUse, DataFileRefused, Storage
from controller.storage.datafile import APPLICATION_ID, MOST_SET_ASIDE, DataFile, DataFileDamaged, set_aside
from controller.storage.migrations import SchemaFile, schema_files
from tests.unit.controller.storage.builders import a_note, a_start
from tests.unit.controller.storage.conftest import OpenStorage, WallClock

NEXT = len(schema_files()) + 1
"""The schema version after the newest."""

REPOSITORY = Path(__file__).parents[4]


def eventually(condition: Callable[[], bool], deadline_s: float = 10.0) -> bool:
    ends = monotonic() + deadline_s
    while monotonic() < ends:
        if condition():
            return True
        sleep(0.01)
    return condition()


def _filled(open_storage: OpenStorage, notes: int = 50) -> None:
    storage = open_storage()
    for at in range(notes):
        storage.note("main", a_note(at, text="x" * 500))
    storage.save("main", {"mode": "off"})
    assert storage.close()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(bytes(path.stat().st_size)),
        lambda path: path.write_bytes(b"not a database at all, but long enough to be read as a header" * 20),
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        lambda path: path.write_bytes(path.read_bytes()[:4096] + os.urandom(path.stat().st_size - 4096)),
        lambda path: path.write_bytes(path.read_bytes()[:100] + bytes(4000) + path.read_bytes()[4100:]),
    ],
    ids=["empty", "zeros", "text", "cut", "random", "no schema"],
)
async def test_a_damaged_file_is_set_aside_and_a_new_one_begun(
    open_storage: OpenStorage, path: Path, spoil: Callable[[Path], None]
) -> None:
    _filled(open_storage)
    spoil(path)
    spoilt = path.read_bytes()
    storage = open_storage()
    storage.note("main", a_note(1, number=1))
    storage.save("main", {"mode": "auto"})
    assert await storage.flushed()
    aside = path.with_name("zcw.sqlite.damaged-1")
    assert aside.read_bytes()[:24] == spoilt[:24]
    assert storage.ok
    assert str(aside) in storage.health.notices[0]
    assert [note.details for note in await storage.notes(10)] == [{"number": 1}]
    storage.close()
    assert open_storage().load("main") == {"mode": "auto"}


async def test_flipped_bits_never_stop_the_controller(open_storage: OpenStorage, path: Path) -> None:
    _filled(open_storage)
    sound = path.read_bytes()
    for position in range(16, len(sound), len(sound) // 40):
        path.write_bytes(sound[:position] + bytes([sound[position] ^ 0x55]) + sound[position + 1 :])
        try:
            storage = open_storage()
        except DataFileRefused:
            continue  # the flipped bit is in the number of the format
        storage.load("main")
        storage.note("main", a_note(1, number=position))
        assert await asyncio.to_thread(eventually, storage.flush)
        assert any(note.details == {"number": position} for note in await storage.notes(3))
        await storage.runs(100)
        assert storage.close()
        for left in path.parent.glob("zcw.sqlite*"):
            left.unlink()


async def test_damage_found_at_work_is_survived(open_storage: OpenStorage, path: Path) -> None:
    storage = open_storage()
    for at in range(200):
        storage.note("main", a_note(at, text="x" * 500))
    storage.save("main", {"mode": "off"})
    assert await storage.flushed()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))
    storage.note("main", a_note(1_000, number="new"))
    assert await asyncio.to_thread(eventually, lambda: storage.flush() and storage.ok)
    storage.close()
    second = open_storage()
    assert second.load("main") == {"mode": "off"}


def test_opening_does_not_read_the_whole_file_and_the_check_afterwards_does(
    open_storage: OpenStorage, path: Path
) -> None:
    _filled(open_storage)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ((page,),) = connection.execute(
        "SELECT pageno FROM dbstat WHERE name = 'notes' AND pagetype = 'leaf' ORDER BY pageno DESC LIMIT 1 OFFSET 1"
    )
    ((size,),) = connection.execute("PRAGMA page_size")
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    opened = DataFile(path)
    try:
        with pytest.raises(DataFileDamaged):
            opened.check()
    finally:
        opened.close()


def test_at_most_a_few_damaged_files_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "zcw.sqlite"
    for number in range(MOST_SET_ASIDE + 2):
        path.write_text(str(number))
        set_aside(path)
    kept = sorted(tmp_path.iterdir())
    assert len(kept) == MOST_SET_ASIDE
    assert str(MOST_SET_ASIDE + 1) in [file.read_text() for file in kept]


async def test_a_file_deleted_at_work_is_begun_anew(open_storage: OpenStorage, path: Path) -> None:
    storage = open_storage()
    storage.note("main", a_note(1))
    storage.save("main", {"mode": "off"})
    assert await storage.flushed()
    for name in ("zcw.sqlite", "zcw.sqlite-wal", "zcw.sqlite-shm"):
        (path.parent / name).unlink(missing_ok=True)
    storage.note("main", a_note(2, number=2))
    assert await storage.flushed()
    assert "moved or deleted" in storage.health.notices[0]
    storage.close()
    second = open_storage()
    assert [note.details for note in await second.notes(9)] == [{"number": 2}]
    assert second.load("main") == {"mode": "off"}


async def test_without_a_place_to_write_the_controller_goes_on_and_catches_up(
    tmp_path: Path, open_storage: OpenStorage
) -> None:
    blocker = tmp_path / "folder"
    blocker.write_text("in the way")
    storage = open_storage(blocker / "zcw.sqlite")
    assert not storage.ok
    assert "history is not being kept" in storage.health.trouble
    assert storage.load("main") is None
    storage.note("main", a_start(1))
    storage.save("main", {"mode": "manual"})
    assert not await storage.flushed()
    [run] = await storage.runs(5)
    assert run.by == "on_demand"
    blocker.unlink()
    assert await asyncio.to_thread(eventually, storage.flush)
    assert storage.ok
    assert [kept.id for kept in await storage.runs(5)] == [run.id]
    assert storage.load("main") == {"mode": "manual"}


def test_a_second_controller_on_the_same_file_is_refused(open_storage: OpenStorage, path: Path) -> None:
    first = open_storage()
    with pytest.raises(DataFileInUse, match=rf"another controller \(process {os.getpid()}\).*storage\.path"):
        open_storage()
    first.close()
    open_storage()


_HOLDS = """
import sys
from pathlib import Path
from controller.storage import Storage
storage = Storage(Path(sys.argv[1]), lambda at: at)
print("open", flush=True)
sys.stdin.read()
"""


def test_another_process_is_refused_and_its_death_frees_the_file(
    open_storage: OpenStorage, path: Path
) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", _HOLDS, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n"
    with pytest.raises(DataFileInUse, match=f"process {child.pid}"):
        open_storage()
    child.kill()
    child.communicate()
    open_storage()


def test_a_file_of_a_newer_version_is_refused_and_left_alone(open_storage: OpenStorage, path: Path) -> None:
    _filled(open_storage)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(DataFileRefused, match=r"newer version \(its format is 99"):
        open_storage()
    assert path.read_bytes() == before


def test_the_database_of_another_program_is_refused_and_left_alone(
    open_storage: OpenStorage, path: Path
) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE states (state TEXT)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(DataFileRefused, match="another program"):
        open_storage()
    assert path.read_bytes() == before


_FULL = """
import resource, sys
from pathlib import Path
from controller.core.reason import Reason, ReasonCode
from controller.ports import Note, NoteKind
from controller.storage import Storage

def note(text):
    return Note(1, NoteKind.REQUESTED, Reason.of(ReasonCode.REQUESTED, who="page"), {"text": text})

storage = Storage(Path(sys.argv[1]), lambda at: at)
storage.note("main", note("before"))
assert storage.flush()
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
for number in range(40):
    storage.note("main", note("x" * 10_000))
assert not storage.flush()
assert not storage.ok
print(storage.health.trouble, flush=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert storage.flush()
assert storage.ok
assert storage.close()
"""


async def test_a_full_disk_is_told_and_nothing_is_lost_when_there_is_room_again(
    open_storage: OpenStorage, path: Path
) -> None:
    child = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", _FULL, path],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        timeout=60,
    )
    assert child.returncode == 0, child.stderr
    assert child.stdout.startswith(f"history is not being kept in {path}: ")
    assert child.stdout.endswith("the controller goes on and tries again\n")
    assert len(await open_storage().notes(100)) == 41


FULL_FROM_THE_START = """
import resource, sys
from pathlib import Path
from controller.storage import Storage
resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
storage = Storage(Path(sys.argv[1]), lambda at: at)
storage.save("main", {"mode": "off"})
kept_full, trouble = storage.flush(), storage.health.trouble
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(kept_full, bool(trouble), storage.flush(), storage.health.notices, storage.close())
"""


def test_a_disk_that_is_full_at_the_first_start_leaves_nothing_that_looks_damaged(path: Path) -> None:
    command = [sys.executable, "-c", FULL_FROM_THE_START, str(path)]
    said = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, timeout=60, check=False)
    assert said.stdout.strip() == "False True True () True", said.stderr
    assert sorted(file.name for file in path.parent.iterdir()) == ["zcw.sqlite", "zcw.sqlite.lock"]


def test_an_upgrade_keeps_the_rows_and_a_copy(tmp_path: Path, open_storage: OpenStorage, path: Path) -> None:
    _filled(open_storage)
    files = (
        *schema_files(),
        SchemaFile(NEXT, "ALTER TABLE notes ADD COLUMN person TEXT; CREATE TABLE extra (x);"),
    )
    upgraded = DataFile(path, files)
    upgraded.close()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*), max(person) FROM notes").fetchone() == (50, None)
    assert connection.execute("PRAGMA user_version").fetchone() == (NEXT,)
    connection.close()
    copy = sqlite3.connect(path.with_name(f"zcw.sqlite.v{NEXT - 1}"))
    assert copy.execute("SELECT count(*) FROM notes").fetchone() == (50,)
    assert copy.execute("PRAGMA user_version").fetchone() == (NEXT - 1,)
    copy.close()
    with pytest.raises(DataFileRefused, match="newer version"):
        open_storage()


def test_an_upgrade_that_fails_half_way_changes_nothing(open_storage: OpenStorage, path: Path) -> None:
    _filled(open_storage)
    files = (*schema_files(), SchemaFile(NEXT, "CREATE TABLE extra (x); CREATE TABLE notes (y);"))
    with pytest.raises(StorageError, match="cannot be brought to the newest format"):
        DataFile(path, files)
    connection = sqlite3.connect(path)
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert "extra" not in names
    assert connection.execute("PRAGMA user_version").fetchone() == (NEXT - 1,)
    connection.close()


def test_schema_files_are_numbered_without_gaps(tmp_path: Path) -> None:
    assert [file.version for file in schema_files()] == list(range(1, len(schema_files()) + 1))
    (tmp_path / "0002_later.sql").write_text("")
    with pytest.raises(ValueError, match="not numbered"):
        schema_files(tmp_path)


def test_the_file_is_marked_as_ours_and_synced_in_full(open_storage: OpenStorage, path: Path) -> None:
    _filled(open_storage, notes=1)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    file = DataFile(path)
    assert file._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    file.close()


async def test_a_copy_of_the_file_at_work_is_whole(
    open_storage: OpenStorage, path: Path, wall: WallClock
) -> None:
    """What a power cut leaves behind: the files as they are, without a shutdown."""
    storage = open_storage()
    for number in range(20):
        storage.note("main", a_note(number, number=number))
        storage.reading("main", "return", number * 10_000, float(number))
        assert await storage.flushed()
        image = path.parent.parent / f"image-{number}"
        shutil.copytree(path.parent, image)
        after = Storage(image / path.name, wall)
        numbers = [note.details["number"] for note in await after.notes(100)]
        assert numbers == list(range(number, -1, -1))
        assert after.ok
        after.close()


def test_a_file_of_the_first_version_is_brought_up_to_date(open_storage: OpenStorage, path: Path) -> None:
    path.parent.mkdir(parents=True)
    _first_version(path)
    storage = open_storage()
    storage.note("main", a_note(2))
    assert storage.flush()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (NEXT - 1,)
    assert connection.execute("SELECT count(*) FROM notes").fetchone() == (2,)
    uids = connection.execute("SELECT uid FROM sessions").fetchall()
    assert len(set(uids)) == 2
    connection.close()


def _first_version(path: Path) -> None:
    """A file as the first version left it: one session, one note."""
    connection = sqlite3.connect(path)
    connection.executescript(schema_files()[0].statements)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 1")
    connection.execute("INSERT INTO sessions DEFAULT VALUES")
    connection.execute(
        "INSERT INTO notes (session, loop, at_ms, utc_ms, kind, reason, reason_values, details)"
        " VALUES (1, 'main', 5, 5, 'stop', 'stopped_by_person', '{}', '{}')"
    )
    connection.commit()
    connection.close()
