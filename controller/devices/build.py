"""From a family's template and one device's parameters to its codec, with everything that is wrong in between."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from controller.core.errors import Problem
from controller.core.events import CueKind
from controller.core.leases import LeaseClass
from controller.devices.codec import LEASE_SIGN, DeviceCodec, Switching
from controller.devices.facts import HeaterMode, Press
from controller.devices.filling import Filling
from controller.devices.lease import LeaseEncoding
from controller.devices.message import Message
from controller.devices.meters import CueReader, FlowReader, LeaseReader, ModeReader, PowerReader
from controller.devices.parameters import resolve
from controller.devices.readers import (
    AvailabilityReader,
    ButtonReader,
    Reader,
    SwitchReader,
    TemperatureReader,
)
from controller.devices.schedule import Day, PlanReader, Schedule
from controller.devices.shape import (
    ACTIVE,
    HeaterShape,
    NumbersShape,
    ScheduleShape,
    Start,
    Template,
    WordsShape,
)

_Shape = TypeVar("_Shape", NumbersShape, WordsShape)

RUNNING: Final = (HeaterMode.SINGLE_SHOT, HeaterMode.ALL_DAY)
"""Modes in which a heater moves water on our order, the one that ends by itself first."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a device is used for; its codec listens to nothing else.

    Args:
        switch: As a switch.
        temperatures: Channels of the temperature sensors used; an empty name is the usual one.
        buttons: Channels of the buttons used; an empty name is the usual one.
        flows: Channels of the flow sensors used; an empty name is the usual one.
        cues: Kinds and channels of the cues used; an empty name is the usual one.
        heater: As a heater with modes of its own.
    """

    switch: bool = False
    temperatures: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    cues: tuple[tuple[CueKind, str], ...] = ()
    heater: bool = False


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
        self.problems: list[Problem] = []
        self._filling = Filling(values, self.problems)
        self._schedule = self._scheduled(template.schedule)

    def codec(self, use: Use) -> DeviceCodec:
        switching = self._switching() if use.switch else None
        readers = list(self._readers(use))
        modes = self._modes() if use.heater or use.switch else {}
        self._refuse_echo(switching, modes, readers)
        queries = tuple(dict.fromkeys(self._queries(use)))
        return DeviceCodec(readers, switching, queries, modes, self._schedule if use.switch else None)

    def _readers(self, use: Use) -> Iterator[Reader]:
        if use.switch:
            yield from self._switch_readers()
        if use.heater:
            yield from self._mode_readers()
        for channel in use.temperatures:
            yield from self._temperature_readers(channel)
        for channel in use.flows:
            yield from self._flow_readers(channel)
        for channel in use.buttons:
            yield from self._button_readers(channel)
        for kind, channel in use.cues:
            yield from self._cue_readers(kind, channel)
        yield from self._availability_readers()

    # -- the switch -----------------------------------------------------------------------------------------

    def _switching(self) -> Switching | None:
        shape, filling = self._template.switch, self._filling
        if shape is None and self._template.heater is not None:
            return self._switching_by_mode(self._template.heater)
        if shape is None and self._schedule is not None:
            always, never = (
                self._schedule.same(plan) for plan in (self._schedule.always, self._schedule.never)
            )
            return Switching(on=_once(always), off=never, lease_class=LeaseClass.C)
        if shape is None or not filling.holds(shape.when):
            self._lacks("a switch", shape.when if shape else "")
            return None
        start = next(start for start in shape.starts if filling.holds(start.when))
        switching = Switching(
            on=filling.messages(start.messages),
            off=filling.messages(shape.stops),
            lease_class=start.lease_class,
            encoding=self._encoding(start),
            most=start.most,
            told=any(True for each in shape.leases for _ in filling.source(each.source)),
        )
        self._check_lease(switching)
        return switching

    def _switching_by_mode(self, shape: HeaterShape) -> Switching | None:
        modes, run = self._modes(), self._run_mode()
        if run is None:
            self._lacks("a switch", shape.when)
            return None
        return Switching(
            on=_once(modes[run]),
            off=modes.get(HeaterMode.OFF, ()),
            # a single shot is ended by the heater itself
            lease_class=LeaseClass.B if run is HeaterMode.SINGLE_SHOT else LeaseClass.C,
        )

    def _run_mode(self) -> HeaterMode | None:
        modes = self._modes()
        return next((mode for mode in RUNNING if mode in modes), None)

    def _encoding(self, start: Start) -> LeaseEncoding | None:
        name = self._filling.text(start.encoding)
        if not name:
            return None
        try:
            return LeaseEncoding(name)
        except ValueError:
            self._filling.complain(f"{name!r} is no encoding of a lease")
            return None

    def _check_lease(self, switching: Switching) -> None:
        carries = any(LEASE_SIGN in message.payload for message in switching.on)
        if carries is not (switching.lease_class is LeaseClass.A):
            where = "holds no {lease}" if not carries else "holds {lease}, but nothing says how it counts"
            self._filling.complain(f"what is sent to switch on {where}")

    def _switch_readers(self) -> Iterator[Reader]:
        shape, filling = self._template.switch, self._filling
        if shape is None:
            yield from self._running_readers()
            if self._schedule is not None:
                for day in self._schedule.days:
                    yield PlanReader(day.told, self._schedule.always, self._schedule.never)
            return
        for state in shape.states:
            for source in filling.source(state.source):
                cause = filling.path(state.cause_path)
                yield SwitchReader(source, filling.states(state), cause, frozenset(state.timer))
        for lease in shape.leases:
            for source in filling.source(lease.source):
                yield LeaseReader(source, LeaseEncoding(filling.text(lease.unit)))
        for power in shape.power:
            for source in filling.source(power.source):
                yield PowerReader(source, filling.text(power.unit))

    # -- a schedule -----------------------------------------------------------------------------------------

    def _scheduled(self, shape: ScheduleShape | None) -> Schedule | None:
        if shape is None:
            return None
        days = []
        for name in shape.days:
            filling = self._filling.of_day(name)
            for told in filling.source(shape.told):
                days.append(Day(name, told, filling.messages([shape.write])[0]))
        return Schedule(tuple(days), self._filling.text(shape.always), self._filling.text(shape.never))

    # -- a heater's own modes -------------------------------------------------------------------------------

    def _modes(self) -> Mapping[HeaterMode, tuple[Message, ...]]:
        shape = self._template.heater
        if shape is None or not self._filling.holds(shape.when):
            return {}
        return {
            mode: self._filling.messages(messages)
            for mode, messages in shape.modes
            # the last message chooses the mode: without it, this heater does not have the mode
            if mode is HeaterMode.OFF or self._filling.holds(messages[-1].when, messages[-1].unless)
        }

    def _running_readers(self) -> Iterator[Reader]:
        """Yield what a heater's modes mean to someone who sees a switch in it: moving water on order, or not."""
        run = self._run_mode()
        for each in self._template.heater.states if self._template.heater else ():
            words = self._filling.words(each.values, HeaterMode, "modes")
            # another mode's own switch says nothing about this one: off may mean that we run
            if run in words.values() or set(words.values()) <= {HeaterMode.OFF, None}:
                running = {value: None if mode is None else mode is run for value, mode in words.items()}
                for source in self._filling.source(each.source):
                    yield SwitchReader(source, running)

    def _mode_readers(self) -> Iterator[Reader]:
        shape = self._template.heater
        if shape is None or not self._filling.holds(shape.when):
            self._lacks("a heater with modes of its own", shape.when if shape else "")
            return
        for each in shape.states:
            words = self._filling.words(each.values, HeaterMode, "modes")
            for source in self._filling.source(each.source):
                yield ModeReader(source, words)

    # -- sensors --------------------------------------------------------------------------------------------

    def _temperature_readers(self, channel: str) -> Iterator[Reader]:
        shape = self._having(self._template.temperature, "a temperature sensor")
        if shape is None:
            return
        filling = self._filling.of_channel(shape.channel, channel)
        for each in shape.sources:
            unit_path = filling.path(each.unit_path)
            for source in filling.source(each.source):
                yield TemperatureReader(source, channel, filling.text(each.unit) == "F", unit_path)

    def _flow_readers(self, channel: str) -> Iterator[Reader]:
        shape = self._having(self._template.flow, "a flow sensor")
        if shape is None:
            return
        filling = self._filling.of_channel(shape.channel, channel)
        for each in shape.sources:
            per_litre = float(filling.text(each.per) or 1)
            for source in filling.source(each.source):
                yield FlowReader(source, channel, filling.text(each.unit), per_litre)

    def _button_readers(self, channel: str) -> Iterator[Reader]:
        shape = self._having(self._template.button, "a button")
        if shape is None:
            return
        filling = self._filling.of_channel(shape.channel, channel)
        for each in shape.sources:
            for source in filling.source(each.source):
                yield ButtonReader(source, filling.words(each.values, Press, "presses"), channel)

    def _cue_readers(self, kind: CueKind, channel: str) -> Iterator[Reader]:
        shape = self._having(self._template.cues.get(kind), f"a sensor of {kind.value}")
        if shape is None:
            return
        filling = self._filling.of_channel(shape.channel, channel)
        for each in shape.sources:
            values = filling.words(each.values, lambda meaning: meaning == ACTIVE, "states")
            for source in filling.source(each.source):
                yield CueReader(source, values, kind, channel)

    def _availability_readers(self) -> Iterator[Reader]:
        for shape in self._template.availability:
            for source in self._filling.source(shape.source):
                yield AvailabilityReader(source, self._filling.states(shape))

    # -- all together ---------------------------------------------------------------------------------------

    def _queries(self, use: Use) -> Iterator[Message]:
        template, filling = self._template, self._filling
        if use.switch and template.switch:
            yield from filling.messages(template.switch.query)
        if (use.switch or use.heater) and template.heater:
            yield from filling.messages(template.heater.query)
        if use.switch and template.schedule:
            for day in template.schedule.days:
                yield from filling.silently().of_day(day).messages(template.schedule.ask)
        for shape, channels in ((template.temperature, use.temperatures), (template.flow, use.flows)):
            for channel in channels:
                if shape is not None:
                    # what is wrong with the channel was said when its readers were made
                    yield from (
                        self._filling.silently().of_channel(shape.channel, channel).messages(shape.query)
                    )

    def _refuse_echo(
        self,
        switching: Switching | None,
        modes: Mapping[HeaterMode, tuple[Message, ...]],
        readers: Iterable[Reader],
    ) -> None:
        orders = [*switching.on, *switching.off] if switching else []
        ours = {message.topic for message in orders + [one for each in modes.values() for one in each]}
        for topic in sorted({reader.source.topic for reader in readers} & ours):
            self._filling.complain(
                f"{topic!r} is where orders are sent, so what is heard there is our own order, not the device",
                "give the topic on which the device itself tells its state",
            )

    def _having(self, shape: _Shape | None, what: str) -> _Shape | None:
        if shape is not None and self._filling.holds(shape.when):
            return shape
        self._lacks(what, shape.when if shape else "")
        return None

    def _lacks(self, what: str, when: str) -> None:
        cure = f"give {when}" if when else f"choose another device: {self._template.title}"
        self._filling.complain(f"is used as {what}, which it is not", cure)


def _once(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Return messages that are better lost than late: an ON that comes when nobody wants it any more is a hazard."""
    return tuple(replace(message, qos=0) for message in messages)
