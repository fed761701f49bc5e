"""When old rows may go, and that they go."""

import sqlite3
from pathlib import Path

import pytest

from controller.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from controller.storage import Storage
from controller.storage.retention import LONGEST_PAUSE_MS, STEADY_MS, STEP_MS, Retention, RetentionClock
from tests.unit.controller.storage.builders import a_note
from tests.unit.controller.storage.conftest import NOON_UTC_MS, WallClock


def run_for(clock: RetentionClock, duration_ms: int, *, at: int = 0, utc_ms: int = NOON_UTC_MS) -> list[int]:
    return [step for step in range(0, duration_ms + 1, MINUTE_MS) if clock.advance(at + step, utc_ms + step)]


def test_a_pass_comes_once_a_day() -> None:
    assert run_for(RetentionClock(), 3 * DAY_MS) == [DAY_MS, 2 * DAY_MS, 3 * DAY_MS]


def test_no_pass_comes_just_before_a_day_is_over() -> None:
    clock = RetentionClock()
    clock.advance(0, NOON_UTC_MS)
    assert not clock.advance(STEADY_MS - 1, NOON_UTC_MS + STEADY_MS - 1)
    assert clock.advance(STEADY_MS, NOON_UTC_MS + STEADY_MS)


@pytest.mark.parametrize("jump_ms", [365 * DAY_MS, -365 * DAY_MS, STEP_MS + 1, -STEP_MS - 1])
def test_a_jump_of_the_wall_clock_starts_the_day_anew(jump_ms: int) -> None:
    clock = RetentionClock()
    assert run_for(clock, 23 * HOUR_MS) == []
    at, utc_ms = 23 * HOUR_MS, NOON_UTC_MS + 23 * HOUR_MS + jump_ms
    assert run_for(clock, DAY_MS - MINUTE_MS, at=at, utc_ms=utc_ms) == []


def test_daylight_saving_sized_steps_do_no_harm() -> None:
    clock = RetentionClock()
    run_for(clock, 23 * HOUR_MS)
    assert run_for(clock, HOUR_MS, at=23 * HOUR_MS, utc_ms=NOON_UTC_MS + 23 * HOUR_MS + STEP_MS) == [HOUR_MS]


def test_the_day_adds_up_over_restarts() -> None:
    first = RetentionClock()
    run_for(first, 20 * HOUR_MS)
    second = RetentionClock(first.steady_ms, first.last_utc_ms)
    assert run_for(second, 5 * HOUR_MS, utc_ms=first.last_utc_ms + HOUR_MS) == [4 * HOUR_MS]


def test_a_clock_far_ahead_after_a_restart_is_doubted() -> None:
    second = RetentionClock(20 * HOUR_MS, NOON_UTC_MS)
    assert run_for(second, 5 * HOUR_MS, utc_ms=NOON_UTC_MS + LONGEST_PAUSE_MS + 1) == []


def _count(path: Path, table: str) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    finally:
        connection.close()


def _fill(storage: Storage, at: int) -> None:
    storage.note("main", a_note(at))
    storage.reading("main", "return", at, 20 + at % 7)
    assert storage.flush()


def test_old_rows_go_and_young_ones_stay(path: Path, wall: WallClock) -> None:
    storage = Storage(path, wall, Retention(notes_days=5, readings_days=2))
    for day in range(8):
        for hour in range(0, 24, 6):
            _fill(storage, day * DAY_MS + hour * HOUR_MS)
    storage.close()
    assert 20 <= _count(path, "notes") <= 28
    assert 8 <= _count(path, "readings") <= 16


def test_surplus_rows_go_whatever_their_age(path: Path, wall: WallClock) -> None:
    storage = Storage(path, wall, Retention(most_notes=10, most_readings=5))
    for hour in range(60):
        _fill(storage, hour * HOUR_MS)
    storage.close()
    assert _count(path, "notes") <= 30
    assert _count(path, "readings") <= 30


def test_a_year_ahead_deletes_nothing_within_a_day(path: Path, wall: WallClock) -> None:
    storage = Storage(path, wall, Retention(notes_days=5, readings_days=2))
    for hour in range(20):
        _fill(storage, hour * HOUR_MS)
    assert wall.offset_ms is not None
    wall.offset_ms += 365 * DAY_MS
    for hour in range(20, 40):
        _fill(storage, hour * HOUR_MS)
    storage.close()
    assert _count(path, "notes") == 40
