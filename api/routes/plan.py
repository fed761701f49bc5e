"""Plan: layouts that people draw up, and advice on them. The only route that has anything simulated, elsewhere."""

import asyncio
from pathlib import Path as FilePath
from tempfile import mkdtemp
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from api.deps import LanguageDep
from api.errors import INVALID, SENDING, Kind, ProblemError, responses
from api.phrases import said
from api.what_if.houses import NAME, Houses, NoSuchLayout, checked, drawn, text_of
from api.what_if.jobs import FILES, Busy, Planner, Status
from controller.core.errors import ConfigError, ZcwError
from controller.core.reason import Language
from simulator.catalogue import pipe_sizes

router = APIRouter(tags=["plan"], prefix="/plan")

NO_LAYOUT = Kind("no-layout", 404, "There is no such layout", "GET plan/layouts lists the names.")
NO_ADVICE = Kind(
    "no-advice", 404, "There is no advice yet", "POST plan/job, and wait until GET plan/job says done."
)
BUSY = Kind(
    "busy", 409, "An advice is being worked out already", "Wait for it, or cancel it with DELETE plan/job."
)
NOT_KEPT = Kind("not-kept", 507, "The layout was not kept", "Make room on the disk, or forget another one.")

HOUSEHOLD_NAMES = (
    "people-1", "people-2", "people-3", "people-4", "people-5", "people-6", "eu-s", "eu-m", "eu-l",
)  # fmt: skip
Tree = Annotated[dict[str, Any], Field(description="The values of a layout file (docs/layout.schema.json).")]
Name = Annotated[str, Path(pattern=NAME, description="Name of the layout.")]


class Names(BaseModel):
    """The layouts that there are, and what they can be made of."""

    shipped: list[str]
    own: list[str]
    sizes: list[str] = Field(description="Pipe sizes of the catalogue.")
    households: list[str]


class Trouble(BaseModel):
    """One thing that is wrong with a layout."""

    where: str = Field(description="Its place, such as hot[2].length_m; empty for the whole.")
    message: str
    cure: str


class Drawing(BaseModel):
    """A layout as a picture, or what is wrong with it."""

    svg: str
    style: str = Field(description="The picture's style sheet, apart from it.")
    problems: list[Trouble]


class Prices(BaseModel):
    """Prices in any one currency."""

    model_config = ConfigDict(extra="forbid")

    energy_kwh: Annotated[float | None, Field(ge=0, le=1_000, allow_inf_nan=False)] = None
    electricity_kwh: Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)] = 0.30
    water_m3: Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)] = 4.0


