"""``zcw bench habits``: households change their habits; how soon does the controller follow?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.bench_control import Presence, typed
from api.commands.console import aligned, print_json, product_version, progress, say
from api.commands.studies import Households, Jobs, check_pictures, cores, parse_seeds, write_csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.habit_change import Change
    from simulator.habit_course import Course

CHANGES = ("shift", "holiday", "baby")
LEAST_AFTER = 7
LEAST_BACK = 24
"""Days after the beginning of a holiday: two weeks away, and ten to follow."""


def habits(
    change: Annotated[
        list[str] | None,
        typer.Option(
            help="shift (everything two hours later), holiday (two weeks away) or baby; may be repeated. All without it."
        ),
    ] = None,
    layout: Annotated[str, typer.Option(help="A shipped layout, or a layout file.")] = "house",
    household: Households = None,
    strategy: Annotated[
        str, typer.Option(help="A step of comfort, such as predictive-thrifty.")
    ] = "predictive-balanced",
    seeds: Annotated[str, typer.Option(help="Seeds: 0,1,2 or 0-9. Each is another household.")] = "0-2",
    train_days: Annotated[
        int, typer.Option(min=7, max=3_660, help="Days with the old habit before it changes.")
    ] = 28,
    days_after: Annotated[
        int, typer.Option(min=LEAST_AFTER, max=3_660, help="Days from the change on, the absence among them.")
    ] = 28,
    cues: Annotated[
        bool, typer.Option("--cues", help="Motion precedes four draws of five; 6 false alarms a day.")
    ] = False,
    jobs: Jobs = 0,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="CSV file to write, a row for each change.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Picture (.svg or .png) of comfort and heat by day.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="HTML report to write: one file that needs nothing else.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the answers as JSON and nothing else.")
    ] = False,
) -> None:
    """Let households change their habits, and tell after how many days the controller has followed.

    Example: zcw bench habits --change shift --household people-3 --seeds 0-2 --report habits.html
    """
    from simulator.habit_course import Followed, courses
    from simulator.habit_life import planned
    from simulator.jobs import local_pool
    from simulator.layout_file import load_layout

    changes = _changes(change or CHANGES, days_after)
    check_pictures(plot, report)
    lives = planned(
        load_layout(layout),
        household or ["people-3"],
        changes,
        parse_seeds(seeds),
        strategy=_step(strategy),
        train_days=train_days,
        days_after=days_after,
        cues=(Presence.MOTION if cues else Presence.NONE).value,
    )
    with progress(f"{len(lives)} lives") as tell, local_pool(cores(jobs)) as pool:
        found = courses(lives, pool, tell)
    answers = [Followed.of(course).as_json() for course in found]
    if csv is not None:
        write_csv(csv, answers)
    _draw(plot, report, found)
    print_json(answers) if as_json else _print(found)


def _changes(wanted: "Sequence[str]", days_after: int) -> "Sequence[Change]":
    from simulator.habit_change import Change

    if unknown := [name for name in wanted if name not in CHANGES]:
        raise typer.BadParameter(
            f"{unknown[0]!r} is unknown; known: {', '.join(CHANGES)}", param_hint="'--change'"
        )
    if Change.HOLIDAY in wanted and days_after < LEAST_BACK:
        message = f"{days_after} leaves too little after two weeks of holiday; give {LEAST_BACK} or more"
        raise typer.BadParameter(message, param_hint="'--days-after'")
    return [Change(name) for name in dict.fromkeys(wanted)]


def _step(strategy: str) -> str:
    from simulator.contestants import STEPS

    if strategy not in STEPS:
        raise typer.BadParameter(
            f"{strategy!r} learns no habits; known: {', '.join(STEPS)}", param_hint="'--strategy'"
        )
    return strategy


def _draw(plot: Path | None, report: Path | None, found: "Sequence[Course]") -> None:
    if plot is not None:
        from simulator.habit_plot import write_habits_plot

        write_habits_plot(plot, found)
        say(f"{plot}: drawn")
    if report is not None:
        from simulator.habit_report import write_habits

        size = write_habits(report, found, command=typed(), version=product_version())
        say(f"{report}: {size / 1_000:.0f} kB")


def _print(found: "Sequence[Course]") -> None:
    from simulator.habit_report import NOTE, followed_table

    table = followed_table(found)
    typer.echo(f"{table.title}\n{aligned(table.head, table.rows)}\n\n{NOTE.en}")
