"""How often the outlook is worked out."""

from datetime import timedelta

import pytest

from controller.core.clock import MINUTE_MS, SECOND_MS
from controller.foresight import ALERT_MS, CALM_MS, IDLE_TICKS, Foresight
from tests.builders import MONDAY, RETURN_LOOP


def left_ms(foresight: Foresight, minute: float) -> int:
    """Return for how long an outlook holds that is asked for after so many minutes."""
    at = round(minute * MINUTE_MS)
    return foresight.outlook(at, MONDAY + timedelta(minutes=minute)).changes_at - at


def filled(minute: int) -> Foresight:
    """Return what is known after a run of two minutes that began at a minute."""
    foresight = Foresight(RETURN_LOOP, 0)
    foresight.pump(minute * MINUTE_MS, True, MONDAY + timedelta(minutes=minute))
    foresight.pump((minute + 2) * MINUTE_MS, False, MONDAY + timedelta(minutes=minute + 2))
    return foresight


def test_a_cold_house_is_thought_over_seldom() -> None:
    assert left_ms(Foresight(RETURN_LOOP, 0), 0) == IDLE_TICKS * CALM_MS


def test_a_hot_house_is_thought_over_seldom_and_just_before_it_turns_cold() -> None:
    foresight = filled(4)
    loop = foresight.outlook(6 * MINUTE_MS, MONDAY + timedelta(minutes=6)).loop
    assert left_ms(foresight, 6) == IDLE_TICKS * CALM_MS - 2 * MINUTE_MS
    looks = [6.0]
    while looks[-1] < loop.hot_until / MINUTE_MS:
        looks.append(looks[-1] + left_ms(foresight, looks[-1]) / MINUTE_MS)
    assert loop.hot_until / MINUTE_MS - looks[-2] <= 1 + CALM_MS / MINUTE_MS


def test_while_some_of_it_is_hot_it_is_thought_over_at_every_tick() -> None:
    foresight = Foresight(RETURN_LOOP, 0)
    foresight.flow(0, 6.0, MONDAY)
    foresight.flow(MINUTE_MS // 2, 0.0, MONDAY + timedelta(seconds=30))
    assert left_ms(foresight, 4.0) == CALM_MS


def test_a_fresh_cue_is_thought_over_all_the_time() -> None:
    foresight = Foresight(RETURN_LOOP, 0)
    foresight.cue(0, "shower", MONDAY)
    assert left_ms(foresight, 1.0) == ALERT_MS == 15 * SECOND_MS


@pytest.mark.parametrize("late_min", [0.5, 3.0])
def test_being_asked_in_between_changes_nothing(late_min: float) -> None:
    one, other = filled(4), filled(4)
    last = {}
    for name, foresight, minutes in (
        ("one", one, (6.0, 12.0)),
        ("other", other, (6.0, 6.0 + late_min, 12.0)),
    ):
        for minute in minutes:
            at = round(minute * MINUTE_MS)
            last[name] = foresight.outlook(at, MONDAY + timedelta(minutes=minute))
    assert last["one"] == last["other"]
