"""Readers of what a switch and its pipe tell beside their state: lease, power, flow, cues, a heater's mode."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from controller.core.clock import Instant
from controller.core.events import CueKind
from controller.devices.facts import Cue, Flow, HeaterMode, HeaterState, Lease, Power, Volume
from controller.devices.lease import LeaseEncoding, decode_lease
from controller.devices.payload import Payload, number
from controller.devices.readers import Source, listed
from controller.devices.rejects import Rejected, RejectReason

RATES: Final[Mapping[str, float]] = {"lpm": 1.0, "lph": 1 / 60, "lps": 60.0, "m3ph": 1000 / 60}
"""Units of flow, each in litres per minute."""
VOLUMES: Final[Mapping[str, float]] = {"l": 1.0, "m3": 1000.0, "pulses": 1.0}
"""Units of what a meter counts, each in litres; how many pulses make a litre is the owner's to say."""
POWERS: Final[Mapping[str, float]] = {"W": 1.0, "kW": 1000.0}
"""Units of power, each in W."""
MOST_LPM: Final = 200.0
"""Largest believable flow in a house, in litres per minute."""
MOST_W: Final = 5_000.0
"""Largest believable power of what hangs on a plug, in W."""
MOST_LEASE: Final = 10**9


@dataclass(frozen=True, slots=True)
class LeaseReader:
    """Reads the auto-off that a device says it keeps.

    Args:
        source: Where.
        encoding: How the device counts.
    """

    source: Source
    encoding: LeaseEncoding
    qos: ClassVar[int] = 1
    replay: ClassVar[bool] = True

    def read(self, payload: Payload, retained: bool, at: Instant, /) -> Lease:
        """Return the auto-off."""
        value = _within(number(self.source.value(payload)), MOST_LEASE)
        return Lease(at, decode_lease(self.encoding, value), self.source.is_live(payload, retained))


@dataclass(frozen=True, slots=True)
class PowerReader:
    """Reads what hangs on a switch draws.

    Args:
        source: Where.
        unit: One of ``POWERS``.
    """

    source: Source
    unit: str = "W"
    qos: ClassVar[int] = 0
    replay: ClassVar[bool] = True

    def read(self, payload: Payload, retained: bool, at: Instant, /) -> Power:
        """Return the power; meters that were wired the wrong way round tell it with a minus."""
        power_w = _within(abs(number(self.source.value(payload)) * POWERS[self.unit]), MOST_W)
        return Power(at, power_w, self.source.is_live(payload, retained))


@dataclass(frozen=True, slots=True)
class FlowReader:
    """Reads a flow, or the meter that counts it.

    Args:
        source: Where.
        channel: Name of the sensor in the facts.
        unit: One of ``RATES`` or ``VOLUMES``.
        per_litre: How many of the unit make a litre.
    """

    source: Source
    channel: str = ""
    unit: str = "lpm"
    per_litre: float = 1.0
    qos: ClassVar[int] = 0
    replay: ClassVar[bool] = True

    def read(self, payload: Payload, retained: bool, at: Instant, /) -> Flow | Volume:
        """Return the flow, or the volume counted so far."""
        value = number(self.source.value(payload)) / self.per_litre
        live = self.source.is_live(payload, retained)
        if self.unit in RATES:
            return Flow(at, self.channel, _within(value * RATES[self.unit], MOST_LPM), live)
        return Volume(at, self.channel, _within(value * VOLUMES[self.unit], MOST_LEASE), live)


@dataclass(frozen=True, slots=True)
class CueReader:
    """Reads motion, a contact or a light.

    Args:
        source: Where.
        values: Exact values, and whether they mean active; None for values known to mean nothing.
        kind: Which of these.
        channel: Name of the sensor in the facts.
    """

    source: Source
    values: Mapping[str, bool | None] = field(hash=False)
    kind: CueKind = CueKind.MOTION
    channel: str = ""
    qos: ClassVar[int] = 0
    replay: ClassVar[bool] = True

    def read(self, payload: Payload, retained: bool, at: Instant, /) -> Cue | None:
        """Return what is seen."""
        active = listed(self.source, self.values, payload)
        if active is None:
            return None
        return Cue(at, self.kind, self.channel, active, self.source.is_live(payload, retained))


@dataclass(frozen=True, slots=True)
class ModeReader:
    """Reads the mode of a heater.

    Args:
        source: Where.
        values: Exact values, and the mode they mean; None for values known to mean nothing here.
    """

    source: Source
    values: Mapping[str, HeaterMode | None] = field(hash=False)
    qos: ClassVar[int] = 1
    replay: ClassVar[bool] = True

    def read(self, payload: Payload, retained: bool, at: Instant, /) -> HeaterState | None:
        """Return the mode."""
        mode = listed(self.source, self.values, payload)
        if mode is None:
            return None
        return HeaterState(at, self.source.topic, mode, self.source.is_live(payload, retained))


def _within(value: float, most: float) -> float:
    if not 0.0 <= value <= most:
        raise Rejected(RejectReason.OUT_OF_RANGE)
    return value
