"""What is going on now: once, or live."""

from collections.abc import AsyncGenerator, AsyncIterable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.auth_guard import STILL
from api.deps import FacadeDep, LanguageDep
from api.errors import INVALID, UNAVAILABLE, responses
from api.present import state_out
from api.schemas import StateOut
from api.stream import Streams, Watch
from api.stream import events as live

router = APIRouter(tags=["now"])


@router.get("/state", summary="The whole service at this moment", responses=responses(INVALID))
async def state(facade: FacadeDep, language: LanguageDep) -> StateOut:
    """Pump, temperatures, the run going on and its reason, faults: for every loop."""
    return state_out(facade.view(), language)


async def _watch(request: Request, facade: FacadeDep) -> AsyncGenerator[Watch]:
    streams: Streams = request.app.state.streams
    async with streams.watch(facade.changes()) as watch:
        yield watch


@router.get(
    "/events",
    summary="The same, live, as server-sent events",
    response_class=EventSourceResponse,
    responses=responses(INVALID, UNAVAILABLE),
)
async def events(
    request: Request, watch: Annotated[Watch, Depends(_watch)], language: LanguageDep
) -> AsyncIterable[ServerSentEvent]:
    """Event `state`: the JSON of GET state, complete each time, so nothing needs to be replayed.

    The newest state always comes; a slow reader may miss states in between. Event `heartbeat` comes after 2 s
    without a change: whoever hears nothing for 4 s has lost the connection. The stream ends with the session, the
    account or the token that it was opened with.
    """
    still: Callable[[], bool] = request.scope.get(STILL, lambda: True)
    async for event in live(watch, language):
        if not still():
            return
        yield event
