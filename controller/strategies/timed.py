"""Timed pump: weekly windows."""

from dataclasses import dataclass

from controller.core.civil import Window, schedule
from controller.core.clock import MINUTE_MS, Instant
from controller.core.decision import Decision, Vote
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
        if plan is None:
            return Decision(Vote.ABSTAIN, Reason.of(ReasonCode.CLOCK_UNTRUSTED))
        if plan.window is None:
            return Decision(Vote.ABSTAIN, Reason.of(ReasonCode.OUTSIDE_WINDOWS), plan.changes_at)
        if not self.until_hot:
            return Decision(Vote.RUN, in_window(ReasonCode.IN_WINDOW, plan.window), plan.changes_at)
        return keep_hot(observation, plan.window, self.rule, self.pause_ms, plan.changes_at)


def keep_hot(
    observation: Observation, window: Window, rule: StopRule, pause_ms: int, closes_at: Instant
) -> Decision:
    """Return the vote for a loop that is to be kept hot inside an open window.

    While the pump runs it is wanted until hot water has come round; after a run the pause counts from its end.
    """
    pump = observation.pump
    if rule.arrived(observation):
        return Decision(Vote.ABSTAIN, in_window(ReasonCode.WINDOW_HOT, window), closes_at)
    if pump.run is None and pump.last_stopped_at is not None:
        rests_until = pump.last_stopped_at + pause_ms
        if observation.now < rests_until:
            return Decision(
                Vote.ABSTAIN, in_window(ReasonCode.WINDOW_PAUSE, window), min(rests_until, closes_at)
            )
    return Decision(Vote.RUN, in_window(ReasonCode.IN_WINDOW, window), closes_at)


def in_window(code: ReasonCode, window: Window) -> Reason:
    """Return a reason that names an open window."""
    return Reason.of(code, start=window.start, end=window.end)
