"""What a user writes about strategies, and its way into the core's values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BeforeValidator, Field, field_validator, model_validator

from controller.core.civil import EVERY_DAY, Window
from controller.core.clock import to_ms
from controller.core.events import CueKind
from controller.core.hysteresis import Deadband
from controller.core.plumbing import Topology
from controller.core.sun import Sun, SunEvent
from controller.core.triggers import CueTrigger, FlickTrigger, SurgeTrigger, Trigger
from controller.safety.limits import CEILINGS
from controller.settings.form import Form, complain
from controller.strategies.aquastat import Aquastat
from controller.strategies.arrival import StopRule
from controller.strategies.check_valve import CheckValve
from controller.strategies.disinfection import Disinfection
from controller.strategies.exercise import Exercise
from controller.strategies.freeze import Freeze
from controller.strategies.hygiene import Hygiene
from controller.strategies.on_demand import OnDemand
from controller.strategies.predictive import Comfort, Predictive
from controller.strategies.ready_by import ReadyBy
from controller.strategies.registry import AnyStrategy
from controller.strategies.timed import Timed

SensorRole: TypeAlias = Literal["supply", "return", "far_end", "cold_line"]
Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DayGroup: TypeAlias = Literal["every_day", "weekdays", "weekend"]

_DAYS: Final[Mapping[str, int]] = MappingProxyType(
    {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
)
_GROUPS: Final[Mapping[str, frozenset[int]]] = MappingProxyType(
    {"every_day": EVERY_DAY, "weekdays": frozenset(range(5)), "weekend": frozenset((5, 6))}
)
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_SUN: Final = re.compile(r"(sunrise|sunset)(?:([+-])((?:0[0-9]|1[01]):[0-5][0-9]))?")
_MIDNIGHT: Final = "24:00"
_LEAST_DEADBAND_K: Final = 0.5
"""Less than this is within the noise of strapped-on sensors."""
_COLD_LINE_MOST_C: Final = CEILINGS["cold_line_c"][1]


def _known_days(days: object) -> object:
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
    start: str = Field(alias="from", json_schema_extra={"pattern": f"^{_TIME.pattern}$"})
    """When it opens, such as "06:00"."""
    end: str = Field(alias="to", json_schema_extra={"pattern": f"^({_TIME.pattern}|{_MIDNIGHT})$"})
    """When it closes, such as "08:30" or "24:00"; earlier than ``from`` means on the next day."""

    _known_days = field_validator("days", mode="before")(_known_days)

    @field_validator("start", "end", mode="before")
    @classmethod
    def _clock_time(cls, text: object) -> object:
        if not isinstance(text, str) or not (_TIME.fullmatch(text) or text == _MIDNIGHT):
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
        return Window(_minute(self.start), _minute(self.end), _days(self.days))


def _check_days(days: list[object]) -> None:
    if not days:
        raise complain("names no day", "such as [mon, tue]; remove the window if it is not wanted")
    for day in days:
        if not isinstance(day, str) or day not in _DAYS:
            raise complain(f"{day!r:.40} is no day", f"known: {', '.join(_DAYS)}")
    if len({str(day) for day in days}) < len(days):
        raise complain("names a day twice")


def _days(days: Sequence[Day] | DayGroup) -> frozenset[int]:
    return _GROUPS[days] if isinstance(days, str) else frozenset(_DAYS[day] for day in days)


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


class SunWindowForm(WindowForm):
    """A weekly window in local time, or by the sun: ``from: sunset-00:30`` opens half an hour before sunset."""

    start: str = Field(alias="from", json_schema_extra={"pattern": f"^({_TIME.pattern}|{_SUN.pattern})$"})
    """When it opens, such as "06:00", sunrise or sunset-00:30."""
    end: str = Field(
        alias="to", json_schema_extra={"pattern": f"^({_TIME.pattern}|{_MIDNIGHT}|{_SUN.pattern})$"}
    )
    """When it closes, such as "08:30", "24:00" or sunrise+01:00; earlier than ``from`` means on the next day."""

    @field_validator("start", "end", mode="before")
    @classmethod
    def _clock_time(cls, text: object) -> object:
        if isinstance(text, str) and (_SUN.fullmatch(text) or _TIME.fullmatch(text) or text == _MIDNIGHT):
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
        days = _days(self.days)
        start = 0 if start_sun else _minute(self.start)
        end = 0 if end_sun else _minute(self.end)
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
        offset = sign * _minute(found[3]) if found[3] else 0
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


class ShadowForm(Form):
    """What every strategy has."""

    shadow: bool = False
    """Decides and is noted in the history, and never acts."""


class CueTriggerForm(Form):
    """Motion, a door or a light asks; what sees it stands in the loop's ``cues``."""

    on: Literal["motion", "contact", "light"]
    """What is noticed."""
    place: str | None = None
    """Where; by default anywhere."""
    hits: int = Field(default=1, ge=1, le=20)
    """So often ..."""
    within_s: float = Field(default=300, ge=1, le=3_600)
    """... within this time, in s."""
    lockout_s: float = Field(default=1_800, ge=60, le=86_400)
    """Rest after it has asked, in s."""
    daily_most: int = Field(default=24, ge=1, le=100)
    """It asks so often within any 24 h at most."""

    def trigger(self) -> Trigger:
        """Return the trigger as the core knows it."""
        within_ms, lockout_ms = to_ms(self.within_s), to_ms(self.lockout_s)
        return CueTrigger(CueKind(self.on), self.place, self.hits, within_ms, lockout_ms, self.daily_most)


