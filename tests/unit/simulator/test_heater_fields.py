import pytest

from controller.core.errors import ConfigError
from simulator.heater_fields import HeaterFields, heater_spec
from simulator.heater_spec import label_loss_w
from simulator.layout_file import parse_layout

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


def test_a_file_without_a_kind_has_an_ideal_heater():
    spec = heater_spec(HeaterFields(setpoint_c=55.0, price_per_kwh=0.3))
    assert (spec.kind, spec.tank, spec.tankless, spec.price_per_kwh) == ("ideal", None, None, 0.3)
