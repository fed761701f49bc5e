"""A house's plumbing as declared: what is connected to what, how long, how thick, how warm."""

from dataclasses import dataclass

from controller.core.plumbing import FixturePipe, FixtureUse, Plumbing, Topology
from simulator.catalogue import PipeSize
from simulator.heater_spec import IDEAL, HeaterSpec
from simulator.valves import Condition


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
        bends: Number of its bends; None for one every 2.5 m.
    """

    name: str
    start: str
    end: str
    size: PipeSize
    length_m: float
    insulation_mm: float
    bends: int | None = None

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
        closes_at_c: It shuts when it feels such hot water, in C; None for a plain check valve.
        opens_below_c: It opens again below this, in C; None for a plain check valve.
        lag_s: Time constant with which its element follows the water, in s.
    """

    fixture: str
    closes_at_c: float | None = None
    opens_below_c: float | None = None
    lag_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PumpSpec:
    """A circulation pump as sold: one flow, or a curve.

    Args:
        flow_lpm: Flow through the loop while it runs and nothing is shut, in l/min; None when it has a curve.
        curve: Flow in l/min and head in m, from no flow to no head; empty when the flow is given.
    """

    flow_lpm: float | None = None
    curve: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """The check valve of a loop, or those of its crossovers.

    Args:
        condition: What it does.
        leak: What a leaking one lets back, as a share of what it passes forward at the same pressure.
    """

    condition: Condition = Condition.HOLDS
    leak: float = 0.0


@dataclass(frozen=True, slots=True)
class Loop:
    """One loop: a pump, and a way back.

    Args:
        name: Its name.
        pump: Its pump.
        fixtures: Names of the fixtures that it serves, near to far.
        return_line: Pipes from the loop's far end back to the heater; with several far ends they join like a tree.
            Empty when cold pipes are the way back.
        crossovers: The valves that make cold pipes the way back; empty with a return line.
        check: The check valves' condition.
    """

    name: str
    pump: PumpSpec
    fixtures: tuple[str, ...]
    return_line: tuple[PipeRun, ...] = ()
    crossovers: tuple[Crossover, ...] = ()
    check: CheckSpec = CheckSpec()

    @property
    def topology(self) -> Topology:
        """Return the way back of the water."""
        return Topology.COLD_RETURN if self.crossovers else Topology.DEDICATED_RETURN


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
        loop: Name of the loop that it belongs to; empty in a house with one loop without a name.
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
    loop: str = ""

    @property
    def label(self) -> str:
        """Return what its reports are called: its role, and its loop where there are several."""
        return f"{self.loop}: {self.role}" if self.loop else self.role


@dataclass(frozen=True, slots=True)
class Layout:
    """One house.

    Args:
        name: Its name.
        description: A sentence about it.
        ambient_c: Temperature of the rooms, in C.
        mains_c: Temperature of the water from the mains, in C.
        setpoint_c: Temperature at the heater's outlet, in C.
        standing_loss_w: Heat that an ideal heater loses by itself, in W; other kinds know their own.
        fixtures: Names of the fixtures, near to far.
        hot: Pipes from the heater to the fixtures: a tree.
        cold: Pipes from the mains to the fixtures: a tree.
        loops: Its loops; empty when water waits in the pipes.
        sensors: Temperature sensors of all loops.
        heater: What makes the water hot.
        uses: How fixtures are used, by their names, for those of which the file says so.
        draw_meter: A flow meter in the heater's cold inlet tells what people draw.
    """

    name: str
    description: str
    ambient_c: float
    mains_c: float
    setpoint_c: float
    standing_loss_w: float
    fixtures: tuple[str, ...]
    hot: tuple[PipeRun, ...]
    cold: tuple[PipeRun, ...]
    loops: tuple[Loop, ...] = ()
    sensors: tuple[SensorSpot, ...] = ()
    heater: HeaterSpec = IDEAL
    uses: tuple[tuple[str, FixtureUse], ...] = ()
    draw_meter: bool = False

    @property
    def topology(self) -> Topology:
        """Return the way back of the water in the first loop."""
        return self.loops[0].topology if self.loops else Topology.DEDICATED_RETURN

    @property
    def return_line(self) -> tuple[PipeRun, ...]:
        """Return every stretch of return line, of all loops."""
        return tuple(run for loop in self.loops for run in loop.return_line)

    @property
    def pipes(self) -> tuple[PipeRun, ...]:
        """Return every stretch of pipe: hot, return, cold."""
        return self.hot + self.return_line + self.cold

    def plumbing(self, loop: str | None = None) -> Plumbing:
        """Return what a controller is told about a loop: by its name, or the first.

        Raises:
            KeyError: There is no such loop.
        """
        if not self.loops:
            return Plumbing(self.name, Topology.DEDICATED_RETURN, self.fixtures)
        chosen = self.loops[0] if loop is None else {one.name: one for one in self.loops}[loop]
        roles = frozenset(spot.role for spot in self.sensors if spot.loop in ("", chosen.name))
        pipes = tuple(self._fixture_pipe(chosen, name) for name in chosen.fixtures)
        return Plumbing(chosen.name, chosen.topology, chosen.fixtures, roles, pipes)

    def _fixture_pipe(self, loop: Loop, fixture: str) -> FixturePipe:
        """Return the litres on the way to a fixture: those that the pump moves, and its own pipe's."""
        moved = self._on_the_loop(loop)
        way = self._way_to(fixture)
        loop_l = sum(run.water_l for run in way if run.name in moved)
        twig_l = sum(run.water_l for run in way if run.name not in moved)
        return FixturePipe(fixture, loop_l, twig_l, dict(self.uses).get(fixture))

    def _on_the_loop(self, loop: Loop) -> frozenset[str]:
        """Return the names of the hot pipes through which the pump moves water."""
        ends = [valve.fixture for valve in loop.crossovers] or [run.start for run in loop.return_line]
        return frozenset(run.name for end in ends for run in self._way_to(end))

    def _way_to(self, place: str) -> list[PipeRun]:
        """Return the hot pipes from a place back to the heater."""
        by_end = {run.end: run for run in self.hot}
        way = []
        while place in by_end:
            way.append(by_end[place])
            place = way[-1].start
        return way
