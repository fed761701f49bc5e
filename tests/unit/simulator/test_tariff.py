import pytest

from controller.core.errors import ConfigError
from simulator.heater_spec import HeaterSpec
from simulator.scoring import Summary
from simulator.tariff import Tariff, parse_tariff

WEEK = Summary(
    "timed", "house", 7, 3, 2, 0.5, 16.0, 30.0, 500.0, 40.0, 10.0, 8.0, 5, 1e-12, 0, 1, 20.0, 50.0, 12.5, 9
)


def test_a_run_costs_its_extra_energy_its_pump_and_the_water_run_off() -> None:
    costs = Tariff(energy_kwh=0.1, electricity_kwh=0.5, water_m3=4.0, pump_w=50.0).costs(WEEK)
    assert costs.pump_kwh == pytest.approx(0.4)
    assert costs.energy_cost_a_year == pytest.approx((50.0 * 0.1 + 0.4 * 0.5) * 365.0 / 7.0)
    assert costs.extra_cost_a_year == pytest.approx((12.5 * 0.1 + 0.4 * 0.5) * 365.0 / 7.0)
    assert costs.cost_a_year - costs.extra_cost_a_year == pytest.approx(0.5 * 4.0 * 365.0 / 7.0)


@pytest.mark.parametrize(
    ("given", "heater", "price"),
    [
        ("energy=0.2", HeaterSpec("combi", 0.09), 0.2),
        ("", HeaterSpec("combi", 0.09), 0.09),
        ("", HeaterSpec("combi"), 0.12),
        ("electricity=0.4", HeaterSpec("heat_pump"), 0.4),
        ("", HeaterSpec("combi", 0.0), 0.0),
    ],
)
def test_a_given_price_goes_before_the_heaters_own_and_that_before_the_usual(
    given: str, heater: HeaterSpec, price: float
) -> None:
    assert parse_tariff(given).at(heater).energy_kwh == price


def test_prices_are_given_by_name_and_the_rest_is_as_usual() -> None:
    assert parse_tariff("") == Tariff()
    assert parse_tariff(" heat = 0.2, pump_w=8") == Tariff(energy_kwh=0.2, pump_w=8.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gas=1", "gas: there is no such price .known are energy, heat, electricity, water, pump_w"),
        ("heat=dear", "heat: 'dear' is no price .give a number from 0 to 1000"),
        ("heat=nan", "heat: 'nan' is no price"),
        ("heat", "heat: '' is no price"),
        ("water=-1", "water: '-1' is no price"),
    ],
)
def test_a_price_that_is_none_is_told_with_the_cure(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse_tariff(text)
