"""Whatever happens, the commands that leave the engine keep the limits. Judged from the commands alone."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from controller.core.clock import HOUR_MS
from controller.core.decision import Command
from controller.core.events import Event, Reading, Tick
from controller.engine import Engine
from controller.strategies.aquastat import Aquastat
from controller.strategies.on_demand import OnDemand
from tests.builders import COLD_LOOP, RETURN_LOOP, engine, minutes, seconds
from tests.twin.test_twin import events


def drive(one: Engine, tape: list[Event], end: int) -> list[Command]:
    """Post the tape in order, waking the engine whenever it asks."""
    commands: list[Command] = []
    wake_at = 0
    for event in [*sorted(tape, key=lambda event: event.at), Tick(end)]:
        while wake_at < event.at:
            step = one.handle(Tick(wake_at))
            commands += step.commands
            assert step.wake_at > wake_at
            wake_at = step.wake_at
        step = one.handle(event)
        commands += step.commands
        assert step.wake_at > event.at
        wake_at = step.wake_at
    return commands


def runs(commands: list[Command], end: int) -> list[tuple[int, int]]:
    spans, since = [], None
    for command in commands:
        if command.run and since is None:
            since = command.at
        elif not command.run and since is not None:
            spans.append((since, command.at))
            since = None
    return spans if since is None else [*spans, (since, end)]


@settings(max_examples=150, deadline=None)
@given(st.lists(events, max_size=60), st.booleans())
def test_no_sequence_of_events_gets_a_command_past_the_limits(tape: list[Event], cold_return: bool) -> None:
    end = minutes(70)
    one = engine(OnDemand(), Aquastat(), plumbing=COLD_LOOP if cold_return else RETURN_LOOP)
    commands = drive(one, tape, end)
    assert not commands[0].run
    lease_ms = seconds(40) if cold_return else seconds(120)
    assert all(command.lease_ms == (lease_ms if command.run else 0) for command in commands)
    spans = runs(commands, end)
    assert all(stop - start <= seconds(1_800) for start, stop in spans)
    assert all(later[0] - earlier[1] >= seconds(60) for earlier, later in itertools.pairwise(spans))
    assert all(start >= seconds(60) for start, _ in spans)
    for start, _ in spans:
        assert sum(start - HOUR_MS < other <= start for other, _ in spans) <= 10


@settings(max_examples=100, deadline=None)
@given(st.lists(events, max_size=60))
def test_a_fresh_cold_line_at_its_limit_always_means_off(tape: list[Event]) -> None:
    one = engine(OnDemand(), Aquastat(), plumbing=COLD_LOOP)
    for event in sorted(tape, key=lambda event: event.at):
        step = one.handle(event)
        if isinstance(event, Reading) and event.sensor == "cold_line" and event.value_c >= 38:
            assert not step.verdict.run and one.pump.run is None
