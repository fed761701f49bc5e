"""Which devices are there: families recognised by the topics and payloads that were heard on a broker.

The templates say on which topics a device gives itself away. What it can do is found by reading what was heard
with the codec that it would get: only what a controller would understand is proposed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Final, TypeAlias

from controller.core.events import CueKind
from controller.core.leases import LeaseClass
from controller.devices.build import Use, build_codec
from controller.devices.facts import (
    Availability,
    ButtonPress,
    Cue,
    Fact,
    Flow,
    Lease,
    Power,
    SwitchState,
    Temperature,
    Volume,
)
from controller.devices.message import Message
from controller.devices.parameters import PLACEHOLDER, fill, value_complaint
from controller.devices.payload import Payload
from controller.devices.rejects import Rejected
from controller.devices.shape import CHANNEL, Kind, NumbersShape, Parameter, SourceShape, Template, WordsShape
from controller.devices.topics import name_complaint, topic_complaint

MOST_DEVICES: Final = 300
"""More of one family are not looked at: somebody floods the broker."""
MOST_CHANNELS: Final = 64
PUMP_WORDS: Final = ("pump", "circ", "zirk", "umw", "recirc", "pomp", "循环", "泵")
"""Words in a name that speak for a switch being the pump."""

_Values: TypeAlias = Mapping[str, str | bool]


@dataclass(frozen=True, slots=True)
class Heard:
    """One message.

    Args:
        topic: Where.
        payload: What.
        retained: The broker had kept it.
    """

    topic: str
    payload: bytes
    retained: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A device that was recognised.

    Args:
        name: A name for it.
        family: Its family.
        parameters: What the configuration says about it.
        lease_class: What its switch enforces by itself; None when it has no switch.
        on: State of its switch; None when it has not told.
        tells_lease: Its auto-off can be verified.
        power_w: What its switch measures, in W; None when it does not.
        temperatures: Last temperature in C of each channel.
        flows: Channels of its flow sensors.
        buttons: Channels of the buttons that were pressed.
        cues: Kinds and channels of motion, contacts and lights.
        online: Its last will; None when it has none.
    """

    name: str
    family: str
    parameters: Mapping[str, str | bool]
    lease_class: LeaseClass | None = None
    on: bool | None = None
    tells_lease: bool = False
    power_w: float | None = None
    temperatures: Mapping[str, float] = field(default_factory=dict)
    flows: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    cues: tuple[tuple[CueKind, str], ...] = ()
    online: bool | None = None

    @property
    def use(self) -> Use:
        """Return everything that it can be used for."""
        return Use(
            switch=self.lease_class is not None,
            temperatures=tuple(self.temperatures),
            buttons=self.buttons,
            flows=self.flows,
            cues=self.cues,
        )

    @property
    def pump_likeness(self) -> int:
        """Return how much speaks for it being the pump's switch; below 0 it cannot be."""
        if self.lease_class is None:
            return -1
        named = any(word in self.name.lower() for word in PUMP_WORDS)
        is_light = any(kind is CueKind.LIGHT for kind, _ in self.cues) and "light" in self.name.lower()
        leased = {LeaseClass.A: 2, LeaseClass.B: 1, LeaseClass.C: 0}[self.lease_class]
        return 10 * named + 4 * (self.power_w is not None) + leased - 8 * is_light


def recognise(heard: Sequence[Heard], families: Mapping[str, Template]) -> tuple[Found, ...]:
    """Return the devices that gave themselves away, those likest to be the pump first."""
    topics = dict.fromkeys(one.topic for one in heard)
    found = {
        (one.family, *sorted(one.parameters.items())): one
        for template in families.values()
        for values in _identities(template, topics)
        for one in _probe(template, values, heard)
    }
    return tuple(sorted(_named_apart(found.values()), key=lambda one: (-one.pump_likeness, one.name)))


def questions(heard: Sequence[Heard], families: Mapping[str, Template]) -> tuple[Message, ...]:
    """Return what makes the devices tell their state that gave themselves away, whatever they can do."""
    topics = dict.fromkeys(one.topic for one in heard)
    asked: dict[Message, None] = {}
    for template in families.values():
        for values in _identities(template, topics):
            use = Use(switch=_may(template, values), temperatures=("",) if template.temperature else ())
            codec, _ = build_codec(template, values, use)
            asked |= dict.fromkeys(one for one in codec.queries if topic_complaint(one.topic) is None)
    return tuple(asked)


