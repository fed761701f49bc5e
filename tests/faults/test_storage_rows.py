"""Faults of disks: slow, locked, spoilt, worn. The control loop must not notice, and acknowledged rows must be there."""

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from controller.core.clock import DAY_MS, MINUTE_MS
from controller.core.events import PumpReport, Reading
from controller.storage import DataFileRefused, Storage
from controller.storage.datafile import APPLICATION_ID, DataFile
from controller.storage.migrations import migrate, schema_files
from controller.storage.outbox import CAPACITY, Outbox
from controller.storage.records import ReadingRow
from controller.storage.retention import Retention
from controller.storage.writer import SLICE_ROWS
from controller.strategies.on_demand import OnDemand
from controller.strategies.predictive import Predictive
from tests.builders import engine
from tests.conftest import REPOSITORY
from tests.unit.controller.storage.builders import a_note
from tests.unit.controller.storage.conftest import NOON_UTC_MS

LATE_S = 0.5
"""The control loop may be held up for so long at most."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "zcw.sqlite"


@contextmanager
def opened(path: Path, retention: Retention | None = None) -> Iterator[Storage]:
    storage = Storage(path, lambda at: NOON_UTC_MS + at, retention)
    try:
        yield storage
    finally:
        storage.close()


def numbers(storage: Storage) -> set[object]:
    return {note.details.get("number") for note in asyncio.run(storage.notes(10_000))}


def longest_s(work: Callable[[int], None], count: int) -> float:
    """Return the longest time that one of many calls took, or the first that is too long."""
    worst = 0.0
    for number in range(count):
        began = time.monotonic()
        work(number)
        worst = max(worst, time.monotonic() - began)
        if worst > LATE_S:
            break
    return worst


def keep_everything(storage: Storage, number: int) -> None:
    """What one step of the control loop gives to the storage."""
    storage.note("main", a_note(number, number=number))
    storage.reading("main", "return", number * 10_000, 20.0 + number % 7)
    storage.save("main", {"number": number})


# -- slow, and locked ---------------------------------------------------------------------------------------


def test_a_disk_that_takes_for_ever_to_sync_never_holds_up_the_control_loop(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer's commit stands still until the test lets it go: longer than any five seconds."""
    standing, go_on = threading.Event(), threading.Event()
    original = DataFile.write

    def slow(self: DataFile, batch: object, base_id: int) -> None:
        standing.set()
        go_on.wait(60.0)
        original(self, batch, base_id)  # type: ignore[arg-type]

    monkeypatch.setattr(DataFile, "write", slow)
    with opened(path) as storage:
        keep_everything(storage, 0)
        assert standing.wait(10.0), "the writer is in its commit"
        assert longest_s(lambda number: keep_everything(storage, number), 500) <= LATE_S
        assert not storage.flush(0.05), "what is not on the disk is never acknowledged"
        go_on.set()
        assert storage.flush()
        assert numbers(storage) >= set(range(500))


def test_a_file_that_another_process_has_locked_costs_neither_time_nor_rows(path: Path) -> None:
    with opened(path) as storage:
        keep_everything(storage, 0)
        assert storage.flush()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            assert longest_s(lambda number: keep_everything(storage, number), 500) <= LATE_S
            assert not storage.flush(0.2), "what is not on the disk is never acknowledged"
            other.execute("COMMIT")
        assert storage.flush(30.0)
        assert numbers(storage) >= set(range(500))


def test_a_writer_that_stands_still_for_a_minute_costs_bounded_memory_and_tells_what_was_dropped() -> None:
    """100 messages a second for a minute and longer, and nobody takes them."""
    outbox = Outbox()
    for number in range(CAPACITY + 6_000):
        outbox.put_reading(ReadingRow(0, "main", "return", number, NOON_UTC_MS + number, 20.0))
    batch = outbox.take(wait=False) or outbox._batch()
    assert len(batch.readings) == CAPACITY
    assert outbox.dropped.readings == 6_000


MOUNTS = subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode == 0

