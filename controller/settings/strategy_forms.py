"""What a user writes about strategies that serve comfort, and the list of all forms."""

from dataclasses import replace
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, field_validator, model_validator

from controller.core.civil import Window
from controller.core.clock import to_ms
from controller.core.plumbing import Topology
from controller.safety.limits import CEILINGS
from controller.settings.form import complain
from controller.settings.strategy_form import ShadowForm, stop_rule
from controller.settings.threshold_forms import AquastatForm, DeltaTForm
from controller.settings.trigger_forms import TriggerForm
from controller.settings.upkeep_forms import DisinfectionForm, ExerciseForm, FreezeForm, HygieneForm
from controller.settings.window_forms import (
    TIME_OF_DAY,
    Day,
    DayGroup,
    ExceptionForm,
    SunPlaceForm,
    SunWindowForm,
    WindowForm,
    known_days,
    minute_of,
    weekdays,
    windows,
)
from controller.strategies.check_valve import CheckValve
from controller.strategies.on_demand import OnDemand
from controller.strategies.predictive import Comfort, Predictive
from controller.strategies.ready_by import ReadyBy
from controller.strategies.registry import AnyStrategy
from controller.strategies.timed import Timed

_COLD_LINE_MOST_C: Final = CEILINGS["cold_line_c"][1]


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
        return OnDemand(stop_rule(topology, self.stop_at_c, self.rise_k), triggers)


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
            rule=stop_rule(topology, self.stop_at_c, self.rise_k),
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
            windows=windows(self.windows),
            pause_ms=to_ms(self.pause_s),
            rule=stop_rule(topology, self.stop_at_c, self.rise_k),
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
        return Predictive(comfort=self.comfort, fill_ms=fill_ms, rule=stop_rule(topology, None, None))


class ReadyByForm(ShadowForm):
    """Hot at a tap by a time of day."""

    type: Literal["ready_by"]
    by: str = Field(json_schema_extra={"pattern": f"^{TIME_OF_DAY.pattern}$"})
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

    _known_days = field_validator("days", mode="before")(known_days)

    @field_validator("by", mode="before")
    @classmethod
    def _clock_time(cls, text: object) -> object:
        if not isinstance(text, str) or not TIME_OF_DAY.fullmatch(text):
            raise complain(
                f"must be a time from 00:00 to 23:59, not {text!r:.40}", 'write HH:MM, such as "06:50"'
            )
        return text

    def strategy(self, topology: Topology) -> AnyStrategy:
        """Return the strategy as the core knows it."""
        minute = minute_of(self.by)
        return ReadyBy(
            by=(Window(minute, minute + 1, weekdays(self.days)),),
            fixture=self.fixture,
            fill_ms=None if self.fill_s is None else to_ms(self.fill_s),
            margin_ms=to_ms(self.margin_s),
            rule=stop_rule(topology, self.stop_at_c, self.rise_k),
        )


StrategyForm: TypeAlias = Annotated[
    OnDemandForm
    | TimedForm
    | AquastatForm
    | DeltaTForm
    | CheckValveForm
    | FreezeForm
    | ExerciseForm
    | HygieneForm
    | DisinfectionForm
    | PredictiveForm
    | ReadyByForm,
    Field(discriminator="type"),
]
