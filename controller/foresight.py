"""Foresight: folds everything that happens into an estimate of the loop and a forecast of the draws to come."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from controller.core.clock import MINUTE_MS, SECOND_MS, Instant
from controller.core.outlook import Outlook, level_c
from controller.core.plumbing import SUPPLY, Plumbing
from controller.estimation.draw_watch import DrawSeen, DrawWatch
from controller.estimation.loop_heat import LoopHeat
from controller.learning.hazard import Hazard

DRAWING_LPM: Final = 0.5
"""Flow from which on somebody draws."""
CALM_MS: Final = 2 * MINUTE_MS
ALERT_MS: Final = 15 * SECOND_MS
"""How often the outlook is worked out if nothing happens, and while a cue is fresh: at instants that do not depend on
when anybody asks, so that being asked more often changes nothing."""


class Foresight:
    """What one loop's controller knows of habits and pipes.

    Args:
        plumbing: The loop.
        started_at: When the controller started.
    """

    def __init__(self, plumbing: Plumbing, started_at: Instant) -> None:
        self.hazard = Hazard(started_at)
        self.heat = LoopHeat(plumbing)
        self.watch = DrawWatch()
        self._running = False
        self._metered = False
        self._drawing_since: Instant | None = None
        self._outlook: Outlook | None = None
        self._levels: dict[str, float] = {}

    def reading(self, at: Instant, sensor: str, value_c: float, civil: datetime | None) -> None:
        """A sensor that can be believed said something; less than a step of its levels says nothing."""
        level = level_c(sensor, value_c)
        if self._levels.get(sensor) == level:
            return
        self._levels[sensor] = level
        before = self.heat.told
        self.heat.reading(at, sensor, level, running=self._running)
        if self.heat.told != before:
            self._outlook = None
        if sensor != SUPPLY:
            return
        visible = self._visible
        tau_ms = self.heat.coolings[SUPPLY].tau_ms
        seen = self.watch.reading(at, level, running=self._running, tau_ms=tau_ms)
        self.heat.plateau_c = self.watch.plateau_c
        if seen is not None and not self._metered:
            self._seen(at, seen, civil, visible=visible)

    def flow(self, at: Instant, flow_lpm: float, civil: datetime | None) -> None:
        """The meter of what people draw said something; from now on it is believed instead of the sensor."""
        self._advance(at, civil, visible=self._visible)
        self._metered = True
        drawing = flow_lpm >= DRAWING_LPM
        if drawing and self._drawing_since is None:
            self._drawing_since = at
            self._seen(at, DrawSeen(at), civil, visible=True)
        elif not drawing and self._drawing_since is not None:
            self._seen(at, DrawSeen(self._drawing_since, at - self._drawing_since), civil, visible=True)
            self._drawing_since = None

    def cue(self, at: Instant, place: str, civil: datetime | None) -> None:
        """Something announced a draw."""
        self._advance(at, civil, visible=self._visible)
        self.hazard.cue(at, place)
        self._outlook = None

    def pump(self, at: Instant, on: bool, civil: datetime | None) -> None:
        """The pump was switched."""
        self._advance(at, civil, visible=self._visible)
        self._running = on
        self.watch.pump()
        if on:
            self.heat.started(at)
        else:
            self.heat.stopped(at)
        self._outlook = None

    def outlook(self, now: Instant, civil: datetime | None) -> Outlook:
        """Return what is to be made of all that."""
        kept = self._outlook
        if kept is not None and now < kept.changes_at:
            return kept
        tick_ms = ALERT_MS if self.hazard.alert else CALM_MS
        at = max(self.hazard.at, now - now % tick_ms)
        week = week_min(civil)
        week = None if week is None else week - (now - at) / MINUTE_MS
        self.hazard.advance(at, week, visible=self._visible)
        forecast, follow = self.hazard.forecast(week), self.hazard.offspring(self.heat.hot_ms)
        self._outlook = Outlook(self.heat.estimate(at), forecast, follow, at - at % tick_ms + tick_ms)
        return self._outlook

    def snapshot(self) -> dict[str, object]:
        """Return what must survive a restart, JSON-able."""
        return {"habits": self.hazard.snapshot(), "pipes": self.heat.snapshot()}

    def restore(self, kept: Mapping[str, object]) -> None:
        """Take over what was learned; what is damaged is left out."""
        habits, pipes = kept.get("habits"), kept.get("pipes")
        if isinstance(habits, Mapping):
            self.hazard.restore(habits)
        if isinstance(pipes, Mapping):
            self.heat.restore(pipes)

    @property
    def _visible(self) -> bool:
        if self._metered:
            return self._drawing_since is None
        return self.watch.visible and not self._running

    def _advance(self, now: Instant, civil: datetime | None, *, visible: bool) -> None:
        self.hazard.advance(now, week_min(civil), visible=visible)

    def _seen(self, at: Instant, seen: DrawSeen, civil: datetime | None, *, visible: bool) -> None:
        self._advance(at, civil, visible=visible)
        self.heat.moved(at)
        self.heat.drawn(seen.at, seen.lasted_ms or 0)
        if seen.lasted_ms is None:
            self.hazard.draw(at, week_min(civil))
        self._outlook = None


def week_min(civil: datetime | None) -> float | None:
    """Return local minutes since Monday's midnight; None while the clock is not trusted."""
    if civil is None:
        return None
    day_min = civil.weekday() * 1440 + civil.hour * 60 + civil.minute
    return day_min + civil.second / 60 + civil.microsecond / (MINUTE_MS * 1000)
