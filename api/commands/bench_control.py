"""``zcw bench control``: every strategy lives with households for weeks, and is scored on the days after."""

import shlex
import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import aligned, print_json, product_version, progress, say
from api.commands.studies import Jobs, check_pictures, cores, write_csv

if TYPE_CHECKING:
    from simulator.draws import Draw
    from simulator.evaluation import Trial
    from simulator.evaluation_plot import Told
    from simulator.layout import Layout
    from simulator.scores import Score

LAYOUTS = ("house", "house-cold-return", "ranch")
HOUSEHOLDS = ("people-3",)


class Presence(StrEnum):
    """What presence sensors there are."""

    NONE = "none"
    MOTION = "motion"
    ANNOUNCED = "announced"


Draws = Annotated[
    list[str] | None,
    typer.Option(
        "--draws", help="CSV of draws, or the name of a household such as people-3. May be repeated."
    ),
]
Layouts = Annotated[
    list[str] | None, typer.Option(help="A shipped layout, or a layout file. May be repeated.")
]
Insulation = Annotated[
    list[float] | None,
    typer.Option(
        min=0.0,
        max=100.0,
        help="Foam around every hot pipe and return line in mm, 0 for bare. May be repeated; as in the layout without it.",
    ),
]
Plot = Annotated[
    Path | None,
    typer.Option("--plot", help="Picture (.svg or .png) of comfort over heat and of reliability."),
]
Report = Annotated[
    Path | None, typer.Option("--report", help="HTML report to write: one file that needs nothing else.")
]


def control(
    draws: Draws = None,
    layout: Layouts = None,
    insulation: Insulation = None,
    strategy: Annotated[
        list[str] | None,
        typer.Option(
            help="A contestant; may be repeated. Without it none, aquastat, timed, on_demand, the five steps and the oracle."
        ),
    ] = None,
    days: Annotated[int, typer.Option(min=2, max=3_660, help="Days altogether.")] = 42,
    train_days: Annotated[int, typer.Option(min=1, help="Days lived through before anything counts.")] = 28,
    cues: Annotated[
        bool, typer.Option("--cues", help="Motion precedes four draws of five; 6 false alarms a day.")
    ] = False,
    announced: Annotated[
        bool, typer.Option("--announced", help="Every draw is announced 90 s ahead.")
    ] = False,
    seed: Annotated[
        list[int] | None,
        typer.Option(help="Seed of everything that is left to chance. May be repeated; 0 without it."),
    ] = None,
    jobs: Jobs = 0,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="CSV file to write, a row for each score.")
    ] = None,
    plot: Plot = None,
    report: Report = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the scores as JSON and nothing else.")
    ] = False,
) -> None:
    """Let every strategy live with households, and score the days after training against aquastat and oracle.

    Example: zcw bench control --draws people-3 --layout house --days 42 --train-days 28 --cues
    """
    from simulator.evaluation import evaluate
    from simulator.jobs import local_pool
    from simulator.scores import reliability, scores

    if train_days >= days:
        raise typer.BadParameter(
            f"{train_days} leaves no day to score of {days}", param_hint="'--train-days'"
        )
    check_pictures(plot, report)
    presence = Presence.ANNOUNCED if announced else Presence.MOTION if cues else Presence.NONE
    names = _contestants(strategy, presence)
    houses = list(houses_of(layout or LAYOUTS, insulation or ()))
    span = days, train_days
    trials = [*_trials(houses, draws or HOUSEHOLDS, names, span, presence, list(dict.fromkeys(seed or (0,))))]
    with progress(f"{len(trials)} lives of {days} days") as done, local_pool(cores(jobs)) as pool:
        outcomes = evaluate(trials, pool, done)
    table = scores(trials, outcomes)
    told = reliability(forecast for outcome in outcomes for forecast in outcome.forecasts)
    if csv is not None:
        write_csv(csv, [score.as_json() for score in table])
    _draw(plot, report, table, told)
    if as_json:
        print_json([score.as_json() for score in table])
        return
    _print(table, told)


def houses_of(names: Sequence[str], insulations_mm: Sequence[float]) -> "Iterator[Layout]":
    """Yield layouts as they are, or once for each thickness of foam.

    Raises:
        ConfigError: There is no such layout, or it cannot be used.
    """
    from dataclasses import replace

    from simulator.layout_changes import changed_layout
    from simulator.layout_file import load_layout

    for name in names:
        house = load_layout(name)
        pipes = ("hot", "return") if any(loop.return_line for loop in house.loops[:1]) else ("hot",)
        for foam_mm in insulations_mm:
            changes = tuple((f"{part}.*.insulation_mm", foam_mm) for part in pipes)
            foam = "bare" if foam_mm == 0.0 else f"{foam_mm:g} mm"
            yield replace(changed_layout(name, changes), name=f"{house.name}, {foam}")
        if not insulations_mm:
            yield house


def _contestants(wanted: Sequence[str] | None, presence: Presence) -> list[str]:
    from simulator.contestants import CONTESTANTS, IDLE, MOTION, USUAL

    usual = (*USUAL, MOTION) if presence is not Presence.NONE else USUAL
    names = list(dict.fromkeys((IDLE, *(wanted or usual))))
    if unknown := [name for name in names if name not in CONTESTANTS]:
        known = ", ".join(CONTESTANTS)
        raise typer.BadParameter(f"{unknown[0]!r} is unknown; known: {known}", param_hint="'--strategy'")
    return names


def _trials(
    houses: "Sequence[Layout]",
    households: Sequence[str],
    names: Sequence[str],
    span: tuple[int, int],
    presence: Presence,
    seeds: Sequence[int],
) -> "Iterator[Trial]":
    """Yield every life: a house, a household, a seed and a contestant, the contestants of one household together."""
    from simulator.evaluation import Trial

    days, train_days = span
    for house in houses:
        for household in households:
            for seed in seeds:
                taken = _draws(household, house, days, seed)
                for name in names:
                    yield Trial(
                        house, Path(household).stem, taken, name, days, train_days, presence.value, seed
                    )


def _draws(household: str, house: "Layout", days: int, seed: int) -> "tuple[Draw, ...]":
    from simulator.households import draws_of

    return tuple(draws_of(household, house, days=days, seed=seed, report=say))


def _draw(plot: Path | None, report: Path | None, table: "Sequence[Score]", told: "Told") -> None:
    if plot is not None:
        from simulator.evaluation_plot import write_plot

        write_plot(plot, table, told)
        say(f"{plot}: drawn")
    if report is not None:
        from simulator.evaluation_report import write_control

        size = write_control(report, table, told, command=typed(), version=product_version())
        say(f"{report}: {size / 1_000:.0f} kB")


def typed() -> str:
    """Return the command as it was typed."""
    return shlex.join(["zcw", *sys.argv[1:]])


def _print(table: "Sequence[Score]", told: "Told") -> None:
    from simulator.evaluation_plot import homes
    from simulator.evaluation_tables import reliability_table, rivals_table, scores_table
    from simulator.scores import rivals

    tables = [scores_table(home, own) for home, own in homes(table).items()]
    if found := rivals(table):
        tables.append(rivals_table(found))
    for one in (*tables, *([reliability_table(told)] if told else [])):
        typer.echo(f"{one.title}\n{aligned(one.head, one.rows)}\n")
    typer.echo("reachable: of the draws that a hot supply can serve within 10 s")
