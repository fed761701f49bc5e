"""From a family's template and one device's parameters to its codec, with everything that is wrong in between."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from controller.core.errors import Problem
from controller.devices.codec import LEASE_SIGN, DeviceCodec, Switching
from controller.devices.facts import Press
from controller.devices.jsonpath import Path
from controller.devices.lease import LeaseClass, LeaseEncoding
from controller.devices.message import Message
from controller.devices.parameters import fill, resolve, value_complaint
from controller.devices.readers import (
    AvailabilityReader,
    ButtonReader,
    Reader,
    Source,
    SwitchReader,
    TemperatureReader,
)
from controller.devices.shape import (
    CHANNEL,
    IGNORE,
    ButtonShape,
    MessageShape,
    Parameter,
    SourceShape,
    Start,
    StateShape,
    TemperatureShape,
    Template,
)
from controller.devices.topics import topic_complaint


@dataclass(frozen=True, slots=True)
class Use:
    """What a device is used for; its codec listens to nothing else.

    Args:
        switch: As a switch.
        temperatures: Channels of the temperature sensors used; an empty name is the usual one.
        buttons: Channels of the buttons used; an empty name is the usual one.
    """

    switch: bool = False
    temperatures: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()


def build_codec(
    template: Template, given: Mapping[str, object], use: Use
) -> tuple[DeviceCodec, tuple[Problem, ...]]:
    """Return a device's codec and everything that is wrong with it.

    Args:
        template: Its family.
        given: Its parameters as its owner wrote them.
        use: What it is used for.

    Returns:
        The codec, fit for use only when there are no problems; each problem's ``where`` is a parameter's name.
    """
    values, problems = resolve(template.parameters, given)
    if problems:
        return DeviceCodec(), problems
    builder = _Builder(template, values)
    codec = builder.codec(use)
    return codec, tuple(builder.problems)


class _Builder:
    """Fills one device's values into its template."""

    def __init__(self, template: Template, values: Mapping[str, str]) -> None:
        self._template = template
        self._values = values
        self.problems: list[Problem] = []

    def codec(self, use: Use) -> DeviceCodec:
        switching = self._switching() if use.switch else None
        readers: list[Reader] = [*self._switch_readers()] if use.switch else []
        for channel in use.temperatures:
            readers += self._temperature_readers(channel)
        for channel in use.buttons:
            readers += self._button_readers(channel)
        readers += self._availability_readers()
        self._refuse_echo(switching, readers)
        return DeviceCodec(readers, switching, tuple(self._queries(use)))

    def _switching(self) -> Switching | None:
        shape = self._template.switch
        if shape is None or not self._holds(shape.when):
            self._lacks("a switch", shape.when if shape else "")
            return None
        start = next(start for start in shape.starts if self._holds(start.when))
        switching = Switching(
            on=self._messages(start.messages),
            off=self._messages(shape.stops),
            lease_class=start.lease_class,
            encoding=self._encoding(start),
            most=start.most,
        )
        self._check_lease(switching)
        return switching

    def _encoding(self, start: Start) -> LeaseEncoding | None:
        name = self._fill(start.encoding)
        if not name:
            return None
        try:
            return LeaseEncoding(name)
        except ValueError:
            self._complain("", f"{name!r} is no encoding of a lease")
            return None

    def _check_lease(self, switching: Switching) -> None:
        carries = any(LEASE_SIGN in message.payload for message in switching.on)
        if carries is not (switching.lease_class is LeaseClass.A):
            where = "holds no {lease}" if not carries else "holds {lease}, but nothing says how it counts"
            self._complain("", f"what is sent to switch on {where}")

    def _switch_readers(self) -> Iterator[Reader]:
        if self._template.switch is not None:
            for shape in self._template.switch.states:
                for source in self._source(shape.source):
                    yield SwitchReader(source, self._states(shape))

    def _temperature_readers(self, channel: str) -> Iterator[Reader]:
        shape = self._template.temperature
        if shape is None or not self._holds(shape.when):
            self._lacks("a temperature sensor", shape.when if shape else "")
            return
        values = self._channel(shape, channel)
        for each in shape.sources:
            unit_path = self._path(each.unit_path, values)
            fahrenheit = self._fill(each.unit, values) == "F"
            for source in self._source(each.source, values):
                yield TemperatureReader(source, channel, fahrenheit, unit_path)

    def _button_readers(self, channel: str) -> Iterator[Reader]:
        shape = self._template.button
        if shape is None or not self._holds(shape.when):
            self._lacks("a button", shape.when if shape else "")
            return
        values = self._channel(shape, channel)
        for each in shape.sources:
            for source in self._source(each.source, values):
                yield ButtonReader(source, self._presses(each.values, values), channel)

    def _availability_readers(self) -> Iterator[Reader]:
        for shape in self._template.availability:
            for source in self._source(shape.source):
                yield AvailabilityReader(source, self._states(shape))

    def _queries(self, use: Use) -> Iterator[Message]:
        if use.switch and self._template.switch:
            yield from self._messages(self._template.switch.query)
        if use.temperatures and self._template.temperature:
            yield from self._messages(self._template.temperature.query)

    def _channel(self, shape: TemperatureShape | ButtonShape, channel: str) -> Mapping[str, str]:
        parameter = shape.channel
        if parameter is None:
            if channel:
                self._complain("", f"has one sensor or button only, so no channel {channel!r}")
            return self._values
        self._check_channel(parameter, channel)
        return {**self._values, CHANNEL: channel or parameter.default}

    def _check_channel(self, parameter: Parameter, channel: str) -> None:
        if channel and (complaint := value_complaint(parameter, channel)):
            self._complain("", f"the channel {channel!r:.80} {complaint}", parameter.help)
        if not channel and not parameter.default:
            self._complain("", "has several channels: say which", parameter.help)

    def _source(self, shape: SourceShape, values: Mapping[str, str] | None = None) -> Iterator[Source]:
        if self._holds(shape.when):
            topic = self._topic(self._fill(shape.topic, values))
            yield Source(topic, self._path(shape.path, values), shape.optional, shape.or_plain)

    def _states(self, shape: StateShape) -> Mapping[str, bool]:
        yes = {self._fill(value): True for value in shape.yes}
        no = {self._fill(value): False for value in shape.no}
        for value in sorted(yes.keys() & no.keys()):
            self._complain("", f"{value!r} cannot mean both {shape.yes[0]} and {shape.no[0]}")
        return yes | no

    def _presses(
        self, pairs: Iterable[tuple[str, str]], values: Mapping[str, str]
    ) -> Mapping[str, Press | None]:
        presses: dict[str, Press | None] = {}
        for value, meaning in pairs:
            filled = self._fill(value, values)
            if filled in presses:
                self._complain("", f"{filled!r} cannot mean two presses")
            presses[filled] = None if meaning == IGNORE else Press(meaning)
        return presses

    def _messages(self, shapes: Iterable[MessageShape]) -> tuple[Message, ...]:
        return tuple(
            Message(self._topic(self._fill(shape.topic)), self._fill(shape.payload).encode(), shape.qos)
            for shape in shapes
            if self._holds(shape.when)
        )

    def _path(self, text: str, values: Mapping[str, str] | None = None) -> Path | None:
        text = self._fill(text, values)
        if not text:
            return None
        try:
            return Path(text)
        except ValueError as error:
            self._complain("", str(error))
            return None

    def _topic(self, topic: str) -> str:
        if complaint := topic_complaint(topic):
            self._complain("", f"the topic {topic!r:.80} {complaint}")
        return topic

    def _refuse_echo(self, switching: Switching | None, readers: Iterable[Reader]) -> None:
        if switching is None:
            return
        ours = {message.topic for message in (*switching.on, *switching.off)}
        for topic in sorted({reader.source.topic for reader in readers} & ours):
            self._complain(
                "",
                f"{topic!r} is where orders are sent, so what is heard there is our own order, not the device",
                "give the topic on which the device itself tells its state",
            )

    def _fill(self, text: str, values: Mapping[str, str] | None = None) -> str:
        return fill(text, self._values if values is None else values)

    def _holds(self, when: str) -> bool:
        return not when or bool(self._values.get(when))

    def _lacks(self, what: str, when: str) -> None:
        cure = f"give {when}" if when else f"choose another device: {self._template.title}"
        self._complain("", f"is used as {what}, which it is not", cure)

    def _complain(self, where: str, message: str, cure: str = "") -> None:
        self.problems.append(Problem(where, message, cure=cure))
