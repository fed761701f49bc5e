"""A strategy in the shadow: noted, and never acting."""

from controller.core.clock import NEVER
from controller.core.events import HotWaterRequest, PumpReport, Reading, Tick
from controller.engine import Engine
from controller.ports import NoteKind
from controller.safety.limits import Limits
from controller.safety.supervisor import LimitSupervisor
from controller.shadow import Shadow
from controller.strategies.aquastat import Aquastat
from controller.strategies.hygiene import Hygiene
from controller.strategies.on_demand import OnDemand
from tests.builders import RETURN_LOOP, minutes, observation, seconds

SHADOW = (NoteKind.SHADOW_STARTED, NoteKind.SHADOW_ENDED)


def test_a_shadow_notes_what_it_would_have_done_and_why_and_commands_nothing() -> None:
    one = Engine(RETURN_LOOP, (OnDemand(),), LimitSupervisor(Limits(), 0), shadows=(Aquastat(),))
    notes, commands = [], []
    for at, value_c in [(0, 50.0), (10, 37.9), (20, 39.0), (30, 40.4), (40, 40.5), (50, 39.0)]:
        step = one.handle(Reading(seconds(at), "return", value_c, holds_ms=NEVER))
        notes += [note for note in step.notes if note.kind in SHADOW]
        commands += step.commands
    assert [(note.kind, note.at) for note in notes] == [
        (NoteKind.SHADOW_STARTED, seconds(10)),
        (NoteKind.SHADOW_ENDED, seconds(40)),
    ]
    assert notes[1].details == {"by": "aquastat", "ran_ms": seconds(30)}
    assert "below 38" in notes[0].reason.sentence()
    assert not any(command.run for command in commands)


def test_a_would_be_run_ends_at_the_longest_run_and_does_not_begin_again_while_it_is_wanted() -> None:
    shadow = Shadow(Aquastat(), minutes(30), minutes(1))
    notes = []
    for at in (0, minutes(30) - 1, minutes(30), minutes(30) + 1, minutes(60)):
        notes += list(shadow.look(observation(at, return_c=20.0)))
        if at == minutes(30) - 1:
            assert shadow.wake_at == minutes(30)
    assert [note.at for note in notes] == [0, minutes(30)]


def test_a_wish_is_answered_by_the_one_that_acts_while_a_shadow_looks_on() -> None:
    one = Engine(RETURN_LOOP, (OnDemand(),), LimitSupervisor(Limits(), 0), shadows=(OnDemand(name="other"),))
    one.handle(PumpReport(0, on=False))
    one.handle(Reading(minutes(2), "return", 20.0))
    step = one.handle(HotWaterRequest(minutes(2), "a", "button"))
    assert step.verdict.run and one.wishes.open
    assert [note.kind for note in step.notes if note.kind in SHADOW] == [NoteKind.SHADOW_STARTED]
    assert one.handle(Tick(minutes(2) + 1)).verdict.run


def test_a_shadow_keeps_a_diary_of_its_own() -> None:
    shadow = Shadow(Hygiene(still_ms=minutes(60)), minutes(30), minutes(1))
    notes = []
    for minute in range(120):
        notes += list(shadow.look(observation(minutes(minute), return_c=45.0)))
    # Hot at once: it would have run once, after the first hour of standstill.
    assert [note.at // minutes(1) for note in notes] == [60, 61]
