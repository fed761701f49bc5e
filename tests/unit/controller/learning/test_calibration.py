"""Chances told are corrected by what came of earlier ones."""

import pytest

from controller.core.clock import MINUTE_MS
from controller.core.forecast import FORETOLD_MS, Forecast
from controller.learning.calibration import Calibration


def lived(chance: float, came_of_ten: int, *, times: int = 400) -> Calibration:
    """Return what is known after chances of which so many of ten came true."""
    calibration = Calibration()
    for number in range(times):
        at = number * FORETOLD_MS
        calibration.advance(at, visible=True)
        calibration.tell(at, chance)
        if number * 7 % 10 < came_of_ten:
            calibration.draw(at + MINUTE_MS)
    return calibration


def told(calibration: Calibration, per_hour: float) -> float:
    """Return the chance told where habit expects so many draws an hour."""
    return Forecast(0, (per_hour,), knots=calibration.knots).foretold()


def test_without_experience_chances_are_told_as_they_are() -> None:
    for per_hour in (0.0, 0.5, 3.0, 8.0, 100.0):
        forecast = Forecast(0, (per_hour,), knots=Calibration().knots)
        assert forecast.foretold() == pytest.approx(forecast.chance(FORETOLD_MS), abs=1e-9)


def test_chances_that_were_too_sure_are_told_as_what_came_of_them() -> None:
    assert told(lived(0.75, 5), 8.3178) == pytest.approx(0.5, abs=0.03)


def test_chances_that_were_too_shy_are_told_as_what_came_of_them() -> None:
    assert told(lived(0.25, 5), 1.7261) == pytest.approx(0.5, abs=0.03)


def test_a_greater_chance_is_never_told_as_a_smaller_one() -> None:
    knots = lived(0.75, 1).knots
    assert list(knots) == sorted(knots)


@pytest.mark.parametrize(("after_ms", "came"), [(FORETOLD_MS, True), (FORETOLD_MS + 1, False)])
def test_a_draw_counts_up_to_the_end_of_its_time(after_ms: int, came: bool) -> None:
    calibration = Calibration()
    calibration.tell(0, 0.5)
    calibration.draw(after_ms)
    kept = calibration.snapshot()["came"]
    assert isinstance(kept, list)
    assert bool(sum(kept)) is came


def test_a_time_in_which_nothing_could_be_seen_counts_for_nothing() -> None:
    calibration = Calibration()
    calibration.tell(0, 0.9)
    calibration.advance(MINUTE_MS, visible=False)
    calibration.advance(2 * FORETOLD_MS, visible=True)
    assert calibration.snapshot() == Calibration().snapshot()


def test_what_was_counted_survives_and_damage_is_left_out() -> None:
    lived_through = lived(0.75, 5)
    again = Calibration()
    again.restore(lived_through.snapshot())
    assert again.knots == pytest.approx(lived_through.knots, abs=1e-3)
    for damage in (None, 3, {"told": [1] * 9}, {"told": [1] * 10, "sums": [5] * 10, "came": [0] * 10}):
        fresh = Calibration()
        fresh.restore(damage)
        assert fresh.knots == Calibration().knots


def test_one_draw_answers_every_chance_that_is_open() -> None:
    calibration = Calibration()
    for minute in (0, 4, 8):
        calibration.tell(minute * MINUTE_MS, 0.5)
    calibration.draw(11 * MINUTE_MS)
    told, came = (calibration.snapshot()[name] for name in ("told", "came"))
    assert isinstance(told, list)
    assert isinstance(came, list)
    assert (sum(told), sum(came)) == pytest.approx((3.0, 2.0), abs=0.01)
