"""Which readings are kept."""

from hypothesis import given
from hypothesis import strategies as st

from controller.core.clock import MINUTE_MS
from controller.storage.thinning import EVERY_MS, JUMP_K, NOT_BEFORE_MS, SAME_K, Point, Thinner


def kept(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    thinner = Thinner()
    return [
        (point.at, point.value_c)
        for at, value_c in points
        for point in thinner.admit("main", "return", Point(at, value_c))
    ]


def test_a_steady_curve_is_kept_every_five_minutes() -> None:
    points = [(at, 20.0) for at in range(0, 11 * MINUTE_MS, 1_000)]
    assert kept(points) == [(0, 20.0), (EVERY_MS, 20.0), (2 * EVERY_MS, 20.0)]


def test_the_end_of_a_plateau_is_kept_with_the_front() -> None:
    assert kept([(0, 20.0), (60_000, 20.05), (61_000, 45.0)]) == [(0, 20.0), (60_000, 20.05), (61_000, 45.0)]


def test_small_changes_are_kept_only_after_a_while() -> None:
    assert kept([(0, 20.0), (NOT_BEFORE_MS - 1, 20.5)]) == [(0, 20.0)]
    assert kept([(0, 20.0), (NOT_BEFORE_MS, 20.0 + SAME_K + 0.01)])[-1] == (
        NOT_BEFORE_MS,
        20.0 + SAME_K + 0.01,
    )
    assert kept([(0, 20.0), (1, 20.0 + JUMP_K)]) == [(0, 20.0), (1, 22.0)]


def test_each_sensor_has_its_own_curve() -> None:
    thinner = Thinner()
    assert thinner.admit("main", "return", Point(0, 20.0))
    assert thinner.admit("main", "supply", Point(1, 20.0))
    assert thinner.admit("annex", "return", Point(2, 20.0))
    assert not thinner.admit("main", "return", Point(3, 20.0))


@given(st.lists(st.tuples(st.integers(0, 60_000), st.floats(-10, 110)), max_size=60))
def test_no_reading_is_further_from_the_last_kept_one_than_a_jump(steps: list[tuple[int, float]]) -> None:
    thinner = Thinner()
    at, last = 0, None
    for step_ms, value_c in steps:
        at += step_ms
        admitted = thinner.admit("main", "return", Point(at, value_c))
        last = admitted[-1] if admitted else last
        assert last is not None
        assert abs(value_c - last.value_c) < JUMP_K
        assert at - last.at < EVERY_MS
        assert list(admitted) == sorted(admitted, key=lambda point: point.at)
