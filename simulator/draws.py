"""Draws: what people take at the taps, and the CSV file in which they are kept."""

import csv
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, TextIO, TypeAlias

from controller.core.errors import ConfigError, Problem
from simulator.draw_rows import COLUMNS, FASTEST_LPM, OPTIONAL, ROUNDING_S, Row, read_rows

DAY_S: Final = 86_400.0
"""Seconds of a day; draws count from midnight of day 0 and run on over the days."""

USE_C: Final = 40.0
"""Temperature in C from which water counts as hot where a draw does not say: a hand wash or a shower.

Source: VDI 6003 use temperatures lie between 40 C (wash basin) and 45 C (kitchen sink).
"""

BETWEEN_DRAWS_S: Final = 1.0
"""Time in s to close a tap and open it again, for draws that had to wait for their fixture."""

MOST_PROBLEMS: Final = 50
"""Problems told one by one; a file of another kind would fill screens with the same sentence."""

MOST_LINES: Final = 10
"""Lines of a file named one by one in a sentence about what was done to its draws."""

Overlaps: TypeAlias = Literal["refuse", "queue"]
"""What to do with draws that overlap at one fixture: an error, or let the later one wait for its turn."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One opening of one tap.

    Args:
        start_s: Seconds since the start of the simulation.
        duration_s: How long the tap stays open, in s.
        fixture: Name of the fixture.
        flow_lpm: Flow at the fixture, hot and cold together, in l/min.
        use_c: Temperature wanted, in C. Until the water that arrives is as hot only the hot side is open;
            after that hot and cold are mixed to it.
    """

    start_s: float
    duration_s: float
    fixture: str
    flow_lpm: float
    use_c: float = USE_C

    @property
    def volume_l(self) -> float:
        """Return the litres taken."""
        return self.flow_lpm * self.duration_s / 60.0

    @property
    def end_s(self) -> float:
        """Return when the tap closes, in s since the start of the simulation."""
        return self.start_s + self.duration_s

    @property
    def useful(self) -> bool:
        """Tell whether comfort is scored on this draw: at least 1 l or at least 20 s."""
        return self.volume_l >= 1.0 or self.duration_s >= 20.0


def read_draws(
    path: Path,
    *,
    fixtures: Collection[str],
    days: float,
    overlaps: Overlaps = "refuse",
    report: Callable[[str], None] = lambda _: None,
) -> list[Draw]:
    """Return the draws of a CSV file that begin within ``days``, in the order of their start.

    Columns are ``start_s, duration_s, fixture, flow_lpm`` and optionally ``use_c``, in any order.

    Args:
        path: The file, UTF-8.
        fixtures: Names of the fixtures of the layout; any other name is an error.
        days: Days simulated; draws that begin later are left out and counted in a sentence to ``report``.
        overlaps: What to do with draws that overlap at one fixture; at different fixtures they may.
        report: Told, in whole sentences with file and lines, what was done to the draws.

    Raises:
        ConfigError: The file cannot be used; carries every problem in it.
    """
    rows, problems = read_rows(path, fixtures=fixtures)
    rows = sorted(_tamed(path, rows, report), key=_order)
    if overlaps == "refuse":
        problems += _overlap_problems(rows)
    if problems:
        raise ConfigError(str(path), _shortened(sorted(problems, key=lambda problem: problem.line or 0)))
    draws = [_draw(row) for row in rows]
    if overlaps == "queue":
        draws = _queued(path, rows, draws, report)
    return _within(path, draws, days, report)


