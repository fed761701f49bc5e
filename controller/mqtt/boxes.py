"""What waits between the wire and the control loop. Both boxes are bounded, drop the oldest and count it.

The newest message is the one that is still true: a state that was replaced, an order that was withdrawn and a
temperature that has changed are no loss. What comes in is dropped by topic, so that whoever floods one topic
loses messages of that topic, and a button on another is heard all the same.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from controller.devices.message import Message
from controller.mqtt.standstill import boot_s

INBOX_MOST: Final = 2_000
"""Two seconds of the heaviest flood that is promised to be survived without losing the newest."""
INBOX_MOST_BYTES: Final = 16 * 1_048_576
"""However few: a stranger who sends large messages fills no memory with them."""
LATE_AFTER_S: Final = 10.0
"""What has waited longer is delivered no more: the event loop stood still, and a press of then starts nothing now."""
OUTBOX_MOST: Final = 500
DELIVERED_FOR_S: Final = 0.005
"""Longest delivery in one go before the event loop may do something else."""

Incoming = tuple[str, bytes, bool]
"""Topic, payload, retained."""


class Inbox:
    """Holds messages of one connection until they are delivered, in order.

    When it is full, a message takes the place of the oldest of its own topic, if one waits, else of the oldest of all.

    Args:
        loop: Where to deliver what is left of a delivery.
        deliver: Called with topic, payload and whether the broker had kept the message.
        most: Most messages waiting.
        most_bytes: Most bytes of payload waiting.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        deliver: Callable[[str, bytes, bool], None],
        most: int = INBOX_MOST,
        most_bytes: int = INBOX_MOST_BYTES,
    ) -> None:
        self._loop = loop
        self._deliver = deliver
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._turns: deque[str] = deque()
        """One topic for each message that waits; the messages themselves wait by topic."""
        self._waiting: dict[str, deque[tuple[Incoming, float]]] = {}
        self._rest: asyncio.Handle | None = None
        self.dropped = 0

    def put(self, message: Incoming) -> None:
        """Take a message; ``drain`` delivers it."""
        topic = message[0]
        if len(self._turns) < self._most:
            self._turns.append(topic)
        elif topic in self._waiting:
            self._bytes -= len(self._waiting[topic].popleft()[0][1])  # its turn is now the next one's
            self.dropped += 1
        else:
            self._first()
            self.dropped += 1
            self._turns.append(topic)
        self._waiting.setdefault(topic, deque()).append((message, boot_s()))
        self._bytes += len(message[1])
        while self._bytes > self._most_bytes:
            self._first()
            self.dropped += 1

    def _first(self) -> tuple[Incoming, float]:
        topic = self._turns.popleft()
        same = self._waiting[topic]
        message, came_s = same.popleft()
        self._bytes -= len(message[1])
        if not same:
            del self._waiting[topic]
        return message, came_s

    def lose(self, count: int) -> None:
        """Count messages that were dropped before they came here."""
        self.dropped += count

    def close(self) -> None:
        """Deliver nothing more: what is left belongs to a connection that is gone."""
        self.dropped += len(self._turns)
        self._turns.clear()
        self._waiting.clear()
        self._bytes = 0

    def drain(self) -> None:
        """Deliver what waits: now, as far as that goes in a few milliseconds, and the rest in a later turn."""
        until_s = time.monotonic() + DELIVERED_FOR_S
        try:
            while self._turns and time.monotonic() < until_s:
                message, came_s = self._first()
                if boot_s() - came_s > LATE_AFTER_S:
                    self.dropped += 1
                else:
                    self._deliver(*message)
        finally:
            if self._turns and self._rest is None:
                self._rest = self._loop.call_soon(self._drain_rest)

    def _drain_rest(self) -> None:
        self._rest = None
        self.drain()


class Outbox:
    """Holds messages that cannot be sent yet.

    Args:
        most: Most messages waiting.
    """

    def __init__(self, most: int = OUTBOX_MOST) -> None:
        self._most = most
        self._waiting: deque[Message] = deque()
        self.dropped = 0

    def put(self, message: Message) -> None:
        """Take a message."""
        if len(self._waiting) >= self._most:
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append(message)

    def refuse(self) -> None:
        """Count a message that came while there was no connection."""
        self.dropped += 1

    def take(self) -> Message | None:
        """Return the oldest message."""
        return self._waiting.popleft() if self._waiting else None

    def clear(self) -> None:
        """Drop everything: orders for a connection that is gone must not act when the next one comes."""
        self.dropped += len(self._waiting)
        self._waiting.clear()


def call_in(loop: asyncio.AbstractEventLoop, callback: Callable[..., None], *args: object) -> None:
    """Call something in the event loop from another thread; a loop that is closed already does not mind."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(callback, *args)