ON_A_DISK_OF_ITS_OWN = """
import subprocess, sys, time
from pathlib import Path
from controller.core.events import PumpReport, Reading, Tick
from controller.storage import Storage
from controller.strategies.on_demand import OnDemand
from tests.builders import engine, request, seconds

how, folder = sys.argv[1], Path(sys.argv[2])
size = "64k" if how == "full" else "8m"
subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)], check=True)
if how == "full":
    (folder / "others").write_bytes(bytes(60_000))
if how == "read-only":
    # With a file open for writing Linux refuses: so this is the start after the card has given up.
    assert Storage(folder / "zcw.sqlite", lambda at: 1_800_000_000_000 + at).close()
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
storage = Storage(folder / "zcw.sqlite", lambda at: 1_800_000_000_000 + at)

one, runs, worst_s = engine(OnDemand()), [], 0.0
one.handle(PumpReport(0, on=False))
for second in range(1, 900):
    at = seconds(second)
    events = [Reading(at, "return", 25.0), Tick(at)] + ([request(at)] if second == 120 else [])
    for event in events:
        began = time.monotonic()
        step = one.handle(event)
        for note in step.notes:
            storage.note("main", note)
        for command in step.commands:
            storage.command("main", command)
            if not runs or runs[-1][0] is not command.run:
                runs.append((command.run, command.at))
            one.handle(PumpReport(at, on=command.run))
        storage.reading("main", "return", at, 20.0 + second % 9)
        storage.save("main", one.snapshot())
        worst_s = max(worst_s, time.monotonic() - began)
kept = storage.flush()
on = [at for run, at in runs if run]
off = [at for run, at in runs if not run and on and at > on[0]]
print(kept, storage.ok, len(on), off[0] - on[0], worst_s <= 0.5, storage.health.trouble)
if how == "full":
    (folder / "others").unlink()
    subprocess.run(["mount", "-o", "remount,size=8m", str(folder)], check=True)
else:
    subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
ends = time.monotonic() + 20.0
while not storage.flush() and time.monotonic() < ends:
    pass
print(storage.flush(), storage.ok)
"""


def on_a_disk_of_its_own(how: str, folder: Path) -> list[str]:
    """Let a controller live on a file system that fails, in a mount namespace of its own."""
    folder.mkdir()
    command = ["unshare", "-rm", sys.executable, "-c", ON_A_DISK_OF_ITS_OWN, how, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(not MOUNTS, reason="no mount namespaces for this user here")
def test_a_disk_that_is_full_from_the_start_is_told_and_control_goes_on(tmp_path: Path) -> None:
    told, afterwards = on_a_disk_of_its_own("full", tmp_path / "disk")
    assert told.startswith("False False 1 300000 True history is not being kept in ")
    assert "the disk is full" in told or "No space left" in told or "reports errors" in told, told
    assert afterwards == "True True"


@pytest.mark.skipif(not MOUNTS, reason="no mount namespaces for this user here")
def test_a_disk_that_has_turned_read_only_is_told_and_control_goes_on(tmp_path: Path) -> None:
    told, afterwards = on_a_disk_of_its_own("read-only", tmp_path / "disk")
    assert told.startswith("False False 1 300000 True history is not being kept in ")
    assert "read-only" in told, told
    assert afterwards == "True True"


# -- spoilt -------------------------------------------------------------------------------------------------


def filled(path: Path, count: int = 60) -> None:
    """A data file with a log that was not folded in, as a power cut leaves it."""
    with opened(path) as storage:
        for number in range(count):
            keep_everything(storage, number)
            if number % 20 == 19:
                assert storage.flush()
        image = path.parent.with_name("image")
        shutil.copytree(path.parent, image)
    shutil.rmtree(path.parent)
    image.rename(path.parent)


def starts_and_keeps(path: Path, number: int) -> None:
    with opened(path) as storage:
        storage.load("main")
        storage.note("main", a_note(1, number=number))
        assert storage.flush(), storage.health
        assert number in numbers(storage)


def test_a_log_that_is_gone_or_anothers_or_torn_never_keeps_the_controller_from_starting(path: Path) -> None:
    rng = random.Random("foreign logs")
    filled(path)
    sound = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    log = sound["zcw.sqlite-wal"]
    spoilt: list[bytes | None] = [
        None,
        b"",
        bytes(len(log)),
        rng.randbytes(len(log)),
        log[: len(log) // 2],
        log * 2,
    ]
    while len(spoilt) < 40:
        position = rng.randrange(len(log))
        spoilt.append(log[:position] + rng.randbytes(64) + log[position + 64 :])
    for number, one in enumerate(spoilt, 1_000):
        for file in path.parent.iterdir():
            file.unlink()
        for name, content in sound.items():
            if not name.endswith(("-shm", ".lock")):
                (path.parent / name).write_bytes(content)
        if one is None:
            (path.parent / "zcw.sqlite-wal").unlink()
        else:
            (path.parent / "zcw.sqlite-wal").write_bytes(one)
        starts_and_keeps(path, number)


@pytest.mark.slow
def test_of_two_hundred_files_with_flipped_bits_none_gives_a_wrong_setting_or_keeps_the_controller_from_starting(
    path: Path,
) -> None:
    rng = random.Random("flipped bits")
    with opened(path) as storage:
        for number in range(80):
            keep_everything(storage, number)
        storage.save("main", {"mode": "off"})
    sound = path.read_bytes()
    refused = 0
    for copy in range(200):
        spoilt = bytearray(sound)
        for _ in range(rng.randint(1, 100)):
            spoilt[rng.randrange(len(spoilt))] ^= 1 << rng.randrange(8)
        shutil.rmtree(path.parent)
        path.parent.mkdir()
        path.write_bytes(spoilt)
        try:
            with opened(path) as storage:
                assert storage.load("main") in ({"mode": "off"}, None)
                assert storage.load("main") or storage.health.notices, "a default is told"
                storage.note("main", a_note(1, number=1_000 + copy))
                assert storage.flush() or storage.flush(), storage.health
        except DataFileRefused:
            refused += 1  # the bit is in the number of the format: told, and nothing is touched
    assert refused <= 5


@pytest.mark.parametrize("version", range(1, len(schema_files()) + 1))
def test_a_file_of_every_earlier_version_is_brought_up_to_date_with_every_row(
    path: Path, version: int
) -> None:
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, schema_files()[:version])
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(
            "INSERT INTO notes (id, session, loop, at_ms, utc_ms, kind, reason, reason_values, details)"
            " VALUES (1, 0, 'main', 5, 5, 'requested', 'requested', '[[\"who\", \"Anna\"]]', '{\"number\": 7}')"
        )
    with opened(path) as storage:
        assert 7 in numbers(storage)
        assert storage.ok and storage.health.notices == ()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(schema_files()),)