def write_draws(file: TextIO, draws: Iterable[Draw]) -> None:
    """Write draws as CSV that `read_draws` gives back exactly.

    Args:
        file: Where to; a file of one's own is opened with ``newline=""``.
        draws: The draws.

    Raises:
        OSError: It cannot be written.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow((*COLUMNS, *OPTIONAL))
    for draw in draws:
        writer.writerow((draw.start_s, draw.duration_s, draw.fixture, draw.flow_lpm, draw.use_c))


def one_at_a_time(draws: Iterable[Draw]) -> list[Draw]:
    """Return the draws, each waiting until its fixture is free; flow, duration and litres stay as they are.

    For sources whose draws overlap at one fixture because their clock is coarse or because they know more
    taps than the layout does.
    """
    return sorted(_turns(sorted(draws, key=_order)), key=_order)


def _turns(draws: Iterable[Draw]) -> Iterator[Draw]:
    """Yield for each draw, in the order of their start, the one that takes place: the same, or a later one."""
    ends_s: dict[str, float] = {}
    for wanted in draws:
        end_s = ends_s.get(wanted.fixture, 0.0)
        taken = wanted.start_s < end_s - ROUNDING_S
        draw = replace(wanted, start_s=round(end_s + BETWEEN_DRAWS_S, 3)) if taken else wanted
        ends_s[draw.fixture] = max(end_s, draw.end_s)
        yield draw


def _order(one: Draw | Row) -> tuple[float, str]:
    return one.start_s, one.fixture


def _draw(row: Row) -> Draw:
    use_c = USE_C if row.use_c is None else row.use_c
    return Draw(row.start_s, row.duration_s, row.fixture, row.flow_lpm, use_c)


def _shortened(problems: list[Problem]) -> tuple[Problem, ...]:
    if len(problems) <= MOST_PROBLEMS:
        return tuple(problems)
    rest = Problem("", f"and {len(problems) - MOST_PROBLEMS} more problems like these")
    return (*problems[:MOST_PROBLEMS], rest)


def _overlap_problems(rows: Iterable[Row]) -> list[Problem]:
    """Return a problem for each draw, in the order of their start, that begins while its fixture is still open."""
    open_row: dict[str, Row] = {}
    problems = []
    for row in rows:
        earlier = open_row.get(row.fixture)
        if earlier is not None and row.start_s < earlier.end_s - ROUNDING_S:
            problems.append(_overlap(row, earlier))
        if earlier is None or row.end_s > earlier.end_s:
            open_row[row.fixture] = row
    return problems


def _overlap(row: Row, earlier: Row) -> Problem:
    return Problem(
        "start_s",
        f"the {row.fixture} is opened at {row.start_s:g} s while the draw of line {earlier.line} "
        f"runs there until {earlier.end_s:g} s",
        row.line,
        f"shorten the draw of line {earlier.line}, start this one later, or give it another fixture",
    )


def _tamed(path: Path, rows: Iterable[Row], report: Callable[[str], None]) -> list[Row]:
    """Return the rows with impossible flows brought down to what a house may give, at the same litres."""
    rows = list(rows)
    lines = [row.line for row in rows if row.flow_lpm > FASTEST_LPM]
    if lines:
        report(
            f"{path}: {len(lines)} of {len(rows)} draws flow faster than {FASTEST_LPM:g} l/min and are taken "
            f"as that, for the same litres: {_shown(lines)}"
        )
    return [_slowed(row) if row.flow_lpm > FASTEST_LPM else row for row in rows]


def _slowed(row: Row) -> Row:
    return replace(row, flow_lpm=FASTEST_LPM, duration_s=row.duration_s * row.flow_lpm / FASTEST_LPM)


def _queued(path: Path, rows: Iterable[Row], draws: list[Draw], report: Callable[[str], None]) -> list[Draw]:
    queued = list(_turns(draws))
    moved = [row.line for row, old, new in zip(rows, draws, queued, strict=True) if new is not old]
    if moved:
        report(
            f"{path}: {len(moved)} of {len(draws)} draws wait until their fixture is free, as another is open there: "
            f"{_shown(moved)}"
        )
    return sorted(queued, key=_order)


def _shown(lines: Iterable[int]) -> str:
    """Return the numbers of lines of a file in words."""
    numbers = sorted(lines)
    first = ", ".join(map(str, numbers[:MOST_LINES]))
    more = f" and {len(numbers) - MOST_LINES} more" if len(numbers) > MOST_LINES else ""
    return f"line{'s' if len(numbers) > 1 else ''} {first}{more}"


def _within(path: Path, draws: list[Draw], days: float, report: Callable[[str], None]) -> list[Draw]:
    kept = [draw for draw in draws if draw.start_s < days * DAY_S]
    if len(kept) < len(draws):
        report(
            f"{path}: {len(draws) - len(kept)} of {len(draws)} draws begin after day {days:g} and are left out"
        )
    return kept
