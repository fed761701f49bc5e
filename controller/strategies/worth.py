"""What a fill now is worth, and how deep it should go: ``docs/prediction.md`` derives the rule.

Heat counts in *fills*: what warms the whole cold supply once is 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from controller.core.clock import MINUTE_MS, SECOND_MS, Instant
from controller.core.forecast import Forecast
from controller.core.fronts import hot_share, warmth
from controller.core.outlook import LoopEstimate

WINDOW_MS: Final = 10 * MINUTE_MS
"""A fill is weighed for the draws of so long a time; what comes later can be filled for later."""
HOLD_MS: Final = 10 * MINUTE_MS
"""For at least so long a fill keeps hot what it was made for."""
AHEAD_MS: Final = MINUTE_MS
"""So long before water cools its place counts as cold."""
USEFUL: Final = 0.55
"""Share of the draws that somebody wants hot."""
START_FILLS: Final = 0.05
"""What a start costs, in fills: wear, and the water that is moved for nothing."""
UNKNOWN_FILL_MS: Final = 60 * SECOND_MS
WAIT_FINE_MS: Final = 10 * SECOND_MS
"""A wait up to this counts as hot at once."""


@dataclass(frozen=True, slots=True)
class Fill:
    """A fill that begins now.

    Args:
        share: How much of the supply's content the pump has to move, 0..1.
        heat: Heat that it takes, in fills.
        saved: Draws that find hot water because of it and would have met cold water.
    """

    share: float
    heat: float
    saved: float

    def gain(self, price: float) -> float:
        """Return what it is worth, in fills, if a cold draw that somebody wanted hot costs so many fills."""
        return price * USEFUL * self.saved - self.heat - START_FILLS


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
    cold = _cold_chances(loop, at)
    fills = [
        _fill(loop, forecast, at, fixtures, cold, number)
        for number in range(len(cold))
        if any(cold[: number + 1])
    ]
    return max(fills, key=lambda fill: fill.gain(price), default=None)


def _fill(
    loop: LoopEstimate,
    forecast: Forecast,
    at: Instant,
    fixtures: Sequence[str],
    cold: Sequence[float],
    number: int,
) -> Fill:
    reach = min(hot_share(front, at + HOLD_MS, loop.hot_ms) for front in loop.fronts)
    share = max(0.0, loop.places[number] - reach)
    late_ms = max(0, round(share * (loop.fill_ms or UNKNOWN_FILL_MS)) - WAIT_FINE_MS)
    draws = _draws(forecast, at + late_ms, fixtures)
    saved = sum(chance * expected for chance, expected in zip(cold[: number + 1], draws, strict=False))
    warm = sum(warmth(front, at, loop.tau_ms, share) for front in loop.fronts) / len(loop.fronts)
    return Fill(share, max(0.0, share - warm), saved)


def _cold_chances(loop: LoopEstimate, at: Instant) -> list[float]:
    """Return the chance that each fixture's tee is cold, or about to be."""
    reaches = [hot_share(front, at + AHEAD_MS, loop.hot_ms) for front in loop.fronts]
    return [sum(reach < place - 1e-6 for reach in reaches) / len(reaches) for place in loop.places]


def _draws(forecast: Forecast, from_at: Instant, fixtures: Sequence[str]) -> list[float]:
    """Return the draws expected at each fixture; those that no cue has announced may be at any."""
    until_at = from_at + WINDOW_MS
    number = max(1, len(fixtures))
    announced = forecast.announced_at(from_at, until_at)
    anywhere = forecast.unannounced(from_at, until_at)
    anywhere += sum(amount for place, amount in announced.items() if place not in fixtures)
    return [anywhere / number + announced.get(name, 0.0) for name in fixtures] or [anywhere]
