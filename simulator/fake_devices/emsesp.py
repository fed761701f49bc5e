"""The EMS-ESP gateway on a boiler with a circulation pump of its own, and thermometers wired to the gateway.

Topics and payloads: emsesp/EMS-ESP32 and its documentation, 3.7 and later.
"""

import json
from collections.abc import Mapping
from typing import Final

import simpy

from simulator.fake_devices.device import Message, Publish, Switched, Thermometer, Timer

BASE: Final = "ems-esp"
"""First level of every topic, as delivered."""
MODES: Final = ("off", "1x3min", "2x3min", "3x3min", "4x3min", "5x3min", "6x3min", "continuous")


class EmsEsp:
    """The gateway.

    Args:
        env: The simulation.
        publish: Sends a message.
        switched: Told when the boiler's circulation pump changes.
        thermometers: Thermometers wired to the gateway, by their names.
        publish_s: Seconds between publications.
    """

    def __init__(
        self,
        env: simpy.Environment,
        publish: Publish,
        switched: Switched = lambda _: None,
        *,
        thermometers: Mapping[str, Thermometer] | None = None,
        publish_s: float = 10.0,
    ) -> None:
        self.on = False
        self.mode = "off"
        self._publish = publish
        self._switched = switched
        self._thermometers = dict(thermometers or {})
        self._publish_s = publish_s
        self._powered = False
        self._next = Timer(env, self._report)

    def subscriptions(self) -> tuple[str, ...]:
        """Return the topic on which it takes commands."""
        return (f"{BASE}/boiler",)

    def will(self) -> Message:
        """Return the last will."""
        return f"{BASE}/status", "offline", True

    def power_up(self) -> None:
        """Say hello and report."""
        self._powered = True
        self._publish(f"{BASE}/status", "online", True)
        self._report()

    def power_down(self) -> None:
        """Fall silent. The boiler goes on as it was: it has its own power and knows of no timer."""
        self._powered = False
        self._next.clear()

    def receive(self, topic: str, payload: str) -> None:
        """Carry out a command; what the boiler does not know is passed over."""
        if not self._powered or topic != f"{BASE}/boiler":
            return
        try:
            command = json.loads(payload)
        except (ValueError, RecursionError):
            return
        if isinstance(command, dict):
            self._obey(command.get("cmd"), str(command.get("data")).lower())

    def flip(self) -> None:
        """Switch the circulation at the boiler."""
        self._switch(not self.on)

    def _obey(self, name: object, data: str) -> None:
        if name == "dhw.circ" and data in ("on", "off", "true", "false", "1", "0"):
            self._switch(data in ("on", "true", "1"))
        elif name == "dhw.circmode":
            mode = MODES[int(data)] if data.isdigit() and int(data) < len(MODES) else data
            if mode in MODES:
                self.mode = mode
                self._boiler()

    def _switch(self, on: bool) -> None:
        if on is not self.on:
            self.on = on
            self._switched(on)
        self._boiler()

    def _boiler(self) -> None:
        if self._powered:
            dhw = {
                "circ": "on" if self.on else "off",
                "circmode": self.mode,
                "circpump": "on",
                "curflow": 0.0,
            }
            self._publish(f"{BASE}/boiler_data", json.dumps({"outdoortemp": 7.1, "dhw": dhw}), False)

    def _report(self) -> None:
        self._boiler()
        if self._thermometers:
            values = {name: {"temp": round(read_c(), 1)} for name, read_c in self._thermometers.items()}
            self._publish(f"{BASE}/temperaturesensor_data", json.dumps(values), False)
        self._next.set(self._publish_s)
