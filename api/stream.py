"""Live state as server-sent events: the newest always comes, the middle may be lost, silence means trouble."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import anyio
from fastapi.sse import ServerSentEvent

from api.present import state_out
from controller.core.errors import Unavailable
from controller.core.reason import Language
from controller.views import ServiceView

HEARTBEAT_S: Final = 2.0
"""Longest silence: a page that has heard nothing for twice as long knows that the connection is lost."""
SHORTEST_GAP_S: Final = 0.2
"""Shortest time between two states: eyes need no more, and a gateway has other work."""
RETRY_MS: Final = 2_000
MOST_STREAMS: Final = 50
"""Open streams at a time: bounds the memory that readers who never read can hold."""


class Watch:
    """One reader's view of the changes: yields each newest view, and None after a silence, until closed.

    An iterator and not a generator: it can be put away while its reader is stuck in the middle of a step.
    """

    def __init__(self, changes: AsyncIterator[ServiceView], closing: asyncio.Event) -> None:
        self._changes = changes
        self._coming = asyncio.ensure_future(anext(changes))
        self._closing = asyncio.ensure_future(closing.wait())

    def __aiter__(self) -> "Watch":
        return self

    async def __anext__(self) -> ServiceView | None:
        await asyncio.wait(
            {self._coming, self._closing}, timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED
        )
        if self._closing.done():
            raise StopAsyncIteration
        if not self._coming.done():
            return None
        view = self._coming.result()
        self._coming = asyncio.ensure_future(anext(self._changes))
        return view

    async def put_away(self) -> None:
        """Stop listening in good order, even while the reader's task is being cancelled."""
        self._closing.cancel()
        self._coming.cancel()
        with anyio.CancelScope(shield=True):
            await asyncio.wait({self._coming, self._closing})
            if isinstance(self._changes, AsyncGenerator):
                await self._changes.aclose()


class Streams:
    """The open event streams of one application."""

    def __init__(self) -> None:
        self._open = 0
        self._closing = asyncio.Event()

    def close(self) -> None:
        """End every stream now, and each new one at once: the service is about to go."""
        self._closing.set()

    @asynccontextmanager
    async def watch(self, changes: AsyncIterator[ServiceView]) -> AsyncGenerator[Watch]:
        """Hold one of the places and watch the changes meanwhile.

        Raises:
            Unavailable: All places are taken.
        """
        if self._open >= MOST_STREAMS:
            raise Unavailable(f"{MOST_STREAMS} pages are watching already; close one of them")
        self._open += 1
        watch = Watch(changes, self._closing)
        try:
            yield watch
        finally:
            self._open -= 1
            await watch.put_away()


async def events(watch: Watch, language: Language) -> AsyncGenerator[ServerSentEvent]:
    """Yield each newest state as an event, and a heartbeat whenever nothing changed for a while."""
    number = 0
    async for view in watch:
        if view is None:
            yield ServerSentEvent(event="heartbeat", comment="nothing new", raw_data="{}")
            continue
        number += 1
        state = state_out(view, language).model_dump_json()
        yield ServerSentEvent(event="state", id=str(number), retry=RETRY_MS, raw_data=state)
        await asyncio.sleep(SHORTEST_GAP_S)
