"""What people change on the page: schedules, comfort, quiet hours and days away; and what the house is made of."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Header, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.deps import FacadeDep, WhoDep
from api.errors import (
    CHANGED_MEANWHILE,
    INVALID,
    NO_FILE,
    NO_MATCH,
    SENDING,
    UNAVAILABLE,
    UNKNOWN_LOOP,
    ProblemError,
    responses,
)
from api.settings_store import SettingsStale, SettingsStore
from controller.core.errors import ConfigError
from controller.strategies.predictive import Comfort

router = APIRouter(tags=["settings"])

DayWord = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
GroupWord = Literal["every_day", "weekdays", "weekend"]
_Text = Annotated[str, Field(max_length=40)]


class WindowIO(BaseModel):
    """A weekly window in local time."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={"examples": [{"days": "weekdays", "from": "06:30", "to": "08:15"}]},
    )

    days: Annotated[list[DayWord], Field(max_length=7)] | GroupWord = "every_day"
    start: _Text = Field(alias="from", description="HH:MM, or by the sun such as sunset-00:30.")
    end: _Text = Field(alias="to", description="HH:MM up to 24:00; earlier than from: on the next day.")


class DatesIO(BaseModel):
    """Days away, the last one included."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    start: _Text = Field(alias="from", examples=["2026-07-01"])
    end: _Text = Field(alias="to", examples=["2026-07-14"])


class ExceptionIO(DatesIO):
    """Days with windows of their own, or with none: a holiday, a day at home."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={"examples": [{"from": "2026-12-24", "to": "2026-12-26", "windows": []}]},
    )

    windows: Annotated[list[WindowIO], Field(max_length=50)] = Field(
        default_factory=list, description="What holds on these days; none means that nothing does."
    )


class ScheduleIO(BaseModel):
    """The windows of one strategy."""

    type: str = Field(examples=["timed"])
    windows: list[WindowIO]
    exceptions: list[ExceptionIO] | None = Field(
        description="Dates with windows of their own; null where the strategy knows none."
    )


class ThresholdIO(BaseModel):
    """Between which temperatures the aquastat keeps its sensor."""

    model_config = ConfigDict(extra="forbid")

    on_below_c: float = Field(ge=15, le=60, allow_inf_nan=False, description="Switches on below this.")
    off_above_c: float = Field(ge=16, le=65, allow_inf_nan=False, description="Switches off at this.")


class LoopSettingsOut(BaseModel):
    """What can be changed of one loop."""

    name: str
    schedules: list[ScheduleIO] = Field(description="One for each strategy that has windows, in their order.")
    comfort: str | None = Field(description="Of the strategy predictive; null without one.")
    threshold: ThresholdIO | None = Field(description="Of the strategy aquastat; null without one.")
    quiet: list[WindowIO] = Field(description="When only people start the pump.")
    away: list[DatesIO] = Field(description="Days away from home: the same holds.")


class HeatOut(BaseModel):
    """What heat costs, as the section energy of the file says."""

    price: float = Field(description="Price of a kilowatt hour of heat.", examples=[0.12])
    currency: str = Field(description="Three letters.", examples=["EUR"])


class SettingsOut(BaseModel):
    """What can be changed on the page. The ETag names this state of the file."""

    loops: list[LoopSettingsOut]
    heat: HeatOut | None = Field(default=None, description="null where the file gives heat no price.")


class LoopSettingsIn(BaseModel):
    """What is to change; what is left out stays."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"comfort": "comfortable"}, {"away": []}]}
    )

    schedules: Annotated[
        list[Annotated[list[WindowIO], Field(max_length=50)]] | None, Field(max_length=20)
    ] = Field(default=None, description="The windows of each strategy that has some, in their order.")
    exceptions: Annotated[
        list[Annotated[list[ExceptionIO], Field(max_length=100)] | None] | None, Field(max_length=20)
    ] = Field(default=None, description="The dated exceptions of the same strategies, in the same order.")
    comfort: Comfort | None = None
    threshold: ThresholdIO | None = None
    quiet: Annotated[list[WindowIO] | None, Field(max_length=50)] = None
    away: Annotated[list[DatesIO] | None, Field(max_length=100)] = None


@router.get("/settings", summary="What can be changed on the page", responses=responses(NO_FILE))
async def settings(request: Request, response: Response) -> SettingsOut:
    """Schedules, comfort, quiet hours and days away, as the configuration file says."""
    etag, values = await asyncio.to_thread(_store(request).read)
    response.headers["ETag"] = etag
    return SettingsOut.model_validate(values)


@router.put(
    "/settings/loops/{loop}",
    summary="Change a loop's schedules, comfort, threshold, quiet hours or days away",
    responses=responses(*SENDING, NO_FILE, UNKNOWN_LOOP, CHANGED_MEANWHILE, NO_MATCH, UNAVAILABLE),
)
async def change(
    request: Request,
    response: Response,
    facade: FacadeDep,
    who: WhoDep,
    loop: Annotated[str, Path(max_length=100)],
    wish: Annotated[LoopSettingsIn, Body()],
    if_match: Annotated[str | None, Header(max_length=100, description="The ETag of GET settings.")] = None,
) -> SettingsOut:
    """Write it into the configuration file, comments kept, and go on by it at once. Needs If-Match.

    Nothing but this takes effect: limits and devices hold from one start to the next.
    """
    store = _store(request)
    known = [each.name for each in facade.view().loops]
    if loop not in known:
        raise ProblemError(UNKNOWN_LOOP, f"there is no loop {loop!r:.60}", known=known)
    if if_match is None:
        raise ProblemError(NO_MATCH, "say with If-Match which state of the settings this changes")
    values = wish.model_dump(mode="json", by_alias=True, exclude_unset=True)
    try:
        etag, after = await asyncio.to_thread(store.write, loop, values, if_match)
    except SettingsStale as error:
        raise ProblemError(CHANGED_MEANWHILE, "the settings were changed meanwhile") from error
    except ConfigError as error:
        errors = [_refused(problem.where, problem.message, problem.cure) for problem in error.problems[:20]]
        raise ProblemError(INVALID, errors[0]["message"], errors=errors) from error
    store.apply(who)
    response.headers["ETag"] = etag
    return SettingsOut.model_validate(after)


def _refused(where: str, message: str, cure: str) -> dict[str, str]:
    return {"where": where, "message": f"{message} ({cure})" if cure else message, "value": ""}


def _store(request: Request) -> SettingsStore:
    store: SettingsStore | None = request.app.state.store
    if store is None:
        raise ProblemError(NO_FILE, "the service runs without a configuration file")
    return store
