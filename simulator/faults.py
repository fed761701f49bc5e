"""Sensors and switches that fail: small faults that can be put together, each for a time, reproducible from a seed.

Sensor faults stand between a sensor as bought and the controller. Switch faults stand on both sides of the relay: orders
that do not arrive, contacts that stick, answers that lie or never come. The water goes on as physics has it, so what a
controller makes of a fault can be judged at the pump itself.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf
from typing import TypeAlias

import simpy

from controller.core.decision import Command
from simulator.agenda import call_at
from simulator.fake_devices.device import Switched
from simulator.sensing import Report
from simulator.switching import LeasedSwitch


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A time during which something is wrong, in s since the start: from the first instant until before the last."""

    from_s: float = 0.0
    until_s: float = inf

    def reigns(self, at_s: float) -> bool:
        """Tell whether it is on."""
        return self.from_s <= at_s < self.until_s


@dataclass(frozen=True, slots=True)
class Stuck(Spell):
    """The sensor repeats the value with which the fault began."""

    sensor: str


@dataclass(frozen=True, slots=True)
class Drifting(Spell):
    """The sensor's error grows, in K/h, and is gone when the fault is."""

    sensor: str
    rate_k_h: float


@dataclass(frozen=True, slots=True)
class Detached(Spell):
    """The sensor has fallen off the pipe and shows the room, in C."""

    sensor: str
    room_c: float


@dataclass(frozen=True, slots=True)
class Noisy(Spell):
    """The sensor's values scatter, with this standard deviation in K."""

    sensor: str
    noise_k: float


@dataclass(frozen=True, slots=True)
class Silent(Spell):
    """The sensor is offline: nothing of it arrives."""

    sensor: str


@dataclass(frozen=True, slots=True)
class Late(Spell):
    """What the sensor says arrives late, by any time up to this one, in s."""

    sensor: str
    most_s: float


@dataclass(frozen=True, slots=True)
class Deaf(Spell):
    """Orders do not reach the switch; its lease runs on."""


@dataclass(frozen=True, slots=True)
class Sluggish(Spell):
    """Orders reach the switch late, in s."""

    delay_s: float


@dataclass(frozen=True, slots=True)
class Sticking(Spell):
    """The contact stays where it is once it is there: welded when ``on``, burnt away otherwise.

    Args:
        on: The state in which it sticks.
        admits: The switch tells the contact's state; otherwise that of its coil, which is a lie.
    """

    on: bool = True
    admits: bool = True


@dataclass(frozen=True, slots=True)
class Mute(Spell):
    """The switch tells nothing."""


SensorFault: TypeAlias = Stuck | Drifting | Detached | Noisy | Silent | Late
SwitchFault: TypeAlias = Deaf | Sluggish | Sticking | Mute
Fault: TypeAlias = SensorFault | SwitchFault


def of_sensors(faults: Iterable[Fault]) -> tuple[SensorFault, ...]:
    """Return the faults of sensors among these, in order."""
    return tuple(fault for fault in faults if isinstance(fault, SensorFault))


def of_switch(faults: Iterable[Fault]) -> tuple[SwitchFault, ...]:
    """Return the faults of the switch among these, in order."""
    return tuple(fault for fault in faults if isinstance(fault, SwitchFault))


class FaultyReports:
    """Passes reports of sensors on, with what is wrong with them; faults act in the order in which they are given.

    Args:
        env: The simulation; its unit is the second.
        faults: What is wrong, and when.
        rng: Source of noise and delays.
        report: Told what arrives.
    """

    def __init__(
        self, env: simpy.Environment, faults: Iterable[SensorFault], rng: random.Random, report: Report
    ) -> None:
        self._env = env
        self._faults = tuple(faults)
        self._rng = rng
        self._report = report
        self._held: dict[SensorFault, float] = {}

    def __call__(self, sensor: str, value_c: float) -> None:
        """Pass one report on, or what is left of it."""
        now_s, delay_s = self._env.now, 0.0
        for fault in self._faults:
            if fault.sensor != sensor or not fault.reigns(now_s):
                continue
            if isinstance(fault, Silent):
                return
            if isinstance(fault, Late):
                delay_s += self._rng.uniform(0.0, fault.most_s)
            else:
                value_c = self._spoilt(fault, value_c, now_s)
        if delay_s:
            call_at(self._env, now_s + delay_s, lambda: self._report(sensor, value_c))
        else:
            self._report(sensor, value_c)

    def _spoilt(self, fault: Stuck | Drifting | Detached | Noisy, value_c: float, now_s: float) -> float:
        match fault:
            case Stuck():
                return self._held.setdefault(fault, value_c)
            case Drifting(rate_k_h=rate_k_h):
                return value_c + rate_k_h * (now_s - fault.from_s) / 3_600.0
            case Detached(room_c=room_c):
                return room_c
            case Noisy(noise_k=noise_k):
                return value_c + self._rng.gauss(0.0, noise_k)


class FaultySwitch:
    """The pump's switch with what is wrong with it.

    Args:
        env: The simulation; its unit is the second.
        faults: What is wrong, and when.
        switched: Told when the contact changes: what hangs on it runs or stands.
        told: Told what the switch says about its state.
    """

    def __init__(
        self,
        env: simpy.Environment,
        faults: Iterable[SwitchFault],
        switched: Switched,
        told: Callable[[bool], None],
    ) -> None:
        self.on = False
        """The contact's state: whether the pump runs."""
        self._env = env
        self._faults = tuple(faults)
        self._switched = switched
        self._told = told
        self._inner = LeasedSwitch(env, self._move, self._answer)
        for fault in self._faults:
            if isinstance(fault, Sticking) and fault.until_s < inf:
                call_at(env, fault.until_s, lambda: self._move(self._inner.on))

    def actuate(self, command: Command, /) -> None:
        """Obey, as far as the faults allow."""
        now_s = self._env.now
        reigning = [fault for fault in self._faults if fault.reigns(now_s)]
        if any(isinstance(fault, Deaf) for fault in reigning):
            return
        delay_s = sum(fault.delay_s for fault in reigning if isinstance(fault, Sluggish))
        if delay_s:
            call_at(self._env, now_s + delay_s, lambda: self._inner.actuate(command))
        else:
            self._inner.actuate(command)

    def _move(self, on: bool) -> None:
        """Move the contact with the coil, unless it sticks."""
        if on is not self.on and self._sticks() is None:
            self.on = on
            self._switched(on)

    def _sticks(self) -> Sticking | None:
        """Return the fault that keeps the contact where it is."""
        for fault in self._faults:
            if isinstance(fault, Sticking) and fault.on is self.on and fault.reigns(self._env.now):
                return fault
        return None

    def _answer(self, coil_on: bool) -> None:
        if any(isinstance(fault, Mute) and fault.reigns(self._env.now) for fault in self._faults):
            return
        fault = self._sticks()
        self._told(coil_on if fault is None or not fault.admits else self.on)
