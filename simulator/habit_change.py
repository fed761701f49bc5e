"""A household changes its habits: draws before and after, and the same draws of one that has lived so all along.

Who has lived with the new habit all along shows what can be reached with it, on the very same draws: so days until the
changed household is served as well are told by a difference, and not by whether one week is harder than another.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from simulator.draws import DAY_S, Draw, one_at_a_time
from simulator.household import Use
from simulator.people import HOUR_S, MINUTE_S
from simulator.places import Places

SHIFT_S: Final = 2 * HOUR_S
"""So much later is everything done after a shift."""
AWAY_DAYS: Final = 14
"""Length of a holiday, in days."""
FEED_S: Final = 3 * HOUR_S
"""Mean time between two feeds of a newborn, day and night. Source: advice for parents is 8 to 12 feeds in 24 h."""
BOTTLE: Final = Use(30.0, 0.4, 4.5, 40.0)
CHANGED: Final = Use(25.0, 0.4, 4.0, 38.0)
"""Hands and cloth after a nappy."""
BATHED: Final = Use(150.0, 0.2, 6.0, 38.0)
"""A tub of some 15 l in the evening, three days of four. Our choice, as are the seconds above."""


class Change(StrEnum):
    """What changes."""

    SHIFT = "shift"
    """Everything two hours later."""
    HOLIDAY = "holiday"
    """Nobody there for two weeks, then as before."""
    BABY = "baby"
    """A newborn: feeds and nappies around the clock, a bath in the evening."""


@dataclass(frozen=True, slots=True)
class Lives:
    """The draws of both households.

    Args:
        changed: Of the one that changes its habit.
        settled: Of the one that has lived so all along.
    """

    changed: tuple[Draw, ...]
    settled: tuple[Draw, ...]


def lives(
    change: Change, draws: Sequence[Draw], fixtures: Sequence[str], *, day: int, days: int, seed: int
) -> Lives:
    """Return the draws of a household that changes, and of one that has lived so all along.

    Args:
        change: What changes.
        draws: The draws of the old habit, for all the days.
        fixtures: The fixtures of the house.
        day: First day of the new habit.
        days: Days altogether.
        seed: Decides about a newborn.
    """
    new = _NEW[change](draws, fixtures, days, random.Random(f"{seed} {change}"))
    since_s, back_s = day * DAY_S, (day + away_days(change)) * DAY_S
    before = [draw for draw in draws if draw.end_s < since_s]
    after = [draw for draw in new if draw.start_s >= back_s]
    return Lives((*before, *after), tuple(new))


def away_days(change: Change) -> int:
    """Return for how many days nobody is there."""
    return AWAY_DAYS if change is Change.HOLIDAY else 0


def _later(draws: Sequence[Draw], _: Sequence[str], days: int, __: random.Random) -> list[Draw]:
    shifted = [replace(draw, start_s=round(draw.start_s + SHIFT_S, 3)) for draw in draws]
    return [draw for draw in shifted if draw.start_s < days * DAY_S]


def _same(draws: Sequence[Draw], _: Sequence[str], __: int, ___: random.Random) -> list[Draw]:
    return list(draws)


def _with_baby(draws: Sequence[Draw], fixtures: Sequence[str], days: int, rng: random.Random) -> list[Draw]:
    added = [draw for draw in _baby(Places.of(fixtures), days, rng) if draw.start_s < days * DAY_S]
    return one_at_a_time([*draws, *added])


def _baby(places: Places, days: int, rng: random.Random) -> Iterator[Draw]:
    """Yield what a newborn adds: feeds drift through the day, as newborns know no hours."""
    basin, at_s = places.basin(0), rng.uniform(0.0, FEED_S)
    while at_s < days * DAY_S:
        yield BOTTLE.drawn(at_s, places.kitchen, rng)
        yield CHANGED.drawn(at_s + rng.uniform(15.0, 40.0) * MINUTE_S, basin, rng)
        at_s += max(HOUR_S, rng.gauss(FEED_S, 0.5 * HOUR_S))
    for day in range(days):
        if rng.random() < 0.75:
            yield BATHED.drawn(day * DAY_S + rng.gauss(18.0, 0.4) * HOUR_S, places.bath(0) or basin, rng)


_NEW: Final[Mapping[Change, Callable[[Sequence[Draw], Sequence[str], int, random.Random], list[Draw]]]] = (
    MappingProxyType({Change.SHIFT: _later, Change.HOLIDAY: _same, Change.BABY: _with_baby})
)
