"""Questions to a person while something else goes on: the connection to the broker stays alive, and Ctrl-C is heard at once."""

import asyncio
import os
from typing import Final

import typer

from api.commands.console import say

YES: Final = frozenset({"y", "yes", "是"})
NO: Final = frozenset({"n", "no", "否", "不"})
PIECE_BYTES: Final = 4_096


class Asker:
    """Asks on standard error and reads the answers from standard input, line by line.

    Args:
        yes: Answer every question with its first choice, unasked.
        number: Number of the file that the answers come from.
    """

    def __init__(self, *, yes: bool, number: int = 0) -> None:
        self._yes = yes
        self._number = number
        self._read = b""

    async def agrees(self, question: str, *, default: bool = False) -> bool:
        """Return whether the person says yes; asked again after any other word.

        Raises:
            typer.Abort: There is nobody any more (end of the input).
        """
        if self._yes:
            say(f"{question} yes")
            return True
        while True:
            typer.echo(f"{question} [{'Y/n' if default else 'y/N'}]: ", nl=False, err=True)
            word = (await self._line()).strip().lower()
            if not word:
                return default
            if word in YES | NO:
                return word in YES
            say(f"{word!r} is neither y nor n.")

    async def _line(self) -> str:
        while b"\n" not in self._read:
            piece = await self._piece()
            if not piece:
                say("")
                raise typer.Abort
            self._read += piece
        line, _, self._read = self._read.partition(b"\n")
        return line.decode("utf-8", "replace")

    async def _piece(self) -> bytes:
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()
        try:
            loop.add_reader(self._number, _mark, ready)
        except OSError:  # a plain file is always ready, and cannot be waited for
            return os.read(self._number, PIECE_BYTES)
        try:
            await ready
        finally:
            loop.remove_reader(self._number)
        return os.read(self._number, PIECE_BYTES)


def _mark(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)
