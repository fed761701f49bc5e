"""From a layout to a network of conduits, and from draws and pump to the flow in each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from simulator.catalogue import WATER_J_LK
from simulator.layout import Layout, PipeRun
from simulator.network import Edge, Link, Network
from simulator.pipe import Pipe

HEATER: Final = "heater"
"""The heater's outlet, where the hot pipes begin."""
INLET: Final = "heater inlet"
"""The heater's inlet, where return line and mains meet."""
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


class Piping:
    """The network of a layout, and the paths water takes through it.

    Every flow is a sum of paths: each draw adds its hot part from the mains through the heater to the fixture and its
    cold part from the mains to the fixture, the pump adds the loop. So the balance holds at every tee.

    Args:
        layout: The house.
        since_s: The beginning, in s.
    """

    def __init__(self, layout: Layout, *, since_s: float = 0.0) -> None:
        self._layout = layout
        edges = [_edge(run, *_ends(layout, run), since_s) for run in layout.pipes]
        self._numbers = {run.name: number for number, run in enumerate(layout.pipes)}
        self._feed: Path = ((len(edges), 1.0),)
        edges.append(Edge("mains to heater", MAINS, INLET, Link()))
        self._crossover: Path = ((len(edges), 1.0),)
        if layout.crossover is not None:
            fixture = layout.crossover.fixture
            edges.append(Edge("crossover", hot(fixture), cold(fixture), Link()))
        self._hot = {name: self._way(layout.hot, name) for name in layout.fixtures}
        self._cold = {name: self._way(layout.cold, name) for name in layout.fixtures}
        self._loop = self._loop_path()
        sources = {HEATER: layout.setpoint_c - layout.ambient_c, MAINS: layout.mains_c - layout.ambient_c}
        watched = {INLET, *map(hot, layout.fixtures), *map(cold, layout.fixtures)}
        self.network = Network(edges, sources, watched, since_s=since_s)
        self.pipes: Mapping[str, Pipe] = {
            edge.name: edge.conduit for edge in edges if isinstance(edge.conduit, Pipe)
        }

    def flows_lps(self, demands: Sequence[Demand], loop_lps: float) -> list[float]:
        """Return the flow in each edge of the network, in l/s.

        Args:
            demands: What is open at the fixtures.
            loop_lps: What the pump drives through the loop.
        """
        flows = [0.0] * len(self.network.edges)
        for demand in demands:
            _add(flows, self._hot[demand.fixture] + self._feed, demand.hot_lps)
            _add(flows, self._cold[demand.fixture], demand.cold_lps)
        _add(flows, self._loop, loop_lps)
        return flows

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

    def _loop_path(self) -> Path:
        layout = self._layout
        back = tuple((self._numbers[run.name], 1.0) for run in layout.return_line)
        if layout.crossover is None:
            return self._way(layout.hot, layout.return_line[0].start) + back
        fixture = layout.crossover.fixture
        reverse = tuple((number, -1.0) for number, _ in reversed(self._cold[fixture]))
        return self._hot[fixture] + self._crossover + reverse + self._feed

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


def _ends(layout: Layout, run: PipeRun) -> tuple[str, str]:
    if run in layout.cold:
        return cold(run.start), cold(run.end)
    back_home = run in layout.return_line and run.end == HEATER
    return hot(run.start), INLET if back_home else hot(run.end)


def _edge(run: PipeRun, start: str, end: str, since_s: float) -> Edge:
    heat_j_k = run.water_l * run.size.capacity * WATER_J_LK
    return Edge(
        run.name, start, end, Pipe(run.water_l, run.size.capacity, run.loss_w_k / heat_j_k, since_s=since_s)
    )


def _add(flows: list[float], path: Path, flow_lps: float) -> None:
    for number, direction in path:
        flows[number] += direction * flow_lps
