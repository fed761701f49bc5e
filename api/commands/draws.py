"""``zcw draws``: make CSV files of draws for the simulator."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import say
from controller.core.errors import ZcwError

if TYPE_CHECKING:
    from simulator.draws import Draw

app = typer.Typer(
    help=(
        "Make CSV files of draws. A file has the header start_s,duration_s,fixture,flow_lpm,use_c: seconds from the "
        "midnight before the first day; seconds open; a fixture of the layout; litres a minute, hot and cold together; "
        "and the temperature wanted in C (may be left out: 40). Draws of one fixture must not overlap. "
        "Example: 25200,300,shower,8,40 is a shower of five minutes at seven on the first day."
    ),
    no_args_is_help=True,
)

Out = Annotated[Path | None, typer.Option("--out", "-o", help="File to write; standard output without it.")]
Days = Annotated[int, typer.Option(min=1, max=3_660, help="How many days.")]
Seed = Annotated[int, typer.Option(help="Seed of everything that is left to chance.")]
LayoutName = Annotated[
    str, typer.Option("--layout", help="Layout whose fixtures are used: a name or a file.")
]


@app.command("metered")
def metered(
    data: Annotated[Path, typer.Argument(help="Folder with draws.csv and calendars.csv of metered homes.")],
    profile: Annotated[str, typer.Option(help="Home: DHW1BR to DHW5BR, 1 to 5 bedrooms.")] = "DHW3BR",
    first_day: Annotated[int, typer.Option(min=1, max=365, help="First day of the year.")] = 1,
    days: Days = 7,
    seed: Seed = 0,
    part: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=3,
            help="Only days of one quarter of all day codes, one behind the other: homes of different parts share no day.",
        ),
    ] = None,
    out: Out = None,
) -> None:
    """Days of a metered home (CBECC-Res format), for layouts with a kitchen, a basin and a shower."""
    from simulator.metered import metered_draws

    draws = metered_draws(data, profile=profile, first_day=first_day, days=days, seed=seed, part=part)
    _write(draws, days, out)


@app.command("weusedto")
def weusedto(
    events: Annotated[Path, typer.Argument(help="events.csv: start,duration_s,fixture,flow_lpm.")],
    layout: LayoutName = "house",
    first_day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day that becomes day 0; the first whole Monday without it."),
    ] = None,
    days: Days = 28,
    out: Out = None,
) -> None:
    """Days of one measured flat (WEUSEDTO format)."""
    from simulator.layout_file import load_layout
    from simulator.weusedto import weusedto_draws

    first = None if first_day is None else first_day.date()
    _write(weusedto_draws(events, load_layout(layout).fixtures, first_day=first, days=days), days, out)


@app.command("household")
def household(
    layout: LayoutName = "house",
    residents: Annotated[int, typer.Option(min=1, max=6, help="How many people.")] = 3,
    days: Days = 7,
    seed: Seed = 0,
    out: Out = None,
) -> None:
    """Days of a made-up household: people with work, school, meals, holidays; about 40 + 40 N litres a day."""
    from simulator.household import household_draws
    from simulator.layout_file import load_layout

    fixtures = load_layout(layout).fixtures
    _write(household_draws(fixtures, days=days, seed=seed, residents=residents), days, out)


@app.command("pattern")
def pattern(
    name: Annotated[
        str, typer.Argument(help="eu-s, eu-m, eu-l, doe-very-small, doe-low, doe-medium or doe-high.")
    ],
    layout: LayoutName = "house",
    days: Days = 7,
    out: Out = None,
) -> None:
    """A standard pattern, the same every day: EU 812/2013 (eu-...) or the DOE uniform energy factor's (doe-...)."""
    from simulator.layout_file import load_layout
    from simulator.patterns import PATTERNS, pattern_draws

    if name not in PATTERNS:
        raise typer.BadParameter(f"{name!r} is unknown; known are {', '.join(PATTERNS)}", param_hint="'NAME'")
    _write(pattern_draws(name, load_layout(layout).fixtures, days=days), days, out)


def _write(draws: list["Draw"], days: int, out: Path | None) -> None:
    from simulator.draws import write_draws

    if out is None:
        # Not by the name of the stream: opened anew, it would empty the file that a shell appends to.
        write_draws(sys.stdout, draws)
        sys.stdout.flush()
        return
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            write_draws(file, draws)
    except OSError as error:
        raise ZcwError(f"{out}: cannot be written: {error.strerror}; choose another --out") from error
    litres = sum(draw.volume_l for draw in draws)
    say(f"{out}: {len(draws)} draws, {litres:.0f} l in {days} days, {litres / days:.0f} l a day")
