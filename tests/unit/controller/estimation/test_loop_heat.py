"""How hot the supply is, how long it stays so, and how long a fill takes."""

from dataclasses import replace
from math import exp

import pytest

from controller.core.clock import MINUTE_MS, SECOND_MS
from controller.core.plumbing import FAR_END, RETURN, SUPPLY, FixturePipe, Plumbing, Topology
from controller.estimation.cooling import Cooling
from controller.estimation.loop_heat import FILLS_ASKED, LoopHeat

PLUMBING = Plumbing("loop", Topology.DEDICATED_RETURN, ("tap",), frozenset({SUPPLY, RETURN}))


def test_a_time_constant_is_learned_from_one_rest() -> None:
    cooling = Cooling(50 * MINUTE_MS)
    for at in range(0, 60 * MINUTE_MS, MINUTE_MS):
        cooling.reading(at, 20.0 + 35.0 * exp(-at / (80.0 * MINUTE_MS)))
    cooling.disturbed(60 * MINUTE_MS)
    assert cooling.tau_ms == pytest.approx(80 * MINUTE_MS, rel=0.02)


def filled(heat: LoopHeat, at: int, front_s: int) -> int:
    """Run the pump until the front has passed the return sensor; return when it stops."""
    heat.plateau_c = 55.0
    heat.started(at)
    heat.reading(at, RETURN, 22.0, running=True)
    heat.reading(at + front_s * SECOND_MS, RETURN, 45.0, running=True)
    heat.stopped(at + front_s * SECOND_MS)
    return at + front_s * SECOND_MS


def test_the_fill_time_is_learned_from_fronts_after_long_rests() -> None:
    heat = LoopHeat(PLUMBING)
    at = 0
    for _ in range(FILLS_ASKED):
        assert heat.fill_ms is None
        at = filled(heat, at + 300 * MINUTE_MS, 88)
    assert heat.fill_ms is not None
    assert heat.fill_ms == pytest.approx(0.66 * 66 * SECOND_MS, rel=0.02)


@pytest.mark.parametrize(("end_c", "learned"), [(30.0, True), (26.0, False)])
def test_a_run_that_its_stop_rule_ends_at_the_beginning_of_the_front_teaches_the_fill_time(
    end_c: float, learned: bool
) -> None:
    heat = LoopHeat(replace(PLUMBING, sensors=PLUMBING.sensors | {FAR_END}))
    heat.plateau_c = 55.0
    for n in range(1, FILLS_ASKED + 1):
        at = n * 300 * MINUTE_MS
        heat.started(at)
        heat.reading(at, FAR_END, 22.0, running=True)
        heat.reading(at + 46 * SECOND_MS, FAR_END, end_c, running=True)
        heat.stopped(at + 46 * SECOND_MS)
    assert heat.fill_ms == (40 * SECOND_MS if learned else None)


def test_a_front_after_a_draw_teaches_nothing_about_the_fill_time() -> None:
    heat = LoopHeat(PLUMBING)
    heat.plateau_c = 55.0
    for n in range(2 * FILLS_ASKED):
        heat.drawn((n + 1) * 60 * MINUTE_MS, 5.0)
        filled(heat, (n + 1) * 60 * MINUTE_MS + 5 * MINUTE_MS, 30)
    assert heat.fill_ms is None


def test_a_filled_supply_is_hot_and_cools() -> None:
    heat = LoopHeat(PLUMBING)
    stopped = filled(heat, 0, 80)
    fresh, later = heat.estimate(stopped), heat.estimate(stopped + 60 * MINUTE_MS)
    assert fresh.loop_c == pytest.approx(55.0)
    assert 20 * MINUTE_MS < fresh.hot_until - stopped < 60 * MINUTE_MS
    assert 30.0 < later.loop_c < 42.0


def test_a_draw_beside_the_pump_teaches_nothing_about_the_fill_time() -> None:
    heat = LoopHeat(PLUMBING)
    heat.plateau_c = 55.0
    for n in range(2 * FILLS_ASKED):
        at = (n + 1) * 300 * MINUTE_MS
        heat.started(at)
        heat.disturbed()
        heat.reading(at, RETURN, 22.0, running=True)
        heat.reading(at + 40 * SECOND_MS, RETURN, 45.0, running=True)
        heat.stopped(at + 40 * SECOND_MS)
    assert heat.fill_ms is None


def test_the_longest_of_the_last_fronts_counts_and_is_looked_for_again_after_a_week() -> None:
    heat = LoopHeat(PLUMBING)
    at = 0
    for front_s in (88, 60, 70):
        at = filled(heat, at + 300 * MINUTE_MS, front_s)
    assert heat.fill_ms == pytest.approx(0.66 * 66 * SECOND_MS, rel=0.02)
    week_ms = 7 * 24 * 60 * MINUTE_MS
    for waits_ms, asks in ((week_ms - MINUTE_MS, False), (week_ms + MINUTE_MS, True)):
        assert heat.estimate(at + waits_ms).would_learn is asks
    filled(heat, at + week_ms, 80)
    assert heat.fill_ms == pytest.approx(0.66 * 58 * SECOND_MS, rel=0.02)


def test_a_fixture_is_in_time_when_hot_water_has_nearly_reached_its_tee() -> None:
    pipes = (FixturePipe("kitchen", 2.0, 0.1), FixturePipe("bath", 4.0, 2.0))
    two = Plumbing("loop", Topology.DEDICATED_RETURN, ("kitchen", "bath"), frozenset({SUPPLY, RETURN}), pipes)
    near, near_brisk, far, far_brisk = LoopHeat(two).places
    assert 0.4 < near < 0.5
    assert near_brisk < near
    assert far == far_brisk == pytest.approx(1.0)


def test_what_was_learned_of_the_pipes_survives_and_damage_is_left_out() -> None:
    heat = LoopHeat(PLUMBING)
    at = 0
    for _ in range(FILLS_ASKED):
        at = filled(heat, at + 300 * MINUTE_MS, 88)
    again = LoopHeat(PLUMBING)
    again.restore(heat.snapshot())
    assert again.fill_ms == heat.fill_ms
    damaged = LoopHeat(PLUMBING)
    damaged.restore({"fill_ms": -4, "fills": 9, "plateau_c": "hot", "tau_ms": {SUPPLY: 1e99}, "rests": 3})
    assert damaged.fill_ms is None
    assert damaged.snapshot() == LoopHeat(PLUMBING).snapshot()
