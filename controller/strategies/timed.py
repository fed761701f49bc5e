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
        times = {"start": plan.window.start, "end": plan.window.end}
        rests_until = keep_hot_rests_until(observation, self.rule, self.pause_ms) if self.until_hot else None
        if rests_until is None:
            return Decision(Vote.RUN, Reason.of(ReasonCode.IN_WINDOW, **times), plan.changes_at)
        return Decision(
            Vote.ABSTAIN, Reason.of(ReasonCode.WINDOW_HOT, **times), min(rests_until, plan.changes_at)
        )


def keep_hot_rests_until(observation: Observation, rule: StopRule, pause_ms: int) -> Instant | None:
    """Return until when a loop that is to be kept hot may rest, or None when the pump is wanted now.

    While the pump runs it is wanted until hot water has come round; after a run the pause counts from its end.
    """
    pump = observation.pump
    if pump.run is not None:
        return observation.now + pause_ms if rule.arrived(observation) else None
    if pump.last_stopped_at is None or observation.now >= pump.last_stopped_at + pause_ms:
        return observation.now + pause_ms if rule.arrived(observation) else None
    return pump.last_stopped_at + pause_ms
