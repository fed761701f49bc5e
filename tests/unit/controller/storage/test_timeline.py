"""Runs and draws as marks on the axis of time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from controller.core.clock import MINUTE_MS
from controller.core.reason import Reason, ReasonCode
from controller.ports import Note, NoteKind
from controller.storage.timeline import DrawsMark, Mark, RunsMark, timeline
from tests.unit.controller.storage.builders import a_start, an_end
from tests.unit.controller.storage.conftest import NOON_UTC_MS, OpenStorage, WallClock

NOON = datetime.fromtimestamp(NOON_UTC_MS / 1000, UTC)
HOUR = timedelta(hours=1)


def a_draw(at: int, hot: float = 0.9, wait_s: float = 3.0) -> Note:
    return Note(at, NoteKind.DRAWN, Reason(ReasonCode.DRAWN), {"hot": hot, "wait_s": wait_s})


@pytest.mark.parametrize("on_disk", [False, True])
async def test_runs_and_draws_of_a_span_are_told(open_storage: OpenStorage, on_disk: bool) -> None:
    storage = open_storage()
    for note in (a_start(0), an_end(60_000), a_draw(90_000), a_start(2 * MINUTE_MS)):
        storage.note("main", note)
    storage.note("annex", a_start(5_000))
    if on_disk:
        await storage.flushed()
    told = await storage.timeline("main", NOON, NOON + HOUR, 100)
    assert told.runs == (
        RunsMark(NOON_UTC_MS, NOON_UTC_MS + 60_000, 1, 60_000),
        RunsMark(NOON_UTC_MS + 2 * MINUTE_MS, None, 1, 0),
    )
    assert told.draws == (DrawsMark(NOON_UTC_MS + 90_000, 1, 0.9, 3.0),)


async def test_a_run_that_reaches_into_the_span_is_told_and_one_before_it_is_not(
    open_storage: OpenStorage,
) -> None:
    storage = open_storage()
    for note in (a_start(0), an_end(1_000), a_start(30_000), an_end(90_000)):
        storage.note("main", note)
    told = await storage.timeline("main", NOON + timedelta(minutes=1), NOON + HOUR, 100)
    assert [run.since_ms - NOON_UTC_MS for run in told.runs] == [30_000]


async def test_a_run_that_a_crash_cut_off_has_no_length(open_storage: OpenStorage) -> None:
    first = open_storage()
    first.note("main", a_start(0))
    first.close()
    second = open_storage()
    told = await second.timeline("main", NOON - HOUR, NOON + HOUR, 100)
    assert told.runs == (RunsMark(NOON_UTC_MS, NOON_UTC_MS, 1, 0),)


async def test_a_damaged_file_tells_what_is_still_held(
    open_storage: OpenStorage, path: Path, wall: WallClock
) -> None:
    storage = open_storage()
    storage.note("main", a_start(0))
    await storage.flushed()
    path.write_bytes(b"x" * 8192)
    storage.note("main", a_draw(1_000))
    told = await storage.timeline("main", NOON, NOON + HOUR, 100)
    assert [draw.draws for draw in told.draws] in ([1], [])


def marks(count: int, every_ms: int) -> list[Mark]:
    kinds = (NoteKind.RUN_STARTED, NoteKind.RUN_ENDED)
    return [
        Mark(number, 1, number * every_ms, number * every_ms, kinds[number % 2])
        for number in range(2 * count)
    ]


def test_dense_runs_are_told_together_and_none_is_lost() -> None:
    span = (0, 20_000 * MINUTE_MS)
    told = timeline(marks(10_000, MINUTE_MS), span, 100, 1)
    assert len(told.runs) <= 100
    assert sum(run.runs for run in told.runs) == 10_000
    assert sum(run.ran_ms for run in told.runs) == 10_000 * MINUTE_MS


def test_dense_draws_are_told_together_with_their_hot_ones_and_their_mean_wait() -> None:
    details = '{"hot":0.5,"wait_s":%d}'
    drawn = [Mark(one, 1, one, one * 1_000, NoteKind.DRAWN, details % (one % 2 * 20)) for one in range(1_000)]
    told = timeline(drawn, (0, 1_000_000), 10, 1)
    assert [draw.draws for draw in told.draws] == [100] * 10
    assert {draw.hot for draw in told.draws} == {50.0}
    assert all(abs(draw.wait_s - 10.0) < 0.2 for draw in told.draws)


def test_flipped_bits_in_details_cost_the_details_alone() -> None:
    told = timeline([Mark(1, 1, 5, 5, NoteKind.DRAWN, '{"hot":')], (0, 10), 10, 1)
    assert told.draws == (DrawsMark(5, 1, 0.0, 0.0),)


def test_busy_weeks_and_quiet_ones_stay_apart_however_many_runs_there_are() -> None:
    hour_ms = 3_600_000
    marks = []
    for hour in range(1_000):
        at = hour * hour_ms
        ran_ms = 600_000 if hour < 500 else 60_000
        marks.append(Mark(2 * hour, 1, at, at, NoteKind.RUN_STARTED.value))
        marks.append(Mark(2 * hour + 1, 1, at + ran_ms, at + ran_ms, NoteKind.RUN_ENDED.value))
    told = timeline(marks, (0, 1_000 * hour_ms), 10, 1)
    assert [run.runs for run in told.runs] == [100] * 10
    assert [run.ran_ms for run in told.runs] == [100 * 600_000] * 5 + [100 * 60_000] * 5
