import random

import pytest

from simulator.layout_file import load_layout
from simulator.piping import HEATER, INLET, MAINS, Demand, Piping, cold, hot


def flows(piping, demands, loop_lps):
    piping.network.set_flows(piping.flows_lps(demands, [loop_lps]), 0.0)
    return {
        edge.name: flow
        for edge, flow in zip(piping.network.edges, piping.network.flows_lps, strict=True)
        if flow
    }


def test_a_draw_takes_the_way_from_the_mains_through_the_heater_to_the_fixture():
    found = flows(Piping(load_layout("house")), [Demand("basin", 0.06, 0.04)], 0.0)
    hot_way = dict.fromkeys(("mains to heater", "trunk", "riser", "basin twig"), 0.06)
    cold_way = dict.fromkeys(("cold trunk", "cold riser", "cold basin twig"), 0.04)
    assert found == pytest.approx(hot_way | cold_way)


def test_the_loop_of_a_return_line_leaves_the_twigs_alone():
    found = flows(Piping(load_layout("house")), [], 0.1)
    assert found == dict.fromkeys(("trunk", "riser", "bathroom branch", "return line"), 0.1)


def test_the_loop_through_the_cold_pipe_runs_it_backwards():
    found = flows(Piping(load_layout("house-cold-return")), [], 0.1)
    there = ("trunk", "riser", "bathroom branch", "shower twig", "crossover at shower", "mains to heater")
    back = ("cold shower twig", "cold bathroom branch", "cold riser", "cold trunk")
    assert found == dict.fromkeys(there, 0.1) | dict.fromkeys(back, -0.1)


def test_cold_water_drawn_on_the_way_back_turns_the_cold_pipe_round_up_to_there():
    found = flows(Piping(load_layout("house-cold-return")), [Demand("basin", 0.0, 0.15)], 0.1)
    assert found["cold trunk"] == pytest.approx(0.05)
    assert found["cold riser"] == pytest.approx(0.05)
    assert found["cold bathroom branch"] == pytest.approx(-0.1)
    assert found["cold basin twig"] == pytest.approx(0.15)


@pytest.mark.parametrize("name", ["house", "house-cold-return"])
def test_water_balances_at_every_place_whatever_is_open(name):
    rng, piping = random.Random(4), Piping(load_layout(name))
    for _ in range(200):
        demands = [
            Demand(rng.choice(("kitchen", "basin", "shower")), rng.uniform(0, 0.2), rng.uniform(0, 0.2))
            for _ in range(rng.randrange(4))
        ]
        loop_lps = rng.choice((0.0, 0.1))
        flows(piping, demands, loop_lps)
        network = piping.network
        drawn = {}
        for demand in demands:
            drawn[hot(demand.fixture)] = drawn.get(hot(demand.fixture), 0.0) + demand.hot_lps
            drawn[cold(demand.fixture)] = drawn.get(cold(demand.fixture), 0.0) + demand.cold_lps
        hot_lps = sum(demand.hot_lps for demand in demands)
        drawn[HEATER] = -hot_lps - loop_lps
        drawn[INLET] = hot_lps + loop_lps
        drawn[MAINS] = -sum(demand.hot_lps + demand.cold_lps for demand in demands)
        places = {edge.start for edge in network.edges} | {edge.end for edge in network.edges}
        for place in places:
            assert -network.inflow_lps(place) == pytest.approx(drawn.get(place, 0.0), abs=1e-15)


def test_a_spot_is_a_share_of_the_pipes_length():
    piping = Piping(load_layout("house"))
    number, share = piping.spot("return line", 3.5)
    assert piping.network.edges[number].name == "return line"
    assert share == 0.25
    with pytest.raises(ValueError, match="outside pipe 'return line', which is 14"):
        piping.spot("return line", 15.0)
    with pytest.raises(KeyError):
        piping.spot("drain", 0.0)
