"""What the studies share on the command line: households, strategies, files."""

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import say
from controller.core.errors import ZcwError

if TYPE_CHECKING:
    from simulator.draws import Draw
    from simulator.layout import Layout

Jobs = Annotated[
    int,
    typer.Option("--jobs", "-j", min=0, max=256, help="Processes at once; 0 for as many as there are cores."),
]
Prices = Annotated[
    str,
    typer.Option(
        help="heat=0.12,electricity=0.30,water=4,pump_w=25: a kWh, a kWh, a cubic metre, W. Any currency."
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


def file_draws(household: str, layout: "Layout", days: int) -> "tuple[Draw, ...] | None":
    """Return the draws of a household that is a file; None for one that its name makes up.

    Raises:
        UnknownHousehold: It is neither.
        ConfigError: The file cannot be used.
    """
    from simulator.households import HOUSEHOLDS, draws_of

    if household in HOUSEHOLDS:
        return None
    return tuple(draws_of(household, layout, days=days, seed=0, report=say))


def known_strategies(wanted: Sequence[str] | None) -> list[str]:
    """Return the strategies asked for, each known, or all there are.

    Raises:
        UnknownStrategy: One is unknown.
    """
    from simulator.schemes import SCHEMES
    from simulator.study import check_strategies

    names = list(wanted or SCHEMES)
    check_strategies(names)
    return names


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
        raise ZcwError(f"{path}: cannot be written: {error.strerror}") from error
    say(f"{path}: {len(rows)} rows")
