"""Leases: how long a switch stays on by itself, in the numbers that each family understands."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final


class LeaseClass(StrEnum):
    """What a device enforces by itself when it hears no more from us."""

    A = "A"
    """It takes a lease with every ON and switches off when the lease lapses."""
    B = "B"
    """It has one fixed auto-off, set on the device."""
    C = "C"
    """Nothing: it stays on until someone says OFF. Automatic runs need the owner's consent."""


class LeaseEncoding(StrEnum):
    """How a lease is written."""

    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    TASMOTA_PULSE_TIME = "tasmota_pulse_time"


PULSE_TIME_TENTHS_MOST: Final = 111
"""Up to here PulseTime counts 0.1 s. Source: tasmota/docs 9849ab9, Commands.md."""
PULSE_TIME_OFFSET: Final = 100
"""Above that it counts seconds plus this. Source: tasmota/docs 9849ab9, Commands.md."""
PULSE_TIME_MOST: Final = 64_900
"""Largest PulseTime, 64 800 s. Source: tasmota/docs 9849ab9, Commands.md."""


def encode_lease(encoding: LeaseEncoding, lease_ms: int, *, most: int | None = None) -> int:
    """Return the number to send for a lease in milliseconds.

    Always rounded down, so the device never outlasts the lease by rounding, and at least 1: zero means
    "no auto-off" to most devices, the very opposite of a short lease.

    Args:
        encoding: How the device counts.
        lease_ms: The lease.
        most: Largest number that the device takes; None without a limit of its own.
    """
    number = max(1, _ENCODERS[encoding](lease_ms))
    return number if most is None else min(number, most)


def _seconds(lease_ms: int) -> int:
    return lease_ms // 1_000


def _milliseconds(lease_ms: int) -> int:
    return lease_ms


def _tasmota_pulse_time(lease_ms: int) -> int:
    seconds = lease_ms // 1_000
    if seconds + PULSE_TIME_OFFSET > PULSE_TIME_TENTHS_MOST:
        return min(seconds + PULSE_TIME_OFFSET, PULSE_TIME_MOST)
    return min(lease_ms // 100, PULSE_TIME_TENTHS_MOST)


_ENCODERS: Final[dict[LeaseEncoding, Callable[[int], int]]] = {
    LeaseEncoding.SECONDS: _seconds,
    LeaseEncoding.MILLISECONDS: _milliseconds,
    LeaseEncoding.TASMOTA_PULSE_TIME: _tasmota_pulse_time,
}
