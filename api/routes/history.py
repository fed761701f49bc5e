"""What was: runs with their reasons, and temperatures."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, AwareDatetime

from api.deps import Facade, FacadeDep, LanguageDep
from api.errors import INVALID, NO_HISTORY, UNKNOWN_LOOP, ProblemError, responses
from api.present import record_out
from api.schemas import PointOut, RunsOut, SeriesOut, TemperaturesOut

router = APIRouter(tags=["history"])

MOST_RUNS: Final = 500
MOST_POINTS: Final = 10_000
LONGEST_SPAN: Final = timedelta(days=366)
YEARS: Final = range(2000, 2200)


def _sane(when: datetime) -> datetime:
    if when.year not in YEARS:
        raise ValueError(f"the year must lie within {YEARS[0]} to {YEARS[-1]}")
    return when


When = Annotated[AwareDatetime, AfterValidator(_sane)]
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


@router.get(
    "/temperatures",
    summary="Temperatures over a span of time",
    responses=responses(INVALID, NO_HISTORY, UNKNOWN_LOOP),
)
async def temperatures(
    facade: FacadeDep,
    loop: LoopName = None,
    since: Annotated[When | None, Query(description="Left out: an hour before `until`.")] = None,
    until: Annotated[When | None, Query(description="Left out: now.")] = None,
    max_points: Annotated[
        int, Query(ge=2, le=MOST_POINTS, description="Most points to return, all sensors together.")
    ] = 1_000,
) -> TemperaturesOut:
    """Every sensor of one loop, oldest first, thinned evenly when there are more than `max_points`."""
    name = _known(facade, loop)
    end = until or facade.view().at or datetime.now(UTC)
    start = since or end - timedelta(hours=1)
    _check_span(start, end)
    series: dict[str, list[PointOut]] = {}
    for at, sensor, value_c in await facade.temperatures(
        loop=name, since=start, until=end, max_points=max_points
    ):
        series.setdefault(sensor, []).append(PointOut(at=at, value_c=value_c))
    lines = [SeriesOut(sensor=sensor, points=points) for sensor, points in series.items()]
    return TemperaturesOut(loop=name, since=start, until=end, series=lines)


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
