"""The virtual-time driver: the same loop as in production, in SimPy's time."""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

import simpy

from controller.core.clock import NEVER, Instant
from controller.core.decision import Watches
from controller.core.events import Event, Reading, Tick
from controller.engine import Engine, Step
from controller.ports import Plant

_AFTER_EVENTS_S: Final = 1e-7
"""Ticks come this much late, so that at the same instant every event is handled before the tick."""


class Attentive(Protocol):
    """Sensors that can be told what a decision hangs on."""

    def readings(self) -> Sequence[Reading]:
        """Return what the sensors that somebody looks at say now, for the decision that follows."""

    def watch(self, watches: Watches) -> None:
        """Wait for what the decision hangs on."""

    def attend(self) -> bool:
        """Go on waiting after the decision; return whether a sensor looked at has not told its value yet."""


class VirtualDriver:
    """Feeds one engine in SimPy's time.

    No wake-up can be missed here, so it sleeps until the engine's answer may change, and leaves out the heartbeat.

    Args:
        env: The simulation; its unit is the second.
        engine: The engine of one loop.
        plant: Where its commands go.
        stepped: Told of every event and what followed.
        sensors: Sensors that speak up when it matters; None when readings are posted as they come.
    """

    def __init__(
        self,
        env: simpy.Environment,
        engine: Engine,
        plant: Plant,
        *,
        stepped: Callable[[Event, Step], None] | None = None,
        sensors: Attentive | None = None,
    ) -> None:
        self.engine = engine
        self._env = env
        self._plant = plant
        self._stepped = stepped
        self.sensors = sensors
        self._wake_at: Instant = NEVER

    def now(self) -> Instant:
        """Return the simulated instant."""
        return round(self._env.now * 1000)

    def post(self, event: Event) -> Step:
        """Hand one event to the engine and carry out what follows."""
        sensors = self.sensors
        step = self.engine.handle(event, sensed=() if sensors is None else sensors.readings())
        if sensors is not None:
            sensors.watch(step.watches)
        for command in step.commands:
            self._plant.actuate(command)
        self._sleep_until(step.due_at)
        if self._stepped is not None:
            self._stepped(event, step)
        if sensors is not None and sensors.attend():
            self.look()
        return step

    def look(self) -> None:
        """Let the engine look at its sensors now."""
        self.post(Tick(self.now()))

    def _sleep_until(self, wake_at: Instant) -> None:
        if wake_at == self._wake_at:
            return
        self._wake_at = wake_at
        if wake_at >= NEVER:
            return
        delay_s = max(0.0, wake_at / 1000 + _AFTER_EVENTS_S - self._env.now)
        timeout = self._env.timeout(delay_s)
        assert timeout.callbacks is not None, "a new timeout has its list of callbacks"
        timeout.callbacks.append(lambda _: self._wake(wake_at))

    def _wake(self, wake_at: Instant) -> None:
        # SimPy cannot call a timeout off: one that was overtaken by a newer wish is let pass.
        if wake_at == self._wake_at:
            self.post(Tick(max(self.now(), wake_at)))