class FlickTriggerForm(Form):
    """A tap opened and shut at once asks; needs the loop's flow sensor ``draw``."""

    on: Literal["flick"]
    """A flick of the tap."""
    above_lpm: float = Field(default=0.5, gt=0, le=10)
    """More than this flows, in l/min ..."""
    least_s: float = Field(default=0.3, ge=0.1, le=5)
    """... for at least so long, in s ..."""
    most_s: float = Field(default=3.0, ge=0.5, le=20)
    """... and not longer than this, in s."""
    lockout_s: float = Field(default=60, ge=10, le=3_600)
    """Rest after it has asked, in s."""
    daily_most: int = Field(default=60, ge=1, le=200)
    """It asks so often within any 24 h at most."""

    def trigger(self) -> Trigger:
        """Return the trigger as the core knows it."""
        least_ms, most_ms = to_ms(self.least_s), to_ms(self.most_s)
        return FlickTrigger(self.above_lpm, least_ms, most_ms, to_ms(self.lockout_s), self.daily_most)


class SurgeTriggerForm(Form):
    """A draw, felt as a fast rise at the heater's outlet, asks; needs the sensor ``supply``."""

    on: Literal["draw_felt"]
    """A draw felt at the heater."""
    slope_ks: float = Field(default=0.010, ge=0.001, le=1)
    """Rises at least so fast, in K/s ..."""
    least_s: float = Field(default=15, ge=1, le=120)
    """... for at least so long, in s ..."""
    rise_k: float = Field(default=1.0, ge=0.2, le=20)
    """... and by at least so much, in K."""
    lockout_s: float = Field(default=1_800, ge=60, le=86_400)
    """Rest after it has asked, in s."""
    daily_most: int = Field(default=24, ge=1, le=100)
    """It asks so often within any 24 h at most."""

    def trigger(self) -> Trigger:
        """Return the trigger as the core knows it."""
        least_ms, lockout_ms = to_ms(self.least_s), to_ms(self.lockout_s)
        return SurgeTrigger(self.slope_ks, least_ms, self.rise_k, lockout_ms, self.daily_most)


TriggerForm: TypeAlias = Annotated[
    CueTriggerForm | FlickTriggerForm | SurgeTriggerForm, Field(discriminator="on")
]


