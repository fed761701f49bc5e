"""What speaks against the sensors: silence, jumps, the wrong place, flow without end. A fold, and the faults that follow."""

from collections.abc import Iterator, Sequence
from typing import Final

from controller.core.clock import MINUTE_MS, SECOND_MS, Instant
from controller.core.events import FlowRead, Reading
from controller.core.observation import SLOWEST_INTERVAL_MS, Observation
from controller.core.plumbing import RETURN, SUPPLY, Plumbing, Topology
from controller.core.reason import Reason, ReasonCode
from controller.estimation.flow_watch import FLOWS_ON_MS, FlowWatch
from controller.estimation.plausibility import Standing, judge

HEARD_WITHIN_MS: Final = MINUTE_MS
"""A sensor that has said nothing for so long since the start is a fault."""
SWAPPED_K: Final = 3.0
SWAPPED_FOR_MS: Final = 60 * SECOND_MS
"""A return that is so much warmer than the supply for so long in a run is no return.

Source: the fault list of the reliability design.
"""
SCALDING_C: Final = 70.0
"""Water this hot at a tap burns within a second. Source: common guidance on scalding (60 C: 5 s, 70 C: below 1 s)."""


class Sensors:
    """The sensors of a loop, as witnesses.

    Args:
        plumbing: The loop.
        started_at: When the controller started.
    """

    def __init__(self, plumbing: Plumbing, started_at: Instant) -> None:
        self._roles = tuple(sorted(plumbing.sensors))
        self._strict = plumbing.guard_sensor if plumbing.topology is Topology.COLD_RETURN else None
        self._started_at = started_at
        self._standings: dict[str, Standing] = {}
        self._swapped_since: Instant | None = None
        self._flows = FlowWatch()
        self._complaints: list[tuple[str, ReasonCode]] = []
        self._reasons: tuple[Reason, ...] = ()

    def believes(self, reading: Reading) -> bool:
        """Take in a reading and return whether it may be believed; retained ones are not trusted in any case."""
        if not reading.live:
            return True
        if reading.holds_ms:
            # It speaks when something was crossed, not in rhythm: a jump is what it was asked for.
            self._standings.pop(reading.sensor, None)
            return True
        standing, believed = judge(self._standings.get(reading.sensor), reading)
        self._standings[reading.sensor] = standing
        return believed

    def is_out(self, role: str) -> bool:
        """Return whether nothing that a sensor says is believed.

        The sensor that guards a cold pipe is out from its first jump on, until it has been steady for a while: what a
        flickering one says between its jumps would let hot water in.
        """
        standing = self._standings.get(role)
        return standing is not None and (standing.out or (role == self._strict and standing.doubt > 0))

    def flow(self, event: FlowRead) -> None:
        """Take in a flow; retained ones are of the past."""
        if event.live:
            self._flows = self._flows.read(event.at, event.sensor, event.flow_lpm)

    def look(self, observation: Observation) -> None:
        """Compare the sensors with each other, and with the pump."""
        at_rest = observation.pump.run is None and observation.pump.reported is not True
        self._flows = self._flows.looked(observation.now, at_rest=at_rest)
        if observation.pump.run is None:
            self._swapped_since = None
            return
        supply_c, return_c = observation.value(SUPPLY), observation.value(RETURN)
        swapped = supply_c is not None and return_c is not None and return_c > supply_c + SWAPPED_K
        if not swapped:
            self._swapped_since = None
        elif self._swapped_since is None:
            self._swapped_since = observation.now

    def faults(self, observation: Observation) -> Iterator[Reason]:
        """Yield what is wrong with the sensors."""
        complaints = []
        for role in self._roles:
            code = self._complaint(observation, role)
            if code is not None:
                complaints.append((role, code))
        if complaints != self._complaints:
            # Mostly nothing has changed since the last look: what was said of it is still right.
            self._complaints, self._reasons = complaints, _worded(complaints)
        yield from self._reasons
        flowing_on = "" if self._flows.still else ", ".join(self._flows.flowing_on(observation.now))
        if flowing_on:
            yield Reason.of(ReasonCode.FLOWS_ON, sensor=flowing_on, minutes=FLOWS_ON_MS // MINUTE_MS)
        if self._swapped_since is not None and observation.now >= self._swapped_since + SWAPPED_FOR_MS:
            yield Reason(ReasonCode.SENSORS_SWAPPED)
        supply_c = observation.value(SUPPLY)
        if supply_c is not None and supply_c >= SCALDING_C:
            yield Reason.of(ReasonCode.SUPPLY_TOO_HOT, limit_c=SCALDING_C)

    def _complaint(self, observation: Observation, role: str) -> ReasonCode | None:
        if self.is_out(role):
            return ReasonCode.SENSOR_JUMPS
        sample = observation.readings.get(role)
        if sample is None or not sample.live:
            heard = observation.now < self._started_at + HEARD_WITHIN_MS
            return None if heard else ReasonCode.SENSOR_NEVER_HEARD
        if sample.interval_ms > SLOWEST_INTERVAL_MS:
            return ReasonCode.SENSOR_TOO_SLOW
        return ReasonCode.SENSOR_SILENT if observation.value(role) is None else None

    def wake_at(self, observation: Observation) -> Instant:
        """Return when a fault may come up by time alone; NEVER when all of them wait for a message."""
        now, wake_at = observation.now, self._flows.wake_at(observation.now)
        heard_by = self._started_at + HEARD_WITHIN_MS
        if now < heard_by < wake_at:
            wake_at = heard_by
        for role, sample in observation.readings.items():
            if sample.at + sample.holds_ms >= wake_at:
                continue  # what it promises outlasts anything else
            stale_at = observation.stale_at(role)
            if stale_at is not None and now < stale_at < wake_at and role in self._roles:
                wake_at = stale_at
        if self._swapped_since is not None and now < self._swapped_since + SWAPPED_FOR_MS < wake_at:
            wake_at = self._swapped_since + SWAPPED_FOR_MS
        return wake_at


def _worded(complaints: Sequence[tuple[str, ReasonCode]]) -> tuple[Reason, ...]:
    by_code: dict[ReasonCode, list[str]] = {}
    for role, code in complaints:
        by_code.setdefault(code, []).append(role)
    return tuple(Reason.of(code, sensor=", ".join(roles)) for code, roles in by_code.items())
