"""What a controller would have learned from days that nobody simulates: it is told when people drew.

A predictive strategy is worth little in its first week, and living through the weeks before costs more time than the week
itself. Told the draws outright it learns what it would have seen with good sensors: a little more than in a real house,
where draws hide behind runs of the pump.
"""

from collections.abc import Collection, Sequence

from controller.core.clock import DAY_MS, MINUTE_MS
from controller.learning.hazard import Hazard
from simulator.draws import Draw

_WEEK_MS = 7 * DAY_MS
_PAUSE_S = 120.0
"""A draw so soon after another is not seen as one of its own: the pipe is still hot."""


def habits_of(draws: Sequence[Draw], days: int, fixtures: Collection[str]) -> dict[str, object]:
    """Return what is known of a household after so many days from a Monday's midnight, as a controller keeps it.

    Args:
        draws: Its draws in these days, in the order of their start.
        days: The days.
        fixtures: The fixtures whose draws are seen.
    """
    hazard, quiet_from_s = Hazard(0), 0.0
    for draw in draws:
        if draw.fixture not in fixtures:
            continue
        if draw.start_s >= quiet_from_s:
            at = round(draw.start_s * 1_000)
            hazard.advance(at, _week_min(at), visible=True)
            hazard.draw(at, _week_min(at))
        quiet_from_s = max(quiet_from_s, draw.end_s + _PAUSE_S)
    hazard.advance(days * DAY_MS, _week_min(days * DAY_MS), visible=True)
    return hazard.snapshot()


def _week_min(at: int) -> float:
    return at % _WEEK_MS / MINUTE_MS
