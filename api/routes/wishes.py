"""What people want: hot water, stop, another mode."""

from typing import Annotated

from fastapi import APIRouter, Body, Header

from api.deps import FacadeDep, LanguageDep, WhoDep
from api.errors import SENDING, UNAVAILABLE, UNKNOWN_FIXTURE, ProblemError, responses
from api.present import answer_out
from api.schemas import AnswerOut, EnergyIn, ModeBody, PreheatIn, StopOut
from controller.core.clock import MINUTE_MS

router = APIRouter(tags=["wishes"])

IdempotencyKey = Annotated[
    str | None,
    Header(
        pattern=r"^[\x21-\x7e]{1,128}$",
        description="Names the wish: a request repeated with the same key is the same wish.",
        examples=["3f0d6d1e"],
    ),
]


@router.post(
    "/preheat",
    summary="Ask for hot water",
    status_code=202,
    responses=responses(*SENDING, UNKNOWN_FIXTURE, UNAVAILABLE),
)
async def preheat(
    facade: FacadeDep,
    language: LanguageDep,
    who: WhoDep,
    wish: Annotated[PreheatIn | None, Body()] = None,
    idempotency_key: IdempotencyKey = None,
) -> AnswerOut:
    """Run until hot at a fixture, or for some minutes. The answer says whether and why the pump runs now."""
    wish = wish or PreheatIn()
    duration_ms = None if wish.minutes is None else max(1, round(wish.minutes * MINUTE_MS))
    answer = facade.preheat(
        fixture=wish.fixture, duration_ms=duration_ms, who=who, request_id=idempotency_key
    )
    return answer_out(answer, language)


@router.post("/stop", summary="Stop every pump now", responses=responses(*SENDING, UNAVAILABLE))
async def stop(facade: FacadeDep, language: LanguageDep, who: WhoDep) -> StopOut:
    """Drop every wish and rest. The lockout holds at once; 503 says that the pump's switch could not be told."""
    answers = StopOut(answers=[answer_out(answer, language) for answer in facade.stop(who=who)])
    if not facade.view().broker_connected:
        detail = "the MQTT broker is down: no run will start here, and OFF is sent as soon as it is back"
        raise ProblemError(
            UNAVAILABLE, detail, headers={"Retry-After": "5"}, **answers.model_dump(mode="json")
        )
    return answers


@router.post(
    "/acknowledge",
    status_code=204,
    summary="Say that what was wrong has been looked at",
    responses=responses(*SENDING),
)
async def acknowledge(facade: FacadeDep, who: WhoDep) -> None:
    """Let go of latches, such as that of a pump that moved nothing; what is still wrong will latch again."""
    facade.acknowledge(who=who)


@router.put("/energy", status_code=204, summary="Say what energy costs now", responses=responses(*SENDING))
async def energy(facade: FacadeDep, body: EnergyIn) -> None:
    """Price and surplus hold automatic runs back where the configuration says so (`energy`); people never wait."""
    facade.tell_energy(price=body.price, surplus_w=body.surplus_w)


@router.get("/mode", summary="What the controller may do", responses=responses())
async def mode(facade: FacadeDep) -> ModeBody:
    """auto, manual or off."""
    return ModeBody(mode=facade.view().mode)


@router.put(
    "/mode",
    summary="Choose what the controller may do",
    responses=responses(*SENDING, UNAVAILABLE),
)
async def set_mode(facade: FacadeDep, who: WhoDep, body: ModeBody) -> ModeBody:
    """auto: every strategy runs; manual: only people start the pump; off: it does not run.

    It holds at once; the answer comes when it is on the disk too, so that it survives a power cut. 503 says that
    it holds, but could not be written.
    """
    facade.set_mode(body.mode, who=who)
    if not await facade.kept():
        detail = (
            f"the mode is {body.mode} now, but it could not be written to the disk: a power cut would undo it"
        )
        raise ProblemError(UNAVAILABLE, detail, mode=body.mode)
    return body
