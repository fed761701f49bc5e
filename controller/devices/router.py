"""All devices of a configuration: messages in, events of loops out; commands of loops in, messages out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from controller.core.clock import Instant
from controller.core.decision import Command
from controller.core.events import (
    PUMP,
    CueKind,
    CueSeen,
    DeviceFound,
    DeviceLost,
    Event,
    FlowRead,
    HotWaterRequest,
    LeaseTold,
    PowerRead,
    PumpReport,
    Reading,
)
from controller.core.leases import LeaseClass
from controller.devices.bindings import ButtonBinding, LoopBinding
from controller.devices.codec import DeviceCodec
from controller.devices.counting import Meter
from controller.devices.facts import (
    Availability,
    ButtonPress,
    Cue,
    Fact,
    Flow,
    HeaterMode,
    Lease,
    Power,
    Press,
    SwitchState,
    Temperature,
    Volume,
)
from controller.devices.message import Message, Subscription
from controller.devices.reach import Reach
from controller.devices.rejects import RejectReason, Rejects
from controller.devices.schedule import Schedule

SAME_PRESS_MS: Final = 2_000
"""A press repeated within this time is the same wish. MQTT may deliver a press twice without marking it (the
publisher's redelivery reaches us as a new message), and a person who presses twice wants one thing."""

Routed = tuple[str, Event]
"""Name of a loop, and an event for it."""


class Router:
    """Knows which device serves which loop. Does no input or output; built by ``controller.devices.wiring.wire``.

    It remembers little: which devices are out of reach, the last press of each button, what each meter has counted,
    and which cues are present.

    Args:
        codecs: Codec of each device in use, by the device's name.
        loops: What each loop uses the devices for.
    """

    def __init__(self, codecs: Mapping[str, DeviceCodec], loops: Iterable[LoopBinding]) -> None:
        self._codecs = dict(codecs)
        self._loops = {loop.loop: loop for loop in loops}
        self._by_topic: dict[str, list[str]] = defaultdict(list)
        self._pumps: dict[str, list[str]] = defaultdict(list)
        self._sensors: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        self._buttons: dict[tuple[str, str], list[tuple[str, ButtonBinding]]] = defaultdict(list)
        self._flows: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        self._cues: dict[tuple[str, CueKind, str], list[tuple[str, str]]] = defaultdict(list)
        self._members: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for loop in self._loops.values():
            self._enter(loop)
        for name, codec in self._codecs.items():
            for subscription in codec.subscriptions:
                self._by_topic[subscription.topic].append(name)
        self._reach = {name: Reach() for name in self._codecs}
        self._pressed_at: dict[tuple[str, str, Press], Instant] = {}
        self._meters: dict[tuple[str, str], Meter] = defaultdict(Meter)
        self._active: dict[tuple[str, CueKind, str], bool] = {}

    def _enter(self, loop: LoopBinding) -> None:
        self._pumps[loop.pump].append(loop.loop)
        for sensor in loop.sensors:
            self._sensors[sensor.device, sensor.channel].append((loop.loop, sensor.role))
        for button in loop.buttons:
            self._buttons[button.device, button.channel].append((loop.loop, button))
        for flow in loop.flows:
            self._flows[flow.device, flow.channel].append((loop.loop, flow.role))
        for cue in loop.cues:
            self._cues[cue.device, cue.kind, cue.channel].append((loop.loop, cue.place))
        for _, device in loop.devices():
            member = (loop.loop, PUMP if device == loop.pump else device)
            if member not in self._members[device]:
                self._members[device].append(member)

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return every topic to listen to, each once, with the strictest wishes of its listeners."""
        merged: dict[str, Subscription] = {}
        for codec in self._codecs.values():
            for one in codec.subscriptions:
                other = merged.get(one.topic, one)
                merged[one.topic] = Subscription(
                    one.topic, max(one.qos, other.qos), one.replay or other.replay
                )
        return tuple(merged.values())

    @property
    def rejects(self) -> Mapping[str, Rejects]:
        """Return the counts of refused payloads by the device's name."""
        return {name: codec.rejects for name, codec in self._codecs.items()}

    def route(
        self, topic: str, payload: bytes, retained: bool, at: Instant, utc_ms: int | None = None
    ) -> list[Routed]:
        """Return the events that a message means, by loop; a message that means none gives none.

        Args:
            topic: Where it came from; matched exactly.
            payload: What it holds; anything at all.
            retained: The broker had kept it, so its age is unknown.
            at: When it was received.
            utc_ms: What the wall clock said then, in ms since 1970; None while it is not trusted.
        """
        routed: list[Routed] = []
        for name in self._by_topic.get(topic, ()):
            for fact in self._codecs[name].decode(topic, payload, retained, at, utc_ms):
                routed += self._events(name, fact)
        return routed

    def commands(self, loop: str, command: Command) -> tuple[Message, ...]:
        """Return the messages that pass a command on to a loop's pump.

        Raises:
            KeyError: There is no such loop (a bug of the caller).
        """
        return self._codecs[self._loops[loop].pump].switch(command.run, command.lease_ms)

    def queries(self, loop: str | None = None) -> tuple[Message, ...]:
        """Return the messages that make the devices of a loop, or of all, tell their state."""
        loops = self._loops.values() if loop is None else [self._loops[loop]]
        names = dict.fromkeys(device for each in loops for _, device in each.devices())
        return tuple(dict.fromkeys(query for name in names for query in self._codecs[name].queries))

    def lease_class(self, loop: str) -> LeaseClass:
        """Return what the switch of a loop's pump enforces by itself.

        Raises:
            KeyError: There is no such loop (a bug of the caller).
        """
        return self._codecs[self._loops[loop].pump].lease_class or LeaseClass.C

    def tells_lease(self, loop: str) -> bool:
        """Return whether the switch of a loop's pump tells its own auto-off.

        Raises:
            KeyError: There is no such loop (a bug of the caller).
        """
        return self._codecs[self._loops[loop].pump].tells_lease

    @property
    def schedules(self) -> Mapping[str, Schedule]:
        """Return the schedules of boilers that obey nothing else, by the device's name."""
        return {name: codec.schedule for name, codec in self._codecs.items() if codec.schedule is not None}

    def heater_modes(self, device: str) -> tuple[HeaterMode, ...]:
        """Return the modes that a heater can be set to; none for a device that is no heater, or not used as one."""
        codec = self._codecs.get(device)
        return tuple(codec.modes) if codec else ()

    def choose(self, device: str, mode: HeaterMode) -> tuple[Message, ...]:
        """Return the messages that set a heater to a mode.

        Raises:
            KeyError: The device is no heater with this mode (a bug of the caller).
        """
        return self._codecs[device].modes[mode]

    def forget_reach(self) -> None:
        """Forget which devices were out of reach: the broker's connection was lost, and will tell afresh."""
        for reach in self._reach.values():
            reach.forget()

    def _events(self, name: str, fact: Fact) -> Iterator[Routed]:
        match fact:
            case Temperature():
                for loop, role in self._sensors.get((name, fact.channel), ()):
                    yield loop, Reading(fact.at, role, fact.value_c, fact.live)
            case SwitchState():
                for loop in self._pumps.get(name, ()):
                    yield loop, PumpReport(fact.at, fact.on, fact.live, fact.by_timer)
            case Lease() | Power():
                yield from self._evidence(name, fact)
            case Flow():
                yield from self._flowing(name, fact.channel, fact.at, fact.flow_lpm, fact.live)
            case Volume():
                flow_lpm = self._meters[name, fact.channel].flow_lpm(fact)
                if flow_lpm is not None:
                    yield from self._flowing(name, fact.channel, fact.at, flow_lpm, True)
            case ButtonPress():
                yield from self._requests(name, fact)
            case Cue():
                yield from self._cued(name, fact)
            case Availability():
                yield from self._reached(name, fact)

    def _evidence(self, name: str, fact: Lease | Power) -> Iterator[Routed]:
        if not fact.live:
            return
        for loop in self._pumps.get(name, ()):
            match fact:
                case Lease():
                    yield loop, LeaseTold(fact.at, fact.lease_ms)
                case Power():
                    yield loop, PowerRead(fact.at, fact.power_w)

    def _flowing(self, name: str, channel: str, at: Instant, flow_lpm: float, live: bool) -> Iterator[Routed]:
        for loop, role in self._flows.get((name, channel), ()):
            yield loop, FlowRead(at, role, flow_lpm, live)

    def _cued(self, name: str, fact: Cue) -> Iterator[Routed]:
        key = (name, fact.kind, fact.channel)
        was_active, self._active[key] = self._active.get(key), fact.active
        # What lasts is one cue, however often it is told; what was there before us is none.
        if fact.live and fact.active and not was_active:
            for loop, place in self._cues.get(key, ()):
                yield loop, CueSeen(fact.at, fact.kind, place)

    def _requests(self, name: str, fact: ButtonPress) -> Iterator[Routed]:
        key = (name, fact.channel, fact.press)
        last_at = self._pressed_at.get(key)
        if last_at is not None and fact.at - last_at < SAME_PRESS_MS:
            self._codecs[name].rejects.count(RejectReason.DUPLICATE)
            return
        self._pressed_at[key] = fact.at
        for loop, button in self._buttons.get((name, fact.channel), ()):
            if fact.press in button.presses:
                yield loop, _request(name, fact, button)

    def _reached(self, name: str, fact: Availability) -> Iterator[Routed]:
        found = self._reach[name].update(fact)
        if found is None:
            return
        for loop, member in self._members[name]:
            yield loop, DeviceFound(fact.at, member) if found else DeviceLost(fact.at, member)


def _request(name: str, fact: ButtonPress, button: ButtonBinding) -> HotWaterRequest:
    parts = (name, fact.channel, fact.press, str(fact.at))
    request_id = ":".join(part for part in parts if part)
    return HotWaterRequest(fact.at, request_id, button.asker, button.fixture)
