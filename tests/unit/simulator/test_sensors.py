import math
import random
from itertools import pairwise

import pytest

from simulator.layout import SensorSpot
from simulator.sensors import StrappedSensor
from simulator.stream import Segment, constant

AMBIENT_C = 20.0


def sensor(seed=1, **changes):
    spot = SensorSpot("return", "return line", 0.0, **changes)
    return StrappedSensor(spot, AMBIENT_C, 0.0, random.Random(seed))


def reports(one, stream, until_s):
    """Run a sensor along one stream; return when and what it reported."""
    one.expect(stream)
    told = []
    while (due_s := one.next_report_s()) <= until_s:
        told.append((due_s, one.report_c(due_s)))
    return told


def test_a_step_is_followed_with_a_first_order_lag():
    one = sensor(lag_s=30.0, resolution_k=0.0)
    one.follow([constant(35.0, 0.0)], 45.0)
    told = reports(one, [constant(35.0, 45.0)], 60.0)
    for at_s, value_c in told:
        assert value_c == pytest.approx(AMBIENT_C + 35.0 * (1.0 - math.exp(-at_s / 30.0)), rel=1e-12)


@pytest.mark.parametrize("rate", [-0.001, 0.002, -1.0 / 30.0])
def test_a_drifting_pipe_is_followed_exactly_even_at_the_sensors_own_rate(rate):
    one = sensor(lag_s=30.0, resolution_k=0.0)
    told = reports(one, [Segment(0.0, math.inf, ((20.0, rate),))], 100.0)
    for at_s, value_c in told:
        felt, step = 0.0, at_s / 20_000
        for number in range(20_000):
            felt += step * (20.0 * math.exp(rate * (number + 0.5) * step) - felt) / 30.0
        assert value_c == pytest.approx(AMBIENT_C + felt, abs=2e-3)


@pytest.mark.parametrize(("lag_s", "rate"), [(1e-6, -0.001), (1.0, -0.0005), (1.0, 0.0), (20.0, -1e-4)])
def test_a_sensor_may_be_left_alone_for_much_longer_than_its_lag(lag_s, rate):
    one = sensor(lag_s=lag_s, resolution_k=0.0, interval_s=3600.0, silence_s=86_400.0, change_k=20.0)
    one.follow([Segment(0.0, math.inf, ((20.0, rate),))], 40_000.0)
    one.expect([constant(0.0, 40_000.0)])
    settled_k = 20.0 * math.exp(rate * 40_000.0) / (1.0 + rate * lag_s)
    assert one.report_c(40_000.0) == pytest.approx(AMBIENT_C + settled_k, rel=1e-12)


def test_following_in_one_go_or_in_many_is_the_same():
    stream = [constant(5.0, 0.0, 12.0), Segment(12.0, 300.0, ((35.0, -0.001),))]
    once, often = sensor(resolution_k=0.0), sensor(resolution_k=0.0)
    once.follow(stream, 200.0)
    for step in range(1, 101):
        often.follow(stream, 2.0 * step)
    rest = [Segment(200.0, math.inf, ((10.0, -0.001),))]
    once.expect(rest)
    often.expect(rest)
    assert once.report_c(205.0) == pytest.approx(often.report_c(205.0), rel=1e-12)


def test_a_sensor_without_lag_shows_the_pipe():
    one = sensor(lag_s=0.0, resolution_k=0.0)
    (first, *_) = reports(one, [Segment(0.0, math.inf, ((20.0, -0.01),))], 10.0)
    assert first[1] == pytest.approx(AMBIENT_C + 20.0 * math.exp(-0.01 * first[0]), rel=1e-12)


def test_values_come_in_steps_of_the_resolution():
    told = reports(sensor(), [Segment(0.0, math.inf, ((35.0, -0.001),))], 300.0)
    assert all((value_c / 0.0625).is_integer() for _, value_c in told)
    assert len({value_c for _, value_c in told}) > 20


def test_every_measurement_is_reported_at_its_interval_unless_told_otherwise():
    told = reports(sensor(interval_s=7.0), [constant(1.0, 0.0)], 100.0)
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(told)]
    assert gaps == [pytest.approx(7.0)] * (len(told) - 1)
    assert len(told) in (14, 15)


def test_a_sensor_that_reports_changes_is_silent_between_them_but_not_for_ever():
    stream = [constant(0.0, 0.0, 95.0), constant(30.0, 95.0)]
    told = reports(sensor(interval_s=5.0, change_k=1.0, silence_s=40.0), stream, 400.0)
    resting = [at_s for at_s, _ in told if at_s < 95.0]
    assert [b - a for a, b in pairwise(resting)] == [pytest.approx(40.0)] * (len(resting) - 1)
    rising = [value_c for at_s, value_c in told if 100.0 < at_s < 130.0]
    assert all(later - earlier >= 1.0 for earlier, later in pairwise(rising))
    assert len(rising) >= 5


def test_noise_is_seeded_and_as_strong_as_said():
    still = Segment(0.0, math.inf, ((0.0, 0.0),))
    told = [reports(sensor(seed=5, noise_k=0.5, resolution_k=0.0), [still], 20_000.0) for _ in range(2)]
    assert told[0] == told[1]
    deviations = [value_c - AMBIENT_C for _, value_c in told[0]]
    assert math.sqrt(math.fsum(k * k for k in deviations) / len(deviations)) == pytest.approx(0.5, rel=0.1)


def test_a_measurement_already_reported_is_not_reported_again_when_the_flow_changes():
    one = sensor(interval_s=10.0)
    one.expect([constant(1.0, 0.0)])
    first_s = one.next_report_s()
    one.report_c(first_s)
    one.expect([constant(30.0, first_s)])
    assert one.next_report_s() == pytest.approx(first_s + 10.0)