class OnDemandForm(ShadowForm):
    """Runs when someone asks (button, page, REST), until hot water has come round."""

    type: Literal["on_demand"]
    stop_at_c: float | None = Field(default=None, ge=20, le=60)
    """Hot water has come round at this reading of the return (cold_return: of the cold line), in C; 38 by default."""
    rise_k: float | None = Field(default=None, ge=1, le=30)
    """... or when it rose by so much in the run, in K; by default 5, with cold_return 3.3."""

    triggers: list[TriggerForm] = Field(default_factory=list, max_length=50)
    """What asks without a button: motion, contact, light, flick, draw_felt."""

    def strategy(self, topology: Topology) -> AnyStrategy:
        """Return the strategy as the core knows it."""
        triggers = tuple(one.trigger() for one in self.triggers)
        return OnDemand(_rule(topology, self.stop_at_c, self.rise_k), triggers)


class TimedForm(ShadowForm):
    """Keeps the loop hot inside weekly windows."""

    type: Literal["timed"]
    windows: list[SunWindowForm] = Field(min_length=1, max_length=50)
    """When hot water is wanted."""
    exceptions: list[ExceptionForm] = Field(default_factory=list, max_length=100)
    """Dates with windows of their own, or with none: holidays, a day at home."""
    sun_at: SunPlaceForm | None = None
    """Where the house stands; needed for sunrise and sunset."""
    until_hot: bool = True
    """Stop when hot water has come round and run again after the pause; false runs all through the window."""
    pause_s: float = Field(default=1_200, ge=60, le=86_400)
    """Rest between two runs inside a window, in s."""
    stop_at_c: float | None = Field(default=None, ge=20, le=60)
    """Hot water has come round at this reading of the return (cold_return: of the cold line), in C; 38 by default."""
    rise_k: float | None = Field(default=None, ge=1, le=30)
    """... or when it rose by so much in the run, in K; by default 5, with cold_return 3.3."""

    def strategy(self, topology: Topology) -> AnyStrategy:
        """Return the strategy as the core knows it."""
        return Timed(
            windows=self._calendar(),
            until_hot=self.until_hot,
            pause_ms=to_ms(self.pause_s),
            rule=_rule(topology, self.stop_at_c, self.rise_k),
        )

    @model_validator(mode="after")
    def _sun_has_its_place(self) -> "TimedForm":
        windows = [*self.windows, *(window for one in self.exceptions for window in one.windows)]
        if self.sun_at is None and any(window.by_sun for window in windows):
            raise complain(
                "sunrise and sunset need the place of the house",
                "add sun_at: {latitude: 52.5, longitude: 13.4}",
            )
        return self

    def _calendar(self) -> tuple[Window, ...]:
        never = tuple(one.dates() for one in self.exceptions)
        weekly = (replace(window.at(self.sun_at), never=never) for window in self.windows)
        special = (
            # Of two exceptions for one date the first holds.
            replace(window.at(self.sun_at), only=(one.dates(),), never=never[:index])
            for index, one in enumerate(self.exceptions)
            for window in one.windows
        )
        return (*weekly, *special)


class AquastatForm(ShadowForm):
    """Keeps a sensor's temperature between two values."""

    type: Literal["aquastat"]
    sensor: SensorRole | None = None
    """Role of the sensor; by default the far end, or else the return (cold_return: the cold line)."""
    on_below_c: float = Field(default=38.0, ge=15, le=60)
    """Switches on below this reading, in C."""
    off_above_c: float = Field(default=40.5, ge=16, le=65)
    """Switches off at this reading, in C; at least 0.5 above ``on_below_c``."""
    windows: list[WindowForm] = Field(default_factory=list, max_length=50)
    """Weekly windows outside which it does nothing; none means always."""

    @model_validator(mode="after")
    def _on_below_off(self) -> "AquastatForm":
        if self.off_above_c < self.on_below_c + _LEAST_DEADBAND_K:
            raise complain(
                f"on_below_c {self.on_below_c:g} must be at least {_LEAST_DEADBAND_K} below off_above_c {self.off_above_c:g}",
                "such as on_below_c: 38 and off_above_c: 40.5",
            )
        return self

    def strategy(self, topology: Topology) -> AnyStrategy:  # noqa: ARG002 - every form is asked alike
        """Return the strategy as the core knows it."""
        return Aquastat(
            deadband=Deadband(on_below_c=self.on_below_c, off_above_c=self.off_above_c),
            sensor=self.sensor,
            windows=_windows(self.windows),
        )


