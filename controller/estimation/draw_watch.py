"""Draws seen as a rise of the supply sensor, and the time in which one could have been seen.

A sensor on the hot pipe near the heater cools while the water rests and jumps up when somebody draws. It is blind while
the pump runs, and after that and after each draw until the pipe has cooled enough for a rise to show: such time is no
exposure. How long a draw was follows from when the pipe began to cool again, reckoned back along its cooling curve.
"""

from dataclasses import dataclass
from math import log
from typing import Final

from controller.core.clock import DAY_MS, SECOND_MS, Instant
from controller.estimation.cooling import ROOM_C

RISE_K: Final = 0.75
"""Rise that is a draw. Source: HotCirc takes 1.0 K, the Make magazine's circulation control 0.12 K in 5 s."""
FALL_K: Final = 1.0
"""Fall below the last peak from which on a rise of ``RISE_K`` can show."""
SEEN_LATE_MS: Final = 10 * SECOND_MS
"""From the opening of a tap to the report that shows it, about."""
LAG_MS: Final = 35 * SECOND_MS
"""What a strapped sensor and its reports are late. Source: strapped sensors lag 20 to 60 s."""
_PLATEAU_FADES_K: Final = 0.5
"""Fall in K a day of the highest reading remembered, so that a lower set point is followed."""


@dataclass(frozen=True, slots=True)
class DrawSeen:
    """Somebody draws, or has drawn.

    Args:
        at: When it began, as far as can be known.
        lasted_ms: How long it took; None when it has just been seen to begin.
    """

    at: Instant
    lasted_ms: int | None = None


class DrawWatch:
    """Follows the supply sensor of one loop."""

    def __init__(self) -> None:
        self.visible = False
        """Whether a draw that began now would be seen."""
        self.plateau_c = 0.0
        """Temperature of the water that the heater gives, in C; 0 before the first reading."""
        self._plateau_at: Instant = 0
        self._peak_c = self._lowest_c = 0.0
        self._began: Instant | None = None

    def pump(self) -> None:
        """The pump was switched: its own water hides draws until the pipe has cooled a little."""
        self.visible = False
        self._peak_c = 0.0
        self._began = None

    def reading(self, at: Instant, value_c: float, *, running: bool, tau_ms: float) -> DrawSeen | None:
        """Take in a reading; return the draw that it shows to begin or to have ended.

        Args:
            at: When.
            value_c: What the sensor says, in C.
            running: The pump runs.
            tau_ms: Time constant with which the pipe under the sensor cools.
        """
        self._follow_plateau(at, value_c)
        if running or not self.visible:
            return self._while_hot(at, value_c, running, tau_ms)
        self._lowest_c = min(self._lowest_c, value_c)
        if value_c < self._lowest_c + RISE_K:
            return None
        self.visible, self._peak_c, self._began = False, value_c, at - SEEN_LATE_MS
        return DrawSeen(at)

    def _while_hot(self, at: Instant, value_c: float, running: bool, tau_ms: float) -> DrawSeen | None:
        self._peak_c = max(self._peak_c, value_c)
        if running or value_c > self._peak_c - FALL_K:
            return None
        self.visible, self._lowest_c = True, value_c
        began, self._began = self._began, None
        if began is None:
            return None
        cooled = max(self.plateau_c - ROOM_C, 1.0) / max(value_c - ROOM_C, 1.0)
        ended = round(at - LAG_MS - tau_ms * log(cooled))
        return DrawSeen(began, max(0, ended - began))

    def _follow_plateau(self, at: Instant, value_c: float) -> None:
        faded_c = self.plateau_c - _PLATEAU_FADES_K * (at - self._plateau_at) / DAY_MS
        self.plateau_c, self._plateau_at = max(value_c, faded_c), at
