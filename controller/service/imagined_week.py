"""A week as the controller expects it: draws taken by chance from its own forecast, the clusters that draws bring among them."""

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from math import expm1
from typing import Final, NamedTuple

from controller.core.clock import DAY_MS, MINUTE_MS, SECOND_MS, Instant
from controller.core.plumbing import FixturePipe, Plumbing
from controller.estimation.served import usual_lpm
from controller.foresight import Foresight, week_min

DAYS: Final = 7
_MONDAY: Final = datetime(2026, 1, 5, tzinfo=UTC)
"""Any Monday: what is learned knows times of the week only."""
STEP_MS: Final = MINUTE_MS
"""In so short a time one draw begins at most."""
TAP_L: Final = (0.7, 2.5)
"""What a draw at a tap takes that nobody wants hot, and one that somebody does. Source: metered homes, medians 0.6 and 2.6 l."""
SHOWER_L: Final = 40.0
"""What a shower takes of hot water. Source: Jordan and Vajen (2001), 8 l/min for 5 min on average."""


class Imagined(NamedTuple):
    """A draw.

    Args:
        at: When it begins.
        fixture: Its number among the fixtures of the loop, near to far.
        wanted: Somebody wants it hot.
        litres: What it takes.
        flow_lpm: How briskly.
    """

    at: Instant
    fixture: int
    wanted: bool
    litres: float
    flow_lpm: float

    @property
    def ends_at(self) -> Instant:
        """Return when the tap is shut."""
        return self.at + max(SECOND_MS, round(self.litres / self.flow_lpm * MINUTE_MS))


def civil(at: Instant) -> datetime:
    """Return the time of the imagined week."""
    return _MONDAY + timedelta(milliseconds=at)


def copy_of(kept: Mapping[str, object], plumbing: Plumbing) -> Foresight:
    """Return a foresight that knows what another one knew, at the beginning of a week; what it draws on is its own."""
    copy = Foresight(plumbing, 0)
    copy.restore({**kept, "paused": False})
    return copy


def imagined_week(kept: Mapping[str, object], plumbing: Plumbing, seed: int = 0) -> list[Imagined]:
    """Return the draws of a week.

    Args:
        kept: What a foresight keeps across restarts.
        plumbing: The loop.
        seed: Decides about chance: the same week for every comfort, so that they can be compared.
    """
    return list(_drawn(copy_of(kept, plumbing), plumbing, random.Random(seed)))


def _drawn(copy: Foresight, plumbing: Plumbing, rng: random.Random) -> Iterator[Imagined]:
    hazard, pipes, free_at = copy.hazard, pipes_of(plumbing), 0
    uses = [pipe.use for pipe in pipes]
    for at in range(0, DAYS * DAY_MS, STEP_MS):
        week = week_min(civil(at))
        hazard.advance(at, week, visible=True)
        chance = -expm1(-hazard.forecast(week).unannounced(at, at + STEP_MS))
        if at < free_at or rng.random() >= chance:
            continue
        hazard.draw(at, week)
        number = rng.choices(range(len(pipes)), uses)[0]
        wanted = rng.random() < pipes[number].wanted
        litres = SHOWER_L if pipes[number].seldom else TAP_L[wanted]
        draw = Imagined(at, number, wanted, litres, rng.choice(usual_lpm(pipes[number])))
        free_at = draw.ends_at
        yield draw


def pipes_of(plumbing: Plumbing) -> list[FixturePipe]:
    """Return the pipes of the loop's fixtures, near to far; of one that nobody has declared when there are none."""
    known = {pipe.fixture: pipe for pipe in plumbing.pipes}
    return [known.get(name, FixturePipe(name)) for name in plumbing.fixtures] or [FixturePipe("")]
