"""The rig: a plug, a pump, pipes and a clock of its own, which judge the controller from outside.

Nothing here asks the controller what the pump does. The plug obeys messages and its own timer, and writes down when
its relay was closed; the pipes follow the relay; and what was unsafe is counted from that log alone. The controller
under test is the real engine behind the real codecs; between it and the plug stands a wire that can fail.
"""

import heapq
import itertools
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from controller.core.events import (
    PUMP,
    DeviceFound,
    DeviceLost,
    Event,
    HotWaterRequest,
    Mode,
    ModeChanged,
    StopRequest,
    Tick,
)
from controller.core.leases import SwitchTerms
from controller.devices.wiring import wire
from controller.engine import Engine, Step
from controller.safety.supervisor import LimitSupervisor
from controller.settings import Settings, parse_settings

COLD_C: Final = 18.0
HOT_C: Final = 54.0
FILL_S: Final = 45.0
"""Pump time until hot water has come round."""
COOLS_PER_S: Final = 1 / 300
LEASE_S: Final = 120.0
COLD_LEASE_S: Final = 40.0
STALE_S: Final = 60.0
BLIND_S: Final = 120.0
GRACE_S: Final = 3.0
"""Messages take their time, and so do relays."""


@cache
def settings(*, cold_return: bool = False, automatic: bool = False, metered: bool = False) -> Settings:
    """A loop with a Tasmota plug, a Zigbee sensor and a Zigbee button, and perhaps a flow meter."""
    role = "cold_line" if cold_return else "return"
    strategies: list[dict[str, Any]] = [{"type": "on_demand"}]
    return parse_settings(
        {
            "site": {"time_zone": "Europe/Berlin"},
            "devices": {
                "plug": {"family": "tasmota", "topic": "plug"},
                "pipe": {"family": "zigbee2mqtt", "name": "pipe"},
                "button": {"family": "zigbee2mqtt", "name": "button"},
                "meter": {"family": "zigbee2mqtt", "name": "meter", "flow_unit": "lpm"},
            },
            "loops": [
                {
                    "topology": "cold_return" if cold_return else "dedicated_return",
                    "pump": {"device": "plug"},
                    "sensors": {role: {"device": "pipe"}},
                    "fixtures": ["kitchen"],
                    "buttons": [{"device": "button", "fixture": "kitchen"}],
                    **({"flows": {"loop": {"device": "meter"}}} if metered else {}),
                    "strategies": strategies
                    + ([{"type": "aquastat"}] if automatic and not cold_return else []),
                }
            ],
        }
    )


@dataclass
class Faults:
    """What is wrong now; every part of the rig looks here."""

    deaf: bool = False  # the plug hears nothing
    mute: bool = False  # the plug says nothing
    stuck: bool | None = None  # the relay stays so, whatever is ordered
    sensor: str = ""  # silent, frozen, ambient, nan, null, loose, hot, fahrenheit, flickering, retained
    dry: bool = False  # the pump moves nothing
    cuts: int = 0  # causes for which no message passes in either direction, and nobody is told
    frozen: bool = False  # the controller's process stands still
    dead: bool = False  # the controller's process is gone
    lost_share: float = 0.0  # of all messages
    twice_share: float = 0.0
    late_s: float = 0.0


@dataclass
class Span:
    """A time during which the relay was closed, in s."""

    from_s: float
    until_s: float = float("inf")
    too_warm_s: float = 0.0
    """Seconds in which the pump pushed water above 40 C into the cold pipe."""


