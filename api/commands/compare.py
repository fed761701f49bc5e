"""``zcw compare``: strategies against each other on the same draws, as a table, a CSV file and a report."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import print_json, product_version, progress, say
from api.commands.studies import (
    Households,
    Jobs,
    Prices,
    Strategies,
    cores,
    file_draws,
    strategies_in,
    write_csv,
)

if TYPE_CHECKING:
    from simulator.compare import Comparison, Row

HOUSEHOLDS = ("people-3", "eu-m")


class Language(StrEnum):
    """Language in which a report opens; it holds both."""

    EN = "en"
    ZH = "zh"


def compare_command(
    layout: Annotated[str, typer.Option(help="A shipped layout, or a layout file.")] = "house",
    household: Households = None,
    strategy: Strategies = None,
    days: Annotated[
        int, typer.Option(min=1, max=3_660, help="Days to simulate, from a Monday's midnight.")
    ] = 7,
    seed: Annotated[int, typer.Option(help="Seed of everything that is left to chance.")] = 0,
    jobs: Jobs = 0,
    prices: Prices = "",
    csv: Annotated[Path | None, typer.Option("--csv", help="CSV file to write, a row for each pair.")] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="HTML report to write: one file that needs nothing else.")
    ] = None,
    day: Annotated[int, typer.Option(min=1, help="Day whose temperatures the report shows.")] = 1,
    language: Annotated[Language, typer.Option(help="Language in which the report opens.")] = Language.EN,
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON and nothing else.")] = False,
) -> None:
    """Compare strategies on the same draws: comfort, water, heat, starts and cost.

    Example: zcw compare --layout house --household people-3 --household eu-m --days 7 --report report.html
    """
    from simulator.compare import Plan, compare
    from simulator.jobs import local_pool
    from simulator.layout_file import load_layout
    from simulator.tariff import parse_tariff

    house, tariff = load_layout(layout), parse_tariff(prices)
    names = strategies_in(house, strategy)
    if day > days:
        raise typer.BadParameter(f"day {day} is not among the {days} simulated", param_hint="'--day'")
    if report is not None:
        _check_extra()
    households = {name: file_draws(name, house, days) for name in household or HOUSEHOLDS}
    plan = Plan(house, households, names, days, seed, day - 1)
    with progress(f"comparing on {house.name}") as done, local_pool(cores(jobs)) as pool:
        comparison = compare(plan, tariff=tariff, pool=pool, progress=done)
    if csv is not None:
        write_csv(csv, [row.as_record() for row in comparison.rows])
    if report is not None:
        _write_report(report, comparison, _again(layout, comparison, prices, day), language.value)
    if as_json:
        print_json([row.as_record() for row in comparison.rows])
        return
    typer.echo(_table(comparison.rows))


def _check_extra() -> None:
    """Say what is missing before the work is done, not after it."""
    from simulator.report import check_installed

    check_installed()


def _write_report(path: Path, comparison: "Comparison", command: str, language: str) -> None:
    from simulator.report import write_report

    size = write_report(path, comparison, command=command, version=product_version(), language=language)
    say(f"{path}: {size / 1_000:.0f} kB")


def _again(layout: str, comparison: "Comparison", prices: str, day: int) -> str:
    """Return the command that makes the same comparison again, with everything said that was usual."""
    import shlex

    plan = comparison.plan
    words = ["zcw", "compare", "--layout", layout]
    words += [word for name in plan.households for word in ("--household", name)]
    words += [word for name in plan.ordered for word in ("--strategy", name)]
    words += ["--days", str(plan.days), "--seed", str(plan.seed), "--day", str(day)]
    words += ["--prices", prices] if prices else []
    return shlex.join([*words, "--report", "report.html"])


_HEAD = (
    "",
    "hot 10 s",
    "mean wait",
    "95 % wait",
    "cold",
    "extra heat",
    "of aquastat",
    "energy",
    "extra energy",
    "pump",
    "starts",
    "energy a year",
    "extra a year",
    "cost a year",
)


def _table(rows: Sequence["Row"]) -> str:
    """Return the table for a terminal: a block for each household."""
    lines = []
    for household in dict.fromkeys(row.household for row in rows):
        own = [row for row in rows if row.household == household]
        days, useful = own[0].summary.days, own[0].summary.useful_draws
        lines += [f"{household} on {own[0].summary.layout}: {days} days, {useful} useful draws"]
        lines += [*_aligned([_HEAD, *map(_cells, own)]), ""]
    return "\n".join([*lines, "* no other strategy gives more comfort for less heat"])


def _cells(row: "Row") -> tuple[str, ...]:
    summary = row.summary
    ratio = "" if row.heat_ratio_aquastat is None else f"{row.heat_ratio_aquastat:.0%}"
    return (
        f"{'*' if row.best else ' '} {summary.strategy}",
        f"{summary.hot_within_10s:.1%}",
        f"{summary.wait_mean_s:.1f} s",
        f"{summary.wait_p95_s:.1f} s",
        f"{summary.cold_litres:.0f} l",
        f"{summary.extra_heat_kwh:.2f} kWh",
        ratio,
        f"{summary.energy_kwh:.1f} kWh",
        f"{summary.extra_energy_kwh:.2f} kWh",
        f"{summary.pump_hours:.1f} h",
        str(summary.starts),
        f"{row.costs.energy_cost_a_year:.0f}",
        f"{row.costs.extra_cost_a_year:.0f}",
        f"{row.costs.cost_a_year:.0f}",
    )


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if number == 0 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