class CheckValveForm(ShadowForm):
    """The cold pipe as the way back: runs on a wish and inside windows, and ends at the first clear rise."""

    type: Literal["check_valve"]
    stop_at_c: float | None = Field(default=None, ge=20, le=_COLD_LINE_MOST_C)
    """A run ends at the latest at this reading, in C; 38 by default, never above 40."""
    rise_k: float | None = Field(default=None, ge=1, le=30)
    """A run ends when the reading rose by so much, in K; 3.3 by default (with dedicated_return 5)."""
    windows: list[WindowForm] = Field(default_factory=list, max_length=50)
    """When the far end is kept hot without being asked; none means never."""
    pause_s: float = Field(default=1_200, ge=60, le=86_400)
    """Rest between two such runs, in s."""

    def strategy(self, topology: Topology) -> AnyStrategy:
        """Return the strategy as the core knows it."""
        return CheckValve(
            windows=_windows(self.windows),
            pause_ms=to_ms(self.pause_s),
            rule=_rule(topology, self.stop_at_c, self.rise_k),
        )


class PredictiveForm(ShadowForm):
    """Learns when the household draws, and runs ahead of draws that are likely enough to be worth the heat."""

    type: Literal["predictive"]
    comfort: Comfort = Field(default=Comfort.BALANCED, strict=False)
    """How much waiting is worth against heat: frugal, thrifty, balanced, comfortable or lavish."""
    fill_s: float | None = Field(default=None, ge=8, le=600)
    """Pump time until hot water has reached the far end, in s; learned when not given."""

    def strategy(self, topology: Topology) -> AnyStrategy:
        """Return the strategy as the core knows it."""
        fill_ms = None if self.fill_s is None else to_ms(self.fill_s)
        return Predictive(comfort=self.comfort, fill_ms=fill_ms, rule=_rule(topology, None, None))


class FreezeForm(ShadowForm):
    """Sends hot water round while a pipe is in danger of frost; also when the mode is off, not in service."""

    type: Literal["freeze"]
    on_below_c: float = Field(default=3.0, ge=1, le=10)
    """Starts below this reading of any sensor, in C."""
    off_above_c: float = Field(default=8.0, ge=2, le=20)
    """Has done its work at this reading, in C; at least 0.5 above ``on_below_c``."""
    most_s: float = Field(default=1_800, ge=60, le=1_800)
    """Longest run, in s."""
    every_s: float = Field(default=3_600, ge=3_600, le=86_400)
    """Shortest time from start to start, in s."""

    @model_validator(mode="after")
    def _on_below_off(self) -> "FreezeForm":
        if self.off_above_c < self.on_below_c + _LEAST_DEADBAND_K:
            raise complain(
                f"on_below_c {self.on_below_c:g} must be at least {_LEAST_DEADBAND_K} below off_above_c {self.off_above_c:g}",
                "such as on_below_c: 3 and off_above_c: 8",
            )
        return self

    def strategy(self, topology: Topology) -> AnyStrategy:  # noqa: ARG002 - every form is asked alike
        """Return the strategy as the core knows it."""
        band = Deadband(on_below_c=self.on_below_c, off_above_c=self.off_above_c)
        return Freeze(band, to_ms(self.most_s), to_ms(self.every_s))


class ExerciseForm(ShadowForm):
    """Turns a pump that has stood for long, so that it does not seize; also when the mode is off, not in service."""

    type: Literal["exercise"]
    still_h: float = Field(default=168, ge=24, le=2_160)
    """Standstill after which it is turned, in h."""
    run_s: float = Field(default=10, ge=2, le=15)
    """For so long, in s."""

    def strategy(self, topology: Topology) -> AnyStrategy:  # noqa: ARG002 - every form is asked alike
        """Return the strategy as the core knows it."""
        return Exercise(still_ms=to_ms(self.still_h * 3_600), run_ms=to_ms(self.run_s))


