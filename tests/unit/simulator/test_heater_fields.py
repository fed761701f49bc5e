from dataclasses import replace
from importlib.resources import files

import pytest

from controller.core.errors import ConfigError
from simulator.heater_fields import PORT_CURE, HeaterFields, heater_spec
from simulator.heater_spec import label_loss_w
from simulator.heaters import home_of
from simulator.layout import CheckSpec
from simulator.layout_file import load_layout, parse_layout
from simulator.piping import RETURN_PORT
from simulator.valves import Condition

TEXT = """
name: x
heater: {HEATER}
fixtures: [tap]
hot:
  - {from: heater, to: tap, length_m: 5, size: Cu 15x1, insulation_mm: 0}
"""


def problems(heater):
    with pytest.raises(ConfigError) as caught:
        parse_layout(TEXT.replace("HEATER", heater), "x.yaml")
    return caught.value.problems


@pytest.mark.parametrize(
    ("heater", "says", "cure"),
    [
        ("setpoint_c: 55, kind: kettle", "'kettle' is no kind of heater", "one of: ideal, storage"),
        ("setpoint_c: 55, kind: tankless, volume_l: 100", "has no 'volume_l'", "kind storage, heat_pump"),
        ("setpoint_c: 55, kind: storage, layers: 2", "2 is out of range", "at least 4"),
        ("setpoint_c: 55, kind: storage, thermostat_at: 0.05", "below the element", "at least 0.1"),
        ("setpoint_c: 55, kind: combi, min_power_kw: 30", "more than the full power", "at most 24"),
        ("setpoint_c: 55, kind: storage, return_at: 0.6", "no port for circulation", "leave it out"),
    ],
)
def test_a_heater_that_cannot_be_names_line_value_and_cure(heater, says, cure):
    (problem,) = problems(heater)
    assert says in problem.message
    assert cure in problem.cure
    assert problem.line == 3


def test_a_tank_that_is_told_only_its_size_loses_what_its_label_allows():
    spec = heater_spec(HeaterFields(kind="storage", setpoint_c=55.0, volume_l=300.0))
    assert spec.tank.standing_loss_w == label_loss_w(300.0)
    assert label_loss_w(200.0) == pytest.approx(61.4, abs=0.1)


@pytest.mark.parametrize("check", ["leaks", "stuck_open", "{condition: leaks, leak: 0.05}"])
def test_a_port_for_circulation_behind_a_check_valve_that_lets_water_back_is_refused(check):
    villa = (files("simulator") / "layouts" / "villa.yaml").read_text(encoding="utf-8")
    text = villa.replace("  - name: east wing\n", f"  - name: east wing\n    check_valve: {check}\n")
    with pytest.raises(ConfigError) as caught:
        parse_layout(text, "x.yaml")
    (problem,) = caught.value.problems
    assert text.splitlines()[problem.line - 1].strip() == "return_at: 0.6"
    assert "lets no water out" in problem.message
    assert problem.cure == PORT_CURE


def test_a_layout_made_in_code_with_such_a_port_is_refused_when_a_house_is_built_of_it():
    villa = load_layout("villa")
    loops = (replace(villa.loops[0], check=CheckSpec(Condition.LEAKS)), *villa.loops[1:])
    with pytest.raises(ConfigError, match="lets no water out"):
        home_of(replace(villa, loops=loops))
    assert home_of(villa) == RETURN_PORT
    stuck = (replace(villa.loops[0], check=CheckSpec(Condition.STUCK_CLOSED)), *villa.loops[1:])
    assert home_of(replace(villa, loops=stuck)) == RETURN_PORT


def test_a_file_without_a_kind_has_an_ideal_heater():
    spec = heater_spec(HeaterFields(setpoint_c=55.0, price_per_kwh=0.3))
    assert (spec.kind, spec.tank, spec.tankless, spec.price_per_kwh) == ("ideal", None, None, 0.3)
