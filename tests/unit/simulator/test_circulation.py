"""Loops at work in a house: elements that lag, valves that do not hold, pumps against shut valves."""

import random
from dataclasses import replace

import pytest
import simpy

from simulator.adviser.houses import ways_of
from simulator.draws import Draw
from simulator.house import House
from simulator.layout import CheckSpec, Crossover, PumpSpec
from simulator.layout_file import layout_text, load_layout
from simulator.study import Case, run_case
from simulator.valves import Condition

RETURN, CROSSING = load_layout("house"), load_layout("house-cold-return")
CURVE = PumpSpec(curve=((0.0, 1.2), (6.0, 0.9), (11.0, 0.0)))


def lived_in(layout, draws=(), **loop):
    (only,) = layout.loops
    env, results = simpy.Environment(), []
    house = House(
        env, replace(layout, loops=(replace(only, **loop),)), draws,
        rng=random.Random(1), report=lambda *_: None, on_draw=results.append,
    )  # fmt: skip
    return env, house, results


def shuts_at_s(lag_s):
    """When the running pump first finds the crossover valve shut, and how hot the cold pipe had become."""
    env, house, _ = lived_in(CROSSING, crossovers=(Crossover("shower", 38.0, 35.0, lag_s),))
    house.switch_pump(True)
    while house.flow_lpm:
        env.run(until=env.now + 0.05)
        assert env.now < 600.0
    return env.now, house.cold_pipe_peak_c


def test_an_element_that_lags_shuts_later_and_lets_hotter_water_across():
    at_once, quick, slow = (shuts_at_s(lag_s) for lag_s in (0.0, 5.0, 20.0))
    assert at_once[0] < quick[0] < slow[0]
    assert at_once[1] <= 38.0  # a sharp front is shut out in the instant in which it comes
    assert 38.0 < quick[1] <= slow[1]


def test_the_lag_of_a_step_is_the_time_constant_times_a_logarithm():
    # Water at room temperature lies at the valve until the front comes, of nearly one temperature: 53 C or so.
    (front_s, _), (shut_s, peak_c) = shuts_at_s(0.0), shuts_at_s(10.0)
    assert 0.6 < (shut_s - front_s) / 10.0 < 1.1
    assert peak_c > 45.0


def test_a_pump_against_a_shut_valve_moves_nothing_until_the_element_has_cooled():
    env, house, _ = lived_in(CROSSING, pump=CURVE)
    house.switch_pump(True)
    env.run(until=400.0)
    assert house.pump_running
    assert house.flow_lpm == 0.0
    env.run(until=4000.0)
    assert house.energy().relative_error < 1e-10


def pulled_back(condition):
    env, house, results = lived_in(
        RETURN, [Draw(0.0, 300.0, "shower", 9.0, 60.0)], check=CheckSpec(condition, 0.2)
    )
    env.run(until=299.0)
    flow_lpm, at_heater_c = house.flow_lpm, house.temperature_c("return line", 14.0)
    env.run(until=301.0)
    return flow_lpm, at_heater_c, results[0].mean_c


def test_a_draw_pulls_mains_water_through_a_return_line_whose_valve_does_not_hold():
    holding, leaking, open_ = (
        pulled_back(condition) for condition in (Condition.HOLDS, Condition.LEAKS, Condition.STUCK_OPEN)
    )
    assert holding[:2] == (0.0, pytest.approx(20.0))
    assert leaking[0] < -0.2
    assert open_[0] < leaking[0]
    assert leaking[1] < 13.0  # mains water of 12 C is where the return line meets the heater
    assert holding[2] > leaking[2] > open_[2]  # and the shower is colder for it


def test_a_valve_may_fail_while_the_house_is_lived_in():
    env, house, _ = lived_in(RETURN, [Draw(0.0, 300.0, "shower", 9.0)])
    env.run(until=100.0)
    assert house.flow_lpm == 0.0
    (loop,) = house.loops.values()
    loop.turn_bad(Condition.STUCK_OPEN)
    assert house.flow_lpm < -0.5
    loop.turn_bad(Condition.HOLDS)
    assert house.flow_lpm == 0.0


def test_the_cold_pipe_runs_backwards_while_pumping_and_forwards_on_a_draw():
    env, house, _ = lived_in(
        CROSSING, [Draw(50.0, 300.0, "shower", 9.0, 30.0)], crossovers=(Crossover("shower"),)
    )
    house.switch_pump(True)
    env.run(until=30.0)
    flows = dict(zip((edge.name for edge in house._network.edges), house._network.flows_lps, strict=True))
    assert flows["cold trunk"] == pytest.approx(-0.1)
    house.switch_pump(False)
    env.run(until=200.0)
    flows = dict(zip((edge.name for edge in house._network.edges), house._network.flows_lps, strict=True))
    assert flows["cold trunk"] > 0.01


def test_a_crossover_valve_before_a_tankless_heater_does_not_look_round_and_round() -> None:
    combi = ways_of(*layout_text("combi"))[-1].layout
    assert combi.loops[0].crossovers
    assert combi.heater.tankless is not None
    outcome = run_case(Case(combi, "people-1", "on_demand", 1, 1))
    assert outcome.summary.starts > 0
    assert outcome.summary.cold_pipe_peak_c > combi.ambient_c + 5.0
