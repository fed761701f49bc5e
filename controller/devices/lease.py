"""Leases: how long a switch stays on by itself, in the numbers that each family understands."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final


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


def decode_lease(encoding: LeaseEncoding, number: float) -> int:
    """Return the auto-off in milliseconds that a device tells; 0 for none.

    Args:
        encoding: How the device counts.
        number: What it says; below zero counts as none.
    """
    return max(0, round(_DECODERS[encoding](number)))


def _from_pulse_time(number: float) -> float:
    return number * 100 if number <= PULSE_TIME_TENTHS_MOST else (number - PULSE_TIME_OFFSET) * 1_000


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

_DECODERS: Final[dict[LeaseEncoding, Callable[[float], float]]] = {
    LeaseEncoding.SECONDS: lambda number: number * 1_000,
    LeaseEncoding.MILLISECONDS: lambda number: number,
    LeaseEncoding.TASMOTA_PULSE_TIME: _from_pulse_time,
}
