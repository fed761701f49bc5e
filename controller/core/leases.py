"""Leases: how long a switch stays on by itself, who vouches for that, and what its owner said about it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from controller.core.clock import SECOND_MS

LEASE_MS: Final = 120 * SECOND_MS
"""The device switches off by itself so long after the last ON. Source: Klipper's output lease, longer here
because a pump does less harm than a heater and MQTT outages last seconds."""

COLD_LEASE_MS: Final = 40 * SECOND_MS
"""The same where the cold pipe is the way back: hot water that nobody watches must not be pushed into it for long."""
RENEWALS: Final = 3
"""An ON is repeated so often within its lease, so that two may be lost."""
SLACK_MS: Final = 2 * SECOND_MS
"""Devices round their timers, and messages take their time."""


class LeaseClass(StrEnum):
    """What a device enforces by itself when it hears no more from us."""

    A = "A"
    """It takes a lease with every ON and switches off when the lease lapses."""
    B = "B"
    """It has one fixed auto-off, set on the device."""
    C = "C"
    """Nothing: it stays on until someone says OFF. Automatic runs need the owner's consent."""


class ByHand(StrEnum):
    """What becomes of a relay that somebody switched on at the device."""

    REVERSE = "reverse"
    """It is switched off at once."""
    ADOPT = "adopt"
    """It counts as that person's wish for hot water, with everything that holds for one."""


@dataclass(frozen=True, slots=True)
class SwitchTerms:
    """What is declared about the switch of a loop's pump.

    Args:
        lease_class: What it enforces by itself, as far as its family knows.
        by_hand: What to do when somebody switches it on at the device.
        consent: Its owner allows automatic runs even though nothing ends them when the controller dies.
        lease_ms: The lease that every ON carries.
    """

    lease_class: LeaseClass = LeaseClass.A
    by_hand: ByHand = ByHand.REVERSE
    consent: bool = False
    lease_ms: int = LEASE_MS
