"""Zigbee devices behind Zigbee2MQTT: plug, thermometer, button, and the bridge itself.

Topics and payloads: Koenkk/zigbee2mqtt.io, mqtt_topics_and_messages.md, and zigbee2mqtt's availability extension.
"""

import json
from collections.abc import Mapping
from typing import Final

import simpy

from simulator.fake_devices.device import Message, Publish, Switched, Thermometer, Timer

BASE: Final = "zigbee2mqtt"
"""First level of every topic, as delivered."""
PUMP_W: Final = 24.9
"""What the pump on a plug draws, in W."""
LONGEST_ON_S: Final = 6_553.5
"""Longest timed ON: 16 bits of tenths of a second."""


class ZigbeeBridge:
    """Zigbee2MQTT itself.

    Args:
        publish: Sends a message.
    """

    def __init__(self, publish: Publish) -> None:
        self._publish = publish

    def subscriptions(self) -> tuple[str, ...]:
        """Return nothing: nobody here asks the bridge for anything."""
        return ()

    def will(self) -> Message:
        """Return the last will."""
        return f"{BASE}/bridge/state", json.dumps({"state": "offline"}), True

    def power_up(self) -> None:
        """Say that the bridge is there."""
        self._publish(f"{BASE}/bridge/state", json.dumps({"state": "online"}), True)

    def power_down(self) -> None:
        """Vanish."""

    def receive(self, topic: str, payload: str) -> None:
        """Hear nothing."""


class ZigbeeDevice:
    """What all devices behind the bridge share: a cached state that is sent whole, and an availability.

    Args:
        publish: Sends a message.
        name: Friendly name; may hold slashes.
    """

    def __init__(self, publish: Publish, name: str) -> None:
        self.topic = f"{BASE}/{name}"
        self._publish = publish
        self._powered = False
        self._cached: dict[str, object] = {"linkquality": 156}

    def subscriptions(self) -> tuple[str, ...]:
        """Return the topics on which the bridge takes orders for this device."""
        return f"{self.topic}/set", f"{self.topic}/set/state", f"{self.topic}/get"

    def will(self) -> Message | None:
        """Return what the bridge says once it misses the device."""
        return f"{self.topic}/availability", json.dumps({"state": "offline"}), True

    def power_up(self) -> None:
        """Be found by the bridge."""
        self._powered = True
        self._publish(f"{self.topic}/availability", json.dumps({"state": "online"}), True)
        self._tell()

    def power_down(self) -> None:
        """Vanish from the air."""
        self._powered = False

    def receive(self, topic: str, payload: str) -> None:
        """Take an order; the bridge logs what it cannot read, and nothing comes of it."""
        if not self._powered:
            return
        if topic == f"{self.topic}/get":
            self._tell()
        elif topic == f"{self.topic}/set":
            self._set(_object(payload) or {"state": payload})
        elif topic == f"{self.topic}/set/state":
            self._set({"state": payload})

    def _set(self, wishes: Mapping[str, object]) -> None:
        """Carry out an order; a sensor has nothing to set."""

    def _tell(self, **once: object) -> None:
        """Send the cached state, and with it values that are not kept."""
        self._publish(self.topic, json.dumps({**self._cached, **once}), False)


class ZigbeePlug(ZigbeeDevice):
    """A plug with one relay that knows the timed ON of the Zigbee standard, and the countdown of many plugs.

    Args:
        env: The simulation.
        publish: Sends a message.
        name: Friendly name.
        switched: Told when the relay changes.
    """

    def __init__(self, env: simpy.Environment, publish: Publish, name: str, switched: Switched) -> None:
        super().__init__(publish, name)
        self.on = False
        self._switched = switched
        self._off = Timer(env, lambda: self._switch(False))
        self._cached["state"] = "OFF"
        self._cached["power"] = 0.0

    def power_down(self) -> None:
        """Lose power; the relay drops out and stays so when power comes back."""
        super().power_down()
        self._off.clear()
        self._move(False)

    def press(self) -> None:
        """Press the button on the plug."""
        if self._powered:
            self._switch(not self.on)

    def _set(self, wishes: Mapping[str, object]) -> None:
        word = str(wishes.get("state", "")).strip().upper()
        if word not in ("ON", "OFF", "TOGGLE"):
            return
        on = not self.on if word == "TOGGLE" else word == "ON"
        on_time_s = wishes.get("on_time")
        if on and isinstance(on_time_s, int | float) and on_time_s > 0:
            # the standard keeps the longer of the time left and the new one
            self._off.set(max(min(on_time_s, LONGEST_ON_S), self._off.left_s))
        countdown_s = wishes.get("countdown")
        if on and isinstance(countdown_s, int) and countdown_s > 0:
            self._off.set(countdown_s)
            self._cached["countdown"] = countdown_s
        self._switch(on)

    def _switch(self, on: bool) -> None:
        self._move(on)
        if not on:
            self._off.clear()
            self._cached.pop("countdown", None)
        self._tell()

    def _move(self, on: bool) -> None:
        self._cached["state"] = "ON" if on else "OFF"
        self._cached["power"] = PUMP_W if on else 0.0
        if on is not self.on:
            self.on = on
            self._switched(on)


class ZigbeeThermometer(ZigbeeDevice):
    """A thermometer that reports when the temperature has moved, and otherwise now and then.

    Args:
        env: The simulation.
        publish: Sends a message.
        name: Friendly name.
        read_c: Gives the temperature in C.
        least_s: Shortest time between two reports, in s.
        most_s: Longest time between two reports, in s.
        change_k: Change in K that is worth a report.
    """

    def __init__(
        self,
        env: simpy.Environment,
        publish: Publish,
        name: str,
        read_c: Thermometer,
        *,
        least_s: int = 10,
        most_s: int = 60,
        change_k: float = 0.5,
    ) -> None:
        super().__init__(publish, name)
        self._read_c = read_c
        self._least_s, self._most_s, self._change_k = least_s, most_s, change_k
        self._env = env
        self._told_c = read_c()
        self._told_s = env.now
        self._look = Timer(env, self._look_again)
        self._cached["battery"] = 97

    def power_up(self) -> None:
        """Report at once, then look again and again."""
        self._measure()
        super().power_up()
        self._look.set(self._least_s)

    def power_down(self) -> None:
        """Fall silent."""
        super().power_down()
        self._look.clear()

    def _look_again(self) -> None:
        late = self._env.now - self._told_s >= self._most_s - self._least_s / 2
        if late or abs(self._read_c() - self._told_c) >= self._change_k:
            self._measure()
            self._tell()
        self._look.set(self._least_s)

    def _measure(self) -> None:
        self._told_c, self._told_s = self._read_c(), self._env.now
        self._cached["temperature"] = round(self._told_c, 2)


class ZigbeeButton(ZigbeeDevice):
    """A battery button: its press is said once, and is not part of the state that is sent later.

    Args:
        publish: Sends a message.
        name: Friendly name.
    """

    def __init__(self, publish: Publish, name: str) -> None:
        super().__init__(publish, name)
        self._cached["battery"] = 100

    def press(self, action: str = "single") -> None:
        """Press it: ``single``, ``double`` or ``hold``."""
        if self._powered:
            self._tell(action=action)


def _object(payload: str) -> dict[str, object] | None:
    """Return the JSON object written in the payload, or None."""
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
