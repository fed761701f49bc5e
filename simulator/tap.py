"""A draw going on: a person at a tap, who waits for hot water and then mixes it to taste.

Until the water on the hot side is first as hot as wanted only the hot side is open. Then hot and cold are mixed to the
temperature wanted, at the same flow. As hot and cold change, the person leaves the handle alone while the mix is within
``FEELS_K`` of what is wanted, and sets it anew otherwise, at most once in ``REACTION_S``. Hot water that has become too
cold is taken pure; when the cold side itself is too hot (a cold pipe that serves as return) only that is open.
"""

from collections.abc import Iterator
from math import inf
from typing import Final

from simulator.course import first_outside
from simulator.draws import Draw
from simulator.network import Network, Passed
from simulator.piping import Demand, cold, hot
from simulator.results import DrawResult
from simulator.stream import Segment, mix

FEELS_K: Final = 0.5
"""Change of the mix in K that makes a person reach for the handle. Our choice, near what a hand notices."""
REACTION_S: Final = 1.0
"""Shortest time in s between two turns of the handle. Our choice; it also bounds the work of a simulation."""
FINEST_SHARE: Final = 0.01
"""Share of the flow that a handle cannot set any more: the side is shut instead."""
_ROUNDING_K: Final = 1e-6
_NEVER_S: Final = float("inf")


class Tap:
    """One draw going on.

    Args:
        draw: What is wanted.
        opened_s: When the tap was opened.
        ambient_c: Temperature of the room in C, from which kelvins count.
    """

    def __init__(self, draw: Draw, opened_s: float, ambient_c: float) -> None:
        self.draw = draw
        self.due_s = _NEVER_S
        """When the person reaches for the handle next, if no flow changes."""
        self.drawn_kl = 0.0
        """Heat above the room that has left so far, in K l."""
        self.litres = 0.0
        """Litres that have left so far."""
        self._opened_s = float(opened_s)
        self._closes_s = self._opened_s + draw.duration_s
        self._ambient_c = ambient_c
        self._use_k = draw.use_c - ambient_c
        self._flow_lps = draw.flow_lpm / 60.0
        self._hot_share = 1.0
        self._wait_s: float | None = None
        self._turned_s = self._opened_s
        self._cold_litres = 0.0
        self._hot_litres = 0.0
        self._cold_peak_k: float | None = None
        self.demand = Demand(draw.fixture, self._flow_lps, 0.0)
        """What is open now."""
        self.hot_at = hot(draw.fixture)
        """The network's place of the hot side."""
        self.cold_at = cold(draw.fixture)
        """The network's place of the cold side."""

    def take(self, span_s: float, passed: dict[str, Passed]) -> None:
        """Account for what left during a span of time.

        Args:
            span_s: The span, in s.
            passed: What arrived at the network's places during it.
        """
        demand = self.demand
        self.litres += self._flow_lps * span_s
        self._hot_litres += demand.hot_lps * span_s
        if self._wait_s is None:
            self._cold_litres += demand.hot_lps * span_s
        if demand.hot_lps:
            self.drawn_kl += demand.hot_lps * passed[self.hot_at].excess_ks
        if demand.cold_lps:
            arrived = passed[self.cold_at]
            self.drawn_kl += demand.cold_lps * arrived.excess_ks
            known_k = arrived.peak_k if self._cold_peak_k is None else self._cold_peak_k
            self._cold_peak_k = max(arrived.peak_k, known_k)

    def turn(self, at_s: float, hot_k: float, cold_k: float) -> None:
        """Set the handle to what arrives now on both sides, in K above the room."""
        self._turned_s = at_s
        if self._wait_s is None:
            if hot_k < self._use_k - _ROUNDING_K:
                return
            self._wait_s = at_s - self._opened_s
        self._hot_share = hot_share(hot_k, cold_k, self._use_k)
        hot_lps = self._hot_share * self._flow_lps
        self.demand = Demand(self.draw.fixture, hot_lps, self._flow_lps - hot_lps)

    def plan(self, network: Network, now_s: float) -> None:
        """Find when the person reaches for the handle next, if no flow changes."""
        due_s = self._next(network, now_s)
        self.due_s = _NEVER_S if due_s is None else due_s

    def result(self) -> DrawResult:
        """Return what the draw got, once it has ended."""
        peak_k = self._cold_peak_k
        return DrawResult(
            draw=self.draw,
            wait_s=self._wait_s,
            cold_litres=self._cold_litres,
            hot_litres=self._hot_litres,
            mean_c=self._ambient_c + self.drawn_kl / self.litres,
            cold_tap_peak_c=None if peak_k is None else self._ambient_c + peak_k,
        )

    def _next(self, network: Network, now_s: float) -> float | None:
        until_s = self._closes_s
        if self._wait_s is None:
            return first_outside(network.forecast(self.hot_at, now_s), -inf, self._use_k, now_s, until_s)
        from_s = max(now_s, self._turned_s + REACTION_S)
        low_k, high_k = self._use_k - FEELS_K, self._use_k + FEELS_K
        if self._hot_share == 1.0:
            return first_outside(network.forecast(self.hot_at, from_s), -inf, high_k, from_s, until_s)
        if self._hot_share == 0.0:
            return first_outside(network.forecast(self.cold_at, from_s), low_k, inf, from_s, until_s)
        return first_outside(self._mix(network, from_s), low_k, high_k, from_s, until_s)

    def _mix(self, network: Network, from_s: float) -> Iterator[Segment]:
        return mix(
            [
                (self._hot_share, network.forecast(self.hot_at, from_s)),
                (1.0 - self._hot_share, network.forecast(self.cold_at, from_s)),
            ]
        )


def hot_share(hot_k: float, cold_k: float, use_k: float) -> float:
    """Return the share of hot water that comes nearest to the temperature wanted."""
    if hot_k <= use_k:
        return 1.0
    if cold_k >= use_k:
        return 0.0
    share = (use_k - cold_k) / (hot_k - cold_k)
    if share < FINEST_SHARE:
        return 0.0
    return 1.0 if share > 1.0 - FINEST_SHARE else share
