"""The sensors of a house: kept up with the water, and asked for what they say, when they say it."""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, Protocol, TypeAlias

import simpy

from simulator.layout import SensorSpot
from simulator.sensors import StrappedSensor
from simulator.stream import Segment

Kind: TypeAlias = Literal["watched", "as bought"]
"""How sensors report: exactly when it matters, or at their own pace with their own flaws."""

Report: TypeAlias = Callable[[str, float], None]
"""Told what a sensor reports: its role and its temperature in C."""


class Water(Protocol):
    """The water under the sensors, as the house knows it."""

    def passing(self, spot: SensorSpot, from_s: float) -> Iterator[Segment]:
        """Yield what passes under a sensor from an instant on, if no flow changes."""

    def moves(self, spot: SensorSpot) -> bool:
        """Tell whether the water under a sensor moves."""


class Sensing(Protocol):
    """The sensors of a house, whichever way they report."""

    def follow(self, until_s: float) -> None:
        """Feel what has passed up to an instant; the flows are about to change."""

    def expect(self) -> None:
        """Work out anew what will be reported: the flows have changed."""


SensingIn: TypeAlias = Callable[[Water], Sensing]
"""Makes the sensors for a house's water."""


class ReportingSensors:
    """Sensors as bought: each measures and reports at its own pace, whoever listens.

    Args:
        env: The simulation.
        spots: What they are like, and where.
        ambient_c: Temperature of the room in C.
        water: What is under them.
        rng: Source of their noise and phase.
        report: Told each report.
    """

    def __init__(
        self,
        env: simpy.Environment,
        spots: Sequence[SensorSpot],
        ambient_c: float,
        water: Water,
        *,
        rng: random.Random,
        report: Report,
    ) -> None:
        self._env = env
        self._water = water
        self._report = report
        self._plan = 0
        self._sensors = [StrappedSensor(spot, ambient_c, env.now, rng) for spot in spots]

    def follow(self, until_s: float) -> None:
        """Feel what has passed up to an instant; the flows are about to change."""
        for sensor in self._sensors:
            sensor.follow(self._passing(sensor), until_s)

    def expect(self) -> None:
        """Set up the next reports anew: the flows have changed."""
        self._plan += 1
        for sensor in self._sensors:
            sensor.expect(self._passing(sensor))
            self._plan_report(sensor, self._plan)

    def _plan_report(self, sensor: StrappedSensor, plan: int) -> None:
        due_s = sensor.next_report_s()
        timeout = self._env.timeout(max(0.0, due_s - self._env.now))
        assert timeout.callbacks is not None, "a new timeout has its list of callbacks"
        timeout.callbacks.append(lambda _: self._tell(sensor, plan, due_s))

    def _tell(self, sensor: StrappedSensor, plan: int, due_s: float) -> None:
        # SimPy cannot call a timeout off: one from before the last change of flow is let pass.
        if plan != self._plan:
            return
        value_c = sensor.report_c(due_s)
        self._plan_report(sensor, plan)
        self._report(sensor.spot.label, value_c)

    def _passing(self, sensor: StrappedSensor) -> Iterator[Segment]:
        return self._water.passing(sensor.spot, sensor.felt_s)
