import random
from dataclasses import replace

import pytest
import simpy

from simulator.house import House
from simulator.hydraulics import NEGLIGIBLE_LPS
from simulator.layout import CheckSpec, Crossover, PumpSpec
from simulator.layout_file import load_layout
from simulator.piping import Demand
from simulator.valves import Condition

HOUSE, COLD_RETURN = load_layout("house"), load_layout("house-cold-return")
CURVE = PumpSpec(curve=((0.0, 1.2), (6.0, 0.9), (11.0, 0.0)))
HOT_SHOWER = Demand("shower", 0.1, 0.0)
COLD_SHOWER = Demand("shower", 0.0, 0.13)


def house(layout, **loop):
    (only,) = layout.loops
    changed = replace(layout, loops=(replace(only, **loop),))
    return House(simpy.Environment(), changed, [], rng=random.Random(1), report=lambda *_: None)


def flows_lpm(house, *demands):
    return [60.0 * flow for flow in house._hydraulics.flows_lps(demands)]


def running(house):
    house.switch_pump(True)
    return house


def missing_m(house, number, *demands):
    """Head along a circuit less what its pump gives, all from the public parts."""
    flows = house._hydraulics.flows_lps(demands)
    edges = house._piping.flows_lps(demands, flows)
    way = house._hydraulics._ways[number]
    resistances = house._hydraulics._resistances
    taken_m = sum(direction * resistances[edge](edges[edge]) for edge, direction in way.circuit.path)
    loop_lps = sum(
        flow for other, flow in zip(house._hydraulics._ways, flows, strict=True) if other.pump is way.pump
    )
    return taken_m + way.valve.head_m(flows[number]) - way.pump.lift_m(loop_lps)


def test_a_pump_with_one_flow_drives_it_whatever_is_drawn():
    driven = running(house(HOUSE))
    assert flows_lpm(driven) == [6.0]
    assert flows_lpm(driven, HOT_SHOWER, COLD_SHOWER) == [6.0]


def test_a_pump_with_a_curve_finds_its_point_where_lift_and_friction_meet():
    driven = running(house(HOUSE, pump=CURVE))
    (flow_lpm,) = flows_lpm(driven)
    assert 3.0 < flow_lpm < 9.0
    assert missing_m(driven, 0) == pytest.approx(0.0, abs=1e-6)


def test_drawing_from_a_loop_slows_it():
    driven = running(house(HOUSE, pump=CURVE))
    assert flows_lpm(driven, HOT_SHOWER)[0] < flows_lpm(driven)[0] - 0.3
    assert missing_m(driven, 0, HOT_SHOWER) == pytest.approx(0.0, abs=1e-6)


def test_a_narrow_return_line_slows_it():
    (loop,) = HOUSE.loops
    wide = tuple(replace(run, size=HOUSE.hot[0].size) for run in loop.return_line)
    slow, fast = (running(house(HOUSE, pump=CURVE, return_line=line)) for line in (loop.return_line, wide))
    assert flows_lpm(fast)[0] > 1.2 * flows_lpm(slow)[0]


def test_a_check_valve_that_holds_keeps_the_return_line_still_while_hot_water_is_drawn():
    assert flows_lpm(house(HOUSE), HOT_SHOWER, COLD_SHOWER) == [0.0]


@pytest.mark.parametrize(("condition", "leak"), [(Condition.STUCK_OPEN, 0.0), (Condition.LEAKS, 0.1)])
def test_one_that_does_not_hold_lets_a_draw_pull_water_back_through_the_return_line(condition, leak):
    broken = house(HOUSE, check=CheckSpec(condition, leak))
    (flow_lpm,) = flows_lpm(broken, HOT_SHOWER)
    assert -6.0 < flow_lpm < -0.1
    assert missing_m(broken, 0, HOT_SHOWER) == pytest.approx(0.0, abs=1e-6)
    assert flows_lpm(broken) == [0.0]


def test_the_wider_the_leak_the_more_comes_back():
    back = [
        flows_lpm(house(HOUSE, check=CheckSpec(Condition.LEAKS, leak)), HOT_SHOWER)[0]
        for leak in (0.01, 0.1, 0.5, 1.0)
    ]
    assert back == sorted(back, reverse=True)
    stuck = house(HOUSE, check=CheckSpec(Condition.STUCK_OPEN))
    assert back[-1] == pytest.approx(flows_lpm(stuck, HOT_SHOWER)[0], rel=1e-6)


def test_a_valve_stuck_closed_stops_the_loop_against_any_pump():
    for pump in (PumpSpec(6.0), CURVE):
        assert flows_lpm(running(house(HOUSE, pump=pump, check=CheckSpec(Condition.STUCK_CLOSED)))) == [0.0]


def test_cold_water_drawn_pulls_some_hot_water_through_an_open_crossover():
    (flow_lpm,) = flows_lpm(house(COLD_RETURN), COLD_SHOWER)
    assert 0.2 < flow_lpm < 4.0
    assert missing_m(house(COLD_RETURN), 0, COLD_SHOWER) == pytest.approx(0.0, abs=1e-6)
    assert flows_lpm(house(COLD_RETURN), HOT_SHOWER) == [0.0]


def test_a_crossover_stuck_open_gives_cold_water_to_a_hot_draw():
    broken = house(COLD_RETURN, check=CheckSpec(Condition.STUCK_OPEN))
    (flow_lpm,) = flows_lpm(broken, HOT_SHOWER)
    assert -6.0 < flow_lpm < -0.2


def two_crossovers(pump):
    return running(house(COLD_RETURN, pump=pump, crossovers=(Crossover("kitchen"), Crossover("shower"))))


def test_one_flow_spreads_over_several_crossovers_by_their_friction():
    near, far = flows_lpm(two_crossovers(PumpSpec(6.0)))
    assert near + far == pytest.approx(6.0)
    assert min(near, far) > 0.5  # the kitchen is near, but its pipes are narrow


def test_several_crossovers_share_a_pump_with_a_curve():
    driven = two_crossovers(CURVE)
    near, far = flows_lpm(driven)
    assert min(near, far) > 0.5
    for number in (0, 1):
        assert missing_m(driven, number) == pytest.approx(0.0, abs=1e-5)


def test_a_hand_that_turns_a_little_needs_no_new_solution():
    driven = running(house(HOUSE, pump=CURVE))
    first = flows_lpm(driven, Demand("shower", 0.1001, 0.03))
    assert flows_lpm(driven, Demand("shower", 0.1002, 0.03)) == first
    assert len(driven._hydraulics._known) == 2  # nothing drawn, and this


def test_the_order_of_taps_does_not_matter():
    driven = running(house(HOUSE, pump=CURVE))
    there = flows_lpm(driven, HOT_SHOWER, Demand("kitchen", 0.05, 0.02))
    assert flows_lpm(driven, Demand("kitchen", 0.05, 0.02), HOT_SHOWER) == there


def test_trickles_below_what_matters_are_at_rest():
    broken = house(HOUSE, check=CheckSpec(Condition.LEAKS, 0.001))
    (flow,) = broken._hydraulics.flows_lps([Demand("shower", 1e-9, 0.0)])
    assert abs(flow) <= NEGLIGIBLE_LPS or flow < 0.0
