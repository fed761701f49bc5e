"""The demonstration: an embedded broker, a simulated house on the wire, and the real controller with its page.

Controller and house meet only through the broker, in the dialects of bought devices. One clock paces both.
"""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML

from controller.broker import BrokerSettings
from controller.core.errors import ZcwError
from controller.devices.message import Message, Subscription
from controller.mqtt.client import MqttClient
from controller.runtime import PacedClock
from controller.settings import Settings, load_settings
from simulator.fittings import controller_config
from simulator.layout import Layout
from simulator.wired import Happening, WiredHouse

EMBEDDED_PROTOCOL: Final = "3.1.1"
"""The embedded broker knows no MQTT 5."""
CONFIG: Final = "demo.yaml"
"""The demo's configuration, a file like anybody's, so that it can be changed on the page."""
CONNECT_WITHIN_S: Final = 10.0
LONGEST_SLEEP_S: Final = 1.0


@contextlib.asynccontextmanager
async def embedded_broker(port: int = 0) -> AsyncIterator[int]:
    """Run a broker inside this process, on 127.0.0.1, and give its port.

    Args:
        port: Where it listens; 0 for any free port.

    Raises:
        ZcwError: The port is in use.
    """
    from amqtt.broker import Broker

    from api.server import bind

    with bind("127.0.0.1", port) as probe:
        port = probe.getsockname()[1]
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        },
        loop=asyncio.get_running_loop(),
    )
    await broker.start()
    try:
        yield port
    finally:
        await broker.shutdown()


class PacedHouse:
    """The wired house, kept in step with a clock.

    Args:
        layout: The house's plumbing.
        seed: Decides who lives there.
        speed: How much faster than real time it lives.
        port: Port of the broker on 127.0.0.1.
        log: Told what people do.
        family: The one family that it is fitted out with; None for a mixture.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        seed: int,
        speed: float,
        port: int,
        log: Callable[[Happening], None],
        family: str | None = None,
    ) -> None:
        self.house = WiredHouse(layout, seed=seed, publish=self._publish, log=log, family=family)
        self.clock = PacedClock(speed, round(self.house.starts_at.timestamp() * 1000))
        self._connected = asyncio.Event()
        self._stirred = asyncio.Event()
        settings = BrokerSettings(port=port, client_id="demo-house", protocol=EMBEDDED_PROTOCOL)
        self._client = MqttClient(settings, self._deliver, self._connection)

    async def connect(self) -> None:
        """Connect to the broker and switch every device on.

        Raises:
            ZcwError: The embedded broker does not answer.
        """
        self._client.subscribe(Subscription(topic) for topic in self.house.subscriptions())
        self._client.start()
        try:
            await asyncio.wait_for(self._connected.wait(), CONNECT_WITHIN_S)
        except TimeoutError as error:
            raise ZcwError(
                "the embedded broker does not answer; is something filtering 127.0.0.1?"
            ) from error
        self.house.power_up()

    async def live(self) -> None:
        """Let the house live in step with the clock, for ever."""
        while True:
            self.house.advance(self._now_s())
            self._stirred.clear()
            ahead_s = self.house.next_event_s() - self._now_s()
            sleep_s = LONGEST_SLEEP_S if math.isinf(ahead_s) else max(0.0, ahead_s / self.clock.speed)
            with contextlib.suppress(TimeoutError):
                # Not wait_for: until Python 3.12 it swallows being cancelled in the moment in which the wait is over.
                async with asyncio.timeout(min(sleep_s, LONGEST_SLEEP_S)):
                    await self._stirred.wait()

    async def close(self) -> None:
        """Leave the broker."""
        await self._client.stop()

    def _now_s(self) -> float:
        return self.clock.now() / 1000

    def _publish(self, topic: str, payload: str, retain: bool) -> None:
        self._client.publish(Message(topic, payload.encode(), 0, retain))

    def _deliver(self, topic: str, payload: bytes, _retained: bool) -> None:
        self.house.advance(self._now_s())
        self.house.deliver(topic, payload)
        self._stirred.set()

    def _connection(self, connected: bool, _why: str) -> None:
        if connected:
            self._connected.set()


def demo_settings(
    layout: Layout,
    *,
    broker_port: int,
    api_host: str,
    api_port: int,
    folder: Path,
    family: str | None = None,
    trusted_proxies: Sequence[str] = (),
) -> Settings:
    """Return the settings of a controller for the demo's house; its data file lies in ``folder``."""
    values = controller_config(
        layout,
        broker_host="127.0.0.1",
        broker_port=broker_port,
        api_host=api_host,
        api_port=api_port,
        storage_path=str(folder / "demo.sqlite"),
        family=family,
    )
    values["broker"]["protocol"] = EMBEDDED_PROTOCOL
    values["api"]["without_accounts"] = True  # nothing real is switched here
    values["api"]["trusted_proxies"] = list(trusted_proxies)
    values["home_assistant"] = {"enabled": False}  # nobody else is on the embedded broker
    for loop in values["loops"]:
        loop["strategies"].insert(1, {"type": "predictive"})  # learns at once; the timer goes on beside it
    path = folder / CONFIG
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(values, file)
    return load_settings(path)
