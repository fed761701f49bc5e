"""A sweep: every point of a grid, computed once and kept for good."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from simulator.draws import Draw
from simulator.grid import Grid, Point
from simulator.jobs import Pool, do_all
from simulator.layout import Layout
from simulator.layout_changes import changed_layout
from simulator.scoring import Summary, Used
from simulator.study import IDLE, Case, layout_hash, possible_strategies, run_case
from simulator.sweep_store import SweepStore
from simulator.tariff import USUAL, Tariff

Draws = Callable[[str, Layout], "tuple[Draw, ...] | None"]
"""From a household and a layout to the draws of a file; None for a household that its name makes up."""
_PACKAGES: Final = ("controller", "simulator")
_SUFFIXES: Final = (".py", ".yaml", ".csv")


@dataclass(frozen=True, slots=True)
class Job:
    """A point of the grid with its case.

    Args:
        point: The point.
        case: What to run.
        key: Its key in the store.
        idle_key: Key of the idle case that its extra heat is counted from.
    """

    point: Point
    case: Case
    key: str
    idle_key: str


@dataclass(frozen=True, slots=True)
class Told:
    """How far a sweep is.

    Args:
        done: Points and idle cases that are done, those found in the store included.
        found: How many of them the store had.
        total: How many there are.
    """

    done: int
    found: int
    total: int


def plan_jobs(grid: Grid, draws: Draws, *, version: str) -> list[Job]:
    """Return the jobs of a grid, in its order; every layout and change is checked here.

    A strategy that would have nothing to run, as the house has no loop, has no job there.

    Args:
        grid: The grid.
        draws: Gives the draws of households that are files.
        version: Version of the product; part of every key, as is what its source files hold.

    Raises:
        ConfigError: A layout or a change is wrong.
    """
    places: dict[tuple[object, ...], tuple[Layout, dict[str, tuple[Draw, ...] | None]]] = {}
    for layout, changes in dict.fromkeys((point.layout, point.changes) for point in grid.points()):
        house = changed_layout(layout, changes)
        places[layout, changes] = house, {name: draws(name, house) for name in grid.households}
    stamp = f"{version} {code_hash()}"
    jobs = []
    for point in grid.points():
        house, taken = places[point.layout, point.changes]
        if not possible_strategies(house, [point.strategy]):
            continue
        case = Case(house, point.household, point.strategy, grid.days, point.seed, taken[point.household])
        jobs.append(Job(point, case, case.key(stamp), case.idle().key(stamp)))
    return jobs


def sweep(
    jobs: Sequence[Job],
    store: SweepStore,
    *,
    pool: Pool = None,
    told: Callable[[Told], None] = lambda _: None,
) -> Mapping[str, Summary]:
    """Return the summary of every job by its key; what the store has is not computed again.

    Args:
        jobs: The jobs.
        store: Where finished points are kept, each as soon as it is finished.
        pool: Where to compute.
        told: Told how far it is.
    """
    idle = {job.idle_key: job.case.idle() for job in jobs}
    rest = {job.key: job for job in jobs if job.case.strategy != IDLE}
    known = store.known([*idle, *rest])
    # an idle case that nobody asks for is computed only for points that are still to come
    asked = {job.key for job in jobs}
    open_keys = {job.idle_key for job in rest.values() if job.key not in known}
    idle = {key: case for key, case in idle.items() if key in asked or key in open_keys}
    total, found = len(idle) + len(rest), sum(key in known for key in (*idle, *rest))
    told(Told(found, found, total))
    done = found

    def computed(works: Sequence[_Work]) -> None:
        nonlocal done
        for piece in do_all(_summary, works, pool):
            key, done = works[piece.number].key, done + 1
            store.keep(key, piece.result)
            known[key] = piece.result
            told(Told(done, found, total))

    computed([_Work(key, case, None) for key, case in idle.items() if key not in known])
    computed(
        [_Work(key, job.case, known[job.idle_key].used) for key, job in rest.items() if key not in known]
    )
    return known


def rows(
    jobs: Iterable[Job], summaries: Mapping[str, Summary], tariff: Tariff = USUAL
) -> Iterator[dict[str, str | int | float | None]]:
    """Yield a row for each job: where it lies in the grid, and how it fared."""
    for job in jobs:
        summary = summaries[job.key]
        yield {
            **summary.as_json(),
            "layout": job.point.layout,
            "household": job.point.household,
            "seed": job.point.seed,
            **dict(job.point.changes),
            **tariff.at(job.case.layout.heater).costs(summary).as_json(),
            "layout_hash": layout_hash(job.case.layout),
            "key": job.key,
        }


@dataclass(frozen=True, slots=True)
class _Work:
    key: str
    case: Case
    idle: Used | None


def _summary(work: _Work) -> Summary:
    return run_case(work.case, work.idle).summary


@cache
def code_hash() -> str:
    """Return a hash of what the product's own source files hold: other code may simulate otherwise."""
    digest = hashlib.sha256()
    for package in _PACKAGES:
        for name, content in _sources(files(package), package):
            digest.update(name.encode() + b"\0" + content)
    return digest.hexdigest()


def _sources(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        inner = f"{name}/{entry.name}"
        if entry.is_dir():
            yield from _sources(entry, inner)
        elif entry.name.endswith(_SUFFIXES):
            yield inner, entry.read_bytes()
