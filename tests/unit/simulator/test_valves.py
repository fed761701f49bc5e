import pytest

from simulator.valves import CRACKING_M, CheckValve, Condition, Thermostat


def test_a_valve_takes_more_head_the_more_flows():
    valve = CheckValve(15.0)
    assert valve.head_m(0.1) == pytest.approx(CRACKING_M + 0.15)
    assert valve.head_m(0.2) == pytest.approx(CRACKING_M + 0.6)


def test_one_that_holds_lets_nothing_back_and_one_that_leaks_a_share():
    assert CheckValve(15.0).back_share == 0.0
    leaking = CheckValve(15.0, Condition.LEAKS, 0.1)
    assert leaking.back_share == 0.1
    # at the head that drives 0.1 l/s through an open valve a tenth comes back
    assert leaking.head_m(-0.01) == pytest.approx(-15.0 * 0.1**2)


def test_one_stuck_open_is_the_same_both_ways():
    stuck = CheckValve(15.0, Condition.STUCK_OPEN)
    assert stuck.head_m(0.1) == -stuck.head_m(-0.1)


def test_one_stuck_closed_or_with_a_shut_element_passes_nothing():
    thermostat = Thermostat(closes_at_k=18.0, opens_below_k=15.0)
    valve = CheckValve(200.0, thermostat=thermostat)
    assert not valve.shut
    thermostat.open = False
    assert valve.shut
    assert CheckValve(15.0, Condition.STUCK_CLOSED).shut
