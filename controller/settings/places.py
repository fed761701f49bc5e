"""Places in a configuration: as steps from the root, and as people write them."""

from typing import TypeAlias

Key: TypeAlias = str | int
Place: TypeAlias = tuple[Key, ...]
"""Steps from the root: names of keys and numbers of list items."""


def written(place: Place) -> str:
    """Return a place as people write it: ``loops[0].pump.device``."""
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


def around(text: str) -> str:
    """Return the written place around a written place; empty at the root."""
    return text[: max(0, text.rfind("."), text.rfind("["))]


def shown(value: object) -> str:
    """Return a value as people write it in YAML, cut to a readable length."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a section"
    if isinstance(value, list):
        return "a list"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."
