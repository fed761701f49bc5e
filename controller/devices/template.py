"""From a template as YAML gives it to a checked ``Template``; every problem is reported at once."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, TypeVar

from controller.core.errors import ConfigError, Problem
from controller.devices.facts import Press
from controller.devices.lease import LeaseClass, LeaseEncoding
from controller.devices.parameters import PLACEHOLDER, value_complaint
from controller.devices.section import Section
from controller.devices.shape import (
    CHANNEL,
    IGNORE,
    LEASE,
    ButtonShape,
    ButtonSource,
    Kind,
    MessageShape,
    Parameter,
    SourceShape,
    Start,
    StateShape,
    SwitchShape,
    TemperatureShape,
    TemperatureSource,
    Template,
)

_Named = TypeVar("_Named", bound=StrEnum)

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MEANINGS: Final = (*(press.value for press in Press), IGNORE)


def parse_template(raw: Mapping[str, object], source: str = "template") -> Template:
    """Return the template that a mapping describes.

    Args:
        raw: The file as plain values.
        source: Name of the file, for the messages.

    Raises:
        ConfigError: The template is wrong (its author's fault); carries every problem.
    """
    problems: list[Problem] = []
    template = _Author(raw, problems).template()
    if problems:
        raise ConfigError(source, tuple(problems))
    return template


class _Author:
    """Reads one template; knows the names that may stand in its placeholders."""

    def __init__(self, raw: Mapping[str, object], problems: list[Problem]) -> None:
        self._root = Section(raw, "", problems)
        self._names: set[str] = set()

    def template(self) -> Template:
        root = self._root
        family = root.text("family")
        if not _NAME.fullmatch(family):
            root.complain("family", f"{family!r} must be a lower-case word")
        parameters = self._parameters()
        template = Template(
            family=family,
            title=root.text("title"),
            notes=root.text("notes", ""),
            parameters=parameters,
            switch=self._switch(),
            temperature=self._temperature(),
            button=self._button(),
            availability=tuple(
                self._state(section, "online", "offline") for section in root.sections("availability")
            ),
        )
        if not (template.switch or template.temperature or template.button):
            root.complain("", "has no switch, no temperature and no button")
        root.close()
        return template

    def _parameters(self) -> tuple[Parameter, ...]:
        parameters = tuple(_parameter(name, at) for name, at in self._root.named_sections("parameters"))
        self._names = {parameter.name for parameter in parameters}
        return parameters

    def _switch(self) -> SwitchShape | None:
        section = self._root.section("switch")
        if section is None:
            return None
        shape = SwitchShape(
            starts=tuple(self._start(at) for at in section.sections("on", required=True)),
            stops=self._messages(section, "off", required=True),
            states=tuple(self._state(at, "on", "off") for at in section.sections("states", required=True)),
            query=self._messages(section, "query"),
            when=self._when(section),
        )
        if shape.starts and shape.starts[-1].when:
            section.complain("on", "the last way to switch on must have no 'when'")
        section.close()
        return shape

    def _start(self, section: Section) -> Start:
        start = Start(
            messages=self._messages(section, "messages", extra=(LEASE,), required=True),
            when=self._when(section),
            lease_class=_choice(section, "class", LeaseClass, LeaseClass.C),
            encoding=self._filled(section, "encoding", ""),
            most=section.integer("most", None, least=1, most=2**31),
        )
        leased = start.lease_class is LeaseClass.A
        carries = any("{lease}" in message.payload for message in start.messages)
        if bool(start.encoding) is not leased or (carries and not leased):
            section.complain(
                "class", "A goes with an encoding and {lease} in a payload, B and C with neither"
            )
        if not PLACEHOLDER.search(start.encoding) and start.encoding not in ("", *LeaseEncoding):
            section.complain("encoding", f"{start.encoding!r} is none of {_listed(LeaseEncoding)}")
        section.close()
        return start

    def _temperature(self) -> TemperatureShape | None:
        section = self._root.section("temperature")
        if section is None:
            return None
        channel, extra = _channel(section)
        shape = TemperatureShape(
            sources=tuple(
                self._temperature_source(at, extra) for at in section.sections("sources", required=True)
            ),
            channel=channel,
            query=self._messages(section, "query"),
            when=self._when(section),
        )
        section.close()
        return shape

    def _temperature_source(self, section: Section, extra: tuple[str, ...]) -> TemperatureSource:
        source = TemperatureSource(
            source=self._source(section, extra),
            unit=self._filled(section, "unit", "C"),
            unit_path=self._filled(section, "unit_path", "", extra),
        )
        if not PLACEHOLDER.search(source.unit) and source.unit not in ("C", "F"):
            section.complain("unit", f"{source.unit!r} is neither C nor F")
        section.close()
        return source

    def _button(self) -> ButtonShape | None:
        section = self._root.section("button")
        if section is None:
            return None
        channel, extra = _channel(section)
        sources = section.sections("sources", required=True)
        shape = ButtonShape(
            sources=tuple(self._button_source(at, extra) for at in sources),
            channel=channel,
            when=self._when(section),
        )
        section.close()
        return shape

    def _button_source(self, section: Section, extra: tuple[str, ...]) -> ButtonSource:
        source = ButtonSource(source=self._source(section, extra), values=section.pairs("values"))
        for value, meaning in source.values:
            self._check(section, "values", value, ())
            if meaning not in _MEANINGS:
                section.complain("values", f"{meaning!r} is none of {_listed(_MEANINGS)}")
        section.close()
        return source

    def _state(self, section: Section, yes: str, no: str) -> StateShape:
        shape = StateShape(source=self._source(section), yes=section.texts(yes), no=section.texts(no))
        for value in (*shape.yes, *shape.no):
            self._check(section, yes, value, ())
        if both := set(shape.yes) & set(shape.no):
            section.complain(yes, f"{_listed(sorted(both))} cannot mean both")
        section.close()
        return shape

    def _source(self, section: Section, extra: tuple[str, ...] = ()) -> SourceShape:
        return SourceShape(
            topic=self._filled(section, "topic", None, extra),
            path=self._filled(section, "path", "", extra),
            when=self._when(section),
            optional=section.flag("optional"),
            or_plain=section.flag("or_plain"),
        )

    def _messages(
        self, section: Section, key: str, extra: tuple[str, ...] = (), *, required: bool = False
    ) -> tuple[MessageShape, ...]:
        return tuple(self._message(at, extra) for at in section.sections(key, required=required))

    def _message(self, section: Section, extra: tuple[str, ...]) -> MessageShape:
        message = MessageShape(
            topic=self._filled(section, "topic", None),
            payload=self._filled(section, "payload", None, extra),
            qos=section.integer("qos", 0, least=0, most=1) or 0,
            when=self._when(section),
        )
        section.close()
        return message

    def _when(self, section: Section) -> str:
        name = section.text("when", "")
        if name and name not in self._names:
            section.complain("when", f"{name!r} is no parameter of this template")
        return name

    def _filled(self, section: Section, key: str, default: str | None, extra: tuple[str, ...] = ()) -> str:
        text = section.text(key, default)
        self._check(section, key, text, extra)
        return text

    def _check(self, section: Section, key: str, text: str, extra: tuple[str, ...]) -> None:
        for name in PLACEHOLDER.findall(text):
            if name not in self._names and name not in extra:
                section.complain(key, f"{{{name}}} is no parameter of this template")


def _channel(section: Section) -> tuple[Parameter | None, tuple[str, ...]]:
    below = section.section(CHANNEL)
    if below is None:
        return None, ()
    return _parameter(CHANNEL, below), (CHANNEL,)


def _parameter(name: str, section: Section) -> Parameter:
    if not _NAME.fullmatch(name) or name == LEASE:
        section.complain("", f"{name!r} must be a lower-case word, and not 'lease'")
    parameter = Parameter(
        name=name,
        kind=_choice(section, "kind", Kind, Kind.TEXT),
        help=section.text("help"),
        required=section.flag("required"),
        default=section.text("default", ""),
        choices=section.texts("choices", ()),
        least=section.integer("least", 0, least=-(2**31), most=2**31) or 0,
        most=section.integer("most", 2**31 - 1, least=-(2**31), most=2**31) or 0,
        pattern=section.text("pattern", ""),
    )
    _check_parameter(parameter, section)
    section.close()
    return parameter


def _check_parameter(parameter: Parameter, section: Section) -> None:
    if parameter.required and parameter.default:
        section.complain("default", "a required parameter has none")
    if (parameter.kind is Kind.CHOICE) is not bool(parameter.choices):
        section.complain("choices", "belong to the kind 'choice', and to no other")
    try:
        re.compile(parameter.pattern)
    except re.error as error:
        section.complain("pattern", f"{parameter.pattern!r} is no regular expression: {error}")
        return
    if parameter.default and (complaint := value_complaint(parameter, parameter.default)):
        section.complain("default", f"{parameter.default!r} {complaint}")


def _choice(section: Section, key: str, choices: type[_Named], default: _Named) -> _Named:
    value = section.text(key, default.value)
    try:
        return choices(value)
    except ValueError:
        section.complain(key, f"{value!r} is none of {_listed(choices)}")
        return default


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
