"""Tables of numbers as validation data come: CSV with a header, each number checked."""

import csv
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from controller.core.errors import ConfigError, Problem, ZcwError


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        ZcwError: It cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ZcwError(f"{path}: cannot be read: {error.strerror}; name an existing file") from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            str(path), (Problem("", "this is no UTF-8 text", None, "save it as UTF-8"),)
        ) from error


def read_columns(path: Path, needed: Sequence[str], text_columns: Iterable[str] = ()) -> dict[str, list[str]]:
    """Return the columns of a CSV file as texts, of which all but some hold numbers.

    Raises:
        ConfigError: A column is missing, there are no rows, or a cell is no finite number.
    """
    rows = list(csv.reader(read_text(path).splitlines()))
    header = [cell.strip() for cell in rows[0]] if rows else []
    missing = [name for name in needed if name not in header]
    if missing:
        cure = f"the header line needs {', '.join(needed)}"
        raise ConfigError(str(path), (Problem("", f"no column {', '.join(missing)}", 1, cure),))
    columns: dict[str, list[str]] = {name: [] for name in needed}
    problems: list[Problem] = []
    texts = frozenset(text_columns)
    for line, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        for name in needed:
            at = header.index(name)
            cell = row[at].strip() if at < len(row) else ""
            if name not in texts and not _finite(cell):
                problems.append(
                    Problem(name, f"{cell[:40]!r} is no number", line, "give a finite decimal number")
                )
            columns[name].append(cell)
    if problems:
        raise ConfigError(str(path), tuple(problems))
    if not columns[needed[0]]:
        raise ConfigError(str(path), (Problem("", "there are no rows", None, "give one line per instant"),))
    return columns


def _finite(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def rmse(errors: Sequence[float]) -> float:
    """Return the root mean square."""
    return math.sqrt(sum(error * error for error in errors) / len(errors))
