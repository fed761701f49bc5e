"""On-demand button: someone asks, the pump runs until hot water has come round."""

from dataclasses import dataclass
from typing import Final

from controller.core.clock import MINUTE_MS, NEVER, Instant
from controller.core.decision import UNSAID, Decision, Vote, Watches
from controller.core.events import HotWaterRequest
from controller.core.observation import Observation
from controller.core.reason import Reason, ReasonCode
from controller.core.triggers import SurgeTrigger, Trigger
from controller.strategies.arrival import StopRule

AUTOMATIC_MS: Final = 5 * MINUTE_MS
"""What a cue asked for ends after the longest run that a person may ask for."""


@dataclass(frozen=True, slots=True)
class OnDemand:
    """Answers wishes for hot water: until hot, or for the minutes asked for.

    Args:
        rule: When a run until hot has done its work.
        triggers: What asks without a button.
        name: Name under which it is configured.
    """

    rule: StopRule = StopRule()
    triggers: tuple[Trigger, ...] = ()
    name: str = "on_demand"

    def decide(self, observation: Observation, /) -> Decision:
        """Run while any wish is open; settle those that are fulfilled."""
        ends = [(request, self._end(request, observation)) for request in observation.requests]
        settled = tuple((request.request_id, end) for request, end in ends if end is not None)
        still_open = [request for request, end in ends if end is None]
        if still_open:
            wake_at = min(_runs_until(request, observation) for request in still_open)
            watches = self._watches(self.rule.watches(observation))
            first = next((one for one in still_open if not one.automatic), still_open[0])
            reason, demand = _asked(first), not first.automatic
            return Decision(Vote.RUN, reason, wake_at, settled, demand=demand, watches=watches)
        reason = settled[-1][1] if settled else Reason(ReasonCode.NOTHING_ASKED)
        glances = self._watches(self.rule.glances(observation.plumbing))
        return Decision(Vote.ABSTAIN, reason, settled=settled, watches=glances)

    def _watches(self, watches: Watches) -> Watches:
        # A rise is told by how fast it comes, not by a level.
        return UNSAID if any(isinstance(one, SurgeTrigger) for one in self.triggers) else watches

    def _end(self, request: HotWaterRequest, observation: Observation) -> Reason | None:
        arrived = self.rule.arrived(observation) if request.duration_ms is None else None
        if arrived is not None or observation.now < _runs_until(request, observation):
            return arrived
        return Reason.of(ReasonCode.REQUEST_DONE, minutes=(request.duration_ms or AUTOMATIC_MS) / MINUTE_MS)


def _runs_until(request: HotWaterRequest, observation: Observation) -> Instant:
    duration_ms = request.duration_ms or (AUTOMATIC_MS if request.automatic else None)
    if duration_ms is None:
        return NEVER
    run = observation.pump.run
    # A run that begins now began now.
    return max(request.at, observation.now if run is None else run.started_at) + duration_ms


def _asked(request: HotWaterRequest) -> Reason:
    if request.duration_ms is None:
        return Reason.of(ReasonCode.REQUESTED, who=request.who)
    return Reason.of(ReasonCode.REQUESTED_MINUTES, who=request.who, minutes=request.duration_ms / MINUTE_MS)
