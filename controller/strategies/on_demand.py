"""On-demand button: someone asks, the pump runs until hot water has come round."""

from dataclasses import dataclass

from controller.core.clock import MINUTE_MS, NEVER, Instant
from controller.core.decision import Decision, Vote
from controller.core.events import HotWaterRequest
from controller.core.observation import Observation
from controller.core.reason import Reason, ReasonCode
from controller.strategies.arrival import StopRule


@dataclass(frozen=True, slots=True)
class OnDemand:
    """Answers wishes for hot water: until hot, or for the minutes asked for.

    Args:
        rule: When a run until hot has done its work.
        name: Name under which it is configured.
    """

    rule: StopRule = StopRule()
    name: str = "on_demand"

    def decide(self, observation: Observation, /) -> Decision:
        """Run while any wish is open; settle those that are fulfilled."""
        ends = [(request, self._end(request, observation)) for request in observation.requests]
        settled = tuple((request.request_id, end) for request, end in ends if end is not None)
        still_open = [request for request, end in ends if end is None]
        if still_open:
            wake_at = min(_runs_until(request, observation) for request in still_open)
            watches = self.rule.watches(observation)
            reason = _asked(still_open[0])
            return Decision(Vote.RUN, reason, wake_at, settled, demand=True, watches=watches)
        reason = settled[-1][1] if settled else Reason(ReasonCode.NOTHING_ASKED)
        glances = self.rule.glances(observation.plumbing)
        return Decision(Vote.ABSTAIN, reason, settled=settled, watches=glances)

    def _end(self, request: HotWaterRequest, observation: Observation) -> Reason | None:
        if request.duration_ms is None:
            return self.rule.arrived(observation)
        if observation.now < _runs_until(request, observation):
            return None
        return Reason.of(ReasonCode.REQUEST_DONE, minutes=request.duration_ms / MINUTE_MS)


def _runs_until(request: HotWaterRequest, observation: Observation) -> Instant:
    if request.duration_ms is None:
        return NEVER
    run = observation.pump.run
    # A run that begins now began now.
    return max(request.at, observation.now if run is None else run.started_at) + request.duration_ms


def _asked(request: HotWaterRequest) -> Reason:
    if request.duration_ms is None:
        return Reason.of(ReasonCode.REQUESTED, who=request.who)
    return Reason.of(ReasonCode.REQUESTED_MINUTES, who=request.who, minutes=request.duration_ms / MINUTE_MS)
