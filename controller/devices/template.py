"""From a template as YAML gives it to a checked ``Template``; every problem is reported at once."""

from collections.abc import Mapping
from typing import Final

from controller.core.errors import ConfigError, Problem
from controller.core.events import CueKind
from controller.core.leases import LeaseClass
from controller.devices.authoring import NAME, Pieces, choice, listing, parameter
from controller.devices.facts import HeaterMode, Press
from controller.devices.lease import LeaseEncoding
from controller.devices.meters import POWERS, RATES, VOLUMES
from controller.devices.parameters import PLACEHOLDER
from controller.devices.section import Section
from controller.devices.shape import (
    ACTIVE,
    DAY,
    IGNORE,
    INACTIVE,
    LEASE,
    PLAN,
    HeaterShape,
    MessageShape,
    ScheduleShape,
    Start,
    SwitchShape,
    Template,
    WordsShape,
)

_PRESSES: Final = (*(press.value for press in Press), IGNORE)
_MODES: Final = (*(mode.value for mode in HeaterMode), IGNORE)
_CUES: Final = (ACTIVE, INACTIVE, IGNORE)


def parse_template(raw: Mapping[str, object], source: str = "template") -> Template:
    """Return the template that a mapping describes.

    Args:
        raw: The file as plain values.
        source: Name of the file, for the messages.

    Raises:
        ConfigError: The template is wrong (its author's fault); carries every problem.
    """
    problems: list[Problem] = []
    template = _template(Section(raw, "", problems))
    if problems:
        raise ConfigError(source, tuple(problems))
    return template


def _template(root: Section) -> Template:
    family = root.text("family")
    if not NAME.fullmatch(family):
        root.complain("family", f"{family!r} must be a lower-case word")
    parameters = tuple(parameter(name, at) for name, at in root.named_sections("parameters"))
    pieces = Pieces(each.name for each in parameters)
    template = Template(
        family=family,
        title=root.text("title"),
        notes=root.text("notes", ""),
        parameters=parameters,
        switch=_switch(root.section("switch"), pieces),
        temperature=pieces.numbers(at, ("C", "F")) if (at := root.section("temperature")) else None,
        flow=pieces.numbers(at, (*RATES, *VOLUMES)) if (at := root.section("flow")) else None,
        button=pieces.words(at, _PRESSES) if (at := root.section("button")) else None,
        cues=_cues(root, pieces),
        heater=_heater(root.section("heater"), pieces),
        schedule=_schedule(root.section("schedule"), pieces),
        availability=tuple(pieces.state(at, "online", "offline") for at in root.sections("availability")),
        signs=pieces.signs(root),
    )
    if not template.capabilities:
        root.complain("", "has no switch, no sensor, no button and no heater")
    root.close()
    return template


def _cues(root: Section, pieces: Pieces) -> dict[CueKind, WordsShape]:
    sections = {kind: root.section(kind.value) for kind in CueKind}
    return {kind: pieces.words(at, _CUES) for kind, at in sections.items() if at is not None}


def _switch(section: Section | None, pieces: Pieces) -> SwitchShape | None:
    if section is None:
        return None
    shape = SwitchShape(
        starts=tuple(_start(at, pieces) for at in section.sections("on", required=True)),
        stops=pieces.messages(section, "off", required=True),
        states=tuple(pieces.state(at, "on", "off") for at in section.sections("states", required=True)),
        query=pieces.messages(section, "query"),
        leases=pieces.number_sources(section, "leases", LeaseEncoding),
        power=pieces.number_sources(section, "power", POWERS),
        when=pieces.when(section),
    )
    if shape.starts and shape.starts[-1].when:
        section.complain("on", "the last way to switch on must have no 'when'")
    section.close()
    return shape


def _start(section: Section, pieces: Pieces) -> Start:
    start = Start(
        messages=pieces.messages(section, "messages", (LEASE,), required=True),
        when=pieces.when(section),
        lease_class=choice(section, "class", LeaseClass, LeaseClass.C),
        encoding=pieces.filled(section, "encoding", ""),
        most=section.integer("most", None, least=1, most=2**31),
    )
    leased = start.lease_class is LeaseClass.A
    carries = any("{lease}" in message.payload for message in start.messages)
    if bool(start.encoding) is not leased or (carries and not leased):
        section.complain("class", "A goes with an encoding and {lease} in a payload, B and C with neither")
    if not PLACEHOLDER.search(start.encoding) and start.encoding not in ("", *LeaseEncoding):
        section.complain("encoding", f"{start.encoding!r} is none of {listing(LeaseEncoding)}")
    section.close()
    return start


def _heater(section: Section | None, pieces: Pieces) -> HeaterShape | None:
    if section is None:
        return None
    shape = HeaterShape(
        modes=_modes(section, pieces),
        states=pieces.word_sources(section, "states", _MODES),
        query=pieces.messages(section, "query"),
        when=pieces.when(section),
    )
    known = {mode for mode, _ in shape.modes}
    if HeaterMode.OFF not in known or not known & {HeaterMode.ALL_DAY, HeaterMode.SINGLE_SHOT}:
        section.complain("modes", "must hold off, and all_day or single_shot")
    section.close()
    return shape


def _modes(section: Section, pieces: Pieces) -> tuple[tuple[HeaterMode, tuple[MessageShape, ...]], ...]:
    below = section.section("modes")
    if below is None:
        section.complain("modes", "is missing")
        return ()
    modes = tuple((mode, pieces.messages(below, mode.value)) for mode in HeaterMode if below.has(mode.value))
    below.close()
    return modes


def _schedule(section: Section | None, pieces: Pieces) -> ScheduleShape | None:
    if section is None:
        return None
    extra = frozenset((DAY, PLAN))
    told, write = section.section("told"), section.section("write")
    if told is None or write is None:
        section.complain("", "needs told and write")
        return None
    shape = ScheduleShape(
        days=section.texts("days"),
        ask=pieces.messages(section, "ask", (DAY,)),
        told=pieces.source(told, extra),
        write=pieces.message(write, extra),
        always=pieces.filled(section, "always", None),
        never=pieces.filled(section, "never", None),
    )
    if f"{{{PLAN}}}" not in shape.write.payload:
        write.complain("payload", "holds no {plan}")
    told.close()
    section.close()
    return shape
