"""The JSON that goes in and out."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from controller.core.events import Mode
from controller.core.leases import LeaseClass
from controller.core.plumbing import Topology
from controller.core.reason import Value
from controller.devices.energy import MOST_PRICE, MOST_W
from controller.storage.notebook import when
from controller.storage.timeline import DrawsMark, RunsMark
from controller.views import PumpState

MAX_MINUTES: Final = 5.0
"""Longest run a person may ask for: the cap of demand runs."""


class Out(BaseModel):
    """Base of everything that goes out."""

    model_config = ConfigDict(from_attributes=True)


class Problem(BaseModel):
    """An error as RFC 9457 (application/problem+json) describes it, with a cure."""

    type: str = Field(description="Names the kind of problem; `about:blank` never occurs.")
    title: str = Field(description="The kind of problem in a few words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong this time.")
    cure: str = Field(description="What to do about it.")
    instance: str | None = Field(default=None, description="Path of the request.")
    errors: list[dict[str, str]] | None = Field(
        default=None, description="Every value that was refused: where, message, value."
    )
    known: list[str] | None = Field(default=None, description="The names that exist.")


class PreheatIn(BaseModel):
    """A wish for hot water. Both parts may be left out, and so may the whole body."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"fixture": "shower", "minutes": 5}]}
    )

    fixture: Annotated[str | None, Field(strict=True, min_length=1, max_length=100)] = Field(
        default=None, description="Where hot water is wanted; left out: the whole loop."
    )
    minutes: Annotated[float | None, Field(strict=True, gt=0, le=MAX_MINUTES, allow_inf_nan=False)] = Field(
        default=None, description="Run for so long; left out: run until hot."
    )


class ModeBody(BaseModel):
    """What the householder lets the controller do."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"mode": "auto"}]})

    mode: Mode = Field(
        description="auto: every strategy runs; manual: only people start the pump; off: it does not run."
    )


class ReasonOut(Out):
    """Why: a code for machines, its values, and a sentence for people."""

    code: str = Field(examples=["hot_arrived"])
    sentence: str = Field(
        description="In the language asked for, without a full stop.",
        examples=["hot water has arrived: the return sensor reads 41.0 °C"],
    )
    values: dict[str, Value] = Field(description="The values in the sentence, units in the names.")


class TemperatureOut(Out):
    """One temperature sensor."""

    sensor: str = Field(description="Its role: supply, return, far_end or cold_line.", examples=["return"])
    value_c: float | None = Field(description="Last value in C; null before the first.")
    age_s: float | None = Field(description="Seconds since it came in; null when unknown.")
    fresh: bool = Field(description="The controller trusts the value now.")


class RunOut(Out):
    """The run going on."""

    started_at: datetime
    elapsed_s: float = Field(description="Seconds of house time since the start.")
    by: str = Field(description="Strategy that started it.", examples=["on_demand"])
    who: str | None = Field(description="The person or thing that asked; null when nobody did.")
    fixture: str | None = Field(description="Where hot water is wanted; null for the whole loop.")
    reason: ReasonOut


class FaultOut(Out):
    """Something is wrong and someone should know."""

    code: str
    since: datetime
    reason: ReasonOut


class LeaseOut(Out):
    """What ends a run when the controller dies."""

    lease_class: LeaseClass = Field(
        description="A takes a lease with every ON, B has a fixed auto-off, C has nothing."
    )
    verified: bool | None = Field(
        description="The switch told that it keeps it; false: it told otherwise; null: it has not told."
    )
    unattended: bool = Field(description="Automatic runs are allowed.")
    warning: ReasonOut | None = Field(description="What its owner should know; null when all is well.")


class FixtureOut(Out):
    """How hot the water at one fixture probably is: never measured there, always estimated."""

    name: str
    hot: bool | None = Field(
        description="Hot water stands at its tee; null when neither yes nor no is likely enough to say."
    )
    hot_chance: float = Field(description="Chance of that, 0 to 1.")
    estimate_c: float = Field(description="Temperature of the water in the loop at its tee, in C.")
    uncertainty_c: float = Field(description="Standard deviation of that, in K.")
    wait_s: float = Field(description="Seconds that a tap opened now would probably take until it is hot.")
    wait_low_s: float = Field(description="It will hardly take less: one time in ten.")
    wait_high_s: float = Field(description="It will hardly take more: one time in ten.")
    ready_in_s: float | None = Field(
        description="While the pump runs: seconds until hot water reaches the tee, 0 when it is there; null at rest."
    )


class NextRunOut(Out):
    """The next run that nobody asks for."""

    at: datetime
    by: str = Field(description="Strategy that will start it.", examples=["predictive"])
    chance: float | None = Field(
        description="Chance that it comes to it then, because nobody draws before; null when it goes by the clock."
    )


class LoopOut(Out):
    """One loop at one moment."""

    name: str
    topology: Topology
    fixtures: list[str] = Field(description="Near to far.")
    pump: PumpState = Field(description="What the pump's switch told; never the wish.")
    commanded: bool = Field(description="What the controller ordered.")
    pump_online: bool
    temperatures: list[TemperatureOut]
    run: RunOut | None = Field(description="The run going on; null while the pump rests.")
    reason: ReasonOut = Field(description="Why the pump is running or resting now.")
    by: str = Field(description="Strategy that spoke last; empty when the supervisor did.")
    waiting: list[str] = Field(description="Who asked for hot water and has not got it yet.")
    strategies: list[str] = Field(description="Highest priority first.")
    faults: list[FaultOut]
    lease: LeaseOut
    power_w: float | None = Field(description="What the pump draws, in W; null when it is not measured.")
    next_window_at: datetime | None = Field(
        description="When a weekly window opens next; null without windows or while the clock is not set."
    )
    next_run: NextRunOut | None = Field(
        description="The next run that nobody asks for; null when none can be foreseen."
    )
    estimates: list[FixtureOut] = Field(description="Is it hot yet? For every fixture, near to far.")


class EnergyOut(Out):
    """What energy says to automatic runs for comfort; people never wait for it."""

    price: float | None = Field(description="Price of a kilowatt hour that counts now; null when not known.")
    surplus_w: float | None = Field(
        description="Power that the house would give away, in W; null when not known."
    )
    shut: ReasonOut | None = Field(description="Why such runs may not start now; null when they may.")


class EnergyIn(BaseModel):
    """What energy costs now, or what the house would give away; what is left out is not touched."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"price": 0.24}]})

    price: Annotated[float | None, Field(strict=True, ge=-MOST_PRICE, le=MOST_PRICE, allow_inf_nan=False)] = (
        Field(default=None, description="Price of a kilowatt hour; it holds for three hours.")
    )
    surplus_w: Annotated[float | None, Field(strict=True, ge=-MOST_W, le=MOST_W, allow_inf_nan=False)] = (
        Field(default=None, description="Power to give away, in W; it holds for ten minutes.")
    )


