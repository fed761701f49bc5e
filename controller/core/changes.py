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
        thing: The dataclass, of which every field is an argument.
        values: Its new values by name.
    """
    kind: Callable[..., Thing] = type(thing)
    names, read = _reader(kind)
    kept: dict[str, Any] = dict(zip(names, read(thing), strict=True))
    kept.update(values)
    return kind(**kept)


@lru_cache(maxsize=256)
def _reader(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """Return the names of a dataclass's fields, and what reads them all at once."""
    names = tuple(one.name for one in fields(kind))
    return names, attrgetter(*names) if len(names) > 1 else lambda thing: (getattr(thing, names[0]),)
