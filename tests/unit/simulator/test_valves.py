import pytest

from simulator.valves import CheckValve, Thermostat


@pytest.mark.parametrize(("driven", "passed"), [(0.1, 0.1), (0.0, 0.0), (-0.1, 0.0)])
def test_a_check_valve_passes_forward_and_blocks_reverse_flow(driven, passed):
    assert CheckValve().passed_lps(driven) == passed


def test_a_shut_thermostat_lets_nothing_through():
    thermostat = Thermostat(closes_at_k=18.0, opens_below_k=15.0)
    valve = CheckValve(thermostat)
    assert valve.passed_lps(0.1) == 0.1
    thermostat.open = False
    assert valve.passed_lps(0.1) == 0.0
