"""The limits of a loop. Ceilings are code: a configuration may only be stricter."""

from dataclasses import dataclass, fields
from typing import Final

from controller.core.clock import HOUR_MS, MINUTE_MS, SECOND_MS


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit with its default. Source: the default parameters of the reliability design.

    Args:
        demand_cap_ms: Longest run that a person asked for.
        run_cap_ms: Longest run of any kind.
        min_run_ms: Shortest run, unless stopped for safety or by a person.
        min_rest_ms: Shortest rest between two runs.
        starts_per_hour: Most starts within any hour.
        daily_cap_ms: Most pump time within any 24 h.
        blind_run_ms: Longest run without a trusted sensor.
        blind_pause_ms: Rest after such a run.
        cold_line_c: The cold pipe as return: no run at or above this reading, in C.
            Source: IECC C404.8, 40 C (104 F) at most may enter the cold pipe.
        stop_lockout_ms: After a person's stop, automatic runs wait for so long.
    """

    demand_cap_ms: int = 300 * SECOND_MS
    run_cap_ms: int = 1_800 * SECOND_MS
    min_run_ms: int = 30 * SECOND_MS
    min_rest_ms: int = 60 * SECOND_MS
    starts_per_hour: int = 10
    daily_cap_ms: int = 4 * HOUR_MS
    blind_run_ms: int = 120 * SECOND_MS
    blind_pause_ms: int = 10 * MINUTE_MS
    cold_line_c: float = 38.0
    stop_lockout_ms: int = 15 * MINUTE_MS

    def __post_init__(self) -> None:
        for name, (low, high) in CEILINGS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} {value} is outside {low}..{high}")


CEILINGS: Final[dict[str, tuple[float, float]]] = {
    "demand_cap_ms": (30 * SECOND_MS, 300 * SECOND_MS),
    "run_cap_ms": (30 * SECOND_MS, 1_800 * SECOND_MS),
    "min_run_ms": (0, 60 * SECOND_MS),
    "min_rest_ms": (60 * SECOND_MS, HOUR_MS),
    "starts_per_hour": (1, 10),
    "daily_cap_ms": (MINUTE_MS, 4 * HOUR_MS),
    "blind_run_ms": (10 * SECOND_MS, 120 * SECOND_MS),
    "blind_pause_ms": (10 * MINUTE_MS, 24 * HOUR_MS),
    "cold_line_c": (20.0, 38.0),
    "stop_lockout_ms": (60 * SECOND_MS, 24 * HOUR_MS),
}
"""Lowest and highest value that a configuration may choose."""

assert set(CEILINGS) == {field.name for field in fields(Limits)}, "every limit has its ceiling"
