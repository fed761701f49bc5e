"""Weekly windows in local civil time, safe over daylight-saving changes.

A window's ends are wall-clock times. They are turned into instants once per day: a time that daylight saving
skips counts as the same moment after the skip, a time that occurs twice counts the first time; a window that the
skip would leave without a minute keeps its length. So each window opens exactly once per day that it names, in
every zone.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final, TypeAlias

from controller.core.clock import DAY_MS, MINUTE_MS, NEVER, Instant
from controller.core.observation import Observation
from controller.core.sun import Sun

EVERY_DAY: Final = frozenset(range(7))
_DAY_MINUTES: Final = 24 * 60
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Dates: TypeAlias = tuple[tuple[date, date], ...]
"""Ranges of dates, each with its first and its last."""


@dataclass(frozen=True, slots=True)
class Window:
    """One weekly window.

    Args:
        start_minute: Minutes after local midnight at which it opens, 0..1439.
        end_minute: Minutes after local midnight at which it closes, 1..1440; not after the start means the
            next day.
        days: Days on which it opens, Monday is 0.
        only: First and last dates outside which it never opens; empty for any date.
        never: First and last dates within which it does not open: exceptions and holidays.
        start_sun: It opens with the sun, not at ``start_minute``.
        end_sun: It closes with the sun, not at ``end_minute``.
    """

    start_minute: int
    end_minute: int
    days: frozenset[int] = EVERY_DAY
    only: Dates = ()
    never: Dates = ()
    start_sun: Sun | None = None
    end_sun: Sun | None = None

    def opens_on(self, day: date) -> bool:
        """Return whether it opens on a local day."""
        if day.weekday() not in self.days or _within(day, self.never):
            return False
        return not self.only or _within(day, self.only)

    @property
    def start(self) -> str:
        """Return the opening time as HH:MM, or what the sun does."""
        return _hhmm(self.start_minute) if self.start_sun is None else str(self.start_sun)

    @property
    def end(self) -> str:
        """Return the closing time as HH:MM, or what the sun does."""
        return _hhmm(self.end_minute) if self.end_sun is None else str(self.end_sun)


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


def schedule(
    windows: tuple[Window, ...], observation: Observation, *, early_ms: int = 0, late_ms: int | None = None
) -> Schedule | None:
    """Return what the windows say now; None while the clock is not trusted.

    Args:
        windows: The windows.
        observation: What is known now.
        early_ms: They open so much earlier, in elapsed time.
        late_ms: They close so long after they would have opened; None for when they say.
    """
    civil = observation.civil
    if civil is None:
        return None
    utc_ms = round(civil.timestamp() * 1000)
    began_ms = observation.now - utc_ms
    spans = [
        (
            span.start_utc_ms - early_ms,
            span.end_utc_ms if late_ms is None else span.start_utc_ms + late_ms,
            span,
        )
        for span in _spans(windows, civil.date(), civil.tzinfo)
    ]
    opened = [(end, start, span) for start, end, span in spans if start <= utc_ms < end]
    if opened:
        end, start, span = max(opened, key=lambda one: one[0])
        return Schedule(span.window, began_ms + end, began_ms + start)
    starts = [start for start, _, _ in spans if start > utc_ms]
    if starts:
        return Schedule(None, began_ms + min(starts))
    # Nothing within a week is not nothing for ever: holidays end, and the sun comes back.
    return Schedule(None, observation.now + DAY_MS if windows else NEVER)


def open_at(windows: tuple[Window, ...], civil: datetime) -> bool:
    """Return whether a window is open at a local time."""
    utc_ms = round(civil.timestamp() * 1000)
    return any(
        span.start_utc_ms <= utc_ms < span.end_utc_ms for span in _spans(windows, civil.date(), civil.tzinfo)
    )


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
    spans = (_span(window, day, zone) for day in days for window in windows if window.opens_on(day))
    return tuple(span for span in spans if span is not None)


def _span(window: Window, day: date, zone: tzinfo | None) -> Span | None:
    by_sun = window.start_sun is not None or window.end_sun is not None
    overnight = not by_sun and window.end_minute <= window.start_minute
    start_ms = _end_ms(window.start_sun, window.start_minute, day, zone)
    end_ms = _end_ms(window.end_sun, window.end_minute, day + timedelta(days=1) if overnight else day, zone)
    if start_ms is None or end_ms is None:
        return None  # the sun does not rise, or does not set
    if end_ms <= start_ms:
        if by_sun:
            end_ms = _end_ms(window.end_sun, window.end_minute, day + timedelta(days=1), zone)
            return None if end_ms is None else Span(start_ms, end_ms, window)
        end_ms = start_ms + (window.end_minute - window.start_minute) * MINUTE_MS
    return Span(start_ms, end_ms, window)


def _end_ms(sun: Sun | None, minute: int, day: date, zone: tzinfo | None) -> int | None:
    return _utc_ms(day, minute, zone) if sun is None else sun.utc_ms(day, zone)


def _within(day: date, ranges: Dates) -> bool:
    return any(first <= day <= last for first, last in ranges)


def _utc_ms(day: date, minute: int, zone: tzinfo | None) -> int:
    day += timedelta(days=minute // _DAY_MINUTES)
    local = datetime(day.year, day.month, day.day, minute % _DAY_MINUTES // 60, minute % 60, tzinfo=zone)
    return round(local.timestamp() * 1000)


def _hhmm(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
