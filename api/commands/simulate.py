"""``zcw simulate``: a household's days on a layout under one strategy, offline and in no time."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.console import print_json, progress, say
from api.commands.studies import Prices, named_draws, single_changes

if TYPE_CHECKING:
    from simulator.layout import Layout


class TableKind(StrEnum):
    """How the temperatures of a run are written."""

    CSV = "csv"
    PARQUET = "parquet"


class Overlaps(StrEnum):
    """What to do with draws that overlap at one fixture."""

    QUEUE = "queue"
    REFUSE = "refuse"


class Sensors(StrEnum):
    """How the sensors of a simulated house report."""

    WATCHED = "watched"
    AS_BOUGHT = "as bought"


def simulate_command(
    layout: Annotated[
        str, typer.Option(help="A shipped layout (zcw layout list names them) or a layout file.")
    ] = "house",
    draws: Annotated[
        Path | None,
        typer.Option(
            help="CSV of draws, start_s,duration_s,fixture,flow_lpm[,use_c] (s from midnight of day 0, s, name, l/min, C). "
            "Without it a household is made up."
        ),
    ] = None,
    household: Annotated[
        str,
        typer.Option(
            help="Without --draws: people-1 to people-6, eu-s, eu-m, eu-l, doe-low and others (docs/draws.md)."
        ),
    ] = "people-3",
    strategy: Annotated[
        str, typer.Option(help="none, timed, on_demand, aquastat, check_valve or predictive.")
    ] = "on_demand",
    days: Annotated[
        int, typer.Option(min=1, max=3_660, help="Days to simulate, from a Monday's midnight.")
    ] = 7,
    seed: Annotated[int, typer.Option(help="Seed of everything that is left to chance.")] = 0,
    overlaps: Annotated[
        Overlaps,
        typer.Option(help="Draws that overlap at one fixture wait until it is free, or are refused."),
    ] = Overlaps.QUEUE,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Folder for summary.json, draws.csv, runs.csv and the temperatures; made when needed.",
        ),
    ] = None,
    temperatures: Annotated[
        TableKind,
        typer.Option(help="How --out writes the temperatures; parquet needs the extra of that name."),
    ] = TableKind.CSV,
    sensors: Annotated[
        Sensors,
        typer.Option(
            help="Sensors that speak in the very millisecond in which it matters, or at their own pace and coarseness."
        ),
    ] = Sensors.WATCHED,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="A value of the layout to change: mains_c=8, hot.*.insulation_mm=20. May be repeated.",
        ),
    ] = None,
    from_day: Annotated[
        int,
        typer.Option(
            min=0,
            max=3_660,
            help="Begin on this day of the household's life (0 is a Monday); predictive strategies know the days before.",
        ),
    ] = 0,
    prices: Prices = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as JSON and nothing else.")
    ] = False,
) -> None:
    """Simulate a household's draws under one strategy and say how long people waited and what it cost.

    Example: zcw simulate --layout house --strategy aquastat --days 7 --seed 1
    """
    from simulator.draws import read_draws
    from simulator.records import write_record
    from simulator.scenario import UnknownStrategy
    from simulator.schemes import SCHEMES
    from simulator.study import Case, Stretch, run_case
    from simulator.tariff import parse_tariff

    if strategy not in SCHEMES:
        raise typer.BadParameter(str(UnknownStrategy(strategy)), param_hint="'--strategy'")
    plan, tariff = _layout(layout, settings or ()), parse_tariff(prices)
    if draws is None:
        taken = named_draws(household, plan, days=from_day + days, seed=seed)
    else:
        taken = read_draws(
            draws, fixtures=plan.fixtures, days=from_day + days, overlaps=overlaps.value, report=say
        )
    case = Case(plan, str(draws or household), strategy, days, seed, tuple(taken), sensors.value, from_day)
    with progress(f"{plan.name}, {strategy}") as done:
        outcome = run_case(case, stretch=None if out is None else Stretch(), progress=done)
    costs = tariff.at(plan.heater).costs(outcome.summary)
    if out is not None:
        for file in write_record(out, outcome, temperatures=temperatures.value, costs=costs):
            say(f"{file}: {file.stat().st_size / 1_000:.0f} kB")
    summary = outcome.summary.as_json() | costs.as_json()
    if as_json:
        print_json(summary)
        return
    typer.echo(_table(summary))


def _layout(name_or_path: str, settings: Sequence[str]) -> "Layout":
    """Return a layout with the values that were asked for.

    Raises:
        ConfigError: There is no such layout or place in it, or a value does not fit there.
    """
    from simulator.layout_changes import changed_layout

    return changed_layout(name_or_path, single_changes(settings))


_ROWS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "hot_within_10s": ("hot within 10 s", lambda share: f"{share:.1%} of useful draws"),
    "wait_mean_s": ("mean wait", lambda wait: f"{wait:.1f} s"),
    "wait_p95_s": ("95 % wait at most", lambda wait: f"{wait:.1f} s"),
    "cold_litres": ("cold litres", lambda litres: f"{litres:.1f} l run off while waiting"),
    "heat_kwh": ("heat", lambda heat: f"{heat:.2f} kWh"),
    "extra_heat_kwh": ("extra heat", lambda heat: f"{heat:.2f} kWh more than without recirculation"),
    "energy_kwh": ("heater used", lambda energy: f"{energy:.2f} kWh of fuel or electricity"),
    "extra_energy_kwh": ("extra energy", lambda energy: f"{energy:.2f} kWh more than without recirculation"),
    "heater_starts": ("heater starts", lambda starts: f"{starts}"),
    "energy_cost_a_year": (
        "energy a year",
        lambda cost: f"costs {cost:.2f}, the pump's electricity included",
    ),
    "extra_cost_a_year": ("extra a year", lambda cost: f"costs {cost:.2f} more than without recirculation"),
    "cost_a_year": ("waiting a year", lambda cost: f"costs {cost:.2f}: that, and the water run off"),
    "pump_hours": ("pump", lambda hours: f"{hours:.2f} h"),
    "starts": ("starts", lambda starts: f"{starts}"),
    "balance_error": ("energy balance", lambda error: f"closed to {error:.1e}"),
}


def _table(summary: Mapping[str, str | int | float | None]) -> str:
    head = (
        f"{summary['strategy']} on {summary['layout']}: {summary['days']} days, {summary['draws']} draws, "
        f"{summary['useful_draws']} of them useful"
    )
    rows = [f"  {label:<18}{show(summary[key])}" for key, (label, show) in _ROWS.items()]
    return "\n".join([head, *rows])
