"""The journal and the snapshots, from giving to finding again."""

import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from controller.core.decision import Command
from controller.core.reason import Reason, ReasonCode
from controller.ports import Journal, Note, NoteKind, SnapshotStore
from controller.storage import Storage
from tests.unit.controller.storage.builders import a_note, a_start, an_end
from tests.unit.controller.storage.conftest import NOON_UTC_MS, OpenStorage, WallClock

REPOSITORY = Path(__file__).parents[4]
NOON = datetime.fromtimestamp(NOON_UTC_MS / 1000, UTC)


def test_it_is_a_journal_and_a_snapshot_store(open_storage: OpenStorage) -> None:
    storage = open_storage()
    journal: Journal = storage
    snapshots: SnapshotStore = storage
    assert journal is snapshots


async def test_a_note_is_found_again_after_a_restart(open_storage: OpenStorage) -> None:
    first = open_storage()
    first.note("main", a_note(1_000, request_id="r1", wish_c=None))
    assert first.close()
    [note] = await open_storage().notes(10)
    assert (note.loop, note.kind, note.at) == ("main", "requested", NOON + timedelta(seconds=1))
    assert note.reason == Reason.of(ReasonCode.REQUESTED, who="kitchen button")
    assert note.details == {"request_id": "r1", "wish_c": None}


async def test_notes_are_part_of_the_history_before_they_reach_the_disk(
    tmp_path: Path, wall: WallClock
) -> None:
    (tmp_path / "file").write_text("in the way of the folder")
    storage = Storage(tmp_path / "file" / "zcw.sqlite", wall)
    storage.note("main", a_start(0))
    storage.note("main", an_end(5_000))
    [run] = await storage.runs(10)
    assert (run.started_at, run.ended_at) == (NOON, NOON + timedelta(seconds=5))
    storage.close()


async def test_notes_come_newest_first_and_page_backwards(open_storage: OpenStorage) -> None:
    storage = open_storage()
    for at in range(10):
        storage.note("main" if at % 2 else "annex", a_note(at, number=at))
        if at == 5:
            assert await storage.flushed()
    newest = await storage.notes(4)
    assert [note.details["number"] for note in newest] == [9, 8, 7, 6]
    older = await storage.notes(4, before_id=newest[-1].id)
    assert [note.details["number"] for note in older] == [5, 4, 3, 2]
    assert [note.details["number"] for note in await storage.notes(2, loop="main")] == [9, 7]


@pytest.mark.parametrize(
    "loop", ["main' OR '1'='1", "x'; DROP TABLE notes; --", "' UNION SELECT * FROM notes --", "ma%", '"main"']
)
async def test_a_loop_is_a_value_and_never_part_of_a_question(open_storage: OpenStorage, loop: str) -> None:
    storage = open_storage()
    storage.note("main", a_note(1))
    assert await storage.flushed()
    assert await storage.notes(10, loop=loop) == []
    assert len(await storage.notes(10)) == 1
    assert storage.ok


async def test_ids_go_on_growing_after_a_restart(open_storage: OpenStorage) -> None:
    first = open_storage()
    for at in range(3):
        first.note("main", a_note(at))
        first.command("main", Command(at, True, 1_000, Reason(ReasonCode.NOTHING_ASKED)))
    first.close()
    second = open_storage()
    second.note("main", a_note(0, number="new"))
    await second.flushed()
    notes = await second.notes(10)
    assert [note.id for note in notes] == sorted({note.id for note in notes}, reverse=True)
    assert notes[0].details == {"number": "new"}
    assert len(notes) == 4


def test_commands_are_kept(open_storage: OpenStorage, path: Path) -> None:
    storage = open_storage()
    storage.command("main", Command(7, True, 120_000, Reason.of(ReasonCode.REQUESTED, who="page")))
    storage.close()
    with sqlite3.connect(path) as connection:
        rows = connection.execute(
            "SELECT loop, at_ms, utc_ms, run, lease_ms, reason FROM commands"
        ).fetchall()
    connection.close()
    assert rows == [("main", 7, NOON_UTC_MS + 7, 1, 120_000, "requested")]