class JobIn(BaseModel):
    """What advice is wanted on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "layout": {
                        "name": "mine",
                        "heater": {"setpoint_c": 55},
                        "fixtures": ["shower"],
                        "hot": [{"from": "heater", "to": "shower", "length_m": 12, "size": "Cu 15x1"}],
                    },
                    "household": "people-3",
                    "prices": {"energy_kwh": 0.12},
                }
            ]
        },
    )

    layout: Tree
    household: Literal[HOUSEHOLD_NAMES] = "people-3"  # type: ignore[valid-type]
    prices: Prices = Prices()
    currency: Annotated[str, Field(max_length=8)] = ""
    comfort: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.75
    samples: Annotated[int, Field(strict=True, ge=1, le=6)] = 3


class JobOut(BaseModel):
    """How an advice is going."""

    state: Literal["idle", "running", "done", "failed", "cancelled"]
    share: float = Field(description="Share done, 0 to 1.")
    error: str
    result: dict[str, Any] = Field(description="As zcw plan --json prints it; empty until it is done.")


@router.get("/layouts", summary="Layouts, pipe sizes and households", responses=responses())
def names(request: Request) -> Names:
    """Return every name that planning uses."""
    return Names(**_houses(request).names(), sizes=list(pipe_sizes()), households=list(HOUSEHOLD_NAMES))


@router.get("/layouts/{name}", summary="One layout", responses=responses(INVALID, NO_LAYOUT))
def layout(request: Request, name: Name) -> dict[str, Any]:
    """Return the values of a layout."""
    try:
        return _houses(request).tree(name)
    except (NoSuchLayout, ConfigError) as error:
        raise ProblemError(NO_LAYOUT, str(error)) from None


@router.put(
    "/layouts/{name}", summary="Keep a layout", status_code=204, responses=responses(*SENDING, NOT_KEPT)
)
def keep(request: Request, name: Name, tree: Annotated[Tree, Body()]) -> Response:
    """Keep a layout in the data folder of the gateway."""
    try:
        _houses(request).keep(name, tree)
    except ConfigError as error:
        raise ProblemError(INVALID, "the layout has mistakes", errors=_errors(error)) from None
    except ZcwError as error:
        raise ProblemError(NOT_KEPT, str(error)) from None
    return Response(status_code=204)


@router.delete(
    "/layouts/{name}", summary="Forget a layout", status_code=204, responses=responses(INVALID, NO_LAYOUT)
)
def forget(request: Request, name: Name) -> Response:
    """Forget an own layout; shipped ones stay."""
    try:
        _houses(request).forget(name)
    except NoSuchLayout as error:
        raise ProblemError(NO_LAYOUT, str(error)) from None
    return Response(status_code=204)


@router.post("/drawing", summary="Draw a layout", responses=responses(*SENDING))
def drawing(tree: Annotated[Tree, Body()], language: LanguageDep) -> Drawing:
    """Draw a layout as it is being made; mistakes are answered with their places."""
    try:
        svg, style = drawn(checked(tree), language)
    except ConfigError as error:
        return Drawing(svg="", style="", problems=[_trouble(one, language) for one in _errors(error)])
    return Drawing(svg=svg, style=style, problems=[])


@router.post("/job", summary="Ask for advice", status_code=202, responses=responses(*SENDING, BUSY))
async def start(request: Request, wanted: JobIn, language: LanguageDep) -> JobOut:
    """Work out an advice in the background, one at a time, with the least priority that there is."""
    try:
        text = await asyncio.to_thread(_text, wanted.layout)
        asked = wanted.model_dump(exclude={"layout"})
        return _out(_planner(request).start({**asked, "text": text, "language": language}), language)
    except ConfigError as error:
        raise ProblemError(INVALID, "the layout has mistakes", errors=_errors(error)) from None
    except Busy:
        raise ProblemError(BUSY, "one at a time") from None


@router.get("/job", summary="How the advice is going", responses=responses(INVALID))
async def status(request: Request, language: LanguageDep) -> JobOut:
    """Return progress and, in the end, the advice; it survives a reload of the page and a restart."""
    return _out(_planner(request).status(), language)


@router.delete("/job", summary="Cancel the advice", responses=responses(*SENDING))
async def cancel(request: Request, language: LanguageDep) -> JobOut:
    """Give up the advice that is being worked out."""
    return _out(await _planner(request).cancel(), language)


@router.get("/files/{name}", summary="Report and parts list", responses=responses(INVALID, NO_ADVICE))
def file(request: Request, name: Literal["report.html", "parts.csv", "plan.json"]) -> FileResponse:
    """Download the report, the parts list, or all of it as JSON."""
    path = _planner(request).file(name)
    if path is None:
        raise ProblemError(NO_ADVICE, "no advice is done")
    return FileResponse(path, media_type=FILES[name], filename=f"zcw-{name}")


def _text(tree: dict[str, Any]) -> str:
    checked(tree)
    return text_of(tree)


def _houses(request: Request) -> Houses:
    return Houses(_folder(request) / "layouts")


def _planner(request: Request) -> Planner:
    state = request.app.state
    if state.planner is None:
        state.planner = Planner(_folder(request) / "advice")
    planner: Planner = state.planner
    return planner


def _folder(request: Request) -> FilePath:
    """Return where plans are kept: beside the data file, or in a folder that goes with this process."""
    state = request.app.state
    if state.settings is not None:
        return FilePath(state.settings.storage).with_suffix(".plans")
    if state.plans is None:
        state.plans = FilePath(mkdtemp(prefix="zcw-plans-"))
    folder: FilePath = state.plans
    return folder


def _errors(error: ConfigError) -> list[dict[str, str]]:
    return [{"where": one.where, "message": one.message, "cure": one.cure} for one in error.problems]


def _trouble(one: dict[str, str], language: Language) -> Trouble:
    message, cure = said(one["message"], language), said(one["cure"], language)
    return Trouble(where=one["where"], message=message, cure=cure)


def _out(status: Status, language: Language) -> JobOut:
    error = said(status.error, language)
    return JobOut(state=status.state, share=status.share, error=error, result=dict(status.result))
