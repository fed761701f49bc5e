"""Temperature difference: runs while the far end is clearly colder than the heater's outlet."""

from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from controller.core.civil import Window, schedule
from controller.core.clock import NEVER, Instant
from controller.core.decision import Decision, Vote, Watch
from controller.core.observation import Observation
from controller.core.plumbing import SUPPLY
from controller.core.reason import Reason, ReasonCode, Value
from controller.strategies.timed import outside

STEP_K: Final = 0.5
"""Both sensors are looked at in steps: a difference has no level of its own that one sensor could be watched for."""


@dataclass(frozen=True, slots=True)
class DeltaT:
    """Runs from one difference on until another, smaller one.

    Other than an absolute threshold it needs no guess of the heater's set point, and it does not pump while the heater
    itself is cold. At rest both sensors cool together, so it asks for the outlet to be hot before it starts.

    Args:
        on_above_k: Starts at this difference, in K. With water of 55 C that is a far end of 35 to 40 C.
        off_below_k: Has done its work below this difference, in K.
        hot_c: Starts only while the warm side reads at least this, in C.
        warm: Role of the sensor on the warm side.
        cool: Role of the other; None for the one that the topology makes meaningful.
        windows: Weekly windows outside which it abstains; empty for always.
        pause_ms: Rest after a run.
        name: Name under which it is configured.
    """

    on_above_k: float = 20.0
    off_below_k: float = 15.0
    hot_c: float = 30.0
    warm: str = SUPPLY
    cool: str | None = None
    windows: tuple[Window, ...] = ()
    pause_ms: int = 0
    name: str = "delta_t"

    def decide(self, observation: Observation, /) -> Decision:
        """Vote by the two sensors; abstain outside the windows or without a fresh value of both."""
        cool = self.cool or observation.plumbing.arrival_sensor
        changes_at: Instant = NEVER
        if self.windows:
            plan = schedule(self.windows, observation)
            if plan is None or plan.window is None:
                return outside(plan, (Watch(self.warm), Watch(cool)))
            changes_at = plan.changes_at
        warm_c, cool_c = (_level(observation.value(role)) for role in (self.warm, cool))
        if warm_c is None or cool_c is None:
            missing = self.warm if warm_c is None else cool
            reason = Reason.of(ReasonCode.SENSOR_MISSING, sensor=missing)
            return Decision(Vote.ABSTAIN, reason, changes_at, watches=(Watch(self.warm), Watch(cool)))
        watches = self._watches(cool, warm_c, cool_c)
        stale = (observation.stale_at(role) or NEVER for role in (self.warm, cool))
        return self._vote(observation, warm_c, warm_c - cool_c, min(changes_at, *stale), watches)

    def _watches(self, cool: str, warm_c: float, cool_c: float) -> tuple[Watch, Watch]:
        """Return the levels that one sensor, or both together, have to reach before a difference can be another one.

        To each difference that counts, each sensor gets half of the steps that are missing, so that one of them speaks up
        before, or just when, both together have come so far. Then the rest is halved.
        """
        warm_levels_c, cool_levels_c = {ceil(self.hot_c / STEP_K) * STEP_K}, set[float]()
        for counts_k in (self.on_above_k, self.off_below_k):
            missing = ceil((counts_k - (warm_c - cool_c)) / STEP_K)
            if missing > 0:
                half_k = (missing + 1) // 2 * STEP_K
                warm_levels_c.add(warm_c + half_k)
                cool_levels_c.add(cool_c - half_k + STEP_K)
            else:
                half_k = (2 - missing) // 2 * STEP_K
                warm_levels_c.add(warm_c - half_k + STEP_K)
                cool_levels_c.add(cool_c + half_k)
        return Watch(self.warm, tuple(sorted(warm_levels_c))), Watch(cool, tuple(sorted(cool_levels_c)))

    def _vote(
        self,
        observation: Observation,
        warm_c: float,
        delta_k: float,
        wake_at: Instant,
        watches: tuple[Watch, ...],
    ) -> Decision:
        pump = observation.pump
        told: dict[str, Value] = {
            "warm": self.warm,
            "cool": self.cool or observation.plumbing.arrival_sensor,
            "delta_k": delta_k,
        }
        if pump.run is not None:
            wanted = delta_k >= self.off_below_k
        else:
            wanted = delta_k >= self.on_above_k and warm_c >= self.hot_c
        if not wanted:
            return Decision(
                Vote.ABSTAIN, Reason.of(ReasonCode.DIFFERENCE_SMALL, **told), wake_at, watches=watches
            )
        rests_until = (
            observation.now if pump.last_stopped_at is None else pump.last_stopped_at + self.pause_ms
        )
        if pump.run is None and observation.now < rests_until:
            reason = Reason(ReasonCode.THRESHOLD_PAUSE)
            return Decision(Vote.ABSTAIN, reason, min(wake_at, rests_until), watches=watches)
        return Decision(Vote.RUN, Reason.of(ReasonCode.DIFFERENCE_LARGE, **told), wake_at, watches=watches)


def _level(value_c: float | None) -> float | None:
    return None if value_c is None else floor(value_c / STEP_K + 1e-9) * STEP_K
