"""The circulation pump: what it can lift against what resists it."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

STOPPED_SHARE: Final = 0.5
"""Head that water takes through a stopped pump at its greatest flow, as a share of the greatest head.

Our choice: wet rotor pumps of this size have a Kv of 2-4 m3/h.
"""


class Pump:
    """A pump with a curve, or one that drives the same flow whatever resists it.

    Args:
        curve: Flow in l/s and head in m, from no flow to no head.
        flow_lps: The flow that it drives instead of following a curve, in l/s.
    """

    def __init__(self, curve: Sequence[tuple[float, float]] = (), *, flow_lps: float | None = None) -> None:
        self.running = False
        self.flow_lps = flow_lps
        """The flow that it drives while it runs and nothing is shut, in l/s; None when it follows its curve."""
        points = tuple(curve) if flow_lps is None else ((0.0, 1.0), (flow_lps, 0.0))
        self._curve = points
        self.widest_lps = points[-1][0]
        """The flow at which its curve ends, in l/s."""
        self.highest_m = points[0][1]
        """Its head without flow, in m."""

    def lift_m(self, flow_lps: float) -> float:
        """Return the head in m that it gives to a flow; a stopped one takes some."""
        if not self.running:
            along = flow_lps / self.widest_lps
            return -STOPPED_SHARE * self.highest_m * along * abs(along)
        for (low_lps, low_m), (high_lps, high_m) in pairwise(self._curve):
            if flow_lps <= high_lps:
                return low_m + (high_m - low_m) * max(0.0, flow_lps - low_lps) / (high_lps - low_lps)
        (low_lps, low_m), (high_lps, high_m) = self._curve[-2:]
        return high_m + (high_m - low_m) * (flow_lps - high_lps) / (high_lps - low_lps)
