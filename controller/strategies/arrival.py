"""The stop rule: when has hot water come round? Chosen by the declared topology, for every strategy alike."""

from dataclasses import dataclass

from controller.core.observation import Observation
from controller.core.plumbing import Topology
from controller.core.reason import Reason, ReasonCode


@dataclass(frozen=True, slots=True)
class StopRule:
    """When a run has done its work.

    With a return line the run ends when its sensor is warm or has risen clearly. With the cold pipe as return
    it ends at the first clear rise, because every second more puts hot water into the cold pipe.

    Args:
        warm_c: Return line: the loop is hot from this reading on, in C.
            Source: aquastats switch off at 40.5 C (105 F); 38 C leaves room for the sensor's lag.
        rise_k: Return line: rise since the run's lowest reading, in K. Source: HotCirc, 5 K.
        cold_rise_k: Cold pipe: rise since the run's lowest reading, in K. Source: D'MAND, 6 F.
        cold_stop_c: Cold pipe: reading at which a run ends at the latest, in C.
    """

    warm_c: float = 38.0
    rise_k: float = 5.0
    cold_rise_k: float = 3.3
    cold_stop_c: float = 38.0

    def arrived(self, observation: Observation) -> Reason | None:
        """Return why hot water counts as arrived, or None while it does not (or cannot be known)."""
        if observation.plumbing.topology is Topology.COLD_RETURN:
            return self._arrived_by_cold_line(observation)
        return self._arrived_by_return(observation)

    def _arrived_by_return(self, observation: Observation) -> Reason | None:
        sensor = observation.plumbing.guard_sensor
        value = observation.value(sensor)
        if value is not None and value >= self.warm_c:
            code = ReasonCode.ALREADY_HOT if observation.pump.run is None else ReasonCode.HOT_ARRIVED
            return Reason.of(code, sensor=sensor, temperature_c=value)
        return _rose(observation, sensor, self.rise_k)

    def _arrived_by_cold_line(self, observation: Observation) -> Reason | None:
        sensor = observation.plumbing.guard_sensor
        value = observation.value(sensor)
        if value is not None and value >= self.cold_stop_c:
            return Reason.of(ReasonCode.COLD_LINE_WARM, temperature_c=value, limit_c=self.cold_stop_c)
        return _rose(observation, sensor, self.cold_rise_k)


def _rose(observation: Observation, sensor: str, least_k: float) -> Reason | None:
    rise_k = observation.rise_k(sensor)
    if rise_k is None or rise_k < least_k:
        return None
    return Reason.of(ReasonCode.ROSE, sensor=sensor, rise_k=rise_k)
