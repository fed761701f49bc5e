"""Timed pump: weekly windows."""

from dataclasses import dataclass

from controller.core.civil import Schedule, Window, schedule
from controller.core.clock import MINUTE_MS, Instant
from controller.core.decision import Decision, Vote, Watches
from controller.core.observation import Observation
from controller.core.reason import Reason, ReasonCode
from controller.strategies.arrival import StopRule


@dataclass(frozen=True, slots=True)
class Timed:
    """Keeps the loop hot inside weekly windows.

    A plain timer runs the pump all through its window. This one stops when hot water has come round and runs
    again after a pause, which costs a fraction; ``until_hot=False`` gives the plain timer.

    Args:
        windows: When hot water is wanted.
        until_hot: Stop when hot water has come round, run again after the pause.
        pause_ms: Rest between two runs inside a window. Insulated pipes stay above 40 C for 37 to 68 min, bare
            ones for 12 to 23 min, so 20 min keeps most taps hot.
        rule: When a run has done its work.
        name: Name under which it is configured.
    """

    windows: tuple[Window, ...]
    until_hot: bool = True
    pause_ms: int = 20 * MINUTE_MS
    rule: StopRule = StopRule()
    name: str = "timed"

    def decide(self, observation: Observation, /) -> Decision:
        """Run inside the windows as far as it is useful; abstain outside and while the clock is not set."""
        plan = schedule(self.windows, observation)
        if plan is None or plan.window is None:
            return outside(plan, self.rule.glances(observation.plumbing) if self.until_hot else ())
        if not self.until_hot:
            reason = in_window(ReasonCode.IN_WINDOW, plan.window)
            return Decision(Vote.RUN, reason, plan.changes_at, watches=())
        return keep_hot(observation, plan.window, self.rule, self.pause_ms, plan.changes_at)


def keep_hot(
    observation: Observation, window: Window, rule: StopRule, pause_ms: int, closes_at: Instant
) -> Decision:
    """Return the vote for a loop that is to be kept hot inside an open window.

    While the pump runs it is wanted until hot water has come round; after a run the pause counts from its end.
    """
    pump = observation.pump
    if rule.arrived(observation):
        reason = in_window(ReasonCode.WINDOW_HOT, window)
        wake_at = min([closes_at, *rule.doubtful_at(observation)])
        return Decision(Vote.ABSTAIN, reason, wake_at, watches=rule.watches(observation))
    if pump.run is None and pump.last_stopped_at is not None:
        rests_until = pump.last_stopped_at + pause_ms
        if observation.now < rests_until:
            reason = in_window(ReasonCode.WINDOW_PAUSE, window)
            glances = rule.glances(observation.plumbing)
            return Decision(Vote.ABSTAIN, reason, min(rests_until, closes_at), watches=glances)
    reason = in_window(ReasonCode.IN_WINDOW, window)
    return Decision(Vote.RUN, reason, closes_at, watches=rule.watches(observation))


def outside(plan: Schedule | None, watches: Watches) -> Decision:
    """Return the abstention of a schedule that is shut, or that cannot be told from a clock that is not set.

    Args:
        plan: What the windows say; None while the clock is not trusted.
        watches: The sensors that the answer inside a window hangs on.
    """
    if plan is None:
        return Decision(Vote.ABSTAIN, Reason(ReasonCode.CLOCK_UNTRUSTED), watches=watches)
    return Decision(Vote.ABSTAIN, Reason(ReasonCode.OUTSIDE_WINDOWS), plan.changes_at, watches=watches)


def in_window(code: ReasonCode, window: Window) -> Reason:
    """Return a reason that names an open window."""
    return Reason.of(code, start=window.start, end=window.end)