# -- telemetry ----------------------------------------------------------------------------------------------


def test_a_cut_costs_a_minute_of_telemetry_at_most_and_no_reading_is_due_before_that() -> None:
    """Readings are handed to the disk a minute after the first of them came, never later."""
    now_s = [0.0]
    outbox = Outbox(clock=lambda: now_s[0])
    given: list[float] = []
    lost_s: list[float] = []
    commits = 0
    for second in range(0, 600, 5):
        now_s[0] = float(second)
        outbox.put_reading(ReadingRow(0, "main", "return", second * 1_000, second * 1_000, 20.0))
        given.append(float(second))
        batch = outbox.take(wait=False)
        if batch is not None:
            outbox.confirm(batch)
            given.clear()
            commits += 1
        lost_s.append(now_s[0] - given[0] if given else 0.0)
    assert max(lost_s) <= 60.0
    assert 9 <= commits <= 10, "no commit for each sample"


# -- wear and growth ----------------------------------------------------------------------------------------


def written_bytes() -> int:
    """Bytes that this process has given to files, log and data file both, whatever disk is below."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("wchar")).split()[1])


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/proc/self/io"), reason="no /proc/self/io here")
def test_a_day_of_four_messages_a_second_is_written_with_less_than_100_mb(path: Path) -> None:
    """Ten loops with four sensors each, that wander as real ones do; every loop learns, and runs 20 times a day."""
    rng = random.Random("wear")
    loops = [f"loop{number}" for number in range(10)]
    engines = {name: engine(OnDemand(), Predictive()) for name in loops}
    value_c = {(name, sensor): 30.0 for name in loops for sensor in ("return", "supply", "far", "tank")}
    minutes = 240
    with opened(path) as storage:
        storage.flush()
        before = written_bytes()
        for minute in range(minutes):
            for step in range(24):
                for name, sensor in list(value_c)[step % 4 :: 4]:
                    at = minute * MINUTE_MS + step * 2_500
                    value_c[name, sensor] += rng.choice((-0.0625, 0.0, 0.0, 0.0625))
                    storage.reading(name, sensor, at, value_c[name, sensor])
                    if sensor in ("return", "supply"):
                        engines[name].handle(Reading(at, sensor, value_c[name, sensor]))
            for name in loops:
                if (minute + loops.index(name)) % 72 == 0:
                    # A wish, its run, the end of both: each is kept at once, with what was learned.
                    for number in range(4):
                        storage.note(name, a_note(minute * MINUTE_MS, number=number))
                        engines[name].handle(PumpReport(minute * MINUTE_MS, on=number % 2 == 0))
                        storage.save(name, engines[name].snapshot())
                        assert storage.flush()
            assert storage.flush()
        day_mb = (written_bytes() - before) / 1e6 * 1_440 / minutes
    print(f"\nwritten a day at 4 messages a second: {day_mb:.1f} MB")
    assert day_mb <= 100.0


@pytest.mark.slow
def test_a_year_of_rows_stays_within_its_cap_and_tidying_never_holds_up_a_commit(path: Path) -> None:
    most = 40_000
    retention = Retention(readings_days=90, most_readings=most)
    slices: list[float] = []
    with opened(path, retention) as storage:
        for day in range(365):
            for number in range(300):
                storage.reading(
                    "main", f"s{number % 3}", day * DAY_MS + number * 280_000, float(number * 7 % 50)
                )
            began = time.monotonic()
            assert storage.flush()
            slices.append(time.monotonic() - began)
        size_mb = sum(file.stat().st_size for file in path.parent.iterdir()) / 1e6
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT count(*) FROM readings").fetchone()[0]
    slices.sort()
    print(f"\n{rows} readings, {size_mb:.1f} MB, commit p99 {slices[int(0.99 * len(slices))] * 1_000:.0f} ms")
    assert rows <= most + 2 * SLICE_ROWS
    assert size_mb <= 12.0
