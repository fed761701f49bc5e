"""A tankless heater: a burner that wakes when water flows, and a heat exchanger that holds some heat.

Water passes the burner and then the exchanger. The burner lights some seconds after the flow has reached the activation
flow, holds the set point between its least and its full power, shuts when the water that leaves is too hot, and lights
again when that has cooled and a rest is over. The exchanger is plug flow through a volume that stands for water and
metal together; at rest it cools. From this follow: no heat below the activation flow, the slug of cold water between
what the exchanger still held and the first heated water (the cold-water sandwich), lukewarm water at high flow, and
short cycling when the water that comes needs less than the least power.

A combi is the same with more delay (the heat goes from rooms to water) and, in comfort mode, an exchanger or small store
that is reheated at rest whenever it has cooled by some kelvins.

Valid for seconds and longer; the burner's own warm-up and the mixing in the exchanger are left out, so fronts are sharp.

Source: P. R. Grant, thesis, University of Colorado, 2010 (capacitance 8.36 kJ/K, loss 12.99 kJ/(h K), burner efficiency
80.2 %, measured); J. Burch, M. Hoeschele, D. Springer, A. Rudd, "Preliminary Modeling, Testing and Analysis of a Gas
Tankless Water Heater", 2008 (cut-out, delay and oscillation with preheated water).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import exp, floor, inf, log
from typing import Final

from simulator.burner import Modulation, fired
from simulator.heater_books import KWH_PER_KL, HeaterBooks
from simulator.intake import Intake
from simulator.network import Network, Source
from simulator.parts import SOONEST_S
from simulator.pipe import Pipe
from simulator.piping import INLET
from simulator.stream import Segment, first_above, first_below, integral, shifted

LOOK_S: Final = 30.0
"""How far a heater looks ahead in s, before it looks again: what it gives comes back to it through the loop."""
LEAST_COOLING: Final = 1e-9
"""Rate in 1/s below which no exchanger cools: 30 years."""


@dataclass(frozen=True, slots=True)
class TanklessPlan:
    """How a tankless heater is built.

    Args:
        setpoint_k: Temperature aimed at above the room, in K.
        power_kl_s: Full power, in K l/s.
        least_kl_s: Least power, in K l/s.
        activation_lps: Flow at which it wakes, in l/s.
        release_lps: Flow below which it shuts, in l/s.
        ignition_s: Time from waking to heat, in s.
        too_hot_k: It shuts when the water leaves so much hotter than the set point, in K.
        rest_s: Least time between shutting for heat and lighting again, in s.
        exchanger_l: Water that holds as much heat as the exchanger with its water, in l.
        cooling: Rate with which the exchanger cools at rest, in 1/s.
        per_heat: Energy used per heat given.
        keep_hot_k: At rest the exchanger is reheated when it has cooled by so much, in K; None for never.
    """

    setpoint_k: float
    power_kl_s: float
    least_kl_s: float
    activation_lps: float
    release_lps: float
    ignition_s: float
    too_hot_k: float
    rest_s: float
    exchanger_l: float
    cooling: float
    per_heat: float = 1.0
    keep_hot_k: float | None = None


class Tankless:
    """A tankless heater; cold at the beginning.

    Args:
        network: Where it warms the water.
        plan: How it is built.
        since_s: The beginning, in s.
    """

    def __init__(self, network: Network, plan: TanklessPlan, *, since_s: float = 0.0) -> None:
        self.due_s = inf
        self._network = network
        self._plan = plan
        self._cooling = max(plan.cooling, LEAST_COOLING)
        self._intake = Intake(network, INLET)
        self._now_s = since_s
        self._exchanger = self._filled(0.0, since_s)
        self._awake = False
        self._lit_s = inf
        self._turns = False
        self._too_hot = False
        self._rests_until_s = since_s
        self._given_kl = self._passed_kl = self._lost_kl = 0.0
        self._starts = 0

    @property
    def outlet(self) -> Source:
        """Return what leaves it."""
        return self

    @property
    def firing(self) -> bool:
        """Tell whether the burner burns."""
        return self._lit_s <= self._now_s

    def supply(self, from_s: float) -> Iterator[Segment]:
        """Yield what leaves, through exchanger and burner back to what comes."""
        self._settle(from_s)
        # Rounding leaves gaps in what comes round a loop; left alone, they would add up round after round.
        yield from gapless(self._leaving(from_s), from_s)

    def follow(self, _now_s: float, /) -> None:
        """Nothing in it is felt before the water has moved."""

    def book(self, _span_s: float, /) -> None:
        """Its intake has kept what came in."""

    def act(self, now_s: float, /) -> None:
        """Light the burner, or shut it when the water is too hot."""
        self._settle(now_s)
        if not self._turns:
            return
        if self._lit_s == inf:
            self._lit_s = now_s + self._plan.ignition_s
            self._too_hot = False
            self._starts += 1
        else:
            self._shut(now_s)
            self._too_hot = True
            self._rests_until_s = now_s + self._plan.rest_s

    def plan(self, now_s: float, /) -> None:
        """Take note of the flow, and work out when the burner lights or shuts."""
        self._settle(now_s)
        self._intake.look()
        flow_lps = self._intake.flow_lps
        if flow_lps != self._exchanger.flow_lps:
            self._exchanger.set_flow(flow_lps, now_s)
        least_lps = self._plan.release_lps if self._awake else self._plan.activation_lps
        self._awake = flow_lps >= least_lps
        if not self._awake:
            self._shut(now_s)
            self._too_hot = False
            self._turns = False
            self.due_s = now_s + LOOK_S if flow_lps else inf
            return
        turns_s = self._lights_s(now_s) if self._lit_s == inf else self._overheats_s(now_s)
        self._turns = turns_s < now_s + LOOK_S
        self.due_s = min(turns_s, now_s + LOOK_S)

    def books(self, now_s: float) -> HeaterBooks:
        """Return its books at an instant."""
        self._settle(now_s)
        return HeaterBooks(
            self._given_kl,
            self._passed_kl,
            self._lost_kl + self._exchanger.lost_kl(self._now_s),
            self._exchanger.content_kl(self._now_s),
            self._given_kl * KWH_PER_KL * self._plan.per_heat,
            self._starts,
        )

    def _shut(self, now_s: float) -> None:
        if self._lit_s != inf and self._lit_s > now_s:
            self._starts -= 1  # it has not burnt
        self._lit_s = inf

    def _lights_s(self, now_s: float) -> float:
        """Return when the burner may light, as far as can be seen."""
        setpoint_k, until_s = self._plan.setpoint_k, now_s + LOOK_S
        from_s = max(now_s, self._rests_until_s)
        if self._too_hot:
            cooled_s = first_below(self._leaving(now_s), setpoint_k, from_s, until_s)
            if cooled_s is None:
                return inf
            from_s = cooled_s
        needed_s = first_below(self._network.outlook(INLET, now_s), setpoint_k - SOONEST_S, from_s, until_s)
        return inf if needed_s is None else needed_s

    def _overheats_s(self, now_s: float) -> float:
        limit_k = self._plan.setpoint_k + self._plan.too_hot_k
        from_s = max(now_s, self._lit_s)
        too_hot_s = first_above(self._leaving(now_s), limit_k, from_s, now_s + LOOK_S)
        return inf if too_hot_s is None else too_hot_s

    def _leaving(self, from_s: float) -> Iterator[Segment]:
        exchanger = self._exchanger
        return exchanger.forecast(exchanger.place(1.0), from_s, self._coming())

    def _coming(self) -> Iterator[Segment]:
        # A generator, so that nothing upstream is looked at before it is needed.
        yield from self._warmed(self._network.outlook(INLET, self._now_s))

    def _warmed(self, inflow: Iterable[Segment]) -> Iterator[Segment]:
        flow_lps, plan = self._exchanger.flow_lps, self._plan
        modulation: Modulation = (plan.setpoint_k, plan.least_kl_s / flow_lps, plan.power_kl_s / flow_lps)
        return fired(inflow, self._lit_s, modulation)

    def _settle(self, until_s: float) -> None:
        if self._exchanger.flow_lps:
            self._pass(min(until_s, self._intake.ended_s))
        elif until_s > self._now_s and not self._intake.flow_lps:
            self._keep_hot(until_s)
            self._now_s = until_s

    def _pass(self, until_s: float) -> None:
        if until_s <= self._now_s:
            return
        flow_lps = self._exchanger.flow_lps
        came = self._intake.take(until_s)
        warmed = list(self._warmed(came))
        came_ks = sum(map(integral, came))
        left_ks = sum(map(integral, self._exchanger.settle(until_s, warmed)))
        self._given_kl += flow_lps * (sum(map(integral, warmed)) - came_ks)
        self._passed_kl += flow_lps * (left_ks - came_ks)
        self._now_s = until_s

    def _keep_hot(self, until_s: float) -> None:
        """Reheat a store that rests, as often as it has cooled."""
        band_k = self._plan.keep_hot_k
        if band_k is None:
            return
        full_kl = self._plan.setpoint_k * self._plan.exchanger_l
        least_kl = full_kl - band_k * self._plan.exchanger_l
        held_kl = self._exchanger.content_kl(self._now_s)
        first_s = self._now_s + (log(held_kl / least_kl) / self._cooling if held_kl > least_kl else 0.0)
        if first_s > until_s:
            return
        cycle_s = log(full_kl / least_kl) / self._cooling
        more = floor((until_s - first_s) / cycle_s)
        last_s = first_s + more * cycle_s
        at_first_kl = self._exchanger.content_kl(first_s)
        self._given_kl += full_kl - at_first_kl + more * (full_kl - least_kl)
        self._lost_kl += self._exchanger.lost_kl(first_s) + more * full_kl * -_faded(self._cooling, cycle_s)
        self._starts += 1 + more
        self._exchanger = self._filled(self._plan.setpoint_k, last_s)

    def _filled(self, excess_k: float, at_s: float) -> Pipe:
        return Pipe(self._plan.exchanger_l, 1.0, self._cooling, excess_k=excess_k, since_s=at_s)


def gapless(stream: Iterable[Segment], from_s: float) -> Iterator[Segment]:
    """Yield a stream from an instant on, each segment beginning where the one before it ends."""
    reached_s = from_s
    for start_s, end_s, terms, _ in stream:
        if end_s > reached_s:
            yield Segment(reached_s, end_s, shifted(terms, max(0.0, reached_s - start_s)))
            reached_s = end_s


def _faded(cooling: float, span_s: float) -> float:
    return exp(-cooling * span_s) - 1.0
