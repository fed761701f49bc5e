import pytest

from controller.core.plumbing import Topology
from simulator.layout_file import load_layout


def test_both_shipped_houses_are_the_same_house_but_for_the_way_back():
    house, cold_return = load_layout("house"), load_layout("house-cold-return")
    assert (house.hot, house.cold, house.fixtures) == (
        cold_return.hot,
        cold_return.cold,
        cold_return.fixtures,
    )
    assert (house.topology, cold_return.topology) == (Topology.DEDICATED_RETURN, Topology.COLD_RETURN)
    assert house.loops[0].crossovers == ()
    assert cold_return.loops[0].return_line == ()


@pytest.mark.parametrize(
    ("name", "guard", "sensors"),
    [
        ("house", "return", {"supply", "return"}),
        ("house-cold-return", "cold_line", {"supply", "far_end", "cold_line"}),
    ],
)
def test_the_controller_is_told_loop_fixtures_and_sensors(name, guard, sensors):
    plumbing = load_layout(name).plumbing()
    assert plumbing.name == name
    assert plumbing.fixtures == ("kitchen", "basin", "shower")
    assert plumbing.sensors == sensors
    assert plumbing.guard_sensor == guard


def test_a_stretch_of_pipe_knows_its_water_and_its_loss():
    trunk = load_layout("house").hot[0]
    assert trunk.water_l == pytest.approx(7.0 * 0.314, rel=0.001)
    assert trunk.loss_w_k == pytest.approx(7.0 * 0.25, rel=0.001)


def test_a_long_loop_under_foam_loses_what_such_loops_lose():
    # 30 m of 22 mm copper under 13 mm of foam, 55 C against 20 C: 263 W.
    trunk = load_layout("house").hot[0]
    assert trunk.loss_w_k / trunk.length_m * 30.0 * 35.0 == pytest.approx(263.0, rel=0.01)
