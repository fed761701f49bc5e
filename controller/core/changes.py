"""Changing frozen things, as seldom as can be."""

from dataclasses import replace
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
            return replace(thing, **values)  # type: ignore[type-var]  # any dataclass
    return thing
