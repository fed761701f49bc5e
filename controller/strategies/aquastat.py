"""Temperature threshold: an aquastat with a deadband, that may also end its runs by the rise since their start."""

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
        rise_k: A run also ends when the sensor has risen by so much since its lowest reading in it; None for never.
        pause_ms: Rest after a run, however cold it is; a rise may end a run far below the deadband.
        name: Name under which it is configured.
    """

    deadband: Deadband = Deadband(on_below_c=38.0, off_above_c=40.5)
    sensor: str | None = None
    windows: tuple[Window, ...] = ()
    rise_k: float | None = None
    pause_ms: int = 0
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
        risen = self._risen(observation, sensor)
        wanted = risen is None and self.deadband.wants_on(value, is_on=running)
        levels = self._levels(observation, sensor, value, wanted=wanted)
        watches = (Watch(sensor, levels, turns=self.rise_k is not None),)
        rests_until = self._rests_until(observation)
        wake_at = min(changes_at, observation.stale_at(sensor) or NEVER)
        if wanted and observation.now < rests_until:
            reason = Reason(ReasonCode.THRESHOLD_PAUSE)
            return Decision(Vote.ABSTAIN, reason, min(wake_at, rests_until), watches=watches)
        reason = risen or self._reason(sensor, value, wanted=wanted)
        return Decision(Vote.RUN if wanted else Vote.ABSTAIN, reason, wake_at, watches=watches)

    def _risen(self, observation: Observation, sensor: str) -> Reason | None:
        """Return that the run going on has brought the rise that ends it."""
        rise_k = observation.rise_k(sensor)
        if self.rise_k is None or rise_k is None or rise_k < self.rise_k:
            return None
        return Reason.of(ReasonCode.ROSE, sensor=sensor, rise_k=rise_k)

    def _rests_until(self, observation: Observation) -> Instant:
        pump = observation.pump
        if pump.run is not None or pump.last_stopped_at is None:
            return observation.now
        return pump.last_stopped_at + self.pause_ms

    def _levels(
        self, observation: Observation, sensor: str, value_c: float, *, wanted: bool
    ) -> tuple[float, ...]:
        """Return the levels that count next, also when a run begins or ends with this vote."""
        on_below_c, off_above_c = self.deadband.on_below_c, self.deadband.off_above_c
        run = observation.pump.run
        rise: tuple[float, ...] = ()
        if self.rise_k is not None:
            # A run that begins now begins at the present value.
            lowest_c = value_c if run is None else run.lowest_c.get(sensor, value_c)
            rise = (lowest_c + self.rise_k,)
        if run is not None and wanted:
            return (off_above_c, *rise)
        return (on_below_c, off_above_c, *rise) if run is not None or wanted else (on_below_c,)

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
