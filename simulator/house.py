"""The house: plumbing, people at taps, pump and sensors, tied together in SimPy's time (in seconds).

Nothing polls. Time passes in the pipes only when something changes: a tap opens or closes, a hand reaches for a handle,
the pump is switched, a valve shuts. When that is going to happen is computed, and set up anew after each change.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

import simpy

from controller.core.clock import Instant, to_ms
from simulator.draws import Draw
from simulator.heater import Heater
from simulator.layout import Layout, SensorSpot
from simulator.piping import INLET, MAINS, WATER_J_LK, Piping, hot
from simulator.pump import Pump
from simulator.results import J_PER_KWH, TOLERANCE, BalanceError, DrawResult, EnergyBalance, MassBalance
from simulator.sensing import ReportingSensors, Sensing
from simulator.stream import Segment, first_above, first_below
from simulator.tap import Tap
from simulator.valves import CheckValve, Thermostat

SOONEST_S: Final = 1e-6
"""Least time between two things that follow from each other, so that none can chatter for ever."""
_FAR_S: Final = 1e9
_KWH_PER_KL: Final = WATER_J_LK / J_PER_KWH


class House:
    """A house under simulation; everything starts at room temperature with the pump off.

    Args:
        env: The simulation; its unit is the second. It may be run in steps, with the pump switched between them.
        layout: The house's plumbing.
        draws: What people take, in order of start; may be endless.
        rng: Source of the sensors' noise and phase.
        report: Told each sensor's reports: role and temperature in C.
        on_draw: Told what each draw got, when it ends.
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
    ) -> None:
        self.layout = layout
        self._env = env
        self._draws = iter(draws)
        self._on_draw = on_draw
        self._began_s = self._changed_s = env.now
        self._piping = Piping(layout, since_s=env.now)
        self._network = self._piping.network
        self._heater = Heater(layout.setpoint_c - layout.ambient_c, layout.standing_loss_w)
        self._pump = Pump(layout.pump_lpm / 60.0)
        self._valve = _way_back(layout)
        self._valve_due_s = float("inf")
        self._taps: list[Tap] = []
        self._drawn_kl = self._drawn_litres = self._supplied_litres = 0.0
        self._cold_peak_k = max(0.0, layout.mains_c - layout.ambient_c)
        self._plan = 0
        self._sensors: Sensing = ReportingSensors(
            env, layout.sensors, layout.ambient_c, self, rng=rng, report=report
        )
        self._await_draw()
        self._change()

    @property
    def now_ms(self) -> Instant:
        """Return the present as the controller counts it."""
        return to_ms(self._env.now)

    @property
    def pump_running(self) -> bool:
        """Tell whether the pump is switched on."""
        return self._pump.running

    @property
    def flow_lpm(self) -> float:
        """Return the flow through the loop in l/min: 0 with the pump off or against a closed valve."""
        return self._loop_lps * 60.0

    @property
    def cold_pipe_peak_c(self) -> float:
        """Return the hottest water that has ever been in a cold pipe, in C."""
        self._catch_up()
        return self.layout.ambient_c + self._cold_peak_k

    @property
    def merging_error_k(self) -> float:
        """Return the largest error in K that merging pieces of water has made at once in any pipe; mostly 0."""
        return max(pipe.merging_error_k for pipe in self._piping.pipes.values())

    def switch_pump(self, on: bool) -> None:
        """Switch the pump now."""
        if on != self._pump.running:
            self._pass_time()
            self._pump.running = on
            self._change()

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

    def fixture_c(self, fixture: str) -> float:
        """Return the temperature in C of the hot-side water at a fixture."""
        return self.layout.ambient_c + self._network.temperature(hot(fixture), self._env.now)

    def energy(self) -> EnergyBalance:
        """Return where every joule since the start came from and went to.

        Raises:
            BalanceError: The books do not close (a bug of the simulator).
        """
        self._catch_up()
        now_s = self._env.now
        pipes = self._piping.pipes.values()
        content_kl = sum(pipe.content_kl(now_s) for pipe in pipes)
        lost_kl = sum(pipe.lost_kl(now_s) for pipe in pipes)
        warmed_kl, drawn_kl = self._heater.warmed_kl, self._drawn_kl
        missing_kl = warmed_kl - drawn_kl - lost_kl - content_kl
        standing_kwh = self._heater.standing_w * (now_s - self._began_s) / J_PER_KWH
        balance = EnergyBalance(
            heater_kwh=warmed_kl * _KWH_PER_KL + standing_kwh,
            losses_kwh=lost_kl * _KWH_PER_KL,
            drawn_kwh=drawn_kl * _KWH_PER_KL,
            content_change_kwh=content_kl * _KWH_PER_KL,
            standing_kwh=standing_kwh,
            relative_error=_relative(missing_kl, warmed_kl, drawn_kl, lost_kl, content_kl),
        )
        if balance.relative_error > TOLERANCE:
            raise BalanceError(f"energy does not balance: {balance}")
        return balance

    def mass(self) -> MassBalance:
        """Return the water that came in and went out since the start.

        Raises:
            BalanceError: The books do not close (a bug of the simulator).
        """
        self._catch_up()
        supplied, drawn = self._supplied_litres, self._drawn_litres
        balance = MassBalance(supplied, drawn, _relative(supplied - drawn, supplied, drawn))
        if balance.relative_error > TOLERANCE:
            raise BalanceError(f"water does not balance: {balance}")
        return balance

    @property
    def _loop_lps(self) -> float:
        return self._valve.passed_lps(self._pump.drive_lps)

    def _catch_up(self) -> None:
        """Bring everything to the present without changing anything."""
        self._pass_time()
        self._change()

    def _pass_time(self) -> None:
        """Bring pipes, sensors and books to the present under the flows that held until now."""
        now_s = self._env.now
        span_s = now_s - self._changed_s
        self._sensors.follow(now_s)
        if not self._network.settle(now_s):
            return
        self._changed_s = now_s
        passed = self._network.passed
        if INLET in passed:
            self._heater.warm(-self._network.inflow_lps(INLET), passed[INLET].excess_ks, span_s)
        supplied_litres = self._network.inflow_lps(MAINS) * span_s
        self._supplied_litres += supplied_litres
        self._drawn_kl -= supplied_litres * (self.layout.mains_c - self.layout.ambient_c)
        for tap in self._taps:
            before_kl, before_litres = tap.drawn_kl, tap.litres
            tap.take(span_s, passed)
            self._drawn_kl += tap.drawn_kl - before_kl
            self._drawn_litres += tap.litres - before_litres
        if self.layout.crossover is not None and self._loop_lps:
            self._cold_peak_k = max(self._cold_peak_k, passed[hot(self.layout.crossover.fixture)].peak_k)

    def _change(self) -> None:
        """Set the flows that hold from now on, and work out what will happen next if nobody interferes."""
        demands = [tap.demand for tap in self._taps]
        self._network.set_flows(self._piping.flows_lps(demands, self._loop_lps), self._env.now)
        self._plan += 1
        now_s = self._env.now
        due_s = self._plan_valve()
        for tap in self._taps:
            tap.plan(self._network, now_s)
            due_s = min(due_s, tap.due_s)
        if due_s < _FAR_S:
            self._at(max(due_s, now_s + SOONEST_S), partial(self._turn, self._plan))
        self._sensors.expect()

    def _turn(self, plan: int) -> None:
        """Let hands and valves do what they were due to do."""
        if plan != self._plan:
            return
        self._pass_time()
        reached_s = self._env.now + SOONEST_S
        for tap in self._taps:
            if tap.due_s <= reached_s:
                self._turn_tap(tap)
        if self._valve_due_s <= reached_s and self._valve.thermostat is not None:
            self._valve.thermostat.open = not self._valve.thermostat.open
        self._change()

    def _turn_tap(self, tap: Tap) -> None:
        now_s = self._env.now
        hot_k = self._network.temperature(tap.hot_at, now_s)
        cold_k = self._network.temperature(tap.cold_at, now_s)
        tap.turn(now_s, hot_k, cold_k)

    def _plan_valve(self) -> float:
        self._valve_due_s = float("inf")
        thermostat = self._valve.thermostat
        if thermostat is not None and self.layout.crossover is not None:
            now_s = self._env.now
            passing = self._network.forecast(hot(self.layout.crossover.fixture), now_s)
            if thermostat.open:
                due_s = first_above(passing, thermostat.closes_at_k, now_s, _FAR_S)
            else:
                due_s = first_below(passing, thermostat.opens_below_k, now_s, _FAR_S)
            self._valve_due_s = float("inf") if due_s is None else due_s
        return self._valve_due_s

    def _await_draw(self) -> None:
        draw = next(self._draws, None)
        if draw is None:
            return
        if draw.fixture not in self.layout.fixtures:
            raise ValueError(
                f"a draw at {draw.fixture!r}, but the fixtures are {', '.join(self.layout.fixtures)}"
            )
        if draw.start_s < self._env.now - SOONEST_S:
            raise ValueError(f"draws are out of order: {draw} came at {self._env.now} s")
        if draw.flow_lpm <= 0.0 or draw.duration_s <= 0.0:
            raise ValueError(f"a draw needs flow and time: {draw}")
        self._at(draw.start_s, partial(self._open, draw))

    def _open(self, draw: Draw) -> None:
        self._pass_time()
        tap = Tap(draw, self._env.now, self.layout.ambient_c)
        self._turn_tap(tap)
        self._taps.append(tap)
        self._at(draw.start_s + draw.duration_s, partial(self._close, tap))
        self._await_draw()
        self._change()

    def _close(self, tap: Tap) -> None:
        self._pass_time()
        self._taps.remove(tap)
        self._change()
        if self._on_draw is not None:
            self._on_draw(tap.result())

    def _at(self, at_s: float, action: Callable[[], None]) -> None:
        timeout = self._env.timeout(max(0.0, at_s - self._env.now))
        assert timeout.callbacks is not None, "a new timeout has its list of callbacks"
        timeout.callbacks.append(lambda _: action())


def _way_back(layout: Layout) -> CheckValve:
    crossover = layout.crossover
    if crossover is None or crossover.closes_at_c is None or crossover.opens_below_c is None:
        return CheckValve()
    closes_at_k = crossover.closes_at_c - layout.ambient_c
    return CheckValve(Thermostat(closes_at_k, crossover.opens_below_c - layout.ambient_c))


def _relative(missing: float, *amounts: float) -> float:
    """Return what is missing relative to the largest amount, or to a thousandth of a unit when all are less."""
    return abs(missing) / max(1e-3, *map(abs, amounts))