class Plug:
    """A switching plug with an auto-off of its own; it keeps the only record that counts."""

    def __init__(self, rig: "Rig") -> None:
        self.rig = rig
        self.on = False
        self.spans: list[Span] = []
        self.pulse_s = 0.0
        self._pulse = 0

    def hear(self, topic: str, payload: str) -> None:
        if self.rig.faults.deaf:
            return
        command = topic.rpartition("/")[2].lower()
        if command == "power" and payload.upper() in ("ON", "OFF"):
            self.switch(payload.upper() == "ON")
        elif command.startswith("pulsetime") and payload.strip().isdigit():
            number = int(payload)
            self.pulse_s = number / 10 if number <= 111 else number - 100.0
            self._arm()
            self._say("RESULT", json.dumps({"PulseTime1": {"Set": number, "Remaining": number}}))
        self.tell()

    def reboot(self, *, comes_on: bool) -> None:
        """Lose power for a moment: the timer is forgotten, and the relay comes back as it was set to."""
        self.switch(False)
        self.pulse_s = 0.0
        self.rig.at(self.rig.now_s + 5.0, lambda: self._come_back(comes_on))

    def _come_back(self, on: bool) -> None:
        if on:
            self.rig.untimed.append(self.rig.now_s)
        self.rig.to_controller("tele/plug/LWT", "Offline")
        self.switch(on)
        self.rig.to_controller("tele/plug/LWT", "Online")
        self.tell()

    def switch(self, on: bool) -> None:
        """Move the relay, unless it is stuck; each ON starts the timer anew."""
        if self.rig.faults.stuck is not None:
            on = self.rig.faults.stuck
        if on is not self.on:
            self.rig.pipes.catch_up()
            self.on = on
            if on:
                self.spans.append(Span(self.rig.now_s))
            else:
                self.spans[-1].until_s = self.rig.now_s
        self._arm()

    def _arm(self) -> None:
        self._pulse += 1
        number = self._pulse
        if self.on and self.pulse_s:
            self.rig.at(self.rig.now_s + self.pulse_s, lambda: self._over(number))

    def _over(self, number: int) -> None:
        if number == self._pulse and self.on:
            self.switch(False)
            self.tell()

    def tell(self) -> None:
        state = "ON" if self.on else "OFF"
        self._say("RESULT", json.dumps({"POWER": state}))
        self._say("POWER", state)

    def _say(self, name: str, payload: str) -> None:
        if not self.rig.faults.mute:
            self.rig.to_controller(f"stat/plug/{name}", payload)


class Pipes:
    """One temperature, where the sensor sits: hot once the pump has run for its fill time, cooling otherwise."""

    def __init__(self, rig: "Rig", *, cold_return: bool) -> None:
        self.rig = rig
        self.cold_return = cold_return
        self.value_c = COLD_C
        self.pumped_s = 0.0
        self._at_s = 0.0

    def catch_up(self) -> None:
        """Bring the pipes to the present, second by second."""
        while self._at_s < self.rig.now_s:
            step_s = min(1.0, self.rig.now_s - self._at_s)
            self._at_s += step_s
            if self.rig.plug.on and not self.rig.faults.dry:
                self.pumped_s += step_s
                if self.pumped_s > FILL_S:
                    self.value_c += (HOT_C - self.value_c) * min(1.0, step_s / 25.0)
                if self.cold_return and self.value_c > 40.0:
                    self.rig.plug.spans[-1].too_warm_s += step_s
            else:
                self.pumped_s = max(0.0, self.pumped_s - step_s / 20.0)
                self.value_c += (COLD_C - self.value_c) * step_s * COOLS_PER_S


