import pytest

from simulator.books import energy_balance, mass_balance
from simulator.catalogue import WATER_J_LK
from simulator.heater import IdealHeater
from simulator.layout_file import load_layout
from simulator.piping import Piping
from simulator.results import BalanceError


def heated(warmed_kl):
    piping = Piping(load_layout("house"))
    heater = IdealHeater(piping.network, 35.0, 60.0 / WATER_J_LK)
    heater.warmed_kl = warmed_kl
    return heater, piping.pipes.values()


def test_books_close_when_what_came_in_went_out():
    heater, pipes = heated(3.0)
    balance = energy_balance(heater, pipes, 3.0, 100.0)
    assert balance.relative_error == 0.0
    assert balance.standing_kwh == pytest.approx(60.0 * 100.0 / 3.6e6)
    assert balance.heater_kwh == pytest.approx(balance.drawn_kwh + balance.standing_kwh)


def test_a_millionth_that_is_missing_is_an_error():
    heater, pipes = heated(3.0 * (1.0 + 2e-6))
    with pytest.raises(BalanceError, match="energy"):
        energy_balance(heater, pipes, 3.0, 100.0)
    with pytest.raises(BalanceError, match="water"):
        mass_balance(10.0, 10.0 * (1.0 + 2e-6))
    assert mass_balance(10.0, 10.0).relative_error == 0.0
