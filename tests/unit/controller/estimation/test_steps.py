"""The steps in which the estimates follow a sensor."""

from collections.abc import Sequence
from itertools import pairwise
from math import exp

from hypothesis import given, settings
from hypothesis import strategies as st

from controller.core.plumbing import RETURN, SUPPLY
from controller.estimation.steps import Steps


def told(steps: Steps, values_c: Sequence[float]) -> list[float]:
    """Return the levels that a row of values, a second apart, crosses."""
    crossed = []
    for number, value_c in enumerate(values_c):
        if steps.take(1_000 * number, value_c):
            assert steps.level_c is not None, "a level that is crossed is known"
            crossed.append(steps.level_c)
    return crossed


def cooling_c(seconds: int, from_c: float = 54.0) -> list[float]:
    """Return a pipe's temperature, second by second, as it cools."""
    return [20.0 + (from_c - 20.0) * exp(-second / 5_400) for second in range(seconds)]


def test_a_pipe_that_cools_for_an_hour_is_told_in_a_few_steps() -> None:
    levels_c = told(Steps(SUPPLY), cooling_c(3_600))
    assert levels_c[:4] == [54.0, 53.0, 50.0, 47.0]
    assert len(levels_c) == 7


def test_a_small_rise_is_noticed_from_the_lowest_value_on_and_not_from_the_last_step() -> None:
    steps = Steps(SUPPLY)
    rest_c = cooling_c(1_000)
    told(steps, rest_c)
    lowest_c = rest_c[-1]
    assert steps.lowest == (999_000, lowest_c)
    assert not steps.take(1_001_000, lowest_c + 0.2)
    assert steps.take(1_002_000, lowest_c + 0.3)
    assert steps.watch.levels_c[1] == lowest_c + 0.75
    assert steps.take(1_003_000, lowest_c + 0.75)


def test_on_the_way_up_the_steps_become_small_near_the_hottest_seen() -> None:
    steps = Steps(SUPPLY)
    told(steps, [54.0, 53.0, 30.0])
    levels_c = told(steps, [30.0 + 0.05 * number for number in range(480)])
    rises_k = [high_c - low_c for low_c, high_c in pairwise(levels_c[2:])]
    assert max(rises_k) == 4.0
    assert rises_k[-1] < 0.5
    assert len(levels_c) < 15


def test_where_a_meter_sees_the_draws_a_rise_is_followed_in_half_as_many_steps() -> None:
    counts = []
    for metered in (False, True):
        steps = Steps(SUPPLY)
        if metered:
            steps.metered()
        told(steps, [54.0, 52.0, 30.0, 29.7])
        assert steps.lowest is not None and steps.lowest[1] == 29.7
        levels_c = told(steps, [30.0 + 0.05 * number for number in range(480)])
        assert levels_c[-1] > 53.4
        counts.append(len(levels_c))
    assert counts[1] <= counts[0] / 2


def test_a_heater_that_has_been_turned_down_is_followed_after_some_times() -> None:
    steps = Steps(SUPPLY)
    told(steps, [60.0, 59.0, 30.0])
    for _ in range(60):
        levels_c = told(steps, [*(30.0 + 0.05 * number for number in range(401)), 49.0, 30.0])
    assert max(levels_c) > 49.5


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(15.0, 60.0), min_size=2, max_size=8), st.sampled_from([SUPPLY, RETURN]))
def test_whoever_tells_only_what_is_asked_for_tells_enough(corners_c: list[float], role: str) -> None:
    way_c = [
        low_c + (high_c - low_c) * part / 40 for low_c, high_c in pairwise(corners_c) for part in range(40)
    ]
    always, asked = Steps(role), Steps(role)
    told(always, way_c)
    for number, (value_c, next_c) in enumerate(zip(way_c, [*way_c[1:], 0.0], strict=True)):
        if _is_asked_for(asked, value_c, next_c):
            asked.take(1_000 * number, value_c)
    assert (asked.level_c, asked.falling) == (always.level_c, always.falling)
    if not always.falling:
        assert asked.lowest == always.lowest


def _is_asked_for(steps: Steps, value_c: float, next_c: float) -> bool:
    watch = steps.watch
    if not watch.levels_c or not watch.levels_c[0] < value_c < watch.levels_c[1]:
        return True
    return watch.turns and next_c >= value_c
