"""Readers: each takes one value out of a payload and says what it means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final, Protocol, TypeVar

from controller.core.clock import Instant
from controller.devices.facts import Availability, ButtonPress, Fact, Press, SwitchState, Temperature
from controller.devices.jsonpath import Path
from controller.devices.payload import Payload, moment_ms, number, word
from controller.devices.rejects import Rejected, RejectReason

_Meaning = TypeVar("_Meaning")

LEAST_C: Final = -10.0
MOST_C: Final = 110.0
"""Range of believable temperatures, in C. Below: -127 of an unplugged DS18B20; above: short circuits, and
Fahrenheit in disguise. The 85.0 of a DS18B20 at power-up is inside, for water may have it too."""


OLD_AFTER_MS: Final = 60_000
"""A value measured longer ago is as good as one that the broker had kept: a bridge repeats its memory when it
starts, and whenever something else about the device changes."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value stands.

    Args:
        topic: Topic, matched exactly.
        path: JSON path; None when the payload is the value.
        optional: Payloads without the value are usual here.
        or_plain: The payload may also be the plain value.
        seen_path: JSON path to the time at which the value was measured; None when it is not said.
    """

    topic: str
    path: Path | None = None
    optional: bool = False
    or_plain: bool = False
    seen_path: Path | None = None

    def value(self, payload: Payload) -> object:
        """Return the value in a payload.

        Raises:
            Rejected: There is none to be had.
        """
        return payload.text if self.path is None else self.path.find(payload.document)

    def is_live(self, payload: Payload, retained: bool) -> bool:
        """Return whether the value is new: not kept by the broker, and not repeated from a bridge's memory."""
        if retained:
            return False
        if self.seen_path is None or payload.utc_ms is None:
            return True
        try:
            seen_ms = moment_ms(self.seen_path.find(payload.document))
        except Rejected:
            return True
        return seen_ms is None or payload.utc_ms - seen_ms <= OLD_AFTER_MS


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
        return Temperature(at, self.channel, value_c, self.source.is_live(payload, retained))

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
        states: Exact values, and whether they mean on; None for values known to mean neither.
        cause_path: Where the payload says what caused the state; None when it does not.
        timer: Causes that mean the device's own auto-off.
    """

    source: Source
    states: Mapping[str, bool | None] = field(hash=False)
    cause_path: Path | None = None
    timer: frozenset[str] = frozenset()
    qos: ClassVar[int] = 1
    replay: ClassVar[bool] = True

    def read(self, payload: Payload, retained: bool, at: Instant, /) -> SwitchState | None:
        """Return the state."""
        on = listed(self.source, self.states, payload)
        if on is None:
            return None
        return SwitchState(at, on, self.source.is_live(payload, retained), self._is_by_timer(payload))

    def _is_by_timer(self, payload: Payload) -> bool:
        if self.cause_path is None:
            return False
        try:
            return word(self.cause_path.find(payload.document)) in self.timer
        except Rejected:
            return False


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
        online = listed(self.source, self.states, payload)
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
        press = listed(self.source, self.values, payload)
        if press is None:
            return None
        if retained:
            raise Rejected(RejectReason.RETAINED)
        return ButtonPress(at, self.channel, press)


def listed(source: Source, values: Mapping[str, _Meaning], payload: Payload) -> _Meaning:
    """Return what the exact value in a payload means.

    Raises:
        Rejected: There is no value, or one that is not listed.
    """
    if source.or_plain and payload.text in values:
        return values[payload.text]
    value = word(source.value(payload))
    if value not in values:
        raise Rejected(RejectReason.UNKNOWN_VALUE)
    return values[value]
