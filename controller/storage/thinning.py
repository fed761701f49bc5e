"""Which temperatures are worth a place on an SD card."""

from dataclasses import dataclass
from typing import Final

from controller.core.clock import MINUTE_MS, SECOND_MS, Instant

SAME_K: Final = 0.2
"""A value closer than this to the last kept one tells nothing new, in K (a DS18B20 resolves 0.06 K)."""
EVERY_MS: Final = 5 * MINUTE_MS
"""A curve that does not move is kept so often all the same: silence and steadiness must not look alike."""
NOT_BEFORE_MS: Final = 5 * SECOND_MS
"""Small changes are not kept more often than this."""
JUMP_K: Final = 2.0
"""A change of so many K is kept whenever it comes."""


@dataclass(frozen=True, slots=True)
class Point:
    """One reading: when, and its value in C."""

    at: Instant
    value_c: float


class Thinner:
    """Lets through the readings that shape a curve; holds two points per sensor.

    When a curve leaves a plateau, the last point of the plateau is let through as well, or a chart would draw a
    slow ramp where the hot front came all at once.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Point] = {}
        self._passed_over: dict[tuple[str, str], Point] = {}

    def admit(self, loop: str, sensor: str, point: Point) -> tuple[Point, ...]:
        """Return the points to keep now that ``point`` has come: none, it alone, or the one before and it."""
        key = (loop, sensor)
        kept = self._kept.get(key)
        if kept is not None and not _tells_something(kept, point):
            self._passed_over[key] = point
            return ()
        before = self._passed_over.pop(key, None)
        self._kept[key] = point
        if before is None or kept is None or abs(point.value_c - kept.value_c) < SAME_K:
            return (point,)
        return (before, point)


def _tells_something(kept: Point, point: Point) -> bool:
    age_ms, change_k = point.at - kept.at, abs(point.value_c - kept.value_c)
    if change_k >= JUMP_K or age_ms >= EVERY_MS:
        return True
    return change_k >= SAME_K and age_ms >= NOT_BEFORE_MS
