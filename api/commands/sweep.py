"""``zcw sweep``: a grid of layouts, parameters, households, strategies and seeds; resumable, on any number of cores."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import product_version, progress, say
from api.commands.studies import (
    Households,
    Jobs,
    Prices,
    Strategies,
    cores,
    file_draws,
    known_strategies,
    parse_seeds,
    write_csv,
)

if TYPE_CHECKING:
    from simulator.grid import Grid
    from simulator.jobs import Pool
    from simulator.sweep import Told


def sweep_command(
    grid: Annotated[
        Path | None,
        typer.Argument(
            help="YAML file with layouts, households, strategies, seeds, days and set; options go before it."
        ),
    ] = None,
    layout: Annotated[list[str] | None, typer.Option(help="A layout; may be repeated.")] = None,
    household: Households = None,
    strategy: Strategies = None,
    seeds: Annotated[str, typer.Option(help="Seeds: 0,1,2 or 0-99.")] = "",
    days: Annotated[
        int | None, typer.Option(min=1, max=3_660, help="Days to simulate; 7 without it.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="A value of the layout and what it takes: hot.trunk.insulation_mm=0,9,13, hot.*.size='Cu 18x1,Cu 22x1', "
            "heater.setpoint_c=50,55. May be repeated; each goes with each.",
        ),
    ] = None,
    store: Annotated[
        Path, typer.Option(help="File that keeps every finished point; run again to go on where it ended.")
    ] = Path("sweep.sqlite"),
    csv: Annotated[Path, typer.Option("--csv", help="CSV file to write, a row for each point.")] = Path(
        "sweep.csv"
    ),
    jobs: Jobs = 0,
    scheduler: Annotated[str, typer.Option(help="Address of a Dask scheduler, tcp://HOST:8786.")] = "",
    prices: Prices = "",
) -> None:
    """Sweep a grid of layouts, parameters, households, strategies and seeds into a CSV file.

    Example: zcw sweep --layout house --set hot.*.insulation_mm=0,9,13,20 --strategy aquastat --seeds 0-9
    """
    from simulator.sweep import plan_jobs, rows, sweep
    from simulator.sweep_store import open_store
    from simulator.tariff import parse_tariff

    tariff = parse_tariff(prices)
    whole = _grid(grid, layout, household, strategy, seeds, days, settings)
    planned = plan_jobs(
        whole, lambda name, house: file_draws(name, house, whole.days), version=product_version()
    )
    if len(planned) < len(whole):
        say(f"{len(whole) - len(planned)} points are left out: their house has no loop for their strategy")
    with open_store(store) as kept, _pool(scheduler, cores(jobs)) as pool, _bar(len(planned)) as told:
        summaries = sweep(planned, kept, pool=pool, told=told)
    write_csv(csv, list(rows(planned, summaries, tariff)))


def _grid(
    file: Path | None,
    layouts: list[str] | None,
    households: list[str] | None,
    strategies: list[str] | None,
    seeds: str,
    days: int | None,
    settings: list[str] | None,
) -> "Grid":
    """Return the grid of the file, with what the options say in its place."""
    from simulator.grid import Grid, check_size, parse_setting, read_grid, with_settings

    whole = Grid() if file is None else read_grid(file)
    whole = replace(
        whole,
        layouts=tuple(layouts or whole.layouts),
        households=tuple(households or whole.households),
        strategies=tuple(known_strategies(strategies or whole.strategies)),
        seeds=parse_seeds(seeds) or whole.seeds,
        days=days or whole.days,
    )
    whole = with_settings(whole, map(parse_setting, settings or ()))
    check_size(whole)
    return whole


def _pool(scheduler: str, jobs: int) -> "AbstractContextManager[Pool]":
    from simulator.cluster import cluster_pool
    from simulator.jobs import local_pool

    return cluster_pool(scheduler) if scheduler else local_pool(jobs)


@contextmanager
def _bar(points: int) -> "Iterator[Callable[[Told], None]]":
    """Show how far a sweep is, and say what was there already."""
    said = False
    with progress(f"sweeping {points} points") as done:

        def told(state: "Told") -> None:
            nonlocal said
            if not said:
                said = True
                say(f"{points} points: {state.found} of {state.total} simulations are there already")
            done(state.done / max(1, state.total))

        yield told
