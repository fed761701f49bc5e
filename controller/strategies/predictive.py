"""Predictive: runs the pump ahead of draws that are likely enough, and stops when the supply is filled."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from controller.core.clock import MINUTE_MS, SECOND_MS, Instant
from controller.core.decision import Decision, Vote, Watch
from controller.core.forecast import FORETOLD_MS
from controller.core.observation import Observation
from controller.core.outlook import Outlook
from controller.core.plumbing import FAR_END, Topology
from controller.core.reason import Reason, ReasonCode
from controller.strategies.arrival import StopRule
from controller.strategies.worth import SHORTEST_FILL_MS, UNKNOWN_FILL_MS, Fill, best_fill


class Comfort(StrEnum):
    """How much waiting is worth against heat, in five steps."""

    FRUGAL = "frugal"
    THRIFTY = "thrifty"
    BALANCED = "balanced"
    COMFORTABLE = "comfortable"
    LAVISH = "lavish"


FILLS_PER_COLD_DRAW: Final = MappingProxyType(
    {
        Comfort.FRUGAL: 1.0,
        Comfort.THRIFTY: 1.6,
        Comfort.BALANCED: 3.0,
        Comfort.COMFORTABLE: 6.0,
        Comfort.LAVISH: 14.0,
    }
)
"""What a useful draw that meets a cold pipe costs, in fills: as a cold draw runs off about one supply's content, this is
also the price of a cold litre in litres of hot water."""

CROSSOVER_SHUT_C: Final = 37.0
"""Warmer water in the loop would reach the cold pipe, or shut the crossover valve before the hot front has come."""
LEARNED_FILLS: Final = 0.6
"""What it is worth, in fills, to see how long a fill takes, when that is not known or a week old."""
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
        return self._filling(observation, outlook, run.started_at, watches)

    def _filling(
        self, observation: Observation, outlook: Outlook, started_at: Instant, watches: tuple[Watch, ...]
    ) -> Decision:
        now, plumbing, loop = observation.now, observation.plumbing, outlook.loop
        fill_ms = self.fill_ms or loop.fill_ms
        seen = FAR_END in plumbing.sensors or plumbing.topology is Topology.COLD_RETURN
        if self.fill_ms is None and loop.awaits_front and not seen:
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
        ends_at = started_at + self._planned_ms(
            outlook, plumbing.fixtures, fill_ms or UNKNOWN_FILL_MS, seen=seen
        )
        if now >= ends_at:
            reason = Reason.of(ReasonCode.SUPPLY_FILLED, ran_s=(now - started_at) / SECOND_MS)
            return Decision(Vote.ABSTAIN, reason, watches=watches)
        reason = Reason.of(ReasonCode.FILLING, fill_s=(ends_at - started_at) / SECOND_MS)
        return Decision(Vote.RUN, reason, ends_at, watches=watches)

    def _planned_ms(self, outlook: Outlook, fixtures: tuple[str, ...], fill_ms: int, *, seen: bool) -> int:
        """Return how long a run takes: as deep as the fill that is worth most, or until a sensor sees the front."""
        fill = _best(outlook, fixtures, self.comfort)
        share = 1.0 if fill is None else fill.share
        if seen and (outlook.loop.awaits_front or share >= max(outlook.loop.places)):
            return FRONT_LATEST * fill_ms
        return max(SHORTEST_FILL_MS, round(share * fill_ms))

    def _resting(self, observation: Observation, outlook: Outlook, watches: tuple[Watch, ...]) -> Decision:
        now, loop, plumbing = observation.now, outlook.loop, observation.plumbing
        fill = _best(outlook, plumbing.fixtures, self.comfort)
        if fill is None:
            left_min = (loop.hot_until - now) / MINUTE_MS
            reason = Reason.of(ReasonCode.WARM_ENOUGH, loop_c=loop.loop_c)
            if left_min >= 1:
                reason = Reason.of(ReasonCode.STILL_HOT, loop_c=loop.loop_c, left_min=left_min)
            return Decision(Vote.ABSTAIN, reason, outlook.changes_at, watches=watches)
        # What would end a run at once is no reason to begin one.
        unsure = (self.fill_ms or loop.fill_ms) is None and not loop.would_learn
        if unsure or plumbing.topology is Topology.COLD_RETURN or FAR_END in plumbing.sensors:
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
        chance = outlook.forecast.foretold()
        told = {"chance": chance, "within_min": FORETOLD_MS / MINUTE_MS, "loop_c": loop.loop_c}
        learned = LEARNED_FILLS if loop.would_learn and self.fill_ms is None else 0.0
        worth_it = fill.gain(FILLS_PER_COLD_DRAW[self.comfort]) + learned > 0.0
        reason = Reason.of(ReasonCode.PREHEATING if worth_it else ReasonCode.NOT_WORTH_IT, **told)
        vote = Vote.RUN if worth_it else Vote.ABSTAIN
        return Decision(vote, reason, outlook.changes_at, watches=watches, brief=worth_it)


@lru_cache(maxsize=16)
def _best(outlook: Outlook, fixtures: tuple[str, ...], comfort: Comfort) -> Fill | None:
    """Return the best fill; asked with the same outlook many times, and answered once."""
    return best_fill(
        outlook.loop, outlook.forecast, outlook.forecast.at, fixtures, FILLS_PER_COLD_DRAW[comfort]
    )
