"""Home Assistant as its owner set it up: Statestream tells states, one automation carries orders out.

Topics and payloads: home-assistant.io, mqtt_statestream and mqtt (birth and will). States are retained.
"""

from collections.abc import Mapping
from typing import Final

import simpy

from simulator.fake_devices.device import Message, Publish, Switched, Thermometer, Timer

BASE: Final = "statestream"
SHOT_S: Final = 180.0
"""How long a heater circulates for a single shot."""


class FakeHomeAssistant:
    """A few entities, and an automation for ``zcw/homeassistant/+/set``.

    Args:
        env: The simulation.
        publish: Sends a message.
        switched: Told when the pump behind its entity changes.
        auto_off_s: The device behind the switch has a timer of its own; None for none.
        thermometers: Thermometers by the object id of their sensor.
        update_s: Seconds between the automation's reports of the sensors.
    """

    def __init__(
        self,
        env: simpy.Environment,
        publish: Publish,
        switched: Switched = lambda _: None,
        *,
        auto_off_s: float | None = None,
        thermometers: Mapping[str, Thermometer] | None = None,
        update_s: float = 10.0,
    ) -> None:
        self._states: dict[str, str] = {"switch.pump": "off"}
        self._publish = publish
        self._switched = switched
        self._auto_off_s = auto_off_s
        self._thermometers = dict(thermometers or {})
        self._update_s = update_s
        self._powered = False
        self._off = Timer(env, lambda: self._change("switch.pump", "off"))
        self._next = Timer(env, self._update)

    @property
    def on(self) -> bool:
        """Return whether the pump runs."""
        return self._states["switch.pump"] == "on"

    def subscriptions(self) -> tuple[str, ...]:
        """Return the topics of its automation."""
        return "zcw/homeassistant/+/set", "zcw/homeassistant/+/get"

    def will(self) -> Message:
        """Return the last will, which is not retained."""
        return "homeassistant/status", "offline", False

    def power_up(self) -> None:
        """Start: the birth message, then every state."""
        self._powered = True
        self._publish("homeassistant/status", "online", False)
        for entity in self._states:
            self._tell(entity)
        self._update()

    def power_down(self) -> None:
        """Vanish; the devices behind the entities go on as they were."""
        self._powered = False
        self._next.clear()

    def receive(self, topic: str, payload: str) -> None:
        """Carry out an order, or tell a state."""
        levels = topic.split("/")
        if not self._powered or levels[:2] != ["zcw", "homeassistant"] or len(levels) != 4:
            return
        entity, verb = levels[2:]
        if entity in self._states and verb == "set" and payload in ("on", "off"):
            self._change(entity, payload)
        elif entity in self._states and verb == "get":
            self._tell(entity, retain=False)

    def press(self, entity: str, word: str = "single") -> None:
        """Press a button that an automation passes on."""
        if self._powered:
            self._publish(f"zcw/homeassistant/{entity}/press", word, False)

    def flip(self) -> None:
        """Switch the pump in Home Assistant."""
        self._change("switch.pump", "off" if self.on else "on")

    def _change(self, entity: str, state: str) -> None:
        before, self._states[entity] = self._states[entity], state
        self._off.clear()
        if state == "on" and self._auto_off_s is not None:
            self._off.set(self._auto_off_s)
        if state != before:
            self._switched(state == "on")
        self._tell(entity)

    def _tell(self, entity: str, *, retain: bool = True) -> None:
        if self._powered:
            self._publish(f"{BASE}/{entity.replace('.', '/')}/state", self._states[entity], retain)

    def _update(self) -> None:
        for name, read_c in self._thermometers.items():
            self._publish(f"{BASE}/sensor/{name}/state", f"{read_c():.2f}", True)
        self._next.set(self._update_s)


class FakeHeaterEntity:
    """A heater with a zero-cold-water mode, as a select entity of Home Assistant.

    Args:
        env: The simulation.
        publish: Sends a message.
        switched: Told when the heater circulates or stops.
        options: The words of its modes, and whether it circulates in them.
    """

    def __init__(
        self,
        env: simpy.Environment,
        publish: Publish,
        switched: Switched = lambda _: None,
        *,
        options: Mapping[str, bool] | None = None,
    ) -> None:
        self.mode = "off"
        self._options = options or {"off": False, "all_day": True, "single_shot": True, "tap_flick": False}
        self._publish = publish
        self._switched = switched
        self._powered = False
        self._shot = Timer(env, lambda: self._choose("off"))

    @property
    def on(self) -> bool:
        """Return whether it circulates."""
        return self._options[self.mode]

    def subscriptions(self) -> tuple[str, ...]:
        """Return the topic of the automation that sets it."""
        return ("zcw/homeassistant/select.heater/set",)

    def will(self) -> Message:
        """Return Home Assistant's last will."""
        return "homeassistant/status", "offline", False

    def power_up(self) -> None:
        """Appear."""
        self._powered = True
        self._publish("homeassistant/status", "online", False)
        self._choose("off")

    def power_down(self) -> None:
        """Vanish."""
        self._powered = False
        self._shot.clear()

    def receive(self, topic: str, payload: str) -> None:
        """Choose a mode; a word that is no option is passed over."""
        if self._powered and topic == self.subscriptions()[0] and payload in self._options:
            self._choose(payload)

    def flip(self) -> None:
        """Press the heater's own button."""
        self._choose("off" if self.on else "single_shot")

    def _choose(self, mode: str) -> None:
        before, self.mode = self.on, mode
        self._shot.clear()
        if mode == "single_shot":
            self._shot.set(SHOT_S)
        if self.on is not before:
            self._switched(self.on)
        if self._powered:
            self._publish(f"{BASE}/select/heater/state", mode, True)
