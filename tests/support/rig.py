"""Fake devices of many families on a real broker, kept in step with a clock, and the real service beside them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import simpy

from controller.broker import BrokerSettings
from controller.devices.message import Message, Subscription
from controller.mqtt.client import MqttClient
from controller.runtime import PacedClock
from controller.service.compose import compose
from controller.service.service import Service
from controller.settings import parse_settings
from controller.views import LoopView
from simulator.fitted import Fitted, Site, fit

BEGINNING = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)


class Rig:
    """Each family's devices, with the temperatures at their pipes as the test wants them.

    Args:
        families: Which.
        port: Port of the broker on 127.0.0.1.
        speed: How much faster than real time devices and controller live.
    """

    def __init__(self, families: Sequence[str], port: int, *, speed: float) -> None:
        self.clock = PacedClock(speed, round(BEGINNING.timestamp() * 1000))
        self.felt_c = dict.fromkeys(families, 20.0)
        self.relays: dict[str, list[tuple[float, bool]]] = {family: [] for family in families}
        self.fitted: dict[str, Fitted] = {}
        self._env = simpy.Environment()
        self._connected = asyncio.Event()
        self._stirred = asyncio.Event()
        for family in families:
            self.fitted[family] = fit(family, self._site(family))
        self._client = MqttClient(BrokerSettings(port=port, client_id="rig"), self._deliver, self._connection)
        self._devices = [device for fitted in self.fitted.values() for device in fitted.devices]

    def _site(self, family: str) -> Site:
        return Site(
            self._env,
            self._publish,
            lambda: BEGINNING + timedelta(seconds=self._env.now),
            lambda on: self.relays[family].append((self._env.now, on)),
            {"return": lambda: self.felt_c[family]},
            [f"{family} tap"],
        )

    def is_on(self, family: str) -> bool:
        """Return whether the pump behind a family's switch has power."""
        return bool(self.relays[family]) and self.relays[family][-1][1]

    @contextlib.asynccontextmanager
    async def alive(self) -> AsyncIterator["Rig"]:
        """Connect, switch every device on and let time pass for them."""
        wanted = {topic for device in self._devices for topic in device.subscriptions()}
        self._client.subscribe(Subscription(topic) for topic in sorted(wanted))
        self._client.start()
        await asyncio.wait_for(self._connected.wait(), 10)
        for device in self._devices:
            device.power_up()
        living = asyncio.create_task(self._live())
        try:
            yield self
        finally:
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)
            await self._client.stop()

    async def _live(self) -> None:
        while True:
            self._advance()
            self._stirred.clear()
            ahead_s = (float(self._env.peek()) - self.clock.now() / 1000) / self.clock.speed
            # Not wait_for: until Python 3.12 it swallows being cancelled in the moment in which the wait is over.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(max(0.0, ahead_s), 0.5)):
                    await self._stirred.wait()

    def _advance(self) -> None:
        until_s = self.clock.now() / 1000
        while self._env.peek() <= until_s:
            self._env.step()
        if until_s > self._env.now:
            self._env.run(until=until_s)

    def _publish(self, topic: str, payload: str, retain: bool) -> None:
        self._client.publish(Message(topic, payload.encode(), 0, retain))

    def _deliver(self, topic: str, payload: bytes, _retained: bool) -> None:
        self._advance()
        for device in self._devices:
            device.receive(topic, payload.decode("utf-8", "replace"))
        self._stirred.set()

    def _connection(self, connected: bool, _why: str) -> None:
        if connected:
            self._connected.set()

    def config(self, port: int, folder: Path, **loop: object) -> dict[str, Any]:
        """Return the controller's configuration: one loop for each family, named like it."""
        devices: dict[str, Any] = {}
        loops = []
        for family, fitted in self.fitted.items():
            devices |= {f"{family} {name}": section for name, section in fitted.declared.items()}
            loops.append(
                {
                    "name": family,
                    "topology": "dedicated_return",
                    "pump": {**fitted.pump, "device": f"{family} {fitted.pump['device']}"},
                    "sensors": {r: _named(family, at) for r, at in fitted.sensors.items()},
                    "buttons": [{**_named(family, at), "fixture": f} for f, at in fitted.buttons.items()],
                    "fixtures": list(fitted.press),
                    "strategies": [{"type": "on_demand"}],
                    **loop,
                }
            )
        return {
            "site": {"time_zone": "UTC"},
            "broker": {"host": "127.0.0.1", "port": port},
            "storage": {"path": str(folder / "rig.sqlite")},
            "devices": devices,
            "loops": loops,
        }


def _named(family: str, section: dict[str, Any]) -> dict[str, Any]:
    return {**section, "device": f"{family} {section['device']}"}


@contextlib.asynccontextmanager
async def served(rig: Rig, config: dict[str, Any], folder: Path) -> AsyncIterator[Service]:
    """Run the real service beside the rig."""
    service = compose(parse_settings(config, "the rig's configuration", folder=folder), "0", rig.clock)
    service.start()
    try:
        yield service
    finally:
        await service.close()


def loop_of(service: Service, name: str) -> LoopView:
    """Return how a loop looks from outside."""
    return next(loop for loop in service.view().loops if loop.name == name)


async def until(condition: Callable[[], bool], *, within_s: float, what: str) -> None:
    """Wait until something holds; fail loudly when it does not in time."""
    deadline = asyncio.get_running_loop().time() + within_s
    while not condition():
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"{what}: not within {within_s:g} s")
        await asyncio.sleep(0.01)
