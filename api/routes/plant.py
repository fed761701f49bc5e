"""What the house is made of and how it is: devices, the log, the doctor, a backup."""

import asyncio
import tempfile
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.checkup import examine
from api.deps import FacadeDep, LanguageDep, TurnsDep
from api.errors import INVALID, NO_FILE, NO_HISTORY, SENDING, UNAVAILABLE, ProblemError, responses
from api.phrases import said
from api.present import reason_out
from api.schemas import Out, ReasonOut
from api.turns import ANOTHER_FIRST, FileInTurn
from controller.core.errors import ZcwError
from controller.settings import LoopSettings, Settings
from controller.storage.backup import write_backup
from controller.views import LoopView

router = APIRouter(tags=["plant"])

EAR_S = 6.0
"""So long the doctor listens: most devices report every few seconds."""


class UseOut(Out):
    """What a loop uses a device for, with what it says now."""

    loop: str
    role: str = Field(description="pump, a sensor's role, or button.", examples=["return"])
    value_c: float | None = Field(default=None, description="Last temperature; null where none is told.")
    age_s: float | None = None
    fresh: bool | None = Field(default=None, description="It is trusted now; null where nothing is measured.")
    state: Literal["on", "off", "unknown"] | None = Field(default=None, description="A pump's switch.")
    fixture: str | None = None


class DeviceOut(Out):
    """One device."""

    name: str
    family: str
    title: str = Field(description="The family, for people.")
    lease_class: str | None = Field(description="A pump's switch: what ends a run when the controller dies.")
    verified: bool | None = Field(description="The switch told that it keeps its lease.")
    online: bool | None = Field(description="A pump's switch is reachable; null for others.")
    uses: list[UseOut]


class NoteOut(Out):
    """One line of the log."""

    id: int
    at: datetime | None
    loop: str
    kind: str = Field(examples=["run_started"])
    reason: ReasonOut


class LogOut(Out):
    """A page of the log, newest first."""

    notes: list[NoteOut]
    next: str | None = Field(description="Relative link to the older page; null on the last.")


class FindingOut(Out):
    """One finding of the doctor."""

    check: str
    severity: Literal["fine", "warning", "error"]
    message: str
    cure: str


def _settings(request: Request) -> Settings:
    settings: Settings | None = request.app.state.settings
    if settings is None:
        raise ProblemError(NO_FILE, "the service does not know its own configuration")
    return settings


@router.get("/devices", summary="Every device, with live values", responses=responses(NO_FILE, UNAVAILABLE))
async def devices(request: Request, facade: FacadeDep) -> list[DeviceOut]:
    """What each device is used for, what it says now, and what ends a run when the controller dies."""
    settings = _settings(request)
    views = {view.name: view for view in facade.view().loops}
    pairs = [(loop, views[loop.name]) for loop in settings.loops if loop.name in views]
    return [
        _device(device.name, device.family, settings.families[device.family].title, pairs)
        for device in settings.devices
    ]


def _device(name: str, family: str, title: str, loops: list[tuple[LoopSettings, LoopView]]) -> DeviceOut:
    switches = [view for loop, view in loops if loop.binding.pump == name]
    lease = switches[0].lease if switches else None
    return DeviceOut(
        name=name,
        family=family,
        title=title,
        lease_class=None if lease is None else lease.lease_class.value,
        verified=None if lease is None else lease.verified,
        online=switches[0].pump_online if switches else None,
        uses=[use for loop, view in loops for use in _uses(name, loop, view)],
    )


def _uses(name: str, loop: LoopSettings, view: LoopView) -> list[UseOut]:
    said = {each.sensor: each for each in view.temperatures}
    found = [UseOut(loop=view.name, role="pump", state=view.pump.value)] if loop.binding.pump == name else []
    for sensor in loop.binding.sensors:
        if sensor.device == name and sensor.role in said:
            one = said[sensor.role]
            found.append(
                UseOut(
                    loop=view.name, role=sensor.role, value_c=one.value_c, age_s=one.age_s, fresh=one.fresh
                )
            )
    for button in loop.binding.buttons:
        if button.device == name:
            found.append(UseOut(loop=view.name, role="button", fixture=button.fixture))
    return found


@router.get("/log", summary="Everything that was noted", responses=responses(INVALID, NO_HISTORY))
async def log(
    facade: FacadeDep,
    language: LanguageDep,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    before: Annotated[int | None, Query(ge=0, le=2**62)] = None,
) -> LogOut:
    """Runs, refusals, modes, faults, settings: with their reasons, newest first; `next` leads to the older ones."""
    notes = await facade.notes(limit=limit + 1, before_id=before, loop=None)
    page = [
        NoteOut(
            id=note.id,
            at=note.at,
            loop=note.loop,
            kind=note.kind,
            reason=reason_out(note.reason, language),
        )
        for note in notes[:limit]
    ]
    more = f"?limit={limit}&before={page[-1].id}" if len(notes) > limit else None
    return LogOut(notes=page, next=more)


@router.post("/doctor", summary="Look everything over", responses=responses(*SENDING, NO_FILE, UNAVAILABLE))
async def doctor(request: Request, language: LanguageDep) -> list[FindingOut]:
    """Listen on the broker for a few seconds, and tell what is wrong and what to do about it. One at a time."""
    state: Any = request.app.state
    settings = _settings(request)
    if state.examining:
        raise ProblemError(UNAVAILABLE, "the doctor is busy already", headers={"Retry-After": "8"})
    state.examining = True
    try:
        findings = await examine(settings, EAR_S)
    finally:
        state.examining = False
    return [
        FindingOut(
            check=said(one.check, language),
            severity=cast(Literal["fine", "warning", "error"], one.severity.name.lower()),
            message=said(one.message, language),
            cure=said(one.cure, language),
        )
        for one in findings
    ]


@router.get(
    "/backup",
    summary="A backup to keep",
    response_class=Response,
    responses=responses(NO_FILE, UNAVAILABLE, ANOTHER_FIRST),
)
async def backup(request: Request, facade: FacadeDep, turns: TurnsDep) -> Response:
    """A zip file with history, state and configuration, to be put back with `zcw restore`. For administrators; one at a time."""
    settings = _settings(request)
    with ExitStack() as held:
        held.enter_context(turns.turn("a backup"))
        target = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="zcw-backup-"))) / "backup.zip"
        await facade.kept()
        await asyncio.to_thread(_backup, settings, target, request.app.version, request.app.state.config)
        return FileInTurn(target, held.pop_all(), name="zcw-backup.zip", media_type="application/zip")


def _backup(settings: Settings, target: Path, version: str, config: Path | None) -> None:
    try:
        write_backup(settings.storage, target, version=version, configuration=config)
    except OSError as error:
        raise ZcwError(f"the backup cannot be written: {error.strerror}") from error
