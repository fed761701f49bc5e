"""What a device said, before anybody has decided what the device is used for."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from controller.core.clock import Instant


class Press(StrEnum):
    """The ways to press a button."""

    SINGLE = "single"
    DOUBLE = "double"
    HOLD = "hold"


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
    """

    at: Instant
    on: bool
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


Fact: TypeAlias = Temperature | SwitchState | ButtonPress | Availability
