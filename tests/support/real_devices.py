"""The simulator's fake devices in real time on a real broker: each hears, answers and keeps its own timers."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

import simpy
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from simulator.fake_devices.device import FakeDevice, Publish

TURN_S: Final = 0.05

Build = Callable[[simpy.Environment, Publish], list[FakeDevice]]


class RealDevices:
    """Fake devices whose simulated time is the machine's."""

    def __init__(self, port: int, build: Build) -> None:
        self._env = simpy.Environment()
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="fake-devices")
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port)
        self._devices = build(self._env, self._say)
        self._client.subscribe([(topic, 0) for device in self._devices for topic in device.subscriptions()])
        self._client.loop_start()
        self._clockwork = threading.Thread(target=self._live, daemon=True)

    def start(self) -> None:
        """Switch every device on."""
        with self._lock:
            for device in self._devices:
                device.power_up()
        self._clockwork.start()

    def close(self) -> None:
        """Leave the broker."""
        self._over.set()
        self._clockwork.join(5)
        self._client.disconnect()
        self._client.loop_stop()

    def _say(self, topic: str, payload: str, keep: bool) -> None:
        self._client.publish(topic, payload, retain=keep)

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        with self._lock:
            self._advance()
            for device in self._devices:
                device.receive(message.topic, message.payload.decode())

    def _live(self) -> None:
        while not self._over.wait(TURN_S):
            with self._lock:
                self._advance()

    def _advance(self) -> None:
        now = time.monotonic() - self._began
        if now > self._env.now:
            self._env.run(until=now)


@contextlib.contextmanager
def real_devices(port: int, build: Build) -> Iterator[RealDevices]:
    """Run fake devices on the broker of this port for as long as the context lasts."""
    devices = RealDevices(port, build)
    devices.start()
    try:
        yield devices
    finally:
        devices.close()


def wall_clock() -> datetime:
    """Return the machine's local time, as a device shows it."""
    return datetime.now().astimezone()
