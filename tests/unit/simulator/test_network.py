import math

import pytest

from simulator.network import LONGEST_SPAN_S, Edge, Link, Network
from simulator.pipe import Pipe

COOLING = 1.0 / 1800.0


def pipe(water_l=1.0, excess_k=0.0):
    return Pipe(water_l, 1.0, COOLING, excess_k=excess_k)


def tee(**excess):
    """Two sources that meet at a tee, and one pipe onwards."""
    edges = [
        Edge("left", "hot", "tee", pipe(0.5)),
        Edge("right", "cold", "tee", pipe(0.5)),
        Edge("out", "tee", "tap", pipe(1.0)),
    ]
    return Network(edges, {"hot": excess.get("hot", 35.0), "cold": excess.get("cold", -8.0)}, {"tap", "tee"})


def test_a_tee_mixes_by_flow():
    network = tee()
    network.set_flows([0.03, 0.01, 0.04], 0.0)
    network.settle(200.0)
    left_k = 35.0 * math.exp(-COOLING * 0.5 / 0.03)
    right_k = -8.0 * math.exp(-COOLING * 0.5 / 0.01)
    mixed_k = 0.75 * left_k + 0.25 * right_k
    assert network.temperature("tee", 200.0) == pytest.approx(mixed_k, rel=1e-12)
    assert network.temperature("tap", 200.0) == pytest.approx(mixed_k * math.exp(-COOLING * 25.0), rel=1e-12)


def test_mixing_keeps_every_joule():
    network = tee()
    network.set_flows([0.03, 0.01, 0.04], 0.0)
    network.settle(40.0)
    pipes = [edge.conduit for edge in network.edges]
    came = 40.0 * (0.03 * 35.0 + 0.01 * -8.0)
    stayed = sum(one.content_kl(40.0) for one in pipes)
    lost = sum(one.lost_kl(40.0) for one in pipes)
    assert came == pytest.approx(0.04 * network.passed["tap"].excess_ks + stayed + lost, rel=1e-13)


def test_water_divides_at_a_tee_unchanged():
    edges = [
        Edge("in", "hot", "tee", pipe()),
        Edge("one", "tee", "tap", pipe()),
        Edge("two", "tee", "shower", pipe()),
    ]
    network = Network(edges, {"hot": 35.0}, {"tap", "shower"})
    network.set_flows([0.05, 0.02, 0.03], 0.0)
    network.settle(300.0)
    for place, flow in (("tap", 0.02), ("shower", 0.03)):
        expected = 35.0 * math.exp(-COOLING * (1.0 / 0.05 + 1.0 / flow))
        assert network.temperature(place, 300.0) == pytest.approx(expected, rel=1e-12)
    assert network.inflow_lps("hot") == pytest.approx(0.05)
    assert network.inflow_lps("tee") == pytest.approx(0.0)
    assert network.inflow_lps("shower") == pytest.approx(-0.03)


def test_flow_against_an_edges_direction_feeds_the_place_where_it_starts():
    edges = [Edge("in", "hot", "far", Link()), Edge("back", "near", "far", pipe())]
    network = Network(edges, {"hot": 35.0}, {"near"})
    network.set_flows([0.05, -0.05], 0.0)
    network.settle(30.0)
    assert network.temperature("near", 30.0) == pytest.approx(35.0 * math.exp(-COOLING * 20.0), rel=1e-12)
    assert network.temperature_in(1, 1.0, 30.0) == pytest.approx(35.0, rel=1e-12)


def test_water_at_rest_is_found_where_a_pipe_ends_or_else_begins():
    edges = [Edge("in", "hot", "tee", pipe(excess_k=10.0)), Edge("valve", "tee", "tap", Link())]
    network = Network(edges, {"hot": 35.0}, ())
    rested = 10.0 * math.exp(-COOLING * 600.0)
    assert network.temperature("tee", 600.0) == pytest.approx(rested, rel=1e-12)
    assert network.temperature("hot", 600.0) == pytest.approx(rested, rel=1e-12)
    with pytest.raises(KeyError):
        network.temperature("tap", 600.0)


def test_what_arrives_is_the_same_whether_foretold_or_lived_through():
    foretold, lived = tee(), tee()
    for network in (foretold, lived):
        network.set_flows([0.03, 0.01, 0.04], 0.0)
    for step in range(1, 60):
        at_s = 2.5 * step
        lived.settle(at_s)
        assert foretold.temperature("tap", at_s) == pytest.approx(lived.temperature("tap", at_s), abs=1e-9)


def test_time_is_passed_in_spans_without_a_seam():
    days = 3.5 * LONGEST_SPAN_S
    network = tee()
    network.set_flows([0.03, 0.01, 0.04], 0.0)
    network.settle(days)
    tap_k = network.temperature("tap", days)
    assert network.passed["tap"].excess_ks == pytest.approx(tap_k * days, rel=1e-3)
    # Warmest before the cold water arrived, while room-warm water came from the right.
    before_k = 0.75 * 35.0 * math.exp(-COOLING * (0.5 / 0.03 + 25.0))
    assert network.passed["tap"].peak_k == pytest.approx(before_k, rel=1e-12)


def test_flows_that_cancel_up_to_rounding_count_as_rest():
    network = tee()
    network.set_flows([1e-17, 0.0, 1e-17], 0.0)
    assert network.flows_lps == (0.0, 0.0, 0.0)


def test_no_time_no_arrivals():
    network = tee()
    network.set_flows([0.03, 0.01, 0.04], 0.0)
    assert network.settle(10.0)
    assert not network.settle(10.0)
