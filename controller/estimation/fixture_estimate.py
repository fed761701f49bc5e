"""How hot it probably is at one fixture, and how long a tap would take: what is made of the cells of the supply."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from controller.core.clock import SECOND_MS
from controller.estimation.cells import CELLS, Cell
from controller.estimation.cooling import ROOM_C

HOT_C: Final = 40.0
"""Water at the tee this hot is hot at the tap. Source: 40 C is what people mix to; a degree is lost on the way."""
SURE: Final = 0.8
"""So likely it must be before hot, or cold, is said."""
USUAL_LPM: Final = 6.0
"""Flow of a tap that somebody opens for hot water, and of a pump that is not measured, in l/min."""
WALLS: Final = 1.15
"""Water must warm the pipe too: the front moves so much slower than the water."""
TWIG_SHARES: Final = (0.0, 0.5, 1.0, 1.3, 1.7)
"""What of its own pipe a fixture must run off, by quantile: nothing when somebody was there just now, more than its
content when the tap is opened gently."""
_QUANTILES: Final = (0.1, 0.3, 0.5, 0.7, 0.9)


@dataclass(frozen=True, slots=True)
class FixtureEstimate:
    """How hot the water at one fixture probably is.

    Args:
        fixture: Name of the fixture.
        mean_c: Temperature of the water in the loop at its tee, in C.
        sd_k: Standard deviation of that, in K.
        hot_chance: Chance that it is hot.
        wait_s: Seconds that a tap opened now takes until it is hot: probably, and one time in ten at most and at least.
        ready_in_s: While the pump runs, seconds until hot water reaches the tee; None at rest.
    """

    fixture: str
    mean_c: float
    sd_k: float
    hot_chance: float
    wait_s: tuple[float, float, float]
    ready_in_s: float | None

    @property
    def hot(self) -> bool | None:
        """Return whether it is hot; None when neither is likely enough."""
        if self.hot_chance >= SURE:
            return True
        return False if self.hot_chance <= 1.0 - SURE else None


@dataclass(frozen=True, slots=True)
class Spot:
    """A fixture on the supply.

    Args:
        name: Its name.
        place: Where its tee is, as a share of the way to the far end.
        twig_l: Litres in its own pipe.
    """

    name: str
    place: float
    twig_l: float

    def estimate(
        self, cells: Sequence[Cell], hot: Sequence[float], fill_ms: float, ready_in_s: float | None
    ) -> FixtureEstimate:
        """Return how hot it probably is there.

        Args:
            cells: The supply now.
            hot: The chance that each of its cells is hot.
            fill_ms: Pump time from the heater to the far tee.
            ready_in_s: Seconds until hot water reaches the tee, if the pump runs.
        """
        mean_k, variance = cells[self.cell]
        twig_s = self.twig_l * WALLS / USUAL_LPM * 60.0
        waits = [
            share * twig_s + self._way_s(hot, chance, fill_ms)
            for chance, share in zip(_QUANTILES, TWIG_SHARES, strict=True)
        ]
        wait_s = (sum(waits) / len(waits), waits[0], waits[-1])
        return FixtureEstimate(self.name, ROOM_C + mean_k, sqrt(variance), hot[self.cell], wait_s, ready_in_s)

    @property
    def cell(self) -> int:
        """Return the number of the cell at its tee."""
        return min(CELLS - 1, int(self.place * CELLS))

    def _way_s(self, hot: Sequence[float], chance: float, fill_ms: float) -> float:
        """Return how long the nearest water takes to the tee that is hot with at least a chance."""
        for cell in range(self.cell, -1, -1):
            if hot[cell] >= chance:
                return max(0.0, self.place - (cell + 1) / CELLS) * fill_ms / SECOND_MS
        return self.place * fill_ms / SECOND_MS
