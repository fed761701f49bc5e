"""Hygiene: water that has stood in the loop for days is exchanged, once, however long it stood."""

from dataclasses import dataclass

from controller.core.clock import HOUR_MS, MINUTE_MS, NEVER, Instant
from controller.core.decision import Decision, Purpose, Vote
from controller.core.observation import Observation
from controller.core.reason import Reason, ReasonCode
from controller.strategies.arrival import StopRule


@dataclass(frozen=True, slots=True)
class Hygiene:
    """Flushes the loop after a standstill, until hot water has come round or the time is over.

    It asks only when the last exchange was, which the diary keeps over restarts, so a long outage is made up by
    one run. Advice, not obligation, in one- and two-family houses.

    Args:
        still_ms: Standstill after which the water is exchanged. Source: common advice for drinking water, 72 h.
        flush_ms: Longest flush.
        again_ms: Rest after a flush that was cut short.
        rule: When the water has come round.
        name: Name under which it is configured.
    """

    still_ms: int = 72 * HOUR_MS
    flush_ms: int = 5 * MINUTE_MS
    again_ms: int = 6 * HOUR_MS
    rule: StopRule = StopRule()
    name: str = "hygiene"

    def decide(self, observation: Observation, /) -> Decision:
        """Run when the water has stood long enough, until it is exchanged."""
        now, run, diary = observation.now, observation.pump.run, observation.diary
        due_at, last = diary.exchanged_at + self.still_ms, diary.served.get(self.name)
        if last is not None and last.ended_at is not None:
            due_at = max(due_at, last.ended_at + self.again_ms)
        if now < due_at:
            return self._rests(observation, ReasonCode.NOTHING_ASKED, due_at)
        if run is not None:
            done = self.rule.arrived(observation)
            if done is not None:
                return Decision(Vote.ABSTAIN, done, watches=self.rule.watches(observation))
            if now >= run.started_at + self.flush_ms:
                return self._rests(observation, ReasonCode.FLUSHED, NEVER)
        ends_at = (now if run is None else run.started_at) + self.flush_ms
        reason = Reason.of(ReasonCode.FLUSH, still_h=(now - diary.exchanged_at) // HOUR_MS)
        watches = self.rule.watches(observation)
        return Decision(Vote.RUN, reason, ends_at, watches=watches, purpose=Purpose.HYGIENE)

    def _rests(self, observation: Observation, code: ReasonCode, until: Instant) -> Decision:
        glances = self.rule.glances(observation.plumbing)
        return Decision(Vote.ABSTAIN, Reason(code), until, watches=glances)
