"""Days of metered homes, as draws of a simulated house.

The library (``draws.csv`` and ``calendars.csv``) knows faucet, shower, bath, clothes_washer and dishwasher; the
shipped layouts know kitchen, basin and shower. The mapping:

* shower and bath are drawn at the shower: one bathroom, one branch, mixed to the library's 105 F (40.6 C);
* each faucet draw is at the kitchen or the basin, half of the litres each, by a seeded coin: the library does
  not say which faucet it was;
* dishwasher and clothes washer are drawn at the kitchen, where their pipes leave the trunk. The dishwasher
  takes hot water only, as the library assumes. Of the clothes washer's water only 22 % is hot, so that share
  is its draw: its mixture is lukewarm, and taken as a draw of warm water it would need three times its heat.

Some clothes washer draws have flows that no house gives; they keep their litres at a flow that one gives. Draws that
overlap at one faucet use the other if that is free, otherwise they wait until the fixture is free (the library's starts
are rounded to 36 s, so most of these overlaps are of its making).
"""

import csv
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from controller.core.errors import ConfigError, Problem
from simulator.draws import DAY_S, MOST_PROBLEMS, USE_C, Draw, one_at_a_time

KITCHEN: Final = "kitchen"
BASIN: Final = "basin"
SHOWER: Final = "shower"

SHOWER_USE_C: Final = 40.6
"""Temperature in C of shower and bath. Source: CBECC-Res mixes both to 105 F."""
WASHER_HOT_SHARE: Final = 0.22
"""Hot part of the clothes washer's water. Source: CBECC-Res."""
GREATEST_FLOW_LPM: Final = 26.0
"""Greatest flow in l/min taken as real: just above the fullest bath tap in the library (25.2)."""

_CURE: Final = "give the folder that holds draws.csv and calendars.csv"
_FAUCETS: Final = (KITCHEN, BASIN)
_PLACE: Final[Mapping[str, str]] = {
    "shower": SHOWER,
    "bath": SHOWER,
    "clothes_washer": KITCHEN,
    "dishwasher": KITCHEN,
}


PARTS: Final = 4
"""The day codes of all calendars, sorted and numbered from 0, fall into so many parts by the remainder of their number: homes of
different parts have no day in common, though the calendars share days."""


def metered_draws(
    directory: Path,
    *,
    profile: str = "DHW3BR",
    first_day: int = 1,
    days: int = 7,
    seed: int = 0,
    part: int | None = None,
) -> list[Draw]:
    """Return days of a metered home, put one behind the other from midnight of day 0.

    Args:
        directory: Folder with ``draws.csv`` and ``calendars.csv``.
        profile: Calendar: ``DHW1BR`` to ``DHW5BR``, a house of 1 to 5 bedrooms.
        first_day: First day of the year, 1 to 365. Days that the calendar does not know are skipped.
        days: How many known days to take. A day without draws is a day.
        seed: Decides which faucet draws are at the kitchen.
        part: Take only days whose codes belong to this part, 0 to 3; None for all.

    Raises:
        ConfigError: The folder holds no such library, the profile is unknown, or too few days follow.
    """
    codes = _day_codes(directory / "calendars.csv", profile, first_day, days, part)
    library = _library(directory / "draws.csv")
    rng = random.Random(seed)
    draws: list[Draw] = []
    for day, code in enumerate(codes):
        draws += _placed([_draw(row, day * DAY_S) for row in library.get(code, ())], rng)
    return one_at_a_time(draws)


def _rows(path: Path, texts: tuple[str, ...], numbers: tuple[str, ...]) -> list[dict[str, str]]:
    """Return the rows of a file of the library, with its numbers known to be numbers."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            columns = reader.fieldnames or ()
            rows = [(reader.line_num, row) for row in reader]
    except OSError as error:
        raise ConfigError(
            str(path), (Problem("", f"cannot be read: {error.strerror}", None, _CURE),)
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(str(path), (Problem("", f"is not CSV in UTF-8: {error}", None, _CURE),)) from error
    missing = [column for column in (*texts, *numbers) if column not in columns]
    problems = [Problem(column, "the column is missing", 1, _CURE) for column in missing] or [
        Problem(column, f"{row[column]!r} is not a number", line)
        for line, row in rows
        for column in numbers
        if not _is_number(row[column])
    ]
    if problems:
        raise ConfigError(str(path), tuple(problems[:MOST_PROBLEMS]))
    return [row for _, row in rows]


def _is_number(text: str | None) -> bool:
    try:
        return math.isfinite(float(text or ""))
    except ValueError:
        return False


def _day_codes(path: Path, profile: str, first_day: int, days: int, part: int | None) -> list[str]:
    """Return the codes of the known days from ``first_day`` on, of a part or of all."""
    rows = _rows(path, ("profile", "day_code"), ("dayofyear",))
    profiles = sorted({row["profile"] for row in rows})
    if profile not in profiles:
        raise ConfigError(
            str(path), (Problem("profile", f"{profile!r} is unknown; known are {', '.join(profiles)}"),)
        )
    known = sorted(
        (int(float(row["dayofyear"])), row["day_code"]) for row in rows if row["profile"] == profile
    )
    whole = sorted({row["day_code"] for row in rows})
    own = set(whole if part is None else whole[part::PARTS])
    codes = [code for day, code in known if day >= first_day and code in own]
    if len(codes) < days:
        within = "" if part is None else f" of part {part}"
        message = f"{profile} has {len(codes)} days{within} from day {first_day} on, {days} are wanted"
        raise ConfigError(str(path), (Problem("days", message),))
    return codes[:days]


def _library(path: Path) -> Mapping[str, list[dict[str, str]]]:
    library: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows(path, ("day_code", "fixture"), ("start_s", "duration_s", "flow_lpm")):
        library[row["day_code"]].append(row)
    return library


def _draw(row: Mapping[str, str], midnight_s: float) -> Draw:
    """Return the draw at its place; the place of a faucet draw is still open."""
    kind = row["fixture"]
    start_s, duration_s, flow_lpm = (
        midnight_s + float(row["start_s"]),
        float(row["duration_s"]),
        float(row["flow_lpm"]),
    )
    if flow_lpm > GREATEST_FLOW_LPM:
        flow_lpm, duration_s = GREATEST_FLOW_LPM, round(duration_s * flow_lpm / GREATEST_FLOW_LPM, 2)
    if kind == "clothes_washer":
        flow_lpm = round(flow_lpm * WASHER_HOT_SHARE, 3)
    use_c = SHOWER_USE_C if kind in ("shower", "bath") else USE_C
    return Draw(start_s, duration_s, _PLACE.get(kind, kind), flow_lpm, use_c)


def _placed(draws: Iterable[Draw], rng: random.Random) -> list[Draw]:
    """Return the draws of one day with a place for each faucet draw."""
    free_s = dict.fromkeys((*_FAUCETS, SHOWER), 0.0)
    placed = []
    for draw in sorted(draws, key=lambda draw: draw.start_s):
        fixture = draw.fixture if draw.fixture in free_s else _faucet(draw, free_s, rng)
        free_s[fixture] = max(free_s[fixture], draw.end_s)
        placed.append(Draw(draw.start_s, draw.duration_s, fixture, draw.flow_lpm, draw.use_c))
    return placed


def _faucet(draw: Draw, free_s: Mapping[str, float], rng: random.Random) -> str:
    """Return the faucet by a coin, or the other one when only that is free."""
    chosen = rng.choice(_FAUCETS)
    other = BASIN if chosen == KITCHEN else KITCHEN
    return other if free_s[chosen] > draw.start_s >= free_s[other] else chosen
