"""Predictive: runs the pump ahead of draws that are likely enough, and stops when the supply is filled."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from controller.core.clock import MINUTE_MS, SECOND_MS, Instant
from controller.core.decision import Decision, Vote, Watch
from controller.core.observation import Observation
from controller.core.outlook import LoopEstimate, Outlook
from controller.core.plumbing import FAR_END, Topology
from controller.core.reason import Reason, ReasonCode
from controller.strategies.arrival import StopRule
from controller.strategies.worth import HOT_STEPS, STEPS, Prices, Worth, worth


class Comfort(StrEnum):
    """How much waiting is worth against heat, in five steps."""

    FRUGAL = "frugal"
    THRIFTY = "thrifty"
    BALANCED = "balanced"
    COMFORTABLE = "comfortable"
    LAVISH = "lavish"


FILLS_PER_COLD_DRAW: Final = MappingProxyType(
    {
        Comfort.FRUGAL: 0.6,
        Comfort.THRIFTY: 1.0,
        Comfort.BALANCED: 2.0,
        Comfort.COMFORTABLE: 4.0,
        Comfort.LAVISH: 12.0,
    }
)
"""What a useful draw that meets a cold pipe costs, in fills: as a cold draw runs off about one supply's content, this is
also the price of a cold litre in litres of hot water."""

AHEAD_MS: Final = 2 * MINUTE_MS
"""So long before the supply cools it may be filled again."""
TOLD_MS: Final = 10 * MINUTE_MS
"""Chances are told for so long ahead."""
WAIT_FINE_MS: Final = 10 * SECOND_MS
"""A wait up to this counts as hot at once."""
UNKNOWN_FILL_MS: Final = 60 * SECOND_MS
CROSSOVER_SHUT_C: Final = 37.0
"""Warmer water in the loop would reach the cold pipe, or shut the crossover valve before the hot front has come."""
LEARNING_MOST_MS: Final = 240 * SECOND_MS
"""A run that is to show how long a fill takes gives up after this."""
FRONT_LATEST: Final = 2
"""A run that waits for a sensor to show the front ends after so many times the learned fill time."""


@dataclass(frozen=True, slots=True)
class Predictive:
    """Weighs, at every instant, running now against waiting, by what each is expected to cost.

    Args:
        comfort: How much waiting is worth against heat.
        fill_ms: Pump time until the hot front has reached the far end, if the owner knows it; None to learn it.
        rule: When a run has done its work, where a sensor sees the front.
        name: Name under which it is configured.
    """

    comfort: Comfort = Comfort.BALANCED
    fill_ms: int | None = None
    rule: StopRule = StopRule()
    name: str = "predictive"

    def decide(self, observation: Observation, /) -> Decision:
        """Vote by the outlook; abstain without one."""
        outlook, run = observation.outlook, observation.pump.run
        watches = () if outlook is None else outlook.follows
        if outlook is None or observation.civil is None:
            return Decision(Vote.ABSTAIN, Reason(ReasonCode.CLOCK_UNTRUSTED), watches=watches)
        if run is None:
            return self._resting(observation, outlook, watches)
        if (run.wanted_by or run.by) != self.name:
            return Decision(Vote.ABSTAIN, Reason.of(ReasonCode.RUN_OF_ANOTHER, by=run.by), watches=watches)
        return self._filling(observation, outlook.loop, run.started_at, watches)

    def _filling(
        self, observation: Observation, loop: LoopEstimate, started_at: Instant, watches: tuple[Watch, ...]
    ) -> Decision:
        now, plumbing = observation.now, observation.plumbing
        fill_ms = self.fill_ms or loop.fill_ms
        seen = FAR_END in plumbing.sensors or plumbing.topology is Topology.COLD_RETURN
        if fill_ms is None and loop.awaits_front and not seen:
            ends_at = started_at + LEARNING_MOST_MS
            if now < ends_at:
                return Decision(Vote.RUN, Reason(ReasonCode.FILLING_FIRST), ends_at, watches=watches)
        if seen or fill_ms is None:
            arrived = self.rule.arrived(observation)
            watches += self.rule.watches(observation)
            if arrived is not None:
                return Decision(Vote.ABSTAIN, arrived, watches=watches)
        if fill_ms is None and not seen:
            return Decision(Vote.RUN, Reason(ReasonCode.FILLING_FIRST), watches=watches)
        fill_ms = fill_ms or UNKNOWN_FILL_MS
        ends_at = started_at + (FRONT_LATEST * fill_ms if seen else fill_ms)
        if now >= ends_at:
            reason = Reason.of(ReasonCode.SUPPLY_FILLED, ran_s=(now - started_at) / SECOND_MS)
            return Decision(Vote.ABSTAIN, reason, watches=watches)
        reason = Reason.of(ReasonCode.FILLING, fill_s=fill_ms / SECOND_MS)
        return Decision(Vote.RUN, reason, ends_at, watches=watches)

    def _resting(self, observation: Observation, outlook: Outlook, watches: tuple[Watch, ...]) -> Decision:
        now, loop, plumbing = observation.now, outlook.loop, observation.plumbing
        if now < loop.hot_until - AHEAD_MS:
            left_min = (loop.hot_until - now) / MINUTE_MS
            reason = Reason.of(ReasonCode.STILL_HOT, loop_c=loop.loop_c, left_min=left_min)
            return Decision(Vote.ABSTAIN, reason, loop.hot_until - AHEAD_MS, watches=watches)
        if plumbing.topology is Topology.COLD_RETURN or FAR_END in plumbing.sensors:
            arrived = self.rule.arrived(observation)
            watches += self.rule.watches(observation)
            if arrived is not None:
                return Decision(Vote.ABSTAIN, arrived, watches=watches)
        if plumbing.topology is Topology.COLD_RETURN and loop.filled_c > CROSSOVER_SHUT_C:
            reason = Reason.of(ReasonCode.CROSSOVER_SHUT, loop_c=loop.filled_c)
            return Decision(Vote.ABSTAIN, reason, outlook.changes_at, watches=watches)
        if now < loop.tried_until:
            reason = Reason.of(ReasonCode.NOTHING_CAME, left_min=(loop.tried_until - now) / MINUTE_MS)
            return Decision(Vote.ABSTAIN, reason, loop.tried_until, watches=watches)
        values = _weigh(outlook, self.comfort, self.fill_ms)
        chance = outlook.forecast.chance(TOLD_MS)
        told = {"chance": chance, "within_min": TOLD_MS / MINUTE_MS, "loop_c": loop.loop_c}
        if values.run < values.wait:
            return Decision(
                Vote.RUN, Reason.of(ReasonCode.PREHEATING, **told), outlook.changes_at, watches=watches
            )
        return Decision(
            Vote.ABSTAIN, Reason.of(ReasonCode.NOT_WORTH_IT, **told), outlook.changes_at, watches=watches
        )


@lru_cache(maxsize=16)
def _weigh(outlook: Outlook, comfort: Comfort, fill_ms: int | None) -> Worth:
    """Return the worth of running and of waiting; asked with the same outlook many times, and answered once."""
    loop, forecast = outlook.loop, outlook.forecast
    now = forecast.at
    step_ms = max(loop.hot_ms // HOT_STEPS, MINUTE_MS)
    draws = [forecast.expected(now + n * step_ms, now + (n + 1) * step_ms) for n in range(STEPS)]
    left = max(-HOT_STEPS, min(0, (loop.hot_until - now) // step_ms))
    warm = [loop.warm_chance] * max(0, (loop.warm_until - now) // step_ms)
    late_ms = max(0, (fill_ms or loop.fill_ms or UNKNOWN_FILL_MS) - WAIT_FINE_MS)
    prices = Prices(FILLS_PER_COLD_DRAW[comfort], follow=outlook.follow)
    return worth(draws, left, warm, forecast.expected(now, now + late_ms), prices)
