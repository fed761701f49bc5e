"""Devices with the Tasmota firmware: a switching plug, and a board with DS18B20 thermometers.

Topics and payloads: tasmota/docs, MQTT.md, Commands.md, DS18x20.md.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import simpy

from simulator.fake_devices.device import Message, Publish, Switched, Thermometer, Timer

TELE_PERIOD_S: Final = 300
"""Seconds between telemetry messages as delivered; 10 to 3600 may be set."""
MOST_COMMANDS: Final = 30
"""Commands taken from one backlog."""

_POWER_WORDS: Final[Mapping[str, str]] = {
    "on": "on",
    "1": "on",
    "true": "on",
    "off": "off",
    "0": "off",
    "false": "off",
    "toggle": "toggle",
    "2": "toggle",
}


class TasmotaDevice:
    """What all boards with this firmware do: greet, report by interval, answer commands.

    Args:
        env: The simulation.
        publish: Sends a message.
        topic: The device's own topic, ``tasmota_XXXXXX`` as delivered.
        wall_clock: Gives the device's local time for its messages.
        tele_period_s: Seconds between telemetry messages.
    """

    def __init__(
        self,
        env: simpy.Environment,
        publish: Publish,
        topic: str,
        wall_clock: Callable[[], datetime],
        *,
        tele_period_s: int = TELE_PERIOD_S,
    ) -> None:
        self.topic = topic
        self.tele_period_s = tele_period_s
        self._publish = publish
        self._wall_clock = wall_clock
        self._powered = False
        self._telemetry = Timer(env, self._report)

    def subscriptions(self) -> tuple[str, ...]:
        """Return the command topics of the device."""
        return (f"cmnd/{self.topic}/#",)

    def will(self) -> Message:
        """Return the last will."""
        return f"tele/{self.topic}/LWT", "Offline", True

    def power_up(self) -> None:
        """Greet and begin to report; the first telemetry comes at once."""
        self._powered = True
        self._publish(f"tele/{self.topic}/LWT", "Online", True)
        self._report()

    def power_down(self) -> None:
        """Fall silent."""
        self._powered = False
        self._telemetry.clear()

    def receive(self, topic: str, payload: str) -> None:
        """Carry out a command and answer it."""
        head, _, command = topic.rpartition("/")
        if self._powered and head == f"cmnd/{self.topic}":
            self._run(command, payload.strip())

    def _run(self, command: str, text: str) -> None:
        name = command.lower()
        if name in ("backlog", "backlog0"):
            for part in text.split(";")[:MOST_COMMANDS]:
                inner, _, argument = part.strip().partition(" ")
                if inner.lower() not in ("", "backlog", "backlog0"):
                    self._run(inner, argument.strip())
        elif not self._obey(name, text):
            self._answer({"Command": "Unknown", "Input": command})

    def _obey(self, name: str, text: str) -> bool:
        """Carry out one command; False when this board does not know it."""
        if name == "teleperiod":
            period_s = whole_number(text)
            if period_s is not None and (period_s == 0 or 10 <= period_s <= 3600):
                self.tele_period_s = period_s
                self._telemetry.set(period_s or TELE_PERIOD_S)
            self._answer({"TelePeriod": self.tele_period_s})
            return True
        if name == "state":
            self._answer(self._state())
            return True
        if name == "status" and text in _STATUS:
            key, show = _STATUS[text]
            values = json.dumps({key: show(self)})
            self._publish(f"stat/{self.topic}/STATUS{text}", values, False)
            return True
        return False

    def _report(self) -> None:
        self._tele("STATE", self._state())
        sensors = self._sensors()
        if len(sensors) > 1:
            self._tele("SENSOR", sensors)
        self._telemetry.set(self.tele_period_s or TELE_PERIOD_S)

    def _sensors(self) -> dict[str, object]:
        """Return what this board measures; the time only, when it measures nothing."""
        return {"Time": self._time()}

    def _state(self) -> dict[str, object]:
        return {"Time": self._time(), "SleepMode": "Dynamic", "Wifi": {"RSSI": 78, "Signal": -61}}

    def _tele(self, name: str, values: Mapping[str, object]) -> None:
        self._publish(f"tele/{self.topic}/{name}", json.dumps(values), False)

    def _answer(self, values: Mapping[str, object]) -> None:
        self._publish(f"stat/{self.topic}/RESULT", json.dumps(values), False)

    def _time(self) -> str:
        return self._wall_clock().strftime("%Y-%m-%dT%H:%M:%S")


_STATUS: Final[Mapping[str, tuple[str, Callable[[TasmotaDevice], Mapping[str, object]]]]] = {
    "8": ("StatusSNS", lambda board: board._sensors()),
    "10": ("StatusSNS", lambda board: board._sensors()),
    "11": ("StatusSTS", lambda board: board._state()),
}
"""What a board tells when asked for a status by number, and under which key."""


class TasmotaPlug(TasmotaDevice):
    """A plug with one relay.

    Args:
        env: The simulation.
        publish: Sends a message.
        topic: The device's own topic.
        wall_clock: Gives the device's local time.
        switched: Told when the relay changes.
        tele_period_s: Seconds between telemetry messages.
        power_on_state: What the relay does when power comes back: 0 off, 1 on, 2 the opposite of before, 3 as before.
        pulse_time: Auto-off as set in the device: 0 none, 1..111 tenths of a second, 112..64900 seconds plus 100.
    """

    def __init__(
        self,
        env: simpy.Environment,
        publish: Publish,
        topic: str,
        wall_clock: Callable[[], datetime],
        switched: Switched,
        *,
        tele_period_s: int = TELE_PERIOD_S,
        power_on_state: int = 0,
        pulse_time: int = 0,
    ) -> None:
        super().__init__(env, publish, topic, wall_clock, tele_period_s=tele_period_s)
        self.on = False
        self.power_on_state = power_on_state
        self.pulse_time = pulse_time
        self._saved_on = False
        self._switched = switched
        self._pulse = Timer(env, lambda: self._switch(False))

    def power_up(self) -> None:
        """Greet, and bring the relay where the device's setting wants it."""
        on = {1: True, 2: not self._saved_on, 3: self._saved_on}.get(self.power_on_state, False)
        super().power_up()
        self._switch(on)

    def power_down(self) -> None:
        """Fall silent; the relay drops out."""
        super().power_down()
        self._pulse.clear()
        self._saved_on = self.on
        self._move(False)

    def press(self) -> None:
        """Press the button on the plug."""
        if self._powered:
            self._switch(not self.on)

    def _obey(self, name: str, text: str) -> bool:
        match name:
            case "power" | "power1":
                self._power(text)
            case "pulsetime" | "pulsetime1":
                self._set_pulse(text)
            case "poweronstate":
                wanted = whole_number(text)
                self.power_on_state = wanted if wanted in (0, 1, 2, 3) else self.power_on_state
                self._answer({"PowerOnState": self.power_on_state})
            case _:
                return super()._obey(name, text)
        return True

    def _power(self, text: str) -> None:
        word = _POWER_WORDS.get(text.lower())
        if word is None:
            self._tell()  # an empty payload asks for the state, and so does one the firmware does not know
        else:
            self._switch(not self.on if word == "toggle" else word == "on")

    def _set_pulse(self, text: str) -> None:
        value = whole_number(text)
        if value is not None and value < 65_536:
            self.pulse_time = value
            self._start_pulse()  # setting it starts it, also while the relay is off
        remaining = encoded_pulse(self._pulse.left_s)
        self._answer({"PulseTime1": {"Set": self.pulse_time, "Remaining": remaining}})

    def _start_pulse(self) -> None:
        self._pulse.clear()
        if self.pulse_time:
            self._pulse.set(pulse_s(self.pulse_time))

    def _switch(self, on: bool) -> None:
        self._move(on)
        self._tell()
        # every ON begins the auto-off anew, also when the relay was on before
        self._start_pulse() if on else self._pulse.clear()

    def _move(self, on: bool) -> None:
        if on is not self.on:
            self.on = on
            self._switched(on)

    def _tell(self) -> None:
        self._answer({"POWER": self._word()})
        self._publish(f"stat/{self.topic}/POWER", self._word(), False)

    def _word(self) -> str:
        return "ON" if self.on else "OFF"

    def _state(self) -> dict[str, object]:
        return {**super()._state(), "POWER": self._word()}


