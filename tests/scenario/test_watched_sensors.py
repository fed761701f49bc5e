"""Thresholds computed against thresholds polled, and against sensors as bought."""

import random
from collections.abc import Callable
from itertools import pairwise

import pytest
import simpy

from controller.core.clock import Instant
from controller.core.events import ClockSynced, Event, HotWaterRequest, PumpReport, Tick
from controller.engine import Engine, Step
from controller.safety.limits import Limits
from controller.safety.supervisor import LimitSupervisor
from simulator.cues import button_presses
from simulator.house import House
from simulator.household import household_draws
from simulator.layout import Layout
from simulator.layout_file import load_layout
from simulator.polling import PolledSensors
from simulator.runner import VirtualDriver
from simulator.scenario import AS_BOUGHT, START, baseline_used, simulate
from simulator.schemes import SCHEMES
from simulator.sensing import Water
from simulator.switching import LeasedSwitch
from simulator.watching import WatchedSensors
from tests.scenario.test_strategies_in_the_house import SEED, metered_days, summaries

HOUR_S = 3_600.0


class Shadowed:
    """A house whose engine is told by watched sensors, beside an engine that polls and whose commands go nowhere.

    Both engines see the same water, so that one rounding cannot make their histories part.
    """

    def __init__(self, layout: Layout, strategy: str, until_s: float, polled_s: list[float]) -> None:
        env = self.env = simpy.Environment()
        draws = [draw for draw in household_draws(layout.fixtures, days=1, seed=3) if draw.start_s < until_s]
        self.looks: list[float] = []
        self.told: list[tuple[Instant, bool]] = []
        self.polled: list[tuple[Instant, bool]] = []
        self._layout, self._strategy, self._polled_s = layout, strategy, polled_s
        self._shadow = self._engine()
        self.house = House(
            env, layout, draws, rng=random.Random(0), report=lambda *_: None, sensing=self._both
        )
        switch = LeasedSwitch(env, self.house.switch_pump, lambda on: self._post(PumpReport(self._now(), on)))
        self._driver = VirtualDriver(
            env, self._engine(), switch, stepped=self._stepped, sensors=self._watched
        )
        self._at(0.0, lambda: self._post(ClockSynced(0, round(START.timestamp() * 1_000))))
        for number, press in enumerate(button_presses(draws, random.Random(3))):
            wish = HotWaterRequest(round(press.at_s * 1000), f"{number}", "button", press.fixture)
            self._at(press.at_s, lambda wish=wish: self._post(wish))
        env.run(until_s)

    def follow(self, until_s: float) -> None:
        self._watched.follow(until_s)
        self._sampled.follow(until_s)

    def expect(self) -> None:
        self._sampled.expect()
        self._watched.expect()

    def _both(self, water: Water) -> "Shadowed":
        spots, ambient_c = self._layout.sensors, self._layout.ambient_c
        self._watched = WatchedSensors(self.env, spots, ambient_c, water, self._look)
        instants = iter(self._polled_s)
        self._sampled = PolledSensors(self.env, spots, ambient_c, water, self._poll, instants_s=instants)
        return self

    def _engine(self) -> Engine:
        plumbing = self._layout.plumbing()
        return Engine(plumbing, SCHEMES[self._strategy](plumbing), LimitSupervisor(Limits(), 0))

    def _now(self) -> Instant:
        return round(self.env.now * 1000)

    def _at(self, at_s: float, action: Callable[[], object]) -> None:
        timeout = self.env.timeout(at_s - self.env.now)
        assert timeout.callbacks is not None
        timeout.callbacks.append(lambda _: action())

    def _post(self, event: Event) -> None:
        self._driver.post(event)

    def _stepped(self, event: Event, step: Step) -> None:
        self.looks.append(self.env.now)
        self.told += [(command.at, command.run) for command in step.commands]
        if not isinstance(event, Tick):
            self._see(event)

    def _look(self) -> None:
        self._driver.look()

    def _poll(self) -> None:
        self._see(Tick(self._now()))

    def _see(self, event: Event) -> None:
        commands = self._shadow.handle(event, sensed=self._sampled.readings()).commands
        self.polled += [(command.at, command.run) for command in commands]


def switchings(commands: list[tuple[Instant, bool]]) -> list[tuple[Instant, bool]]:
    return [later for sooner, later in pairwise([(0, False), *commands]) if later[1] is not sooner[1]]


def check(layout: Layout, strategy: str, until_s: float) -> None:
    alone = Shadowed(layout, strategy, until_s, [])
    around = {round(round(look, 3) + step / 1000, 3) for look in alone.looks for step in range(-20, 6)}
    often = {number * 1.0 for number in range(int(until_s))}
    both = Shadowed(layout, strategy, until_s, sorted(at for at in around | often if at >= 0.0))
    assert both.told == alone.told
    told, polled = switchings(both.told), switchings(both.polled)
    assert len(told) == len(polled) >= 4
    for one, other in zip(told, polled, strict=True):
        assert one[1] is other[1]
        assert abs(one[0] - other[0]) <= 1


@pytest.mark.parametrize("layout", ["house", "house-cold-return"])
def test_the_pump_is_switched_in_the_very_millisecond_in_which_a_polling_controller_would(
    layout: str,
) -> None:
    check(load_layout(layout), "aquastat", 1.5 * HOUR_S)


@pytest.mark.slow
@pytest.mark.parametrize("strategy", sorted(set(SCHEMES) - {"none"}))
@pytest.mark.parametrize("layout", ["house", "house-cold-return"])
def test_every_strategy_switches_in_the_very_millisecond_of_a_polling_one(layout: str, strategy: str) -> None:
    check(load_layout(layout), strategy, 9.0 * HOUR_S)


@pytest.mark.reference
@pytest.mark.slow
@pytest.mark.parametrize("layout", ["house", "house-cold-return"])
def test_sensors_as_bought_and_watched_ones_rank_the_strategies_alike(layout: str) -> None:
    """Of those that follow fixed rules: one that learns goes another way after the smallest difference in what it hears."""
    house, draws = load_layout(layout), metered_days(7)
    rules = [name for name in SCHEMES if name != "predictive"]
    apart = [
        name for name in rules if name not in ("rise", "delta_t")
    ]  # aquastats by another measure: near ties
    watched = {name: summaries(layout, 7)[name] for name in rules}
    bought = {name: simulate(house, draws, name, days=7, seed=SEED, sensing=AS_BOUGHT) for name in rules}
    for key in ("hot_within_10s", "extra_heat_kwh"):
        ranks = [sorted(apart, key=lambda name: getattr(week[name], key)) for week in (watched, bought)]
        assert ranks[0] == ranks[1]
    for name in rules:
        assert watched[name].hot_within_10s == pytest.approx(bought[name].hot_within_10s, abs=0.03)
        # A rise or a difference of a few kelvins is decided by the sensor's steps and lag as much as by the water.
        near = 0.01 if name in apart else 0.05
        assert watched[name].heat_kwh == pytest.approx(bought[name].heat_kwh, rel=near)


def test_a_shared_baseline_gives_the_same_summary_as_one_worked_out_anew() -> None:
    house = load_layout("house")
    draws = household_draws(house.fixtures, days=1, seed=3)
    shared = baseline_used(house, draws, days=1)
    anew = simulate(house, draws, "timed", days=1, seed=SEED)
    assert simulate(house, draws, "timed", days=1, seed=SEED, baseline=shared) == anew
