"""The parameters of one device: checked, completed with defaults, and filled into the template's texts."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from controller.core.errors import Problem
from controller.devices.jsonpath import Path
from controller.devices.shape import Kind, Parameter
from controller.devices.topics import name_complaint, topic_complaint

PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
"""``{name}``; a JSON object in a payload never looks like this, for its keys are quoted."""
MOST_TEXT: Final = 512
"""Longest payload or value, in characters."""


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its placeholders filled in, once: values are not searched for more placeholders."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def resolve(
    parameters: Sequence[Parameter], given: Mapping[str, object]
) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Return every parameter as text, empty when absent or false, and what is wrong with those given.

    Args:
        parameters: What the family asks for.
        given: What the owner wrote.
    """
    problems = list(_unknown(parameters, given))
    values: dict[str, str] = {}
    for parameter in parameters:
        value, complaint = _one(parameter, given)
        values[parameter.name] = value
        if complaint:
            problems.append(Problem(parameter.name, complaint, cure=parameter.help))
    return values, tuple(problems)


def _unknown(parameters: Sequence[Parameter], given: Mapping[str, object]) -> Iterator[Problem]:
    names = [parameter.name for parameter in parameters]
    for key in given:
        if key not in names:
            near = difflib.get_close_matches(str(key), names, n=1)
            cure = f"did you mean {near[0]}?" if near else f"known: {', '.join(names)}"
            yield Problem(str(key), "unknown parameter", cure=cure)


def _one(parameter: Parameter, given: Mapping[str, object]) -> tuple[str, str | None]:
    if parameter.name not in given:
        return parameter.default, "is missing" if parameter.required else None
    value = given[parameter.name]
    match parameter.kind, value:
        case Kind.BOOLEAN, bool():
            return "true" if value else "", None
        case Kind.TEXT, bool():
            return "true" if value else "false", None
        case (Kind.BOOLEAN, _) | (_, bool()):
            return "", f"must be {_wanted(parameter)}, not {value!r:.80}"
        case _, str() | int():
            complaint = value_complaint(parameter, str(value))
            return str(value), f"{value!r:.80} {complaint}" if complaint else None
        case _:
            return "", f"must be {_wanted(parameter)}, not {value!r:.80}"


def _wanted(parameter: Parameter) -> str:
    return "true or false" if parameter.kind is Kind.BOOLEAN else f"a {parameter.kind}"


def value_complaint(parameter: Parameter, text: str) -> str | None:
    """Return what is wrong with a parameter's value; None when nothing is."""
    if complaint := _kind_complaint(parameter, text):
        return complaint
    if parameter.pattern and not re.fullmatch(parameter.pattern, text):
        return f"does not match {parameter.pattern}"
    return None


def _kind_complaint(parameter: Parameter, text: str) -> str | None:
    match parameter.kind:
        case Kind.TOPIC:
            return topic_complaint(text)
        case Kind.NAME:
            return name_complaint(text)
        case Kind.PATH:
            return _path_complaint(text)
        case Kind.INTEGER:
            return _integer_complaint(parameter, text)
        case Kind.CHOICE:
            return None if text in parameter.choices else f"is none of {', '.join(parameter.choices)}"
        case Kind.BOOLEAN:
            return None if text == "true" else "cannot be a default, absent is false"
        case Kind.TEXT:
            return _payload_complaint(text)


def _path_complaint(text: str) -> str | None:
    try:
        Path(text)
    except ValueError as error:
        return f"cannot be used: {error}"
    return None


def _integer_complaint(parameter: Parameter, text: str) -> str | None:
    if not re.fullmatch(r"-?[0-9]{1,10}", text) or not parameter.least <= int(text) <= parameter.most:
        return f"is no integer from {parameter.least} to {parameter.most}"
    return None


def _payload_complaint(text: str) -> str | None:
    if len(text) > MOST_TEXT:
        return f"is {len(text)} characters long, {MOST_TEXT} at most"
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        return "holds characters that cannot be sent"
    return None
