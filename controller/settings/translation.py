"""From what pydantic found to sentences with a value, an allowed range and a cure."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from types import UnionType
from typing import Any, Final, TypeAlias, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from controller.core.errors import Problem
from controller.core.plumbing import SENSOR_ROLES
from controller.settings.places import Place, shown, written
from controller.strategies.registry import STRATEGIES

_Context: TypeAlias = Mapping[str, Any]

_CURES: Final[Mapping[str, str]] = {
    "password": "never write the password here: put it into a file and give password_file, or give password_env",
    "timezone": "write time_zone",
    "url": "give host and port",
    "server": "write host",
    "user": "write username",
    "on_below": "write on_below_c",
    "off_above": "write off_above_c",
}
"""Keys that people try, and what to write instead."""


def problems(error: ValidationError, form: type[BaseModel], root: Place = ()) -> list[tuple[Place, Problem]]:
    """Return every problem with its place; lines are still missing.

    Args:
        error: What pydantic found.
        form: The form that was filled in.
        root: Place of the form in the file.
    """
    found: dict[Place, Problem] = {}
    for detail in error.errors(include_url=False):
        place, near = _walk(detail["loc"], form)
        whole = (*root, *place)
        message, cure = _sentence(detail, near)
        found.setdefault(whole, Problem(written(whole), message, cure=cure))
    return list(found.items())


class _Near:
    """What is known about the place of an error: the form around it, its field, and the last key."""

    def __init__(self, form: type[BaseModel] | None, field: FieldInfo | None, key: str) -> None:
        self.form = form
        self.field = field
        self.key = key

    @property
    def keys(self) -> list[str]:
        """Return the keys that the form around knows."""
        if self.form is None:
            return []
        return [field.alias or name for name, field in self.form.model_fields.items()]

    @property
    def range(self) -> str:
        """Return the allowed range of the field, as words."""
        marks = self.field.metadata if self.field is not None else []
        least = next((mark.ge for mark in marks if isinstance(mark, Ge)), None)
        most = next((mark.le for mark in marks if isinstance(mark, Le)), None)
        if least is not None and most is not None:
            return f"from {least:g} to {most:g}"
        return f"at least {least:g}" if least is not None else f"at most {most:g}"


def _walk(steps: Iterable[str | int], form: type[BaseModel]) -> tuple[Place, _Near]:
    """Follow an error's steps through the forms; steps that name a variant are not places of the file."""
    place: list[str | int] = []
    kinds: tuple[Any, ...] = (form,)
    around: type[BaseModel] | None = None
    field: FieldInfo | None = None
    for step in steps:
        if step == "[key]":
            continue  # the name itself is wrong, and stands in the step before
        variant = [kind for kind in kinds if _is_form(kind) and _tag(kind) == step]
        if variant and len(kinds) > 1:
            kinds = tuple(variant)
            continue
        inner = next((kind for kind in kinds if _is_form(kind)), None)
        if inner is not None:
            around, field = inner, _field(inner, step)
            place.append(step)
            kinds = _kinds(field.annotation) if field is not None else ()
        elif isinstance(step, int) or any(get_origin(kind) is dict for kind in kinds):
            place.append(step)
            kinds = tuple(part for kind in kinds for part in _kinds(_item(kind)))
            around, field = None, None
        # Other steps name pydantic's own branches, such as list[...] of a union.
    return tuple(place), _Near(around, field, str(place[-1]) if place else "")


