"""What a family's template says, as values: placeholders in braces still wait for the parameters of a device."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from controller.core.events import CueKind
from controller.core.leases import LeaseClass
from controller.devices.facts import HeaterMode

CHANNEL: Final = "channel"
"""Placeholder for one of several sensors or buttons on a device; given where the sensor is used."""
DAY: Final = "day"
"""Placeholder for the name of a day."""
PLAN: Final = "plan"
"""Placeholder for a day's plan; filled in anew with every order."""
LEASE: Final = "lease"
"""Placeholder for the encoded lease; filled in anew with every ON."""
IGNORE: Final = "ignore"
"""What a value stands for when it is known and means nothing."""
ACTIVE: Final = "active"
"""What a cue's value stands for: somebody moves, the door is open, the light is on."""
INACTIVE: Final = "inactive"
"""What a cue's value stands for: nobody moves, the door is shut, the light is off."""


class Kind(StrEnum):
    """What a parameter is, and so how it is checked."""

    TOPIC = "topic"
    """A topic or a part of one; may have several levels."""
    NAME = "name"
    """A word within a topic's level or a JSON key."""
    PATH = "path"
    """A JSON path."""
    TEXT = "text"
    """A payload or a value in one."""
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that the owner of a device says about it.

    Args:
        name: Key in the configuration.
        kind: What it is.
        help: A sentence for the owner.
        required: There is no default.
        default: Value when not given; empty for none.
        choices: Allowed values of a choice.
        least: Smallest integer.
        most: Largest integer.
        pattern: Regular expression that the whole value must match; empty for any.
        hint: Words of which one must stand in a value that is guessed from what devices say; empty for no guessing.
    """

    name: str
    kind: Kind
    help: str
    required: bool = False
    default: str = ""
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 2**31 - 1
    pattern: str = ""
    hint: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageShape:
    """A message to publish.

    Args:
        topic: Where.
        payload: What.
        qos: 0 or 1.
        when: Parameter that must be given (and not false) for this message to be sent; empty for always.
        unless: Parameter that must not be given for this message to be sent; empty for always.
    """

    topic: str
    payload: str
    qos: int = 0
    when: str = ""
    unless: str = ""


@dataclass(frozen=True, slots=True)
class SourceShape:
    """Where a value is heard.

    Args:
        topic: Topic.
        path: JSON path to the value; empty when the payload is the value.
        when: Parameter that must be given (and not false) for this source to exist; empty for always.
        unless: Parameter that must not be given for this source to exist; empty for always.
        optional: Payloads without the value are usual here, and no reason to count a refusal.
        or_plain: The payload may also be the plain value (families that changed over the years).
        seen_path: JSON path to the time at which the value was measured; empty when it is not said.
    """

    topic: str
    path: str = ""
    when: str = ""
    unless: str = ""
    optional: bool = False
    or_plain: bool = False
    seen_path: str = ""


@dataclass(frozen=True, slots=True)
class NumberSource:
    """Where a number is heard.

    Args:
        source: Where.
        unit: Its unit, or a placeholder for it.
        unit_path: JSON path to the unit in the same payload; empty when it is not said.
        per: How many of the unit make a litre (pulses); a placeholder or a number, empty for one.
    """

    source: SourceShape
    unit: str
    unit_path: str = ""
    per: str = ""


@dataclass(frozen=True, slots=True)
class WordSource:
    """Where a word is heard.

    Args:
        source: Where.
        values: Pairs of the exact value and what it means.
    """

    source: SourceShape
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NumbersShape:
    """Sensors that tell numbers: temperature, flow.

    Args:
        sources: Where they are heard.
        channel: What names one of several sensors; None when there is one only.
        query: Messages that ask for a reading.
        when: Parameter that must be given for the device to have this capability; empty for always.
    """

    sources: tuple[NumberSource, ...]
    channel: Parameter | None = None
    query: tuple[MessageShape, ...] = ()
    when: str = ""


@dataclass(frozen=True, slots=True)
class WordsShape:
    """Sensors that tell words: buttons, motion, contacts, lights.

    Args:
        sources: Where they are heard.
        channel: What names one of several; None when there is one only.
        when: Parameter that must be given for the device to have this capability; empty for always.
    """

    sources: tuple[WordSource, ...]
    channel: Parameter | None = None
    when: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """One way to switch on.

    Args:
        messages: What to send, in this order.
        when: Parameter that must be given (and not false) for this way; empty for always.
        lease_class: What the device enforces when switched on this way.
        encoding: Name of the lease's encoding, or a placeholder for it; empty without a lease.
        most: Largest encoded lease; None without a limit of its own.
    """

    messages: tuple[MessageShape, ...]
    when: str = ""
    lease_class: LeaseClass = LeaseClass.C
    encoding: str = ""
    most: int | None = None


@dataclass(frozen=True, slots=True)
class StateShape:
    """Where a two-valued state is heard.

    Args:
        source: Where.
        yes: Values that mean on or online.
        no: Values that mean off or offline.
        cause_path: JSON path to what caused the state; empty when it is not said.
        timer: Causes that mean the device's own auto-off.
    """

    source: SourceShape
    yes: tuple[str, ...]
    no: tuple[str, ...]
    cause_path: str = ""
    timer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SwitchShape:
    """A switch.

    Args:
        starts: Ways to switch on; the first whose condition holds is used.
        stops: Messages that switch off.
        states: Where its state is heard.
        query: Messages that ask for the state.
        leases: Where the device tells its own auto-off, so that a lease can be verified.
        power: Where it tells what it draws.
        when: Parameter that must be given for the device to have this capability; empty for always.
    """

    starts: tuple[Start, ...]
    stops: tuple[MessageShape, ...]
    states: tuple[StateShape, ...]
    query: tuple[MessageShape, ...] = ()
    leases: tuple[NumberSource, ...] = ()
    power: tuple[NumberSource, ...] = ()
    when: str = ""


@dataclass(frozen=True, slots=True)
class HeaterShape:
    """A heater that has hot water waiting by itself.

    Args:
        modes: Messages that choose each of its modes; the last one of each is the one that chooses.
        states: Where its mode is heard; values mean modes.
        query: Messages that ask for the mode.
        when: Parameter that must be given for the device to have this capability; empty for always.
    """

    modes: tuple[tuple[HeaterMode, tuple[MessageShape, ...]], ...]
    states: tuple[WordSource, ...]
    query: tuple[MessageShape, ...] = ()
    when: str = ""


@dataclass(frozen=True, slots=True)
class ScheduleShape:
    """A weekly schedule by which a boiler runs its pump, where it obeys nothing else.

    Args:
        days: Names of the days, as the boiler writes them; each fills ``{day}`` in the pieces below.
        ask: What makes the boiler tell a day's plan.
        told: Where it tells it.
        write: What writes it, with ``{plan}`` where it goes.
        always: Plan of a day on which the pump always runs.
        never: Plan of a day on which it never does.
    """

    days: tuple[str, ...]
    ask: tuple[MessageShape, ...]
    told: SourceShape
    write: MessageShape
    always: str
    never: str


@dataclass(frozen=True, slots=True)
class Template:
    """A family of devices.

    Args:
        family: Name in the configuration.
        title: Name for people.
        notes: What its owner should set on the device, and what we learned about it.
        parameters: What the owner says about a device.
        switch: Its switch, if it has one.
        temperature: Its temperature sensors, if it has any.
        flow: Its flow sensors, if it has any.
        button: Its buttons, if it has any.
        cues: Its sensors of motion, contacts and lights, by kind.
        heater: Its own ways to have hot water waiting, if it is a heater that has any.
        schedule: Its weekly schedule, if it is a boiler that obeys nothing else.
        availability: Where its reach is heard.
        signs: Topics on which one of its devices can be recognised, with the parameters that they give away.
    """

    family: str
    title: str
    notes: str
    parameters: tuple[Parameter, ...]
    switch: SwitchShape | None = None
    temperature: NumbersShape | None = None
    flow: NumbersShape | None = None
    button: WordsShape | None = None
    cues: Mapping[CueKind, WordsShape] = field(default_factory=lambda: MappingProxyType({}))
    heater: HeaterShape | None = None
    schedule: ScheduleShape | None = None
    availability: tuple[StateShape, ...] = ()
    signs: tuple[str, ...] = ()

    @property
    def capabilities(self) -> tuple[str, ...]:
        """Return what its devices can be, as words."""
        parts = {
            "switch": self.switch,
            "power": self.switch and self.switch.power,
            "temperature": self.temperature,
            "flow": self.flow,
            "button": self.button,
            **{kind.value: self.cues.get(kind) for kind in CueKind},
            "heater": self.heater,
            "schedule": self.schedule,
        }
        return tuple(name for name, part in parts.items() if part)
