"""When hot water counts as arrived, with the sentence that says why."""

from dataclasses import replace
from typing import Any

import pytest

from controller.core.observation import PumpView
from controller.strategies.arrival import StopRule
from tests.builders import COLD_LOOP, observation, running

FAR_END = replace(COLD_LOOP, sensors=COLD_LOOP.sensors | {"far_end"})


def said(rule: StopRule = StopRule(), /, **view: Any) -> str | None:
    reason = rule.arrived(observation(**view))
    return None if reason is None else reason.sentence()


@pytest.mark.parametrize(
    ("reading_c", "pump", "sentence"),
    [
        (37.9375, PumpView(), None),
        (38.0, PumpView(), "already hot: the return sensor reads 38.0 °C"),
        (38.0, running(0, return_c=36.0), "hot water has arrived: the return sensor reads 38.0 °C"),
        (24.9375, running(0, return_c=20.0), None),
        (25.0, running(0, return_c=20.0), "hot water has arrived: the return sensor rose by 5.0 K"),
    ],
)
def test_a_return_line_is_hot_at_its_limit_or_after_its_rise(
    reading_c: float, pump: PumpView, sentence: str | None
) -> None:
    assert said(return_c=reading_c, pump=pump) == sentence


@pytest.mark.parametrize(
    ("reading_c", "lowest_c", "sentence"),
    [
        (37.9375, 36.0, None),
        (38.0, 36.0, "the cold pipe reads 38.0 °C, the run stops at 38 °C"),
        (23.25, 20.0, None),
        (23.3125, 20.0, "hot water has arrived: the cold_line sensor rose by 3.3 K"),
    ],
)
def test_a_cold_pipe_is_warm_at_its_limit_or_after_its_rise(
    reading_c: float, lowest_c: float, sentence: str | None
) -> None:
    pump = running(0, cold_line_c=lowest_c)
    assert said(plumbing=COLD_LOOP, cold_line_c=reading_c, pump=pump) == sentence


def test_the_hot_limit_is_none_of_a_cold_pipe() -> None:
    warm = {"plumbing": COLD_LOOP, "cold_line_c": 31.0, "pump": running(0, cold_line_c=30.0)}
    assert said(StopRule(warm_c=30.0), **warm) is None


@pytest.mark.parametrize(
    ("far_end_c", "cold_line_c", "sentence"),
    [
        (30.25, 27.0, None),
        (30.3125, 27.0, "hot water has arrived: the far_end sensor rose by 3.3 K"),
        (38.0, 27.0, "hot water has arrived: the far_end sensor reads 38.0 °C"),
        (27.0, 30.3125, "hot water has arrived: the cold_line sensor rose by 3.3 K"),
        (30.3125, 38.0, "the cold pipe reads 38.0 °C, the run stops at 38 °C"),
    ],
)
def test_before_the_valve_the_hot_pipe_is_asked_after_the_cold_one(
    far_end_c: float, cold_line_c: float, sentence: str | None
) -> None:
    pump = running(0, far_end_c=27.0, cold_line_c=27.0)
    assert said(plumbing=FAR_END, far_end_c=far_end_c, cold_line_c=cold_line_c, pump=pump) == sentence


@pytest.mark.parametrize(
    ("far_end_c", "cold_line_c", "arrived"),
    [
        (29.9375, 20.0, False),
        (30.0, 20.0, True),
        (22.0, 29.9375, False),
        (22.0, 30.0, True),
        (25.25, 20.0, False),
    ],
)
def test_lukewarm_water_pushed_ahead_is_no_front_where_it_is_seen_before_the_valve(
    far_end_c: float, cold_line_c: float, arrived: bool
) -> None:
    pump = running(0, far_end_c=22.0, cold_line_c=20.0)
    view = {"plumbing": FAR_END, "far_end_c": far_end_c, "cold_line_c": cold_line_c, "pump": pump}
    assert (said(StopRule(), **view) is not None) is arrived
    watched = {level for watch in StopRule().watches(observation(**view)) for level in watch.levels_c}
    assert 30.0 in watched


def test_every_rise_of_the_cold_pipe_counts_while_nothing_is_heard_from_before_the_valve() -> None:
    pump = running(0, cold_line_c=15.0)
    assert said(plumbing=FAR_END, cold_line_c=18.3125, pump=pump) is not None
    assert said(plumbing=FAR_END, cold_line_c=18.3125, far_end_c=22.0, pump=pump) is None


def test_without_a_sensor_before_the_valve_every_rise_is_the_front() -> None:
    view = {"plumbing": COLD_LOOP, "cold_line_c": 23.3125, "pump": running(0, cold_line_c=20.0)}
    assert said(StopRule(), **view) is not None
