"""Runs and refusals, rebuilt from notes."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from controller.core.reason import Reason, ReasonCode
from controller.ports import Note, NoteKind
from tests.unit.controller.storage.builders import a_note, a_start, an_end
from tests.unit.controller.storage.conftest import NOON_UTC_MS, OpenStorage, WallClock

NOON = datetime.fromtimestamp(NOON_UTC_MS / 1000, UTC)


@pytest.mark.parametrize("on_disk", [False, True])
async def test_a_run_is_told_from_its_start_and_its_end(open_storage: OpenStorage, on_disk: bool) -> None:
    storage = open_storage()
    storage.note("main", a_start(1_000))
    storage.note("main", a_note(1_500))
    storage.note("main", an_end(61_000))
    if on_disk:
        await storage.flushed()
    [run] = await storage.runs(10)
    assert (run.loop, run.by, run.who, run.fixture) == ("main", "on_demand", "kitchen button", "kitchen")
    assert run.started_at == NOON + timedelta(seconds=1)
    assert run.ended_at == NOON + timedelta(seconds=61)
    assert run.start_reason == Reason.of(ReasonCode.REQUESTED, who="kitchen button")
    assert run.stop_reason == Reason.of(ReasonCode.HOT_ARRIVED, sensor="return", temperature_c=38.25)
    assert (run.start_c, run.end_c) == ({"return": 21.5}, {"return": 38.25})
    assert not run.refused
    assert run.time_known


async def test_a_start_on_disk_finds_its_end_in_memory(open_storage: OpenStorage) -> None:
    storage = open_storage()
    storage.note("main", a_start(0))
    await storage.flushed()
    storage.note("main", an_end(1_000))
    [run] = await storage.runs(1)
    assert run.ended_at == NOON + timedelta(seconds=1)


async def test_each_loop_ends_its_own_run(open_storage: OpenStorage) -> None:
    storage = open_storage()
    storage.note("main", a_start(0))
    storage.note("annex", a_start(100))
    storage.note("annex", an_end(200))
    runs = await storage.runs(10)
    assert [(run.loop, run.ended_at is None) for run in runs] == [("annex", False), ("main", True)]
    assert [run.loop for run in await storage.runs(10, loop="main")] == ["main"]


async def test_a_run_going_on_has_neither_end_nor_reason(open_storage: OpenStorage) -> None:
    storage = open_storage()
    storage.note("main", a_start(0))
    [run] = await storage.runs(1)
    assert (run.ended_at, run.stop_reason) == (None, None)


async def test_a_run_cut_off_by_a_crash_says_that_its_end_was_not_seen(open_storage: OpenStorage) -> None:
    first = open_storage()
    first.note("main", a_start(0))
    first.close()
    second = open_storage()
    second.note("main", a_start(5))
    second.note("main", an_end(10))
    new, cut_off = await second.runs(10)
    assert new.ended_at is not None
    assert cut_off.ended_at is None
    assert cut_off.stop_reason == Reason.of(ReasonCode.END_UNSEEN)


async def test_refusals_are_told_only_when_asked_for(open_storage: OpenStorage) -> None:
    storage = open_storage()
    reason = Reason.of(ReasonCode.MIN_REST, left_s=12)
    details = {"by": "on_demand", "who": "page", "wanted_code": "requested", "wanted.who": "page"}
    storage.note("main", Note(0, NoteKind.REFUSED, reason, details))
    assert await storage.runs(10) == []
    [refusal] = await storage.runs(10, with_refusals=True)
    assert refusal.refused
    assert refusal.start_reason == Reason.of(ReasonCode.REQUESTED, who="page")
    assert refusal.stop_reason == reason
    assert (refusal.started_at, refusal.ended_at) == (NOON, None)


async def test_a_refusal_that_does_not_say_what_was_wanted_tells_its_own_reason(
    open_storage: OpenStorage,
) -> None:
    storage = open_storage()
    storage.note("main", Note(0, NoteKind.REFUSED, Reason(ReasonCode.MODE_OFF), {"by": "timed"}))
    [refusal] = await storage.runs(1, with_refusals=True)
    assert refusal.start_reason == refusal.stop_reason == Reason(ReasonCode.MODE_OFF)


async def test_a_clock_set_during_a_run_does_not_change_its_length(
    open_storage: OpenStorage, wall: WallClock
) -> None:
    storage = open_storage()
    storage.note("main", a_start(0))
    wall.offset_ms = NOON_UTC_MS - 3_600_000
    storage.note("main", an_end(30_000))
    [run] = await storage.runs(1)
    assert run.ended_at is not None
    assert run.ended_at - run.started_at == timedelta(seconds=30)


async def test_a_run_before_the_clock_was_set_is_flagged_and_placed_after_what_is_known(
    open_storage: OpenStorage, wall: WallClock
) -> None:
    first = open_storage()
    first.note("main", a_note(0))
    first.close()
    wall.offset_ms = None
    second = open_storage()
    second.note("main", a_start(1_000))
    second.note("main", an_end(3_000))
    await second.flushed()
    [run] = await second.runs(1)
    assert not run.time_known
    assert run.started_at == NOON
    assert run.ended_at == NOON + timedelta(seconds=2)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("reason", "reason_of_next_year"),
        ("reason_values", "{}"),
        ("reason_values", "not json"),
        ("reason_values", '{"who": ["a", "list"]}'),
        ("reason_values", "[1]"),
        ("reason_values", "[" * 100_000),
    ],
)
async def test_a_reason_of_another_version_is_named_and_does_no_harm(
    open_storage: OpenStorage, path: Path, column: str, value: str
) -> None:
    first = open_storage()
    first.note("main", a_start(0))
    first.close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE notes SET {column} = ?", (value,))
    connection.close()
    [run] = await open_storage().runs(1)
    assert run.start_reason.code is ReasonCode.UNRECOGNISED
    assert run.start_reason.sentence("en").endswith(value if column == "reason" else "requested")


async def test_a_note_of_a_kind_of_another_version_is_told_by_its_word(
    open_storage: OpenStorage, path: Path
) -> None:
    first = open_storage()
    first.note("main", a_note(0))
    first.close()
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE notes SET kind = 'legionella_run', details = 'damaged', utc_ms = ?", (2**62,)
        )
    connection.close()
    [note] = await open_storage().notes(1)
    assert (note.kind, note.details) == ("legionella_run", {})
    assert note.at is not None


async def test_pages_of_runs_go_backwards(open_storage: OpenStorage) -> None:
    storage = open_storage()
    for number in range(7):
        storage.note("main", a_start(10 * number))
        storage.note("main", an_end(10 * number + 5))
    newest = await storage.runs(3)
    older = await storage.runs(3, before_id=newest[-1].id)
    oldest = await storage.runs(3, before_id=older[-1].id)
    starts = [run.started_at for page in (newest, older, oldest) for run in page]
    assert starts == [NOON + timedelta(milliseconds=10 * number) for number in range(6, -1, -1)]
    assert await storage.runs(0) == []
