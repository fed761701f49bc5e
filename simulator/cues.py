"""Cues: what the household does before it draws, so that a controller can know in time."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from math import log
from typing import Final

from simulator.draws import Draw

PROBABILITY: Final = 0.6
"""Share of useful draws before which somebody presses the button."""
LEAD_MEDIAN_S: Final = 60.0
"""Median time in s from the press to the draw."""
LEAD_SPREAD: Final = 0.5
"""Standard deviation of the logarithm of the lead, which is log-normal: never negative, one in twenty shorter
than 26 s, one in twenty longer than 137 s."""


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody presses the button at a fixture.

    Args:
        at_s: When, in s since the start of the simulation.
        fixture: Where hot water will be wanted.
    """

    at_s: float
    fixture: str


def button_presses(
    draws: Iterable[Draw],
    rng: random.Random,
    *,
    probability: float = PROBABILITY,
    median_s: float = LEAD_MEDIAN_S,
) -> list[Press]:
    """Return the presses before useful draws, in the order of time.

    Chance is taken from ``rng`` draw by draw, whatever a controller makes of it: the same generator state and
    the same draws give the same presses under every strategy. A lead that reaches back before the start of
    the simulation is cut there.

    Args:
        draws: The draws, in the order of their start.
        rng: The generator.
        probability: Share of useful draws that are announced.
        median_s: Median lead in s.
    """
    presses = []
    for draw in draws:
        if draw.useful and rng.random() < probability:
            lead_s = rng.lognormvariate(log(median_s), LEAD_SPREAD)
            presses.append(Press(max(0.0, round(draw.start_s - lead_s, 3)), draw.fixture))
    return sorted(presses, key=lambda press: (press.at_s, press.fixture))