def _identities(template: Template, topics: Iterable[str]) -> Iterator[_Values]:
    seen: list[dict[str, str]] = []
    for sign in template.signs:
        pattern = _pattern(sign, template.parameters)
        for topic in topics:
            match = pattern.fullmatch(topic)
            values: dict[str, str] = match.groupdict() if match else {}
            named = [one for one in template.parameters if one.name in values]
            sound = bool(match) and not any(value_complaint(one, values[one.name]) for one in named)
            if sound and values not in seen and len(seen) < MOST_DEVICES:
                seen.append(values)
    for values in seen:
        yield from _with_optional(template, values, topics)


def _with_optional(template: Template, values: _Values, topics: Iterable[str]) -> Iterator[_Values]:
    """Yield the values with those of optional parameters that topics give away: one set for each switch."""
    guesses: dict[str, list[str]] = {}
    for one in template.parameters:
        if one.hint and one.name not in values:
            guesses[one.name] = _guessed(template, one, values, topics)
    switches = guesses.pop(template.switch.when, []) if template.switch else []
    fixed = {name: found[0] for name, found in guesses.items() if len(found) == 1}
    for switch in switches or [""]:
        named = {template.switch.when: switch} if switch and template.switch else {}
        yield {**values, **(fixed if named else {}), **named}


def _guessed(template: Template, one: Parameter, values: _Values, topics: Iterable[str]) -> list[str]:
    shape = template.switch
    numbers = [*shape.leases, *shape.power] if shape else []
    sources = [each.source for each in numbers] + [each.source for each in (shape.states if shape else ())]
    known = {name: str(value) for name, value in values.items()}
    patterns = [
        _pattern(fill(source.topic, known), (one,)) for source in sources if f"{{{one.name}}}" in source.topic
    ]
    found = [match[one.name] for topic in topics for each in patterns if (match := each.fullmatch(topic))]
    return [name for name in dict.fromkeys(found) if any(word in name.lower() for word in one.hint)]


def _pattern(topic: str, parameters: Iterable[Parameter]) -> re.Pattern[str]:
    """Return what a topic with placeholders looks like; each gives away the parameter of its name."""
    kinds = {one.name: one.kind for one in parameters}
    parts: list[str] = []
    at = 0
    for found in PLACEHOLDER.finditer(topic):
        name = found[1]
        sign = ".+" if kinds.get(name) is Kind.TOPIC else "[^/]+"
        parts += [re.escape(topic[at : found.start()]), f"(?P<{name}>{sign})" if name in kinds else sign]
        at = found.end()
    return re.compile("".join([*parts, re.escape(topic[at:])]))


# -- what it can do -----------------------------------------------------------------------------------------


def _probe(template: Template, values: _Values, heard: Sequence[Heard]) -> Iterator[Found]:
    values = _with_lease(template, values, heard)
    one = Found(_name(values), template.family, values)
    facts = _facts(template, values, Use(switch=_may(template, values)), heard)
    one = _with_switch(one, template, facts)
    for found in facts:
        if isinstance(found, Availability):
            one = replace(one, online=found.online if one.online is None else one.online and found.online)
    one = replace(
        one,
        temperatures=_temperatures(template, values, heard),
        flows=tuple(_seen(template, values, heard, template.flow, "flows", (Flow, Volume))),
        buttons=tuple(_seen(template, values, heard, template.button, "buttons", (ButtonPress,))),
        cues=tuple(
            (kind, channel)
            for kind, shape in template.cues.items()
            for channel in _cue_channels(template, values, heard, kind, shape)
        ),
    )
    if one.lease_class or one.temperatures or one.flows or one.buttons or one.cues:
        yield one


def _may(template: Template, values: _Values) -> bool:
    return template.switch is not None and (not template.switch.when or template.switch.when in values)


def _with_switch(one: Found, template: Template, facts: Sequence[Fact]) -> Found:
    states = [fact.on for fact in facts if isinstance(fact, SwitchState)]
    if not states:
        return one
    codec, _ = build_codec(template, one.parameters, Use(switch=True))
    powers = [fact.power_w for fact in facts if isinstance(fact, Power)]
    return replace(
        one,
        on=states[-1],
        lease_class=codec.lease_class,
        tells_lease=codec.tells_lease,
        power_w=powers[-1] if powers else None,
    )


def _with_lease(template: Template, values: _Values, heard: Sequence[Heard]) -> _Values:
    """Return the values with a switch's own timer, where the device tells one that has to be declared."""
    if template.switch is None or not _may(template, values):
        return values
    for one in template.parameters:
        if one.kind is Kind.BOOLEAN:
            declared = {**values, one.name: True}
            facts = _facts(template, declared, Use(switch=True), heard)
            if any(isinstance(fact, Lease) and fact.lease_ms for fact in facts):
                return declared
    return values


