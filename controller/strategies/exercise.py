"""Exercise: a pump that has stood for a week is turned for some seconds, so that it does not seize."""

from dataclasses import dataclass

from controller.core.clock import DAY_MS, HOUR_MS, NEVER, SECOND_MS, Instant
from controller.core.decision import Decision, Purpose, Vote
from controller.core.observation import Observation
from controller.core.reason import Reason, ReasonCode


@dataclass(frozen=True, slots=True)
class Exercise:
    """Turns the pump after a standstill; a try that failed is made again the next day.

    Args:
        still_ms: Standstill after which it is turned. Source: pump makers' advice, a week.
        run_ms: For so long.
        again_ms: Rest after a try.
        name: Name under which it is configured.
    """

    still_ms: int = 7 * DAY_MS
    run_ms: int = 10 * SECOND_MS
    again_ms: int = DAY_MS
    name: str = "exercise"

    def decide(self, observation: Observation, /) -> Decision:
        """Run when the standstill is long enough, and no longer than needed."""
        now, run = observation.now, observation.pump.run
        if run is not None:
            ends_at = run.started_at + self.run_ms
            mine = run.by == self.name and now < ends_at
            return self._run(observation, ends_at) if mine else _rests(NEVER)
        last = observation.diary.served.get(self.name)
        due_at = observation.diary.moved_at + self.still_ms
        due_at = due_at if last is None else max(due_at, last.since + self.again_ms)
        return self._run(observation, now + self.run_ms) if now >= due_at else _rests(due_at)

    def _run(self, observation: Observation, ends_at: Instant) -> Decision:
        still_h = (observation.now - observation.diary.moved_at) // HOUR_MS
        reason = Reason.of(ReasonCode.EXERCISE, still_h=still_h)
        return Decision(Vote.RUN, reason, ends_at, watches=(), purpose=Purpose.EXERCISE)


def _rests(until: Instant) -> Decision:
    return Decision(Vote.ABSTAIN, Reason(ReasonCode.NOTHING_ASKED), until, watches=())
