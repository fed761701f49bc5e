"""What was: runs with their reasons, and temperatures."""

import re
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from api import csv
from api.deps import Facade, FacadeDep, LanguageDep, TurnsDep
from api.errors import INVALID, NO_HISTORY, UNKNOWN_LOOP, ProblemError, responses
from api.language import sentence
from api.present import record_out
from api.schemas import DrawsMarkOut, PointOut, RunsMarkOut, RunsOut, SeriesOut, TemperaturesOut, TimelineOut
from api.turns import ANOTHER_FIRST, StreamInTurn
from controller.core.reason import Language
from controller.views import RunRecord

router = APIRouter(tags=["history"])

MOST_RUNS: Final = 500
MOST_POINTS: Final = 5_000
MOST_MARKS: Final = 5_000
LONGEST_SPAN: Final = timedelta(days=366)
YEARS: Final = range(2000, 2200)
_NUMBER: Final = re.compile(r"\s*[-+]?[\d.]+([eE][-+]?\d+)?\s*")


def _sane(when: datetime) -> datetime:
    if when.year not in YEARS:
        raise ValueError(f"the year must lie within {YEARS[0]} to {YEARS[-1]}")
    return when


def _dated(when: object) -> object:
    """Refuse seconds since 1970: the document says a date and time, and a number without a unit is easily a mistake."""
    if isinstance(when, str) and _NUMBER.fullmatch(when):
        raise ValueError("must be a date and a time with its zone, such as 2026-01-05T12:00:00Z")
    return when


When = Annotated[AwareDatetime, BeforeValidator(_dated), AfterValidator(_sane)]
Since = Annotated[When | None, Query(description="Left out: an hour before `until`.")]
Until = Annotated[When | None, Query(description="Left out: now.")]
LoopName = Annotated[str | None, Query(max_length=100, description="Name of the loop.")]


@router.get(
    "/runs",
    summary="Runs and refusals, with reasons, newest first",
    responses=responses(INVALID, NO_HISTORY, UNKNOWN_LOOP),
)
async def runs(
    facade: FacadeDep,
    language: LanguageDep,
    limit: Annotated[int, Query(ge=1, le=MOST_RUNS, description="Most runs to return.")] = 50,
    before: Annotated[int | None, Query(ge=0, le=2**62, description="Only runs with a smaller id.")] = None,
    loop: LoopName = None,
) -> RunsOut:
    """One page of the history; `next` leads to the older ones."""
    if loop is not None:
        _known(facade, loop)
    records = await facade.runs(limit=limit + 1, before_id=before, loop=loop)
    page = records[:limit]
    more = {"limit": limit, "before": page[-1].id} | ({} if loop is None else {"loop": loop}) if page else {}
    return RunsOut(
        runs=[record_out(record, language) for record in page],
        next=f"?{urlencode(more)}" if len(records) > limit else None,
    )


RUN_COLUMNS: Final = [
    "id",
    "loop",
    "started_at",
    "ended_at",
    "seconds",
    "refused",
    "by",
    "who",
    "fixture",
    "start_code",
    "start_reason",
    "stop_code",
    "stop_reason",
]
MOST_CSV: Final = 100_000


@router.get(
    "/runs.csv",
    summary="Every run and refusal, for a spreadsheet",
    response_class=Response,
    responses=responses(INVALID, NO_HISTORY, UNKNOWN_LOOP, ANOTHER_FIRST),
)
async def runs_csv(
    facade: FacadeDep, language: LanguageDep, turns: TurnsDep, loop: LoopName = None
) -> Response:
    """Comma-separated values, UTF-8, newest first, at most 100 000 rows; for one reader at a time."""
    if loop is not None:
        _known(facade, loop)
    with ExitStack() as held:
        held.enter_context(turns.turn("the list of runs"))
        first = await facade.runs(limit=MOST_RUNS, before_id=None, loop=loop)
        pieces = _pages(facade, language, loop, first)
        return StreamInTurn(
            pieces, held.pop_all(), headers=csv.headers("runs.csv"), media_type=csv.MEDIA_TYPE
        )


async def _pages(
    facade: Facade, language: Language, loop: str | None, page: list[RunRecord]
) -> AsyncIterator[str]:
    """Yield a page when the one before is on its way: a reader who is slow costs one of them, and no more."""
    yield csv.lines([RUN_COLUMNS])
    told = 0
    while page:
        yield csv.lines(_row(record, language) for record in page)
        told += len(page)
        if len(page) < MOST_RUNS or told >= MOST_CSV:
            return
        page = await facade.runs(limit=MOST_RUNS, before_id=page[-1].id, loop=loop)


