"""The stop rule: when has hot water come round? Chosen by the declared topology, for every strategy alike."""

from dataclasses import dataclass
from typing import Final

from controller.core.clock import Instant
from controller.core.decision import Watch
from controller.core.observation import Observation
from controller.core.plumbing import COLD_LINE, Plumbing, Topology
from controller.core.reason import Reason, ReasonCode

FRONT_C: Final = 30.0
"""With the cold pipe as return, less than this is lukewarm water pushed ahead of the front: a rise from 20 C to 24 C ended runs
of buttons and timers before hot water had come. Our choice, by simulated weeks (``docs/prediction.md``)."""


@dataclass(frozen=True, slots=True)
class StopRule:
    """When a run has done its work.

    With a return line the run ends when its sensor is warm or has risen clearly. With the cold pipe as return
    it ends at the first clear rise, because every second more puts hot water into the cold pipe. A sensor on
    the hot pipe some metres before the valve sees the front before it gets there; the one on the cold pipe
    sees it when it is too late, and stays as the second line.

    Args:
        warm_c: Hot pipe or return line: hot from this reading on, in C.
            Source: aquastats switch off at 40.5 C (105 F); 38 C leaves room for the sensor's lag.
        rise_k: Return line: rise since the run's lowest reading, in K. Source: HotCirc, 5 K.
        cold_rise_k: Cold pipe as return: rise since the run's lowest reading, in K. Source: D'MAND, 6 F.
        cold_stop_c: Cold pipe: reading at which a run ends at the latest, in C.
        front_c: Cold pipe as return, with a sensor at the far end: what rises to less than this, in C, is lukewarm water left
            from before and no front. 0 takes every rise for the front.
    """

    warm_c: float = 38.0
    rise_k: float = 5.0
    cold_rise_k: float = 3.3
    cold_stop_c: float = 38.0
    front_c: float = FRONT_C

    def arrived(self, observation: Observation) -> Reason | None:
        """Return why hot water counts as arrived, or None while it does not (or cannot be known)."""
        plumbing = observation.plumbing
        if plumbing.topology is Topology.DEDICATED_RETURN:
            return self._hot(observation, plumbing.arrival_sensor, self.rise_k)
        by_cold_line = self._cold_line(observation)
        if by_cold_line is not None or plumbing.arrival_sensor == COLD_LINE:
            return by_cold_line
        return self._hot(observation, plumbing.arrival_sensor, self.cold_rise_k, self.front_c)

    def hot_now(self, observation: Observation) -> bool | None:
        """Return whether the hot pipe is hot, run or not; None where nothing measures it or the value is stale."""
        sensor = observation.plumbing.arrival_sensor
        value = observation.value(sensor)
        if sensor == COLD_LINE or value is None:
            return None
        return value >= self.warm_c

    def sensors(self, plumbing: Plumbing) -> tuple[str, ...]:
        """Return the roles of the sensors that the rule looks at."""
        arrival = plumbing.arrival_sensor
        if plumbing.topology is Topology.DEDICATED_RETURN or arrival == COLD_LINE:
            return (arrival,)
        return (COLD_LINE, arrival)

    def doubtful_at(self, observation: Observation) -> tuple[Instant, ...]:
        """Return when the values turn stale on which the rule's answer rests, if no newer ones come."""
        stale = (observation.stale_at(sensor) for sensor in self.sensors(observation.plumbing))
        return tuple(at for at in stale if at is not None)

    def glances(self, plumbing: Plumbing) -> tuple[Watch, ...]:
        """Return the rule's sensors, for an answer that asks the rule only when it is given for another cause."""
        return tuple(Watch(sensor) for sensor in self.sensors(plumbing))

    def watches(self, observation: Observation) -> tuple[Watch, ...]:
        """Return what would change the rule's answer, also when a run begins or ends with this one."""
        plumbing = observation.plumbing
        rise_k = self.rise_k if plumbing.topology is Topology.DEDICATED_RETURN else self.cold_rise_k
        return tuple(
            self._watch(observation, sensor, self.cold_stop_c if sensor == COLD_LINE else self.warm_c, rise_k)
            for sensor in self.sensors(plumbing)
        )

    def _watch(self, observation: Observation, sensor: str, level_c: float, rise_k: float) -> Watch:
        value = observation.value(sensor)
        if value is None:
            return Watch(sensor)
        run = observation.pump.run
        # A run that begins now begins at the present value.
        lowest_c = value if run is None else run.lowest_c.get(sensor, value)
        least_c = self._least_c(observation.plumbing)
        levels_c = (level_c, lowest_c + rise_k, least_c) if least_c else (level_c, lowest_c + rise_k)
        return Watch(sensor, levels_c, turns=True)

    def _least_c(self, plumbing: Plumbing) -> float:
        """Return what a rise must reach to count; 0 for any."""
        seen_ahead = plumbing.topology is Topology.COLD_RETURN and plumbing.arrival_sensor != COLD_LINE
        return self.front_c if seen_ahead else 0.0

    def _hot(
        self, observation: Observation, sensor: str, rise_k: float, least_c: float = 0.0
    ) -> Reason | None:
        value = observation.value(sensor)
        if value is not None and value >= self.warm_c:
            code = ReasonCode.ALREADY_HOT if observation.pump.run is None else ReasonCode.HOT_ARRIVED
            return Reason.of(code, sensor=sensor, temperature_c=value)
        return _rose(observation, sensor, rise_k, least_c)

    def _cold_line(self, observation: Observation) -> Reason | None:
        value = observation.value(COLD_LINE)
        if value is not None and value >= self.cold_stop_c:
            return Reason.of(ReasonCode.COLD_LINE_WARM, temperature_c=value, limit_c=self.cold_stop_c)
        # Alone it is the last to see the front, and every rise counts.
        seen_ahead = observation.value(observation.plumbing.arrival_sensor) is not None
        least_c = self._least_c(observation.plumbing) if seen_ahead else 0.0
        return _rose(observation, COLD_LINE, self.cold_rise_k, least_c)


def _rose(observation: Observation, sensor: str, least_k: float, least_c: float) -> Reason | None:
    rise_k, value = observation.rise_k(sensor), observation.value(sensor)
    if rise_k is None or rise_k < least_k or value is None or value < least_c:
        return None
    return Reason.of(ReasonCode.ROSE, sensor=sensor, rise_k=rise_k)
