"""Temperature threshold: an aquastat with a deadband."""

from dataclasses import dataclass

from controller.core.civil import Window, schedule
from controller.core.clock import NEVER, Instant
from controller.core.decision import Decision, Vote, Watch
from controller.core.hysteresis import Deadband
from controller.core.observation import Observation
from controller.core.reason import Reason, ReasonCode
from controller.strategies.timed import outside


@dataclass(frozen=True, slots=True)
class Aquastat:
    """Runs below the deadband until above it.

    Its memory of the deadband is the pump itself: a pump that runs is heated on until above, a pump that rests
    is left until below.

    Args:
        deadband: Where to switch. Source: common aquastats, 38/40.5 C (100/105 F).
        sensor: Role of the sensor; None for the one that the topology makes meaningful.
        windows: Weekly windows outside which it abstains; empty for always.
        name: Name under which it is configured.
    """

    deadband: Deadband = Deadband(on_below_c=38.0, off_above_c=40.5)
    sensor: str | None = None
    windows: tuple[Window, ...] = ()
    name: str = "aquastat"

    def decide(self, observation: Observation, /) -> Decision:
        """Vote by the sensor; abstain outside the windows or without a fresh value."""
        sensor = self.sensor or observation.plumbing.arrival_sensor
        changes_at: Instant = NEVER
        if self.windows:
            plan = schedule(self.windows, observation)
            if plan is None or plan.window is None:
                return outside(plan, (Watch(sensor),))
            changes_at = plan.changes_at
        value = observation.value(sensor)
        if value is None:
            reason = Reason.of(ReasonCode.SENSOR_MISSING, sensor=sensor)
            return Decision(Vote.ABSTAIN, reason, changes_at, watches=(Watch(sensor),))
        running = observation.pump.run is not None
        wanted = self.deadband.wants_on(value, is_on=running)
        return Decision(
            Vote.RUN if wanted else Vote.ABSTAIN,
            self._reason(sensor, value, wanted=wanted),
            min(changes_at, observation.stale_at(sensor) or NEVER),
            watches=(Watch(sensor, self._levels(running=running, wanted=wanted)),),
        )

    def _levels(self, *, running: bool, wanted: bool) -> tuple[float, ...]:
        """Return the levels that count next, also when a run begins or ends with this vote."""
        on_below_c, off_above_c = self.deadband.on_below_c, self.deadband.off_above_c
        if running and wanted:
            return (off_above_c,)
        return (on_below_c, off_above_c) if running or wanted else (on_below_c,)

    def _reason(self, sensor: str, value_c: float, *, wanted: bool) -> Reason:
        if not wanted:
            return Reason.of(ReasonCode.ABOVE_DEADBAND, sensor=sensor, temperature_c=value_c)
        on_below_c, off_above_c = self.deadband.on_below_c, self.deadband.off_above_c
        if value_c < on_below_c:
            return Reason.of(
                ReasonCode.BELOW_DEADBAND, sensor=sensor, temperature_c=value_c, on_below_c=on_below_c
            )
        return Reason.of(
            ReasonCode.WITHIN_DEADBAND, sensor=sensor, temperature_c=value_c, off_above_c=off_above_c
        )
