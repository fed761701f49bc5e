"""Whoever stood still past the lease listens to the switch before renewing it, and blames nobody for its timer."""

import pytest

from controller.actuation import READ_FIRST_MS
from controller.core.events import PUMP, DeviceFound, DeviceLost, PumpReport, Reading, Tick
from controller.core.leases import LEASE_MS, SLACK_MS
from controller.engine import Engine, Step
from controller.ports import NoteKind
from controller.strategies.on_demand import OnDemand
from tests.builders import engine, minutes, request, seconds

BEGAN = minutes(2)


def running() -> Engine:
    """A pump that was switched on by a wish of three minutes, and has said so."""
    one = engine(OnDemand())
    one.handle(Tick(0))
    one.handle(PumpReport(1, on=False))
    for ago_s in range(100, 0, -10):
        one.handle(Reading(BEGAN - seconds(ago_s), "return", 20.0))
    one.handle(request(BEGAN, duration_ms=minutes(5)))
    one.handle(PumpReport(BEGAN + 100, on=True))
    return one


def orders(step: Step) -> list[bool]:
    return [command.run for command in step.commands]


def thawed(after_ms: int) -> tuple[Engine, Step]:
    """The engine's first word after a standstill, with a reading that was waiting."""
    one = running()
    return one, one.handle(Reading(BEGAN + after_ms, "return", 20.0))


@pytest.mark.parametrize(
    ("after_ms", "sent"),
    [(LEASE_MS - SLACK_MS - 1, [True]), (LEASE_MS - SLACK_MS, []), (LEASE_MS - SLACK_MS + 1, [])],
)
def test_a_lease_is_renewed_at_once_unless_it_may_have_run_out(after_ms: int, sent: list[bool]) -> None:
    assert orders(thawed(after_ms)[1]) == sent


def test_an_off_that_was_waiting_is_the_timers_and_the_run_goes_on_only_then() -> None:
    one, first = thawed(seconds(130))
    assert first.verdict.run and orders(first) == []
    waiting = one.handle(PumpReport(BEGAN + seconds(130) + 5, on=True))
    assert orders(waiting) == [], "it may have been said before the lease ran out"
    off = one.handle(PumpReport(BEGAN + seconds(130) + 6, on=False))
    assert [note.kind for note in off.notes] == [NoteKind.LEASE_LAPSED]
    assert orders(off) == [True] and one.last_stop is None


@pytest.mark.parametrize(("after_ms", "sent"), [(-1, []), (0, [True]), (1, [True])])
def test_a_switch_that_says_nothing_gets_its_order_after_two_seconds(after_ms: int, sent: list[bool]) -> None:
    one, _ = thawed(seconds(130))
    assert orders(one.handle(Tick(BEGAN + seconds(130) + READ_FIRST_MS + after_ms))) == sent


def test_the_wake_up_is_not_forgotten_and_every_lapse_is_listened_for() -> None:
    one, first = thawed(seconds(130))
    assert first.wake_at == BEGAN + seconds(130) + READ_FIRST_MS
    one.handle(Tick(first.wake_at))
    one.handle(PumpReport(first.wake_at + 50, on=True))
    again = one.handle(Reading(first.wake_at + seconds(119), "return", 20.0))
    assert again.verdict.run and orders(again) == []


def test_a_stop_never_waits() -> None:
    one = running()
    ended = one.handle(Reading(BEGAN + minutes(6), "return", 20.0))
    assert orders(ended) == [False], "its time was over meanwhile"


def test_a_gap_in_which_nobody_listened_does_not_make_a_sensor_slow() -> None:
    one = running()
    interval_ms = one.readings["return"].interval_ms
    one.handle(DeviceLost(BEGAN + seconds(30), PUMP))
    one.handle(DeviceFound(BEGAN + seconds(400), PUMP))
    one.handle(Reading(BEGAN + seconds(401), "return", 20.0))
    assert one.readings["return"].interval_ms == interval_ms
    one.handle(Reading(BEGAN + seconds(431), "return", 20.0))
    assert one.readings["return"].interval_ms == interval_ms + (seconds(30) - interval_ms) // 4