def _facts(template: Template, values: _Values, use: Use, heard: Sequence[Heard]) -> list[Fact]:
    codec, problems = build_codec(template, values, use)
    if problems:
        return []
    listened = {one.topic for one in codec.subscriptions}
    return [
        fact
        for one in heard
        if one.topic in listened
        for fact in codec.decode(one.topic, one.payload, one.retained, 0)
    ]


def _temperatures(template: Template, values: _Values, heard: Sequence[Heard]) -> dict[str, float]:
    found: dict[str, float] = {}
    for channel in _channels(template.temperature, values, heard):
        for fact in _facts(template, values, Use(temperatures=(channel,)), heard):
            if isinstance(fact, Temperature):
                found[channel] = fact.value_c
    return _without_default(found, template.temperature)


def _without_default(found: dict[str, float], shape: NumbersShape | None) -> dict[str, float]:
    """Return the channels without the one that is the usual one under its full name."""
    usual = shape.channel.default if shape and shape.channel else None
    return {channel: value for channel, value in found.items() if not ("" in found and channel == usual)}


def _seen(
    template: Template,
    values: _Values,
    heard: Sequence[Heard],
    shape: NumbersShape | WordsShape | None,
    part: str,
    kinds: tuple[type[Fact], ...],
) -> Iterator[str]:
    usual_seen = False
    for channel in _channels(shape, values, heard):
        if usual_seen and shape and shape.channel and channel == shape.channel.default:
            continue
        use = Use(flows=(channel,)) if part == "flows" else Use(buttons=(channel,))
        facts = _facts(template, values, use, _as_live(heard))
        if any(isinstance(fact, kinds) for fact in facts):
            usual_seen |= channel == ""
            yield channel


def _cue_channels(
    template: Template, values: _Values, heard: Sequence[Heard], kind: CueKind, shape: WordsShape
) -> Iterator[str]:
    for channel in _channels(shape, values, heard):
        if any(
            isinstance(fact, Cue) for fact in _facts(template, values, Use(cues=((kind, channel),)), heard)
        ):
            yield channel
            if channel == "":
                return


def _as_live(heard: Sequence[Heard]) -> list[Heard]:
    return [one for one in heard if not one.retained]


def _channels(
    shape: NumbersShape | WordsShape | None, values: _Values, heard: Sequence[Heard]
) -> Iterator[str]:
    """Yield what may name a sensor: the usual one first, then whatever topics and payloads give away."""
    if shape is None or (shape.when and shape.when not in values):
        return
    if shape.channel is None:
        yield ""
        return
    if shape.channel.default:
        yield ""
    guessed: dict[str, None] = {}
    for each in shape.sources:
        for name in _guessed_channels(each.source, shape.channel, values, heard):
            hinted = not shape.channel.hint or any(word in name.lower() for word in shape.channel.hint)
            # what is another part of the device already is no sensor of its own
            if hinted and name not in values.values() and not value_complaint(shape.channel, name):
                guessed[name] = None
    yield from list(guessed)[:MOST_CHANNELS]


def _guessed_channels(
    source: SourceShape, channel: Parameter, values: _Values, heard: Sequence[Heard]
) -> Iterator[str]:
    known = {name: str(value) for name, value in values.items()}
    topic = _pattern(fill(source.topic, known), (channel,))
    words = [
        _pattern(literal, (channel,))
        for literal in re.findall(r"'([^']*)'", fill(source.path, known))
        if f"{{{CHANNEL}}}" in literal
    ]
    for one in heard:
        match = topic.fullmatch(one.topic)
        if match and CHANNEL in match.groupdict():
            yield match[CHANNEL]
        elif match and words:
            for word, pattern in product(_words(one.payload), words):
                if found := pattern.fullmatch(word):
                    yield found[CHANNEL]


def _words(payload: bytes) -> Iterator[str]:
    """Yield every key and every text in a JSON payload."""
    try:
        rest = [Payload(payload).document]
    except Rejected:
        return
    while rest:
        value = rest.pop()
        if isinstance(value, dict):
            yield from value
            rest += value.values()
        elif isinstance(value, list):
            rest += value
        elif isinstance(value, str):
            yield value


# -- names --------------------------------------------------------------------------------------------------


def _name(values: _Values) -> str:
    texts = [value for value in values.values() if isinstance(value, str)]
    name = " ".join(dict.fromkeys((texts[0], texts[-1]))).replace("/", " ")
    return name if name_complaint(name) is None else "device"


def _named_apart(found: Iterable[Found]) -> Iterator[Found]:
    taken: dict[str, int] = {}
    for one in found:
        count = taken[one.name] = taken.get(one.name, 0) + 1
        yield one if count == 1 else replace(one, name=f"{one.name} {count}")
