"""What a fill now is worth, and how deep it should go: ``docs/prediction.md`` derives the rule.

Heat counts in *fills*: what warms the whole cold supply once is 1.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import expm1
from typing import Final, NamedTuple, TypeAlias

from controller.core.clock import MINUTE_MS, SECOND_MS, Instant
from controller.core.forecast import Forecast
from controller.core.fronts import Front, hot_share, hot_until, warmth
from controller.core.outlook import LoopEstimate

WINDOW_MS: Final = 20 * MINUTE_MS
"""A fill is weighed for the draws of so long a time; what comes later can be filled for later."""
HOLDS_MS: Final = (10 * MINUTE_MS, 20 * MINUTE_MS, 30 * MINUTE_MS)
"""A short fill moves what is hot so far that its fixture stays hot for one of these times."""
AHEAD_MS: Final = MINUTE_MS
"""So long before water cools its place counts as cold."""
START_FILLS: Final = 0.1
"""What a start costs, in fills: wear of pump and relay, and the water that is moved for nothing."""
BROUGHT_BACK: Final = 0.6
"""Share of the warmth pushed out of the supply that comes back: the return line cools until it is pushed on."""
SHORTEST_FILL_MS: Final = 10 * SECOND_MS
"""A pump is not started for less."""
UNKNOWN_FILL_MS: Final = 60 * SECOND_MS
WAIT_FINE_MS: Final = 10 * SECOND_MS
"""A wait up to this counts as hot at once."""

_Drawn: TypeAlias = Callable[[int, Instant, Instant], float]
"""Draws expected at a fixture that somebody wants hot, by its number, between two instants."""


@dataclass(frozen=True, slots=True)
class Fill:
    """A fill that begins now.

    Args:
        share: How much of the supply's content the pump has to move, 0..1.
        heat: Heat that it takes, in fills.
        saved: Draws, of those that somebody wants hot, that find hot water because of it and would have met cold water.
    """

    share: float
    heat: float
    saved: float

    def gain(self, price: float) -> float:
        """Return what it is worth, in fills, if a cold draw that somebody wanted hot costs so many fills."""
        return price * self.saved - self.heat - START_FILLS


def best_fill(
    loop: LoopEstimate, forecast: Forecast, at: Instant, fixtures: Sequence[str], price: float
) -> Fill | None:
    """Return the fill that is worth most; None when every fixture is hot.

    Args:
        loop: The loop now.
        forecast: The draws to come.
        at: The present.
        fixtures: Names of the fixtures, near to far.
        price: What a useful draw that meets cold water costs, in fills.
    """
    guesses = _guesses(loop)
    shares = dict.fromkeys(_shares(loop, at, guesses))
    if not shares:
        return None
    drawn = _draws(loop, forecast, fixtures)
    fills = [_fill(loop, drawn, at, guesses, share) for share in shares]
    return max(fills, key=lambda fill: fill.gain(price))


class _Guess(NamedTuple):
    """How it may be, and what is the same for every fill.

    Args:
        front: How far hot water reaches.
        untils: Until when it is hot at each fixture.
        times: How many of the estimate's guesses are this one: after a run they are all alike.
    """

    front: Front
    untils: tuple[Instant, ...]
    times: int


def _guesses(loop: LoopEstimate) -> list[_Guess]:
    places = tuple(zip(loop.places, loop.hots, strict=True))
    return [
        _Guess(front, tuple([hot_until(front, place, hot_ms) for place, hot_ms in places]), times)
        for front, times in Counter(loop.fronts).items()
    ]


def _shares(loop: LoopEstimate, at: Instant, guesses: Sequence[_Guess]) -> Iterator[float]:
    """Yield how far a fill may go: to a fixture that is cold, or so far that what is hot already gets there."""
    least = min(1.0, SHORTEST_FILL_MS / (loop.fill_ms or UNKNOWN_FILL_MS))
    for number, (place, hot_ms) in enumerate(zip(loop.places, loop.hots, strict=True)):
        if all(guess.untils[number] > at + AHEAD_MS for guess in guesses):
            continue
        yield max(place, least)
        for hold_ms in HOLDS_MS:
            reach = min(hot_share(guess.front, at + hold_ms, hot_ms) for guess in guesses)
            if 0.0 < reach < place:
                yield max(place - reach, least)


def _fill(loop: LoopEstimate, drawn: _Drawn, at: Instant, guesses: Sequence[_Guess], share: float) -> Fill:
    late_at = at + max(0, round(share * (loop.fill_ms or UNKNOWN_FILL_MS)) - WAIT_FINE_MS)
    until_at = late_at + WINDOW_MS
    saved = warm = 0.0
    places = tuple(zip(range(len(loop.places)), loop.places, loop.hots, strict=True))
    for front, untils, times in guesses:
        warm += times * warmth(front, at, loop.tau_ms, share)
        for number, place, hot_ms in places:
            since = untils[number]
            if since >= until_at:
                continue
            if since < late_at:
                since = late_at
            until = at + hot_ms if share >= place else hot_until(front, place - share, hot_ms)
            if until > until_at:
                until = until_at
            if since < until:
                saved += times * drawn(number, since, until)
    rows = len(loop.fronts)
    return Fill(share, max(0.0, share - BROUGHT_BACK * warm / rows), saved / rows)


def _draws(loop: LoopEstimate, forecast: Forecast, fixtures: Sequence[str]) -> _Drawn:
    """Return what tells the draws at each fixture; those that no cue has announced may be at any, as is usual."""
    elsewhere = frozenset(place for *_, place in forecast.cues) - frozenset(fixtures)
    announced_at = cache(forecast.announced_at)
    unannounced = cache(forecast.unannounced)
    shares, wanted, numbers = loop.shares, loop.wanted, loop.numbers
    own_shares = [
        share / sum(_of(number, numbers, shares)) for number, share in zip(numbers, shares, strict=True)
    ]

    def drawn(number: int, from_at: Instant, to_at: Instant) -> float:
        if not forecast.cues:
            return unannounced(from_at, to_at) * shares[number] * wanted[number]
        announced = announced_at(from_at, to_at)
        anywhere = unannounced(from_at, to_at) + sum(announced.get(place, 0.0) for place in elsewhere)
        own = announced.get(fixtures[numbers[number]], 0.0) if numbers[number] < len(fixtures) else 0.0
        # One draw uses up what a cue announces: the chance of one counts, not the integral of its rate.
        return (anywhere * shares[number] - expm1(-own) * own_shares[number]) * wanted[number]

    return drawn


def _of(number: int, numbers: Sequence[int], shares: Sequence[float]) -> Iterator[float]:
    """Yield the shares of one fixture's draws at all of its places."""
    return (share for other, share in zip(numbers, shares, strict=True) if other == number)