class Rig:
    """Plug, pipes, wire and controller in one virtual time, in s.

    Args:
        seed: Decides what the wire loses.
        cold_return: The cold pipe is the way back.
        automatic: An aquastat runs besides the button.
        metered: A flow meter in the loop proves whether the pump moves water.
    """

    def __init__(
        self, seed: int = 0, *, cold_return: bool = False, automatic: bool = False, metered: bool = False
    ) -> None:
        self.rng = random.Random(f"{seed} wire")
        self.now_s = 0.0
        self.faults = Faults()
        self.plug = Plug(self)
        self.pipes = Pipes(self, cold_return=cold_return)
        self.automatic, self.metered = automatic and not cold_return, metered
        self.settings = settings(cold_return=cold_return, automatic=automatic, metered=metered)
        self.sent: list[tuple[float, str, str]] = []
        self.wishes: list[tuple[float, float | None]] = []
        """When somebody pressed, and when the relay closed for it; None when it never did."""
        self.stops: list[float] = []
        self.hands: list[float] = []
        """When somebody switched the plug at the plug."""
        self.untimed: list[float] = []
        """When the plug was on without a timer, come back so or switched so by hand: nothing can end that until somebody
        reaches it."""
        self.forbidden: list[Span] = []
        """When the mode said that nothing may run."""
        self.dry: list[Span] = []
        self.blind: list[Span] = []
        self.cut_off: list[Span] = []
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._waiting: list[tuple[str, str, bool]] = []
        self._carried_s: dict[str, float] = {}
        self._kept: dict[str, object] = {}
        self._kept_s = 0.0
        self._wake = 0
        self._last_said_c = COLD_C
        self._boot(0.0)
        self.at(0.0, self._sense)

    # -- time -----------------------------------------------------------------------------------------------

    def at(self, at_s: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (max(at_s, self.now_s), next(self._numbers), action))

    def run(self, until_s: float) -> None:
        while self._agenda and self._agenda[0][0] <= until_s:
            self.now_s, _, action = heapq.heappop(self._agenda)
            action()
        self.now_s = until_s
        self.pipes.catch_up()

    def forget(self) -> None:
        """Drop the records of what is over; for lives longer than anybody judges."""
        self.sent.clear()
        self.wishes.clear()
        self.stops.clear()
        del self.plug.spans[:-1], self.blind[:], self.cut_off[:]

    # -- the controller -------------------------------------------------------------------------------------

    def _boot(self, elapsed_s: float) -> None:
        (loop,) = self.settings.loops
        self.router, problems = wire(self.settings.devices, [loop.binding], self.settings.families)
        assert problems == ()
        now = round(self.now_s * 1_000)
        self.engine = Engine(
            loop.plumbing,
            loop.strategies,
            LimitSupervisor(loop.limits, now),
            started_at=now,
            terms=SwitchTerms(self.router.lease_class(loop.name), loop.by_hand, loop.consent),
        )
        if self._kept:
            self.engine.restore(self._kept, elapsed_ms=round(elapsed_s * 1_000))
        self.post(DeviceLost(now, PUMP))
        self.post(Tick(now))
        self.post(DeviceFound(now, PUMP))
        self._ask()

    def post(self, event: Event) -> Step | None:
        if self.faults.dead or self.faults.frozen:
            return None
        step = self.engine.handle(event)
        if step.notes:
            self._kept, self._kept_s = self.engine.snapshot(), self.now_s
        for command in step.commands:
            for message in self.router.commands("main", command):
                self._to_plug(message.topic, message.payload.decode())
        self._wake += 1
        number = self._wake
        self.at(step.wake_at / 1_000, lambda: self._tick(number))
        return step

    def _tick(self, number: int) -> None:
        if number == self._wake and not (self.faults.dead or self.faults.frozen):
            self.post(Tick(round(self.now_s * 1_000)))

    def _ask(self) -> None:
        for message in self.router.queries("main"):
            self._to_plug(message.topic, message.payload.decode())

    def freeze(self) -> None:
        self.faults.frozen = True

    def thaw(self) -> None:
        """The process goes on: what came meanwhile is read now."""
        self.faults.frozen = False
        waiting, self._waiting = self._waiting, []
        self.post(Tick(round(self.now_s * 1_000)))
        for topic, payload, retained in waiting:
            self._route(topic, payload, retained)

    def kill(self) -> None:
        self.faults.dead = True

    def spoil(self, kept: dict[str, object]) -> None:
        """What was kept for the next start is something else."""
        self._kept = kept

    def restart(self) -> None:
        self.faults.dead = False
        self._boot(self.now_s - self._kept_s)

    def cut(self) -> Span:
        """The connection is gone and nobody is told; the client notices after 20 s."""
        self.faults.cuts += 1
        self.cut_off.append(Span(self.now_s))
        self.at(self.now_s + 20.0, self._notice)
        return self.cut_off[-1]

    def _notice(self) -> None:
        if self.faults.cuts:
            self.post(DeviceLost(round(self.now_s * 1_000), PUMP))

    def mend(self, cut: Span) -> None:
        self.faults.cuts -= 1
        cut.until_s = self.now_s
        if not self.faults.cuts:
            now = round(self.now_s * 1_000)
            self.post(DeviceLost(now, PUMP))
            self.post(DeviceFound(now, PUMP))
            self._ask()

    # -- the wire -------------------------------------------------------------------------------------------

    def _pass(self, way: str, action: Callable[[], None]) -> None:
        """Carry one message, or lose it; a connection never changes the order of what it carries."""
        faults = self.faults
        if faults.cuts or self.rng.random() < faults.lost_share:
            return
        for _ in range(2 if self.rng.random() < faults.twice_share else 1):
            at_s = self.now_s + 0.02 + self.rng.random() * faults.late_s
            self._carried_s[way] = at_s = max(at_s, self._carried_s.get(way, 0.0))
            self.at(at_s, action)

    def _to_plug(self, topic: str, payload: str) -> None:
        self.sent.append((self.now_s, topic, payload))
        if topic.startswith("cmnd/plug/"):
            self._pass("out", lambda: self.plug.hear(topic, payload))

    def to_controller(self, topic: str, payload: str, *, retained: bool = False) -> None:
        self._pass("in", lambda: self._route(topic, payload, retained))

    def _route(self, topic: str, payload: str, retained: bool) -> None:
        if self.faults.dead:
            return
        if self.faults.frozen:
            self._waiting.append((topic, payload, retained))
            return
        for _, event in self.router.route(topic, payload.encode(), retained, round(self.now_s * 1_000)):
            self.post(event)

    # -- the sensor -----------------------------------------------------------------------------------------

    def _sense(self) -> None:
        self.pipes.catch_up()
        said = {
            "": f"{self.pipes.value_c:.2f}",
            "frozen": f"{self._last_said_c:.2f}",
            "nan": "NaN",
            "null": "null",
            "fahrenheit": f"{self.pipes.value_c * 1.8 + 32.0:.1f}",
            "ambient": "21.00",
            "loose": "-127",
            "hot": "150",
            "flickering": "20" if round(self.now_s / 5.0) % 2 else "60",
            "retained": f"{self.pipes.value_c:.2f}",
            "silent": None,
        }[self.faults.sensor]
        if not self.faults.sensor:
            self._last_said_c = self.pipes.value_c
        if said is not None:
            retained = self.faults.sensor == "retained"
            self.to_controller("zigbee2mqtt/pipe", f'{{"temperature": {said}}}', retained=retained)
        if self.metered:
            flow_lpm = 6.0 if self.plug.on and not self.faults.dry else 0.0
            self.to_controller("zigbee2mqtt/meter", f'{{"flow": {flow_lpm}}}')
        self.at(self.now_s + 5.0, self._sense)

    # -- people ---------------------------------------------------------------------------------------------

    def press(self) -> None:
        """Somebody presses the button, and would like the relay to close."""
        self.wishes.append((self.now_s, None))
        self.to_controller("zigbee2mqtt/button", '{"action": "single"}')

    def ask(self, name: str) -> Step | None:
        """Somebody asks over REST."""
        return self.post(HotWaterRequest(round(self.now_s * 1_000), name, "REST call", "kitchen"))

    def by_hand(self, on: bool) -> None:
        """Somebody switches the plug at the plug."""
        self.hands.append(self.now_s)
        if on and not self.plug.pulse_s:
            self.untimed.append(self.now_s)
        self.plug.switch(on)
        self.plug.tell()

    def choose(self, mode: Mode) -> None:
        """Somebody chooses a mode on the page."""
        self.post(ModeChanged(round(self.now_s * 1_000), mode, "web page"))

    def stop(self) -> None:
        """Somebody presses STOP on the page."""
        if self.post(StopRequest(round(self.now_s * 1_000), "web page")) is not None:
            self.stops.append(self.now_s)
