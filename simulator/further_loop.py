"""A loop of a house beyond its first: with an engine, a switch and sensors of its own, as the first has."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import simpy

from controller.core.events import Event, PumpReport, Reading
from controller.core.plumbing import Plumbing
from controller.core.reason import Reason
from controller.engine import Engine
from simulator.layout import SensorSpot
from simulator.runner import VirtualDriver
from simulator.sensing import Sensing, Water
from simulator.switching import LeasedSwitch
from simulator.watching import WatchedSensors

Switched: TypeAlias = Callable[[str, bool, Reason | None], None]
"""Told when a loop's pump is switched: name of the loop, on or off, and why."""


class FurtherLoop:
    """One loop and what controls it.

    Args:
        env: The simulation.
        engine: Its engine.
        spots: Its sensors.
        ambient_c: Temperature of the room in C.
        switched: Told when its pump is switched.
    """

    def __init__(
        self,
        env: simpy.Environment,
        engine: Engine,
        spots: Sequence[SensorSpot],
        ambient_c: float,
        switched: Switched,
    ) -> None:
        self._env = env
        self._spots = tuple(spots)
        self._ambient_c = ambient_c
        self._told = switched
        self.driver = VirtualDriver(env, engine, LeasedSwitch(env, self._switched, self._pump_told))

    @property
    def plumbing(self) -> Plumbing:
        """Return what its controller is told about it."""
        return self.driver.engine.plumbing

    def attentive(self, water: Water) -> WatchedSensors:
        """Return its sensors over the house's water, which from now on speak when it matters."""
        sensors = WatchedSensors(self._env, self._spots, self._ambient_c, water, self.driver.look)
        self.driver.sensors = sensors
        return sensors

    def hears(self, sensor: str, value_c: float) -> bool:
        """Take a report of one of its sensors that report as bought; tell whether it was one."""
        role = next((spot.role for spot in self._spots if spot.label == sensor), None)
        if role is not None:
            self.post(Reading(self.driver.now(), role, value_c))
        return role is not None

    def post(self, event: Event) -> None:
        """Hand its engine an event."""
        self.driver.post(event)

    def _pump_told(self, on: bool) -> None:
        self.post(PumpReport(self.driver.now(), on))

    def _switched(self, on: bool) -> None:
        step = self.driver.engine.last_step
        ordered = [] if step is None else [order.reason for order in step.commands if order.run is on]
        self._told(self.plumbing.name, on, ordered[-1] if ordered else None)


class JoinedSensing:
    """The sensors of several loops, as the house sees them.

    Args:
        parts: The sensors of each loop.
    """

    def __init__(self, parts: Sequence[Sensing]) -> None:
        self._parts = tuple(parts)

    def follow(self, until_s: float) -> None:
        """Feel what has passed up to an instant; the flows are about to change."""
        for part in self._parts:
            part.follow(until_s)

    def expect(self) -> None:
        """Work out anew what will be reported: the flows have changed."""
        for part in self._parts:
            part.expect()
