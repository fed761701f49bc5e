"""Measured draws of one flat in the format of the WEUSEDTO data set, as draws of a simulated house.

Its ``events.csv`` has the columns ``start, duration_s, fixture, flow_lpm`` (and ``volume_l``), with ``start`` in ISO 8601
and its offset from UTC. The meters saw hot and cold water together, so how warm each draw was wanted is not known:
every draw is taken as one of warm water. The mapping:

* washbasin and bidet are drawn at the basin, the kitchen faucet at the kitchen, the shower at the shower;
* the washing machine is left out: such machines take cold water and heat it themselves;
* seconds count along the local clock from the midnight of the first day, so that habits stay at their time of day when
  the clocks change. A draw in the hour that autumn has twice may have to wait until its fixture is free.
"""

import csv
import math
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from controller.core.errors import ConfigError, Problem
from simulator.draw_rows import FASTEST_LPM, SHORTEST_S
from simulator.draws import DAY_S, MOST_PROBLEMS, Draw, one_at_a_time
from simulator.places import Places

COLUMNS: Final = ("start", "duration_s", "fixture", "flow_lpm")
LEFT_OUT: Final = frozenset({"Washingmachine"})
_BODY: Final = frozenset({"Shower"})
_KITCHEN: Final = frozenset({"Kitchenfaucet"})
_BASIN: Final = frozenset({"Washbasin", "Bidet"})
KNOWN: Final = tuple(sorted(_BODY | _KITCHEN | _BASIN | LEFT_OUT))
"""Fixtures of the format."""
_CURE: Final = "give the events.csv of the data set: " + ",".join(COLUMNS)


def weusedto_draws(
    path: Path, fixtures: Collection[str], *, first_day: date | None = None, days: int | None = None
) -> list[Draw]:
    """Return days of the measured flat, from midnight of a day of its calendar.

    Args:
        path: The ``events.csv``.
        fixtures: Names of the fixtures of the layout.
        first_day: The day that becomes day 0; the first Monday with all its day in the file without it, as simulations
            begin on a Monday.
        days: How many days to take; all that follow without it. A day without events is a day.

    Raises:
        ConfigError: The file cannot be used; names each wrong line and value.
    """
    events = [event for event in _events(path) if event[1].fixture not in LEFT_OUT]
    if not events:
        raise ConfigError(str(path), (Problem("", "the file holds no draws", None, _CURE),))
    first = first_day or _next_monday(events[0][0].date())
    places = Places.of(fixtures)
    draws = [_moved(at, draw, first, places) for at, draw in events]
    end_s = math.inf if days is None else days * DAY_S
    return one_at_a_time(draw for draw in draws if 0.0 <= draw.start_s < end_s)


def _next_monday(day: date) -> date:
    """Return the first Monday after a day on which a file may begin at any hour."""
    return day + timedelta(days=7 - day.weekday())


def _moved(at: datetime, draw: Draw, first: date, places: Places) -> Draw:
    start_s = (at.replace(tzinfo=None) - datetime.combine(first, datetime.min.time())).total_seconds()
    fixture = places.basin(0)
    if draw.fixture in _KITCHEN:
        fixture = places.kitchen
    elif draw.fixture in _BODY:
        fixture = places.shower(0) or places.basin(0)
    return Draw(start_s, draw.duration_s, fixture, draw.flow_lpm, draw.use_c)


def _events(path: Path) -> list[tuple[datetime, Draw]]:
    """Return local time and draw of every event; the draw starts at 0 and is at the flat's own fixture."""
    problems: list[Problem] = []
    events = []
    for line, row in _lines(path):
        try:
            events.append(_event(row))
        except _WrongValue as wrong:
            problems.append(Problem(wrong.column, wrong.message, line, wrong.cure))
    if problems:
        raise ConfigError(str(path), tuple(problems[:MOST_PROBLEMS]))
    return sorted(events, key=lambda event: event[0])


def _lines(path: Path) -> Iterator[tuple[int, Mapping[str, str | None]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
            rows = [] if missing else [(reader.line_num, row) for row in reader]
    except OSError as error:
        raise ConfigError(
            str(path), (Problem("", f"cannot be read: {error.strerror}", None, _CURE),)
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(str(path), (Problem("", f"is not CSV in UTF-8: {error}", None, _CURE),)) from error
    if missing:
        problems = tuple(Problem(column, "the column is missing", 1, _CURE) for column in missing)
        raise ConfigError(str(path), problems)
    return iter(rows)


class _WrongValue(Exception):
    """A value that is none."""

    def __init__(self, column: str, message: str, cure: str = "") -> None:
        super().__init__(message)
        self.column, self.message, self.cure = column, message, cure


def _event(row: Mapping[str, str | None]) -> tuple[datetime, Draw]:
    fixture = row["fixture"] or ""
    if fixture not in KNOWN:
        raise _WrongValue("fixture", f"{fixture[:40]!r} is unknown", f"known are {', '.join(KNOWN)}")
    flow_lpm, duration_s = (
        _number(row, "flow_lpm", 0.01, 300.0),
        _number(row, "duration_s", SHORTEST_S, DAY_S),
    )
    if flow_lpm > FASTEST_LPM:
        flow_lpm, duration_s = FASTEST_LPM, duration_s * flow_lpm / FASTEST_LPM
    return _instant(row["start"] or ""), Draw(0.0, duration_s, fixture, flow_lpm)


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        cure = "write it as 2019-02-13T09:58:31+01:00"
        raise _WrongValue("start", f"{text[:40]!r} is not a point in time", cure) from None


def _number(row: Mapping[str, str | None], column: str, low: float, high: float) -> float:
    text = row[column] or ""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise _WrongValue(column, f"{text[:40]!r} is no number from {low:g} to {high:g}")
    return value
