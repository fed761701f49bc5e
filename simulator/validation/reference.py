"""Runs a reference case and compares it with an exact solution."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor
from pathlib import Path
from typing import Final

from controller.core.errors import ZcwError
from simulator.network import Edge, Link, Network
from simulator.pipe import Pipe
from simulator.spread import Spread
from simulator.stream import total
from simulator.validation.case import HEATER, Case, CasePipe
from simulator.validation.table import read_columns, rmse

EXACT_FILE: Final = "exact_reference.csv"
COLUMNS: Final = ("t_s", "outlet", "T_C")


@dataclass(frozen=True, slots=True)
class Row:
    """The temperature in C that leaves at an outlet just before a whole second."""

    t_s: int
    outlet: str
    temperature_c: float


@dataclass(frozen=True, slots=True)
class Match:
    """How rows agree with the exact ones, in K: all of them, and those clear of fronts."""

    rows: int
    missing: int
    worst_k: float
    rmse_k: float
    clear_rows: int
    clear_worst_k: float
    clear_rmse_k: float


def case_network(case: Case, *, capacity: float = 1.0, spread: bool = False) -> Network:
    """Return the network of a case.

    Args:
        case: The case.
        capacity: Heat capacity of water and wall over that of the water; cases themselves have no wall.
        spread: Whether fronts are spread by the wall.
    """
    edges = [
        Edge(pipe.name, pipe.start, _end(pipe), _conduit(case, number, capacity, spread))
        for number, pipe in enumerate(case.pipes)
    ]
    sources = {node: at_c - case.ambient_c for node, at_c in case.sources_c.items()}
    return Network(edges, sources, ())


def outlets(case: Case) -> dict[str, str]:
    """Return the places where water leaves: the network's name of each, and the outlet's name in the rows."""
    found = {spell.at: spell.at for spell in case.draws}
    found.update({_end(pipe): pipe.name for pipe in case.pipes if pipe.end == HEATER})
    for pipe in case.pipes:
        if pipe.start in case.sources_c and pipe.start != HEATER:
            found[pipe.start] = pipe.name
    return found


def run(case: Case) -> Iterator[Row]:
    """Yield the temperature at each outlet for every whole second while it flows, in order of time."""
    network = case_network(case)
    places = outlets(case)
    changes = [*case.changes(), case.duration_s]
    for from_s, until_s in pairwise(changes):
        network.settle(from_s)
        network.set_flows(case.flows_lps(from_s), from_s)
        rows: list[Row] = []
        for place, name in places.items():
            if network.inflow_lps(place) < -1e-12:
                rows.extend(_seconds(case, network, place, name, from_s, until_s))
        yield from sorted(rows, key=lambda row: row.t_s)


def _seconds(
    case: Case, network: Network, place: str, name: str, from_s: float, until_s: float
) -> Iterator[Row]:
    at_s = floor(from_s) + 1
    for segment in network.forecast(place, from_s):
        while at_s <= min(segment.end_s, until_s):
            yield Row(at_s, name, case.ambient_c + total(segment.terms, at_s - segment.start_s))
            at_s += 1
        if segment.end_s >= until_s:
            return


def write_rows(rows: list[Row], path: Path) -> None:
    """Write rows as CSV.

    Raises:
        ZcwError: The file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows((row.t_s, row.outlet, f"{row.temperature_c:.9f}") for row in rows)
    except OSError as error:
        raise ZcwError(f"{path}: cannot be written: {error.strerror}; choose another --out") from error


def compare(rows: list[Row], path: Path) -> Match:
    """Return how rows agree with an exact solution in a CSV file.

    Raises:
        ConfigError: The file is not such a table.
    """
    columns = read_columns(path, (*COLUMNS, "clear_of_front"), ("outlet",))
    found = {(row.t_s, row.outlet): row.temperature_c for row in rows}
    errors, clear, missing = [], [], 0
    for t_s, outlet, exact_c, away in zip(*columns.values(), strict=True):
        own_c = found.get((ceil(float(t_s)), outlet))
        if own_c is None:
            missing += 1
            continue
        errors.append(own_c - float(exact_c))
        if float(away):
            clear.append(own_c - float(exact_c))
    return Match(len(errors), missing, *_worst_and_rmse(errors), len(clear), *_worst_and_rmse(clear))


def _worst_and_rmse(errors: list[float]) -> tuple[float, float]:
    return (max(map(abs, errors)), rmse(errors)) if errors else (0.0, 0.0)


def _end(pipe: CasePipe) -> str:
    return f"{pipe.name} at heater" if pipe.end == HEATER else pipe.end


def _conduit(case: Case, number: int, capacity: float, spread: bool) -> Pipe | Link:
    pipe = case.pipes[number]
    if not pipe.water_l:
        return Link()
    return Pipe(
        pipe.water_l,
        capacity,
        pipe.loss_w_mk * pipe.length_m / (pipe.water_l * capacity * case.water_j_lk),
        excess_k=(case.initial_c if pipe.initial_c is None else pipe.initial_c) - case.ambient_c,
        spread=Spread(1000.0 * pipe.inner_m, capacity) if spread else None,
    )
