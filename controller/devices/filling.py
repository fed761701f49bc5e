"""One device's values filled into the pieces of its family's template, with everything that is wrong in between."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from controller.core.errors import Problem
from controller.devices.jsonpath import Path
from controller.devices.message import Message
from controller.devices.parameters import fill, value_complaint
from controller.devices.readers import Source
from controller.devices.shape import CHANNEL, DAY, IGNORE, MessageShape, Parameter, SourceShape, StateShape
from controller.devices.topics import topic_complaint

_Meaning = TypeVar("_Meaning")


class Filling:
    """Fills one device's values, and perhaps the name of a channel, into pieces of a template.

    Args:
        values: Every parameter as text; empty when absent or false.
        problems: Collects what is wrong.
    """

    def __init__(self, values: Mapping[str, str], problems: list[Problem]) -> None:
        self._values = values
        self._problems = problems

    def of_channel(self, parameter: Parameter | None, channel: str) -> "Filling":
        """Return the filling for one of a device's channels; an empty name is the usual one."""
        if parameter is None:
            if channel:
                self.complain(f"has one sensor or button only, so no channel {channel!r}")
            return self
        if channel and (complaint := value_complaint(parameter, channel)):
            self.complain(f"the channel {channel!r:.80} {complaint}", parameter.help)
        if not channel and not parameter.default:
            self.complain("has several channels: say which", parameter.help)
        return Filling({**self._values, CHANNEL: channel or parameter.default}, self._problems)

    def of_day(self, day: str) -> "Filling":
        """Return the filling for one day of a schedule."""
        return Filling({**self._values, DAY: day}, self._problems)

    def silently(self) -> "Filling":
        """Return a filling that keeps its problems to itself."""
        return Filling(self._values, [])

    def text(self, text: str) -> str:
        """Return a text with its placeholders filled in."""
        return fill(text, self._values)

    def holds(self, when: str, unless: str = "") -> bool:
        """Return whether what a piece depends on was given, and what forbids it was not."""
        return (not when or bool(self._values.get(when))) and not self._values.get(unless)

    def messages(self, shapes: Iterable[MessageShape]) -> tuple[Message, ...]:
        """Return the messages to publish."""
        return tuple(
            Message(self._topic(shape.topic), self.text(shape.payload).encode(), shape.qos)
            for shape in shapes
            if self.holds(shape.when, shape.unless)
        )

    def source(self, shape: SourceShape) -> Iterator[Source]:
        """Yield where a value is heard, if it is heard at all."""
        if self.holds(shape.when, shape.unless):
            yield Source(
                self._topic(shape.topic),
                self.path(shape.path),
                shape.optional,
                shape.or_plain,
                self.path(shape.seen_path),
            )

    def states(self, shape: StateShape) -> Mapping[str, bool]:
        """Return the values of a two-valued state."""
        yes = {self.text(value): True for value in shape.yes}
        no = {self.text(value): False for value in shape.no}
        for value in sorted(yes.keys() & no.keys()):
            self.complain(f"{value!r} cannot mean both {shape.yes[0]} and {shape.no[0]}")
        return yes | no

    def words(
        self, pairs: Iterable[tuple[str, str]], meaning_of: Callable[[str], _Meaning], what: str
    ) -> Mapping[str, _Meaning | None]:
        """Return what each exact value means; None for nothing."""
        meanings: dict[str, _Meaning | None] = {}
        for value, meaning in pairs:
            filled = self.text(value)
            if filled in meanings:
                self.complain(f"{filled!r} cannot mean two {what}")
            meanings[filled] = None if meaning == IGNORE else meaning_of(meaning)
        return meanings

    def path(self, text: str) -> Path | None:
        """Return a JSON path; None for an empty text."""
        text = self.text(text)
        if not text:
            return None
        try:
            return Path(text)
        except ValueError as error:
            self.complain(str(error))
            return None

    def complain(self, message: str, cure: str = "") -> None:
        """Report a problem of the whole device."""
        self._problems.append(Problem("", message, cure=cure))

    def _topic(self, text: str) -> str:
        topic = self.text(text)
        if complaint := topic_complaint(topic):
            self.complain(f"the topic {topic!r:.80} {complaint}")
        return topic
