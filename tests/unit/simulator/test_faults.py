"""Faults of sensors and switches, one by one, and what the controller makes of them in a house."""

import random
import statistics
from itertools import pairwise

import pytest
import simpy

from controller.core.decision import Command
from controller.core.reason import Reason, ReasonCode
from simulator.faults import (
    Deaf,
    Detached,
    Drifting,
    Fault,
    FaultyReports,
    FaultySwitch,
    Late,
    Mute,
    Noisy,
    Silent,
    Sluggish,
    Sticking,
    Stuck,
)
from simulator.household import household_draws
from simulator.layout_file import load_layout
from simulator.scenario import Scenario
from simulator.switching import ANSWER_S

WHY = Reason(ReasonCode.NOTHING_ASKED)
HOUSE = load_layout("house")


def reports(*faults: Fault, seed: int = 1) -> list[tuple[float, str, float]]:
    """What arrives of a return sensor that reports 30.0, 30.1, ... every 10 s, and a supply sensor at 50."""
    env, told = simpy.Environment(), list[tuple[float, str, float]]()
    hear = FaultyReports(
        env, faults, random.Random(seed), lambda role, value_c: told.append((env.now, role, value_c))
    )

    def say() -> simpy.events.ProcessGenerator:
        for number in range(100):
            hear("return", 30.0 + number / 10)
            hear("supply", 50.0)
            yield env.timeout(10.0)

    env.process(say())
    env.run()
    return told


def of_return(told: list[tuple[float, str, float]]) -> list[tuple[float, float]]:
    return [(at_s, value_c) for at_s, role, value_c in told if role == "return"]


def test_without_faults_everything_arrives_as_it_was_said() -> None:
    assert of_return(reports()) == [(number * 10.0, 30.0 + number / 10) for number in range(100)]


def test_a_stuck_sensor_repeats_itself_for_as_long_as_it_is_stuck() -> None:
    values = [value_c for _, value_c in of_return(reports(Stuck("return", from_s=200.0, until_s=400.0)))]
    assert set(values[20:40]) == {32.0}
    assert (values[19], values[40]) == (31.9, 34.0)


def test_a_drift_grows_with_time() -> None:
    told = of_return(reports(Drifting("return", 3.6, from_s=100.0)))
    assert [value_c - (30.0 + number / 10) for number, (_, value_c) in enumerate(told)] == pytest.approx(
        [max(0.0, number * 10.0 - 100.0) / 1_000 for number in range(100)]
    )


def test_a_sensor_that_fell_off_shows_the_room_and_a_silent_one_nothing() -> None:
    assert {value_c for _, value_c in of_return(reports(Detached("return", 21.0)))} == {21.0}
    times = [at_s for at_s, _ in of_return(reports(Silent("return", from_s=300.0, until_s=600.0)))]
    assert max(later - sooner for sooner, later in pairwise(times)) == 310.0


def test_noise_is_as_strong_as_said_and_comes_from_the_seed() -> None:
    noisy = [
        value_c - 30.0 - number / 10
        for number, (_, value_c) in enumerate(of_return(reports(Noisy("return", 2.0))))
    ]
    assert statistics.stdev(noisy) == pytest.approx(2.0, rel=0.25)
    assert reports(Noisy("return", 2.0)) == reports(Noisy("return", 2.0))
    assert reports(Noisy("return", 2.0)) != reports(Noisy("return", 2.0), seed=2)


def test_late_reports_arrive_all_and_may_overtake_each_other() -> None:
    told = of_return(reports(Late("return", 60.0)))
    assert sorted(value_c for _, value_c in told) == [30.0 + number / 10 for number in range(100)]
    delays_s = [at_s - (value_c - 30.0) * 100 for at_s, value_c in told]
    assert all(-1e-6 <= delay_s <= 60.0 for delay_s in delays_s) and max(delays_s) > 30.0
    assert [value_c for _, value_c in told] != sorted(value_c for _, value_c in told)


def test_a_fault_leaves_other_sensors_alone_and_faults_add_up() -> None:
    told = reports(Stuck("return"), Drifting("return", 36.0), Silent("supply", until_s=500.0))
    assert of_return(told)[50][1] == pytest.approx(30.0 + 5.0)
    assert [value_c for _, role, value_c in told if role == "supply"] == [50.0] * 50