class TasmotaThermometers(TasmotaDevice):
    """A board with one or more DS18B20 thermometers.

    Args:
        env: The simulation.
        publish: Sends a message.
        topic: The device's own topic.
        wall_clock: Gives the device's local time.
        thermometers: Address on the wire (12 hexadecimal digits) and temperature of each; named in the messages by their
            order of address, and without a number when there is only one.
        tele_period_s: Seconds between reports.
    """

    def __init__(
        self,
        env: simpy.Environment,
        publish: Publish,
        topic: str,
        wall_clock: Callable[[], datetime],
        thermometers: Mapping[str, Thermometer],
        *,
        tele_period_s: int = TELE_PERIOD_S,
    ) -> None:
        super().__init__(env, publish, topic, wall_clock, tele_period_s=tele_period_s)
        self._thermometers = dict(sorted(thermometers.items()))

    def _sensors(self) -> dict[str, object]:
        values: dict[str, object] = {}
        alone = len(self._thermometers) == 1
        for number, (address, read_c) in enumerate(self._thermometers.items(), start=1):
            name = "DS18B20" if alone else f"DS18B20-{number}"
            values[name] = {"Id": address, "Temperature": round(read_c(), 1)}
        return {**super()._sensors(), **values, "TempUnit": "C"}


def pulse_s(value: int) -> float:
    """Return the seconds meant by a PulseTime value: up to 111 tenths of a second, above that seconds plus 100."""
    return value / 10 if value <= 111 else float(value - 100)


def encoded_pulse(seconds: float) -> int:
    """Return the PulseTime value of so many seconds."""
    return round(seconds * 10) if seconds <= 11.1 else round(seconds) + 100


def whole_number(text: str) -> int | None:
    """Return the number written in plain digits, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None
