import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.intake import Intake, taken_ks
from simulator.network import Edge, Network
from simulator.pipe import Pipe
from simulator.stream import Segment, constant, integral, total

COOLING = 1.0 / 3600.0


def fed(excess_k=10.0, flow_lps=0.1):
    """A litre of pipe that brings water of one temperature to an intake."""
    pipe = Edge("pipe", "mains", "inlet", Pipe(1.0, 1.0, 0.0))
    network = Network([pipe], {"mains": excess_k}, ["inlet"])
    intake = Intake(network, "inlet")
    network.set_flows([flow_lps], 0.0)
    intake.look()
    return network, intake


def test_it_knows_the_flow_that_was_looked_at_last():
    network, intake = fed(flow_lps=0.1)
    assert intake.flow_lps == pytest.approx(0.1)
    network.set_flows([0.0], 0.0)
    assert intake.flow_lps == pytest.approx(0.1)
    intake.look()
    assert intake.flow_lps == 0.0


def test_what_comes_is_kept_until_it_is_taken_and_then_gone():
    network, intake = fed()
    network.settle(15.0)
    network.settle(25.0)
    assert intake.ended_s == 25.0
    taken = intake.take(25.0)
    assert (taken[0].start_s, taken[-1].end_s) == (0.0, 25.0)
    assert sum(map(integral, taken)) == pytest.approx(15.0 * 10.0)  # the pipe's litre was at room temperature
    assert intake.take(25.0) == []


@given(st.lists(st.floats(0.0, 100.0), min_size=1, max_size=6).map(sorted))
def test_taken_in_parts_it_is_the_same_water(instants_s):
    _, intake = fed()
    came = [Segment(0.0, 40.0, ((30.0, -0.01),)), Segment(40.0, 100.0, ((5.0, 0.0), (12.0, 0.003)))]
    intake.arrive(100.0, came)
    parts = [segment for at_s in (*instants_s, 100.0) for segment in intake.take(at_s)]
    assert sum(map(integral, parts)) == pytest.approx(sum(map(integral, came)), rel=1e-12)
    reached_s = 0.0
    for segment in parts:
        assert segment.start_s == reached_s
        reached_s = segment.end_s
    assert reached_s == 100.0
    last = parts[-1]
    assert total(last.terms, last.end_s - last.start_s) == pytest.approx(total(came[-1].terms, 60.0))


def test_a_streams_heat_is_told_as_it_came_and_as_it_has_cooled():
    stream = [constant(30.0, 0.0, 10.0), constant(20.0, 10.0, 20.0)]
    came_ks, cooled_ks = taken_ks(stream, COOLING, 20.0)
    assert came_ks == pytest.approx(500.0)
    assert 500.0 * (1.0 - 20.0 * COOLING) < cooled_ks < 500.0
    assert taken_ks(stream, 0.0, 20.0) == (pytest.approx(500.0), pytest.approx(500.0))
    assert taken_ks([], COOLING, 20.0) == (0.0, 0.0)
