"""What temperatures at rest and in runs tell of the valves in the way back."""

from math import exp

import pytest

from controller.core.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from controller.core.events import Acknowledged, Reading
from controller.core.plumbing import COLD_LINE, FAR_END, RETURN, SUPPLY, Plumbing, Topology
from controller.core.reason import ReasonCode
from controller.estimation.way_back import SETTLE_MS, TOLD_AT, WITHIN_MS, WayBack
from tests.builders import COLD_LOOP, RETURN_LOOP, Says, engine, minutes

CROSSED = Plumbing("main", Topology.COLD_RETURN, ("tap",), frozenset({SUPPLY, FAR_END, COLD_LINE}))


def codes(one: WayBack, now: int) -> set[ReasonCode]:
    return {reason.code for reason in one.faults(now)}


def say(one: WayBack, at: int, sensor: str, *values_c: float, every_ms: int = 30 * SECOND_MS) -> int:
    """Let a sensor say one value after the other; return when it said the last."""
    for number, value_c in enumerate(values_c):
        one.reading(at + number * every_ms, sensor, value_c)
    return at + (len(values_c) - 1) * every_ms


def run(one: WayBack, at: int, ran_ms: int, **said: tuple[float, float]) -> int:
    """Run the pump; each sensor has said the first value before and says the second at the end."""
    one.pump(at, True, {sensor: before_c for sensor, (before_c, _) in said.items()})
    for sensor, (_, after_c) in said.items():
        one.reading(at + ran_ms - 1, sensor, after_c)
    one.pump(at + ran_ms, False)
    return at + ran_ms


def test_a_return_that_warms_up_at_rest_again_and_again_is_a_leaking_check_valve() -> None:
    one = WayBack(RETURN_LOOP, 0)
    for number in range(TOLD_AT):
        assert codes(one, number * HOUR_MS) == set()
        say(one, SETTLE_MS + number * HOUR_MS, RETURN, 20.0, 19.0, 14.0, 13.0, 16.5)
    assert codes(one, TOLD_AT * HOUR_MS) == {ReasonCode.CHECK_VALVE_LEAKS}
    assert codes(one, TOLD_AT * HOUR_MS + WITHIN_MS) == set()


@pytest.mark.parametrize(("rise_k", "leaks"), [(2.9, False), (3.0, True)])
def test_a_smaller_rise_is_none(rise_k: float, leaks: bool) -> None:
    one = WayBack(RETURN_LOOP, 0)
    for number in range(TOLD_AT):
        say(one, SETTLE_MS + number * HOUR_MS, RETURN, 20.0, 20.0 + rise_k)
    assert bool(codes(one, TOLD_AT * HOUR_MS)) is leaks


@pytest.mark.parametrize(("after_ms", "leaks"), [(SETTLE_MS - 1, False), (SETTLE_MS, True)])
def test_what_a_run_has_brought_is_no_leak(after_ms: int, leaks: bool) -> None:
    one = WayBack(RETURN_LOOP, 0)
    for number in range(TOLD_AT):
        ended = run(
            one, (number + 1) * HOUR_MS, 80 * SECOND_MS, supply=(54.0, 55.0), **{"return": (20.0, 26.0)}
        )
        say(one, ended + after_ms, RETURN, 30.0, 35.0, every_ms=1)
    assert bool(codes(one, (TOLD_AT + 1) * HOUR_MS)) is leaks


def test_what_a_silent_sensor_has_missed_is_no_leak() -> None:
    one = WayBack(RETURN_LOOP, 0)
    for number in range(9):
        one.reading(SETTLE_MS + number * 6 * MINUTE_MS, RETURN, 20.0 if number % 2 else 30.0)
    assert codes(one, HOUR_MS) == set()


def test_a_loop_that_does_not_cool_circulates_by_itself() -> None:
    one = WayBack(RETURN_LOOP, 0)
    for rest in range(2):
        ended = run(
            one, rest * 6 * HOUR_MS + HOUR_MS, 80 * SECOND_MS, supply=(50.0, 55.0), **{"return": (44.0, 46.0)}
        )
        say(one, ended + SETTLE_MS, RETURN, *[45.0] * 300)
    assert codes(one, 12 * HOUR_MS) == {ReasonCode.THERMOSIPHON}
    cools = [20.0 + 25.0 * exp(-minute / 150.0) for minute in range(130)]
    ended = run(one, 13 * HOUR_MS, 80 * SECOND_MS, supply=(50.0, 55.0), **{"return": (44.0, 46.0)})
    say(one, ended + SETTLE_MS, RETURN, *cools, every_ms=MINUTE_MS)
    assert codes(one, 16 * HOUR_MS) == set()


