import pytest

from simulator.draws import Draw
from simulator.network import Passed
from simulator.tap import Tap, hot_share

DRAW = Draw(0.0, 60.0, "basin", 6.0, use_c=40.0)


@pytest.mark.parametrize(
    ("hot_c", "cold_c", "share"),
    [
        (55.0, 12.0, 28.0 / 43.0),
        (40.0, 12.0, 1.0),
        (30.0, 12.0, 1.0),
        (55.0, 40.0, 0.0),
        (55.0, 52.0, 0.0),
        (40.1, 12.0, 1.0),
        (55.0, 39.95, 0.0),
    ],
)
def test_hot_and_cold_are_mixed_to_what_is_wanted_as_far_as_they_reach(hot_c, cold_c, share):
    assert hot_share(hot_c, cold_c, 40.0) == pytest.approx(share)


def test_until_it_is_hot_only_the_hot_side_is_open():
    tap = Tap(DRAW, 100.0, 20.0)
    tap.turn(103.0, 19.9, -8.0)
    assert (tap.demand.hot_lps, tap.demand.cold_lps) == (pytest.approx(0.1), 0.0)
    assert tap.demand.fixture == "basin"


def test_once_it_is_hot_the_flow_stays_and_the_mix_is_right():
    tap = Tap(DRAW, 100.0, 20.0)
    tap.turn(110.0, 35.0, -8.0)
    demand = tap.demand
    assert demand.hot_lps + demand.cold_lps == pytest.approx(0.1)
    assert demand.hot_lps * 35.0 + demand.cold_lps * -8.0 == pytest.approx(0.1 * 20.0)


def test_the_wait_and_the_cold_litres_end_when_hot_water_is_there():
    tap = Tap(DRAW, 100.0, 20.0)
    tap.turn(100.0, 0.0, 0.0)
    tap.take(10.0, {"hot basin": Passed(0.0, 0.0)})
    tap.turn(110.0, 35.0, -8.0)
    tap.take(50.0, {"hot basin": Passed(35.0 * 50.0, 35.0), "cold basin": Passed(-8.0 * 50.0, -7.5)})
    result = tap.result()
    assert result.wait_s == 10.0
    assert result.cold_litres == pytest.approx(1.0)
    assert result.hot_litres == pytest.approx(1.0 + 5.0 * 28.0 / 43.0)
    assert result.mean_c == pytest.approx(20.0 + 20.0 * 50.0 / 60.0)
    assert result.cold_tap_peak_c == pytest.approx(12.5)


def test_a_draw_that_stays_cold_has_no_wait_to_tell():
    tap = Tap(DRAW, 100.0, 20.0)
    tap.take(60.0, {"hot basin": Passed(0.0, 0.0)})
    result = tap.result()
    assert result.wait_s is None
    assert result.cold_litres == pytest.approx(6.0)
    assert result.cold_tap_peak_c is None


def test_hot_water_that_turns_cold_again_is_taken_pure_and_the_wait_stands():
    tap = Tap(DRAW, 100.0, 20.0)
    tap.turn(101.0, 35.0, -8.0)
    tap.turn(120.0, 10.0, -8.0)
    assert tap.demand.cold_lps == 0.0
    tap.take(10.0, {"hot basin": Passed(100.0, 10.0)})
    assert tap.result().wait_s == 1.0
    assert tap.result().cold_litres == 0.0
