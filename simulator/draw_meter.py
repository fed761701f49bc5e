"""A flow meter in the heater's cold inlet: tells what people draw, and nothing of what the pump moves."""

from collections.abc import Callable, Sequence
from typing import Final

import simpy

from simulator.agenda import call_at
from simulator.piping import Demand

LATE_S: Final = 2.0
"""A pulse meter needs a pulse or two before it knows a flow. Source: 450 pulses a litre at 1 l/min and more."""
LEAST_LPM: Final = 1.0
"""Below this a small turbine stands still. Source: data sheets of YF-B and YF-S meters, 1 l/min."""
NEWS_SHARE: Final = 0.2
"""It speaks up when the flow has changed by this share."""


class DrawMeter:
    """Follows the hot water drawn and reports it when it has changed.

    Args:
        env: The simulation.
        report: Told the flow, in l/min.
    """

    def __init__(self, env: simpy.Environment, report: Callable[[float], None]) -> None:
        self._env = env
        self._report = report
        self._flow_lpm = 0.0
        self._told_lpm = 0.0
        self._due = False

    def follow(self, demands: Sequence[Demand]) -> None:
        """Take note of what is open now."""
        flow_lpm = 60.0 * sum(demand.hot_lps for demand in demands)
        self._flow_lpm = flow_lpm if flow_lpm >= LEAST_LPM else 0.0
        if not self._due and self._has_news():
            self._due = True
            call_at(self._env, self._env.now + LATE_S, self._tell)

    def _has_news(self) -> bool:
        """Return whether a flow has begun, ended, or clearly changed."""
        if not self._flow_lpm or not self._told_lpm:
            return self._flow_lpm != self._told_lpm
        return abs(self._flow_lpm - self._told_lpm) > NEWS_SHARE * self._told_lpm

    def _tell(self) -> None:
        self._due = False
        if self._has_news():
            self._told_lpm = self._flow_lpm
            self._report(self._told_lpm)
