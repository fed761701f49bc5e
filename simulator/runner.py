"""The virtual-time driver: the same loop as in production, in SimPy's time."""

from collections.abc import Callable
from typing import Final

import simpy

from controller.core.clock import NEVER, Instant
from controller.core.events import Event, Tick
from controller.engine import Engine, Step
from controller.ports import Plant

_AFTER_EVENTS_S: Final = 1e-7
"""Ticks come this much late, so that at the same instant every event is handled before the tick."""


class VirtualDriver:
    """Feeds one engine in SimPy's time.

    Args:
        env: The simulation; its unit is the second.
        engine: The engine of one loop.
        plant: Where its commands go.
        stepped: Told of every event and what followed.
    """

    def __init__(
        self,
        env: simpy.Environment,
        engine: Engine,
        plant: Plant,
        *,
        stepped: Callable[[Event, Step], None] | None = None,
    ) -> None:
        self.engine = engine
        self._env = env
        self._plant = plant
        self._stepped = stepped
        self._wake_at: Instant = NEVER

    def now(self) -> Instant:
        """Return the simulated instant."""
        return round(self._env.now * 1000)

    def post(self, event: Event) -> Step:
        """Hand one event to the engine and carry out what follows."""
        step = self.engine.handle(event)
        for command in step.commands:
            self._plant.actuate(command)
        self._sleep_until(step.wake_at)
        if self._stepped is not None:
            self._stepped(event, step)
        return step

    def _sleep_until(self, wake_at: Instant) -> None:
        if wake_at == self._wake_at:
            return
        self._wake_at = wake_at
        delay_s = max(0.0, wake_at / 1000 + _AFTER_EVENTS_S - self._env.now)
        timeout = self._env.timeout(delay_s)
        assert timeout.callbacks is not None, "a new timeout has its list of callbacks"
        timeout.callbacks.append(lambda _: self._wake(wake_at))

    def _wake(self, wake_at: Instant) -> None:
        # SimPy cannot call a timeout off: one that was overtaken by a newer wish is let pass.
        if wake_at == self._wake_at:
            self.post(Tick(max(self.now(), wake_at)))
