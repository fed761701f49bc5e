"""Frost protection: hot water is sent round before a pipe freezes."""

from dataclasses import dataclass
from typing import Final

from controller.core.clock import HOUR_MS, MINUTE_MS, NEVER, SECOND_MS
from controller.core.decision import Decision, Purpose, Vote, Watch
from controller.core.hysteresis import Deadband
from controller.core.kept import LOWEST_C
from controller.core.observation import Observation
from controller.core.reason import Reason, ReasonCode

_BROKEN_BELOW_C: Final = LOWEST_C
"""What a sensor tells below this is its word for being broken (-127), never a frost."""


@dataclass(frozen=True, slots=True)
class Freeze:
    """Runs while the coldest pipe is in danger, for so long and so often at most.

    Args:
        deadband: Starts below the first value, has done its work at the second.
        most_ms: Longest run.
        every_ms: Shortest time from start to start.
        name: Name under which it is configured.
    """

    deadband: Deadband = Deadband(on_below_c=3.0, off_above_c=8.0)
    most_ms: int = 30 * MINUTE_MS
    every_ms: int = HOUR_MS
    name: str = "freeze"

    def decide(self, observation: Observation, /) -> Decision:
        """Vote by the coldest of the sensors that can be believed."""
        watches = self._watches(observation)
        coldest = min(_believed(observation), default=None)
        stale = [observation.stale_at(role) or NEVER for role in observation.plumbing.sensors]
        wake_at = min(stale, default=NEVER)
        run = observation.pump.run
        mine = run is not None and run.carrier == self.name
        if coldest is None or not self.deadband.wants_on(coldest[0], is_on=mine):
            code = ReasonCode.FROST_OVER if mine else ReasonCode.NOTHING_ASKED
            return Decision(Vote.ABSTAIN, Reason(code), wake_at, watches=watches)
        last = observation.diary.served.get(self.name)
        since = last.since if mine and last is not None else observation.now
        ends_at = since + self.most_ms
        if mine and observation.now >= ends_at:
            return Decision(Vote.ABSTAIN, Reason(ReasonCode.FROST_OVER), wake_at, watches=watches)
        if not mine and last is not None and observation.now < last.since + self.every_ms:
            return self._pause(observation, coldest, last.since + self.every_ms, watches)
        reason = Reason.of(ReasonCode.FROST, sensor=coldest[1], temperature_c=coldest[0])
        return Decision(Vote.RUN, reason, min(wake_at, ends_at), watches=watches, purpose=Purpose.FROST)

    def _pause(
        self, observation: Observation, coldest: tuple[float, str], until: int, watches: tuple[Watch, ...]
    ) -> Decision:
        left_s = -(-(until - observation.now) // SECOND_MS)
        reason = Reason.of(ReasonCode.FROST_PAUSE, sensor=coldest[1], temperature_c=coldest[0], left_s=left_s)
        return Decision(Vote.ABSTAIN, reason, until, watches=watches)

    def _watches(self, observation: Observation) -> tuple[Watch, ...]:
        levels = (_BROKEN_BELOW_C, self.deadband.on_below_c, self.deadband.off_above_c)
        return tuple(Watch(role, levels) for role in sorted(observation.plumbing.sensors))


def _believed(observation: Observation) -> list[tuple[float, str]]:
    values = ((observation.value(role), role) for role in sorted(observation.plumbing.sensors))
    return [(value, role) for value, role in values if value is not None and value >= _BROKEN_BELOW_C]
