import math

import pytest

from simulator.lag import lagged
from simulator.stream import Segment, constant, total


def felt_at(stream, at_s):
    segment = next(segment for segment in stream if segment.end_s > at_s)
    return total(segment.terms, at_s - segment.start_s)


def stepwise(temperature, lag_s, felt_k, until_s, step_s=0.001):
    """The same lag in small steps, trapezoidal."""
    fade = math.exp(-step_s / lag_s)
    for number in range(round(until_s / step_s)):
        felt_k = felt_k * fade + temperature((number + 0.5) * step_s) * (1.0 - fade)
    return felt_k


def test_a_step_is_felt_as_an_exponential():
    stream = lagged([constant(30.0, 0.0)], 20.0, 0.0, 5.0)
    assert felt_at(stream, 20.0) == pytest.approx(30.0 - 25.0 * math.exp(-1.0), rel=1e-12)


def test_what_is_felt_goes_on_from_segment_to_segment():
    segments = [Segment(0.0, 10.0, ((40.0, -0.01),)), Segment(10.0, math.inf, ((20.0, 0.0), (-8.0, -0.02)))]

    def temperature(at_s):
        return total(segments[0].terms, at_s) if at_s < 10.0 else total(segments[1].terms, at_s - 10.0)

    for at_s in (4.0, 10.5, 30.0):
        felt_k = felt_at(lagged(segments, 15.0, 0.0, 2.0), at_s)
        assert felt_k == pytest.approx(stepwise(temperature, 15.0, 2.0, at_s), abs=1e-5)


def test_it_may_begin_within_a_segment():
    whole = lagged([Segment(0.0, math.inf, ((40.0, -0.01),))], 15.0, 0.0, 2.0)
    felt_k = felt_at(whole, 6.0)
    later = lagged([Segment(0.0, math.inf, ((40.0, -0.01),))], 15.0, 6.0, felt_k)
    again = lagged([Segment(0.0, math.inf, ((40.0, -0.01),))], 15.0, 0.0, 2.0)
    assert felt_at(later, 20.0) == pytest.approx(felt_at(again, 20.0), rel=1e-12)


def test_water_that_cools_exactly_as_slowly_as_the_element_follows_is_no_special_case():
    felt_k = felt_at(lagged([Segment(0.0, math.inf, ((40.0, -0.1),))], 10.0, 0.0, 0.0), 10.0)
    assert felt_k == pytest.approx(40.0 * math.exp(-1.0), rel=1e-4)  # t/lag exp(-t/lag)


def test_without_lag_the_stream_itself_is_felt():
    assert felt_at(lagged([constant(30.0, 0.0)], 0.0, 0.0, 5.0), 1.0) == 30.0
