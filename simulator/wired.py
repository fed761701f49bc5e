"""The wired house: plumbing, people and devices that meet a controller only through messages.

Nothing here knows MQTT: messages go out through a function and come in through a method. Nothing here knows the
machine's clock either: whoever drives the house says how far time has come, at any speed.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import simpy

from simulator.cues import Press, button_presses
from simulator.draws import DAY_S, Draw
from simulator.fake_devices.device import FakeDevice, Publish
from simulator.fittings import Fittings
from simulator.house import House
from simulator.household import Household
from simulator.layout import Layout, SensorSpot
from simulator.results import DrawResult
from simulator.scenario import START

BEFORE_FIRST_S: Final = 120.0
"""How long before the first thing that people do in the morning the house begins, in s."""
MORNING_S: Final = 5.0 * 3600.0
"""What people do earlier on the first day, they did at night: nobody wants to watch a house asleep."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that people did, for a log.

    Args:
        at: Local time at which it began.
        fixture: Where.
        what: What it was and how it went.
        result: What a draw got; None for a press of a button.
    """

    at: datetime
    fixture: str
    what: str
    result: DrawResult | None = None

    def sentence(self) -> str:
        """Return ``06:42 shower opened: hot after 3 s``."""
        return f"{self.at:%H:%M} {self.fixture} {self.what}"


class WiredHouse:
    """A house on the wire: it begins in the morning, a little before the first person does anything; on a Monday, or
    on the first day on which somebody is at home.

    Args:
        layout: Its plumbing.
        seed: Decides who lives there and what they do.
        publish: Sends a message: topic, payload, retain.
        log: Told what people do: presses at once, draws when they end.
        family: The one family that it is fitted out with; None for a mixture.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        seed: int,
        publish: Publish,
        log: Callable[[Happening], None] = lambda _: None,
        family: str | None = None,
    ) -> None:
        self.layout = layout
        self._env = simpy.Environment()
        self._log = log
        self._cues = random.Random(f"{seed} presses")
        self._days = Household(layout.fixtures, rng=random.Random(f"{seed} household")).days()
        first = _first_busy_day(self._days)
        presses = [press for press in button_presses(first, self._cues) if press.at_s % DAY_S >= MORNING_S]
        self._offset_s = _beginning_s(first, presses)
        self._felt_c = {spot.label: layout.ambient_c for spot in layout.sensors}
        self.house = House(
            self._env,
            replace(layout, sensors=tuple(map(_closely_followed, layout.sensors))),
            self._life(first, presses),
            rng=random.Random(f"{seed} sensors"),
            report=self._felt_c.__setitem__,
            on_draw=self._drawn,
        )
        self.fittings = Fittings(
            self._env,
            layout,
            publish,
            self.now,
            switch_pump=self.house.switch_pump,
            felt_c=self._felt_c,
            family=family,
        )

    @property
    def starts_at(self) -> datetime:
        """Return the local time at which the house begins."""
        return START + timedelta(seconds=self._offset_s)

    def now(self) -> datetime:
        """Return the local time in the house."""
        return self.starts_at + timedelta(seconds=self._env.now)

    def power_up(self) -> None:
        """Switch every device on, which then says hello."""
        for device in self.fittings.devices:
            device.power_up()

    def subscriptions(self) -> tuple[str, ...]:
        """Return the topics that the house wants to hear, some with wildcards."""
        return tuple(sorted({topic for device in self.fittings.devices for topic in device.subscriptions()}))

    def deliver(self, topic: str, payload: bytes | str) -> None:
        """Take one message, now: bring the house up to the present with ``advance`` before."""
        text = payload if isinstance(payload, str) else payload.decode("utf-8", "replace")
        for device in self.fittings.devices:
            device.receive(topic, text)

    def next_event_s(self) -> float:
        """Return when something happens next by itself, in s since the beginning; infinity for never."""
        return float(self._env.peek())

    def advance(self, until_s: float) -> None:
        """Let time pass up to ``until_s``, in s since the beginning; what is due then happens too."""
        while self._env.peek() <= until_s:
            self._env.step()
        if until_s > self._env.now:
            self._env.run(until=until_s)

    def devices(self) -> tuple[FakeDevice, ...]:
        """Return every device on the wire."""
        return self.fittings.devices

    def _life(self, first: Sequence[Draw], presses: Sequence[Press]) -> Iterator[Draw]:
        """Yield draws for ever; each day's button presses are set up when its first draw is asked for."""
        today = first
        while True:
            for press in presses:
                self._expect(press)
            yield from (replace(draw, start_s=draw.start_s - self._offset_s) for draw in today)
            today = next(self._days)
            presses = button_presses(today, self._cues)

    def _expect(self, press: Press) -> None:
        timeout = self._env.timeout(max(0.0, press.at_s - self._offset_s - self._env.now))
        assert timeout.callbacks is not None, "a new timeout has its list of callbacks"
        timeout.callbacks.append(lambda _: self._press(press.fixture))

    def _press(self, fixture: str) -> None:
        self._log(Happening(self.now(), fixture, "button pressed"))
        self.fittings.press(fixture)

    def _drawn(self, result: DrawResult) -> None:
        at = self.starts_at + timedelta(seconds=result.draw.start_s)
        self._log(Happening(at, result.draw.fixture, _outcome(result), result))


def _first_busy_day(days: Iterator[Sequence[Draw]]) -> list[Draw]:
    """Return what people do after the night on the first day on which they are at home."""
    for day in days:
        awake = [draw for draw in day if draw.start_s % DAY_S >= MORNING_S]
        if awake:
            return awake
    raise AssertionError("a household's days never end")


def _beginning_s(draws: Sequence[Draw], presses: Sequence[Press]) -> float:
    """Return the whole minute at which to begin, in s from midnight."""
    first_s = min([draw.start_s for draw in draws] + [press.at_s for press in presses])
    return max(0.0, (first_s - BEFORE_FIRST_S) // 60.0 * 60.0)


def _closely_followed(spot: SensorSpot) -> SensorSpot:
    """Return the sensor as the device at its other end sees it: how often that is told is up to the device."""
    return replace(spot, interval_s=2.0, change_k=spot.resolution_k, silence_s=600.0)


def _outcome(result: DrawResult) -> str:
    if result.wait_s is None:
        return f"opened for {result.draw.duration_s:.0f} s and never got hot"
    if result.wait_s < 0.5:
        return "opened: hot at once"
    return f"opened: hot after {result.wait_s:.0f} s"
