"""How finely the estimates follow a sensor: finely where something begins or ends, and in great steps in between.

What a sensor says is taken as the last level that it has crossed. A level holds until another is crossed, so it does not
matter how often anybody asks in between, and whoever can tell when that happens (a simulation can) need not tell more.
The levels go with what is done with them: a small rise above the lowest value is a draw, and a small fall below the
highest is the end of one; how a pipe cools shows in great steps as well as in small ones; and how hot the water comes
is wanted exactly, so the steps on the way up become smaller as it comes near to the hottest seen.
"""

from dataclasses import dataclass
from math import inf
from typing import Final

from controller.core.clock import Instant
from controller.core.decision import Watch
from controller.core.plumbing import SUPPLY
from controller.estimation.draw_watch import FALL_K, RISE_K

TOP_FADES_K: Final = 0.25
"""So much less than before is looked for after each time that the hottest was not reached."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How large the steps are, in K.

    Args:
        stir_k: From the lowest value to the first level above it: something has stirred the water.
        rise_k: From the lowest value to the next: somebody draws.
        least_k: The smallest step on the way up.
        most_k: The largest.
        nearing: Step on the way up, as a share of what is missing to the hottest seen.
        fall_k: From the highest level to the first below it.
        down_k: Every further step on the way down.
        turns: The lowest value itself is wanted, not only the last level above it.
    """

    stir_k: float
    rise_k: float
    least_k: float
    most_k: float
    nearing: float
    fall_k: float
    down_k: float
    turns: bool


HEATER_PACE: Final = Pace(0.25, RISE_K, 0.25, 4.0, 0.6, FALL_K, 3.0, turns=True)
"""For the sensor at the heater, which sees draws and tells how hot the water comes."""
METERED_PACE: Final = Pace(1.0, 1.0, 0.5, 8.0, 0.75, 2.0, 4.0, turns=True)
"""For the sensor at the heater where a meter sees the draws: what is left is how hot the water comes, and how it cools."""
FAR_PACE: Final = Pace(2.0, 2.0, 2.0, 2.0, 0.0, 2.0, 3.0, turns=False)
"""For the others, which see the front come and the pipe cool."""


class Steps:
    """One sensor, step by step.

    Args:
        sensor: Its role.
    """

    def __init__(self, sensor: str) -> None:
        self.level_c: float | None = None
        """The last level that it has crossed, in C; None before its first value."""
        self.lowest: tuple[Instant, float] | None = None
        """When it was lowest since it last began to fall, and the value in C; None before."""
        self.falling = False
        """The last level crossed lay below the one before."""
        self.watch = Watch(sensor)
        """What has to be told of it next."""
        self._sensor = sensor
        self._pace = HEATER_PACE if sensor == SUPPLY else FAR_PACE
        self._top_c = -inf

    def metered(self) -> None:
        """From the next level on, a meter sees the draws."""
        if self._sensor == SUPPLY:
            self._pace = METERED_PACE

    def take(self, at: Instant, value_c: float) -> bool:
        """Take in a value; return whether a level has been crossed."""
        if self.level_c is None:
            self._reach(at, value_c, falling=False)
            return True
        low_c, high_c = self.watch.levels_c
        if low_c < value_c < high_c:
            if self.falling and self._pace.turns and value_c < self._lowest_c:
                self.lowest = at, value_c
                self._await(self.level_c)
            return False
        while value_c >= high_c:
            self._reach(at, high_c, falling=False)
            low_c, high_c = self.watch.levels_c
        while value_c <= low_c:
            self._reach(at, low_c, falling=True)
            low_c, high_c = self.watch.levels_c
        return True

    @property
    def _lowest_c(self) -> float:
        return inf if self.lowest is None else self.lowest[1]

    def _reach(self, at: Instant, level_c: float, *, falling: bool) -> None:
        if falling and not self.falling and self.level_c is not None:
            self._top_c = max(self.level_c, self._top_c - TOP_FADES_K)
        self.level_c, self.falling = level_c, falling
        if falling:
            self.lowest = at, level_c
        self._await(level_c)

    def _await(self, level_c: float) -> None:
        pace = self._pace
        if self.falling:
            levels_c = (level_c - pace.down_k, self._lowest_c + pace.stir_k)
        else:
            step_k = min(max(pace.least_k, pace.nearing * (self._top_c - level_c)), pace.most_k)
            drawn_c = self._lowest_c + pace.rise_k
            high_c = drawn_c if level_c < drawn_c < inf else level_c + step_k
            levels_c = (level_c - pace.fall_k, high_c)
        self.watch = Watch(self._sensor, levels_c, turns=pace.turns and self.falling)
