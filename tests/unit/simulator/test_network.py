import math

import pytest

from simulator.network import Edge, Link, Network
from simulator.pipe import Pipe
from simulator.stream import Segment, constant

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


def test_a_steady_flow_of_days_stays_in_the_range_of_numbers():
    days = 3.5 * 86_400.0
    network = tee()
    network.set_flows([0.03, 0.01, 0.04], 0.0)
    network.settle(days)
    tap_k = network.temperature("tap", days)
    assert network.passed["tap"].excess_ks == pytest.approx(tap_k * days, rel=1e-3)
    # Warmest before the cold water arrived, while room-warm water came from the right.
    before_k = 0.75 * 35.0 * math.exp(-COOLING * (0.5 / 0.03 + 25.0))
    assert network.passed["tap"].peak_k == pytest.approx(before_k, rel=1e-12)


class Cooling:
    """A heater that cools after its burner has gone out: at first one temperature, then an exponential."""

    def __init__(self, full_k, until_s, rate):
        self.full_k, self.until_s, self.rate = full_k, until_s, rate

    def supply(self, from_s):
        if from_s < self.until_s:
            yield constant(self.full_k, from_s, self.until_s)
        start_s = max(from_s, self.until_s)
        yield Segment(
            start_s, math.inf, ((self.full_k * math.exp(-self.rate * (start_s - self.until_s)), -self.rate),)
        )


def test_a_source_may_change_while_water_flows():
    network = Network([Edge("out", "hot", "tap", pipe())], {"hot": Cooling(40.0, 100.0, 0.01)}, {"tap"})
    network.set_flows([0.05], 0.0)
    tapped = {}
    for at_s in (60.0, 119.0, 130.0, 400.0):
        foretold_k = network.temperature("tap", at_s)
        network.settle(at_s)
        tapped[at_s] = network.temperature("tap", at_s)
        assert tapped[at_s] == pytest.approx(foretold_k, rel=1e-12)
    fade = math.exp(-COOLING * 20.0)
    assert tapped[119.0] == pytest.approx(40.0 * fade, rel=1e-12)
    assert tapped[130.0] == pytest.approx(40.0 * fade * math.exp(-0.01 * 10.0), rel=1e-12)
    assert tapped[400.0] == pytest.approx(40.0 * fade * math.exp(-0.01 * 280.0), rel=1e-12)


class PassThrough:
    """A heater without power: what comes in goes out."""

    def __init__(self):
        self.network = None

    def supply(self, from_s):
        return self.network.forecast("inlet", from_s)


def test_a_source_may_look_at_what_returns_to_it_and_no_joule_is_lost():
    heater = PassThrough()
    pipes = [pipe(0.5, excess_k=30.0), pipe(0.7)]
    edges = [Edge("trunk", "heater", "far", pipes[0]), Edge("return", "far", "inlet", pipes[1])]
    network = Network(edges, {"heater": heater}, {"inlet"})
    heater.network = network
    network.set_flows([0.05, 0.05], 0.0)
    for at_s in (7.0, 35.0, 200.0, 7_000.0):
        network.settle(at_s)
        assert sum(one.content_kl(at_s) for one in pipes) == pytest.approx(15.0 * math.exp(-COOLING * at_s))


def test_flows_that_cancel_up_to_rounding_count_as_rest():
    network = tee()
    network.set_flows([1e-17, 0.0, 1e-17], 0.0)
    assert network.flows_lps == (0.0, 0.0, 0.0)


def test_no_time_no_arrivals():
    network = tee()
    network.set_flows([0.03, 0.01, 0.04], 0.0)
    assert network.settle(10.0)
    assert not network.settle(10.0)


