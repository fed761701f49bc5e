"""What may ask for hot water without a button, as configured."""

from dataclasses import dataclass
from typing import TypeAlias

from controller.core.clock import MINUTE_MS, SECOND_MS
from controller.core.events import CueKind


@dataclass(frozen=True, slots=True)
class CueTrigger:
    """Motion, a door or a light.

    Args:
        kind: What is noticed.
        place: Where; None for anywhere.
        hits: So often ...
        within_ms: ... within this time.
        lockout_ms: Rest after it has asked.
        daily_most: It asks so often within any 24 h at most.
    """

    kind: CueKind
    place: str | None = None
    hits: int = 1
    within_ms: int = 5 * MINUTE_MS
    lockout_ms: int = 30 * MINUTE_MS
    daily_most: int = 24


@dataclass(frozen=True, slots=True)
class FlickTrigger:
    """A tap opened and shut at once, as the flow sensor in the heater's inlet sees it: a person's wish.

    Args:
        above_lpm: More than this flows, in l/min.
        least_ms: Shortest pulse.
        most_ms: Longest pulse.
        lockout_ms: Rest after it has asked.
        daily_most: It asks so often within any 24 h at most.
    """

    above_lpm: float = 0.5
    least_ms: int = 300
    most_ms: int = 3 * SECOND_MS
    lockout_ms: int = MINUTE_MS
    daily_most: int = 60
    kind: str = "flick"


@dataclass(frozen=True, slots=True)
class SurgeTrigger:
    """A draw, felt as a fast rise at the heater's outlet while the pump rests. Source of the numbers: HotCirc.

    Args:
        slope_ks: Rises at least so fast, in K/s ...
        least_ms: ... for at least so long ...
        rise_k: ... and by at least so much, in K.
        lockout_ms: Rest after it has asked.
        daily_most: It asks so often within any 24 h at most.
    """

    slope_ks: float = 0.010
    least_ms: int = 15 * SECOND_MS
    rise_k: float = 1.0
    lockout_ms: int = 30 * MINUTE_MS
    daily_most: int = 24
    kind: str = "surge"


Trigger: TypeAlias = CueTrigger | FlickTrigger | SurgeTrigger
