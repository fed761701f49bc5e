"""Readers: each takes one value out of a payload and says what it means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final, Protocol, TypeVar

from controller.core.clock import Instant
from controller.devices.facts import Availability, ButtonPress, Fact, Press, SwitchState, Temperature
from controller.devices.jsonpath import Path
from controller.devices.payload import Payload, number, word
from controller.devices.rejects import Rejected, RejectReason

_Meaning = TypeVar("_Meaning")

LEAST_C: Final = -10.0
MOST_C: Final = 110.0
"""Range of believable temperatures, in C. Below: -127 of an unplugged DS18B20; above: short circuits, and
Fahrenheit in disguise. The 85.0 of a DS18B20 at power-up is inside, for water may have it too."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value stands.

    Args:
        topic: Topic, matched exactly.
        path: JSON path; None when the payload is the value.
        optional: Payloads without the value are usual here.
        or_plain: The payload may also be the plain value.
    """

    topic: str
    path: Path | None = None
    optional: bool = False
    or_plain: bool = False

    def value(self, payload: Payload) -> object:
        """Return the value in a payload.

        Raises:
            Rejected: There is none to be had.
        """
        return payload.text if self.path is None else self.path.find(payload.document)


class Reader(Protocol):
    """Takes one value out of a payload."""

    @property
    def source(self) -> Source:
        """Return where the value stands."""

    @property
    def qos(self) -> int:
        """Return with which quality of service to subscribe."""

    @property
    def replay(self) -> bool:
        """Return whether a retained message is of use."""

    def read(self, payload: Payload, retained: bool, at: Instant, /) -> Fact | None:
        """Return what the payload says; None when it says something that means nothing.

        Raises:
            Rejected: Nothing that can be believed.
        """


@dataclass(frozen=True, slots=True)
class TemperatureReader:
    """Reads a temperature.

    Args:
        source: Where.
        channel: Name of the sensor in the facts.
        fahrenheit: Unit when the payload does not say.
        unit_path: Where the payload says ``C`` or ``F``; None when it does not.
    """

    source: Source
    channel: str = ""
    fahrenheit: bool = False
    unit_path: Path | None = None
    qos: ClassVar[int] = 0
    replay: ClassVar[bool] = True

    def read(self, payload: Payload, retained: bool, at: Instant, /) -> Temperature:
        """Return the temperature in C."""
        value_c = number(self.source.value(payload))
        if self._is_fahrenheit(payload):
            value_c = (value_c - 32.0) / 1.8
        if not LEAST_C <= value_c <= MOST_C:
            raise Rejected(RejectReason.OUT_OF_RANGE)
        return Temperature(at, self.channel, value_c, live=not retained)

    def _is_fahrenheit(self, payload: Payload) -> bool:
        if self.unit_path is None:
            return self.fahrenheit
        try:
            unit = self.unit_path.find(payload.document)
        except Rejected as rejected:
            if rejected.reason is RejectReason.MISSING:
                return self.fahrenheit
            raise
        if unit not in ("C", "F"):
            raise Rejected(RejectReason.UNKNOWN_VALUE)
        return unit == "F"


@dataclass(frozen=True, slots=True)
class SwitchReader:
    """Reads the state of a switch.

    Args:
        source: Where.
        states: Exact values, and whether they mean on.
    """

    source: Source
    states: Mapping[str, bool] = field(hash=False)
    qos: ClassVar[int] = 1
    replay: ClassVar[bool] = True

    def read(self, payload: Payload, retained: bool, at: Instant, /) -> SwitchState:
        """Return the state."""
        return SwitchState(at, _listed(self.source, self.states, payload), live=not retained)


@dataclass(frozen=True, slots=True)
class AvailabilityReader:
    """Reads a last will or what a bridge says of its devices.

    Args:
        source: Where.
        states: Exact values, and whether they mean online.
    """

    source: Source
    states: Mapping[str, bool] = field(hash=False)
    qos: ClassVar[int] = 1
    replay: ClassVar[bool] = True

    def read(self, payload: Payload, retained: bool, at: Instant, /) -> Availability:
        """Return the device's reach."""
        online = _listed(self.source, self.states, payload)
        return Availability(at, self.source.topic, online, live=not retained)


@dataclass(frozen=True, slots=True)
class ButtonReader:
    """Reads presses.

    Args:
        source: Where.
        values: Exact values, and the press they mean; None for values known to mean nothing.
        channel: Name of the button in the facts.
    """

    source: Source
    values: Mapping[str, Press | None] = field(hash=False)
    channel: str = ""
    qos: ClassVar[int] = 1
    replay: ClassVar[bool] = False

    def read(self, payload: Payload, retained: bool, at: Instant, /) -> ButtonPress | None:
        """Return the press; an old one never acts."""
        press = _listed(self.source, self.values, payload)
        if press is None:
            return None
        if retained:
            raise Rejected(RejectReason.RETAINED)
        return ButtonPress(at, self.channel, press)


def _listed(source: Source, values: Mapping[str, _Meaning], payload: Payload) -> _Meaning:
    if source.or_plain and payload.text in values:
        return values[payload.text]
    value = word(source.value(payload))
    if value not in values:
        raise Rejected(RejectReason.UNKNOWN_VALUE)
    return values[value]
