"""Cues: what the household does before it draws, so that a controller can know in time."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from controller.core.events import CueKind
from simulator.draws import DAY_S, Draw

PROBABILITY: Final = 0.6
"""Share of useful draws before which somebody presses the button."""
LEAD_MEDIAN_S: Final = 60.0
"""Median time in s from the press, or from the first motion, to the draw."""
LEAD_SPREAD: Final = 0.5
"""Standard deviation of the logarithm of the lead, which is log-normal: never negative, one in twenty shorter
than 26 s, one in twenty longer than 137 s."""

DETECTION: Final = 0.8
"""Share of draws before which a motion sensor sees somebody coming."""
FALSE_PER_DAY: Final = 6.0
"""How often in a day it sees somebody who then draws nothing."""
AWAKE_S: Final = (6 * 3_600.0, 23 * 3_600.0)
"""Part of the day in which people move about without drawing: false cues fall between 06:00 and 23:00."""
LIGHT_SHARE: Final = 0.25
"""Share of cues that are a light switched on; the others are motion. Our choice: most people come by daylight."""
ANNOUNCED_S: Final = 90.0
"""Lead in s of draws that are all announced."""


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody presses the button at a fixture.

    Args:
        at_s: When, in s since the start of the simulation.
        fixture: Where hot water will be wanted.
    """

    at_s: float
    fixture: str


@dataclass(frozen=True, slots=True)
class Cue:
    """A presence sensor tells that somebody is there.

    Args:
        at_s: When, in s since the start of the simulation.
        place: The fixture at which the sensor sits.
        kind: Motion or light.
    """

    at_s: float
    place: str
    kind: CueKind = CueKind.MOTION


@dataclass(frozen=True, slots=True)
class CueHabits:
    """How much presence sensors know beforehand.

    Args:
        detection: Share of draws that a cue precedes, 0..1.
        median_s: Median lead in s.
        spread: Standard deviation of the logarithm of the lead; 0 for a lead that is always the same.
        false_per_day: Cues a day that no draw follows.
        light_share: Share of cues that are a light switched on, 0..1.
    """

    detection: float = DETECTION
    median_s: float = LEAD_MEDIAN_S
    spread: float = LEAD_SPREAD
    false_per_day: float = FALSE_PER_DAY
    light_share: float = LIGHT_SHARE

    def lead_s(self, rng: random.Random) -> float:
        """Return the lead of one cue."""
        return self.median_s if not self.spread else rng.lognormvariate(log(self.median_s), self.spread)

    def kind(self, rng: random.Random) -> CueKind:
        """Return what one cue is."""
        return CueKind.LIGHT if rng.random() < self.light_share else CueKind.MOTION


ANNOUNCED: Final = CueHabits(1.0, ANNOUNCED_S, 0.0, 0.0, 0.0)
"""Every draw is announced 90 s ahead, and nothing else is: what a controller could do if it knew that much."""


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


def presence_cues(
    draws: Sequence[Draw],
    rng: random.Random,
    *,
    days: int,
    fixtures: Sequence[str],
    habits: CueHabits = CueHabits(),
) -> list[Cue]:
    """Return what presence sensors at the fixtures tell, in the order of time: cues of draws, and false ones.

    Each draw has its cue by a coin of its own, whether it is useful or not. A lead that reaches back before the
    start of the simulation is cut there. The same generator state and arguments give the same cues.

    Args:
        draws: The draws, in the order of their start.
        rng: The generator.
        days: Days in which false cues come.
        fixtures: Where the sensors sit; false cues are spread over them evenly.
        habits: How much they see.
    """
    seen = [*_seen(draws, rng, habits), *_false(days, fixtures, rng, habits)]
    return sorted(seen, key=lambda cue: (cue.at_s, cue.place, cue.kind))


def _seen(draws: Iterable[Draw], rng: random.Random, habits: CueHabits) -> Iterator[Cue]:
    for draw in draws:
        # all three are drawn each time, so that another rate leaves the cues of the other draws as they are
        noticed, lead_s, kind = rng.random() < habits.detection, habits.lead_s(rng), habits.kind(rng)
        if noticed:
            yield Cue(max(0.0, round(draw.start_s - lead_s, 3)), draw.fixture, kind)


def _false(days: int, fixtures: Sequence[str], rng: random.Random, habits: CueHabits) -> Iterator[Cue]:
    """Yield a Poisson process over the waking hours of each day."""
    if not habits.false_per_day or not fixtures:
        return
    rises_s, sleeps_s = AWAKE_S
    mean_gap_s = (sleeps_s - rises_s) / habits.false_per_day
    for day in range(days):
        at_s = rises_s
        while (at_s := at_s + rng.expovariate(1.0 / mean_gap_s)) < sleeps_s:
            yield Cue(round(day * DAY_S + at_s, 3), rng.choice(fixtures), habits.kind(rng))
