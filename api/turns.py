"""One at a time: an answer that costs disk, memory or minutes is made for one reader after the other."""

import asyncio
from collections.abc import AsyncIterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from fastapi.responses import FileResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.errors import Kind, ProblemError

ANOTHER_FIRST: Final = Kind(
    "another-first",
    429,
    "This is being made for somebody else",
    "Ask again when Retry-After says; one at a time.",
)
RETRY_S: Final = 10
LONGEST_S: Final = 300.0
"""So long a reader may take for such an answer; then it is the next one's turn."""


class Turns:
    """Who is having a turn of what, in one application."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    @contextmanager
    def turn(self, what: str) -> Iterator[None]:
        """Hold the only turn of something.

        Raises:
            ProblemError: Somebody else holds it.
        """
        if what in self._taken:
            raise ProblemError(
                ANOTHER_FIRST, f"{what} is being made already", headers={"Retry-After": f"{RETRY_S}"}
            )
        self._taken.add(what)
        try:
            yield
        finally:
            self._taken.discard(what)


class FileInTurn(FileResponse):
    """A file from the disk, and what is given back when it has been sent, or when its reader took too long.

    Args:
        path: The file.
        held: What is given back.
        name: Under which name a browser saves it.
        media_type: What is in it.
    """

    def __init__(self, path: Path, held: ExitStack, *, name: str, media_type: str) -> None:
        super().__init__(path, filename=name, media_type=media_type, headers={"Cache-Control": "no-store"})
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        with self._held, suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_S):
                await super().__call__(scope, receive, send)


class StreamInTurn(StreamingResponse):
    """Text that is made while it is read; otherwise as ``FileInTurn``.

    Args:
        pieces: The text.
        held: What is given back.
        headers: Further headers.
        media_type: What is in it.
    """

    def __init__(
        self, pieces: AsyncIterable[str], held: ExitStack, *, headers: Mapping[str, str], media_type: str
    ) -> None:
        super().__init__(pieces, headers=headers, media_type=media_type)
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        with self._held, suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_S):
                await super().__call__(scope, receive, send)
