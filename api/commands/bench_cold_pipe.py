"""``zcw bench cold-pipe``: how warm the cold pipe gets where it is the way back, over many homes and strategies."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import aligned, print_json, progress
from api.commands.studies import Jobs, cores, parse_seeds, single_changes, write_csv

if TYPE_CHECKING:
    from simulator.cold_pipe import ColdLife, ColdRow, Felt
    from simulator.layout import Layout

LAYOUTS = ("house-cold-return", "ranch")
HOUSEHOLDS = tuple(f"people-{residents}" for residents in range(1, 7))


class Sensors(StrEnum):
    """How the sensors of a simulated house report."""

    WATCHED = "watched"
    AS_BOUGHT = "as bought"


class Presence(StrEnum):
    """What presence sensors there are."""

    NONE = "none"
    MOTION = "motion"


def cold_pipe(
    layout: Annotated[
        list[str] | None,
        typer.Option(
            help="A layout whose cold pipe is the way back; may be repeated. All shipped ones without it."
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="A value of every layout to change: crossover.*.lag_s=2. May be repeated."
        ),
    ] = None,
    household: Annotated[
        list[str] | None,
        typer.Option(
            help="people-1 to people-6, a pattern, or a CSV of draws; may be repeated. All people without it."
        ),
    ] = None,
    strategy: Annotated[
        list[str] | None, typer.Option(help="A strategy; may be repeated. All that pump without it.")
    ] = None,
    cues: Annotated[
        list[Presence] | None,
        typer.Option(help="What presence sensors tell strategies that learn; both without it."),
    ] = None,
    seeds: Annotated[str, typer.Option(help="Seeds: 0,1,2 or 0-9.")] = "0-2",
    days: Annotated[int, typer.Option(min=1, max=3_660, help="Days of each life.")] = 3,
    from_day: Annotated[
        int,
        typer.Option(min=0, max=3_660, help="Strategies that learn have been told the days before this one."),
    ] = 28,
    sensors: Annotated[
        Sensors, typer.Option(help="Sensors that speak when it matters, or at their own pace and coarseness.")
    ] = Sensors.WATCHED,
    jobs: Jobs = 0,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="CSV file to write, a row for each strategy.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON and nothing else.")] = False,
) -> None:
    """Count the lives in which water above 40 C goes into a cold pipe; exit code 1 if there are any.

    Example: zcw bench cold-pipe --layout house-cold-return --household people-4 --seeds 0-1 --days 1
    """
    from simulator.cold_pipe import ColdLife, live, rows
    from simulator.jobs import do_all, local_pool

    houses, known = _houses(layout or LAYOUTS, settings or ()), parse_seeds(seeds)
    lives = [
        ColdLife(house, name, contestant, presence, seed, days, from_day, sensors.value)
        for house in houses
        for contestant, presence in _contestants(strategy, cues or list(Presence))
        for name in household or HOUSEHOLDS
        for seed in known
    ]
    felt: dict[int, Felt] = {}
    with progress(f"{len(lives)} lives of {days} days") as tell, local_pool(cores(jobs)) as pool:
        for done in do_all(live, lives, pool):
            felt[done.number] = done.result
            tell(len(felt) / len(lives))
    table = rows(lives, [felt[number] for number in range(len(lives))])
    if csv is not None:
        write_csv(csv, [row.as_json() for row in table])
    print_json([row.as_json() for row in table]) if as_json else typer.echo(_table(lives, table))
    raise typer.Exit(1 if any(row.exceeded for row in table) else 0)


def _houses(names: Sequence[str], settings: Sequence[str]) -> "list[Layout]":
    """Return the layouts, changed as asked for.

    Raises:
        BadParameter: One has another way back.
        ConfigError: There is no such layout or place in it, or a value does not fit there.
    """
    from simulator.layout_changes import changed_layout

    changes = single_changes(settings)
    houses = [changed_layout(name, changes) for name in names]
    for house in houses:
        if not any(loop.crossovers for loop in house.loops):
            raise typer.BadParameter(
                f"{house.name} has no crossover valve: its cold pipe is no way back", param_hint="'--layout'"
            )
    return houses


def _contestants(wanted: Sequence[str] | None, cues: Sequence[Presence]) -> Iterator[tuple[str, str]]:
    from simulator.cold_pipe import PUMPING
    from simulator.contestants import learns

    for name in wanted or PUMPING:
        if name not in PUMPING:
            raise typer.BadParameter(
                f"{name!r} is unknown; known: {', '.join(PUMPING)}", param_hint="'--strategy'"
            )
        yield from ((name, kind.value) for kind in (cues if learns(name) else (Presence.NONE,)))


_HEAD = ("", "lives", "days", "runs", "above 40 °C", "peak", "cold taps above")


def _table(lives: "Sequence[ColdLife]", table: "Sequence[ColdRow]") -> str:
    lines = []
    for layout in dict.fromkeys(row.layout for row in table):
        own = [row for row in table if row.layout == layout]
        lines += [layout, aligned(_HEAD, [_cells(row) for row in own]), ""]
    exceeded = sum(row.exceeded for row in table)
    return "\n".join([*lines, f"above 40 °C in {exceeded} of {len(lives)} lives"])


def _cells(row: "ColdRow") -> tuple[str, ...]:
    return (
        row.strategy if row.cues == "none" else f"{row.strategy}, {row.cues}",
        str(row.lives),
        str(row.days),
        str(row.runs),
        str(row.exceeded),
        f"{row.peak_c:.1f} °C",
        str(row.taps_exceeded),
    )
