"""Return-pipe check valve: the cold pipe as the way back, and never warmer than it must get."""

from dataclasses import dataclass

from controller.core.civil import Window, schedule
from controller.core.clock import MINUTE_MS
from controller.core.decision import Decision, Vote
from controller.core.observation import Observation
from controller.strategies.arrival import StopRule
from controller.strategies.on_demand import OnDemand
from controller.strategies.timed import keep_hot, outside


@dataclass(frozen=True, slots=True)
class CheckValve:
    """Answers wishes at once, and refreshes the far end now and then inside its windows.

    A run ends at the first clear rise behind the valve or at the limit, whichever is first. Without windows it
    starts on a wish only, as the building code asks of cold-pipe returns (IECC C404.8).

    Args:
        windows: When the far end is kept hot without being asked; empty for never.
        pause_ms: Rest between two such runs.
        rule: When a run has done its work.
        name: Name under which it is configured.
    """

    windows: tuple[Window, ...] = ()
    pause_ms: int = 20 * MINUTE_MS
    rule: StopRule = StopRule()
    name: str = "check_valve"

    def decide(self, observation: Observation, /) -> Decision:
        """Wishes first, then the windows."""
        wish = OnDemand(self.rule).decide(observation)
        if wish.vote is Vote.RUN or not self.windows:
            return wish
        own = self._refresh(observation)
        if own.vote is Vote.RUN or not wish.settled:
            return Decision(own.vote, own.reason, own.wake_at, wish.settled, watches=own.watches)
        return Decision(wish.vote, wish.reason, own.wake_at, wish.settled, watches=own.watches)

    def _refresh(self, observation: Observation) -> Decision:
        plan = schedule(self.windows, observation)
        if plan is None or plan.window is None:
            return outside(plan, self.rule.glances(observation.plumbing))
        return keep_hot(observation, plan.window, self.rule, self.pause_ms, plan.changes_at)
