"""What a lagging sensor feels, and when that leaves a range: against brute force."""

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.course import Course, leaves, turning_points
from simulator.stream import Segment, constant, total

terms = st.lists(
    st.tuples(st.floats(-50.0, 50.0), st.sampled_from([0.0, -1e-5, -2.3e-4, -1.0 / 30.0, -0.05, -1.0 / 7.0])),
    min_size=1,
    max_size=4,
).map(tuple)
SPAN_S = 400.0


SAMPLES = [SPAN_S * step / 400 for step in range(401)]


@settings(max_examples=100, deadline=None)
@given(terms, st.floats(-40.0, -0.5), st.floats(0.5, 40.0))
def test_the_instant_at_which_a_sum_leaves_a_range_is_found(sum_of, low_k, high_k):
    found = leaves(sum_of, low_k, high_k, SPAN_S)
    # A sum that creeps up to a level touches it by rounding long before it would.
    inside = [low_k - 1e-12 < total(sum_of, at_s) < high_k + 1e-12 for at_s in SAMPLES]
    if found is None:
        assert all(inside)
        return
    assert all(within for at_s, within in zip(SAMPLES, inside, strict=True) if at_s < found)
    value_k = total(sum_of, found)
    assert value_k <= low_k + 1e-9 or value_k >= high_k - 1e-9
    if found > 0.0:
        assert min(abs(value_k - low_k), abs(value_k - high_k)) < 1e-6


@settings(max_examples=60, deadline=None)
@given(terms)
def test_between_turning_points_a_sum_rises_or_falls_throughout(sum_of):
    edges = [0.0, *turning_points(sum_of, SPAN_S), SPAN_S]
    assert edges == sorted(edges)
    for low_s, high_s in pairwise(edges):
        values = [total(sum_of, low_s + (high_s - low_s) * step / 50) for step in range(51)]
        steps = [later - sooner for sooner, later in pairwise(values)]
        assert min(steps) >= -1e-9 or max(steps) <= 1e-9


def test_a_level_far_ahead_of_a_resting_pipe_is_found_to_a_microsecond():
    cooling = 1.0 / 3_000.0
    after_s = leaves(((35.0, -cooling),), 18.0, math.inf, math.inf)
    assert after_s == pytest.approx(3_000.0 * math.log(35.0 / 18.0), abs=1e-6)
    assert leaves(((35.0, -cooling),), -1.0, math.inf, math.inf) is None


def test_a_level_that_is_only_approached_is_never_reached():
    rising = ((30.0, 0.0), (-30.0, -1.0 / 20.0))
    assert leaves(rising, -math.inf, 30.0 + 1e-9, math.inf) is None
    assert leaves(rising, -math.inf, 15.0, math.inf) == pytest.approx(20.0 * math.log(2.0), abs=1e-6)


def test_a_front_is_felt_with_the_lag_and_a_dip_before_it_as_well():
    stream = [constant(20.0, 0.0, 100.0), constant(-5.0, 100.0, 110.0), constant(30.0, 110.0)]
    course = Course(stream, 20.0, 0.0, 20.0)
    dip_k = 20.0 - 25.0 * (1.0 - math.exp(-0.5))
    assert course.felt_k(100.0) == pytest.approx(20.0)
    assert course.felt_k(110.0) == pytest.approx(dip_k)
    assert course.felt_k(150.0) == pytest.approx(30.0 + (dip_k - 30.0) * math.exp(-2.0))


def test_a_course_may_be_asked_again_for_what_has_passed():
    course = Course([constant(20.0, 0.0, 100.0), constant(30.0, 100.0)], 20.0, 0.0, 0.0)
    first = course.felt_k(50.0)
    course.felt_k(200.0)
    assert course.felt_k(50.0) == first


@settings(max_examples=60, deadline=None)
@given(st.floats(-0.05, 0.01), st.floats(1.0, 60.0), st.floats(-20.0, 40.0))
def test_what_is_felt_follows_the_law_of_the_lag(rate, lag_s, felt_k):
    assume(abs(1.0 + rate * lag_s) > 1e-3)
    course = Course([Segment(0.0, math.inf, ((25.0, rate),))], lag_s, 0.0, felt_k)
    for at_s in (1.0, 10.0, 40.0):
        change = (course.felt_k(at_s + 1e-4) - course.felt_k(at_s - 1e-4)) / 2e-4
        missing_k = 25.0 * math.exp(rate * at_s) - course.felt_k(at_s)
        assert change == pytest.approx(missing_k / lag_s, rel=1e-4, abs=1e-4)


def test_a_level_is_found_in_what_is_felt_beyond_the_front_that_brings_it():
    stream = [constant(0.0, 0.0, 30.0), Segment(30.0, math.inf, ((40.0, 0.0),))]
    course = Course(stream, 10.0, 0.0, 0.0)
    assert course.first_outside(-math.inf, 20.0, 5.0, 1e9) == pytest.approx(
        30.0 + 10.0 * math.log(2.0), abs=1e-7
    )
    assert course.first_outside(-math.inf, 20.0, 5.0, 36.0) is None
