"""Weekly windows at the edges of the day, of the week and of daylight saving."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from controller.core.civil import Schedule, Window, schedule
from controller.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from tests.builders import MONDAY, observation

BERLIN = ZoneInfo("Europe/Berlin")
NOW = 5


def said(civil: datetime, *windows: Window) -> Schedule:
    plan = schedule(windows, observation(NOW, civil=civil))
    assert plan is not None
    return plan


def test_a_window_tells_its_ends_as_on_a_clock() -> None:
    window = Window(6 * 60 + 5, 23 * 60 + 59)
    assert (window.start, window.end) == ("06:05", "23:59")
    assert Window(0, 24 * 60).end == "24:00"


def test_a_window_opens_and_closes_at_the_minute() -> None:
    last_minute = Window(23 * 60 + 59, 24 * 60)
    opens = said(MONDAY, last_minute)
    assert opens.window is None and opens.changes_at == NOW + DAY_MS - MINUTE_MS
    closes = said(MONDAY + timedelta(hours=23, minutes=59), last_minute)
    assert closes.window is last_minute and closes.changes_at == NOW + MINUTE_MS


@pytest.mark.parametrize(
    ("sunday", "hours"),
    [(datetime(2026, 3, 29, tzinfo=BERLIN), 23), (datetime(2026, 10, 25, tzinfo=BERLIN), 25)],
    ids=["spring", "autumn"],
)
def test_a_window_over_the_whole_day_is_as_long_as_the_day(sunday: datetime, hours: int) -> None:
    assert said(sunday, Window(0, 24 * 60, frozenset({6}))).changes_at == NOW + hours * HOUR_MS


def test_a_window_that_ends_when_it_starts_lasts_until_the_next_day() -> None:
    window = Window(360, 360, frozenset({0}))
    plan = said(MONDAY + timedelta(hours=6), window)
    assert plan.window is window and plan.changes_at == NOW + DAY_MS


@pytest.mark.parametrize("days", range(1, 7))
def test_the_next_opening_is_found_on_whatever_day_it_is(days: int) -> None:
    plan = said(MONDAY, Window(0, 60, frozenset({days})))
    assert plan.window is None and plan.changes_at == NOW + days * DAY_MS


def test_the_next_opening_of_a_window_just_closed_is_a_week_after_the_last() -> None:
    plan = said(MONDAY + timedelta(hours=1), Window(0, 60, frozenset({0})))
    assert plan.window is None and plan.changes_at == NOW + 7 * DAY_MS - HOUR_MS


@pytest.mark.parametrize("order", [1, -1], ids=["shorter first", "longer first"])
def test_of_windows_that_overlap_the_one_that_closes_last_is_told(order: int) -> None:
    longer = Window(0, 120)
    plan = said(MONDAY, *(Window(0, 60), longer)[::order])
    assert plan.window is longer and plan.changes_at == NOW + 2 * HOUR_MS
