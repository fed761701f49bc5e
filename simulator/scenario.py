"""One house, one list of draws, one strategy: the real engine against the simulated house."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import simpy

from controller.core.contracts import Strategy
from controller.core.errors import ZcwError
from controller.core.events import ClockSynced, CueSeen, Event, FlowRead, HotWaterRequest, PumpReport, Reading
from controller.core.plumbing import DRAW_FLOW
from controller.core.reason import Reason
from controller.engine import Engine, Step
from controller.safety.limits import Limits
from controller.safety.supervisor import LimitSupervisor
from simulator.cues import Cue, Press, button_presses
from simulator.draws import DAY_S, Draw
from simulator.faults import Fault, FaultyReports, FaultySwitch, of_sensors, of_switch
from simulator.further_loop import FurtherLoop, JoinedSensing
from simulator.heater_spec import burner_of
from simulator.heeding import heeds_people, heeds_wishes
from simulator.house import House
from simulator.layout import Layout
from simulator.polling import PolledSensors
from simulator.pump_record import PumpRecord
from simulator.results import TOLERANCE, BalanceError, DrawResult
from simulator.runner import VirtualDriver
from simulator.schemes import SCHEMES
from simulator.scoring import Comfort, Summary, Used
from simulator.sensing import Kind, Sensing, Water
from simulator.teaching import habits_of
from simulator.watching import WatchedSensors

START: Final = datetime(2026, 6, 1, tzinfo=UTC)
"""A simulation begins at midnight of this Monday."""
NOTHING: Final = "none"
"""The strategy that never runs the pump."""
PROGRESS_STEPS: Final = 100
"""How often progress is told within a run."""

WATCHED: Final = "watched"
"""How sensors report in simulations that do not say: exactly when it matters."""
AS_BOUGHT: Final = "as bought"
"""Sensors that report at their own pace, with their own resolution and noise."""

Progress = Callable[[float], None]


class UnknownStrategy(ZcwError):
    """A person asked for a strategy that simulations do not know.

    Args:
        name: The name asked for.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no strategy {name!r}; known strategies: {', '.join(SCHEMES)}")


class NoLoop(ZcwError):
    """A person asked for circulation in a house without a loop.

    Args:
        layout: The house.
        strategy: The strategy asked for.
    """

    def __init__(self, layout: Layout, strategy: str) -> None:
        super().__init__(
            f"{layout.name} has no loop, so {strategy} has nothing to run: give the layout a return line or a "
            f"crossover valve, or simulate {NOTHING}"
        )


