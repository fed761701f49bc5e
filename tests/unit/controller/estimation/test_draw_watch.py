"""Draws seen on the supply sensor, and when one could not have been."""

from math import exp

from controller.core.clock import MINUTE_MS, SECOND_MS
from controller.estimation.draw_watch import DrawSeen, DrawWatch

TAU_MS = 100.0 * MINUTE_MS


def rest(watch: DrawWatch, from_ms: int, minutes: int) -> tuple[int, float]:
    """Let the pipe cool from 55 C, told every ten seconds; return the end and the last value."""
    value = 55.0
    for at in range(from_ms, from_ms + minutes * MINUTE_MS, 10 * SECOND_MS):
        value = 20.0 + 35.0 * exp(-(at - from_ms) / TAU_MS)
        assert watch.reading(at, value, running=False, tau_ms=TAU_MS) is None
    return at, value


def test_a_cooling_pipe_that_jumps_up_is_a_draw() -> None:
    watch = DrawWatch()
    at, value = rest(watch, 0, 30)
    assert watch.visible
    seen = watch.reading(at + 10_000, value + 2.0, running=False, tau_ms=TAU_MS)
    assert seen == DrawSeen(at + 10_000)
    assert not watch.visible


def test_right_after_hot_water_has_passed_a_draw_cannot_be_seen() -> None:
    watch = DrawWatch()
    watch.reading(0, 55.0, running=False, tau_ms=TAU_MS)
    assert not watch.visible
    at, _ = rest(watch, 1_000, 10)
    assert watch.visible
    watch.pump()
    assert not watch.visible
    assert watch.reading(at + 5_000, 60.0, running=True, tau_ms=TAU_MS) is None


def test_the_length_of_a_draw_follows_from_when_the_pipe_cools_again() -> None:
    watch = DrawWatch()
    at, _ = rest(watch, 0, 40)
    began = at + 10_000
    assert watch.reading(began, 50.0, running=False, tau_ms=TAU_MS) == DrawSeen(began)
    ended = began + 300 * SECOND_MS
    told = None
    for now in range(began + 10_000, ended + 20 * MINUTE_MS, 10 * SECOND_MS):
        value = 55.0 if now < ended + 35_000 else 20.0 + 35.0 * exp(-(now - ended - 35_000) / TAU_MS)
        told = told or watch.reading(now, value, running=False, tau_ms=TAU_MS)
    assert told is not None
    assert told.lasted_ms is not None
    assert abs(told.lasted_ms - 300 * SECOND_MS) < 60 * SECOND_MS
