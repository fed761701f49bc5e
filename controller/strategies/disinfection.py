"""Disinfection: the loop runs along when the heater's weekly hot hour comes."""

from dataclasses import dataclass

from controller.core.civil import Window, schedule
from controller.core.clock import MINUTE_MS
from controller.core.decision import Decision, Purpose, Vote
from controller.core.observation import Observation
from controller.core.reason import ReasonCode
from controller.strategies.timed import in_window, outside


@dataclass(frozen=True, slots=True)
class Disinfection:
    """Runs once in each window for the whole of its time, not only until hot water has come round.

    What was cut short is run again while the window is open. The heater's own disinfection is not its business:
    set the windows to when that is hot.

    Args:
        windows: When; normally one a week.
        run_ms: For so long.
        name: Name under which it is configured.
    """

    windows: tuple[Window, ...]
    run_ms: int = 30 * MINUTE_MS
    name: str = "disinfection"

    def decide(self, observation: Observation, /) -> Decision:
        """Run inside an open window until the run of this window is done."""
        plan = schedule(self.windows, observation)
        if plan is None or plan.window is None:
            return outside(plan, ())
        now, last = observation.now, observation.diary.served.get(self.name)
        ends_at = now + self.run_ms
        if last is not None and last.since >= plan.opened_at:
            ends_at = last.since + self.run_ms if last.ended_at is None else ends_at
            if last.ran_ms >= self.run_ms or now >= ends_at:
                reason = in_window(ReasonCode.DISINFECTED, plan.window)
                return Decision(Vote.ABSTAIN, reason, plan.changes_at, watches=())
        reason = in_window(ReasonCode.DISINFECTION, plan.window)
        wake_at = min(ends_at, plan.changes_at)
        return Decision(Vote.RUN, reason, wake_at, watches=(), purpose=Purpose.HYGIENE)
