"""A board with ESPHome and its MQTT component: a relay with a lease number, thermometers and buttons.

Topics and payloads: esphome/esphome, components/mqtt. States are retained, as delivered.
"""

import json
from collections.abc import Mapping
from typing import Final

import simpy

from simulator.fake_devices.device import Message, Publish, Switched, Thermometer, Timer

PUMP_W: Final = 24.9
"""What the pump on the relay draws, in W."""


class EspHomeBoard:
    """A board whose owner gave its relay a timer: setting the number restarts a script that opens the relay.

    Args:
        env: The simulation.
        publish: Sends a message.
        prefix: Its topic prefix.
        switched: Told when the relay changes.
        thermometers: Thermometers by object id.
        update_s: Seconds between updates of its sensors.
        starts_on: The relay is on when power comes (``restore_mode: ALWAYS_ON``).
    """

    def __init__(
        self,
        env: simpy.Environment,
        publish: Publish,
        prefix: str,
        switched: Switched = lambda _: None,
        *,
        thermometers: Mapping[str, Thermometer] | None = None,
        update_s: float = 10.0,
        starts_on: bool = False,
    ) -> None:
        self.prefix = prefix
        self.on = False
        self.lease_s = 0
        self._publish = publish
        self._switched = switched
        self._thermometers = dict(thermometers or {})
        self._update_s = update_s
        self._starts_on = starts_on
        self._powered = False
        self._script = Timer(env, lambda: self._switch(False))
        self._next = Timer(env, self._update)

    def subscriptions(self) -> tuple[str, ...]:
        """Return the topics on which it takes orders."""
        return f"{self.prefix}/switch/pump/command", f"{self.prefix}/number/lease/command"

    def will(self) -> Message:
        """Return the last will."""
        return f"{self.prefix}/status", "offline", True

    def power_up(self) -> None:
        """Say hello and tell every state."""
        self._powered = True
        self._say("status", "online")
        self._say("number/lease/state", str(self.lease_s))
        self._switch(self._starts_on)
        self._update()

    def power_down(self) -> None:
        """Fall silent; the relay drops out."""
        self._powered = False
        self._script.clear()
        self._next.clear()
        self._move(False)

    def receive(self, topic: str, payload: str) -> None:
        """Take an order."""
        if not self._powered:
            return
        word = payload.strip().upper()
        if topic == f"{self.prefix}/number/lease/command" and word.isascii() and word.isdigit():
            self._lease(int(word))
        elif topic == f"{self.prefix}/switch/pump/command" and word in ("ON", "OFF", "TOGGLE"):
            self._switch(not self.on if word == "TOGGLE" else word == "ON")

    def press(self, button: str, event_type: str = "single") -> None:
        """Press a button wired to it."""
        if self._powered:
            self._say(f"event/{button}/state", json.dumps({"event_type": event_type}), retain=False)

    def flip(self) -> None:
        """Press the button on the relay itself."""
        if self._powered:
            self._switch(not self.on)

    def _lease(self, lease_s: int) -> None:
        self.lease_s = lease_s
        self._say("number/lease/state", str(lease_s))
        self._script.clear()
        if lease_s:
            self._script.set(lease_s)

    def _switch(self, on: bool) -> None:
        self._move(on)
        if not on:
            self._script.clear()
        self._say("switch/pump/state", "ON" if on else "OFF")
        self._say("sensor/pump_power/state", f"{PUMP_W if on else 0.0:.1f}")

    def _move(self, on: bool) -> None:
        if on is not self.on:
            self.on = on
            self._switched(on)

    def _update(self) -> None:
        for name, read_c in self._thermometers.items():
            self._say(f"sensor/{name}/state", f"{read_c():.2f}")
        self._next.set(self._update_s)

    def _say(self, topic: str, payload: str, *, retain: bool = True) -> None:
        self._publish(f"{self.prefix}/{topic}", payload, retain)
