"""What each step of comfort would bring and cost in this house, by its learned week.

A decision that fills the whole supply or nothing (``controller.strategies.worth`` can fill less) is worked out for the whole
learned week at once, backwards, and a
distribution over the states of the supply is then led forwards through it: expectations, without any simulation. What the
house really did with the comfort that it has now says how far this can be believed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, expm1
from typing import Final

HOT_STEPS: Final = 8
"""Steps for which the supply stays hot after a fill; the same again until it counts as cold."""
_COOLS: Final = 0.058
"""Logarithm by which the excess over the room falls in a step: 63 % are left when it stops being hot enough."""
STATES: Final = 2 * HOT_STEPS + 1
_COLD: Final = HOT_STEPS
_FULL: Final = STATES - 1


@dataclass(frozen=True, slots=True)
class Prices:
    """What things cost, in fills.

    Args:
        cold_draw: A draw that somebody wanted hot and that met a cold pipe.
        useful: Share of the draws seen that somebody wants hot.
        luke: Share of the heat of lukewarm water in the supply that a fill does not have to bring anew.
        draw_fills: Heat that a draw from a cold pipe leaves in it.
        draw_heats: Share of the draws that leave the supply hot.
        follow: Draws that follow a draw while the supply stays hot.
    """

    cold_draw: float
    useful: float = 0.55
    luke: float = 0.5
    draw_fills: float = 0.4
    draw_heats: float = 0.4
    follow: float = 0.6


@dataclass(frozen=True, slots=True)
class Tag:
    """What one comfort brings.

    Args:
        hot_share: Share of draws that find hot water.
        fills_per_day: Heat for circulation, in fills of a cold supply.
    """

    hot_share: float
    fills_per_day: float


def fill_heat(step: int, prices: Prices) -> float:
    """Return what a fill costs while the supply has so many steps to stay hot (negative: cold for so long)."""
    return 1.0 - prices.luke * exp(-(HOT_STEPS - step) * _COOLS)


def price_tag(draws: Sequence[float], steps_per_day: float, prices: Prices, follow: float) -> Tag:
    """Return what a comfort brings in a week.

    Args:
        draws: Expected spontaneous draws in each step of the week.
        steps_per_day: Steps in a day.
        prices: The price that the comfort puts on a cold draw, and what else counts.
        follow: Draws that follow one while the supply stays hot.
    """
    plan = _plan(draws, round(steps_per_day), prices)
    chances = [-expm1(-one) for one in draws]
    states = [0.0] * STATES
    states[0] = 1.0
    hot = lot = fills = 0.0
    # The week's last day goes before, so that Monday begins with what Sunday has left.
    for index in range(-round(steps_per_day), len(draws)):
        chance, (runs, reacts) = chances[index], plan[index]
        states, brought = _run(states, runs, prices)
        found = sum(states[_COLD + 1 :])
        after = found + (1.0 - found) * (
            prices.draw_heats + (1.0 - prices.draw_heats) * _share(states, reacts)
        )
        if index == 0:
            hot = lot = fills = 0.0
        hot += chance * (found + follow * after)
        lot += chance * (1.0 + follow)
        states, reacted = _step(states, chance, reacts, prices)
        fills += brought + reacted
    days = len(draws) / steps_per_day
    return Tag(hot / lot if lot else 0.0, fills / days)


def _share(states: Sequence[float], reacts: Sequence[bool]) -> float:
    cold = sum(states[: _COLD + 1])
    return sum(states[i] for i in range(_COLD + 1) if reacts[i]) / cold if cold > 0.0 else 0.0


def _run(states: list[float], runs: Sequence[bool], prices: Prices) -> tuple[list[float], float]:
    brought = 0.0
    after = list(states)
    for i in range(_COLD + 1):
        if runs[i] and states[i]:
            brought += states[i] * fill_heat(i - HOT_STEPS, prices)
            after[_FULL] += states[i]
            after[i] = 0.0
    return after, brought


def _step(
    states: Sequence[float], chance: float, reacts: Sequence[bool], prices: Prices
) -> tuple[list[float], float]:
    after, brought = [0.0] * STATES, 0.0
    for i, share in enumerate(states):
        if share == 0.0:
            continue
        heated = chance * prices.draw_heats
        after[_FULL if i > _COLD else _FULL - 1] += share * heated
        cold = chance - heated if i <= _COLD and reacts[i] else 0.0
        brought += share * cold * fill_heat(i - HOT_STEPS, prices)
        after[_FULL - 1] += share * cold
        after[max(0, i - 1)] += share * (1.0 - heated - cold)
    return after, brought


def _plan(
    draws: Sequence[float], day: int, prices: Prices
) -> list[tuple[tuple[bool, ...], tuple[bool, ...]]]:
    """Return for each step in which states the pump runs, and in which it runs once somebody has drawn in the cold."""
    fills = [fill_heat(i - HOT_STEPS, prices) for i in range(STATES)]
    cold_price = prices.cold_draw * prices.useful
    worth, plan = [0.0] * STATES, []
    for expected in (*reversed(draws[:day]), *reversed(draws)):
        chance, full, now = -expm1(-expected), worth[_FULL - 1], [0.0] * STATES
        runs, reacts = [False] * STATES, [False] * STATES
        for i in range(STATES):
            next_ = worth[max(0, i - 1)]
            if i > _COLD:
                now[i] = next_ + chance * prices.draw_heats * (worth[_FULL] - next_)
                continue
            reacts[i] = fills[i] + full < prices.follow * cold_price + next_
            react = min(fills[i] + full, prices.follow * cold_price + next_)
            wait = (
                chance
                * (
                    cold_price
                    + prices.draw_fills
                    + prices.draw_heats * full
                    + (1.0 - prices.draw_heats) * react
                )
                + (1.0 - chance) * next_
            )
            runs[i] = fills[i] + full < wait
            now[i] = min(fills[i] + full, wait)
        least = min(now)
        worth = [value - least for value in now]
        plan.append((tuple(runs), tuple(reacts)))
    return list(reversed(plan[-len(draws) :]))
