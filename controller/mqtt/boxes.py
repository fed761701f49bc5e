"""Bounded hand-overs between the network's thread and the event loop. Both drop the oldest and count it.

The newest message is the one that is still true: a state that was replaced, an order that was withdrawn and a
temperature that has changed are no loss. What comes in is dropped by topic, so that whoever floods one topic
loses messages of that topic, and a button on another is heard all the same.
"""

import asyncio
import contextlib
import socket
import threading
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
_BATCH: Final = 100
"""Messages delivered in one go before the event loop may do something else."""

Incoming = tuple[str, bytes, bool]
"""Topic, payload, retained."""


class Inbox:
    """Hands messages of one connection over to the event loop, in order.

    When it is full, a message takes the place of the oldest of its own topic, if one waits, else of the oldest of all.

    Args:
        loop: Where to deliver.
        deliver: Called there with topic, payload and whether the broker had kept the message.
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
        self._lock = threading.Lock()
        self._scheduled = False
        self._closed = False
        self.dropped = 0

    def put(self, message: Incoming) -> None:
        """Take a message; called by the network's thread."""
        with self._lock:
            self._line_up(message)
            schedule, self._scheduled = not self._scheduled, True
        if schedule:
            call_in(self._loop, self._drain)

    def _line_up(self, message: Incoming) -> None:
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
        with self._lock:
            self.dropped += count

    def close(self) -> None:
        """Deliver nothing more: what is left belongs to a connection that is gone."""
        with self._lock:
            self._closed = True
            self.dropped += len(self._turns)
            self._turns.clear()
            self._waiting.clear()
            self._bytes = 0

    def _drain(self) -> None:
        batch = self._take()
        try:
            for message in batch:
                if not self._closed:
                    self._deliver(*message)
        finally:
            self._schedule_rest()

    def _take(self) -> list[Incoming]:
        with self._lock:
            batch = [self._first() for _ in range(min(_BATCH, len(self._turns)))]
            late_s = boot_s() - LATE_AFTER_S
            in_time = [message for message, came_s in batch if came_s >= late_s]
            self.dropped += len(batch) - len(in_time)
            return in_time

    def _schedule_rest(self) -> None:
        with self._lock:
            self._scheduled = bool(self._turns)
        if self._scheduled:
            self._loop.call_soon(self._drain)


class Outbox:
    """Hands messages over to the network's thread and wakes it.

    Args:
        most: Most messages waiting.
    """

    def __init__(self, most: int = OUTBOX_MOST) -> None:
        self._most = most
        self._waiting: deque[Message] = deque()
        self._lock = threading.Lock()
        self._button: socket.socket | None = None
        self.dropped = 0

    def open(self) -> socket.socket:
        """Hang up the bell and return it: it can be read from whenever there is news. Close it after use."""
        bell, self._button = socket.socketpair()
        bell.setblocking(False)
        self._button.setblocking(False)
        return bell

    def put(self, message: Message) -> None:
        """Take a message; never waits."""
        with self._lock:
            if len(self._waiting) >= self._most:
                self._waiting.popleft()
                self.dropped += 1
            self._waiting.append(message)
        self.ring()

    @property
    def waiting(self) -> int:
        """Return how many messages wait."""
        return len(self._waiting)

    def refuse(self) -> None:
        """Count a message that came while there was no connection."""
        with self._lock:
            self.dropped += 1

    def take(self) -> Message | None:
        """Return the oldest message; called by the network's thread."""
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def clear(self) -> None:
        """Drop everything: orders for a connection that is gone must not act when the next one comes."""
        with self._lock:
            self.dropped += len(self._waiting)
            self._waiting.clear()

    def ring(self) -> None:
        """Wake the network's thread, if there is one."""
        button = self._button
        if button is not None:
            with contextlib.suppress(OSError):  # it is full, so the thread is awake already; or it is closed
                button.send(b"!")

    def close(self) -> None:
        """Take the button away; the bell belongs to whoever opened it."""
        button, self._button = self._button, None
        if button is not None:
            button.close()


def silence(bell: socket.socket) -> None:
    """Read off everything that rang a bell."""
    with contextlib.suppress(BlockingIOError):
        bell.recv(4_096)


def call_in(loop: asyncio.AbstractEventLoop, callback: Callable[..., None], *args: object) -> None:
    """Call something in the event loop; a loop that is closed already does not mind."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(callback, *args)
