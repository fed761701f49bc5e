"""A house with two loops: each has a controller of its own, which keeps its own wing hot."""

import pytest

from simulator.draws import Draw
from simulator.layout_file import load_layout
from simulator.scenario import AS_BOUGHT, WATCHED, NoLoop, Scenario

VILLA = load_layout("villa")
WEST, EAST = (loop.name for loop in VILLA.loops)


def lived_in(strategy, draws=(), *, sensing=WATCHED, hours=6.0):
    scenario = Scenario(VILLA, draws, strategy, seed=1, sensing=sensing)
    scenario.run_until(hours * 3600.0)
    assert scenario.house.energy().relative_error < 1e-9
    return scenario


@pytest.mark.parametrize("sensing", [WATCHED, AS_BOUGHT])
def test_an_aquastat_keeps_both_wings_hot_each_in_its_own_time(sensing):
    scenario = lived_in("aquastat", sensing=sensing)
    runs = {loop: [run for run in scenario.pump.runs if run.loop == loop] for loop in ("", EAST)}
    assert all(len(of_loop) >= 3 for of_loop in runs.values())
    assert [run.start_s for run in runs[""]] != [run.start_s for run in runs[EAST]]
    assert scenario.pump.starts == len(scenario.pump.runs)
    for pipe, at_m in (("west return", 20.0), ("attic return", 23.0)):
        assert scenario.house.temperature_c(pipe, at_m) > 33.0  # the aquastat runs the pump again below 35 C


def test_a_button_starts_only_the_pump_of_its_wing():
    scenario = lived_in("on_demand", [Draw(3600.0, 120.0, "attic shower", 8.0)], hours=1.5)
    assert scenario.presses
    assert {run.loop for run in scenario.pump.runs} == {EAST}
    (result,) = scenario.results
    assert result.wait_s is not None


def test_a_house_without_loops_has_no_pump_to_run():
    flat = load_layout("flat")
    with pytest.raises(NoLoop, match="flat has no loop, so aquastat has nothing to run"):
        Scenario(flat, [], "aquastat", seed=1)
    scenario = Scenario(flat, [Draw(60.0, 60.0, "shower", 8.0)], "none", seed=1)
    scenario.run_until(600.0)
    assert scenario.pump.runs == ()
