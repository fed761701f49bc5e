from dataclasses import replace

import pytest

from controller.core.errors import ConfigError
from simulator.layout_changes import changed_layout
from simulator.layout_file import load_layout, shipped_layouts

HOUSE = load_layout("house")


def test_without_changes_it_is_the_layout() -> None:
    assert changed_layout("house") == HOUSE


@pytest.mark.parametrize("layout", shipped_layouts())
def test_setting_a_value_to_what_it_is_changes_nothing(layout: str) -> None:
    house = load_layout(layout)
    assert changed_layout(layout, (("heater.setpoint_c", house.setpoint_c),)) == house


def test_one_pipe_goes_by_its_name_and_every_pipe_by_a_star() -> None:
    one = changed_layout("house", (("hot.kitchen twig.insulation_mm", 20),))
    assert [pipe.insulation_mm for pipe in one.hot] == [13, 20, 13, 0, 13, 0]
    every = changed_layout("house", (("hot.*.insulation_mm", 9),))
    assert every.hot == tuple(replace(pipe, insulation_mm=9) for pipe in HOUSE.hot)
    assert every.cold == HOUSE.cold


def test_a_sensor_goes_by_its_role_and_any_entry_by_its_number() -> None:
    changed = changed_layout("house", (("sensors.return.lag_s", 60), ("return.0.length_m", 20)))
    assert [spot.lag_s for spot in changed.sensors] == [30.0, 60.0]
    assert changed.return_line[0].length_m == 20.0


def test_what_the_layout_leaves_to_its_default_can_be_set() -> None:
    assert changed_layout("house", (("sensors.*.noise_k", 0.2),)).sensors[0].noise_k == 0.2


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("hot.trnk.length_m", 3, r"house\.yaml: hot\.trnk\.length_m: there is no 'trnk' here \(known are trunk, kitchen"),
        ("hott.trunk.length_m", 3, r"there is no 'hott' here \(known are .*hot, "),
        ("hot.99.length_m", 3, r"there is no '99' here"),
        ("hot.trunk", 3, r"'trunk' cannot be set here \(go on to one of trunk"),
        ("mains_c.degrees", 3, r"'degrees' cannot be set here \(the path is too long\)"),
        ("hot.trunk.insulation_mm", -1, r"house\.yaml with hot\.trunk\.insulation_mm=-1: .*-1 is out of range \(at least"),
        ("hot.trunk.size", "Cu 23x1", r"'Cu 23x1' is no pipe size.*Cu 22x1"),
        ("hot.trunk.colour", "red", r"unknown key 'colour'"),
        ("heater.setpoint_c", 5, r"house\.yaml with heater\.setpoint_c=5"),
    ],
)  # fmt: skip
def test_a_change_that_does_not_fit_is_told_with_the_cure(path: str, value: float, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        changed_layout("house", ((path, value),))
