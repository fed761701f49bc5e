"""The grid of a sweep: which layouts, changes, households, strategies and seeds, each with each."""

import io
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from controller.core.errors import ConfigError, Problem
from simulator.households import HOUSEHOLDS, USUAL
from simulator.layout_changes import Changes, Value
from simulator.layout_file import shipped_layouts
from simulator.schemes import SCHEMES
from simulator.yaml_document import YamlDocument

MOST_DAYS: Final = 3_660
MOST_POINTS: Final = 1_000_000
_KEYS: Final = ("layouts", "households", "strategies", "seeds", "days", "set")


@dataclass(frozen=True, slots=True)
class Grid:
    """What a sweep goes through, each with each.

    Args:
        layouts: Names or files.
        households: Names or files.
        strategies: Names.
        seeds: Seeds.
        days: Days to simulate.
        settings: From a path in the layout to the values that it takes.
    """

    layouts: tuple[str, ...] = ("house",)
    households: tuple[str, ...] = (USUAL,)
    strategies: tuple[str, ...] = ()
    seeds: tuple[int, ...] = (0,)
    days: int = 7
    settings: tuple[tuple[str, tuple[Value, ...]], ...] = ()

    def points(self) -> Iterator["Point"]:
        """Yield every point, in an order that does not depend on anything else."""
        paths = [path for path, _ in self.settings]
        values = product(*(values for _, values in self.settings))
        changes = [tuple(zip(paths, each, strict=True)) for each in values]
        for layout, change, household, strategy, seed in product(
            self.layouts, changes, self.households, self.strategies, self.seeds
        ):
            yield Point(layout, change, household, strategy, seed)

    def __len__(self) -> int:
        """Return the number of points."""
        plain = len(self.layouts) * len(self.households) * len(self.strategies) * len(self.seeds)
        return plain * math.prod(len(values) for _, values in self.settings)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a grid.

    Args:
        layout: Name or file.
        changes: What is changed in it.
        household: Name or file.
        strategy: Name.
        seed: Seed.
    """

    layout: str
    changes: Changes
    household: str
    strategy: str
    seed: int


def read_grid(path: Path) -> Grid:
    """Return the grid of a YAML file.

    Its keys are ``layouts``, ``households``, ``strategies``, ``seeds``, ``days`` and ``set``; all but ``days`` are lists,
    and ``set`` has a list of values for each path. Any may be left out.

    Raises:
        ConfigError: The file cannot be used; names each wrong line and value.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = (
            error.strerror if isinstance(error, OSError) and error.strerror else "it is not text in UTF-8"
        )
        raise ConfigError(
            str(path), (Problem("", f"the grid cannot be read: {reason}", cure="name a YAML file"),)
        ) from None
    document = YamlDocument(text, str(path))
    problems = list(_problems(document))
    if problems:
        raise ConfigError(str(path), tuple(sorted(problems, key=lambda problem: problem.line or 0)))
    tree = document.tree
    lists = {key: tuple(_listed(tree[key])) for key in _KEYS[:4] if key in tree}
    settings = tuple((key, tuple(_listed(values))) for key, values in tree.get("set", {}).items())
    return Grid(**lists, days=tree.get("days", Grid().days), settings=settings)


def parse_setting(text: str) -> tuple[str, tuple[Value, ...]]:
    """Return path and values of ``hot.trunk.insulation_mm=0,9,13``.

    Raises:
        ConfigError: It is not of this form.
    """
    path, sign, values = text.partition("=")
    parts = [part.strip() for part in values.split(",")]
    if not sign or not path.strip() or not all(parts):
        cure = "write it as hot.trunk.insulation_mm=0,9,13"
        raise ConfigError("--set", (Problem(text[:60], "this is no path with values", cure=cure),))
    read = [_scalar(part) for part in parts]
    wrong = [part for part, value in zip(parts, read, strict=True) if not _is_value(value)]
    if wrong:
        raise ConfigError("--set", (Problem(path, f"{wrong[0][:40]!r} is no number or word"),))
    return path.strip(), tuple(read)


def with_settings(grid: Grid, settings: Iterable[tuple[str, tuple[Value, ...]]]) -> Grid:
    """Return the grid with settings added; one of a path that it has replaces that."""
    merged = dict(grid.settings) | dict(settings)
    return replace(grid, settings=tuple(merged.items()))


def check_size(grid: Grid) -> None:
    """Refuse a grid that nobody can have meant.

    Raises:
        ConfigError: It has no point, or too many.
    """
    if not 0 < len(grid) <= MOST_POINTS:
        cure = f"from 1 to {MOST_POINTS} points can be swept"
        raise ConfigError("the grid", (Problem("", f"it has {len(grid)} points", cure=cure),))


def _problems(document: YamlDocument) -> Iterator[Problem]:
    for key, value in document.tree.items():
        line = document.line((key,))
        if key not in _KEYS:
            yield Problem(key, "there is no such key", line, f"known are {', '.join(_KEYS)}")
        elif key == "days":
            if not _is_whole(value) or not 1 <= value <= MOST_DAYS:
                yield Problem(
                    key, f"{value!r} is no number of days", line, f"give a whole number from 1 to {MOST_DAYS}"
                )
        elif key == "set":
            yield from _setting_problems(document, value)
        else:
            yield from _list_problems(document, key, value)


def _list_problems(document: YamlDocument, key: str, value: Any) -> Iterator[Problem]:
    fits: Callable[[Any], bool] = (
        _is_whole if key == "seeds" else lambda one: isinstance(one, str) and bool(one)
    )
    wanted = "whole numbers" if key == "seeds" else "names"
    wrong = [one for one in _listed(value) if not fits(one)] or ([value] if not _listed(value) else [])
    if wrong:
        yield Problem(key, f"{wrong[0]!r} does not fit", document.line((key,)), f"give a list of {wanted}")
        return
    for number, name in enumerate(_listed(value)):
        cure = _cure_of_name(key, name)
        if cure:
            line = document.line((key, number) if isinstance(value, list) else (key,))
            yield Problem(key, f"there is no such name: {name!r}", line, cure)


def _cure_of_name(key: str, name: Any) -> str:
    """Return what to write in the place of a name that is none, or nothing."""
    if key == "strategies":
        return "" if name in SCHEMES else f"known are {', '.join(SCHEMES)}"
    if key == "households" and name not in HOUSEHOLDS and not Path(name).is_file():
        return f"name a CSV file of draws, or one of {', '.join(HOUSEHOLDS)}"
    if key == "layouts" and name not in shipped_layouts() and not Path(name).is_file():
        return f"name a layout file, or one of {', '.join(shipped_layouts())}"
    return ""


def _setting_problems(document: YamlDocument, settings: Any) -> Iterator[Problem]:
    if not isinstance(settings, Mapping):
        cure = "give paths and their values, such as hot.trunk.insulation_mm: [0, 9, 13]"
        yield Problem("set", f"{settings!r} does not fit", document.line(("set",)), cure)
        return
    for path, values in settings.items():
        wrong = [value for value in _listed(values) if not _is_value(value)]
        if wrong or not _listed(values):
            line = document.line(("set", path))
            yield Problem(f"set.{path}", f"{values!r} does not fit", line, "give a list of numbers or words")


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_value(value: Any) -> bool:
    return (isinstance(value, str | bool) and value != "") or (
        isinstance(value, int | float) and math.isfinite(value)
    )


def _scalar(text: str) -> Any:
    """Return a value as YAML reads it: a number, a word, true or false."""
    try:
        return YAML(typ="safe", pure=True).load(io.StringIO(text))
    except (YAMLError, ValueError):
        return None
