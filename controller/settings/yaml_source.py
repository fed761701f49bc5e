"""From a file to plain values, with the line of each and everything that is wrong with the file as YAML."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from controller.core.errors import ConfigError, Problem
from controller.settings.places import Key, Place, written

MOST_BYTES: Final = 256 * 1024
"""No configuration of a house is larger; what is larger is the wrong file, or meant to hurt."""
MOST_DEPTH: Final = 16

Plain: TypeAlias = "dict[str, Plain] | list[Plain] | str | int | float | bool | None"

_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,18}")
_OTHER_BASE: Final = re.compile(r"0o[0-7]{1,18}|0x[0-9a-fA-F]{1,15}")
_FLOAT: Final = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}


@dataclass(frozen=True, slots=True)
class Document:
    """A file as values.

    Args:
        source: Its name as the user wrote it.
        values: What it holds.
        lines: Line of each key and list item, from 1, by its place.
        problems: What is wrong with it although it could be read.
    """

    source: str
    values: Mapping[str, object]
    lines: Mapping[Place, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def line(self, place: Place) -> int | None:
        """Return the line of a place, or of the nearest one around it that has one."""
        return next(
            (self.lines[place[:size]] for size in range(len(place), -1, -1) if place[:size] in self.lines),
            None,
        )


def read_document(path: Path) -> Document:
    """Read a YAML file.

    Raises:
        ConfigError: It cannot be read, or it is no YAML mapping at all.
    """
    source = str(path)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError(source, (_unreadable(error),)) from None
    return parse_document(content, source)


def parse_document(content: bytes, source: str) -> Document:
    """Parse the content of a YAML file; arguments and errors as for ``read_document``."""
    if len(content) > MOST_BYTES:
        raise _refused(source, f"is larger than {MOST_BYTES // 1024} KiB", "is it the right file?")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _refused(source, "is not a UTF-8 text file", "save it as UTF-8", line) from None
    reader = _Reader(text)
    try:
        values = reader.read()
    except YAMLError as error:
        raise ConfigError(source, (_syntax(error, text),)) from None
    if values is None and not reader.problems:
        raise _refused(source, "is empty", "start with: zcw config example > zcw.yaml")
    if not isinstance(values, dict):
        message = "must hold keys and values, such as site: and broker:"
        raise ConfigError(source, (*reader.problems, Problem("", message, 1)))
    return Document(source, values, reader.lines, tuple(reader.problems))


class _TooDeep(YAMLError):
    """Raised where lists and keys are nested beyond reason."""


class _Reader:
    """Builds plain values from parser events.

    Written on events rather than on a loader, because a loader expands aliases before anybody can count what they
    grow to, stops at the first duplicate key, and turns some texts into dates.
    """

    def __init__(self, text: str) -> None:
        self._events: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)
        self.lines: dict[Place, int] = {}
        self.problems: list[Problem] = []

    def read(self) -> Plain:
        values: Plain = None
        documents = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._complain((), "holds a second document", event, "remove the line with ---")
                    return values
                values = self._value(next(self._events), ())
        return values

    def _value(self, event: Event, place: Place) -> Plain:
        if len(place) > MOST_DEPTH:
            raise _TooDeep(event.start_mark.line + 1)
        match event:
            case MappingStartEvent():
                self._refuse_tag(event, place)
                return self._mapping(place)
            case SequenceStartEvent():
                self._refuse_tag(event, place)
                return self._sequence(place)
            case ScalarEvent():
                self._refuse_tag(event, place)
                return _scalar(event)
            case _:
                self._complain(place, "aliases (*name) are not supported", event, "write the value out")
                return None

    def _mapping(self, place: Place) -> dict[str, Plain]:
        values: dict[str, Plain] = {}
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._key(event, place)
            inner = (*place, key)
            if key in values:
                self._complain(
                    inner, f"stands twice; first on line {self.lines[inner]}", event, "keep one of the two"
                )
                self._value(next(self._events), (*inner, "?"))  # so that the first one keeps its lines
                continue
            self.lines[inner] = event.start_mark.line + 1
            values[key] = self._value(next(self._events), inner)
        return values

    def _key(self, event: Event, place: Place) -> str:
        if isinstance(event, ScalarEvent):
            return str(event.value)
        self._complain(place, "a key must be a plain word", event)
        self._value(event, (*place, "?"))
        return "?"

    def _sequence(self, place: Place) -> list[Plain]:
        values: list[Plain] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            inner: Place = (*place, len(values))
            self.lines[inner] = event.start_mark.line + 1
            values.append(self._value(event, inner))
        return values

    def _refuse_tag(self, event: MappingStartEvent | SequenceStartEvent | ScalarEvent, place: Place) -> None:
        if event.tag is not None:
            self._complain(place, f"tags ({event.tag}) are not supported", event, "remove the tag")

    def _complain(self, place: tuple[Key, ...], message: str, event: Event, cure: str = "") -> None:
        self.problems.append(Problem(written(place), message, event.start_mark.line + 1, cure))


def _scalar(event: ScalarEvent) -> Plain:
    text = str(event.value)
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OTHER_BASE.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


def _syntax(error: YAMLError, text: str) -> Problem:
    if isinstance(error, _TooDeep):
        return Problem(
            "", f"is nested more than {MOST_DEPTH} levels deep", int(str(error)), "is it the right file?"
        )
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else None
        said = ", ".join(part for part in (error.context, error.problem) if part)
        cure = (
            "indent with spaces, not tabs" if "'\\t'" in said else "check indentation, colons and quotes here"
        )
        return Problem("", f"is not valid YAML: {said}", line, cure)
    position = getattr(error, "position", None)
    line = text.count("\n", 0, position) + 1 if isinstance(position, int) else None
    return Problem("", "holds characters that no text has", line, "is it the right file?")


def _unreadable(error: OSError) -> Problem:
    match error:
        case FileNotFoundError():
            return Problem("", "no such file", cure="start with: zcw config example > zcw.yaml")
        case IsADirectoryError():
            return Problem("", "is a folder", cure="name the file in it")
        case PermissionError():
            return Problem("", "may not be read by this user", cure="check its owner and mode")
        case _:
            return Problem("", f"cannot be read: {error.strerror}")


def _refused(source: str, message: str, cure: str, line: int | None = None) -> ConfigError:
    return ConfigError(source, (Problem("", message, line, cure),))
