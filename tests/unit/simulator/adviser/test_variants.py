"""What a house could become: every shipped house with each way back, and what is in it then."""

import pytest

from simulator.adviser.houses import Way, house_of, ways_of
from simulator.adviser.pumps import SIZES, size_pump
from simulator.adviser.variants import far_fixtures, with_insulation, with_return, without_loop
from simulator.layout_file import layout_text, parse_layout, shipped_layouts
from simulator.yaml_document import YamlDocument

HOME_RUN = """
name: home run
defaults: {size: PEX 16x2.2}
heater: {setpoint_c: 50}
fixtures: [kitchen, shower]
hot:
  - {from: heater, to: kitchen, length_m: 4}
  - {from: heater, to: shower, length_m: 9}
"""


@pytest.mark.parametrize("name", shipped_layouts())
def test_every_shipped_house_can_have_either_way_back_or_none(name: str) -> None:
    ways = {house.key: house for house in ways_of(*layout_text(name))}
    assert {key: house.way for key, house in ways.items()} == {
        "none": Way.NONE, "return": Way.RETURN, "cold-pipe": Way.COLD_PIPE,
    }  # fmt: skip
    drawn = parse_layout(*layout_text(name))
    if drawn.loops:
        kept = ways["cold-pipe" if drawn.loops[0].crossovers else "return"]
        assert kept.layout == drawn, "what is drawn stays as it is drawn"


def test_a_return_line_runs_beside_the_trunk_from_the_last_tee_and_is_no_wider() -> None:
    tree = YamlDocument(*layout_text("house-cold-return")).tree
    [run] = house_of("x", with_return(tree)).layout.return_line
    assert (run.start, run.end, run.size.name, run.length_m, run.insulation_mm) == (
        "shower tee", "heater", "Cu 15x1", 14.0, 13.0,
    )  # fmt: skip


def test_two_wings_get_a_return_line_each_that_join() -> None:
    tree = YamlDocument(*layout_text("ranch")).tree
    runs = house_of("x", with_return(tree)).layout.return_line
    assert {run.start for run in runs} == {"master tee", "hall tee", "kitchen tee of the return"}
    assert sum(run.length_m for run in runs) == 24.0
    assert far_fixtures(tree) == ["hall shower", "master basin"]


def test_a_house_without_tees_returns_from_its_farthest_fixture() -> None:
    [run] = house_of("x", with_return(YamlDocument(HOME_RUN, "x").tree)).layout.return_line
    assert (run.start, run.length_m) == ("shower", 9.0)


def test_foam_goes_on_the_pipes_of_the_loop_and_not_on_the_twigs() -> None:
    tree = YamlDocument(*layout_text("house")).tree
    layout = house_of("x", with_insulation(tree, 30.0)).layout
    assert {run.name for run in (*layout.hot, *layout.return_line) if run.insulation_mm == 30.0} == {
        "trunk", "riser", "bathroom branch", "return line",
    }  # fmt: skip
    assert not house_of("y", without_loop(tree)).layout.loops


def test_a_pump_is_the_smallest_that_fills_the_loop_in_time() -> None:
    house = parse_layout(*layout_text("house"))
    sizing = size_pump(house, house.loops[0])
    flows = {duty.size.name: duty.flow_lpm for duty in sizing.duties}
    assert flows["small"] < flows["medium"] < flows["large"]
    # 14 m of 22 and 18 mm copper hold 4.4 l of water and wall; 90 s for that
    assert sizing.fills_lpm == pytest.approx(2.9, abs=0.1)
    assert sizing.chosen == SIZES[0]
    assert sizing.head_m == pytest.approx(0.41, abs=0.02)


def test_a_tankless_heater_asks_for_its_activation_flow() -> None:
    combi = parse_layout(*layout_text("combi"))
    tankless = combi.heater.tankless
    assert tankless is not None
    sizing = size_pump(combi, combi.loops[0])
    assert sizing.needed_lpm == sizing.wakes_lpm == pytest.approx(1.1 * tankless.activation_lpm)
