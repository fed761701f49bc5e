"""Weekly windows in local civil time, safe over daylight-saving changes.

A window's ends are wall-clock times. They are turned into instants once per day: a time that daylight saving
skips counts as the same moment after the skip, a time that occurs twice counts the first time; a window that the
skip would leave without a minute keeps its length. So each window opens exactly once per day that it names, in
every zone.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from controller.core.clock import MINUTE_MS, NEVER, Instant
from controller.core.observation import Observation

EVERY_DAY: Final = frozenset(range(7))
_DAY_MINUTES: Final = 24 * 60
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """One weekly window.

    Args:
        start_minute: Minutes after local midnight at which it opens, 0..1439.
        end_minute: Minutes after local midnight at which it closes, 1..1440; not after the start means the
            next day.
        days: Days on which it opens, Monday is 0.
    """

    start_minute: int
    end_minute: int
    days: frozenset[int] = EVERY_DAY

    @property
    def start(self) -> str:
        """Return the opening time as HH:MM."""
        return _hhmm(self.start_minute)

    @property
    def end(self) -> str:
        """Return the closing time as HH:MM."""
        return _hhmm(self.end_minute)


@dataclass(frozen=True, slots=True)
class Span:
    """One opening of a window, in milliseconds since 1970 UTC: open from ``start_utc_ms``, closed at the end."""

    start_utc_ms: int
    end_utc_ms: int
    window: Window


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the windows say at an instant.

    Args:
        window: The open window; None outside all of them.
        changes_at: When that changes next; NEVER without windows.
        opened_at: When the open window opened; NEVER outside all of them.
    """

    window: Window | None
    changes_at: Instant
    opened_at: Instant = NEVER


def schedule(windows: tuple[Window, ...], observation: Observation) -> Schedule | None:
    """Return what the windows say now; None while the clock is not trusted."""
    civil = observation.civil
    if civil is None:
        return None
    utc_ms = round(civil.timestamp() * 1000)
    spans = _spans(windows, civil.date(), civil.tzinfo)
    opened = [span for span in spans if span.start_utc_ms <= utc_ms < span.end_utc_ms]
    if opened:
        last = max(opened, key=lambda span: span.end_utc_ms)
        began_ms = observation.now - utc_ms
        return Schedule(last.window, began_ms + last.end_utc_ms, began_ms + last.start_utc_ms)
    starts = [span.start_utc_ms for span in spans if span.start_utc_ms > utc_ms]
    return Schedule(None, observation.now + min(starts) - utc_ms if starts else NEVER)


def next_opening(windows: tuple[Window, ...], civil: datetime) -> datetime | None:
    """Return when a window opens next, also when one is open now; None without windows."""
    utc_ms = round(civil.timestamp() * 1000)
    spans = _spans(windows, civil.date(), civil.tzinfo)
    starts = [span.start_utc_ms for span in spans if span.start_utc_ms > utc_ms]
    if not starts:
        return None
    return (_EPOCH + timedelta(milliseconds=min(starts))).astimezone(civil.tzinfo)


@lru_cache(maxsize=64)
def _spans(windows: tuple[Window, ...], today: date, zone: tzinfo | None) -> tuple[Span, ...]:
    days = (today + timedelta(days=offset) for offset in range(-1, 8))
    return tuple(
        _span(window, day, zone) for day in days for window in windows if day.weekday() in window.days
    )


def _span(window: Window, day: date, zone: tzinfo | None) -> Span:
    end_day = day if window.end_minute > window.start_minute else day + timedelta(days=1)
    start_ms, end_ms = _utc_ms(day, window.start_minute, zone), _utc_ms(end_day, window.end_minute, zone)
    if end_ms <= start_ms:
        end_ms = start_ms + (window.end_minute - window.start_minute) * MINUTE_MS
    return Span(start_ms, end_ms, window)


def _utc_ms(day: date, minute: int, zone: tzinfo | None) -> int:
    day += timedelta(days=minute // _DAY_MINUTES)
    local = datetime(day.year, day.month, day.day, minute % _DAY_MINUTES // 60, minute % 60, tzinfo=zone)
    return round(local.timestamp() * 1000)


def _hhmm(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
