import math

import pytest

from simulator.stream import (
    Segment,
    constant,
    cooled_integral,
    first_above,
    first_below,
    integral,
    mix,
    peak,
    total,
)

RISE_AND_FALL = ((-50.0, -0.3), (40.0, -0.02))  # starts at -10, rises to a peak, fades to 0


def numeric(function, low, high, steps=20_000):
    width = (high - low) / steps
    return width * math.fsum(function(low + (index + 0.5) * width) for index in range(steps))


def value(segment, at_s):
    return sum(k * math.exp(rate * (at_s - segment.start_s)) for k, rate in segment.terms)


@pytest.mark.parametrize("terms", [((30.0, 0.0),), ((30.0, -0.01),), ((-8.0, 0.002),), RISE_AND_FALL])
def test_an_integral_is_the_area_under_the_temperature(terms):
    segment = Segment(5.0, 65.0, terms)
    assert integral(segment) == pytest.approx(numeric(lambda t: value(segment, t), 5.0, 65.0), rel=1e-7)


@pytest.mark.parametrize("terms", [((30.0, 0.0),), ((30.0, -0.01),), ((30.0, 0.01),), RISE_AND_FALL])
def test_a_cooled_integral_weighs_each_moment_by_its_cooling_since(terms):
    segment, cooling, until_s = Segment(5.0, 65.0, terms), 0.01, 80.0
    weighed = numeric(lambda t: value(segment, t) * math.exp(-cooling * (until_s - t)), 5.0, 65.0)
    assert cooled_integral(segment, cooling, until_s) == pytest.approx(weighed, rel=1e-7)


def test_mixing_weighs_streams_whose_boundaries_differ():
    left = [Segment(0.0, 10.0, ((30.0, -0.01),)), Segment(10.0, 40.0, ((20.0, 0.0),))]
    right = [Segment(0.0, 25.0, ((-8.0, 0.0),)), Segment(25.0, 40.0, ((5.0, -0.1),))]
    mixed = list(mix([(0.25, left), (0.75, right)]))
    assert [(one.start_s, one.end_s) for one in mixed] == [(0.0, 10.0), (10.0, 25.0), (25.0, 40.0)]
    for at_s in (1.0, 9.0, 11.0, 24.0, 26.0, 39.0):
        parts = [
            value(one, at_s) for side in (left, right) for one in side if one.start_s <= at_s < one.end_s
        ]
        found = [value(one, at_s) for one in mixed if one.start_s <= at_s < one.end_s]
        assert found == [pytest.approx(0.25 * parts[0] + 0.75 * parts[1], rel=1e-12)]


def test_mixing_takes_boundaries_apart_by_rounding_for_one():
    left = [constant(30.0, 0.0, 10.0), constant(20.0, 10.0, 20.0)]
    right = [constant(1.0, 0.0, 10.0 + 1e-12), constant(2.0, 10.0 + 1e-12, 20.0)]
    assert len(list(mix([(0.5, left), (0.5, right)]))) == 2


def test_mixing_equal_rates_keeps_one_exponential():
    (mixed,) = mix(
        [(0.5, [Segment(0.0, 9.0, ((30.0, -0.01),))]), (0.5, [Segment(0.0, 9.0, ((10.0, -0.01),))])]
    )
    assert mixed.terms == ((20.0, -0.01),)


def test_mixing_endless_streams_ends_with_one_endless_segment():
    mixed = list(mix([(0.5, [constant(30.0, 0.0)]), (0.5, [constant(1.0, 0.0, 5.0), constant(2.0, 5.0)])]))
    assert [one.end_s for one in mixed] == [5.0, math.inf]


def test_the_peak_may_lie_inside_a_segment():
    segment = Segment(100.0, 200.0, RISE_AND_FALL)
    brute = max(value(segment, 100.0 + 0.001 * step) for step in range(100_000))
    assert peak(segment) == pytest.approx(brute, rel=1e-9)
    assert peak(segment) > max(value(segment, 100.0), value(segment, 200.0))


@pytest.mark.parametrize(
    ("terms", "level_k", "expected_s"),
    [
        (((10.0, 0.0),), 10.0, 3.0),
        (((10.0, 0.0),), 10.1, None),
        (((10.0, -0.01),), 11.0, None),
        (((10.0, 0.01),), 20.0, math.log(2.0) / 0.01),
        (((-10.0, -0.01),), -5.0, math.log(2.0) / 0.01),
        (((-10.0, -0.01),), 0.0, None),
        (((-10.0, -0.01),), 5.0, None),
    ],
)
def test_one_exponential_reaches_a_level_where_its_logarithm_says(terms, level_k, expected_s):
    found = first_above([Segment(0.0, 1000.0, terms)], level_k, 3.0, 1000.0)
    assert found == (None if expected_s is None else pytest.approx(expected_s, rel=1e-12))


def test_several_exponentials_reach_a_level_on_the_way_to_their_peak():
    segment = Segment(0.0, 500.0, RISE_AND_FALL)
    found = first_above([segment], 20.0, 0.0, 500.0)
    assert found is not None
    assert total(RISE_AND_FALL, found) == pytest.approx(20.0, abs=1e-9)
    assert all(value(segment, found * step / 1000) < 20.0 for step in range(1000))
    assert first_above([segment], peak(segment) + 0.1, 0.0, 500.0) is None


def test_a_front_is_reached_when_it_arrives_and_looked_for_no_longer_than_asked():
    stream = [constant(0.0, 0.0, 40.0), constant(30.0, 40.0)]
    assert first_above(stream, 20.0, 0.0, 100.0) == 40.0
    assert first_above(stream, 20.0, 60.0, 100.0) == 60.0
    assert first_above(stream, 20.0, 0.0, 39.0) is None


def test_falling_below_is_rising_above_upside_down():
    stream = [Segment(0.0, 1e6, ((30.0, -0.001),))]
    assert first_below(stream, 15.0, 0.0, 1e6) == pytest.approx(1000.0 * math.log(2.0), rel=1e-12)
    assert first_below(stream, -1.0, 0.0, 1e6) is None
