"""``zcw bench control``: every strategy lives with households for weeks, and is scored on the days after."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import print_json, progress, say
from api.commands.studies import Jobs, cores, write_csv

if TYPE_CHECKING:
    from simulator.draws import Draw
    from simulator.evaluation import Score
    from simulator.layout import Layout

LAYOUTS = ("house", "house-cold-return", "ranch")
HOUSEHOLDS = ("people-3",)


class Presence(StrEnum):
    """What presence sensors there are."""

    NONE = "none"
    MOTION = "motion"
    ANNOUNCED = "announced"


def control(
    draws: Annotated[
        list[str] | None,
        typer.Option(
            "--draws", help="CSV of draws, or the name of a household such as people-3. May be repeated."
        ),
    ] = None,
    layout: Annotated[
        list[str] | None, typer.Option(help="A shipped layout, or a layout file. May be repeated.")
    ] = None,
    strategy: Annotated[
        list[str] | None, typer.Option(help="A contestant; may be repeated. All of them without it.")
    ] = None,
    days: Annotated[int, typer.Option(min=2, max=3_660, help="Days altogether.")] = 42,
    train_days: Annotated[int, typer.Option(min=1, help="Days lived through before anything counts.")] = 28,
    cues: Annotated[
        bool, typer.Option("--cues", help="Motion precedes four draws of five; 6 false alarms a day.")
    ] = False,
    announced: Annotated[
        bool, typer.Option("--announced", help="Every draw is announced 90 s ahead.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of everything that is left to chance.")] = 0,
    jobs: Jobs = 0,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="CSV file to write, a row for each score.")
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", help="Picture (.svg or .png) of comfort over heat and of reliability."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the scores as JSON and nothing else.")
    ] = False,
) -> None:
    """Let every strategy live with households, and score the days after training against aquastat and oracle.

    Example: zcw bench control --draws people-3 --layout house --days 42 --train-days 28 --cues
    """
    from simulator.evaluation import CONTESTANTS, IDLE, Trial, evaluate, reliability, scores
    from simulator.jobs import local_pool
    from simulator.layout_file import load_layout

    if train_days >= days:
        raise typer.BadParameter(
            f"{train_days} leaves no day to score of {days}", param_hint="'--train-days'"
        )
    names = list(dict.fromkeys((IDLE, *(strategy or CONTESTANTS))))
    if unknown := [name for name in names if name not in CONTESTANTS]:
        known = ", ".join(CONTESTANTS)
        raise typer.BadParameter(f"{unknown[0]!r} is unknown; known: {known}", param_hint="'--strategy'")
    presence = Presence.ANNOUNCED if announced else Presence.MOTION if cues else Presence.NONE
    trials = [
        Trial(house, Path(household).stem, taken, name, days, train_days, presence.value, seed)
        for house in map(load_layout, layout or LAYOUTS)
        for household in draws or HOUSEHOLDS
        for taken in [_draws(household, house, days, seed)]
        for name in names
    ]
    with progress(f"{len(trials)} lives of {days} days") as done, local_pool(cores(jobs)) as pool:
        outcomes = evaluate(trials, pool, done)
    table = scores(trials, outcomes)
    told = [forecast for outcome in outcomes for forecast in outcome.forecasts]
    if csv is not None:
        write_csv(csv, [score.as_json() for score in table])
    if plot is not None:
        _draw(plot, table, reliability(told))
    if as_json:
        print_json([score.as_json() for score in table])
        return
    typer.echo(_table(table))
    typer.echo(_reliability(reliability(told)))


def _draws(household: str, house: "Layout", days: int, seed: int) -> "tuple[Draw, ...]":
    from simulator.households import draws_of

    return tuple(draws_of(household, house, days=days, seed=seed, report=say))


def _draw(path: Path, table: "Sequence[Score]", told: list[tuple[float, float, int]]) -> None:
    from simulator.evaluation_plot import write_plot
    from simulator.report import check_installed

    check_installed()
    write_plot(path, table, told)
    say(f"{path}: drawn")


_HEAD = (
    "",
    "hot 10 s",
    "reachable",
    "mean wait",
    "of aquastat",
    "of oracle",
    "starts/d",
    "wasted/d",
    "pump/d",
)


def _table(table: "Sequence[Score]") -> str:
    lines = []
    for layout, household in dict.fromkeys((score.layout, score.household) for score in table):
        own = [score for score in table if (score.layout, score.household) == (layout, household)]
        lines.append(
            f"{household} in {layout}, cues: {own[0].cues}: {own[0].days} days, {own[0].useful_draws} useful draws"
        )
        rows = [_HEAD, *map(_cells, own)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
        lines += [
            "  "
            + "  ".join(
                cell.ljust(width) if not n else cell.rjust(width)
                for n, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in rows
        ]
        lines.append("")
    return "\n".join([*lines, "reachable: of the draws that a hot supply can serve within 10 s"])


def _cells(score: "Score") -> tuple[str, ...]:
    return (
        score.strategy,
        f"{score.hot_within_10s:.1%}",
        f"{score.reachable_hot:.1%}",
        f"{score.wait_mean_s:.1f} s",
        "" if score.heat_ratio_aquastat is None else f"{score.heat_ratio_aquastat:.0%}",
        "" if score.heat_ratio_oracle is None else f"{score.heat_ratio_oracle:.2f}",
        f"{score.starts / score.days:.1f}",
        f"{score.wasted_runs / score.days:.1f}",
        f"{score.pump_hours / score.days * 60:.0f} min",
    )


def _reliability(told: list[tuple[float, float, int]]) -> str:
    lines = ["chance of a draw within 10 min: told, came true, how often"]
    return "\n".join(
        [*lines, *(f"  {chance:4.0%}  {came:4.0%}  {number:6d}" for chance, came, number in told)]
    )
