"""Shelly devices of both kinds: the first generation with its plain topics, the later ones with their RPC.

Topics and payloads: shelly-api-docs.shelly.cloud (gen1 and gen2: Mqtt, Switch), iobroker-community-adapters/ioBroker.shelly.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import simpy

from simulator.fake_devices.device import Message, Publish, Switched, Thermometer, Timer

REPORT_S: Final = 30.0
"""Seconds between the reports of a first-generation device."""
PUMP_W: Final = 24.9
"""What the pump on the relay draws, in W."""
NO_HANDLER: Final = 404
INVALID_ARGUMENT: Final = -103


class ShellyGen1:
    """A relay of the first generation with power meter, thermometers and inputs.

    Args:
        env: The simulation.
        publish: Sends a message.
        name: Its MQTT name, such as ``shellyplug-s-A1B2C3``.
        switched: Told when the relay changes.
        thermometers: Its external thermometers, numbered from 0.
        auto_off_s: "Auto off" as set on the relay's page; None for never.
        default_state: What the relay does when power comes: ``off``, ``on`` or ``last``.
        report_s: Seconds between reports.
    """

    def __init__(
        self,
        env: simpy.Environment,
        publish: Publish,
        name: str,
        switched: Switched = lambda _: None,
        *,
        thermometers: Sequence[Thermometer] = (),
        auto_off_s: float | None = None,
        default_state: str = "off",
        report_s: float = REPORT_S,
    ) -> None:
        self.prefix = f"shellies/{name}"
        self.on = False
        self.default_state = default_state
        self._name = name
        self._publish = publish
        self._switched = switched
        self._thermometers = tuple(thermometers)
        self._auto_off_s = auto_off_s
        self._report_s = report_s
        self._powered = False
        self._last = False
        self._events = 0
        self._off = Timer(env, lambda: self._switch(False))
        self._next = Timer(env, self._report)

    def subscriptions(self) -> tuple[str, ...]:
        """Return the topics on which it takes orders."""
        return f"{self.prefix}/relay/0/command", f"{self.prefix}/command", "shellies/command"

    def will(self) -> Message:
        """Return the last will, which is not retained."""
        return f"{self.prefix}/online", "false", False

    def power_up(self) -> None:
        """Greet, and bring the relay where its setting wants it."""
        self._powered = True
        self._say("online", "true")
        self._announce()
        self._switch({"on": True, "last": self._last}.get(self.default_state, False))
        self._report()

    def power_down(self) -> None:
        """Fall silent; the relay drops out."""
        self._powered, self._last = False, self.on
        self._off.clear()
        self._next.clear()
        self._move(False)

    def receive(self, topic: str, payload: str) -> None:
        """Take an order; what it does not know is passed over."""
        if not self._powered:
            return
        if topic == f"{self.prefix}/relay/0/command":
            self._order(payload)
        elif topic in (f"{self.prefix}/command", "shellies/command"):
            if payload == "announce":
                self._announce()
            elif payload == "update":
                self._report()

    def press(self, event: str = "S", channel: int = 0) -> None:
        """Press an input: ``S`` short, ``SS`` twice, ``L`` long."""
        if self._powered:
            self._events += 1
            self._say(f"input_event/{channel}", json.dumps({"event": event, "event_cnt": self._events}))

    def flip(self) -> None:
        """Press the button on the plug itself."""
        if self._powered:
            self._switch(not self.on)

    def _order(self, payload: str) -> None:
        if payload in ("on", "off", "toggle"):
            self._switch(not self.on if payload == "toggle" else payload == "on")

    def _switch(self, on: bool) -> None:
        self._move(on)
        self._off.clear()
        if on and self._auto_off_s is not None:
            self._off.set(self._auto_off_s)
        self._tell()
        self._info()

    def _move(self, on: bool) -> None:
        if on is not self.on:
            self.on = on
            self._switched(on)

    def _tell(self) -> None:
        self._say("relay/0", "on" if self.on else "off")
        self._say("relay/0/power", f"{PUMP_W if self.on else 0.0:.2f}")

    def _report(self) -> None:
        self._tell()
        for number, read_c in enumerate(self._thermometers):
            self._say(f"ext_temperature/{number}", f"{read_c():.2f}")
        self._info()
        self._next.set(self._report_s)

    def _info(self) -> None:
        left_s = self._off.left_s
        relay = {
            "ison": self.on,
            "has_timer": left_s > 0,
            "timer_duration": (self._auto_off_s or 0) if left_s > 0 else 0,
            "timer_remaining": round(left_s),
            "source": "mqtt",
        }
        if self.on or left_s > 0:
            self._say("info", json.dumps({"relays": [relay], "uptime": 1}))

    def _announce(self) -> None:
        device = {"id": self._name, "model": "SHPLG-S", "mac": "A4CF12A1B2C3", "fw_ver": "20230913-113421"}
        self._publish("shellies/announce", json.dumps(device), False)
        self._say("announce", json.dumps(device))

    def _say(self, topic: str, payload: str) -> None:
        self._publish(f"{self.prefix}/{topic}", payload, False)


class ShellyGen2:
    """A relay of the second generation with power meter, add-on thermometers and inputs.

    Args:
        env: The simulation.
        publish: Sends a message.
        prefix: Its MQTT prefix, such as ``shellyplus1pm-a8032ab12345``.
        wall_clock: Gives the local time for its messages.
        switched: Told when the relay changes.
        thermometers: Thermometers of the add-on, numbered from 100.
        rpc: RPC and its notifications are on.
        control: Plain commands and status updates are on.
        auto_off_s: "Auto off" as set on the relay's page; None for never.
        initial_state: What the relay does when power comes: ``off``, ``on`` or ``restore_last``.
        report_s: Seconds between reports of the thermometers.
    """

    def __init__(
        self,
        env: simpy.Environment,
        publish: Publish,
        prefix: str,
        wall_clock: Callable[[], datetime],
        switched: Switched = lambda _: None,
        *,
        thermometers: Sequence[Thermometer] = (),
        rpc: bool = True,
        control: bool = False,
        auto_off_s: float | None = None,
        initial_state: str = "off",
        report_s: float = 10.0,
    ) -> None:
        self.prefix = prefix
        self.on = False
        self.initial_state = initial_state
        self._env = env
        self._publish = publish
        self._wall_clock = wall_clock
        self._switched = switched
        self._thermometers = {100 + number: read_c for number, read_c in enumerate(thermometers)}
        self._rpc, self._control = rpc, control
        self._auto_off_s = auto_off_s
        self._report_s = report_s
        self._powered = False
        self._last = False
        self._source = "init"
        self._timer: tuple[float, float] | None = None
        self._off = Timer(env, lambda: self._set(False, "timer"))
        self._next = Timer(env, self._report)

    def subscriptions(self) -> tuple[str, ...]:
        """Return the topics on which it takes orders."""
        return f"{self.prefix}/rpc", f"{self.prefix}/command/#"

    def will(self) -> Message:
        """Return the last will."""
        return f"{self.prefix}/online", "false", True

    def power_up(self) -> None:
        """Greet, tell everything, and bring the relay where its setting wants it."""
        self._powered = True
        self._publish(f"{self.prefix}/online", "true", True)
        on = {"on": True, "restore_last": self._last}.get(self.initial_state, False)
        self._set(on, "init")
        self._report()

    def power_down(self) -> None:
        """Fall silent; the relay drops out."""
        self._powered, self._last = False, self.on
        self._off.clear()
        self._next.clear()
        self._timer = None
        self._move(False)

    def receive(self, topic: str, payload: str) -> None:
        """Take an order; nonsense gets an error for an answer, or none."""
        if not self._powered:
            return
        if topic == f"{self.prefix}/rpc" and self._rpc:
            self._call(payload)
        elif topic == f"{self.prefix}/command/switch:0" and self._control:
            self._plain(payload)
        elif topic.startswith(f"{self.prefix}/command/temperature:") and self._control:
            self._report()

    def press(self, event: str = "single_push", channel: int = 0) -> None:
        """Press an input: ``single_push``, ``double_push`` or ``long_push``."""
        if self._powered:
            for name in ("btn_down", "btn_up", event):
                at = self._now()
                happened = {"component": f"input:{channel}", "id": channel, "event": name, "ts": at}
                self._notify("NotifyEvent", {"ts": at, "events": [happened]})

    def flip(self) -> None:
        """Press the button on the plug itself."""
        if self._powered:
            self._set(not self.on, "button")

    # -- the relay ------------------------------------------------------------------------------------------

    def _set(self, on: bool, source: str, toggle_after_s: float | None = None) -> None:
        self._source = source
        self._move(on)
        self._off.clear()
        self._timer = None
        lasts_s = toggle_after_s if toggle_after_s is not None else (self._auto_off_s if on else None)
        if lasts_s is not None and on:
            self._timer = (self._now(), lasts_s)
            self._off.set(lasts_s)
        self._notify("NotifyStatus", {"ts": self._now(), "switch:0": self._status(metered=False)})
        self._notify("NotifyStatus", {"ts": self._now(), "switch:0": {"id": 0, "apower": self._power_w()}})
        self._tell()

    def _move(self, on: bool) -> None:
        if on is not self.on:
            self.on = on
            self._switched(on)

    def _power_w(self) -> float:
        return PUMP_W if self.on else 0.0

    def _status(self, *, metered: bool = True) -> dict[str, Any]:
        timed = {"timer_started_at": self._timer[0], "timer_duration": self._timer[1]} if self._timer else {}
        meter = {"apower": self._power_w(), "voltage": 229.8, "temperature": {"tC": 41.0, "tF": 105.8}}
        return {"id": 0, "source": self._source, "output": self.on, **timed, **(meter if metered else {})}

    # -- what it says ---------------------------------------------------------------------------------------

    def _tell(self) -> None:
        if self._control:
            self._publish(f"{self.prefix}/status/switch:0", json.dumps(self._status()), False)

    def _report(self) -> None:
        for number, read_c in self._thermometers.items():
            value = self._temperature(number, read_c)
            self._notify("NotifyStatus", {"ts": self._now(), f"temperature:{number}": value})
            if self._control:
                self._publish(f"{self.prefix}/status/temperature:{number}", json.dumps(value), False)
        self._next.set(self._report_s)

    def _temperature(self, number: int, read_c: Thermometer) -> dict[str, float]:
        value_c = read_c()
        return {"id": number, "tC": round(value_c, 1), "tF": round(value_c * 1.8 + 32, 1)}

    def _notify(self, method: str, params: Mapping[str, object]) -> None:
        if self._rpc:
            frame = {
                "src": self.prefix,
                "dst": f"{self.prefix}/events",
                "method": method,
                "params": dict(params),
            }
            self._publish(f"{self.prefix}/events/rpc", json.dumps(frame), False)

    def _now(self) -> float:
        return round(self._wall_clock().timestamp(), 2)

    # -- orders ---------------------------------------------------------------------------------------------

    def _plain(self, payload: str) -> None:
        if payload == "status_update":
            self._tell()
        elif payload in ("on", "off", "toggle"):
            self._set(not self.on if payload == "toggle" else payload == "on", "MQTT")

    def _call(self, payload: str) -> None:
        try:
            frame = json.loads(payload)
        except (ValueError, RecursionError):
            return
        if not isinstance(frame, dict) or not isinstance(frame.get("src"), str):
            return
        params = frame.get("params")
        answer = self._answer(frame.get("method"), params if isinstance(params, dict) else {})
        reply = {"id": frame.get("id"), "src": self.prefix, "dst": frame["src"], **answer}
        self._publish(f"{frame['src']}/rpc", json.dumps(reply), False)

    def _answer(self, method: object, params: Mapping[str, Any]) -> dict[str, object]:
        number = params.get("id")
        match method:
            case "Switch.Set":
                return self._answer_set(params)
            case "Switch.GetStatus" if number == 0:
                return {"result": self._status()}
            case "Temperature.GetStatus" if number in self._thermometers:
                return {"result": self._temperature(number, self._thermometers[number])}
            case "Switch.GetStatus" | "Temperature.GetStatus":
                return _error(INVALID_ARGUMENT, f"Argument 'id', value {number} not found!")
            case _:
                return _error(NO_HANDLER, f"No handler for {method}")

    def _answer_set(self, params: Mapping[str, Any]) -> dict[str, object]:
        on, toggle_after_s = params.get("on"), params.get("toggle_after")
        if params.get("id") != 0 or not isinstance(on, bool):
            return _error(INVALID_ARGUMENT, "Missing or bad argument 'on'!")
        if toggle_after_s is not None and not isinstance(toggle_after_s, int | float):
            return _error(INVALID_ARGUMENT, "Bad argument 'toggle_after'!")
        was_on = self.on
        self._set(on, "MQTT", toggle_after_s)
        return {"result": {"was_on": was_on}}


def _error(code: int, message: str) -> dict[str, object]:
    return {"error": {"code": code, "message": message}}
