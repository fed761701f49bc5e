import pytest

from controller.core.errors import ConfigError
from simulator.scoring import Summary
from simulator.tariff import Tariff, parse_tariff

WEEK = Summary("timed", "house", 7, 3, 2, 0.5, 16.0, 30.0, 500.0, 40.0, 10.0, 8.0, 5, 1e-12, 0, 1, 20.0)


def test_a_run_costs_its_extra_heat_its_pump_and_the_water_run_off() -> None:
    tariff = Tariff(heat_kwh=0.1, electricity_kwh=0.5, water_m3=4.0, pump_w=50.0)
    assert tariff.cost(WEEK) == pytest.approx(10.0 * 0.1 + 0.4 * 0.5 + 0.5 * 4.0)
    assert tariff.cost_a_year(WEEK) == pytest.approx(3.2 * 365.0 / 7.0)


def test_prices_are_given_by_name_and_the_rest_is_as_usual() -> None:
    assert parse_tariff("") == Tariff()
    assert parse_tariff(" heat = 0.2, pump_w=8") == Tariff(heat_kwh=0.2, pump_w=8.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gas=1", "gas: there is no such price .known are heat, electricity, water, pump_w"),
        ("heat=dear", "heat: 'dear' is no price .give a number from 0 to 1000"),
        ("heat=nan", "heat: 'nan' is no price"),
        ("heat", "heat: '' is no price"),
        ("water=-1", "water: '-1' is no price"),
    ],
)
def test_a_price_that_is_none_is_told_with_the_cure(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse_tariff(text)
