import math

import pytest

from simulator.fronts import Front, spread_out
from simulator.network import Edge, Network
from simulator.pipe import Pipe
from simulator.spread import Spread
from simulator.stream import Segment, integral, total

MARK = (9.0, 30.0)


def at(segments, at_s):
    segment = next(one for one in segments if one.start_s <= at_s < one.end_s)
    return total(segment.terms, at_s - segment.start_s)


def test_a_jump_becomes_a_slope_of_the_same_area_and_nothing_else_changes():
    sharp = [Segment(0.0, 50.0, ((10.0, 0.0),)), Segment(50.0, 200.0, ((40.0, 0.0),), MARK)]
    spread = list(spread_out([*sharp, Segment(200.0, math.inf, ((40.0, 0.0),))], (), 0.0, 12.0))
    assert [one.start_s for one in spread[1:]] == [one.end_s for one in spread[:-1]]
    assert at(spread, 20.0) == 10.0
    assert 20.0 < at(spread, 50.0) < 30.0
    assert at(spread, 120.0) == 40.0
    came_ks = sum(integral(one) for one in spread if one.end_s < math.inf and one.start_s < 200.0)
    assert came_ks == pytest.approx(sum(map(integral, sharp)), abs=0.1)


def test_the_tail_of_a_front_that_has_passed_is_still_felt():
    wake = [Front(-2.0, -2.0, 30.0, MARK)]
    spread = list(spread_out([Segment(0.0, math.inf, ((40.0, 0.0),))], wake, 0.0, 12.0))
    assert at(spread, 0.0) < 36.0
    assert at(spread, 3.0) > at(spread, 0.0)
    assert at(spread, 60.0) == 40.0


def test_a_front_looks_the_same_whether_foretold_or_lived_through():
    def network():
        spread = Spread(13.0, 1.3)
        pipes = [Pipe(1.0, 1.3, 1 / 1800, spread=spread), Pipe(0.8, 1.3, 1 / 1800, spread=spread)]
        edges = [Edge("trunk", "hot", "tee", pipes[0]), Edge("twig", "tee", "tap", pipes[1])]
        made = Network(edges, {"hot": 35.0}, ())
        made.set_flows([0.1, 0.1], 0.0)
        return made

    foretold, lived = network(), network()
    for step in range(1, 40):
        at_s = 1.0 * step
        lived.settle(at_s)
        for place in ("tee", "tap"):
            assert foretold.temperature(place, at_s) == pytest.approx(lived.temperature(place, at_s), abs=0.3)
        assert foretold.temperature_in(1, 0.5, at_s) == pytest.approx(
            lived.temperature_in(1, 0.5, at_s), abs=0.3
        )