class StateOut(Out):
    """The whole service at one moment."""

    name: str = Field(description="Name of the house.")
    version: str
    at: datetime | None = Field(description="Local time of the house; null while its clock is not trusted.")
    speed: float = Field(description="How much faster than real time its clock runs (1 except in the demo).")
    mode: Mode
    broker_connected: bool
    storage_ok: bool = Field(description="History is being kept.")
    loops: list[LoopOut]
    energy: EnergyOut | None = Field(
        description="What energy says to automatic runs; null where it has no say."
    )


class AnswerOut(Out):
    """What became of a wish."""

    accepted: bool = Field(description="It is being fulfilled, or will be as soon as its reason allows.")
    loop: str
    request_id: str = Field(description="Ask again with it as Idempotency-Key and it is the same wish.")
    running: bool = Field(description="The pump has been ordered to run.")
    reason: ReasonOut = Field(description="Why it runs, waits or was refused.")


class StopOut(Out):
    """What STOP did to each loop."""

    answers: list[AnswerOut]


class RunRecordOut(Out):
    """One run of the history, or one refusal."""

    id: int = Field(description="Grows with time.")
    loop: str
    started_at: datetime
    ended_at: datetime | None = Field(description="null while it goes on, or when the controller died in it.")
    by: str
    who: str | None
    fixture: str | None
    start_reason: ReasonOut
    stop_reason: ReasonOut | None
    refused: bool = Field(description="The pump was not started at all.")
    start_c: dict[str, float] = Field(description="Temperatures by sensor at the start, in C.")
    end_c: dict[str, float] = Field(description="Temperatures by sensor at the end, in C.")


class RunsOut(Out):
    """A page of the history, newest first."""

    runs: list[RunRecordOut]
    next: str | None = Field(
        description="Relative link to the next, older page; null on the last.",
        examples=["?limit=50&before=17"],
    )


class PointOut(Out):
    """A temperature at a time."""

    at: datetime
    value_c: float


class SeriesOut(Out):
    """The temperatures of one sensor, oldest first."""

    sensor: str
    points: list[PointOut]


class TemperaturesOut(Out):
    """Temperatures of a loop over a span of time."""

    loop: str
    since: datetime
    until: datetime
    series: list[SeriesOut]


class RunsMarkOut(Out):
    """One run, or several with hardly a gap between them."""

    since: datetime
    until: datetime | None = Field(description="null while it goes on; `since` where its end was not seen.")
    runs: int = Field(description="So many runs.")
    ran_s: float = Field(description="Pump time of all of them.")

    @classmethod
    def of(cls, mark: RunsMark) -> "RunsMarkOut":
        """Return a mark as it goes out."""
        until = None if mark.until_ms is None else when(mark.until_ms)
        return cls(since=when(mark.since_ms), until=until, runs=mark.runs, ran_s=mark.ran_ms / 1000)


class DrawsMarkOut(Out):
    """One draw, or several close together."""

    at: datetime
    draws: int = Field(description="So many draws.")
    hot: float = Field(description="How many of them probably found hot water: a sum of chances.")
    wait_s: float = Field(description="Mean wait for it, in seconds, as estimated.")

    @classmethod
    def of(cls, mark: DrawsMark) -> "DrawsMarkOut":
        """Return a mark as it goes out."""
        return cls(
            at=when(mark.utc_ms), draws=mark.draws, hot=round(mark.hot, 2), wait_s=round(mark.wait_s, 1)
        )


class TimelineOut(Out):
    """Runs and draws of a loop over a span of time, oldest first."""

    loop: str
    since: datetime
    until: datetime
    runs: list[RunsMarkOut]
    draws: list[DrawsMarkOut] = Field(description="Draws that were seen; empty where none can be seen.")


class HealthOut(Out):
    """Whether all is well, and a sentence for each part."""

    ok: bool
    parts: dict[str, str] = Field(examples=[{"broker": "connected", "storage": "keeping history"}])
