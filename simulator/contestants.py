"""Who is compared in an evaluation: rule-based strategies, the steps of comfort, both together, an oracle."""

import random
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from controller.core.contracts import Strategy
from controller.core.events import CueKind
from controller.core.triggers import CueTrigger
from controller.strategies.on_demand import OnDemand
from controller.strategies.predictive import Comfort as Slider
from controller.strategies.predictive import Predictive
from simulator.cues import ANNOUNCED, Cue, CueHabits, presence_cues
from simulator.draws import Draw
from simulator.layout import Layout

IDLE: Final = "none"
HOT_LOOP: Final = "aquastat"
ORACLE: Final = "oracle"
MOTION: Final = "motion"
"""A pump started by motion and light, with the pause and the daily share that triggers have when nobody says."""
STEPS: Final = tuple(f"predictive-{step}" for step in Slider)
"""The five steps of the comfort slider."""
BUTTON: Final = "button+"
"""Begins the names of those who have a button as well."""
WITH_BUTTON: Final = tuple(BUTTON + step for step in STEPS)
RULES: Final = ("timed", "on_demand", "check_valve", "rise", "delta_t")
"""Strategies that follow rules; with the aquastat, and with motion where there are cues, they are all there are."""
CONTESTANTS: Final = (IDLE, HOT_LOOP, *RULES, MOTION, *STEPS, *WITH_BUTTON, ORACLE)
USUAL: Final = (IDLE, HOT_LOOP, "timed", "on_demand", *STEPS, ORACLE)
"""Those who take part when nobody says."""
CUES: Final[Mapping[str, CueHabits | None]] = MappingProxyType(
    {"none": None, "motion": CueHabits(), "announced": ANNOUNCED}
)
"""From what presence sensors there are to how much they see."""


def own_strategies(name: str) -> tuple[Strategy, ...] | None:
    """Return what a contestant is made of; None for one that simulations know by its name, and for the oracle."""
    make = _MADE.get(name)
    return None if make is None else make()


def learns(name: str) -> bool:
    """Tell whether a contestant learns habits."""
    return name.removeprefix(BUTTON) in STEPS


def cues_for(
    name: str, kind: str, draws: Sequence[Draw], layout: Layout, *, days: int, seed: int
) -> list[Cue]:
    """Return what presence sensors tell a contestant; the same for all who listen.

    Args:
        name: The contestant.
        kind: One of ``CUES``.
        draws: The draws.
        layout: The house.
        days: Days in which false cues come.
        seed: Decides about them.
    """
    habits = CUES[kind]
    if habits is None or not (name == MOTION or learns(name)):
        return []
    rng = random.Random(f"{seed} cues")
    return presence_cues(draws, rng, days=days, fixtures=layout.fixtures, habits=habits)


def _step(name: str) -> Predictive:
    return Predictive(Slider(name.removeprefix(BUTTON).removeprefix("predictive-")))


def _makes(name: str) -> Callable[[], tuple[Strategy, ...]]:
    if name.startswith(BUTTON):
        return lambda: (OnDemand(), _step(name))
    return lambda: (_step(name),)


_MADE: Final[Mapping[str, Callable[[], tuple[Strategy, ...]]]] = MappingProxyType(
    {
        MOTION: lambda: (OnDemand(triggers=(CueTrigger(CueKind.MOTION), CueTrigger(CueKind.LIGHT))),),
        **{name: _makes(name) for name in (*STEPS, *WITH_BUTTON)},
    }
)