def _is_form(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _tag(form: type[BaseModel]) -> str | None:
    field = form.model_fields.get("type")
    return None if field is None else str(get_args(field.annotation)[0])


def _field(form: type[BaseModel], key: str | int) -> FieldInfo | None:
    return next((field for name, field in form.model_fields.items() if key in (name, field.alias)), None)


def _kinds(annotation: Any) -> tuple[Any, ...]:
    if hasattr(annotation, "__metadata__"):
        return _kinds(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return tuple(part for option in get_args(annotation) for part in _kinds(option))
    return (annotation,)


def _item(kind: Any) -> Any:
    arguments = get_args(kind)
    return arguments[-1] if arguments else Any


def _sentence(detail: ErrorDetails, near: _Near) -> tuple[str, str]:
    context = detail.get("ctx", {})
    kind = detail["type"]
    if kind == "zcw":
        return str(context["message"]), str(context["cure"])
    if kind == "extra_forbidden":
        return "unknown key", _CURES.get(near.key) or did_you_mean(near.key, near.keys)
    if kind == "missing":
        return "is missing", _description(near)
    value = detail["input"]
    if value is None:
        return "is empty", "give a value, or remove the key to have the default"
    teller = _TELLERS.get(kind)
    if teller is not None:
        return teller(value, context, near)
    return f"{detail['msg'][:1].lower()}{detail['msg'][1:]}, not {shown(value)}", ""


_Teller: TypeAlias = Callable[[object, _Context, _Near], tuple[str, str]]


def _out_of_range(value: object, _: _Context, near: _Near) -> tuple[str, str]:
    strict = near.form is not None and near.form.__name__ == "LimitsForm"
    cure = "limits can only be made stricter" if strict else ""
    return f"must be {near.range}, not {shown(value)}", cure


def _none_of(value: object, context: _Context, _: _Near) -> tuple[str, str]:
    known = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
    return f"must be one of {', '.join(known)}, not {shown(value)}", _nearest(value, known)


def _unknown_variant(_value: object, context: _Context, _: _Near) -> tuple[str, str]:
    known = str(context["expected_tags"]).replace("'", "").split(", ")
    tag = context["tag"]
    return f"unknown type {shown(tag)}; known: {', '.join(known)}", _nearest(tag, known)


def _no_variant(*_: object) -> tuple[str, str]:
    return "has no type", "such as type: on_demand"


def _no_text(value: object, _: _Context, __: _Near) -> tuple[str, str]:
    scalar = isinstance(value, bool | int | float)
    return f"must be text, not {shown(value)}", f'put it in quotes: "{shown(value)}"' if scalar else ""


def _wrong(what: str, cure: str = "") -> _Teller:
    return lambda value, _, near: (f"must be {what}, not {shown(value)}", cure or _range_hint(near))


def _range_hint(near: _Near) -> str:
    marks = near.field.metadata if near.field is not None else []
    return f"allowed: {near.range}" if any(isinstance(mark, Ge | Le) for mark in marks) else ""


def _too_few(*_: object) -> tuple[str, str]:
    return "is empty", "give at least one"


def _too_many(_: object, context: _Context, __: _Near) -> tuple[str, str]:
    return f"has too many entries: {context['actual_length']}, at most {context['max_length']}", ""


def _section(value: object, _: _Context, near: _Near) -> tuple[str, str]:
    cure = ""
    if isinstance(value, str) and near.key in ("pump", *SENSOR_ROLES):
        cure = f"write device: {value:.60} on the next line, indented"
    if isinstance(value, str) and value in STRATEGIES:
        cure = f"write type: {value}"
    return f"must be a section with keys and values, not {shown(value)}", cure


_TELLERS: Final[Mapping[str, _Teller]] = {
    "greater_than_equal": _out_of_range,
    "less_than_equal": _out_of_range,
    "literal_error": _none_of,
    "union_tag_invalid": _unknown_variant,
    "union_tag_not_found": _no_variant,
    "string_type": _no_text,
    "int_type": _wrong("a whole number"),
    "int_from_float": _wrong("a whole number"),
    "float_type": _wrong("a number"),
    "finite_number": _wrong("a finite number"),
    "bool_type": _wrong("true or false"),
    "list_type": _wrong("a list", "write each entry on a line of its own that begins with '-'"),
    "too_short": _too_few,
    "string_too_short": _too_few,
    "too_long": _too_many,
    "model_type": _section,
    "model_attributes_type": _section,
    "dict_type": _section,
}


def _description(near: _Near) -> str:
    return (near.field.description or "").rstrip(".") if near.field is not None else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the known word that is meant, or all of them."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=1)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(words)}"


def _nearest(value: object, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(value), list(known), n=1)
    return f"did you mean {near[0]}?" if near else ""
