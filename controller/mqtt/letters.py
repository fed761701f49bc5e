"""Messages that may wait: the newest for each topic, sent a few at a time, so that orders are never behind them."""

from collections.abc import Callable
from typing import Final, Protocol

from controller.devices.message import Message

BATCH: Final = 4
PACE_S: Final = 0.01
"""Four messages every 10 ms: a house with one loop is told at once, one with 300 within half a minute, and a press that
comes meanwhile waits for a third of a millisecond."""


class Timer(Protocol):
    """A callback that was asked for and can be called off."""

    def cancel(self) -> None:
        """Call it off."""


Later = Callable[[float, Callable[[], None]], Timer]
"""Calls back after so many seconds; ``AbstractEventLoop.call_later`` does."""


class Letters:
    """Sends messages at a pace that leaves the line free.

    Args:
        publish: Sends one; never waits, never raises.
        later: Calls back after so many seconds.
    """

    def __init__(self, publish: Callable[[Message], None], later: Later) -> None:
        self._publish = publish
        self._later = later
        self._waiting: dict[str, Message] = {}
        self._timer: Timer | None = None

    def put(self, message: Message) -> None:
        """Take a message; an older one for its topic is not sent any more."""
        self._waiting[message.topic] = message
        if self._timer is None:
            self._timer = self._later(0.0, self._send)

    def clear(self) -> None:
        """Send nothing of what waits: the line is gone."""
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _send(self) -> None:
        for topic in tuple(self._waiting)[:BATCH]:
            self._publish(self._waiting.pop(topic))
        self._timer = self._later(PACE_S, self._send) if self._waiting else None
