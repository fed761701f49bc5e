"""Ready by: hot at a tap by a time of day, started as late as the loop's own fill time allows."""

from dataclasses import dataclass
from typing import Final

from controller.core.civil import Window, schedule
from controller.core.clock import MINUTE_MS, Instant
from controller.core.decision import Decision, Vote
from controller.core.observation import Observation
from controller.core.reason import Reason, ReasonCode
from controller.strategies.arrival import StopRule
from controller.strategies.timed import outside

UNLEARNED_FILL_MS: Final = 5 * MINUTE_MS
"""Fill time while none is declared and none has been learned: the longest run that a person may ask for."""
LATE_MS: Final = 5 * MINUTE_MS
"""For so long a job that is late is still worth its run."""


@dataclass(frozen=True, slots=True)
class ReadyBy:
    """Runs once before each of its times, unless hot water is there already.

    Args:
        by: The times: each window opens at the time itself, on its days; its end does not count.
        fixture: Where hot water is wanted, for people to read.
        fill_ms: Fill time as declared; None for what the loop's own runs have taught.
        margin_ms: So much earlier, because no two fillings are alike.
        rule: When a run has done its work.
        name: Name under which it is configured.
    """

    by: tuple[Window, ...]
    fixture: str = ""
    fill_ms: int | None = None
    margin_ms: int = 2 * MINUTE_MS
    rule: StopRule = StopRule()
    name: str = "ready_by"

    def decide(self, observation: Observation, /) -> Decision:
        """Run from the time less fill time and margin, until hot water has come round."""
        lead_ms = (self.fill_ms or observation.diary.fill_ms or UNLEARNED_FILL_MS) + self.margin_ms
        plan = schedule(self.by, observation, early_ms=lead_ms, late_ms=LATE_MS)
        if plan is None or plan.window is None:
            return outside(plan, self.rule.glances(observation.plumbing))
        earliest = plan.opened_at + lead_ms - max(lead_ms, UNLEARNED_FILL_MS + self.margin_ms)
        done = self._done(observation, earliest)
        watches = self.rule.watches(observation)
        if done is not None:
            stale = self.rule.doubtful_at(observation)
            return Decision(Vote.ABSTAIN, done, min([plan.changes_at, *stale]), watches=watches)
        reason = Reason.of(ReasonCode.READY_BY, fixture=self.fixture, by=plan.window.start)
        return Decision(Vote.RUN, reason, plan.changes_at, watches=watches)

    def _done(self, observation: Observation, earliest: Instant) -> Reason | None:
        """Return why the job is done: it is hot, or the run was made, also with the lead as it was before that run."""
        last = observation.diary.served.get(self.name)
        arrived = self.rule.arrived(observation)
        if arrived is None and last is not None and last.ended_at is not None and last.since >= earliest:
            return Reason(ReasonCode.READY_DONE)
        return arrived