def _row(run: RunRecord, language: Language) -> tuple[object, ...]:
    ended, stop = run.ended_at, run.stop_reason
    return (
        *(run.id, run.loop, run.started_at.isoformat(), None if ended is None else ended.isoformat()),
        *(None if ended is None else round((ended - run.started_at).total_seconds(), 1), run.refused),
        *(run.by, run.who, run.fixture, run.start_reason.code.value, sentence(run.start_reason, language)),
        *((None, None) if stop is None else (stop.code.value, sentence(stop, language))),
    )


@router.get(
    "/temperatures",
    summary="Temperatures over a span of time",
    responses=responses(INVALID, NO_HISTORY, UNKNOWN_LOOP),
)
async def temperatures(
    facade: FacadeDep,
    loop: LoopName = None,
    since: Since = None,
    until: Until = None,
    max_points: Annotated[
        int, Query(ge=2, le=MOST_POINTS, description="Most points to return, all sensors together.")
    ] = 1_000,
) -> TemperaturesOut:
    """Every sensor of one loop, oldest first.

    When there are more than `max_points`, equal spans of time are told by their lowest and their highest value.
    """
    name = _known(facade, loop)
    start, end = _span(facade, since, until)
    series: dict[str, list[PointOut]] = {}
    for at, sensor, value_c in await facade.temperatures(
        loop=name, since=start, until=end, max_points=max_points
    ):
        series.setdefault(sensor, []).append(PointOut(at=at, value_c=value_c))
    lines = [SeriesOut(sensor=sensor, points=points) for sensor, points in series.items()]
    return TemperaturesOut(loop=name, since=start, until=end, series=lines)


@router.get(
    "/temperatures.csv",
    summary="The same for a spreadsheet",
    response_class=Response,
    responses=responses(INVALID, NO_HISTORY, UNKNOWN_LOOP),
)
async def temperatures_csv(
    facade: FacadeDep, loop: LoopName = None, since: Since = None, until: Until = None
) -> Response:
    """Comma-separated values, UTF-8, oldest first, one row for each value; beyond 5 000 the lowest and highest of equal spans."""
    name = _known(facade, loop)
    start, end = _span(facade, since, until)
    found = await facade.temperatures(loop=name, since=start, until=end, max_points=MOST_POINTS)
    rows = [(at.isoformat(), sensor, value_c) for at, sensor, value_c in found]
    return csv.as_csv(["at", "sensor", "value_c"], rows, f"temperatures-{name}.csv")


@router.get(
    "/timeline",
    summary="Runs and draws on the axis of time",
    responses=responses(INVALID, NO_HISTORY, UNKNOWN_LOOP),
)
async def timeline(
    facade: FacadeDep,
    loop: LoopName = None,
    since: Since = None,
    until: Until = None,
    most: Annotated[
        int, Query(ge=1, le=MOST_MARKS, description="Runs, and draws, to tell apart at most.")
    ] = 1_000,
) -> TimelineOut:
    """Every run and every draw of one loop over a span, oldest first; where they are dense, neighbours are told together."""
    name = _known(facade, loop)
    start, end = _span(facade, since, until)
    found = await facade.timeline(loop=name, since=start, until=end, most=most)
    return TimelineOut(
        loop=name,
        since=start,
        until=end,
        runs=[RunsMarkOut.of(mark) for mark in found.runs],
        draws=[DrawsMarkOut.of(mark) for mark in found.draws],
    )


def _span(facade: Facade, since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    end = until or facade.view().at or datetime.now(UTC)
    start = since or end - timedelta(hours=1)
    _check_span(start, end)
    return start, end


def _known(facade: Facade, loop: str | None) -> str:
    names = [each.name for each in facade.view().loops]
    if loop is None and names:
        return names[0]
    if loop not in names:
        raise ProblemError(
            UNKNOWN_LOOP,
            f"there is no loop {loop!r}; known loops: {', '.join(names) or 'none'}",
            known=names,
        )
    return loop


def _check_span(since: datetime, until: datetime) -> None:
    if since >= until:
        raise _refused("since", "must lie before until", since.isoformat())
    if until - since > LONGEST_SPAN:
        raise _refused("since", f"must lie at most {LONGEST_SPAN.days} days before until", since.isoformat())


def _refused(parameter: str, message: str, value: str | None) -> RequestValidationError:
    return RequestValidationError([{"loc": ("query", parameter), "msg": message, "input": value}])
