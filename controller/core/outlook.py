"""What the controller makes of the past: how hot the loop probably is, and what is to come."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from types import MappingProxyType
from typing import Final

from controller.core.clock import MINUTE_MS, Instant
from controller.core.forecast import Forecast
from controller.core.plumbing import SENSOR_ROLES, SUPPLY

STEPS_C: Final[Mapping[str, float]] = MappingProxyType(
    {role: 0.25 if role == SUPPLY else 1.0 for role in SENSOR_ROLES}
)
"""Steps in which the estimates follow each sensor, in K: smaller changes tell nothing that counts."""


def level_c(role: str, value_c: float) -> float:
    """Return a reading as the estimates take it: the level that it has reached."""
    step = STEPS_C.get(role, 1.0)
    return floor(value_c / step + 1e-9) * step


def levels_c(role: str, value_c: float | None) -> tuple[float, ...]:
    """Return the levels below and above a reading, in C; none without one."""
    if value_c is None:
        return ()
    level = level_c(role, value_c)
    return (level, level + STEPS_C.get(role, 1.0))


@dataclass(frozen=True, slots=True)
class LoopEstimate:
    """How hot the supply probably is at the fixtures' tees, from sparse sensors and the physics of cooling.

    Args:
        hot_until: Until when it is hot enough because the pump filled it; in the past when it is not.
        warm_until: Until when it may be hot because somebody drew.
        warm_chance: Chance of that, 0..1.
        hot_ms: How long it stays hot after a fill.
        fill_ms: Pump time until the hot front has reached the far end; None until that has been learned.
        tried_until: The last run brought no hot water to the far end, and another try before this would not either.
        awaits_front: The run going on is to show how long a fill takes, and its front has not passed its sensor.
        loop_c: Probable temperature of the water in the supply, in C.
        filled_c: Temperature of what the pump last filled in, in C.
        uncertainty_k: Standard deviation of that, in K.
    """

    hot_until: Instant = 0
    warm_until: Instant = 0
    warm_chance: float = 0.0
    hot_ms: int = 30 * MINUTE_MS
    fill_ms: int | None = None
    tried_until: Instant = 0
    awaits_front: bool = False
    loop_c: float = 20.0
    filled_c: float = 20.0
    uncertainty_k: float = 15.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """The loop now, and the draws to come.

    Args:
        loop: How hot the loop probably is.
        forecast: When draws will probably begin.
        follow: Draws that follow a draw, directly, while the loop stays hot.
        changes_at: Until when this holds if nothing happens.
    """

    loop: LoopEstimate
    forecast: Forecast
    follow: float = 0.6
    changes_at: Instant = 0
