"""The rows of a draw file, each number checked before anything is done with it."""

import csv
import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from controller.core.errors import ConfigError, Problem

COLUMNS: Final = ("start_s", "duration_s", "fixture", "flow_lpm")
"""Columns that every draw file has."""
OPTIONAL: Final = ("use_c",)
"""Columns that a draw file may have."""
HARMLESS: Final = frozenset({"day_code", "occupants", "day_type", "volume_l"})
"""Columns of published draw lists that say nothing new here; they are passed over."""

SHORTEST_S: Final = 0.1
"""Shortest draw in s."""
ROUNDING_S: Final = 0.05
"""Overlap in s taken for a rounding of the source and not for two open taps."""

LIMITS: Final[Mapping[str, tuple[float, float]]] = {
    "start_s": (0.0, 3_660 * 86_400.0),
    "duration_s": (SHORTEST_S, 86_400.0),
    "flow_lpm": (0.01, 300.0),
    "use_c": (20.0, 70.0),
}
"""Least and greatest value of each number: ten years, a day, more than any house connection gives, scalding."""

FASTEST_LPM: Final = 60.0
"""Greatest flow in l/min taken at its word. Published lists of metered draws hold some of 95 to 287, which no tap gives:
too short a duration for litres that are right."""

_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_LONGEST_SHOWN: Final = 40
_EMPTY_CURE: Final = "give it the header line " + ",".join(COLUMNS) + " and one line per draw"

Cells: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One checked row.

    Args:
        line: Line in the file, counted from 1.
        start_s: Seconds since midnight of day 0.
        duration_s: Seconds open.
        fixture: Name of the fixture.
        flow_lpm: Flow in l/min.
        use_c: Temperature wanted in C; None where the file does not say.
    """

    line: int
    start_s: float
    duration_s: float
    fixture: str
    flow_lpm: float
    use_c: float | None

    @property
    def end_s(self) -> float:
        """Return when the tap closes, in s since midnight of day 0."""
        return self.start_s + self.duration_s


def read_rows(path: Path, *, fixtures: Collection[str]) -> tuple[list[Row], list[Problem]]:
    """Return the good rows of a draw file and what is wrong with the others.

    Raises:
        ConfigError: The file cannot be read at all, or its header is wrong.
    """
    lines = _lines(path)
    header = _header(path, lines)
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, cells in lines:
        outcome = _row(line, header, cells, fixtures)
        if isinstance(outcome, Row):
            rows.append(outcome)
        else:
            problems += outcome
    if not rows and not problems:
        problems.append(Problem("", "the file holds no draws", None, _EMPTY_CURE))
    return rows, problems


def _lines(path: Path) -> Iterable[tuple[int, list[str]]]:
    """Return line numbers and cells of every line that is not blank."""
    try:
        # utf-8-sig: spreadsheets put a byte order mark in front, which would become part of the first column's name
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            return iter([(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)])
    except OSError as error:
        raise ConfigError(
            str(path), (Problem("", f"cannot be read: {error.strerror}", cure="name an existing file"),)
        ) from error
    except UnicodeDecodeError as error:
        cure = "save it as UTF-8 text"
        raise ConfigError(
            str(path), (Problem("", f"is not UTF-8 text (byte {error.start})", None, cure),)
        ) from error
    except csv.Error as error:
        raise ConfigError(
            str(path), (Problem("", f"is not a CSV file: {error}", reader.line_num),)
        ) from error


def _header(path: Path, lines: Iterable[tuple[int, list[str]]]) -> list[str]:
    """Return the column names, after taking the first line off ``lines``."""
    for line, cells in lines:
        names = [cell.strip() for cell in cells]
        problems = _header_problems(line, names)
        if problems:
            raise ConfigError(str(path), problems)
        return names
    raise ConfigError(str(path), (Problem("", "the file is empty", None, _EMPTY_CURE),))


def _header_problems(line: int, names: list[str]) -> tuple[Problem, ...]:
    known = (*COLUMNS, *OPTIONAL, *HARMLESS)
    missing = [
        Problem(name, "the column is missing", line, f"the header has {_show(','.join(names))}")
        for name in COLUMNS
        if name not in names
    ]
    cure = f"remove it; known are {', '.join((*COLUMNS, *OPTIONAL))}"
    unknown = [
        Problem("", f"{_show(name)!r} is an unknown column", line, cure)
        for name in names
        if name not in known
    ]
    twice = {name for name in names if name in known and names.count(name) > 1}
    return (*missing, *unknown, *(Problem(name, "the column is there twice", line) for name in sorted(twice)))


def _row(line: int, header: list[str], cells: list[str], fixtures: Collection[str]) -> Row | list[Problem]:
    if len(cells) != len(header):
        return [
            Problem(
                "", f"{len(cells)} values for {len(header)} columns", line, "check the commas of this line"
            )
        ]
    named = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    numbers, problems = _numbers(line, named)
    if named["fixture"] not in fixtures:
        cure = f"the layout has {', '.join(fixtures)}"
        problems.append(Problem("fixture", f"{_show(named['fixture'])!r} is unknown", line, cure))
    if problems:
        return problems
    use_c = numbers.get("use_c")
    return Row(line, numbers["start_s"], numbers["duration_s"], named["fixture"], numbers["flow_lpm"], use_c)


def _numbers(line: int, named: Cells) -> tuple[dict[str, float], list[Problem]]:
    numbers: dict[str, float] = {}
    problems: list[Problem] = []
    for column in LIMITS:
        if column not in named or (column in OPTIONAL and not named[column]):
            continue
        value = _number(column, named[column])
        if isinstance(value, float):
            numbers[column] = value
        else:
            problems.append(Problem(column, value, line))
    return numbers, problems


def _number(column: str, text: str) -> float | str:
    """Return the number, or what is wrong with it.

    The pattern comes before ``float``, which also takes ``nan``, ``4_3`` and the digits of other scripts.
    """
    low, high = LIMITS[column]
    if not text:
        return "the value is missing"
    if not _NUMBER.fullmatch(text):
        return f"{_show(text)!r} is not a plain number; allowed are {low:g} to {high:g}"
    value = float(text)
    if not math.isfinite(value) or not low <= value <= high:
        return f"{_show(text)} is out of range; allowed are {low:g} to {high:g}"
    return value


def _show(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."
