"""EPANET's own files: the same network in our pipes, beside what EPANET makes of it and what a table says that it made.

Heat is carried as a chemical there: quality in mg/l is the excess over the room in mK, first-order decay is the loss to the room.
EPANET is run through wntr. It moves its fronts in whole quality steps, so at a front it is right within one of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, pi
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from controller.core.errors import ConfigError, Problem, ZcwError
from simulator.network import Edge, Network
from simulator.pipe import Pipe
from simulator.validation.balance import Joint, Role, Undetermined, balanced
from simulator.validation.epanet import FRONT_S, STEEP_K, Agreed, agreed
from simulator.validation.table import read_columns

_STILL_LPS: Final = 1e-7
_JUST_S: Final = 1e-6


@dataclass(frozen=True, slots=True)
class _Told:
    """Temperatures above the room in K, by instant and node."""

    beside: str
    times_s: Sequence[float]
    excess_k: Mapping[str, Sequence[float]]


def agreements(path: Path) -> Iterator[Agreed]:
    """Yield how our pipes agree with EPANET on each file: run now, and as the table of the same name says if there is one.

    Args:
        path: A file, or a folder with several.

    Raises:
        ZcwError: There is no such file, or wntr is not installed.
        ConfigError: A file is no network that pipes alone can be.
    """
    files = sorted(path.glob("*.inp")) if path.is_dir() else [path]
    if not files or not files[0].is_file():
        raise ZcwError(f"{path}: no such .inp file; name an EPANET network, or a folder with some")
    for file in files:
        model = _model(file)
        told = [_run(model)]
        table = file.with_suffix(".csv")
        if table.is_file():
            told.append(_tabled(table, list(model.junction_name_list)))
        yield from (_compared(file, model, one) for one in told)


def _model(file: Path) -> Any:
    try:
        import wntr  # type: ignore[import-untyped]
    except ImportError as error:
        raise ZcwError("wntr is not installed; pip install 'zero-cold-water[epanet]'") from error
    try:
        model = wntr.network.WaterNetworkModel(str(file))
    except Exception as error:
        line = getattr(error, "line_num", None)
        problem = Problem(
            "", f"EPANET's network cannot be read: {str(error)[:200]}", line, "open it in EPANET first"
        )
        raise ConfigError(str(file), (problem,)) from error
    others = [*model.tank_name_list, *model.pump_name_list, *model.valve_name_list]
    if others:
        problem = Problem(
            others[0], "only pipes, junctions and reservoirs can be compared", None, "take it out"
        )
        raise ConfigError(str(file), (problem,))
    return model


def _run(model: Any) -> _Told:
    import wntr

    with TemporaryDirectory() as scratch:
        results = wntr.sim.EpanetSimulator(model).run_sim(file_prefix=f"{scratch}/run")
    quality = results.node["quality"]
    return _Told(
        "EPANET run now",
        [float(at_s) for at_s in quality.index],
        {str(name): [float(one) for one in quality[name]] for name in model.junction_name_list},
    )


def _tabled(table: Path, nodes: Sequence[str]) -> _Told:
    columns = {f"theta_{node}_K": node for node in nodes}
    with table.open(encoding="utf-8-sig") as file:
        header = [cell.strip() for cell in file.readline().split(",")]
    found = [name for name in columns if name in header]
    if not found:
        cure = "give time_s and theta_NODE_K for nodes of the network"
        raise ConfigError(str(table), (Problem("", "there is no column for any node", 1, cure),))
    rows = read_columns(table, ("time_s", *found))
    times_s = [float(cell) for cell in rows["time_s"]]
    return _Told(table.name, times_s, {columns[name]: [float(cell) for cell in rows[name]] for name in found})


class _Ours:
    """The same network in our pipes.

    Args:
        model: The network as wntr has it.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        pipes = [model.get_link(name) for name in model.pipe_name_list]
        self._joints = [
            Joint(str(p.name), str(p.start_node_name), str(p.end_node_name), Role.FREE) for p in pipes
        ]
        usual = float(model.options.reaction.bulk_coeff or 0.0)
        edges = [
            Edge(joint.name, joint.start, joint.end, _pipe(pipe, usual))
            for joint, pipe in zip(self._joints, pipes, strict=True)
        ]
        self._sources = {
            str(name): float(model.get_node(name).initial_quality or 0.0)
            for name in model.reservoir_name_list
        }
        self.network = Network(edges, self._sources, ())
        self._step_s = float(model.options.time.pattern_timestep)
        self._reached_s = -1.0

    def drawn_lps(self, at_s: float) -> dict[str, float]:
        """Return what is taken at each junction from an instant on, in l/s."""
        junctions = ((str(name), self._model.get_node(name)) for name in self._model.junction_name_list)
        return {
            name: 1000.0
            * float(
                node.demand_timeseries_list.at(
                    at_s, multiplier=self._model.options.hydraulic.demand_multiplier
                )
            )
            for name, node in junctions
        }

    def reach(self, at_s: float) -> None:
        """Let time pass to the last change of flow before an instant."""
        if self._reached_s < 0.0:
            self._turn(0.0)
        while self._reached_s + self._step_s < at_s:
            self._turn(self._reached_s + self._step_s)

    def _turn(self, at_s: float) -> None:
        self.network.settle(at_s)
        self.network.set_flows(balanced(self._joints, self._sources, self.drawn_lps(at_s), {}), at_s)
        self._reached_s = at_s

    def around(self, node: str, at_s: float) -> list[float]:
        """Return what arrives at a node just before an instant, then up to a second before and after."""
        offsets = (-_JUST_S, -FRONT_S, -0.5 * FRONT_S, 0.5 * FRONT_S, FRONT_S)
        return [self.network.temperature(node, max(self._reached_s, at_s + by_s)) for by_s in offsets]


def _pipe(pipe: Any, usual: float) -> Pipe:
    own = usual if pipe.bulk_coeff is None else float(pipe.bulk_coeff)
    litres = 250.0 * pi * float(pipe.diameter) ** 2 * float(pipe.length)
    return Pipe(litres, 1.0, -own)


def _compared(file: Path, model: Any, told: _Told) -> Agreed:
    ours = _Ours(model)
    away: list[float] = []
    outside: list[float] = []
    try:
        for number, at_s in enumerate(told.times_s):
            if at_s <= 0.0:
                continue
            ours.reach(at_s)
            # What is told at an instant has been taken in the step before it.
            drawn = ours.drawn_lps(_step_of(at_s, float(model.options.time.pattern_timestep)))
            for node, excess_k in told.excess_k.items():
                if drawn.get(node, 0.0) > _STILL_LPS:
                    now_k, *near = ours.around(node, at_s)
                    low_k, high_k = min(now_k, *near), max(now_k, *near)
                    if high_k - low_k < STEEP_K:
                        away.append(abs(excess_k[number] - now_k))
                    else:
                        outside.append(max(0.0, low_k - excess_k[number], excess_k[number] - high_k))
    except Undetermined:
        cure = "take one pipe out of each ring, or compare a tree"
        problem = Problem(
            "[PIPES]", "what flows is not determined: there is a ring, or two sources", None, cure
        )
        raise ConfigError(str(file), (problem,)) from None
    return agreed(file.name, told.beside, away, outside)


def _step_of(at_s: float, step_s: float) -> float:
    """Return the beginning of the step of constant flow that ends at or holds an instant."""
    return (ceil(at_s / step_s) - 1) * step_s
