"""What is believed of a sensor that jumps, flickers, freezes or comes back."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from controller.core.events import Reading
from controller.estimation.plausibility import Standing, judge
from tests.builders import seconds


def told(readings: Iterable[tuple[float, float]]) -> tuple[Standing, list[bool]]:
    """Return the standing after readings of (second, C), and which of them were believed."""
    standing, believed = None, []
    for at_s, value_c in readings:
        standing, fine = judge(standing, Reading(round(seconds(at_s)), "return", value_c))
        believed.append(fine)
    assert standing is not None
    return standing, believed


def test_a_genuine_rise_to_85_is_believed_all_the_way() -> None:
    _, believed = told((s, 60.0 + 25.0 * min(1.0, s / 30)) for s in range(60))
    assert all(believed)


def test_a_hot_front_seen_once_a_minute_is_believed() -> None:
    assert told([(0, 18.0), (60, 55.0), (120, 54.0)])[1] == [True, True, True]


def test_a_change_of_exactly_ten_kelvin_a_second_is_believed_and_more_is_not() -> None:
    assert told([(0, 20.0), (1, 30.0)])[1] == [True, True]
    assert told([(0, 20.0), (1, 30.1)])[1] == [True, False]


def test_a_step_of_more_than_thirty_kelvin_is_not_believed_within_ten_seconds_and_is_later() -> None:
    assert told([(0, 20.0), (10, 50.0)])[1] == [True, True]
    assert told([(0, 20.0), (10, 50.1)])[1] == [True, False]
    assert told([(0, 20.0), (10.001, 50.1)])[1] == [True, True]


def test_readings_at_one_instant_may_differ_by_a_second_s_worth() -> None:
    assert told([(5, 20.0), (5, 29.0), (5, 45.0)])[1] == [True, True, False]


def test_one_spike_changes_nothing() -> None:
    standing, believed = told([(0, 40.0), (1, 99.0), (2, 40.1), (3, 40.2)])
    assert believed == [True, False, True, True]
    assert not standing.out


def test_four_bad_readings_in_a_row_put_a_sensor_out_and_three_do_not() -> None:
    assert not told([(0, 45.0), (1, -9.0), (2, -9.0), (3, -9.0)])[0].out
    assert told([(0, 45.0), (1, -9.0), (2, -9.0), (3, -9.0), (4, -9.0)])[0].out


def test_a_flickering_sensor_is_out_within_ten_seconds() -> None:
    out_at = next(
        last for last in range(60) if told((s, 20.0 if s % 2 == 0 else 60.0) for s in range(last + 1))[0].out
    )
    assert out_at <= 10


def test_a_sensor_that_is_out_comes_back_after_a_steady_minute_and_not_before() -> None:
    broken = [(0.0, 45.0), *((float(s), -9.0) for s in range(1, 5))]
    _, believed = told(broken + [(5.0 + s, 21.0 + s / 60) for s in range(80)])
    first = believed.index(True, 1)
    # The jump from -9 to 21 begins the minute.
    assert [first - len(broken), believed[first:]] == [60, [True] * (len(believed) - first)]


def test_a_slow_sensor_needs_ten_steady_readings_to_come_back() -> None:
    broken = [(0.0, 45.0), *((float(s), -9.0) for s in range(1, 5))]
    _, believed = told(broken + [(30.0 * n, -9.0) for n in range(1, 15)])
    assert believed.index(True, 1) - len(broken) == 9


@given(st.lists(st.tuples(st.integers(1, 120), st.floats(-1.0, 1.0)), max_size=200), st.floats(-10, 110))
def test_whatever_changes_slowly_is_believed(steps: list[tuple[int, float]], first_c: float) -> None:
    at_s, value_c, readings = 0, first_c, []
    for gap_s, change in steps:
        at_s, value_c = at_s + gap_s, value_c + change * min(10.0 * gap_s, 30.0)
        readings.append((float(at_s), value_c))
    assert all(told([(0.0, first_c), *readings])[1])


@given(st.lists(st.tuples(st.integers(0, 20), st.floats(-10, 110)), min_size=1, max_size=100))
def test_the_standing_is_bounded_whatever_is_told(readings: list[tuple[int, float]]) -> None:
    at_s, out = 0, []
    for gap_s, value_c in readings:
        at_s += gap_s
        out.append((float(at_s), value_c))
    standing, _ = told(out)
    assert 0 <= standing.doubt <= 39
    assert standing.out == (standing.doubt >= 32)