class Scenario:
    """One run of a house under one strategy.

    Args:
        layout: The house.
        draws: The draws, in the order of their start.
        strategy: Name of the strategy, one of ``SCHEMES``.
        seed: Decides about button presses and the noise of sensors.
        sensing: How the sensors report.
        polled_s: Instants in s at which a controller that polls reads its sensors; None for one that does not.
        faults: What goes wrong, and when; a house with a faulty sensor has sensors as bought.
        cues: What presence sensors tell, in the order of time.
        own: The strategies themselves, where ``strategy`` is only their name.
        stepped: Told of every event of the first loop and what followed.
        from_day: Day of the household's life on which the run begins; day 0 is a Monday.
        before: What it drew on the days before, which strategies that learn have seen.

    Raises:
        UnknownStrategy: There is no such strategy.
        NoLoop: The house has no loop, and the strategy is not ``none``.
    """

    def __init__(
        self,
        layout: Layout,
        draws: Sequence[Draw],
        strategy: str,
        *,
        seed: int,
        sensing: Kind = WATCHED,
        polled_s: Iterator[float] | None = None,
        faults: Sequence[Fault] = (),
        cues: Sequence[Cue] = (),
        own: Sequence[Strategy] | None = None,
        stepped: Callable[[Event, Step], None] | None = None,
        from_day: int = 0,
        before: Sequence[Draw] = (),
    ) -> None:
        if own is None and strategy not in SCHEMES:
            raise UnknownStrategy(strategy)
        if strategy != NOTHING and not layout.loops:
            raise NoLoop(layout, strategy)
        self.strategy, self.layout, self._own = strategy, layout, own
        self.env = simpy.Environment()
        self.results: list[DrawResult] = []
        self.pump = PumpRecord()
        self.presses = button_presses(draws, random.Random(f"{seed} presses"))
        self._sensors: WatchedSensors | PolledSensors | None = None
        self._polled_s = polled_s
        self._onlooked = stepped is not None or bool(faults)
        self._further = [self._further_loop(loop.name) for loop in layout.loops[1:]]
        spoilt = of_sensors(faults)
        self.house = House(
            self.env,
            layout,
            draws,
            rng=random.Random(f"{seed} sensors"),
            report=FaultyReports(self.env, spoilt, random.Random(f"{seed} faults"), self._reading),
            on_draw=self.results.append,
            sensing=None if spoilt or sensing == AS_BOUGHT else self._attentive,
            metered=self._metered if layout.draw_meter else None,
        )
        switch = FaultySwitch(self.env, of_switch(faults), self._switched, self._pump_told)
        self.driver = VirtualDriver(self.env, self._engine(), switch, stepped=stepped, sensors=self._sensors)
        self._begins = START + timedelta(days=from_day)
        self._teach(before, from_day)
        self.env.process(self._household())
        self.env.process(self._presence(cues))
        self._ends_s = max((draw.end_s for draw in draws), default=0.0)

    def run(self, days: int, progress: Progress | None = None) -> None:
        """Run for so many days, and on until the last draw is over."""
        end_s = max(days * DAY_S, self._ends_s + 1.0)
        for step in range(1, PROGRESS_STEPS + 1):
            self.run_until(end_s * step / PROGRESS_STEPS)
            if progress is not None:
                progress(step / PROGRESS_STEPS)

    def run_until(self, at_s: float) -> None:
        """Run, or run on, until an instant in s; one that has passed changes nothing."""
        if at_s > self.env.now:
            self.env.run(until=at_s)

    def used(self) -> Used:
        """Return what the heater gave and used."""
        energy = self.house.energy()
        return Used(energy.heater_kwh, energy.energy_kwh)

    def _teach(self, before: Sequence[Draw], days: int) -> None:
        for engine in (self.driver.engine, *(loop.driver.engine for loop in self._further)):
            if before and engine.foresight is not None:
                fixtures = engine.plumbing.fixtures
                engine.foresight.restore({"habits": habits_of(before, days, fixtures)})

    def _engine(self, loop: str | None = None) -> Engine:
        plumbing = self.layout.plumbing(loop)
        strategies = SCHEMES[self.strategy](plumbing) if self._own is None else self._own
        return Engine(
            plumbing, strategies, LimitSupervisor(Limits(), 0, burner_of(self.layout.heater)), zone=UTC
        )

    def _further_loop(self, name: str) -> FurtherLoop:
        spots = [spot for spot in self.layout.sensors if spot.loop == name]
        return FurtherLoop(self.env, self._engine(name), spots, self.layout.ambient_c, self._further_switched)

    def _further_switched(self, loop: str, on: bool, reason: Reason | None) -> None:
        self.pump.switched(self.env.now, on, reason, loop)
        self.house.switch_pump(on, loop)

    def _attentive(self, water: Water) -> Sensing:
        env, layout = self.env, self.layout
        first = "" if not layout.loops else layout.loops[0].name
        spots = [spot for spot in layout.sensors if spot.loop in ("", first)]
        if self._polled_s is None:
            self._sensors = WatchedSensors(env, spots, layout.ambient_c, water, self._look)
        else:
            self._sensors = PolledSensors(
                env, spots, layout.ambient_c, water, self._look, instants_s=self._polled_s
            )
        if not self._further:
            return self._sensors
        return JoinedSensing([self._sensors, *(loop.attentive(water) for loop in self._further)])

    def _look(self) -> None:
        self.driver.look()

    def _post(self, event: Event) -> None:
        self.driver.post(event)

    def _reading(self, sensor: str, value_c: float) -> None:
        if not any(loop.hears(sensor, value_c) for loop in self._further):
            _, _, role = sensor.rpartition(": ")
            self._post(Reading(self.driver.now(), role, value_c))

    def _metered(self, flow_lpm: float) -> None:
        if self._onlooked or heeds_people(self.driver.engine):
            self._post(FlowRead(self.driver.now(), DRAW_FLOW, flow_lpm))

    def _pump_told(self, on: bool) -> None:
        self._post(PumpReport(self.driver.now(), on))

    def _switched(self, on: bool) -> None:
        self.pump.switched(self.env.now, on, self._why(on))
        self.house.switch_pump(on)

    def _why(self, on: bool) -> Reason | None:
        """Return the reason of the order just given; None when the switch dropped by itself."""
        step = self.driver.engine.last_step
        ordered = [] if step is None else [order.reason for order in step.commands if order.run is on]
        return ordered[-1] if ordered else None

    def _household(self) -> simpy.events.ProcessGenerator:
        synced = ClockSynced(0, round(self._begins.timestamp() * 1_000))
        self._post(synced)
        for loop in self._further:
            loop.post(synced)
        for number, press in enumerate(self.presses):
            driver = self._served_by(press.fixture)
            if self._onlooked or heeds_wishes(driver.engine):
                yield self.env.timeout(press.at_s - self.env.now)
                driver.post(self._wish(number, press))

    def _presence(self, cues: Sequence[Cue]) -> simpy.events.ProcessGenerator:
        for cue in cues:
            driver = self._served_by(cue.place)
            if self._onlooked or heeds_people(driver.engine):
                yield self.env.timeout(cue.at_s - self.env.now)
                driver.post(CueSeen(self.driver.now(), cue.kind, cue.place))

    def _served_by(self, fixture: str) -> VirtualDriver:
        """Return where wishes at a fixture go: to the loop that serves it, or to the first."""
        serving = (loop.driver for loop in self._further if fixture in loop.plumbing.fixtures)
        return self.driver if fixture in self.driver.engine.plumbing.fixtures else next(serving, self.driver)

    def _wish(self, number: int, press: Press) -> HotWaterRequest:
        who = f"{press.fixture} button"
        return HotWaterRequest(self.driver.now(), f"press-{number}", who, press.fixture)


