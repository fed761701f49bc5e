"""Temperature threshold: an aquastat with a deadband."""

from dataclasses import dataclass

from controller.core.civil import Window, schedule
from controller.core.clock import NEVER, Instant
from controller.core.decision import Decision, Vote
from controller.core.hysteresis import Deadband
from controller.core.observation import Observation
from controller.core.reason import Reason, ReasonCode


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
        changes_at: Instant = NEVER
        if self.windows:
            plan = schedule(self.windows, observation)
            if plan is None:
                return Decision(Vote.ABSTAIN, Reason.of(ReasonCode.CLOCK_UNTRUSTED))
            if plan.window is None:
                return Decision(Vote.ABSTAIN, Reason.of(ReasonCode.OUTSIDE_WINDOWS), plan.changes_at)
            changes_at = plan.changes_at
        return self._by_sensor(observation, changes_at)

    def _by_sensor(self, observation: Observation, changes_at: Instant) -> Decision:
        sensor = self.sensor or observation.plumbing.arrival_sensor
        value = observation.value(sensor)
        if value is None:
            return Decision(Vote.ABSTAIN, Reason.of(ReasonCode.SENSOR_MISSING, sensor=sensor), changes_at)
        wake_at = min(changes_at, observation.stale_at(sensor) or NEVER)
        running = observation.pump.run is not None
        if not self.deadband.wants_on(value, is_on=running):
            reason = Reason.of(ReasonCode.ABOVE_DEADBAND, sensor=sensor, temperature_c=value)
            return Decision(Vote.ABSTAIN, reason, wake_at)
        if value < self.deadband.on_below_c:
            reason = Reason.of(
                ReasonCode.BELOW_DEADBAND,
                sensor=sensor,
                temperature_c=value,
                on_below_c=self.deadband.on_below_c,
            )
        else:
            reason = Reason.of(
                ReasonCode.WITHIN_DEADBAND,
                sensor=sensor,
                temperature_c=value,
                off_above_c=self.deadband.off_above_c,
            )
        return Decision(Vote.RUN, reason, wake_at)
