"""Trying a switch out: it is switched on for a moment, and everything that it says is written down."""

import time
from dataclasses import dataclass, field
from typing import Final

from api.ear import Ear
from api.finding import codec_of
from controller.devices.codec import DeviceCodec
from controller.devices.facts import Fact, Power, SwitchState, Temperature
from controller.devices.placement import RISE_K, Trace
from controller.devices.recognise import Found

CONFIRM_WITHIN_S: Final = 10.0
"""So long a switch may take to say what it did."""
RENEW_S: Final = 40.0
LEASE_S: Final = 120.0
RUNS_ABOVE_W: Final = 3.0
OFF_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a switch that was switched on for a moment.

    Args:
        said_on: It said that it is on.
        off_after_s: After so many seconds it said that it is off, with no order of ours; None when it did not.
        power_w: The most that was drawn meanwhile, in W; None when it is not measured.
        said_off: In the end it said that it is off.
    """

    said_on: bool
    off_after_s: float | None
    power_w: float | None
    said_off: bool

    @property
    def runs(self) -> bool | None:
        """Return whether power proves that something ran; None when it is not measured."""
        return None if self.power_w is None else self.power_w >= RUNS_ABOVE_W


@dataclass
class Bench:
    """One switch on trial.

    Args:
        ear: The visit to the broker.
        switch: The device.
    """

    ear: Ear
    switch: Found
    _codec: DeviceCodec = field(init=False)
    _read: int = field(init=False)
    on: bool | None = field(default=None, init=False)
    power_w: float | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._codec = codec_of(self.switch)
        self._read = len(self.ear.heard)

    async def moment(self, seconds: float) -> Trial:
        """Switch on for so many seconds, let its own timer end that if it has one, and see to it that it is off."""
        self.ear.say(self._codec.switch(True, round(seconds * 1000)))
        began = time.monotonic()
        try:
            said_on = await self._until(True, CONFIRM_WITHIN_S)
            left_s = seconds + CONFIRM_WITHIN_S / 2 - (time.monotonic() - began)
            by_itself = said_on and await self._until(False, max(0.0, left_s))
            off_after_s = time.monotonic() - began if by_itself else None
        finally:
            said_off = await self.off()
        return Trial(said_on, off_after_s, self.power_w, said_off)

    async def run(self, seconds: float, watched: list["Watched"]) -> float:
        """Run for so long, or until every sensor that can rise has risen; return when it began, in s.

        The sensors' traces are longer afterwards.
        """
        began = time.monotonic()
        try:
            while time.monotonic() - began < seconds and not all(one.has_risen(began) for one in watched):
                self.ear.say(self._codec.switch(True, round(LEASE_S * 1000)))
                part_s = min(RENEW_S, seconds - (time.monotonic() - began))
                await self.ear.listen(part_s, lambda: all(one.has_risen(began) for one in watched))
        finally:
            await self.off()
        return began

    async def off(self) -> bool:
        """Switch off until it says so; return whether it did."""
        for _ in range(OFF_ATTEMPTS):
            self.on = None
            self.ear.say(self._codec.switch(False, 0))
            if await self._until(False, CONFIRM_WITHIN_S / OFF_ATTEMPTS):
                return True
            self.ear.say(self._codec.queries)
        return False

    async def _until(self, on: bool, seconds: float) -> bool:
        return await self.ear.listen(seconds, lambda: self._state() is on)

    def _state(self) -> bool | None:
        for one in self.ear.heard[self._read :]:
            for fact in self._codec.decode(one.topic, one.payload, one.retained, 0):
                self._take(fact)
        self._read = len(self.ear.heard)
        return self.on

    def _take(self, fact: Fact) -> None:
        if isinstance(fact, SwitchState) and fact.live:
            self.on = fact.on
        elif isinstance(fact, Power) and fact.live:
            self.power_w = max(self.power_w or 0.0, fact.power_w)


@dataclass
class Watched:
    """A temperature sensor that is watched while the pump runs.

    Args:
        ear: The visit to the broker.
        device: The device.
        channel: Which of its sensors; empty for the usual one.
    """

    ear: Ear
    device: Found
    channel: str
    _points: list[tuple[float, float]] = field(default_factory=list, init=False)
    _read: int = field(default=0, init=False)

    @property
    def trace(self) -> Trace:
        """Return what it told so far."""
        codec = codec_of(self.device)
        for one, at_s in zip(self.ear.heard[self._read :], self.ear.times[self._read :], strict=False):
            for fact in codec.decode(one.topic, one.payload, one.retained, 0):
                if isinstance(fact, Temperature) and fact.channel == self.channel:
                    self._points.append((at_s, fact.value_c))
        self._read = min(len(self.ear.heard), len(self.ear.times))
        return Trace(f"{self.device.name} {self.channel}".strip(), tuple(self._points))

    def has_risen(self, since_s: float) -> bool:
        """Return whether it has risen by enough to tell its place."""
        return self.trace.rise_k(since_s) >= 2 * RISE_K
