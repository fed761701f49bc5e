"""``zcw plan``: the adviser. Which scheme for this house, why, with which parts, at what cost."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import print_json, product_version, progress, say
from api.commands.studies import Households, Jobs, Prices, cores, file_draws

if TYPE_CHECKING:
    from simulator.adviser.advice import Advice
    from simulator.adviser.trials import Scheme


class Language(StrEnum):
    """Language of the answer; the report holds both."""

    EN = "en"
    ZH = "zh"


def plan_command(
    house: Annotated[
        str, typer.Argument(help="Layout file, or the name of a layout that comes with the product.")
    ],
    household: Households = None,
    prices: Prices = "",
    currency: Annotated[str, typer.Option(help="What the money is called, such as EUR; only shown.")] = "",
    comfort: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of the comfort to be had that is enough.")
    ] = 0.75,
    samples: Annotated[
        int,
        typer.Option(min=1, max=30, help="Samples of three days: households, seasons and seeds take turns."),
    ] = 3,
    seed: Annotated[int, typer.Option(help="Seed of the first sample.")] = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Folder for report.html, plan.json, parts.csv and the layouts; made when needed.",
        ),
    ] = None,
    thorough: Annotated[
        bool,
        typer.Option(
            "--thorough", help="Try every strategy with either way back, whatever is drawn; takes longer."
        ),
    ] = False,
    jobs: Jobs = 0,
    language: Annotated[
        Language, typer.Option(help="Language of the answer, and in which the report opens.")
    ] = Language.EN,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the advice as JSON and nothing else.")
    ] = False,
) -> None:
    """Advise on a house: simulate every scheme, recommend one, size its pump and list its parts.

    Example: zcw plan house --prices energy=0.12,electricity=0.30,water=4 --out plan
    """
    from simulator.jobs import local_pool
    from simulator.layout_file import layout_text, parse_layout

    text, source = layout_text(house)
    layout = parse_layout(text, source)
    with local_pool(cores(jobs), _READY) as pool:
        from simulator.adviser.advice import HOUSEHOLDS, Wanted, advise
        from simulator.adviser.files import advice_json, check_installed, write_advice
        from simulator.tariff import parse_tariff

        tariff = parse_tariff(prices)
        if out is not None:
            check_installed()
        households = {name: file_draws(name, layout, _LONGEST_DAYS) for name in household or HOUSEHOLDS}
        wanted = Wanted(text, source, households, samples, seed, comfort, tariff, currency, thorough)
        with progress(f"trying schemes on {layout.name}") as done:
            advice = advise(wanted, pool, done)
    if out is not None:
        for file in write_advice(out, advice, version=product_version(), language=language.value):
            say(f"{file}: {file.stat().st_size / 1_000:.0f} kB")
    if as_json:
        print_json(advice_json(advice, out))
        return
    typer.echo("\n".join(_lines(advice, language.value)))


_READY = ("simulator.adviser.laboratory", "api.cli")
"""What the processes need, and what they load in any case because this one was begun with it."""
_LONGEST_DAYS = 22
"""Days of a file of draws that samples use: the last begins on day 19."""
_HEAD = {
    "en": ("", "hot 10 s", "95 % wait", "cold", "energy", "pump", "starts", "cost a year"),
    "zh": ("", "10 秒内", "95% 等待", "冷水", "额外能耗", "循环泵", "启动", "每年费用"),
}
_SAMPLING = {
    "en": "{n} samples of {days} days; in brackets the lowest and highest of them. * is recommended.",
    "zh": "{n} 个样本，每个 {days} 天；括号内为各样本的最低和最高值。* 为推荐方案。",
}


def _lines(advice: "Advice", language: str) -> list[str]:
    from simulator.adviser.words import scheme_words

    chosen = advice.choice.scheme
    head = {"en": "recommended", "zh": "推荐"}[language]
    lines = [f"{advice.layout.name}: {head}: {getattr(scheme_words(chosen), language)}"]
    lines += [
        f"  - {getattr(reason, language)}" for reason in (*advice.choice.reasons, *advice.choice.more())
    ]
    rows = [_HEAD[language], *(_cells(one, chosen, language) for one in advice.all_schemes)]
    lines += [
        "",
        *_aligned(rows),
        _SAMPLING[language].format(n=len(advice.samples), days=advice.samples[0].days),
        "",
    ]
    lines += [f"  - {getattr(note, language)}" for notes in advice.notes.values() for note in notes]
    lines += [
        "",
        *(
            f"  {item.count:g} {_UNITS[language][item.unit]} {getattr(item.name, language)}"
            for item in advice.parts
        ),
    ]
    return lines


_UNITS = {"en": {"m": "m", "pieces": "x"}, "zh": {"m": "米", "pieces": "个"}}


def _cells(scheme: "Scheme", chosen: "Scheme", language: str) -> tuple[str, ...]:
    from simulator.adviser.words import SIZES, scheme_words

    pump = scheme.house.pump
    size = f", {getattr(SIZES[pump.name], language)}" if pump is not None else ""
    hot, cost = scheme.figure("hot_within_10s"), scheme.figure("cost_a_year")
    return (
        f"{'*' if scheme is chosen else ' '} {getattr(scheme_words(scheme), language)}{size}",
        f"{hot.mean:.0%} ({hot.low:.0%}-{hot.high:.0%})",
        f"{scheme.figure('wait_p95_s').mean:.0f} s",
        f"{scheme.figure('water_m3_a_year').mean:.1f} m3/a",
        f"{scheme.figure('extra_energy_kwh_a_year').mean:.0f} kWh/a",
        f"{scheme.figure('pump_hours_a_day').mean:.1f} h/d",
        f"{scheme.figure('starts_a_day').mean:.0f}/d",
        f"{cost.mean:.0f} ({cost.low:.0f}-{cost.high:.0f})",
    )


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) if number == 0 else " " * (width - _width(cell)) + cell
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _width(text: str) -> int:
    """Return how many columns a text takes on a terminal: Chinese signs take two."""
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