def test_the_newest_state_of_each_loop_is_found_after_a_restart(open_storage: OpenStorage) -> None:
    first = open_storage()
    first.save("main", {"mode": "auto", "runs": [[1, 2]]})
    first.save("main", {"mode": "off", "runs": []})
    first.save("annex", {"mode": "manual"})
    assert first.load("main") == {"mode": "off", "runs": []}
    first.close()
    second = open_storage()
    assert second.load("main") == {"mode": "off", "runs": []}
    assert second.load("annex") == {"mode": "manual"}
    assert second.load("elsewhere") is None


def test_a_state_with_a_flipped_bit_is_not_used(open_storage: OpenStorage, path: Path) -> None:
    first = open_storage()
    first.save("main", {"mode": "off"})
    first.save("annex", {"mode": "off"})
    first.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE snapshots SET state = replace(state, 'off', 'auto') WHERE loop = 'main'")
    connection.close()
    second = open_storage()
    assert second.load("main") is None
    assert second.load("annex") == {"mode": "off"}
    assert "loop main" in second.health.notices[0]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
async def test_what_is_not_json_does_no_harm(open_storage: OpenStorage, value: float) -> None:
    storage = open_storage()
    storage.note("main", a_note(0, value_c=value))
    storage.save("main", {"value_c": value, "path": Path("x"), "roles": frozenset({"return"})})
    assert await storage.flushed()
    assert (await storage.notes(1))[0].details == {"value_c": None}
    assert storage.load("main") == {"value_c": None, "path": "x", "roles": ["return"]}


_KILLED = """
import os, sys
from pathlib import Path
from controller.core.reason import Reason, ReasonCode
from controller.ports import Note, NoteKind
from controller.storage import Storage
storage = Storage(Path(sys.argv[1]), lambda at: at)
for number in range(10_000):
    note = Note(number, NoteKind.REQUESTED, Reason.of(ReasonCode.REQUESTED, who="page"), {"number": number})
    storage.note("main", note)
    storage.save("main", {"number": number})
    if storage.flush():
        print(number, flush=True)
"""


async def test_kill_9_right_after_an_acknowledged_note_loses_nothing(
    open_storage: OpenStorage, path: Path
) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", _KILLED, path], stdout=subprocess.PIPE, text=True, cwd=REPOSITORY
    )
    assert child.stdout is not None
    acknowledged = -1
    while acknowledged < 20:
        acknowledged = int(child.stdout.readline())
    os.kill(child.pid, signal.SIGKILL)
    rest = child.communicate()[0].split()
    acknowledged = int(rest[-1]) if rest else acknowledged
    storage = open_storage()
    numbers = [note.details["number"] for note in await storage.notes(1_000)]
    assert set(range(acknowledged + 1)) <= set(numbers)
    state = storage.load("main")
    assert state is not None
    assert state["number"] in (acknowledged, acknowledged + 1)


def test_closing_twice_and_giving_after_the_close_do_no_harm(open_storage: OpenStorage) -> None:
    storage = open_storage()
    assert storage.close()
    storage.note("main", a_note(1))
    assert storage.close()


def test_closing_leaves_one_file_and_the_lock(open_storage: OpenStorage, path: Path) -> None:
    storage = open_storage()
    storage.note("main", a_note(1))
    storage.close()
    assert sorted(file.name for file in path.parent.iterdir()) == ["zcw.sqlite", "zcw.sqlite.lock"]


async def test_readings_are_found_before_and_after_they_reach_the_disk(open_storage: OpenStorage) -> None:
    storage = open_storage()
    for at in range(0, 60_000, 10_000):
        storage.reading("main", "return", at, 20 + at / 1000)
    waiting = await storage.readings(NOON, NOON + timedelta(minutes=1))
    assert await storage.flushed()
    stored = await storage.readings(NOON, NOON + timedelta(minutes=1))
    assert [record.value_c for record in stored] == [20, 30, 40, 50, 60, 70]
    assert stored == waiting
    assert (stored[1].loop, stored[1].sensor, stored[1].at) == (
        "main",
        "return",
        NOON + timedelta(seconds=10),
    )


async def test_long_curves_are_told_by_measured_values(open_storage: OpenStorage) -> None:
    storage = open_storage()
    for at in range(0, 600_000, 5_000):
        storage.reading("main", "return", at, 20 + at / 5_000 % 40)
        storage.reading("main", "supply", at, 60 - at / 5_000 % 40)
    for _ in range(2):
        records = await storage.readings(NOON, NOON + timedelta(minutes=10), max_points=10)
        for sensor, least, most in (("return", 20, 59), ("supply", 21, 60)):
            values = [record.value_c for record in records if record.sensor == sensor]
            assert len(values) <= 5, "all curves together"
            assert (min(values), max(values)) == (least, most), "no peak is lost"
        assert all((record.value_c * 100) % 100 == 0 for record in records)
        assert records == sorted(records, key=lambda record: record.at)
        await storage.flushed()


