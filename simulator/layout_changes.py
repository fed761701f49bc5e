"""A layout with some of its values changed: ``hot.trunk.insulation_mm`` set to 20."""

import io
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any, Final, TypeAlias

from ruamel.yaml import YAML

from controller.core.errors import ConfigError, Problem
from simulator.layout import Layout
from simulator.layout_file import layout_text, parse_layout
from simulator.yaml_document import YamlDocument

Value: TypeAlias = str | int | float | bool | None
Changes: TypeAlias = tuple[tuple[str, Value], ...]
"""Paths and their values, such as ``(("hot.trunk.insulation_mm", 20), ("heater.setpoint_c", 50))``."""

EVERY: Final = "*"
"""Stands in a path for every entry of a list."""
_NAMES: Final = ("name", "role", "at")
"""Keys that name an entry of a list, each in its kind of list."""


def changed_layout(name_or_path: str, changes: Changes = ()) -> Layout:
    """Return a layout with values changed, checked like any layout.

    A path leads from key to key; an entry of a list goes by its name (a pipe or a loop), its role (a sensor), its place
    (a crossover valve) or its number from 0, and ``*`` is every entry. What the last step names is set, also when the
    layout leaves it to its default.

    Args:
        name_or_path: A shipped layout or a layout file.
        changes: What to change.

    Raises:
        ConfigError: There is no such layout or no such place in it, or the value does not fit there.
    """
    text, source = layout_text(name_or_path)
    if not changes:
        return parse_layout(text, source)
    tree = deepcopy(dict(_tree(text, source)))
    problems = [problem for path, value in changes for problem in _set(tree, path, value)]
    if problems:
        raise ConfigError(source, tuple(problems))
    return _checked(tree, f"{source} with {told(changes)}")


def told(changes: Changes) -> str:
    """Return changes as a person writes them."""
    return ", ".join(f"{path}={value}" for path, value in changes)


@cache
def _tree(text: str, source: str) -> Mapping[str, Any]:
    return YamlDocument(text, source).tree


def _checked(tree: Mapping[str, Any], source: str) -> Layout:
    text = io.StringIO()
    YAML(typ="safe", pure=True).dump(tree, text)
    try:
        return parse_layout(text.getvalue(), source)
    except ConfigError as error:
        # the lines are those of the changed text, which nobody sees
        raise ConfigError(source, tuple(replace(one, line=None) for one in error.problems)) from None


def _set(tree: MutableMapping[str, Any], path: str, value: Value) -> Iterator[Problem]:
    *way, last = path.split(".")
    places: list[Any] = [tree]
    for step in way:
        onward = [inner for place in places for inner in _inner(place, step)]
        if not onward:
            yield Problem(
                path, f"there is no {step!r} here", cure=f"known are {', '.join(_steps(places[0]))}"
            )
            return
        places = onward
    for place in places:
        if not isinstance(place, MutableMapping):
            known = ", ".join(_steps(place))
            cure = f"go on to one of {known}" if known else "the path is too long"
            yield Problem(path, f"{last!r} cannot be set here", cure=cure)
            return
        place[last] = value


def _inner(place: Any, step: str) -> list[Any]:
    """Return what a step leads to: one thing, several for ``*``, or nothing."""
    if isinstance(place, Mapping):
        return [place[step]] if step in place else []
    if not isinstance(place, list):
        return []
    named = [entry for entry in place if step == EVERY or step in _names(entry)]
    return named or [place[int(step)]] if step.isdecimal() and int(step) < len(place) else named


def _names(entry: Any) -> Sequence[str]:
    return [str(entry[key]) for key in _NAMES if key in entry] if isinstance(entry, Mapping) else ()


def _steps(place: Any) -> list[str]:
    """Return the steps that lead on from a place, for a message."""
    if isinstance(place, Mapping):
        return [str(key) for key in place]
    if isinstance(place, list):
        names = [name for entry in place for name in list(_names(entry))[:1]]
        return [*(names or map(str, range(len(place)))), EVERY]
    return []