def simulate(
    layout: Layout,
    draws: Sequence[Draw],
    strategy: str,
    *,
    days: int,
    seed: int,
    progress: Progress | None = None,
    baseline: Used | None = None,
    sensing: Kind = WATCHED,
) -> Summary:
    """Return how a strategy fares on a list of draws.

    Args:
        layout: The house.
        draws: The draws, in the order of their start.
        strategy: Name of the strategy, one of ``SCHEMES``.
        days: Days to simulate; a draw that is open at the end is finished.
        seed: Decides about button presses and the noise of sensors; the same arguments give the same summary.
        progress: Told the share done, 0..1.
        baseline: What ``none`` needs for the same draws (``baseline_used``), to tell the extra heat and energy from
            when many strategies share it; None to have it worked out here.
        sensing: How the sensors report.

    Raises:
        UnknownStrategy: There is no such strategy.
        BalanceError: Energy or water of a run does not balance to 1e-6 (a bug of the simulator).
    """
    tell = progress or (lambda _: None)
    runs = 1 if strategy == NOTHING or baseline is not None else 2
    scenario = Scenario(layout, draws, strategy, seed=seed, sensing=sensing)
    scenario.run(days, lambda share: tell(share / runs))
    if runs == 2:
        baseline = baseline_used(layout, draws, days=days, progress=lambda share: tell((1 + share) / runs))
    return summary_of(scenario, days, baseline or scenario.used())


def baseline_used(
    layout: Layout, draws: Sequence[Draw], *, days: int, progress: Progress | None = None
) -> Used:
    """Return what ``none`` needs for a list of draws: what the extra heat and energy of strategies is told from.

    Raises:
        BalanceError: Energy or water of the run does not balance to 1e-6 (a bug of the simulator).
    """
    # What nobody reads need not be measured: without sensors the house warms the same water in less time.
    idle = Scenario(replace(layout, sensors=()), draws, NOTHING, seed=0)
    idle.run(days, progress)
    _balance_error(idle)
    return idle.used()


def summary_of(scenario: Scenario, days: int, idle: Used) -> Summary:
    """Return the summary of a run that is over.

    Args:
        scenario: The run.
        days: Days asked for.
        idle: What ``none`` takes for the same draws.

    Raises:
        BalanceError: Energy or water does not balance to 1e-6 (a bug of the simulator).
    """
    comfort, energy = Comfort.of(scenario.results), scenario.house.energy()
    return Summary(
        strategy=scenario.strategy,
        layout=scenario.layout.name,
        days=days,
        draws=comfort.draws,
        useful_draws=comfort.useful_draws,
        hot_within_10s=comfort.hot_within_10s,
        wait_mean_s=comfort.wait_mean_s,
        wait_p95_s=comfort.wait_p95_s,
        cold_litres=comfort.cold_litres,
        heat_kwh=energy.heater_kwh,
        extra_heat_kwh=energy.heater_kwh - idle.heat_kwh,
        pump_hours=scenario.pump.hours(scenario.env.now),
        starts=scenario.pump.starts,
        balance_error=_balance_error(scenario),
        never_hot=comfort.never_hot,
        presses=len(scenario.presses),
        cold_pipe_peak_c=scenario.house.cold_pipe_peak_c,
        energy_kwh=energy.energy_kwh,
        extra_energy_kwh=energy.energy_kwh - idle.energy_kwh,
        heater_starts=energy.heater_starts,
    )


def _balance_error(scenario: Scenario) -> float:
    """Return the larger relative error of energy and water, after refusing any that is not small."""
    errors = (scenario.house.energy().relative_error, scenario.house.mass().relative_error)
    # asked this way round, NaN fails too
    if not all(error <= TOLERANCE for error in errors):
        raise BalanceError(
            f"the books of {scenario.strategy} on {scenario.layout.name} do not close: energy {errors[0]:.2e}, "
            f"water {errors[1]:.2e}, allowed {TOLERANCE:g}"
        )
    return max(errors)
