"""From a layout to a network of conduits, and from draws and pump to the flow in each of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from simulator.catalogue import WATER_J_LK
from simulator.layout import Layout, PipeRun
from simulator.network import Edge, Link, Network
from simulator.pipe import Pipe
from simulator.rings import without_rings

HEATER: Final = "heater"
"""The heater's outlet, where the hot pipes begin."""
INLET: Final = "heater inlet"
"""The heater's inlet, where return line and mains meet."""
RETURN_PORT: Final = "heater return port"
"""Where return lines meet a heater that has a port of its own for them."""
MAINS: Final = "mains"
"""The tee where the mains feed the cold pipes and the heater."""

Path: TypeAlias = tuple[tuple[int, float], ...]
"""Edges by number, and +1 or -1 for the direction in which the path takes them."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What is open at a fixture, in l/s."""

    fixture: str
    hot_lps: float
    cold_lps: float


@dataclass(frozen=True, slots=True)
class Circuit:
    """One way of the water from the heater and back to it.

    Args:
        loop: Number of the loop that it belongs to.
        path: The edges on its way.
        fixture: Where it crosses over to the cold pipe; None with a return line.
    """

    loop: int
    path: Path
    fixture: str | None


class Piping:
    """The network of a layout, and the paths water takes through it.

    Every flow is a sum of paths: each draw adds its hot part from the mains through the heater to the fixture and its
    cold part from the mains to the fixture, each way back adds its circuit. So the balance holds at every tee, whatever
    flows in the circuits.

    Args:
        layout: The house.
        since_s: The beginning, in s.
        home: Where return lines end: with the cold water, or at a port of their own.
    """

    def __init__(self, layout: Layout, *, since_s: float = 0.0, home: str = INLET) -> None:
        self._layout = layout
        edges = [_edge(run, *_ends(layout, run, home), since_s) for run in layout.pipes]
        self._numbers = {run.name: number for number, run in enumerate(layout.pipes)}
        self._feed: Path = ((len(edges), 1.0),)
        edges.append(Edge("mains to heater", MAINS, INLET, Link()))
        self._hot = {name: self._way(layout.hot, name) for name in layout.fixtures}
        self._cold = {name: self._way(layout.cold, name) for name in layout.fixtures}
        self.circuits: tuple[Circuit, ...] = tuple(self._circuits(edges))
        """Every way back of every loop, in the order of the layout."""
        sources = {HEATER: layout.setpoint_c - layout.ambient_c, MAINS: layout.mains_c - layout.ambient_c}
        watched = {INLET, home, *map(hot, layout.fixtures), *map(cold, layout.fixtures)}
        self.network = Network(edges, sources, watched, since_s=since_s)
        self._joined = [(edge.start, edge.end) for edge in edges]
        self.pipes: Mapping[str, Pipe] = {
            edge.name: edge.conduit for edge in edges if isinstance(edge.conduit, Pipe)
        }

    def drawn_lps(self, demands: Sequence[Demand]) -> list[float]:
        """Return the flow in l/s in each edge of the network for what is drawn, with nothing in any circuit."""
        flows = [0.0] * len(self.network.edges)
        for demand in demands:
            _add(flows, self._hot[demand.fixture] + self._feed, demand.hot_lps)
            _add(flows, self._cold[demand.fixture], demand.cold_lps)
        return flows

    def flows_lps(self, demands: Sequence[Demand], circuits_lps: Sequence[float]) -> list[float]:
        """Return the flow in l/s in each edge of the network.

        Args:
            demands: What is open at the fixtures.
            circuits_lps: What flows in each circuit, in l/s; negative backwards.
        """
        flows = self.drawn_lps(demands)
        for circuit, flow_lps in zip(self.circuits, circuits_lps, strict=True):
            if flow_lps:
                _add(flows, circuit.path, flow_lps)
        # Only water that comes back the wrong way can close a ring.
        return without_rings(self._joined, flows) if min(circuits_lps, default=0.0) < 0.0 else flows

    def number(self, pipe: str) -> int:
        """Return the number of a pipe's edge.

        Raises:
            KeyError: There is no such pipe.
        """
        return self._numbers[pipe]

    def spot(self, pipe: str, at_m: float) -> tuple[int, float]:
        """Return the number of a pipe's edge and the share of its length at which a place lies.

        Raises:
            KeyError: There is no such pipe.
            ValueError: The place lies outside it.
        """
        number = self._numbers[pipe]
        length_m = self._layout.pipes[number].length_m
        if not 0.0 <= at_m <= length_m:
            raise ValueError(f"{at_m} m is outside pipe {pipe!r}, which is {length_m} m long")
        return number, at_m / length_m

    def _circuits(self, edges: list[Edge]) -> Iterator["Circuit"]:
        for number, loop in enumerate(self._layout.loops):
            for far_end in _far_ends(loop.return_line):
                back = self._way_home(loop.return_line, far_end)
                there = self._way(self._layout.hot, far_end)
                yield Circuit(number, there + back, None)
            for crossover in loop.crossovers:
                fixture = crossover.fixture
                link: Path = ((len(edges), 1.0),)
                edges.append(Edge(f"crossover at {fixture}", hot(fixture), cold(fixture), Link()))
                reverse = tuple((number, -1.0) for number, _ in reversed(self._cold[fixture]))
                yield Circuit(number, self._hot[fixture] + link + reverse + self._feed, fixture)

    def _way_home(self, runs: Sequence[PipeRun], place: str) -> Path:
        by_start = {run.start: run for run in runs}
        way = []
        while place in by_start:
            way.append((self._numbers[by_start[place].name], 1.0))
            place = by_start[place].end
        return tuple(way)

    def _way(self, tree: Sequence[PipeRun], place: str) -> Path:
        by_end = {run.end: run for run in tree}
        way = []
        while place in by_end:
            way.append((self._numbers[by_end[place].name], 1.0))
            place = by_end[place].start
        return tuple(reversed(way))


def hot(place: str) -> str:
    """Return the network's name of a place on the hot side of a layout."""
    return place if place == HEATER else f"hot {place}"


def cold(place: str) -> str:
    """Return the network's name of a place on the cold side of a layout."""
    return place if place == MAINS else f"cold {place}"


def _far_ends(runs: Sequence[PipeRun]) -> list[str]:
    """Return where a return line begins: everywhere that none of its pipes leads to."""
    ends = {run.end for run in runs}
    return [run.start for run in runs if run.start not in ends]


def _ends(layout: Layout, run: PipeRun, home: str) -> tuple[str, str]:
    if run in layout.cold:
        return cold(run.start), cold(run.end)
    if run in layout.return_line and run.end == HEATER:
        return hot(run.start), home
    return hot(run.start), hot(run.end)


def _edge(run: PipeRun, start: str, end: str, since_s: float) -> Edge:
    heat_j_k = run.water_l * run.size.capacity * WATER_J_LK
    return Edge(
        run.name, start, end, Pipe(run.water_l, run.size.capacity, run.loss_w_k / heat_j_k, since_s=since_s)
    )


def _add(flows: list[float], path: Path, flow_lps: float) -> None:
    for number, direction in path:
        flows[number] += direction * flow_lps
