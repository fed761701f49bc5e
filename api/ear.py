"""A visit to the broker: listen for a while, ask, order, and leave nothing behind."""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final, Self

from controller.broker import BrokerSettings
from controller.core.errors import ZcwError
from controller.devices.message import Message, Subscription
from controller.devices.recognise import Heard
from controller.mqtt.client import MqttClient

CONNECT_WITHIN_S: Final = 10.0
MOST_MESSAGES: Final = 20_000
"""So many are kept; a broker that says more in a visit has told what there is to know."""
MOST_BYTES: Final = 65_536
"""Larger payloads are maps and pictures."""
MOST_TOGETHER: Final = 16 * 1024 * 1024
"""Bytes kept of all payloads: the doctor listens inside the controller, and whoever floods the broker must not fill it."""


class Ear:
    """Listens on a broker, as a context manager.

    Args:
        broker: Which broker, and how.
        visit: Name of the visit, beside the controller's own connection.
        topics: What to listen to, with wildcards; everything by default.

    Attributes:
        heard: Every message so far.
        times: When each was heard, in s of the machine's steady clock.
        refused: Topics that the broker does not let us listen to.
    """

    def __init__(self, broker: BrokerSettings, visit: str, topics: Iterable[str] = ("#",)) -> None:
        self.broker = broker
        self.heard: list[Heard] = []
        self.times: list[float] = []
        self.refused: dict[str, str] = {}
        self._connected = asyncio.Event()
        self._why = "no answer"
        self._bytes = 0
        self._client = MqttClient(
            replace(broker, visit=visit), self._on_message, self._on_connection, self.refused.__setitem__
        )
        self._client.subscribe(Subscription(topic, 1) for topic in topics)

    async def __aenter__(self) -> Self:
        """Connect.

        Raises:
            ZcwError: The broker cannot be reached or does not let us in (the user's environment).
        """
        self._client.start()
        try:
            await asyncio.wait_for(self._connected.wait(), CONNECT_WITHIN_S)
        except TimeoutError:
            await self._client.stop()
            raise ZcwError(
                f"no connection to the broker at {self.broker.address}: {self._why}; "
                "check host, port, user name and password"
            ) from None
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.stop()

    def say(self, messages: Iterable[Message]) -> None:
        """Send messages."""
        for message in messages:
            self._client.publish(message)

    async def listen(self, seconds: float, done: Callable[[], bool] = lambda: False) -> bool:
        """Listen for a while, or until something holds; return whether it does."""
        ends_at = time.monotonic() + seconds
        while not done() and time.monotonic() < ends_at:
            await asyncio.sleep(0.05)
        return done()

    def _on_message(self, topic: str, payload: bytes, retained: bool) -> None:
        size = len(payload)
        fits = size <= MOST_BYTES and self._bytes + size <= MOST_TOGETHER
        if fits and len(self.heard) < MOST_MESSAGES:
            self._bytes += size
            self.heard.append(Heard(topic, payload, retained))
            self.times.append(time.monotonic())

    def _on_connection(self, connected: bool, why: str) -> None:
        if connected:
            self._connected.set()
        else:
            self._why = why
