"""The raw values of a layout file, as far as they are of the right kind: what rules are checked on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from simulator.layout_build import pipe_name
from simulator.yaml_document import KeyPath

Finding: TypeAlias = tuple[KeyPath, str, str]
"""Key path, what is wrong, and the cure."""


@dataclass(frozen=True, slots=True)
class Row:
    """One pipe as the file has it."""

    path: KeyPath
    name: str
    start: str
    end: str
    length_m: float | None

    def at(self, key: str) -> KeyPath:
        """Return the way to one of its values."""
        return (*self.path, key)


@dataclass(frozen=True, slots=True)
class RawLoop:
    """One loop as the file has it."""

    path: KeyPath
    name: str
    tree: Mapping[str, Any]
    rows: tuple[Row, ...]

    @property
    def crossovers(self) -> list[tuple[KeyPath, Mapping[str, Any]]]:
        """Return its crossover valves, with the ways to them."""
        given = self.tree.get("crossover")
        path = (*self.path, "crossover")
        if isinstance(given, Mapping):
            return [(path, given)]
        return list(_mappings(given, path))

    @property
    def sensors(self) -> list[tuple[KeyPath, Mapping[str, Any]]]:
        """Return its sensors, with the ways to them."""
        return list(_mappings(self.tree.get("sensors"), (*self.path, "sensors")))


class RawLayout:
    """A layout file as read.

    Args:
        tree: Its values.
    """

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self.tree = tree
        self.fixtures = [name for name in _list(tree.get("fixtures")) if isinstance(name, str)]
        self.hot = tuple(_rows(tree, "hot"))
        self.cold = tuple(_rows(tree, "cold"))
        self.several = isinstance(tree.get("loops"), list)
        self.loops = tuple(self._loops())

    @property
    def pipes(self) -> list[Row]:
        """Return every pipe: hot, return, cold."""
        returns = [row for loop in self.loops for row in loop.rows]
        return [*self.hot, *returns, *self.cold, *self.twins]

    @property
    def twins(self) -> list[Row]:
        """Return the cold pipes that the file leaves out."""
        if self.tree.get("cold") is not None:
            return []
        return [Row(row.path, f"cold {row.name}", row.start, row.end, row.length_m) for row in self.hot]

    def _loops(self) -> Iterator[RawLoop]:
        if not self.several:
            yield RawLoop((), "", self.tree, tuple(_rows(self.tree, "return")))
            return
        for path, loop in _mappings(self.tree["loops"], ("loops",)):
            name = loop.get("name")
            rows = tuple(_rows(loop, "return", path))
            yield RawLoop(path, name if isinstance(name, str) else "", loop, rows)


def number(value: object) -> float | None:
    """Return a value if it is a number."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _mappings(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
    for index, inner in enumerate(_list(value)):
        if isinstance(inner, Mapping):
            yield (*path, index), inner


def _rows(tree: Mapping[str, Any], section: str, base: KeyPath = ()) -> Iterator[Row]:
    for path, row in _mappings(tree.get(section), (*base, section)):
        start, end, name = row.get("from"), row.get("to"), row.get("name")
        if isinstance(start, str) and isinstance(end, str) and isinstance(name, str | None):
            yield Row(path, pipe_name(name, start, end), start, end, number(row.get("length_m")))
