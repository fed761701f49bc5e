import pytest

from simulator.pump import STOPPED_SHARE, Pump

CURVE = [(0.0, 1.2), (0.1, 0.9), (0.2, 0.0)]


def running(pump):
    pump.running = True
    return pump


@pytest.mark.parametrize(
    ("flow_lps", "head_m"), [(0.0, 1.2), (0.05, 1.05), (0.1, 0.9), (0.15, 0.45), (0.2, 0.0)]
)
def test_a_pump_lifts_what_its_curve_says(flow_lps, head_m):
    assert running(Pump(CURVE)).lift_m(flow_lps) == pytest.approx(head_m)


def test_pushed_beyond_its_curve_it_takes_head_and_pushed_back_it_gives_its_most():
    pump = running(Pump(CURVE))
    assert pump.lift_m(0.25) == pytest.approx(-0.45)
    assert pump.lift_m(-0.05) == pytest.approx(1.2)


def test_a_stopped_pump_takes_head_both_ways():
    pump = Pump(CURVE)
    assert pump.lift_m(0.2) == pytest.approx(-STOPPED_SHARE * 1.2)
    assert pump.lift_m(-0.2) == pytest.approx(STOPPED_SHARE * 1.2)
    assert pump.lift_m(0.0) == 0.0


def test_a_pump_may_drive_one_flow_whatever_resists():
    assert Pump(flow_lps=0.1).flow_lps == 0.1
    assert Pump(CURVE).flow_lps is None