def test_a_cold_pipe_that_gets_warm_at_rest_is_a_leaking_crossover() -> None:
    one = WayBack(COLD_LOOP, 0)
    for number in range(TOLD_AT):
        say(
            one, SETTLE_MS + number * HOUR_MS, COLD_LINE, 12.0, 20.0, 26.9, every_ms=MINUTE_MS
        )  # up to the room
    assert codes(one, TOLD_AT * HOUR_MS) == set()
    for number in range(TOLD_AT):
        say(one, (5 + number) * HOUR_MS, COLD_LINE, 22.0, 27.0)
    assert codes(one, 9 * HOUR_MS) == {ReasonCode.CROSSOVER_LEAKS}


def test_a_far_end_that_is_cooled_at_once_is_a_leaking_crossover() -> None:
    slow, fast = WayBack(CROSSED, 0), WayBack(CROSSED, 0)
    for number in range(TOLD_AT):
        at = SETTLE_MS + number * HOUR_MS
        say(slow, at, FAR_END, *[54.0 - 1.5 * step for step in range(20)])
        say(fast, at, FAR_END, 40.0, 39.5, 35.4)
    assert codes(slow, TOLD_AT * HOUR_MS) == set()
    assert codes(fast, TOLD_AT * HOUR_MS) == {ReasonCode.CROSSOVER_LEAKS}


def still_run(one: WayBack, at: int, ran_ms: int = 90 * SECOND_MS) -> None:
    run(one, at, ran_ms, supply=(40.0, 39.8), **{"return": (20.0, 20.0)})


def test_runs_that_nothing_felt_have_moved_no_water() -> None:
    one = WayBack(RETURN_LOOP, 0)
    one.reading(0, SUPPLY, 55.0)
    still_run(one, HOUR_MS)
    assert codes(one, 2 * HOUR_MS) == set()
    still_run(one, 2 * HOUR_MS)
    assert codes(one, 3 * HOUR_MS) == {ReasonCode.NOTHING_MOVES}
    run(one, 3 * HOUR_MS, 90 * SECOND_MS, supply=(40.0, 50.0), **{"return": (20.0, 20.0)})
    assert codes(one, 4 * HOUR_MS) == set()


def test_a_short_run_or_one_that_found_a_hot_outlet_proves_nothing() -> None:
    one = WayBack(RETURN_LOOP, 0)
    one.reading(0, SUPPLY, 55.0)
    for number in range(3):
        still_run(one, number * HOUR_MS + HOUR_MS, 59 * SECOND_MS)
        run(
            one,
            number * HOUR_MS + 2 * HOUR_MS,
            90 * SECOND_MS,
            supply=(54.0, 54.0),
            **{"return": (20.0, 20.0)},
        )
    assert codes(one, 6 * HOUR_MS) == set()


def test_signs_survive_a_restart_and_damage_is_left_out() -> None:
    one = WayBack(RETURN_LOOP, 0)
    for number in range(TOLD_AT):
        say(one, SETTLE_MS + number * HOUR_MS, RETURN, 14.0, 18.0)
    again = WayBack(RETURN_LOOP, 50)
    again.restore(one.snapshot(3 * HOUR_MS), 50, HOUR_MS)
    assert codes(again, 50) == {ReasonCode.CHECK_VALVE_LEAKS}
    for kept in (None, [], {"check_valve_leaks": "x"}, {"check_valve_leaks": [None, "1", -5, 1e99]}):
        damaged = WayBack(RETURN_LOOP, 0)
        damaged.restore(kept, 0, None)
        assert codes(damaged, 0) == set()


def test_the_engine_tells_it_as_a_fault_until_somebody_has_looked() -> None:
    one = engine(Says())
    for number in range(TOLD_AT):
        for step, value_c in enumerate((14.0, 18.0)):
            one.handle(Reading(minutes(10 + 60 * number) + step * 20_000, "return", value_c))
    assert ReasonCode.CHECK_VALVE_LEAKS in one.faults
    assert "clean it" in one.faults[ReasonCode.CHECK_VALVE_LEAKS].reason.sentence()
    one.handle(Acknowledged(one.now + 1, "somebody"))
    assert ReasonCode.CHECK_VALVE_LEAKS not in one.faults