class HygieneForm(ShadowForm):
    """Exchanges the water in the loop when it has stood for long."""

    type: Literal["hygiene"]
    still_h: float = Field(default=72, ge=4, le=720)
    """Standstill after which the water is exchanged, in h."""
    flush_s: float = Field(default=300, ge=30, le=1_800)
    """Longest flush, in s; it ends when hot water has come round."""
    stop_at_c: float | None = Field(default=None, ge=20, le=60)
    """Hot water has come round at this reading of the return (cold_return: of the cold line), in C; 38 by default."""
    rise_k: float | None = Field(default=None, ge=1, le=30)
    """... or when it rose by so much in the run, in K; by default 5, with cold_return 3.3."""

    def strategy(self, topology: Topology) -> AnyStrategy:
        """Return the strategy as the core knows it."""
        rule = _rule(topology, self.stop_at_c, self.rise_k)
        return Hygiene(to_ms(self.still_h * 3_600), to_ms(self.flush_s), rule=rule)


class DisinfectionForm(ShadowForm):
    """Runs along with the heater's weekly disinfection, for the whole of its time."""

    type: Literal["disinfection"]
    windows: list[WindowForm] = Field(min_length=1, max_length=50)
    """When the heater is hot for it."""
    run_s: float = Field(default=1_800, ge=60, le=1_800)
    """For so long, in s."""

    def strategy(self, topology: Topology) -> AnyStrategy:  # noqa: ARG002 - every form is asked alike
        """Return the strategy as the core knows it."""
        return Disinfection(_windows(self.windows), to_ms(self.run_s))


class ReadyByForm(ShadowForm):
    """Hot at a tap by a time of day."""

    type: Literal["ready_by"]
    by: str = Field(json_schema_extra={"pattern": f"^{_TIME.pattern}$"})
    """The time, such as "06:50"."""
    days: list[Day] | DayGroup = "every_day"
    """Days: a list such as [mon, tue], or weekdays, weekend, every_day."""
    fixture: str = ""
    """Where."""
    fill_s: float | None = Field(default=None, ge=5, le=1_800)
    """How long a run from cold takes until it is hot there, in s; by default what the loop's own runs have taught."""
    margin_s: float = Field(default=120, ge=0, le=1_800)
    """So much earlier, in s."""
    stop_at_c: float | None = Field(default=None, ge=20, le=60)
    """Hot water has come round at this reading of the return (cold_return: of the cold line), in C; 38 by default."""
    rise_k: float | None = Field(default=None, ge=1, le=30)
    """... or when it rose by so much in the run, in K; by default 5, with cold_return 3.3."""

    _known_days = field_validator("days", mode="before")(_known_days)

    @field_validator("by", mode="before")
    @classmethod
    def _clock_time(cls, text: object) -> object:
        if not isinstance(text, str) or not _TIME.fullmatch(text):
            raise complain(
                f"must be a time from 00:00 to 23:59, not {text!r:.40}", 'write HH:MM, such as "06:50"'
            )
        return text

    def strategy(self, topology: Topology) -> AnyStrategy:
        """Return the strategy as the core knows it."""
        minute = _minute(self.by)
        return ReadyBy(
            by=(Window(minute, minute + 1, _days(self.days)),),
            fixture=self.fixture,
            fill_ms=None if self.fill_s is None else to_ms(self.fill_s),
            margin_ms=to_ms(self.margin_s),
            rule=_rule(topology, self.stop_at_c, self.rise_k),
        )


StrategyForm: TypeAlias = Annotated[
    OnDemandForm
    | TimedForm
    | AquastatForm
    | CheckValveForm
    | FreezeForm
    | ExerciseForm
    | HygieneForm
    | DisinfectionForm
    | PredictiveForm
    | ReadyByForm,
    Field(discriminator="type"),
]


def _windows(forms: list[WindowForm]) -> tuple[Window, ...]:
    return tuple(form.window() for form in forms)


def _rule(topology: Topology, stop_at_c: float | None, rise_k: float | None) -> StopRule:
    rule = StopRule()
    if topology is Topology.COLD_RETURN:
        return StopRule(cold_stop_c=stop_at_c or rule.cold_stop_c, cold_rise_k=rise_k or rule.cold_rise_k)
    return StopRule(warm_c=stop_at_c or rule.warm_c, rise_k=rise_k or rule.rise_k)
