"""What a loop's pump has done today, from the history, which survives restarts."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from controller.mqtt.states import DayFigures
from controller.views import RunRecord

PAGE: Final = 50
MOST_PAGES: Final = 20
"""A thousand runs: several times what the limits allow in a day."""

_Runs = Callable[[int, int | None], Awaitable[list[RunRecord]]]
"""Returns at most so many runs with ids below another, the newest first."""


async def day_figures(runs: _Runs, now: datetime, *, running: bool) -> DayFigures:
    """Return what a loop has done since local midnight.

    Args:
        runs: The loop's runs.
        now: The time of the house.
        running: A run goes on.
    """
    found: list[RunRecord] = []
    midnight = _midnight(now)
    before_id: int | None = None
    for _ in range(MOST_PAGES):
        page = await runs(PAGE, before_id)
        found += page
        if len(page) < PAGE or page[-1].started_at < midnight - timedelta(days=1):
            break
        before_id = page[-1].id
    return figures_of(found, now, running=running)


def figures_of(runs: Iterable[RunRecord], now: datetime, *, running: bool) -> DayFigures:
    """Return the figures of a day, given the loop's runs, the newest first.

    A run over midnight counts on both days with its own minutes, and as a start where it started. How long a run
    lasted whose end was never seen is not known: it counts as a start only.
    """
    newest_first = tuple(runs)
    midnight, minutes, starts = _midnight(now), 0.0, 0
    for index, run in enumerate(newest_first):
        starts += run.started_at >= midnight
        goes_on = running and index == 0 and run.ended_at is None
        ended_at = now if goes_on else run.ended_at
        if ended_at is not None:
            span = min(ended_at, now) - max(run.started_at, midnight)
            minutes += max(0.0, span.total_seconds() / 60)
    return DayFigures(minutes, starts, newest_first[0] if newest_first else None)


def _midnight(now: datetime) -> datetime:
    """Return the last local midnight, in UTC: times of one zone would be compared by their hands."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
