"""What a family's template says, as values: placeholders in braces still wait for the parameters of a device."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from controller.devices.lease import LeaseClass

CHANNEL: Final = "channel"
"""Placeholder for one of several sensors or buttons on a device; given where the sensor is used."""
LEASE: Final = "lease"
"""Placeholder for the encoded lease; filled in anew with every ON."""
IGNORE: Final = "ignore"
"""What a button's value stands for when it is known and means nothing."""


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


@dataclass(frozen=True, slots=True)
class MessageShape:
    """A message to publish.

    Args:
        topic: Where.
        payload: What.
        qos: 0 or 1.
        when: Parameter that must be given (and not false) for this message to be sent; empty for always.
    """

    topic: str
    payload: str
    qos: int = 0
    when: str = ""


@dataclass(frozen=True, slots=True)
class SourceShape:
    """Where a value is heard.

    Args:
        topic: Topic.
        path: JSON path to the value; empty when the payload is the value.
        when: Parameter that must be given (and not false) for this source to exist; empty for always.
        optional: Payloads without the value are usual here, and no reason to count a refusal.
        or_plain: The payload may also be the plain value (families that changed over the years).
    """

    topic: str
    path: str = ""
    when: str = ""
    optional: bool = False
    or_plain: bool = False


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
    """

    source: SourceShape
    yes: tuple[str, ...]
    no: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SwitchShape:
    """A switch.

    Args:
        starts: Ways to switch on; the first whose condition holds is used.
        stops: Messages that switch off.
        states: Where its state is heard.
        query: Messages that ask for the state.
        when: Parameter that must be given for the device to have this capability; empty for always.
    """

    starts: tuple[Start, ...]
    stops: tuple[MessageShape, ...]
    states: tuple[StateShape, ...]
    query: tuple[MessageShape, ...] = ()
    when: str = ""


@dataclass(frozen=True, slots=True)
class TemperatureSource:
    """Where a temperature is heard.

    Args:
        source: Where.
        unit: ``C`` or ``F``, or a placeholder for it.
        unit_path: JSON path to the unit in the same payload; empty when it is not said.
    """

    source: SourceShape
    unit: str = "C"
    unit_path: str = ""


@dataclass(frozen=True, slots=True)
class TemperatureShape:
    """Temperature sensors.

    Args:
        sources: Where they are heard.
        channel: What names one of several sensors; None when there is one only.
        query: Messages that ask for a reading.
        when: Parameter that must be given for the device to have this capability; empty for always.
    """

    sources: tuple[TemperatureSource, ...]
    channel: Parameter | None = None
    query: tuple[MessageShape, ...] = ()
    when: str = ""


@dataclass(frozen=True, slots=True)
class ButtonSource:
    """Where presses are heard.

    Args:
        source: Where.
        values: Pairs of the exact value and what it means: a press, or nothing.
    """

    source: SourceShape
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ButtonShape:
    """Buttons.

    Args:
        sources: Where they are heard.
        channel: What names one of several buttons; None when there is one only.
        when: Parameter that must be given for the device to have this capability; empty for always.
    """

    sources: tuple[ButtonSource, ...]
    channel: Parameter | None = None
    when: str = ""


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
        button: Its buttons, if it has any.
        availability: Where its reach is heard.
    """

    family: str
    title: str
    notes: str
    parameters: tuple[Parameter, ...]
    switch: SwitchShape | None = None
    temperature: TemperatureShape | None = None
    button: ButtonShape | None = None
    availability: tuple[StateShape, ...] = ()
