import pytest

from simulator.heater import Heater
from simulator.layout_file import load_layout
from simulator.piping import Piping


def test_a_heater_gives_what_lifts_the_water_to_its_set_point():
    heater = Heater(Piping(load_layout("house")).network, 35.0, 60.0)
    heater.warm(0.1, -8.0 * 60.0, 60.0)
    heater.warm(0.1, 20.0 * 10.0, 10.0)
    assert heater.warmed_kl == pytest.approx(0.1 * 43.0 * 60.0 + 0.1 * 15.0 * 10.0)
