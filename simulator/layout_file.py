"""Reading a layout file: every problem at once, each with its line and its cure."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from controller.core.errors import ConfigError, Problem
from simulator.layout import Layout
from simulator.layout_build import build
from simulator.layout_rules import broken_rules
from simulator.layout_schema import LayoutFields
from simulator.yaml_document import KeyPath, YamlDocument

MOST_SHOWN: Final = 60
"""Characters of a refused value that are told."""
_BOUNDS: Final = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def shipped_layouts() -> tuple[str, ...]:
    """Return the names of the layouts that come with the product."""
    folder = files("simulator.layouts")
    return tuple(
        sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    )


def load_layout(name_or_path: str) -> Layout:
    """Return a shipped layout by its name, or the layout in a file.

    Raises:
        ConfigError: There is no such layout, or its file is wrong; names every problem found.
    """
    return parse_layout(*layout_text(name_or_path))


def layout_text(name_or_path: str) -> tuple[str, str]:
    """Return the text of a layout, shipped or in a file, and what to call it in errors.

    Raises:
        ConfigError: There is no such layout.
    """
    if name_or_path in shipped_layouts():
        source = f"{name_or_path}.yaml"
        return (files("simulator.layouts") / source).read_text(encoding="utf-8"), source
    try:
        text = Path(name_or_path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        cure = f"name a layout file, or one that comes with the product: {', '.join(shipped_layouts())}"
        reason = (
            error.strerror if isinstance(error, OSError) and error.strerror else "it is not text in UTF-8"
        )
        problem = Problem("", f"the layout cannot be read: {reason}", cure=cure)
        raise ConfigError(name_or_path, (problem,)) from None
    return text, name_or_path


def layout_schema() -> dict[str, Any]:
    """Return the JSON schema of layout files, for editors that complete and check."""
    schema = LayoutFields.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def parse_layout(text: str, source: str) -> Layout:
    """Return the layout that a text in YAML describes.

    Args:
        text: The text.
        source: What to call it in errors.

    Raises:
        ConfigError: The text is wrong; names every problem found.
    """
    document = YamlDocument(text, source)
    problems: list[tuple[KeyPath, str, str]] = []
    fields = None
    try:
        fields = LayoutFields.model_validate(document.tree)
    except ValidationError as invalid:
        problems += [_explained(error, document.tree) for error in invalid.errors()]
    problems += broken_rules(document.tree)
    if fields is None or problems:
        found = [
            Problem(_where(path), message, document.line(path), cure) for path, message, cure in problems
        ]
        raise ConfigError(source, tuple(sorted(found, key=lambda problem: problem.line or 0)))
    return build(fields)


def _explained(error: ErrorDetails, tree: Mapping[str, Any]) -> tuple[KeyPath, str, str]:
    path, kind, given = _present(tuple(error["loc"]), tree), error["type"], error["input"]
    context = error.get("ctx", {})
    if kind == "extra_forbidden":
        return path, f"unknown key {path[-1]!r}", f"one of: {', '.join(_keys_at(path[:-1]))}"
    if kind == "missing":
        return path, f"{path[-1]!r} is missing", "add it; the shipped layouts show how"
    if kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        return path, f"{given:g} is out of range", f"{words} {context[bound]:g}"
    if kind == "too_short":
        return path, f"{len(given)} given", f"give {context['min_length']} or more"
    if "cure" in context:
        return path, error["msg"], str(context["cure"])
    shown = "nothing" if given is None else _shortened(given)
    if kind == "string_too_long":
        return path, f"{shown} is too long", f"{context['max_length']} characters at most"
    if kind == "string_too_short":
        return path, "is empty", "give a name"
    wanted = error["msg"].removeprefix("Input should be ")
    return path, f"{shown} does not fit here", f"it should be {wanted}"


def _shortened(given: object) -> str:
    """Return a refused value as it is told: whole, unless it is long."""
    whole = repr(given)
    return whole if len(whole) <= MOST_SHOWN else f"{whole[:MOST_SHOWN]} ..."


def _present(path: KeyPath, tree: Any) -> KeyPath:
    """Return a path without the numbers of things that the file gives as one instead of a list."""
    kept: list[str | int] = []
    for step in path:
        if isinstance(step, int) and isinstance(tree, Mapping):
            continue
        kept.append(step)
        if isinstance(tree, Mapping):
            tree = tree.get(step)
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
    return tuple(kept)


def _keys_at(path: KeyPath) -> list[str]:
    model: Any = LayoutFields
    for step in path:
        if isinstance(step, str):
            model = _inner_model(model, step)
    return [field.alias or name for name, field in model.model_fields.items()]


def _inner_model(model: Any, key: str) -> Any:
    for name, field in model.model_fields.items():
        if key == (field.alias or name):
            return next(part for part in _parts(field.annotation) if hasattr(part, "model_fields"))
    raise KeyError(key)


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _parts(part)


def _where(path: KeyPath) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
