import pytest

from simulator.catalogue import WATER_J_LK
from simulator.heater import IdealHeater
from simulator.heater_books import KWH_PER_KL
from simulator.layout_file import load_layout
from simulator.piping import Piping


def test_an_ideal_heater_gives_what_lifts_the_water_to_its_set_point_and_pays_for_its_loss():
    heater = IdealHeater(Piping(load_layout("house")).network, 35.0, 60.0 / WATER_J_LK, per_heat=1.25)
    heater.warm(0.1, -8.0 * 60.0, 60.0)
    heater.warm(0.1, 20.0 * 10.0, 10.0)
    passed_kl = 0.1 * 43.0 * 60.0 + 0.1 * 15.0 * 10.0
    books = heater.books(70.0)
    assert books.passed_kl == pytest.approx(passed_kl)
    assert books.lost_kl * WATER_J_LK == pytest.approx(60.0 * 70.0)
    assert books.missing_kl == pytest.approx(0.0, abs=1e-9)
    assert books.energy_kwh == pytest.approx(1.25 * books.given_kl * KWH_PER_KL)