async def test_only_the_asked_time_is_told(open_storage: OpenStorage) -> None:
    storage = open_storage()
    for at in (0, 10_000, 20_000):
        storage.reading("main", "return", at, at / 1000)
    await storage.flushed()
    records = await storage.readings(NOON + timedelta(seconds=10), NOON + timedelta(seconds=20))
    assert [record.value_c for record in records] == [10]
    assert await storage.readings(NOON, NOON) == []


async def test_times_are_filled_in_when_the_clock_gets_set(
    open_storage: OpenStorage, wall: WallClock, path: Path
) -> None:
    storage = open_storage()
    wall.offset_ms = None
    storage.note("main", a_note(1_000))
    storage.reading("main", "return", 1_500, 30.0)
    await storage.flushed()
    [before] = await storage.notes(1)
    assert before.at is None
    wall.offset_ms = NOON_UTC_MS
    storage.note("main", a_note(2_000))
    await storage.flushed()
    times = [note.at for note in await storage.notes(2)]
    assert times == [NOON + timedelta(seconds=2), NOON + timedelta(seconds=1)]
    assert len(await storage.readings(NOON, NOON + timedelta(minutes=1))) == 1
    storage.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT backfilled FROM notes ORDER BY id").fetchall() == [(1,), (0,)]
    connection.close()


async def test_times_of_an_earlier_session_are_never_made_up(
    open_storage: OpenStorage, wall: WallClock
) -> None:
    first = open_storage()
    wall.offset_ms = None
    first.note("main", a_note(1_000))
    first.close()
    wall.offset_ms = NOON_UTC_MS
    second = open_storage()
    second.note("main", a_note(500))
    await second.flushed()
    assert [note.at for note in await second.notes(2)] == [NOON + timedelta(milliseconds=500), None]


def test_a_refused_file_lets_go_of_its_lock(open_storage: OpenStorage, path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE states (x)")
    connection.close()
    for _ in range(2):
        with pytest.raises(Exception, match="another program"):
            open_storage()


async def test_many_notes_from_many_calls_keep_their_order(open_storage: OpenStorage) -> None:
    storage = open_storage()
    for at in range(2_000):
        storage.note("main", Note(at, NoteKind.REFUSED, Reason(ReasonCode.MODE_OFF), {}))
    assert await storage.flushed()
    notes = await storage.notes(1_000)
    assert [note.at for note in notes] == [NOON + timedelta(milliseconds=at) for at in range(1_999, 999, -1)]


async def test_a_year_is_told_by_its_hours_and_no_peak_is_lost(open_storage: OpenStorage) -> None:
    storage = open_storage()
    for hour in range(200 * 24):
        storage.reading("main", "return", hour * 3_600_000 + 7, 95.0 if hour == 1_234 else 20.0 + hour % 7)
    await storage.flushed()
    records = await storage.readings(NOON, NOON + timedelta(days=200), max_points=100)
    assert len(records) <= 100
    [peak] = [record for record in records if record.value_c == 95.0]
    assert peak.at == NOON + timedelta(hours=1_234, milliseconds=7)


async def test_hours_count_readings_whose_time_was_filled_in_later(
    open_storage: OpenStorage, wall: WallClock, path: Path
) -> None:
    storage = open_storage()
    wall.offset_ms = None
    storage.reading("main", "return", 1_500, 30.0)
    storage.reading("main", "return", 601_500, 35.0)
    await storage.flushed()
    wall.offset_ms = NOON_UTC_MS
    storage.reading("main", "return", 1_201_500, 25.0)
    storage.close()
    with sqlite3.connect(path) as connection:
        kept = connection.execute("SELECT low_ms, low_c, high_ms, high_c FROM hours").fetchall()
    connection.close()
    assert min(row[1] for row in kept) == 25.0
    assert max(row[3] for row in kept) == 35.0
    assert {row[2] - NOON_UTC_MS for row in kept if row[3] == 35.0} == {601_500}
