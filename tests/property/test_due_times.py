"""What wakes the engine before its answer is due changes no command: the heartbeat, or anything else."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.core.clock import HEARTBEAT_MS, NEVER
from controller.core.decision import Command
from controller.core.events import ClockSynced, Event, HotWaterRequest, PumpReport, Reading, Tick
from controller.engine import Engine
from controller.safety.limits import Limits
from controller.shadow import Shadow
from controller.strategies.exercise import Exercise
from controller.strategies.freeze import Freeze
from controller.strategies.hygiene import Hygiene
from simulator.schemes import SCHEMES
from tests.builders import COLD_LOOP, MONDAY, RETURN_LOOP, engine, minutes, seconds
from tests.twin.test_twin import events

NAMES = sorted(SCHEMES)
UPKEEP = (Freeze(), Exercise(still_ms=minutes(11)), Hygiene(still_ms=minutes(17)))
SET_CLOCK = ClockSynced(0, round(MONDAY.timestamp() * 1000) + 6 * 3_600_000)
"""Just when the windows open."""


def told(one: Engine, tape: list[Event], ticks: list[int], end: int) -> list[Command]:
    """Post a tape to an engine that is woken when it is due, and at these instants as well."""
    commands: list[Command] = []
    due_at = NEVER
    waiting = sorted({tick for tick in ticks if tick < end})
    for event in [*sorted(tape, key=lambda event: event.at), Tick(end)]:
        while (at := min(due_at, waiting[0] if waiting else NEVER)) < event.at:
            waiting = [tick for tick in waiting if tick > at]
            step = one.handle(Tick(at))
            assert at < step.due_at and step.wake_at == min(step.due_at, at + HEARTBEAT_MS)
            commands += step.commands
            due_at = step.due_at
        step = one.handle(event)
        commands += step.commands
        due_at = step.due_at
    return commands


def house(name: str, *, cold_return: bool, limits: Limits | None = None) -> Engine:
    plumbing = COLD_LOOP if cold_return else RETURN_LOOP
    return engine(*SCHEMES[name](plumbing), *SCHEMES["aquastat"](plumbing), plumbing=plumbing, limits=limits)


held = st.builds(
    Reading,
    st.integers(0, seconds(3_600)),
    st.sampled_from(["return", "cold_line"]),
    st.sampled_from([20.0, 25.0, 27.9, 28.0, 31.3, 33.0, 36.0, 37.9, 38.0, 40.5, 45.0]),
    st.just(True),
    st.just(NEVER),
)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(NAMES),
    st.booleans(),
    st.lists(events | held, max_size=40),
    st.lists(st.integers(1, seconds(3_600)), max_size=40),
)
def test_waking_the_engine_before_it_is_due_changes_no_command(
    name: str, cold_return: bool, tape: list[Event], ticks: list[int]
) -> None:
    end, beats = minutes(70), list(range(HEARTBEAT_MS, minutes(70), HEARTBEAT_MS))
    slept = told(house(name, cold_return=cold_return), [SET_CLOCK, *tape], [], end)
    assert told(house(name, cold_return=cold_return), [SET_CLOCK, *tape], beats, end) == slept
    assert told(house(name, cold_return=cold_return), [SET_CLOCK, *tape], ticks, end) == slept


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    st.booleans(), st.lists(events | held, max_size=30), st.lists(st.integers(1, minutes(69)), max_size=40)
)
def test_upkeep_and_shadows_are_told_all_they_hang_on(
    cold_return: bool, tape: list[Event], ticks: list[int]
) -> None:
    def one() -> Engine:
        plumbing = COLD_LOOP if cold_return else RETURN_LOOP
        house = engine(*UPKEEP, *SCHEMES["on_demand"](plumbing), plumbing=plumbing)
        shadows = (Hygiene(still_ms=minutes(3)), Freeze())
        house.shadows = tuple(Shadow(strategy, minutes(30), minutes(1)) for strategy in shadows)
        return house

    assert told(one(), [SET_CLOCK, *tape], ticks, minutes(70)) == told(
        one(), [SET_CLOCK, *tape], [], minutes(70)
    )


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, minutes(27 * 60)), max_size=30), st.integers(1, 20).map(minutes))
def test_a_pump_whose_day_is_used_up_starts_again_the_moment_it_may(ticks: list[int], cap_ms: int) -> None:
    limits = Limits(daily_cap_ms=cap_ms, run_cap_ms=minutes(7))
    tape: list[Event] = [Reading(0, "return", 20.0, holds_ms=NEVER), PumpReport(1, on=False)]
    tape += [HotWaterRequest(minutes(at), f"{at}", "button") for at in (30, 400, 1_450)]
    end = minutes(27 * 60)
    slept = told(house("aquastat", cold_return=False, limits=limits), tape, [], end)
    assert told(house("aquastat", cold_return=False, limits=limits), tape, ticks, end) == slept
    starts = [later.at for sooner, later in pairwise(slept) if later.run and not sooner.run]
    assert any(start > minutes(24 * 60) for start in starts)


@pytest.mark.parametrize("name", NAMES)
def test_a_scheme_says_which_sensors_it_looks_at(name: str) -> None:
    for plumbing in (RETURN_LOOP, COLD_LOOP):
        one = engine(*SCHEMES[name](plumbing), plumbing=plumbing)
        for event in (Tick(0), SET_CLOCK, HotWaterRequest(minutes(5), "a", "button"), Tick(minutes(6))):
            watches = one.handle(event).watches
            assert watches is not None
            assert {watch.sensor for watch in watches} <= plumbing.sensors
