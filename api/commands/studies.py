"""What the studies share on the command line: households, strategies, files."""

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import say
from controller.core.errors import ConfigError, Problem, ZcwError

if TYPE_CHECKING:
    from simulator.draws import Draw
    from simulator.layout import Layout
    from simulator.layout_changes import Changes

PICTURES = (".svg", ".png", ".pdf")
Jobs = Annotated[
    int,
    typer.Option("--jobs", "-j", min=0, max=256, help="Processes at once; 0 for as many as there are cores."),
]
Prices = Annotated[
    str,
    typer.Option(
        help="energy=0.12,electricity=0.30,water=4,pump_w=25: a kWh for the heater (else what the layout says), a kWh for the "
        "pump, a cubic metre, W. Any currency."
    ),
]
Households = Annotated[
    list[str] | None,
    typer.Option(
        "--household",
        help="people-1 to people-6, eu-s, eu-m, eu-l, doe-very-small, doe-low, doe-medium, doe-high, or a CSV of draws "
        "(start_s,duration_s,fixture,flow_lpm[,use_c]). May be repeated.",
    ),
]
Strategies = Annotated[
    list[str] | None, typer.Option("--strategy", help="A strategy; may be repeated. All of them without it.")
]


def cores(jobs: int) -> int:
    """Return how many processes are meant."""
    return jobs or os.cpu_count() or 1


def named_draws(household: str, layout: "Layout", *, days: int, seed: int) -> "list[Draw]":
    """Return the draws of a household by its name, or of a file.

    Raises:
        BadParameter: It is neither.
        ConfigError: The file cannot be used.
    """
    from simulator.households import UnknownHousehold, draws_of

    try:
        return draws_of(household, layout, days=days, seed=seed, report=say)
    except UnknownHousehold as error:
        raise typer.BadParameter(str(error), param_hint="'--household'") from None


def file_draws(household: str, layout: "Layout", days: int) -> "tuple[Draw, ...] | None":
    """Return the draws of a household that is a file; None for one that its name makes up.

    Raises:
        BadParameter: It is neither.
        ConfigError: The file cannot be used.
    """
    from simulator.households import HOUSEHOLDS

    return None if household in HOUSEHOLDS else tuple(named_draws(household, layout, days=days, seed=0))


def known_strategies(wanted: Sequence[str] | None) -> list[str]:
    """Return the strategies asked for, each known, or all there are.

    Raises:
        BadParameter: One is unknown.
    """
    from simulator.scenario import UnknownStrategy
    from simulator.schemes import SCHEMES
    from simulator.study import check_strategies

    names = list(wanted or SCHEMES)
    try:
        check_strategies(names)
    except UnknownStrategy as error:
        raise typer.BadParameter(str(error), param_hint="'--strategy'") from None
    return names


def strategies_in(layout: "Layout", wanted: Sequence[str] | None) -> list[str]:
    """Return the strategies asked for, or all that mean something in a house.

    Raises:
        BadParameter: One is unknown, or was asked for by name in a house that has no loop for it.
    """
    from simulator.scenario import NoLoop
    from simulator.study import possible_strategies

    names = known_strategies(wanted)
    possible = possible_strategies(layout, names)
    if wanted and len(possible) < len(names):
        error = NoLoop(layout, next(name for name in names if name not in possible))
        raise typer.BadParameter(str(error), param_hint="'--strategy'")
    return possible


def parse_seeds(text: str) -> tuple[int, ...]:
    """Return the seeds of ``0,1,2`` or ``0-99``.

    Raises:
        ConfigError: It is written otherwise.
    """
    seeds: list[int] = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        first, _, last = part.partition("-")
        known = part.isascii() and first.isdecimal() and (last or first).isdecimal() and len(part) <= 18
        if not known or int(last or first) < int(first):
            raise ConfigError("--seeds", (Problem(part[:40], "is no seed", cure="write 0,1,2 or 0-99"),))
        seeds += range(int(first), min(int(last or first), int(first) + 1_000_000) + 1)
    return tuple(dict.fromkeys(seeds))


def single_changes(settings: Sequence[str]) -> "Changes":
    """Return the changes to a layout that ``--set`` asks for, one value each.

    Raises:
        BadParameter: One has several values.
        ConfigError: One is written otherwise.
    """
    from simulator.grid import parse_setting

    changes = []
    for text in settings:
        path, values = parse_setting(text)
        if len(values) > 1:
            raise typer.BadParameter(f"{text}: one value; zcw sweep takes several", param_hint="'--set'")
        changes.append((path, values[0]))
    return tuple(changes)


def check_pictures(plot: Path | None, report: Path | None) -> None:
    """Say what keeps a picture or a report from being drawn before the work is done, not after it.

    Raises:
        BadParameter: The picture's name ends otherwise than pictures do.
        MissingExtra: The libraries that draw it are not installed.
    """
    if plot is not None and plot.suffix.lower() not in PICTURES:
        known = ", ".join(PICTURES)
        raise typer.BadParameter(f"{plot}: a picture's name ends with one of {known}", param_hint="'--plot'")
    if plot is not None or report is not None:
        from simulator.report import check_installed

        check_installed()


def write_csv(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows as CSV; the columns are those of the first row and then whatever the others add.

    Raises:
        ZcwError: It cannot be written.
    """
    columns = list(dict.fromkeys(column for row in rows for column in row))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        raise ZcwError(f"{path}: cannot be written: {error.strerror}; name another file") from error
    say(f"{path}: {len(rows)} rows")
