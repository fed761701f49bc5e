"""Foresight: folds everything that happens into an estimate of the loop and a forecast of the draws to come."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from controller.core.changes import renewed
from controller.core.clock import MINUTE_MS, SECOND_MS, Instant
from controller.core.decision import Watch
from controller.core.forecast import FORETOLD_MS
from controller.core.outlook import LoopEstimate, Outlook
from controller.core.plumbing import SUPPLY, Plumbing
from controller.estimation.draw_watch import DrawSeen, DrawWatch
from controller.estimation.loop_heat import USUAL_DRAW_LPM, LoopHeat
from controller.estimation.steps import Steps
from controller.learning.calibration import TOLD_MS, Calibration
from controller.learning.hazard import Hazard

LEAST_DRAW_MS: Final = 10 * SECOND_MS
"""What a draw that has just been seen to begin has taken already."""
DRAWING_LPM: Final = 0.5
"""Flow from which on somebody draws."""
CALM_MS: Final = 4 * MINUTE_MS
ALERT_MS: Final = 15 * SECOND_MS
"""How often the outlook is worked out if nothing happens, and while a cue is fresh: at instants that do not depend on
when anybody asks, so that being asked more often changes nothing."""
IDLE_TICKS: Final = 3
"""So many ticks pass while the whole supply is cold, or hot for so long: only the time of the day changes anything then."""
SOON_MS: Final = MINUTE_MS
"""So long before the supply turns cold it is looked at again."""


class Foresight:
    """What one loop's controller knows of habits and pipes.

    Args:
        plumbing: The loop.
        started_at: When the controller started.
    """

    def __init__(self, plumbing: Plumbing, started_at: Instant) -> None:
        self.hazard = Hazard(started_at)
        self.calibration = Calibration()
        self.heat = LoopHeat(plumbing)
        self.watch = DrawWatch()
        self._running = False
        self._metered = False
        self._drawing_since: Instant | None = None
        self._flow_lpm, self._metered_at = 0.0, started_at
        self._outlook: Outlook | None = None
        self._told_at = started_at
        self._steps = {role: Steps(role) for role in sorted(plumbing.sensors & self.heat.hears)}
        self._follows: tuple[Watch, ...] = ()
        self.paused = False
        """Nothing is learned about habits: what is drawn counts as unseen."""
        self.draws = 0
        """Draws seen to begin since the start."""

    def reading(self, at: Instant, sensor: str, value_c: float, civil: datetime | None) -> None:
        """A sensor that can be believed said something; less than a step says nothing."""
        steps = self._steps.get(sensor)
        if steps is None:
            return
        before, fell = steps.watch, steps.falling
        crossed = steps.take(at, value_c)
        if steps.watch is before:
            return
        self._follows = ()
        if crossed:
            told = self.heat.told
            if fell and not steps.falling and steps.lowest is not None:
                # The last of a rest counts for how the pipe cools, whatever the steps were.
                self.heat.reading(steps.lowest[0], sensor, steps.lowest[1], running=self._running)
            self.heat.reading(at, sensor, steps.level_c or 0.0, running=self._running)
            if self.heat.told != told:
                self._outlook = None
        if sensor != SUPPLY:
            return
        visible = self._visible
        tau_ms = self.heat.coolings[SUPPLY].tau_ms
        level_c = steps.level_c if crossed else value_c
        seen = self.watch.reading(at, level_c or 0.0, running=self._running, tau_ms=tau_ms)
        self.heat.plateau_c = self.watch.plateau_c
        if seen is not None and not self._metered:
            self._seen(at, seen, civil, visible=visible)

    def flow(self, at: Instant, flow_lpm: float, civil: datetime | None) -> None:
        """The meter of what people draw said something; from now on it is believed instead of the sensor."""
        self._advance(at, civil, visible=self._visible)
        if not self._metered:
            self._metered = True
            for steps in self._steps.values():
                steps.metered()
        self._count(at)
        self._flow_lpm = flow_lpm
        drawing = flow_lpm >= DRAWING_LPM
        if drawing and self._drawing_since is None:
            self._drawing_since = at
            self._seen(at, DrawSeen(at), civil, visible=True)
        elif not drawing and self._drawing_since is not None:
            self._drawing_since = None
            self.heat.moved(at)
            self._outlook = None

    def cue(self, at: Instant, place: str, civil: datetime | None) -> None:
        """Something announced a draw."""
        self._advance(at, civil, visible=self._visible)
        self.hazard.cue(at, place)
        self._outlook = None

    def pump(self, at: Instant, on: bool, civil: datetime | None) -> None:
        """The pump was switched."""
        self._advance(at, civil, visible=self._visible)
        self._count(at)
        self._running = on
        self.watch.pump()
        heater = self._steps.get(SUPPLY)
        if heater is not None and heater.level_c is not None:
            # Its next level may be a fall: from here, where the pump has found it.
            self.watch.reading(at, heater.level_c, running=True, tau_ms=self.heat.coolings[SUPPLY].tau_ms)
        if on:
            self.heat.started(at)
            if self._drawing_since is not None:
                self.heat.disturbed()
        else:
            self.heat.stopped(at)
        self._outlook = None

    def pause(self, at: Instant, civil: datetime | None, *, paused: bool) -> None:
        """Stop learning habits, or go on; what is known stays and is used."""
        self._advance(at, civil, visible=self._visible)
        self.paused, self._outlook = paused, None

    def forget(self, at: Instant) -> None:
        """Forget every habit and begin with the prior household; pipes have not changed, and stay known."""
        self.hazard, self.calibration, self._outlook = Hazard(at), Calibration(), None

    def outlook(self, now: Instant, civil: datetime | None) -> Outlook:
        """Return what is to be made of all that."""
        if not self._follows:
            self._follows = tuple(steps.watch for steps in self._steps.values())
        kept = self._outlook
        if kept is None or now >= kept.changes_at:
            kept = self._looked(now, civil)
        if kept.follows is not self._follows:
            kept = renewed(kept, follows=self._follows)
        self._outlook = kept
        return kept

    def _looked(self, now: Instant, civil: datetime | None) -> Outlook:
        tick_ms = ALERT_MS if self.hazard.alert else CALM_MS
        at = max(self.hazard.at, now - now % tick_ms)
        week = week_min(civil)
        week = None if week is None else week - (now - at) / MINUTE_MS
        self._tell(at, visible=self._visible)
        self.hazard.advance(at, week, visible=self._visible)
        self._count(at)
        loop = self.heat.estimate(at)
        ticks = 1 if self.hazard.alert else _ticks(loop, at)
        forecast = renewed(self.hazard.forecast(week), knots=self.calibration.knots)
        return Outlook(loop, forecast, at - at % tick_ms + ticks * tick_ms)

    def _tell(self, now: Instant, *, visible: bool) -> None:
        """Hold what was foretold since this was last done against what comes, every four minutes."""
        seen = self._metered or visible
        due, self._told_at = self._told_at - self._told_at % TOLD_MS + TOLD_MS, max(now, self._told_at)
        outlook = self._outlook
        while due <= now:
            self.calibration.advance(due, visible=seen)
            if outlook is not None and seen and not self.paused and not self._running:
                self.calibration.tell(due, outlook.forecast.chance(FORETOLD_MS, now=due))
            due += TOLD_MS
        self.calibration.advance(now, visible=seen)

    def snapshot(self) -> dict[str, object]:
        """Return what must survive a restart, JSON-able."""
        return {
            "habits": self.hazard.snapshot(),
            "calibration": self.calibration.snapshot(),
            "pipes": self.heat.snapshot(),
            "paused": self.paused,
        }

    def restore(self, kept: Mapping[str, object]) -> None:
        """Take over what was learned; what is damaged is left out."""
        habits, pipes = kept.get("habits"), kept.get("pipes")
        self.paused = kept.get("paused") is True
        self.calibration.restore(kept.get("calibration"))
        if isinstance(habits, Mapping):
            self.hazard.restore(habits)
        if isinstance(pipes, Mapping):
            self.heat.restore(pipes)

    @property
    def _visible(self) -> bool:
        if self.paused:
            return False
        if self._metered:
            return self._drawing_since is None
        return self.watch.visible and not self._running

    def _advance(self, now: Instant, civil: datetime | None, *, visible: bool) -> None:
        self._tell(now, visible=visible)
        self.hazard.advance(now, week_min(civil), visible=visible)

    def _count(self, at: Instant) -> None:
        """Let what the meter has counted since it was last looked at into the supply."""
        if self._flow_lpm > 0.0 and at > self._metered_at:
            self.heat.drawn(at, self._flow_lpm * (at - self._metered_at) / MINUTE_MS)
        self._metered_at = max(at, self._metered_at)

    def _seen(self, at: Instant, seen: DrawSeen, civil: datetime | None, *, visible: bool) -> None:
        self._advance(at, civil, visible=visible)
        self.heat.moved(at)
        if self._running:
            self.heat.disturbed()
        if seen.lasted_ms is None:
            self.heat.guesses.draws(self.hazard.cued_at(at, week_min(civil)))
        if not self._metered:
            lasted_ms = LEAST_DRAW_MS if seen.lasted_ms is None else max(0, seen.lasted_ms - LEAST_DRAW_MS)
            self.heat.drawn(seen.at + (seen.lasted_ms or 0), USUAL_DRAW_LPM * lasted_ms / MINUTE_MS)
        if seen.lasted_ms is None:
            self.draws += 1
            self.calibration.draw(at)
            if not self.paused:
                self.hazard.draw(at, week_min(civil))
        self._outlook = None


def _ticks(loop: LoopEstimate, at: Instant) -> int:
    """Return after how many ticks the outlook is worth working out again."""
    cold = all(front[0][1] + max(loop.hots) <= at for front in loop.fronts)
    if cold:
        return IDLE_TICKS
    return min(IDLE_TICKS, max(1, (loop.hot_until - SOON_MS - at) // CALM_MS))


def week_min(civil: datetime | None) -> float | None:
    """Return local minutes since Monday's midnight; None while the clock is not trusted."""
    if civil is None:
        return None
    day_min = civil.weekday() * 1440 + civil.hour * 60 + civil.minute
    return day_min + civil.second / 60 + civil.microsecond / (MINUTE_MS * 1000)
