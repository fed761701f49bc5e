"""The pieces of a template: messages, sources, parameters, channels. What is wrong is collected, never raised."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, TypeVar

from controller.devices.parameters import PLACEHOLDER, value_complaint
from controller.devices.section import Section
from controller.devices.shape import (
    CHANNEL,
    LEASE,
    PLAN,
    Kind,
    MessageShape,
    NumberSource,
    NumbersShape,
    Parameter,
    SourceShape,
    StateShape,
    WordSource,
    WordsShape,
)

_Named = TypeVar("_Named", bound=StrEnum)

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NONE: Final = frozenset[str]()


class Pieces:
    """Reads the pieces of one template; knows the names that may stand in its placeholders.

    Args:
        names: Names of the template's parameters.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)

    def numbers(self, section: Section, units: Iterable[str]) -> NumbersShape:
        """Return sensors that tell numbers."""
        channel, extra = self._channel(section)
        shape = NumbersShape(
            sources=self.number_sources(section, "sources", units, extra, required=True),
            channel=channel,
            query=self.messages(section, "query", extra),
            when=self.when(section),
        )
        section.close()
        return shape

    def number_sources(
        self,
        section: Section,
        key: str,
        units: Iterable[str],
        extra: frozenset[str] = _NONE,
        *,
        required: bool = False,
    ) -> tuple[NumberSource, ...]:
        """Return where numbers in one of the units are heard; the first unit is the usual one."""
        known = tuple(units)
        return tuple(self._number_source(at, known, extra) for at in section.sections(key, required=required))

    def _number_source(self, section: Section, units: tuple[str, ...], extra: frozenset[str]) -> NumberSource:
        source = NumberSource(
            source=self.source(section, extra),
            unit=self.filled(section, "unit", units[0]),
            unit_path=self.filled(section, "unit_path", "", extra),
            per=self.filled(section, "per", ""),
        )
        if not PLACEHOLDER.search(source.unit) and source.unit not in units:
            section.complain("unit", f"{source.unit!r} is none of {listing(units)}")
        section.close()
        return source

    def words(self, section: Section, meanings: Iterable[str]) -> WordsShape:
        """Return sensors that tell words."""
        channel, extra = self._channel(section)
        shape = WordsShape(
            sources=self.word_sources(section, "sources", meanings, extra),
            channel=channel,
            when=self.when(section),
        )
        section.close()
        return shape

    def word_sources(
        self, section: Section, key: str, meanings: Iterable[str], extra: frozenset[str] = _NONE
    ) -> tuple[WordSource, ...]:
        """Return where words with one of the meanings are heard."""
        known = tuple(meanings)
        return tuple(self._word_source(at, known, extra) for at in section.sections(key, required=True))

    def _word_source(self, section: Section, meanings: tuple[str, ...], extra: frozenset[str]) -> WordSource:
        source = WordSource(source=self.source(section, extra), values=section.pairs("values"))
        for value, meaning in source.values:
            self._check(section, "values", value, extra)
            if meaning not in meanings:
                section.complain("values", f"{meaning!r} is none of {listing(meanings)}")
        section.close()
        return source

    def state(self, section: Section, yes: str, no: str) -> StateShape:
        """Return where a two-valued state is heard."""
        shape = StateShape(
            source=self.source(section),
            yes=section.texts(yes),
            no=section.texts(no),
            cause_path=self.filled(section, "cause_path", ""),
            timer=section.texts("timer", ()),
        )
        for value in (*shape.yes, *shape.no):
            self._check(section, yes, value, _NONE)
        if both := set(shape.yes) & set(shape.no):
            section.complain(yes, f"{listing(sorted(both))} cannot mean both")
        if bool(shape.cause_path) is not bool(shape.timer):
            section.complain("timer", "goes with a cause_path, and neither without the other")
        section.close()
        return shape

    def source(self, section: Section, extra: frozenset[str] = _NONE) -> SourceShape:
        """Return where a value is heard."""
        return SourceShape(
            topic=self.filled(section, "topic", None, extra),
            path=self.filled(section, "path", "", extra),
            when=self.when(section),
            unless=self.when(section, "unless"),
            optional=section.flag("optional"),
            or_plain=section.flag("or_plain"),
            seen_path=self.filled(section, "seen_path", ""),
        )

    def messages(
        self, section: Section, key: str, extra: Iterable[str] = (), *, required: bool = False
    ) -> tuple[MessageShape, ...]:
        """Return messages to publish."""
        return tuple(self.message(at, frozenset(extra)) for at in section.sections(key, required=required))

    def message(self, section: Section, extra: frozenset[str]) -> MessageShape:
        """Return one message to publish."""
        message = MessageShape(
            topic=self.filled(section, "topic", None, extra - {LEASE, PLAN}),
            payload=self.filled(section, "payload", None, extra),
            qos=section.integer("qos", 0, least=0, most=1) or 0,
            when=self.when(section),
            unless=self.when(section, "unless"),
        )
        section.close()
        return message

    def signs(self, section: Section) -> tuple[str, ...]:
        """Return the topics on which a device can be recognised."""
        signs = section.texts("signs", ())
        for sign in signs:
            self._check(section, "signs", sign, _NONE)
        return signs

    def when(self, section: Section, key: str = "when") -> str:
        """Return the name of a parameter that a piece depends on; empty for none."""
        name = section.text(key, "")
        if name and name not in self._names:
            section.complain(key, f"{name!r} is no parameter of this template")
        return name

    def filled(self, section: Section, key: str, default: str | None, extra: frozenset[str] = _NONE) -> str:
        """Return a text whose placeholders are known."""
        text = section.text(key, default)
        self._check(section, key, text, extra)
        return text

    def _check(self, section: Section, key: str, text: str, extra: frozenset[str]) -> None:
        for name in PLACEHOLDER.findall(text):
            if name not in self._names and name not in extra:
                section.complain(key, f"{{{name}}} is no parameter of this template")

    def _channel(self, section: Section) -> tuple[Parameter | None, frozenset[str]]:
        below = section.section(CHANNEL)
        if below is None:
            return None, _NONE
        return parameter(CHANNEL, below), frozenset((CHANNEL,))


