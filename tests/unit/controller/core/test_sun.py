"""Sunrise and sunset, against published times, and windows that follow them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from controller.core.civil import Window, schedule
from controller.core.sun import Sun, SunEvent
from tests.builders import observation

RISE, SET = SunEvent.SUNRISE, SunEvent.SUNSET


@pytest.mark.parametrize(
    ("zone", "latitude", "longitude", "day", "rise", "fall"),
    [
        # Source: published almanac times, rounded to the minute.
        ("Europe/Berlin", 52.52, 13.405, date(2026, 6, 21), "04:43", "21:33"),
        ("Europe/Berlin", 52.52, 13.405, date(2026, 12, 21), "08:15", "15:54"),
        ("Australia/Sydney", -33.87, 151.21, date(2026, 12, 21), "05:41", "20:05"),
        ("America/New_York", 40.713, -74.006, date(2026, 3, 20), "07:00", "19:08"),
    ],
)
def test_the_sun_rises_and_sets_within_two_minutes_of_the_almanac(
    zone: str, latitude: float, longitude: float, day: date, rise: str, fall: str
) -> None:
    tz = ZoneInfo(zone)
    for event, hhmm in ((RISE, rise), (SET, fall)):
        utc_ms = Sun(event, latitude, longitude).utc_ms(day, tz)
        assert utc_ms is not None
        expected = datetime.combine(day, time.fromisoformat(hhmm), tz)
        assert abs(datetime.fromtimestamp(utc_ms / 1000, tz) - expected) <= timedelta(minutes=2)


@pytest.mark.parametrize(
    ("zone", "latitude", "longitude"),
    [
        ("Pacific/Kiritimati", 1.9, -157.4),
        ("Asia/Shanghai", 31.2, 121.5),
        ("America/Sao_Paulo", -23.5, -46.6),
    ],
)
def test_each_day_of_a_year_has_its_own_sunrise(zone: str, latitude: float, longitude: float) -> None:
    tz, sun = ZoneInfo(zone), Sun(RISE, latitude, longitude)
    for offset in range(365):
        day = date(2026, 1, 1) + timedelta(days=offset)
        utc_ms = sun.utc_ms(day, tz)
        assert utc_ms is not None and datetime.fromtimestamp(utc_ms / 1000, tz).date() == day


def test_in_the_polar_night_there_is_no_sunrise_and_the_window_stays_shut_until_the_sun_is_back() -> None:
    sun = Sun(RISE, 78.2, 15.6)
    assert sun.utc_ms(date(2026, 12, 21), UTC) is None
    window = Window(0, 23 * 60, start_sun=sun)
    plan = schedule((window,), observation(civil=datetime(2026, 12, 10, tzinfo=UTC)))
    assert plan is not None and plan.window is None and plan.changes_at == 86_400_000


def test_a_window_opens_with_the_sun_and_closes_by_the_clock() -> None:
    sun = Sun(SET, 52.52, 13.405, offset_minutes=-30)
    utc_ms = sun.utc_ms(date(2026, 6, 21), ZoneInfo("Europe/Berlin"))
    assert utc_ms is not None
    window = Window(0, 23 * 60, start_sun=sun)
    for later_ms, opened in [(-1, False), (0, True), (1, True)]:
        civil = datetime.fromtimestamp((utc_ms + later_ms) / 1000, ZoneInfo("Europe/Berlin"))
        plan = schedule((window,), observation(civil=civil))
        assert plan is not None and (plan.window is not None) is opened
    assert window.start == "sunset-30 min"
