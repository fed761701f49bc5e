"""The event loop's eye on one wire: calls when it can be read or written, and once a second in any case."""

import asyncio
from collections.abc import Callable
from typing import Final

from controller.mqtt.wire import Wire

TURN_S: Final = 1.0
"""Longest time between two looks at the keepalive."""


class Watch:
    """Watches a wire until it is over.

    Args:
        wire: What is watched.
        read: Called when there is something to read.
        write: Called when something can be written.
        turn: Called once a second.

    Attributes:
        over: Done when the connection has ended; holds what ended it, if that was an error.
    """

    def __init__(
        self,
        wire: Wire,
        *,
        read: Callable[[], None],
        write: Callable[[], None],
        turn: Callable[[], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._wire = wire
        self._number = wire.fileno()
        self._read = read
        self._write = write
        self._turn = turn
        self._reads = False
        self._writes = False
        self._again: asyncio.Handle | None = None
        self._timer = self._loop.call_later(TURN_S, self._turned)
        self.over: asyncio.Future[None] = self._loop.create_future()

    def look(self, *, writes: bool) -> None:
        """Watch for what is wanted now: something to read, unless the wire is to be left alone, and room to write."""
        if self.over.done():
            return
        rest_s = self._wire.rest_s
        if self._again is None and (rest_s or self._wire.left):
            # What was read already the system tells no more of; and what came in a crowd is left alone for a moment.
            self._again = self._loop.call_later(rest_s, self._go_on)
        if (reads := not rest_s) is not self._reads:
            self._reads = reads
            self._loop.add_reader(self._number, self._read) if reads else self._loop.remove_reader(
                self._number
            )
        if writes is not self._writes:
            self._writes = writes
            self._loop.add_writer(self._number, self._write) if writes else self._loop.remove_writer(
                self._number
            )

    def turn_after(self, wait_s: float) -> None:
        """Call for a turn then, too."""
        self._loop.call_later(wait_s, self._turn)

    def end(self, error: Exception | None) -> None:
        """Say that the connection is over, and why."""
        self.close()
        if self.over.done():
            return
        if error is None:
            self.over.set_result(None)
        else:
            self.over.set_exception(error)

    def close(self) -> None:
        """Watch no more; safe to repeat. At once, for the system gives the wire's number to the next that opens one."""
        self._timer.cancel()
        if self._again is not None:
            self._again.cancel()
        if self._reads:
            self._loop.remove_reader(self._number)
        if self._writes:
            self._loop.remove_writer(self._number)
        self._reads = self._writes = False

    def _go_on(self) -> None:
        self._again = None
        self._read()

    def _turned(self) -> None:
        self._timer = self._loop.call_later(TURN_S, self._turned)
        self._turn()
