"""What every fake device has: a way to speak, topics it listens to, a power cord, and a timer."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

import simpy

Publish: TypeAlias = Callable[[str, str, bool], None]
"""Sends one message: topic, payload, retain."""

Switched: TypeAlias = Callable[[bool], None]
"""Told whenever the relay of a device changes: what hangs on it runs or stands."""

Thermometer: TypeAlias = Callable[[], float]
"""Gives the temperature in C at the place where a device's sensor sits."""

Message: TypeAlias = tuple[str, str, bool]
"""Topic, payload, retain."""


class FakeDevice(Protocol):
    """A device on the wire."""

    def subscriptions(self) -> tuple[str, ...]:
        """Return the topics the device listens to, whole or with wildcards."""

    def will(self) -> Message | None:
        """Return what the broker says when the device vanishes; None when it says nothing."""

    def power_up(self) -> None:
        """Connect: say hello, tell the state, begin to report."""

    def power_down(self) -> None:
        """Lose power without a word; the relay drops, and the broker says the will."""

    def receive(self, topic: str, payload: str) -> None:
        """Take one message; what the original would not understand is answered or passed over, never raised."""


class Timer:
    """One thing that happens later, in the time of the simulation.

    SimPy cannot call a timeout off, so each setting has a number and an outdated one is let pass.

    Args:
        env: The simulation; its unit is the second.
        due: Called when the time is over.
    """

    def __init__(self, env: simpy.Environment, due: Callable[[], None]) -> None:
        self._env = env
        self._due = due
        self._number = 0
        self._ends_s: float | None = None

    @property
    def left_s(self) -> float:
        """Return the seconds left; 0 when the timer is not set."""
        return 0.0 if self._ends_s is None else max(0.0, self._ends_s - self._env.now)

    def set(self, delay_s: float) -> None:
        """Begin again with ``delay_s``."""
        self._number += 1
        self._ends_s = self._env.now + delay_s
        number = self._number
        timeout = self._env.timeout(delay_s)
        assert timeout.callbacks is not None, "a new timeout has its list of callbacks"
        timeout.callbacks.append(lambda _: self._over(number))

    def clear(self) -> None:
        """Forget it."""
        self._number += 1
        self._ends_s = None

    def _over(self, number: int) -> None:
        if number == self._number and self._ends_s is not None:
            self._ends_s = None
            self._due()
