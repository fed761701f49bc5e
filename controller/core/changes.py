"""Changing frozen things, as seldom as can be."""

from collections.abc import Callable
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

Thing = TypeVar("Thing")


def changed(thing: Thing, **values: Any) -> Thing:
    """Return a frozen dataclass with other values; itself when it has them already, which is most of the time.

    Args:
        thing: The dataclass.
        values: Its new values by name.
    """
    for name, value in values.items():
        kept = getattr(thing, name)
        if kept is not value and kept != value:
            return renewed(thing, **values)
    return thing


def renewed(thing: Thing, **values: Any) -> Thing:
    """Return a frozen dataclass with other values, as ``dataclasses.replace`` does, in less than half its time.

    Args:
        thing: The dataclass, of which every field is an argument by its place.
        values: Its new values by name.
    """
    kind: Callable[..., Thing] = type(thing)
    numbers, read = _reader(kind)
    kept = [*read(thing)]
    for name, value in values.items():
        kept[numbers[name]] = value
    return kind(*kept)


@lru_cache(maxsize=256)
def _reader(kind: Any) -> tuple[dict[str, int], Callable[[Any], tuple[Any, ...]]]:
    """Return the numbers of a dataclass's fields by their names, and what reads them all at once."""
    names = tuple(one.name for one in fields(kind))
    read = attrgetter(*names) if len(names) > 1 else lambda thing: (getattr(thing, names[0]),)
    return {name: number for number, name in enumerate(names)}, read
