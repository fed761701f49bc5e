"""The house: plumbing, people at taps, pump and sensors, tied together in SimPy's time (in seconds).

Nothing polls. Time passes in the pipes only when something changes: a tap opens or closes, a hand reaches for a handle,
the pump is switched, a valve shuts. When that is going to happen is computed, and set up anew after each change.
What the parts of the house do is their own affair (``simulator.parts``); here they only take turns.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import simpy

from controller.core.clock import Instant, to_ms
from simulator.agenda import call_at
from simulator.books import energy_balance, mass_balance
from simulator.circulation import Circulation
from simulator.draw_meter import DrawMeter
from simulator.draws import Draw
from simulator.heaters import heater_of, home_of
from simulator.hydraulics import Hydraulics
from simulator.layout import Layout, SensorSpot
from simulator.parts import FAR_S, SOONEST_S, HeatSource, Part
from simulator.piping import HEATER, MAINS, Piping, hot
from simulator.results import DrawResult, EnergyBalance, MassBalance
from simulator.sensing import ReportingSensors, Sensing, SensingIn
from simulator.stream import Segment
from simulator.taps import Taps


class House:
    """A house under simulation; everything starts at room temperature with the pump off.

    Args:
        env: The simulation; its unit is the second. It may be run in steps, with the pump switched between them.
        layout: The house's plumbing.
        draws: What people take, in order of start; may be endless.
        rng: Source of the sensors' noise and phase.
        report: Told each sensor's reports: role and temperature in C.
        on_draw: Told what each draw got, when it ends.
        sensing: Makes the sensors; None for sensors as bought, which use ``rng`` and ``report``.
        metered: Told what people draw, in l/min, by the meter in the heater's cold inlet; None without one.
    """

    def __init__(
        self,
        env: simpy.Environment,
        layout: Layout,
        draws: Iterable[Draw],
        *,
        rng: random.Random,
        report: Callable[[str, float], None],
        on_draw: Callable[[DrawResult], None] | None = None,
        sensing: SensingIn | None = None,
        metered: Callable[[float], None] | None = None,
    ) -> None:
        self.layout = layout
        self._env = env
        self._changed_s = env.now
        self._piping = Piping(layout, since_s=env.now, home=home_of(layout))
        self._network = self._piping.network
        self._heater: HeatSource = heater_of(layout, self._network, since_s=env.now)
        self._network.set_source(HEATER, self._heater.outlet)
        self.loops = self._circulations()
        """Its loops by name."""
        ways = {number: way for loop in self.loops.values() for number, way in loop.ways.items()}
        self._hydraulics = Hydraulics(layout, self._piping, [ways[number] for number in sorted(ways)])
        self._supplied_litres = 0.0
        self._plan = 0
        self._meter = None if metered is None else DrawMeter(env, metered)
        as_bought = partial(ReportingSensors, env, layout.sensors, layout.ambient_c, rng=rng, report=report)
        self._sensors: Sensing = (sensing or as_bought)(self)
        self._taps = Taps(env, layout, self._network, draws, change=self._alter, on_draw=on_draw)
        self._parts: tuple[Part, ...] = (self._heater, self._taps, *self.loops.values())
        self._change()

    @property
    def now_ms(self) -> Instant:
        """Return the present as the controller counts it."""
        return to_ms(self._env.now)

    @property
    def pump_running(self) -> bool:
        """Tell whether a pump is switched on."""
        return any(loop.running for loop in self.loops.values())

    @property
    def flow_lpm(self) -> float:
        """Return the flow through the loops in l/min: 0 with the pumps off or against a closed valve."""
        return sum(loop.flow_lpm for loop in self.loops.values())

    @property
    def cold_pipe_peak_c(self) -> float:
        """Return the hottest water that has ever been in a cold pipe, in C."""
        self._alter()
        peaks = [loop.cold_peak_k for loop in self.loops.values()]
        return max(
            [self.layout.mains_c, self.layout.ambient_c] + [self.layout.ambient_c + peak for peak in peaks]
        )

    @property
    def merging_error_k(self) -> float:
        """Return the largest error in K that merging pieces of water has made at once in any pipe; mostly 0."""
        return max(pipe.merging_error_k for pipe in self._piping.pipes.values())

    def switch_pump(self, on: bool, loop: str | None = None) -> None:
        """Switch a pump now: of a loop by its name, or of the first; a house without loop has none to switch.

        Raises:
            KeyError: There is no such loop.
        """
        if loop is not None:
            self.loops[loop].switch(on)
        elif self.loops:
            next(iter(self.loops.values())).switch(on)

    def temperature_c(self, pipe: str, at_m: float) -> float:
        """Return the water's temperature in C at a place in a pipe, in m from its start.

        Raises:
            KeyError: There is no such pipe.
            ValueError: The place lies outside it.
        """
        number, share = self._piping.spot(pipe, at_m)
        return self.layout.ambient_c + self._network.temperature_in(number, share, self._env.now)

    def passing(self, spot: SensorSpot, from_s: float) -> Iterator[Segment]:
        """Yield what passes under a sensor from an instant on (not before the last change), if no flow changes."""
        number, share = self._piping.spot(spot.pipe, spot.at_m)
        return self._network.forecast_in(number, share, from_s)

    def moves(self, spot: SensorSpot) -> bool:
        """Tell whether the water under a sensor moves."""
        return self._network.flow_lps(self._piping.number(spot.pipe)) != 0.0

    def fixture_c(self, fixture: str) -> float:
        """Return the temperature in C of the hot-side water at a fixture."""
        return self.layout.ambient_c + self._network.temperature(hot(fixture), self._env.now)

    def energy(self) -> EnergyBalance:
        """Return where every joule since the start came from and went to.

        Raises:
            BalanceError: The books do not close (a bug of the simulator).
        """
        self._alter()
        now_s = self._env.now
        mains_k = self.layout.mains_c - self.layout.ambient_c
        drawn_kl = self._taps.drawn_kl - self._supplied_litres * mains_k
        pipes = self._piping.pipes.values()
        return energy_balance(self._heater, pipes, drawn_kl, now_s)

    def mass(self) -> MassBalance:
        """Return the water that came in and went out since the start.

        Raises:
            BalanceError: The books do not close (a bug of the simulator).
        """
        self._alter()
        return mass_balance(self._supplied_litres, self._taps.drawn_litres)

    def _alter(self, change: Callable[[], None] = lambda: None) -> None:
        """Bring everything to the present, change something, and go on from there."""
        self._pass_time()
        change()
        self._change()

    def _pass_time(self) -> None:
        """Bring pipes, sensors and books to the present under the flows that held until now."""
        now_s = self._env.now
        span_s = now_s - self._changed_s
        self._sensors.follow(now_s)
        for part in self._parts:
            part.follow(now_s)
        if not self._network.settle(now_s):
            return
        self._changed_s = now_s
        self._supplied_litres += self._network.inflow_lps(MAINS) * span_s
        for part in self._parts:
            part.book(span_s)

    def _change(self) -> None:
        """Set the flows that hold from now on, and work out what will happen next if nobody interferes."""
        now_s = self._env.now
        demands = self._taps.demands
        circuits_lps = self._hydraulics.flows_lps(demands)
        for loop in self.loops.values():
            loop.flowing(circuits_lps)
        if self._meter is not None:
            self._meter.follow(demands)
        self._network.set_flows(self._piping.flows_lps(demands, circuits_lps), now_s)
        self._plan += 1
        due_s = FAR_S
        for part in self._parts:
            part.plan(now_s)
            if part.due_s < due_s:
                due_s = part.due_s
        if due_s < FAR_S:
            call_at(self._env, max(due_s, now_s + SOONEST_S), partial(self._turn, self._plan))
        self._sensors.expect()

    def _circulations(self) -> dict[str, Circulation]:
        circuits = self._piping.circuits
        return {
            loop.name: Circulation(
                loop,
                self.layout,
                {index: circuit for index, circuit in enumerate(circuits) if circuit.loop == number},
                self._network,
                change=self._alter,
                since_s=self._env.now,
            )
            for number, loop in enumerate(self.layout.loops)
        }

    def _turn(self, plan: int) -> None:
        """Let the parts do what they were due to do."""
        if plan == self._plan:
            self._alter(self._act)

    def _act(self) -> None:
        now_s = self._env.now
        for part in self._parts:
            if part.due_s <= now_s + SOONEST_S:
                part.act(now_s)