def parameter(name: str, section: Section) -> Parameter:
    """Return a parameter of the template, or what names one of several channels."""
    if not NAME.fullmatch(name) or name == LEASE:
        section.complain("", f"{name!r} must be a lower-case word, and not 'lease'")
    found = Parameter(
        name=name,
        kind=choice(section, "kind", Kind, Kind.TEXT),
        help=section.text("help"),
        required=section.flag("required"),
        default=section.text("default", ""),
        choices=section.texts("choices", ()),
        least=section.integer("least", 0, least=-(2**31), most=2**31) or 0,
        most=section.integer("most", 2**31 - 1, least=-(2**31), most=2**31) or 0,
        pattern=section.text("pattern", ""),
        hint=section.texts("hint", ()),
    )
    _check_parameter(found, section)
    section.close()
    return found


def _check_parameter(found: Parameter, section: Section) -> None:
    if found.required and found.default:
        section.complain("default", "a required parameter has none")
    if (found.kind is Kind.CHOICE) is not bool(found.choices):
        section.complain("choices", "belong to the kind 'choice', and to no other")
    try:
        re.compile(found.pattern)
    except re.error as error:
        section.complain("pattern", f"{found.pattern!r} is no regular expression: {error}")
        return
    if found.default and (complaint := value_complaint(found, found.default)):
        section.complain("default", f"{found.default!r} {complaint}")


def choice(section: Section, key: str, choices: type[_Named], default: _Named) -> _Named:
    """Return one of the choices."""
    value = section.text(key, default.value)
    try:
        return choices(value)
    except ValueError:
        section.complain(key, f"{value!r} is none of {listing(choices)}")
        return default


def listing(names: Iterable[str]) -> str:
    """Return names for people."""
    return ", ".join(names)
