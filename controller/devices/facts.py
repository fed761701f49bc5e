"""What a device said, before anybody has decided what the device is used for."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from controller.core.clock import Instant
from controller.core.events import CueKind


class Press(StrEnum):
    """The ways to press a button."""

    SINGLE = "single"
    DOUBLE = "double"
    HOLD = "hold"


class HeaterMode(StrEnum):
    """The ways in which heaters have hot water waiting by themselves, whatever their makers call them."""

    OFF = "off"
    """Not at all."""
    ALL_DAY = "all_day"
    """All the time."""
    TIMED = "timed"
    """At the times set on the heater."""
    TAP_FLICK = "tap_flick"
    """When a tap is opened and closed at once."""
    SINGLE_SHOT = "single_shot"
    """Once, now; the heater ends it by itself."""


@dataclass(frozen=True, slots=True)
class Temperature:
    """A temperature.

    Args:
        at: When it was received.
        channel: Which of the device's sensors; empty for the usual one.
        value_c: In C, finite and within -10..110.
        live: False for a retained message of unknown age.
    """

    at: Instant
    channel: str
    value_c: float
    live: bool


@dataclass(frozen=True, slots=True)
class SwitchState:
    """The state of the device's switch.

    Args:
        at: When it was received.
        on: On or off.
        live: False for a retained message of unknown age.
        by_timer: The device says that its own auto-off did it.
    """

    at: Instant
    on: bool
    live: bool
    by_timer: bool = False


@dataclass(frozen=True, slots=True)
class Lease:
    """How long the device says that it stays on by itself.

    Args:
        at: When it was received.
        lease_ms: In ms; 0 for no auto-off.
        live: False for a retained message of unknown age.
    """

    at: Instant
    lease_ms: int
    live: bool


@dataclass(frozen=True, slots=True)
class Power:
    """What hangs on the device's switch draws.

    Args:
        at: When it was received.
        power_w: In W.
        live: False for a retained message of unknown age.
    """

    at: Instant
    power_w: float
    live: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow, as a rate.

    Args:
        at: When it was received.
        channel: Which of the device's sensors; empty for the usual one.
        flow_lpm: In litres per minute.
        live: False for a retained message of unknown age.
    """

    at: Instant
    channel: str
    flow_lpm: float
    live: bool


@dataclass(frozen=True, slots=True)
class Volume:
    """What a water meter has counted so far; two of these make a flow.

    Args:
        at: When it was received.
        channel: Which of the device's sensors; empty for the usual one.
        volume_l: In litres.
        live: False for a retained message of unknown age.
    """

    at: Instant
    channel: str
    volume_l: float
    live: bool


@dataclass(frozen=True, slots=True)
class Cue:
    """Somebody moves, a door stands open, a light is on, or no longer.

    Args:
        at: When it was received.
        kind: Which of these.
        channel: Which of the device's sensors; empty for the usual one.
        active: It does.
        live: False for a retained message of unknown age.
    """

    at: Instant
    kind: CueKind
    channel: str
    active: bool
    live: bool


@dataclass(frozen=True, slots=True)
class HeaterState:
    """The mode that a heater says it is in.

    Args:
        at: When it was received.
        source: Topic that told; a heater with a switch for each mode is in the one that any of them says.
        mode: The mode.
        live: False for a retained message of unknown age.
    """

    at: Instant
    source: str
    mode: HeaterMode
    live: bool


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """Someone pressed a button just now; retained presses never get this far.

    Args:
        at: When it was received.
        channel: Which of the device's buttons; empty for the usual one.
        press: How.
    """

    at: Instant
    channel: str
    press: Press


@dataclass(frozen=True, slots=True)
class Availability:
    """Something about the device's reach: its own last will, or its bridge's.

    Args:
        at: When it was received.
        source: Topic that told; a device is reachable when none of its sources says otherwise.
        online: Reachable or not.
        live: False for a retained message, which is how a last will is usually found.
    """

    at: Instant
    source: str
    online: bool
    live: bool


Fact: TypeAlias = (
    Temperature | SwitchState | Lease | Power | Flow | Volume | ButtonPress | Cue | HeaterState | Availability
)
