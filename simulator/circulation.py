"""One loop at work: its pump drives, the valves in its ways back let pass, leak or shut."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import inf
from typing import Final, TypeAlias

from simulator.course import Course
from simulator.hydraulics import Way
from simulator.layout import CheckSpec, Crossover, Layout, Loop, PumpSpec
from simulator.network import Network
from simulator.parts import FAR_S, NEVER_S, SOONEST_S
from simulator.piping import Circuit, hot
from simulator.pump import Pump
from simulator.valves import CheckValve, Condition, Thermostat

RETURN_VALVE_M: Final = 15.0
"""Head that a check valve in a return line takes, in m at 1 l/s: a Kv of 3 m3/h, as valves of DN 15 have."""
CROSSOVER_VALVE_M: Final = 200.0
"""The same for a crossover valve: a Kv of 0.8 m3/h."""
AROUND_S: Final = 30.0
"""How far ahead a valve looks where water comes round through the heater: a tankless one lets through what it gets, so what is
to come can be followed round and round for ever."""

Change: TypeAlias = Callable[[Callable[[], None]], None]
"""Brings the house up to the present, lets something be changed, and sets the flows anew."""


class Crossing:
    """One crossover valve, and what its element feels.

    Args:
        crossover: The valve as declared.
        valve: The valve at work.
        network: The water at it.
        since_s: The beginning, in s.
        looks_s: How far ahead it looks, in s.
    """

    def __init__(
        self,
        crossover: Crossover,
        valve: CheckValve,
        network: Network,
        since_s: float,
        looks_s: float = FAR_S,
    ) -> None:
        self.due_s = NEVER_S
        """When it opens or shuts next, if no flow changes."""
        self.place = hot(crossover.fixture)
        """The network's place on its hot side."""
        self._valve = valve
        self._network = network
        self._edges = [
            number for number, edge in enumerate(network.edges) if self.place in (edge.start, edge.end)
        ]
        lag_s = 0.0 if valve.thermostat is None else valve.thermostat.lag_s
        self._course = Course((), lag_s, since_s, 0.0)
        self._lag_s = lag_s
        self._moving = True
        self._looks_s = looks_s
        self._turns = False
        self._turned = False
        """It has opened or shut since it was last planned."""

    def follow(self, now_s: float) -> None:
        """Let its element feel what has passed; what lies still goes on as it was expected to."""
        if self._moving and self._valve.thermostat is not None:
            self._course.felt_k(now_s)

    def plan(self, now_s: float) -> None:
        """Work out when it opens or shuts next."""
        thermostat = self._valve.thermostat
        if thermostat is None:
            return
        moving = any(self._network.flow_lps(edge) for edge in self._edges)
        if moving or self._moving:
            self._expect(now_s, moving=moving)
        elif not self._turned:
            return
        self._turned = False
        low_k, high_k = (-inf, thermostat.closes_at_k) if thermostat.open else (thermostat.opens_below_k, inf)
        until_s = min(FAR_S, now_s + self._looks_s)
        due_s = self._course.first_outside(low_k, high_k, now_s, until_s)
        self._turns = due_s is not None
        look_again_s = until_s if moving and until_s < FAR_S else NEVER_S
        self.due_s = look_again_s if due_s is None else due_s

    def act(self) -> None:
        """Open or shut, if that is due and not only another look."""
        if self._valve.thermostat is not None and self._turns:
            self._valve.thermostat.open = not self._valve.thermostat.open
            self._turned = True

    def _expect(self, now_s: float, *, moving: bool) -> None:
        """Take note of what will pass from now on."""
        felt_k = self._course.felt_k(now_s)
        self._course = Course(self._network.forecast(self.place, now_s), self._lag_s, now_s, felt_k)
        self._moving = moving
        if not moving:
            self._course.felt_k(now_s)  # looked at now, since what rests is not followed