# A cold pipe as the way back: hot water crosses over at the far tap and flows backwards, against draws at both taps.
LOOP = {
    "trunk": ("heater", "hot far", 0.9),
    "far twig": ("cold tee", "cold far", 0.4),
    "near twig": ("cold tee", "cold near", 0.3),
    "cold trunk": ("mains", "cold tee", 0.7),
}
CROSSOVER = ("hot far", "cold far")
SPELLS = [  # seconds, then l/s: trunk, far twig, near twig, cold trunk, crossover; what is missing is drawn there
    (12.0, (0.1, -0.1, 0.0, -0.1, 0.1)),
    (6.0, (0.1, -0.1, 0.06, -0.04, 0.1)),
    (5.0, (0.1, -0.04, 0.12, 0.08, 0.1)),
    (30.0, (0.0, 0.0, 0.0, 0.0, 0.0)),
    (4.0, (0.05, 0.1, 0.05, 0.15, 0.0)),
    (3.0, (0.1, 0.02, 0.0, 0.02, 0.1)),
    (7.0, (0.1, -0.1, 0.03, -0.07, 0.1)),
]


def test_reverse_flow_and_mixing_agree_with_a_march_in_small_steps():
    pipes = {name: pipe(water_l) for name, (*_, water_l) in LOOP.items()}
    edges = [Edge(name, start, end, pipes[name]) for name, (start, end, _) in LOOP.items()]
    network = Network([*edges, Edge("crossover", *CROSSOVER, Link())], {"heater": 35.0, "mains": -8.0}, ())
    now_s = 0.0
    drops = {name: [[water_l, 0.0]] for name, (*_, water_l) in LOOP.items()}
    for span_s, flows_lps in SPELLS:
        network.set_flows(flows_lps, now_s)
        now_s += span_s
        network.settle(now_s)
        march(drops, flows_lps, span_s)
        for number, name in enumerate(LOOP):
            exact_kl = pipes[name].content_kl(now_s)
            assert sum(litres * excess_k for litres, excess_k in drops[name]) == pytest.approx(
                exact_kl, abs=0.02
            )
            for share in (0.05, 0.35, 0.65, 0.95):
                near_k = [at(drops[name], share + by) for by in (-0.01, 0.0, 0.01)]
                found_k = network.temperature_in(number, share, now_s)
                assert min(near_k) - 0.05 <= found_k <= max(near_k) + 0.05, f"{name} at {share}, {now_s} s"


def march(drops, flows_lps, span_s, step_s=0.02):
    """Push drops of a fiftieth of a second through the loop, in the order from start to end of each pipe."""
    flows = dict(zip(LOOP, flows_lps, strict=False))
    for _ in range(round(span_s / step_s)):
        outlet_k = {name: drops[name][-1 if flow > 0.0 else 0][1] for name, flow in flows.items()}
        entering_k = {name: arriving_k(flows, flows_lps[-1], outlet_k, name) for name in flows if flows[name]}
        for name, inlet_k in entering_k.items():
            row = drops[name] if flows[name] > 0.0 else drops[name][::-1]
            drops[name] = shift(row, abs(flows[name]) * step_s, inlet_k)[:: 1 if flows[name] > 0.0 else -1]
        for row in drops.values():
            for drop in row:
                drop[1] *= math.exp(-COOLING * step_s)


def arriving_k(flows, crossing_lps, outlet_k, name):
    """Mix what flows into the place from which a pipe is fed."""
    start, end, _ = LOOP[name]
    place = start if flows[name] > 0.0 else end
    if place in ("heater", "mains"):
        return {"heater": 35.0, "mains": -8.0}[place]
    feeds = [
        (abs(flow), outlet_k[other])
        for other, flow in flows.items()
        if flow and place == LOOP[other][1 if flow > 0.0 else 0]
    ]
    if place == CROSSOVER[1] and crossing_lps:
        feeds.append((crossing_lps, outlet_k["trunk"]))
    return sum(flow * k for flow, k in feeds) / sum(flow for flow, _ in feeds)


def shift(row, litres, inlet_k):
    """Put a drop in at the beginning of a row and take as much out at its end."""
    row = [[litres, inlet_k], *row]
    while row[-1][0] <= litres:
        litres -= row.pop()[0]
    row[-1][0] -= litres
    return row


def at(row, share):
    left_l = share * sum(litres for litres, _ in row)
    for litres, excess_k in row:
        left_l -= litres
        if left_l <= 0.0:
            return excess_k
    return row[-1][1]