class Rig:
    """A switch with faults, its contact and its word."""

    def __init__(self, *faults: Fault) -> None:
        self.env = simpy.Environment()
        self.contact: list[tuple[float, bool]] = []
        self.told: list[tuple[float, bool]] = []
        self.switch = FaultySwitch(
            self.env,
            faults,  # type: ignore[arg-type]  # only switch faults are given
            lambda on: self.contact.append((self.env.now, on)),
            lambda on: self.told.append((self.env.now, on)),
        )

    def order(self, at_s: float, run: bool) -> None:
        if at_s > self.env.now:
            self.env.run(at_s)
        self.switch.actuate(Command(0, run, 120_000 if run else 0, WHY))


def test_a_deaf_switch_does_nothing_and_drops_by_its_lease() -> None:
    rig = Rig(Deaf(from_s=50.0))
    rig.order(0.0, run=True)
    rig.order(60.0, run=False)
    rig.env.run(200.0)
    assert rig.contact == [(0.0, True), (120.0, False)]


def test_a_sluggish_switch_obeys_later() -> None:
    rig = Rig(Sluggish(3.0))
    rig.order(0.0, run=True)
    rig.env.run(10.0)
    assert rig.contact == [(3.0, True)]
    assert rig.told == [(3.0 + ANSWER_S, True)]


@pytest.mark.parametrize("admits", [True, False])
def test_a_welded_contact_stays_closed_until_it_lets_go_and_the_switch_may_lie_about_it(admits: bool) -> None:
    rig = Rig(Sticking(on=True, admits=admits, until_s=100.0))
    rig.order(0.0, run=True)
    rig.order(10.0, run=False)
    rig.env.run(99.0)
    assert rig.contact == [(0.0, True)]
    assert rig.told[-1] == (10.0 + ANSWER_S, admits)
    rig.env.run(101.0)
    assert rig.contact[-1] == (100.0, False)


def test_a_burnt_contact_never_closes() -> None:
    rig = Rig(Sticking(on=False))
    rig.order(0.0, run=True)
    rig.env.run(10.0)
    assert rig.contact == []
    assert rig.told == [(ANSWER_S, False)]


def test_a_mute_switch_obeys_in_silence() -> None:
    rig = Rig(Mute())
    rig.order(0.0, run=True)
    rig.env.run(10.0)
    assert (rig.contact, rig.told) == ([(0.0, True)], [])


def ran(strategy: str, *faults: Fault, seed: int = 1, hours: float = 12.0) -> Scenario:
    draws = [d for d in household_draws(HOUSE.fixtures, days=1, seed=3) if d.start_s < hours * 3_600]
    scenario = Scenario(HOUSE, draws, strategy, seed=seed, faults=faults)
    scenario.run(0)
    return scenario


def longest_s(scenario: Scenario) -> float:
    return max(run.end_s - run.start_s for run in scenario.pump.runs if run.end_s is not None)


def test_a_return_sensor_stuck_in_the_cold_cannot_make_a_run_longer_than_five_minutes() -> None:
    assert 290.0 < longest_s(ran("aquastat", Stuck("return"))) <= 300.1


def test_without_its_sensor_no_run_of_a_timer_is_longer_than_two_minutes() -> None:
    assert 100.0 < longest_s(ran("timed", Silent("return"))) <= 120.1


def test_a_switch_that_does_not_obey_is_a_fault_that_is_told() -> None:
    scenario = ran("aquastat", Deaf())
    assert scenario.pump.starts == 0
    told = set(scenario.driver.engine.faults)
    assert told & {ReasonCode.NO_FEEDBACK_ON, ReasonCode.NO_FEEDBACK_OFF}


def test_the_same_seed_gives_the_same_faulty_run_to_the_last_bit() -> None:
    faults = (Noisy("return", 1.0), Late("return", 5.0), Sluggish(0.5, from_s=10_000.0))
    first, second, other = (ran("aquastat", *faults, seed=seed) for seed in (1, 1, 2))
    assert first.pump.runs == second.pump.runs and first.results == second.results
    assert first.pump.runs != other.pump.runs
