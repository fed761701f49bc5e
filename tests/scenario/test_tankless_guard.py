"""A house with a tankless heater: the pump that wakes its burner is left alone, the one that does not is held back."""

from dataclasses import replace

import pytest

from controller.core.events import Event
from controller.core.reason import ReasonCode
from controller.engine import Step
from controller.ports import NoteKind
from simulator import scenario
from simulator.heater_spec import HeaterSpec, TanklessSpec
from simulator.layout import Layout
from simulator.layout_file import load_layout
from simulator.scenario import Scenario

HOURS = 6


def home(flow_lpm: float) -> Layout:
    """The terraced house with a plain tankless heater, which wakes at 2.5 l/min."""
    house = load_layout("combi")
    (loop,) = house.loops
    pump = replace(loop.pump, flow_lpm=flow_lpm)
    return replace(
        house,
        heater=HeaterSpec("tankless", tankless=TanklessSpec()),
        loops=(replace(loop, pump=pump),),
    )


def night(layout: Layout) -> tuple[Scenario, list[ReasonCode]]:
    """Nobody draws for some hours, and an aquastat keeps the loop warm, if it can."""
    ended: list[ReasonCode] = []

    def stepped(_event: Event, step: Step) -> None:
        ended.extend(note.reason.code for note in step.notes if note.kind is NoteKind.RUN_ENDED)

    house = Scenario(layout, [], "aquastat", seed=1, stepped=stepped)
    house.run_until(HOURS * 3600.0)
    return house, ended


def pumped_min(house: Scenario) -> float:
    now_s = house.env.now
    return sum((run.end_s or now_s) - run.start_s for run in house.pump.runs) / 60


@pytest.mark.slow
def test_a_pump_that_does_not_wake_the_burner_is_tried_more_and_more_rarely(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guarded, ended = night(home(1.8))
    assert set(ended) == {ReasonCode.BURNER_UNLIT}
    assert 5 <= len(ended) <= 9, (
        "pauses of 5, 10, 20, 40, 80 and 120 minutes, and a run of a minute before each"
    )
    monkeypatch.setattr(scenario, "burner_of", lambda _heater: None)
    unguarded, _ = night(home(1.8))
    # What is left to end runs then is that the return does not feel them, after five minutes each.
    assert pumped_min(guarded) < 10 < 15 < pumped_min(unguarded)


def test_a_pump_that_wakes_it_is_left_alone() -> None:
    house, ended = night(home(4.0))
    assert set(ended) == {ReasonCode.ABOVE_DEADBAND}
    assert house.driver.engine.faults.keys().isdisjoint({ReasonCode.BURNER_UNLIT, ReasonCode.BURNER_ASLEEP})
