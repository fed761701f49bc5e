"""How fast a pipe cools at rest, learned from whatever its sensor says."""

from math import log
from typing import Final

from controller.core.clock import MINUTE_MS, Instant

ROOM_C: Final = 20.0
"""Temperature towards which pipes cool, in C, where nobody measures it."""
SETTLE_MS: Final = 3 * MINUTE_MS
"""Sensor and wall have come to rest after this."""
LEAST_MS: Final = 8 * MINUTE_MS
"""A shorter rest says too little."""
LEAST_EXCESS_K: Final = 4.0
"""Nearer to the room the room's own temperature decides."""
LEAST_FALL_K: Final = 1.5
_WEIGHT: Final = 0.15
SHORTEST_MS: Final = 5 * MINUTE_MS
LONGEST_MS: Final = 300 * MINUTE_MS
"""Time constants of house pipes lie between these. Source: 12 min (bare, 1/2 inch) to about 150 min, with room."""


class Cooling:
    """The time constant of one pipe.

    Args:
        start_ms: What is taken until the first long rest.
    """

    def __init__(self, start_ms: int) -> None:
        self.tau_ms = float(start_ms)
        self.rests = 0
        """Rests learned from."""
        self._since: tuple[Instant, float] | None = None
        self._last: tuple[Instant, float] | None = None
        self._disturbed_at: Instant = 0

    def disturbed(self, at: Instant) -> None:
        """Water moved: a rest is over, learn from it."""
        since, last = self._since, self._last
        self._since = self._last = None
        self._disturbed_at = at
        if since is None or last is None or last[0] - since[0] < LEAST_MS:
            return
        if since[1] - last[1] < LEAST_FALL_K:
            return
        tau_ms = (last[0] - since[0]) / log((since[1] - ROOM_C) / (last[1] - ROOM_C))
        tau_ms = min(max(tau_ms, SHORTEST_MS), LONGEST_MS)
        self.rests += 1
        self.tau_ms += max(_WEIGHT, 1.0 / self.rests) * (tau_ms - self.tau_ms)

    def reading(self, at: Instant, value_c: float) -> None:
        """The pipe's sensor says something while the water rests."""
        if at < self._disturbed_at + SETTLE_MS or value_c < ROOM_C + LEAST_EXCESS_K:
            return
        if self._last is not None and value_c > self._last[1] + 0.2:
            self.disturbed(at)  # something flowed that nobody told of
            return
        self._since = self._since or (at, value_c)
        self._last = (at, value_c)
