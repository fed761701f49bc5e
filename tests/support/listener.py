"""What an MQTT client tells, collected, and ways to wait for it."""

import asyncio
from collections.abc import Callable
from typing import Final

from controller.broker import BrokerSettings
from controller.mqtt.client import MqttClient

WITHIN_S: Final = 15.0


class Listener:
    """Collects what a client tells and lets tests wait for it."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, bytes, bool]] = []
        self.connections: list[tuple[bool, str]] = []
        self.refused: list[tuple[str, str]] = []
        self._changed = asyncio.Event()

    def client(self, settings: BrokerSettings) -> MqttClient:
        """Return a client that tells this listener."""
        return MqttClient(settings, self._on_message, self._on_connection, self._on_refused)

    @property
    def topics(self) -> set[str]:
        """The topics of what was received."""
        return {topic for topic, _, _ in self.messages}

    def _on_message(self, topic: str, payload: bytes, retained: bool) -> None:
        self.messages.append((topic, payload, retained))
        self._changed.set()

    def _on_connection(self, up: bool, why: str) -> None:
        self.connections.append((up, why))
        self._changed.set()

    def _on_refused(self, topic: str, why: str) -> None:
        self.refused.append((topic, why))
        self._changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(WITHIN_S):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def until_connected(self, times: int = 1) -> None:
        """Wait until the client was connected so many times."""
        await self.until(lambda: sum(up for up, _ in self.connections) >= times)

    async def until_heard(self, topic: str, payload: bytes, *, retained: bool | None = None) -> None:
        """Wait until a message was received; by default it does not matter whether the broker had kept it."""
        flags = (False, True) if retained is None else (retained,)
        await self.until(lambda: any((topic, payload, flag) in self.messages for flag in flags))

    async def until_down(self) -> str:
        """Wait until the client is not connected; return why."""
        await self.until(lambda: bool(self.connections) and not self.connections[-1][0])
        return self.connections[-1][1]
