"""A house's plumbing as declared: what is connected to what, how long, how thick, how warm."""

from dataclasses import dataclass

from controller.core.plumbing import Plumbing, Topology
from simulator.catalogue import PipeSize


@dataclass(frozen=True, slots=True)
class PipeRun:
    """One stretch of pipe of one size.

    Args:
        name: Its name.
        start: Place where it begins, seen from the heater (hot), the mains (cold) or the loop's far end (return).
        end: Place where it ends: a tee, a fixture, or the heater for the last stretch of a return line.
        size: Its size.
        length_m: Its length, in m.
        insulation_mm: Thickness of the foam around it, in mm; 0 when bare.
    """

    name: str
    start: str
    end: str
    size: PipeSize
    length_m: float
    insulation_mm: float

    @property
    def water_l(self) -> float:
        """Return the litres of water in it."""
        return self.size.litres_per_m * self.length_m

    @property
    def loss_w_k(self) -> float:
        """Return its heat loss per kelvin above the room, in W/K."""
        return self.size.loss_w_mk(self.insulation_mm) * self.length_m


@dataclass(frozen=True, slots=True)
class Crossover:
    """The valve that lets water from the hot to the cold pipe of a fixture while the pump runs.

    Args:
        fixture: Where it sits.
        closes_at_c: It shuts when the water at it gets so hot, in C; None for a plain check valve.
        opens_below_c: It opens again below this, in C; None for a plain check valve.
    """

    fixture: str
    closes_at_c: float | None = None
    opens_below_c: float | None = None


@dataclass(frozen=True, slots=True)
class SensorSpot:
    """A temperature sensor strapped to a pipe.

    Args:
        role: What it is for (``controller.core.plumbing.SENSOR_ROLES``).
        pipe: Name of the stretch of pipe.
        at_m: Where on it, in m from its start.
        lag_s: Time constant with which it follows the pipe, in s.
        resolution_k: Smallest step of its values, in K.
        interval_s: Time between two measurements, in s.
        change_k: A measurement is reported when it differs so much from the last report; 0 reports each.
        silence_s: Longest time without a report, in s.
        noise_k: Standard deviation of the noise on its reports, in K.
    """

    role: str
    pipe: str
    at_m: float
    lag_s: float = 30.0
    resolution_k: float = 0.0625
    interval_s: float = 10.0
    change_k: float = 0.0
    silence_s: float = 60.0
    noise_k: float = 0.0


@dataclass(frozen=True, slots=True)
class Layout:
    """One house with one loop.

    Args:
        name: Its name.
        description: A sentence about it.
        ambient_c: Temperature of the rooms, in C.
        mains_c: Temperature of the water from the mains, in C.
        setpoint_c: Temperature at the heater's outlet, in C.
        standing_loss_w: Heat that the heater loses by itself, in W.
        pump_lpm: Flow through the loop while the pump runs and nothing is shut, in l/min.
        fixtures: Names of the fixtures, near to far.
        hot: Pipes from the heater to the fixtures: a tree.
        cold: Pipes from the mains to the fixtures: a tree.
        return_line: Pipes from the far end of the loop back to the heater, closed by a check valve; empty when
            the cold pipe is the way back.
        crossover: The valve that makes the cold pipe the way back; None with a return line.
        sensors: Temperature sensors.
    """

    name: str
    description: str
    ambient_c: float
    mains_c: float
    setpoint_c: float
    standing_loss_w: float
    pump_lpm: float
    fixtures: tuple[str, ...]
    hot: tuple[PipeRun, ...]
    cold: tuple[PipeRun, ...]
    return_line: tuple[PipeRun, ...] = ()
    crossover: Crossover | None = None
    sensors: tuple[SensorSpot, ...] = ()

    @property
    def topology(self) -> Topology:
        """Return the way back of the water."""
        return Topology.DEDICATED_RETURN if self.crossover is None else Topology.COLD_RETURN

    @property
    def pipes(self) -> tuple[PipeRun, ...]:
        """Return every stretch of pipe: hot, return, cold."""
        return self.hot + self.return_line + self.cold

    def plumbing(self) -> Plumbing:
        """Return what the controller is told about this house."""
        roles = frozenset(spot.role for spot in self.sensors)
        return Plumbing(self.name, self.topology, self.fixtures, roles)
