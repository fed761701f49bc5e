"""What was learned of the household, and what each day brought."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Body, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.csv import as_csv
from api.deps import Facade, FacadeDep, WhoDep
from api.errors import INVALID, LEARNS_NOTHING, SENDING, UNAVAILABLE, UNKNOWN_LOOP, ProblemError, responses
from api.schemas import Out

router = APIRouter(tags=["habits"])

Loop = Annotated[str, Path(max_length=100, description="Name of the loop.")]
DAY_COLUMNS: Final = [
    "date",
    "runs",
    "run_s",
    "refused",
    "draws",
    "hot_share",
    "wait_s",
    "none_hot_low",
    "none_hot_high",
    "none_wait_s",
    "heat_low_kwh",
    "heat_high_kwh",
    "always_low_kwh",
    "always_high_kwh",
    "saved_low_l",
    "saved_high_l",
]


class ComfortOut(Out):
    """What one step of comfort would bring in this house."""

    comfort: str = Field(examples=["balanced"])
    hot_share: float = Field(description="Share of draws that would find hot water.")
    fills_per_day: float = Field(description="Heat for circulation, in fills of a cold supply.")
    share_off: float = Field(description="How far the share may be off, one standard deviation.")
    fills_off: float = Field(description="How far the fills may be off, as a share of them.")


class HabitsOut(Out):
    """What one loop has learned."""

    paused: bool = Field(description="Nothing is learned at the moment.")
    comfort: str = Field(description="The step chosen; empty while the strategy only learns.")
    week: list[list[float]] = Field(
        description="Draws expected per hour: seven days from Monday, 48 half hours."
    )
    options: list[ComfortOut]
    foretold: list[tuple[float, float, float]] = Field(
        description="For each tenth of chance: forecasts of half an hour, mean chance told, share that came true."
    )
    runs: int = Field(description="Predictive runs judged.")
    useful: int = Field(description="Those after which somebody drew while the pipe was hot.")
    fill_s: float | None = Field(description="Pump time of a fill; null until learned.")
    hot_s: float = Field(description="How long the pipe stays hot after a fill.")
    draws: float = Field(description="Draws seen.")
    fill_kwh: tuple[float, float] = Field(description="Heat of a fill: at least and at most.")


class DayOut(Out):
    """One day, beside doing nothing and circulating always; ranges where nobody measures."""

    date: str = Field(examples=["2026-01-05"])
    runs: int
    run_s: float
    refused: int
    draws: int = Field(description="Draws seen; 0 where none can be seen.")
    hot_share: float | None = Field(description="Share that probably found hot water.")
    wait_s: float | None = Field(description="Mean wait.")
    none_hot_share: tuple[float, float] | None = Field(description="The same share without recirculation.")
    none_wait_s: float | None
    heat_kwh: tuple[float, float] = Field(description="Heat for circulation: at least and at most.")
    always_kwh: tuple[float, float] = Field(description="The same for a loop kept hot day and night.")
    saved_l: tuple[float, float] | None = Field(description="Water that nobody had to run off.")


class HygieneOut(Out):
    """How long water has stood in a loop; what stands in a fixture's own pipe nobody measures."""

    exchanged_at: datetime | None = Field(
        description="When a run last exchanged the loop's water; null when none has, as far as is known."
    )
    still_s: float = Field(description="Time since then, or since the controller first looked.")
    longest_still_s: float = Field(description="The longest time that it has stood.")
    drawn_at: datetime | None = Field(description="When a draw was last seen; null where none can be seen.")
    off_h: float = Field(description="Hours without the pump within the last 24; large systems: 8 at most.")
    hot_return_at: datetime | None = Field(
        description="When the return last reached 55 C; null when it never has."
    )


class LearningIO(BaseModel):
    """Whether habits are learned."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"paused": True}]})

    paused: bool = Field(strict=True)


@router.get(
    "/loops/{loop}/habits",
    summary="What was learned of the household",
    responses=responses(INVALID, UNKNOWN_LOOP, LEARNS_NOTHING),
)
async def habits(facade: FacadeDep, loop: Loop) -> HabitsOut:
    """The learned week, how well it foretells, and what each step of comfort would bring."""
    return HabitsOut.model_validate(await _learning(facade, loop))


@router.put(
    "/loops/{loop}/learning",
    summary="Pause the learning of habits, or go on",
    responses=responses(*SENDING, UNKNOWN_LOOP, LEARNS_NOTHING, UNAVAILABLE),
)
async def pause(
    facade: FacadeDep, who: WhoDep, loop: Loop, wish: Annotated[LearningIO, Body()]
) -> LearningIO:
    """For guests and works in the house: what is known stays and is used, and nothing is added. Survives a restart."""
    await _learning(facade, loop)
    facade.pause_learning(loop, paused=wish.paused, who=who)
    await _keep(facade)
    return wish


@router.delete(
    "/loops/{loop}/learning",
    status_code=204,
    summary="Forget what was learned",
    responses=responses(*SENDING, UNKNOWN_LOOP, LEARNS_NOTHING, UNAVAILABLE),
)
async def forget(facade: FacadeDep, who: WhoDep, loop: Loop) -> None:
    """Begin anew with the household that nobody knows. What was learned of the pipes stays; so does the history."""
    await _learning(facade, loop)
    facade.forget(loop, who=who)
    await _keep(facade)


@router.get(
    "/loops/{loop}/hygiene",
    summary="How long water has stood in the loop",
    responses=responses(INVALID, UNKNOWN_LOOP),
)
async def hygiene(facade: FacadeDep, loop: Loop) -> HygieneOut:
    """The last exchange, the longest standstill, hours without the pump, and whether the return was hot: the hygiene ledger."""
    _known(facade, loop)
    return HygieneOut.model_validate(facade.hygiene(loop))


@router.get("/loops/{loop}/days", summary="What each day brought", responses=responses(INVALID, UNKNOWN_LOOP))
async def days(facade: FacadeDep, loop: Loop) -> list[DayOut]:
    """Runs, draws, comfort and heat of each day, the oldest first, at most 400 of them."""
    _known(facade, loop)
    return [DayOut.model_validate(day) for day in facade.days(loop)]


@router.get(
    "/loops/{loop}/days.csv",
    summary="The same for a spreadsheet",
    response_class=Response,
    responses=responses(INVALID, UNKNOWN_LOOP),
)
async def days_csv(facade: FacadeDep, loop: Loop) -> Response:
    """Comma-separated values, UTF-8, one row for each day."""
    _known(facade, loop)
    rows = [
        (
            *(day.date, day.runs, round(day.run_s), day.refused, day.draws, day.hot_share, day.wait_s),
            *(day.none_hot_share or (None, None)),
            *(day.none_wait_s, *day.heat_kwh, *day.always_kwh),
            *(day.saved_l or (None, None)),
        )
        for day in facade.days(loop)
    ]
    return as_csv(DAY_COLUMNS, rows, f"days-{loop}.csv")


def _known(facade: Facade, loop: str) -> None:
    known = [each.name for each in facade.view().loops]
    if loop not in known:
        raise ProblemError(UNKNOWN_LOOP, f"there is no loop {loop!r:.60}", known=known)


async def _learning(facade: Facade, loop: str) -> object:
    _known(facade, loop)
    found = await facade.habits(loop)
    if found is None:
        raise ProblemError(LEARNS_NOTHING, f"{loop} has no strategy that learns")
    return found


async def _keep(facade: Facade) -> None:
    if not await facade.kept():
        raise ProblemError(UNAVAILABLE, "it holds, but could not be written to the disk")
