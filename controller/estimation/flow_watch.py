"""Water that flows on and on: a leak, a tap left open, or a flow sensor that sticks. A fold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from controller.core.changes import changed
from controller.core.clock import MINUTE_MS, NEVER, Instant
from controller.core.plumbing import DRAW_FLOW, LOOP_FLOW

FLOWS_ON_MS: Final = 15 * MINUTE_MS
"""Flow without a break for so long is told. Source: the fault list of the reliability design."""
FLOWS_LPM: Final = 0.5
"""From this on water flows; small turbines stand still at less."""


@dataclass(frozen=True, slots=True)
class FlowWatch:
    """What the flow sensors of a loop have told.

    Args:
        draw_since: Since when water is drawn without a break; None while it is not.
        loop_since: Since when water flows in the loop without a break though the pump rests; None while it does not.
        loop_flows: The loop's flow sensor told of a flow last.
    """

    draw_since: Instant | None = None
    loop_since: Instant | None = None
    loop_flows: bool = False

    def read(self, now: Instant, sensor: str, flow_lpm: float) -> "FlowWatch":
        """Return what is known after a flow was read; in the loop it counts from the next look on."""
        flows = flow_lpm >= FLOWS_LPM
        if sensor == DRAW_FLOW:
            since = now if self.draw_since is None else self.draw_since
            return changed(self, draw_since=since if flows else None)
        return changed(self, loop_flows=flows) if sensor == LOOP_FLOW else self

    def looked(self, now: Instant, *, at_rest: bool) -> "FlowWatch":
        """Return what is known after a look at the pump: while it runs, its loop may flow."""
        if not (at_rest and self.loop_flows):
            return self if self.loop_since is None else changed(self, loop_since=None)
        return self if self.loop_since is not None else changed(self, loop_since=now)

    @property
    def still(self) -> bool:
        """Return whether nothing flows that could flow on."""
        return self.draw_since is None and self.loop_since is None

    def flowing_on(self, now: Instant) -> Iterator[str]:
        """Yield the flow sensors that have told of a flow for too long."""
        for sensor, since in ((DRAW_FLOW, self.draw_since), (LOOP_FLOW, self.loop_since)):
            if since is not None and now >= since + FLOWS_ON_MS:
                yield sensor

    def wake_at(self, now: Instant) -> Instant:
        """Return when a flow will have lasted too long; NEVER when none does, or when that is told."""
        if self.still:
            return NEVER
        dues = (since + FLOWS_ON_MS for since in (self.draw_since, self.loop_since) if since is not None)
        return min((due for due in dues if due > now), default=NEVER)
