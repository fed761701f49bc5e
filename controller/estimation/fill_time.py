"""The pump time until hot water has reached the far end: as usual, by the pipes' content, or learned from fronts."""

from math import log
from typing import Final

from controller.core.clock import MINUTE_MS, SECOND_MS
from controller.estimation.fixture_estimate import USUAL_LPM, WALLS

USUAL_FILL_MS: Final = 60 * SECOND_MS
USUAL_FILL_LN: Final = 0.5
"""Relative standard deviation of a fill time that has not been learned."""
LEARNED_FILL_LN: Final = 0.2
RETURN_SHARE: Final = 0.66
"""Share of a loop's pump time that its supply takes; a sensor on the return sees the front only after the whole loop."""
LAG_MS: Final = 25 * SECOND_MS
"""Time constant with which strapped sensors follow. Source: 20 to 60 s; those in use here are the quicker ones."""
REPORT_MS: Final = 3 * SECOND_MS
SHORTEST_MS: Final = 5.0 * SECOND_MS
_WEIGHT: Final = 0.25


class FillTime:
    """What is known of a loop's fill time.

    Args:
        supply_l: Litres in the supply, if the owner knows them.
        on_return: The sensor that sees fronts is on the return line, behind the whole loop.
    """

    def __init__(self, supply_l: float | None, *, on_return: bool) -> None:
        self._supply_l, self._share = supply_l, RETURN_SHARE if on_return else 1.0
        self.learned_ms: float | None = None

    @property
    def ms(self) -> float:
        """Return the pump time from the heater to the far tee: learned, or by the pipes' content, or as usual."""
        if self.learned_ms is not None:
            return self.learned_ms
        return USUAL_FILL_MS if self._supply_l is None else self._supply_l * WALLS / USUAL_LPM * MINUTE_MS

    @property
    def spread_ln(self) -> float:
        """Return its relative standard deviation."""
        return USUAL_FILL_LN if self.learned_ms is None else LEARNED_FILL_LN

    def content_l(self) -> float:
        """Return the litres in the supply."""
        return self._supply_l or self.ms / MINUTE_MS * USUAL_LPM / WALLS

    def front(self, after_ms: int, rise_k: float, step_k: float) -> None:
        """Learn from a front that a sensor has felt.

        Args:
            after_ms: So long after the pump had started.
            rise_k: How far the sensor had risen then.
            step_k: How far it will rise in the end: strapped sensors follow slowly.
        """
        late_ms = LAG_MS * -log(max(0.2, 1.0 - rise_k / step_k)) + REPORT_MS
        fill_ms = max(SHORTEST_MS, self._share * (after_ms - late_ms))
        learned_ms = self.learned_ms
        self.learned_ms = fill_ms if learned_ms is None else learned_ms + _WEIGHT * (fill_ms - learned_ms)
