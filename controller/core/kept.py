"""Reading back what was kept: a file may be damaged, or written by another version, and must never stop a start."""

import math
from datetime import UTC, datetime

from controller.core.clock import Instant

LOWEST_C, HIGHEST_C = -10.0, 110.0
"""Temperatures that a sensor in a house can have, in C; the same as at the devices' door."""
_FIRST_MS, _LAST_MS = 946_684_800_000, 7_258_118_400_000
"""From 2000 to 2200."""


def age_ms(kept: object) -> int | None:
    """Return an age in ms, or None when it is none; one from the future counts as just now."""
    number = _number(kept)
    return None if number is None else max(0, int(number))


def instant(kept: object, then: Instant) -> Instant | None:
    """Return the instant that lies an age before ``then``, or None when it is no age."""
    age = age_ms(kept)
    return None if age is None else then - age


def date(kept: object) -> datetime | None:
    """Return the date that milliseconds since 1970 UTC tell, or None when they are none of this or the next century."""
    number = _number(kept)
    if number is None or not _FIRST_MS <= number <= _LAST_MS:
        return None
    return datetime.fromtimestamp(number / 1000, UTC)


def temperature_c(kept: object) -> float | None:
    """Return a temperature in C, or None when it is none."""
    number = _number(kept)
    return float(number) if number is not None and LOWEST_C <= number <= HIGHEST_C else None


def within(kept: object, low: float, high: float) -> float | None:
    """Return a number in a range, its ends among it, or None when it is anything else."""
    number = _number(kept)
    return float(number) if number is not None and low <= number <= high else None


def _number(kept: object) -> int | float | None:
    if isinstance(kept, bool) or not isinstance(kept, int | float):
        return None
    return kept if isinstance(kept, int) or math.isfinite(kept) else None


def amounts(kept: object, count: int) -> list[float] | None:
    """Return so many finite amounts, none of them negative, or None when it is anything else."""
    if not isinstance(kept, list) or len(kept) != count:
        return None
    numbers = [_number(value) for value in kept]
    if any(number is None or number < 0 for number in numbers):
        return None
    return [float(number) for number in numbers if number is not None]
