"""Time as the pure rings know it: integer milliseconds of a clock that never goes back.

Floats are refused on purpose: with float seconds a lockout came out shorter by one rounding step, and a
driver span for ever at a timer's edge.
"""

from typing import Final, TypeAlias

Instant: TypeAlias = int
"""Milliseconds of a monotonic clock whose zero means nothing."""

NEVER: Final[Instant] = 2**62
"""An instant that does not come."""

SECOND_MS: Final = 1_000
MINUTE_MS: Final = 60 * SECOND_MS
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS

HEARTBEAT_MS: Final = 60 * SECOND_MS
"""Longest time a driver may sleep: bounds the damage of any missed wake-up."""


def to_ms(seconds: float) -> int:
    """Return whole milliseconds, rounded to the nearest, of a duration in seconds."""
    return round(seconds * SECOND_MS)
