"""The pump's switch in offline simulation: obeys, drops by its lease, and tells its state a moment later."""

from collections.abc import Callable
from typing import Final

import simpy

from controller.core.decision import Command
from simulator.fake_devices.device import Switched, Timer

ANSWER_S: Final = 0.05
"""Time in s from an order to the report of the new state: a plug on a home network answers in some 50 ms."""


class LeasedSwitch:
    """A switch that keeps the lease it was given, without any wire between.

    Args:
        env: The simulation.
        switched: Told when the relay changes.
        told: Told the state after each order, and after a lease has run out.
    """

    def __init__(self, env: simpy.Environment, switched: Switched, told: Callable[[bool], None]) -> None:
        self.on = False
        self._switched = switched
        self._lease = Timer(env, lambda: self._turn(False))
        self._answer = Timer(env, lambda: told(self.on))

    def actuate(self, command: Command, /) -> None:
        """Obey."""
        self._lease.clear()
        if command.run:
            self._lease.set(command.lease_ms / 1_000)
        self._turn(command.run)

    def _turn(self, on: bool) -> None:
        if on is not self.on:
            self.on = on
            self._switched(on)
        self._answer.set(ANSWER_S)
