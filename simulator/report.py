"""The report of a comparison: one HTML file that needs nothing else, in English and Chinese."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from controller.core.errors import ZcwError
from simulator.compare import Comparison, Row
from simulator.drawing import draw_layout
from simulator.drawing_words import fixture_word
from simulator.draws import DAY_S
from simulator.layout import Layout
from simulator.plots import Palette, day, pareto, waits
from simulator.records import MissingExtra
from simulator.report_words import CHINESE
from simulator.study import draws_hash, layout_hash
from simulator.svg_words import inline

EXTRA = "report"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of the page.

    Args:
        title: What it is of, by its owner's name or as an English text with a translation.
        svg: The picture.
    """

    title: str
    svg: str


@dataclass(frozen=True, slots=True)
class HouseholdPart:
    """What the page says about one household.

    Args:
        name: Its name.
        draws_hash: A hash of its draws.
        litres_a_day: What it takes.
        rows: Its strategies.
        pareto: Comfort against heat.
        waits: A picture for each fixture.
    """

    name: str
    draws_hash: str
    litres_a_day: float
    rows: Sequence[Row]
    pareto: Picture
    waits: Sequence[Picture]

    @property
    def unbeaten(self) -> list[str]:
        """Return the strategies that no other beats in both comfort and heat."""
        return [row.summary.strategy for row in self.rows if row.best]


def check_installed() -> None:
    """Refuse to begin when a report could not be written.

    Raises:
        MissingExtra: The libraries that draw it are not installed; says how to get them.
    """
    if any(find_spec(name) is None for name in ("jinja2", "matplotlib")):
        raise MissingExtra("writing a report", EXTRA)


def write_report(
    path: Path, comparison: Comparison, *, command: str, version: str, language: str = "en"
) -> int:
    """Write the report and return its size in bytes.

    Args:
        path: Where to.
        comparison: What came of it.
        command: The command that repeats it.
        version: Version of the product.
        language: ``en`` or ``zh``, in which it opens.

    Raises:
        MissingExtra: The libraries that draw it are not installed.
        ZcwError: The file cannot be written.
    """
    return save(path, render(comparison, command=command, version=version, language=language))


def save(path: Path, text: str) -> int:
    """Write a text file, with its folders, and return its size in bytes.

    Raises:
        ZcwError: It cannot be written.
    """
    page = text.encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page)
    except OSError as error:
        raise ZcwError(f"{path}: cannot be written: {error.strerror}; choose another place") from error
    return len(page)


def render(comparison: Comparison, *, command: str, version: str, language: str = "en") -> str:
    """Return the report as a page; the same comparison gives the same page to the last byte."""
    content = {**_content(comparison), "command": command, "version": version}
    return filled("report.html", content, language)


def filled(template: str, content: Mapping[str, Any], language: str) -> str:
    """Return a template of this product filled in, with the style and the switch of language of all reports.

    Args:
        template: Its file name.
        content: What it speaks of.
        language: ``en`` or ``zh``, in which it opens.

    Raises:
        MissingExtra: The libraries that draw it are not installed.
    """
    check_installed()
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    folder = files("simulator.templates")
    page = environment.from_string((folder / template).read_text("utf-8"))
    style, script = ((folder / name).read_text("utf-8") for name in ("report.css", "report.js"))
    return page.render(**content, style=style, script=script, language=language)


def _content(comparison: Comparison) -> Mapping[str, Any]:
    plan = comparison.plan
    palette = Palette(plan.ordered)
    return {
        "plan": plan,
        "layout": plan.layout,
        "layout_hash": layout_hash(plan.layout),
        "layout_pictures": layout_pictures(plan.layout),
        "households": [
            _part(comparison, name, number, palette) for number, name in enumerate(plan.households)
        ],
        "days": _days(comparison),
        "palette": palette,
        "tariff": asdict(comparison.tariff),
        "zh": lambda text: translated(text) or text,
    }


def _part(comparison: Comparison, household: str, number: int, palette: Palette) -> HouseholdPart:
    plan = comparison.plan
    rows = [row for row in comparison.rows if row.household == household]
    draws = plan.case(household, rows[0].summary.strategy).taken()
    waiting = [
        Picture(
            fixture, inlined(waits(fixture, rows, palette), f"waits{number}-{index}", f"Waits at {fixture}")
        )
        for index, fixture in enumerate(plan.layout.fixtures)
        if any(draw.useful and draw.fixture == fixture for draw in draws)
    ]
    front = Picture(
        household, inlined(pareto(rows, palette), f"pareto{number}", f"Comfort against heat, {household}")
    )
    litres = sum(draw.volume_l for draw in draws) / plan.days
    return HouseholdPart(household, draws_hash(draws), litres, rows, front, waiting)


def _days(comparison: Comparison) -> Iterable[Picture]:
    """Return a picture of the chosen day for each strategy, in the first household."""
    plan = comparison.plan
    household = next(iter(plan.households))
    for number, name in enumerate(plan.ordered):
        outcome = comparison.outcomes[household, name]
        today = [result for result in outcome.results if result.draw.start_s // DAY_S == plan.day]
        drawn = day(plan.day, outcome.temperatures, outcome.runs, today, plan.layout.fixtures)
        yield Picture(name, inlined(drawn, f"day{number}", f"Day {plan.day + 1} under {name}"))


def layout_pictures(layout: Layout) -> Mapping[str, str]:
    """Return the picture of the house in both languages."""
    return {
        "en": inline(
            draw_layout(layout, language="en"), name="house-en", label=layout.name, translate=_as_it_is
        ),
        "zh": inline(
            draw_layout(layout, language="zh"), name="house-zh", label=layout.name, translate=_as_it_is
        ),
    }


def _as_it_is(_: str) -> None:
    return None


def translated(text: str) -> str | None:
    """Return the Chinese of a text or of a common fixture's name; None for what stays as it is."""
    word = CHINESE.get(text) or fixture_word(text, "zh")
    return None if word == text else word


def inlined(svg: str, name: str, label: str) -> str:
    """Return a picture for the page, its words in both languages."""
    return inline(svg, name=name, label=label, translate=translated)
