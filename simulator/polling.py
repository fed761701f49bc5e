"""A controller that polls: the yardstick for one that is told. Same engine, same house, same perfect sensors."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count

import simpy

from controller.core.clock import to_ms
from controller.core.decision import Watches
from controller.core.events import Reading
from simulator.course import Course
from simulator.layout import SensorSpot
from simulator.sensing import Water


def every(step_s: float) -> Iterator[float]:
    """Yield the multiples of a time from zero on, for ever."""
    return (number * step_s for number in count())


class PolledSensors:
    """Sensors that are read at given instants, whatever they feel.

    Args:
        env: The simulation; its unit is the second.
        spots: What they are like, and where.
        ambient_c: Temperature of the room in C, at which they begin.
        water: What is under them.
        wake: Called at each of the instants; who wants to know asks ``readings``.
        instants_s: When they are read, in order, in s.
    """

    def __init__(
        self,
        env: simpy.Environment,
        spots: Sequence[SensorSpot],
        ambient_c: float,
        water: Water,
        wake: Callable[[], None],
        *,
        instants_s: Iterator[float],
    ) -> None:
        self._env = env
        self._spots = tuple(spots)
        self._ambient_c = ambient_c
        self._water = water
        self._wake = wake
        self._instants_s = instants_s
        self._felt = [Course((), spot.lag_s, env.now, 0.0) for spot in spots]
        env.process(self._poll())

    def follow(self, until_s: float) -> None:
        """Feel what has passed up to an instant; the flows are about to change."""
        for course in self._felt:
            course.felt_k(until_s)

    def expect(self) -> None:
        """Take note of what will pass from now on."""
        now_s = self._env.now
        self._felt = [
            Course(self._water.passing(spot, now_s), spot.lag_s, now_s, course.felt_k(now_s))
            for spot, course in zip(self._spots, self._felt, strict=True)
        ]

    def readings(self) -> list[Reading]:
        """Return what all of them say now."""
        now_s = self._env.now
        at = to_ms(now_s)
        return [
            Reading(at, spot.role, self._ambient_c + course.felt_k(now_s))
            for spot, course in zip(self._spots, self._felt, strict=True)
        ]

    def watch(self, watches: Watches) -> None:
        """Nothing is waited for: the next instant comes in any case."""

    def attend(self) -> bool:
        """Return that all has been told."""
        return False

    def _poll(self) -> simpy.events.ProcessGenerator:
        for at_s in self._instants_s:
            if at_s >= self._env.now:
                yield self._env.timeout(at_s - self._env.now)
                self._wake()
