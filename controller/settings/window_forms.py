"""What a user writes about time: weekly windows, dates, the sun."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BeforeValidator, Field, field_validator, model_validator

from controller.core.civil import EVERY_DAY, Window
from controller.core.sun import Sun, SunEvent
from controller.settings.form import Form, complain

Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DayGroup: TypeAlias = Literal["every_day", "weekdays", "weekend"]

_DAYS: Final[Mapping[str, int]] = MappingProxyType(
    {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
)
_GROUPS: Final[Mapping[str, frozenset[int]]] = MappingProxyType(
    {"every_day": EVERY_DAY, "weekdays": frozenset(range(5)), "weekend": frozenset((5, 6))}
)
TIME_OF_DAY: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_SUN: Final = re.compile(r"(sunrise|sunset)(?:([+-])((?:0[0-9]|1[01]):[0-5][0-9]))?")
_MIDNIGHT: Final = "24:00"


def known_days(days: object) -> object:
    """Return days as written, once they are known to be some."""
    if isinstance(days, str) and days not in _GROUPS:
        raise complain(
            f"must be a list of days or one of {', '.join(_GROUPS)}, not {days!r:.40}", "such as [mon, tue]"
        )
    if not isinstance(days, str | list):
        raise complain("must be a list of days", "such as [mon, tue], or weekdays, weekend, every_day")
    if isinstance(days, list):
        _check_days(days)
    return days


class WindowForm(Form):
    """A weekly window in local time."""

    days: list[Day] | DayGroup = "every_day"
    """Days on which it opens: a list such as [mon, tue], or weekdays, weekend, every_day."""
    start: str = Field(alias="from", json_schema_extra={"pattern": f"^{TIME_OF_DAY.pattern}$"})
    """When it opens, such as "06:00"."""
    end: str = Field(alias="to", json_schema_extra={"pattern": f"^({TIME_OF_DAY.pattern}|{_MIDNIGHT})$"})
    """When it closes, such as "08:30" or "24:00"; earlier than ``from`` means on the next day."""

    _known_days = field_validator("days", mode="before")(known_days)

    @field_validator("start", "end", mode="before")
    @classmethod
    def _clock_time(cls, text: object) -> object:
        if not isinstance(text, str) or not (TIME_OF_DAY.fullmatch(text) or text == _MIDNIGHT):
            raise complain(
                f"must be a time from 00:00 to 24:00, not {text!r:.40}", 'write HH:MM, such as "06:30"'
            )
        return text

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> "WindowForm":
        if self.start == _MIDNIGHT:
            raise complain("from: 24:00 is the next day", 'write from: "00:00" and name that day')
        if self.start == self.end:
            raise complain(
                f"opens and closes at {self.start}", 'for the whole day write from: "00:00", to: "24:00"'
            )
        return self

    def window(self) -> Window:
        """Return the window as the core knows it."""
        return Window(minute_of(self.start), minute_of(self.end), weekdays(self.days))


def _check_days(days: list[object]) -> None:
    if not days:
        raise complain("names no day", "such as [mon, tue]; remove the window if it is not wanted")
    for day in days:
        if not isinstance(day, str) or day not in _DAYS:
            raise complain(f"{day!r:.40} is no day", f"known: {', '.join(_DAYS)}")
    if len({str(day) for day in days}) < len(days):
        raise complain("names a day twice")


def weekdays(days: Sequence[Day] | DayGroup) -> frozenset[int]:
    """Return days as the core counts them, Monday is 0."""
    return _GROUPS[days] if isinstance(days, str) else frozenset(_DAYS[day] for day in days)


def minute_of(text: str) -> int:
    """Return the minutes since midnight of a time of day."""
    return int(text[:2]) * 60 + int(text[3:])


class SunWindowForm(WindowForm):
    """A weekly window in local time, or by the sun: ``from: sunset-00:30`` opens half an hour before sunset."""

    start: str = Field(
        alias="from", json_schema_extra={"pattern": f"^({TIME_OF_DAY.pattern}|{_SUN.pattern})$"}
    )
    """When it opens, such as "06:00", sunrise or sunset-00:30."""
    end: str = Field(
        alias="to", json_schema_extra={"pattern": f"^({TIME_OF_DAY.pattern}|{_MIDNIGHT}|{_SUN.pattern})$"}
    )
    """When it closes, such as "08:30", "24:00" or sunrise+01:00; earlier than ``from`` means on the next day."""

    @field_validator("start", "end", mode="before")
    @classmethod
    def _clock_time(cls, text: object) -> object:
        if isinstance(text, str) and (
            _SUN.fullmatch(text) or TIME_OF_DAY.fullmatch(text) or text == _MIDNIGHT
        ):
            return text
        raise complain(
            f"must be a time from 00:00 to 24:00, sunrise or sunset, not {text!r:.40}",
            'write HH:MM, such as "06:30", or sunset-00:30',
        )

    @property
    def by_sun(self) -> bool:
        """Return whether it follows the sun."""
        return any(_SUN.fullmatch(text) for text in (self.start, self.end))

    def at(self, place: "SunPlaceForm | None") -> Window:
        """Return the window as the core knows it, at a place."""
        if place is None or not self.by_sun:
            return self.window()
        start_sun, end_sun = place.sun(self.start), place.sun(self.end)
        days = weekdays(self.days)
        start = 0 if start_sun else minute_of(self.start)
        end = 0 if end_sun else minute_of(self.end)
        return Window(start, end, days, start_sun=start_sun, end_sun=end_sun)


class SunPlaceForm(Form):
    """Where the house stands, for sunrise and sunset."""

    latitude: float = Field(ge=-65, le=65)
    """In degrees, north is positive; nearer to the poles the sun may not rise or not set."""
    longitude: float = Field(ge=-180, le=180)
    """In degrees, east is positive."""

    def sun(self, text: str) -> Sun | None:
        """Return what a time says about the sun; None for a time of the clock."""
        found = _SUN.fullmatch(text)
        if found is None:
            return None
        sign = -1 if found[2] == "-" else 1
        offset = sign * minute_of(found[3]) if found[3] else 0
        return Sun(SunEvent(found[1]), self.latitude, self.longitude, offset)


def _date(value: object) -> object:
    """Return the date that is meant; a number or a time of day is none."""
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "")
    except ValueError:
        raise complain(f"must be a date, not {value!r:.40}", "such as 2026-12-24") from None


_Date: Final = BeforeValidator(_date)


class DatesForm(Form):
    """A range of dates."""

    first: Annotated[date, _Date] = Field(alias="from")
    """The first day, such as 2026-12-24."""
    last: Annotated[date, _Date] | None = Field(default=None, alias="to")
    """The last day; by default the first."""

    @model_validator(mode="after")
    def _first_before_last(self) -> "DatesForm":
        if self.last is not None and self.last < self.first:
            raise complain(f"to: {self.last} is before from: {self.first}", "exchange them")
        return self

    def dates(self) -> tuple[date, date]:
        """Return the first and the last day."""
        return self.first, self.last or self.first


class ExceptionForm(DatesForm):
    """Days with windows of their own, or with none."""

    windows: list[SunWindowForm] = Field(default_factory=list, max_length=50)
    """What holds on these days instead of the weekly windows; none means that nothing does."""


def windows(forms: Sequence[WindowForm]) -> tuple[Window, ...]:
    """Return windows as the core knows them."""
    return tuple(form.window() for form in forms)
