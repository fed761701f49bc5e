"""Devices that speak plain topics and payloads of their owner's choice, as home-made ones do."""

from collections.abc import Callable
from dataclasses import dataclass

import simpy

from simulator.fake_devices.device import Message, Publish, Switched, Thermometer, Timer


@dataclass(frozen=True, slots=True)
class Availability:
    """Where a device says whether it is there.

    Args:
        topic: The topic, retained.
        online: Payload when it is.
        offline: Payload when it is not; said by the broker.
    """

    topic: str
    online: str = "online"
    offline: str = "offline"


class GenericDevice:
    """What home-made devices share: a power cord and perhaps an availability.

    Args:
        publish: Sends a message.
        availability: Where it says that it is there; None when it does not.
    """

    def __init__(self, publish: Publish, availability: Availability | None = None) -> None:
        self._publish = publish
        self._availability = availability
        self._powered = False

    def subscriptions(self) -> tuple[str, ...]:
        """Return nothing, unless the device takes orders."""
        return ()

    def will(self) -> Message | None:
        """Return the last will of a device that has an availability."""
        said = self._availability
        return None if said is None else (said.topic, said.offline, True)

    def power_up(self) -> None:
        """Say that it is there."""
        self._powered = True
        if self._availability is not None:
            self._publish(self._availability.topic, self._availability.online, True)

    def power_down(self) -> None:
        """Fall silent."""
        self._powered = False

    def receive(self, topic: str, payload: str) -> None:
        """Hear nothing, unless the device takes orders."""


class GenericSwitch(GenericDevice):
    """A relay with a topic for orders and one for its state.

    Args:
        env: The simulation.
        publish: Sends a message.
        command_topic: Where orders come in.
        state_topic: Where the state is said, retained.
        switched: Told when the relay changes.
        order: Reads an order: True, False, or None for what it does not understand.
        show: Writes the state.
        auto_off_s: The relay drops so long after the last ON, whatever is said; None for never.
        availability: Where it says that it is there.
    """

    def __init__(
        self,
        env: simpy.Environment,
        publish: Publish,
        command_topic: str,
        state_topic: str,
        switched: Switched,
        *,
        order: Callable[[str], bool | None] = {"ON": True, "OFF": False}.get,
        show: Callable[[bool], str] = lambda on: "ON" if on else "OFF",
        auto_off_s: float | None = None,
        availability: Availability | None = None,
    ) -> None:
        super().__init__(publish, availability)
        self.on = False
        self._command_topic, self._state_topic = command_topic, state_topic
        self._switched = switched
        self._order, self._show = order, show
        self._auto_off_s = auto_off_s
        self._off = Timer(env, lambda: self._switch(False))

    def subscriptions(self) -> tuple[str, ...]:
        """Return the topic of its orders."""
        return (self._command_topic,)

    def power_up(self) -> None:
        """Say that it is there, and off."""
        super().power_up()
        self._tell()

    def power_down(self) -> None:
        """Fall silent; the relay drops out."""
        super().power_down()
        self._off.clear()
        self._move(False)

    def receive(self, topic: str, payload: str) -> None:
        """Take an order."""
        on = self._order(payload.strip())
        if self._powered and topic == self._command_topic and on is not None:
            self._switch(on)

    def _switch(self, on: bool) -> None:
        self._move(on)
        self._tell()
        self._off.clear()
        if on and self._auto_off_s is not None:
            self._off.set(self._auto_off_s)

    def _move(self, on: bool) -> None:
        if on is not self.on:
            self.on = on
            self._switched(on)

    def _tell(self) -> None:
        self._publish(self._state_topic, self._show(self.on), True)


class GenericThermometer(GenericDevice):
    """A thermometer that says its value by interval.

    Args:
        env: The simulation.
        publish: Sends a message.
        topic: Where the value is said.
        read_c: Gives the temperature in C.
        show: Writes the value.
        interval_s: Seconds between two values.
        availability: Where it says that it is there.
    """

    def __init__(
        self,
        env: simpy.Environment,
        publish: Publish,
        topic: str,
        read_c: Thermometer,
        *,
        show: Callable[[float], str] = lambda value_c: f"{value_c:.2f}",
        interval_s: float = 10.0,
        availability: Availability | None = None,
    ) -> None:
        super().__init__(publish, availability)
        self._topic = topic
        self._read_c = read_c
        self._show = show
        self._interval_s = interval_s
        self._next = Timer(env, self._report)

    def power_up(self) -> None:
        """Say that it is there, and the first value."""
        super().power_up()
        self._report()

    def power_down(self) -> None:
        """Fall silent."""
        super().power_down()
        self._next.clear()

    def _report(self) -> None:
        self._publish(self._topic, self._show(self._read_c()), False)
        self._next.set(self._interval_s)


class GenericButton(GenericDevice):
    """A button that says one word.

    Args:
        publish: Sends a message.
        topic: Where it is said.
        word: The word.
        availability: Where it says that it is there.
    """

    def __init__(
        self, publish: Publish, topic: str, word: str = "press", availability: Availability | None = None
    ) -> None:
        super().__init__(publish, availability)
        self._topic, self._word = topic, word

    def press(self) -> None:
        """Press it."""
        if self._powered:
            self._publish(self._topic, self._word, False)
