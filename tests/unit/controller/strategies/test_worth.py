"""What a fill is worth: it costs what is cold, and goes as deep as draws are expected."""

from math import expm1

import pytest

from controller.core.clock import MINUTE_MS, SECOND_MS
from controller.core.forecast import Forecast
from controller.core.fronts import COLD, LONG_AGO
from controller.core.outlook import LoopEstimate
from controller.core.plumbing import WANTED_AT_TAPS
from controller.strategies.worth import best_fill

NOW = 1_000 * MINUTE_MS
HOUSE = ("kitchen", "bath")
LOOP = LoopEstimate(fill_ms=40 * SECOND_MS, hot_ms=40 * MINUTE_MS, places=(0.5, 1.0))


def test_a_cold_supply_costs_one_fill_and_a_lukewarm_one_less() -> None:
    anybody = Forecast(NOW, (3.0,) * 36)
    cold = best_fill(LOOP, anybody, NOW, HOUSE, 9.0)
    luke_loop = LoopEstimate(
        fill_ms=40_000, hot_ms=40 * MINUTE_MS, places=(0.5, 1.0), fronts=(((1.0, NOW - 60 * MINUTE_MS),),)
    )
    luke = best_fill(luke_loop, anybody, NOW, HOUSE, 9.0)
    assert cold is not None
    assert luke is not None
    assert (cold.share, cold.heat) == (pytest.approx(1.0), pytest.approx(1.0))
    assert 0.3 < luke.heat < 0.7


def test_what_is_hot_near_the_heater_only_has_to_move_on() -> None:
    fronts = (((0.6, NOW), (1.0, LONG_AGO)),)
    loop = LoopEstimate(fill_ms=40_000, hot_ms=40 * MINUTE_MS, places=(0.5, 1.0), fronts=fronts)
    fill = best_fill(loop, Forecast(NOW, (3.0,) * 36), NOW, HOUSE, 9.0)
    assert fill is not None
    assert fill.share == pytest.approx(0.4)


def test_a_supply_that_is_hot_everywhere_needs_no_fill() -> None:
    hot = LoopEstimate(hot_ms=40 * MINUTE_MS, fronts=(((1.0, NOW),),))
    assert best_fill(hot, Forecast(NOW, (9.0,) * 36), NOW, HOUSE, 9.0) is None


def test_draws_that_come_before_the_fill_has_arrived_are_not_saved() -> None:
    loop = LoopEstimate(fill_ms=40_000, places=(1.0,), fronts=(COLD,))
    soon = best_fill(loop, Forecast(NOW, cues=((0, 30_000, 0.9, "tap"),)), NOW, ("tap",), 9.0)
    later = best_fill(loop, Forecast(NOW, cues=((30_000, 60_000, 0.9, "tap"),)), NOW, ("tap",), 9.0)
    assert soon is not None
    assert later is not None
    assert (soon.saved, later.saved) == (0.0, pytest.approx(-expm1(-0.9) * WANTED_AT_TAPS))


def test_places_of_one_fixture_share_what_a_cue_announces_there() -> None:
    cued = Forecast(NOW, cues=((0, 20 * MINUTE_MS, 0.9, "sink"),))
    one = LoopEstimate(fill_ms=40_000, places=(1.0,), uses=(1.0,), fronts=(COLD,))
    two = LoopEstimate(fill_ms=40_000, places=(1.0, 0.8), uses=(0.5, 0.5), serves=(0, 0), fronts=(COLD,))
    whole, parted = (best_fill(loop, cued, NOW, ("sink",), price=14.0) for loop in (one, two))
    assert whole is not None
    assert parted is not None
    assert parted.saved == pytest.approx(whole.saved, rel=0.02)


def test_a_fill_goes_only_as_far_as_brisk_draws_need_when_gentle_ones_do_not_pay() -> None:
    soon = Forecast(NOW, (0.0,), clusters=((0.6, 5 * MINUTE_MS),))
    loop = LoopEstimate(
        fill_ms=40_000, places=(1.0, 0.5), uses=(0.1, 0.9), wants=(1.0, 1.0), serves=(0, 0), fronts=(COLD,)
    )
    sparing, generous = (best_fill(loop, soon, NOW, ("sink",), price=price) for price in (2.0, 40.0))
    assert sparing is not None
    assert generous is not None
    assert (sparing.share, generous.share) == (0.5, 1.0)
