from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.burner import fired, modulated
from simulator.stream import Segment, constant, integral, total

SETPOINT_K, LEAST_K, MOST_K = 35.0, 8.0, 40.0
AFTER = (SETPOINT_K, LEAST_K, MOST_K)
RISING = Segment(0.0, 100.0, ((40.0, 0.0), (-60.0, -0.05)))  # from -20 K to nearly 40 K
STREAMS = st.lists(
    st.tuples(st.floats(0.5, 40.0), st.floats(-30.0, 60.0), st.floats(-0.05, 0.05)), min_size=1, max_size=5
)


def at(stream, at_s):
    segment = next(one for one in stream if one.start_s <= at_s < one.end_s)
    return total(segment.terms, at_s - segment.start_s)


def expected_k(came_k):
    """What a burner between its least and its full power makes of water."""
    return came_k + min(MOST_K, max(LEAST_K, SETPOINT_K - came_k))


@pytest.mark.parametrize(
    ("came_k", "left_k"), [(0.0, 35.0), (-10.0, 30.0), (30.0, 38.0), (27.0, 35.0), (-5.0, 35.0)]
)
def test_water_is_brought_to_the_set_point_as_far_as_the_power_goes(came_k, left_k):
    (segment,) = modulated([constant(came_k, 0.0, 60.0)], *AFTER)
    assert total(segment.terms, 30.0) == pytest.approx(left_k)


def test_power_changes_at_the_instants_at_which_the_water_asks_for_it():
    stream = list(modulated([RISING], *AFTER))
    assert len(stream) == 3
    full_s, least_s = (one.end_s for one in stream[:2])
    assert total(RISING.terms, full_s) == pytest.approx(SETPOINT_K - MOST_K)
    assert total(RISING.terms, least_s) == pytest.approx(SETPOINT_K - LEAST_K)


def test_water_that_comes_for_ever_is_warmed_for_ever():
    *_, last = modulated([Segment(0.0, inf, ((-20.0, -0.01),))], *AFTER)
    assert last.end_s == inf
    assert total(last.terms, 1e6) == pytest.approx(SETPOINT_K)


@given(STREAMS)
def test_at_every_moment_the_water_leaves_as_the_power_allows_and_no_moment_is_left_out(rows):
    came, at_s = [], 0.0
    for span_s, excess_k, rate in rows:
        came.append(Segment(at_s, at_s + span_s, ((excess_k, rate),)))
        at_s += span_s
    left = list(modulated(came, *AFTER))
    assert (left[0].start_s, left[-1].end_s) == (0.0, at_s)
    assert all(one.end_s == other.start_s for one, other in pairwise(left))
    for number in range(25):
        moment_s = at_s * (number + 0.37) / 25.0
        assert at(left, moment_s) == pytest.approx(expected_k(at(came, moment_s)), abs=1e-4)


def test_before_it_is_lit_a_burner_lets_the_water_pass_unchanged():
    stream = list(fired([RISING], 40.0, AFTER))
    assert stream[0] == RISING._replace(end_s=40.0)
    assert at(stream, 40.0) == pytest.approx(expected_k(at([RISING], 40.0)))
    assert sum(map(integral, stream)) > integral(RISING)


def test_a_burner_that_is_never_lit_changes_nothing():
    assert list(fired([RISING], inf, AFTER)) == [RISING]


def test_a_burner_that_was_lit_before_changes_all_that_comes():
    assert list(fired([RISING], -5.0, AFTER)) == list(modulated([RISING], *AFTER))
