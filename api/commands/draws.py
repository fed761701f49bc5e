"""``zcw draws``: make CSV files of draws for the simulator."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import say
from controller.core.errors import ZcwError

if TYPE_CHECKING:
    from simulator.draws import Draw

app = typer.Typer(
    help="Make CSV files of draws (start_s,duration_s,fixture,flow_lpm,use_c).", no_args_is_help=True
)

Out = Annotated[Path | None, typer.Option("--out", "-o", help="File to write; standard output without it.")]
Days = Annotated[int, typer.Option(min=1, max=3_660, help="How many days.")]
Seed = Annotated[int, typer.Option(help="Seed of everything that is left to chance.")]


@app.command("metered")
def metered(
    data: Annotated[Path, typer.Argument(help="Folder with draws.csv and calendars.csv of metered homes.")],
    profile: Annotated[str, typer.Option(help="Home: DHW1BR to DHW5BR, 1 to 5 bedrooms.")] = "DHW3BR",
    first_day: Annotated[int, typer.Option(min=1, max=365, help="First day of the year.")] = 1,
    days: Days = 7,
    seed: Seed = 0,
    out: Out = None,
) -> None:
    """Days of a metered home, for layouts with a kitchen, a basin and a shower."""
    from simulator.metered import metered_draws

    _write(metered_draws(data, profile=profile, first_day=first_day, days=days, seed=seed), out)


@app.command("household")
def household(
    layout: Annotated[str, typer.Option(help="Layout whose fixtures are used.")] = "house",
    residents: Annotated[int, typer.Option(min=1, max=12, help="How many people.")] = 3,
    days: Days = 7,
    seed: Seed = 0,
    out: Out = None,
) -> None:
    """Days of a made-up household."""
    from simulator.household import household_draws
    from simulator.layout_file import load_layout

    fixtures = load_layout(layout).plumbing().fixtures
    _write(household_draws(fixtures, days=days, seed=seed, residents=residents), out)


def _write(draws: list["Draw"], out: Path | None) -> None:
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
    say(f"{out}: {len(draws)} draws")
