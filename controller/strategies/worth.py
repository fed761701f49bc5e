"""What running the pump now is worth against waiting: a Markov decision process over pipe heat and draws.

Costs count in *fills*: the heat that fills the cold supply once is 1. ``docs/prediction.md`` derives the recursion.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, expm1
from typing import Final

HOT_STEPS: Final = 8
"""Steps for which the supply stays hot after a fill; the same again until it counts as cold."""
STEPS: Final = 32
"""Horizon: four times as long as the supply stays hot."""


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
class Worth:
    """Expected costs over the horizon, in fills.

    Args:
        run: Filling now, and acting well from then on.
        wait: Waiting one step, and acting well from then on.
    """

    run: float
    wait: float


def fill_heat(step: int, prices: Prices) -> float:
    """Return what a fill costs while the supply has so many steps to stay hot (negative: cold for so long)."""
    return 1.0 - prices.luke * _EXCESS[step + HOT_STEPS]


_EXCESS: Final = tuple(exp(-(HOT_STEPS - step) * 0.058) for step in range(-HOT_STEPS, HOT_STEPS + 1))
"""Excess over the room, as a share of that of fresh water, by steps left: 63 % when it stops being hot enough."""


def worth(
    draws: Sequence[float], left: int, warm: Sequence[float], cold_filling: float, prices: Prices
) -> Worth:
    """Return what running now and waiting cost.

    Args:
        draws: Expected number of draws in each step from now, ``STEPS`` of them.
        left: Steps for which the supply stays hot; negative when it has been cold for so long.
        warm: Chance that the supply is hot all the same because somebody drew, for the first steps.
        cold_filling: Expected number of draws that come before a fill that begins now can help.
        prices: What things cost.
    """
    low = -HOT_STEPS
    size = 2 * HOT_STEPS + 1
    after = [0.0] * size  # by left + HOT_STEPS
    heats, cold_price = prices.draw_heats, prices.cold_draw * prices.useful
    fills = [fill_heat(step, prices) for step in range(low, HOT_STEPS + 1)]
    for j in range(STEPS - 1, 0, -1):
        chance = -expm1(-draws[j])
        share = 1.0 - warm[j] if j < len(warm) else 1.0
        full = after[size - 2]
        now = [0.0] * size
        lost = cold_price * share + prices.draw_fills
        follow = prices.follow * cold_price
        for i in range(size):
            next_ = after[i - 1] if i else after[0]
            if i > HOT_STEPS:
                now[i] = next_ + chance * heats * (after[size - 1] - next_)
                continue
            react = fills[i] + full
            if follow + next_ < react:
                react = follow + next_
            wait = chance * (lost + heats * full + (1.0 - heats) * react) + (1.0 - chance) * next_
            run = fills[i] + full
            now[i] = run if run < wait else wait
        after = now
    return _first(draws[0], left + HOT_STEPS, warm[0] if warm else 0.0, cold_filling, prices, after, fills)


def _first(
    expected: float,
    i: int,
    warm: float,
    cold_filling: float,
    prices: Prices,
    after: Sequence[float],
    fills: Sequence[float],
) -> Worth:
    full, size = after[-2], len(after)
    next_ = after[max(0, i - 1)]
    chance = -expm1(-expected)
    cold_price = prices.cold_draw * prices.useful
    run = fills[i] + full + cold_filling * cold_price * (1.0 - warm)
    if i > HOT_STEPS:
        return Worth(run, next_ + chance * prices.draw_heats * (after[size - 1] - next_))
    react = min(fills[i] + full, prices.follow * cold_price + next_)
    lost = cold_price * (1.0 - warm) + prices.draw_fills
    wait = chance * (lost + prices.draw_heats * full + (1.0 - prices.draw_heats) * react)
    return Worth(run, wait + (1.0 - chance) * next_)