class Circulation:
    """Pump and valves of one loop.

    Args:
        loop: The loop as declared.
        layout: The house.
        circuits: Its ways back, by their number in the network.
        network: The water in its pipes.
        change: How to switch and to break things.
        since_s: The beginning, in s.
    """

    def __init__(
        self,
        loop: Loop,
        layout: Layout,
        circuits: Mapping[int, Circuit],
        network: Network,
        *,
        change: Change,
        since_s: float,
    ) -> None:
        self.due_s = NEVER_S
        self.pump = _pump(loop.pump)
        self.cold_peak_k = max(0.0, layout.mains_c - layout.ambient_c)
        """Hottest water that has gone into a cold pipe, in K above the room."""
        self.valves = tuple(
            _valve(loop, crossover, layout.ambient_c) for crossover in loop.crossovers or (None,)
        )
        if not loop.crossovers:
            self.valves *= len(circuits)
        self.ways: Mapping[int, Way] = {
            number: Way(circuit, self.pump, valve)
            for (number, circuit), valve in zip(circuits.items(), self.valves, strict=True)
        }
        """What drives and what bars each of its ways back, by the circuit's number."""
        self._network = network
        self._change = change
        self._flows_lps: Sequence[float] = ()
        looks_s = FAR_S if layout.heater.tankless is None else AROUND_S
        self._crossings = {
            number: Crossing(crossover, way.valve, network, since_s, looks_s)
            for (number, way), crossover in zip(self.ways.items(), loop.crossovers, strict=False)
        }

    @property
    def running(self) -> bool:
        """Tell whether its pump is switched on."""
        return self.pump.running

    @property
    def flow_lpm(self) -> float:
        """Return the flow that it drives, in l/min: 0 against a closed valve, negative where water comes back."""
        return 60.0 * sum(self._flows_lps[number] for number in self.ways)

    def switch(self, on: bool) -> None:
        """Switch its pump now."""
        if on != self.pump.running:
            self._change(partial(setattr, self.pump, "running", on))

    def turn_bad(self, condition: Condition, leak: float = 0.0) -> None:
        """Let its check valves change their condition now.

        Args:
            condition: What they do from now on.
            leak: What leaking ones let back, as a share of what they pass forward.
        """

        def change() -> None:
            for valve in self.valves:
                valve.condition, valve.leak = condition, leak

        self._change(change)

    def flowing(self, flows_lps: Sequence[float]) -> None:
        """Take note of what flows from now on in every circuit of the house, in l/s."""
        self._flows_lps = flows_lps

    def follow(self, now_s: float, /) -> None:
        """Let the valves' elements feel what has passed."""
        for crossing in self._crossings.values():
            crossing.follow(now_s)

    def book(self, _span_s: float, /) -> None:
        """Remember the hottest water that has crossed over."""
        for number, crossing in self._crossings.items():
            crossed = self._network.passed.get(crossing.place)
            if crossed is not None and self._flows_lps[number] > 0.0:
                self.cold_peak_k = max(self.cold_peak_k, crossed.peak_k)

    def act(self, now_s: float, /) -> None:
        """Let valves open or shut that were due."""
        for crossing in self._crossings.values():
            if crossing.due_s <= now_s + SOONEST_S:
                crossing.act()

    def plan(self, now_s: float, /) -> None:
        """Work out which valve opens or shuts next."""
        self.due_s = NEVER_S
        for crossing in self._crossings.values():
            crossing.plan(now_s)
            self.due_s = min(self.due_s, crossing.due_s)


def _pump(spec: PumpSpec) -> Pump:
    flow_lps = None if spec.flow_lpm is None else spec.flow_lpm / 60.0
    return Pump([(flow_lpm / 60.0, head_m) for flow_lpm, head_m in spec.curve], flow_lps=flow_lps)


def _valve(loop: Loop, crossover: Crossover | None, ambient_c: float) -> CheckValve:
    check: CheckSpec = loop.check
    loss_m = RETURN_VALVE_M if crossover is None else CROSSOVER_VALVE_M
    return CheckValve(loss_m, check.condition, check.leak, _thermostat(crossover, ambient_c))


def _thermostat(crossover: Crossover | None, ambient_c: float) -> Thermostat | None:
    if crossover is None or crossover.closes_at_c is None or crossover.opens_below_c is None:
        return None
    closes_at_k = crossover.closes_at_c - ambient_c
    return Thermostat(closes_at_k, crossover.opens_below_c - ambient_c, crossover.lag_s)
