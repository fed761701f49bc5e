"""The real-time driver: the engine's clock, and the loop that feeds it events and wakes it in time."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Protocol

from controller.core.clock import Instant
from controller.core.decision import Command
from controller.core.events import Event, Tick
from controller.core.reason import Reason, ReasonCode
from controller.engine import Engine, Step
from controller.mqtt.standstill import boot_s
from controller.ports import Plant

PLAUSIBLE_UTC: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock before this was never set: the product is younger."""

_log = logging.getLogger(__name__)


class Clock(Protocol):
    """Tells the driver what time it is."""

    def now(self) -> Instant:
        """Return the present instant."""

    def utc_ms(self) -> int:
        """Return the wall clock, in milliseconds since 1970 UTC."""

    def real_s(self, duration_ms: int, /) -> float:
        """Return how many real seconds a duration of this clock lasts."""


class PacedClock:
    """The machine's clock, or one that runs faster for demonstrations.

    Args:
        speed: How much faster than real time; 1 in production.
        start_utc_ms: What its wall clock shows at the start; None for the machine's own wall clock.
    """

    def __init__(self, speed: float = 1.0, start_utc_ms: int | None = None) -> None:
        self.speed = speed
        self._start_s = boot_s()
        self._start_utc_ms = start_utc_ms

    def now(self) -> Instant:
        """Return milliseconds since the clock was made; suspended time counts."""
        return int((boot_s() - self._start_s) * 1000 * self.speed)

    def utc_ms(self) -> int:
        """Return the wall clock, in milliseconds since 1970 UTC."""
        if self._start_utc_ms is None:
            return time.time_ns() // 1_000_000
        return self._start_utc_ms + self.now()

    def real_s(self, duration_ms: int, /) -> float:
        """Return how many real seconds a duration of this clock lasts."""
        return max(0.0, duration_ms / 1000 / self.speed)


class Timer(Protocol):
    """A callback that was asked for and can be called off."""

    def cancel(self) -> None:
        """Call it off."""


class Timers(Protocol):
    """What the driver needs of an event loop; ``asyncio.AbstractEventLoop`` fulfils it."""

    def call_later(self, delay: float, callback: Callable[[], None], /) -> Timer:
        """Call back after so many real seconds."""


class RealTimeDriver:
    """Feeds one engine. Every method is called in the event loop's thread.

    An exception on the way means that nothing can be trusted: the pump is ordered off, ``failed`` is told, and
    the engine is not asked again.

    Args:
        engine: The engine of one loop.
        plant: Where its commands go.
        clock: What time it is.
        timers: The event loop.
        stepped: Told of every event and what followed.
        failed: Told of an exception, after the pump was ordered off.

    Attributes:
        stopped_by: Why it was stopped first; None while it works.
    """

    def __init__(
        self,
        engine: Engine,
        plant: Plant,
        clock: Clock,
        timers: Timers,
        *,
        stepped: Callable[[Event, Step], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self.engine = engine
        self._plant = plant
        self._clock = clock
        self._timers = timers
        self._stepped = stepped
        self._failed = failed
        self._timer: Timer | None = None
        self.stopped_by: ReasonCode | None = None

    def post(self, event: Event) -> Step | None:
        """Hand one event to the engine and carry out what follows; None once the driver has stopped."""
        if self.stopped_by is not None:
            return None
        try:
            step = self.engine.handle(event)
            for command in step.commands:
                self._plant.actuate(command)
            self._sleep_until(step.wake_at)
            self._stepped(event, step)
        except Exception as error:  # noqa: BLE001 - the top of the runtime, where a bug must end in "off"
            self.stop(ReasonCode.CONTROLLER_FAILED)
            self._failed(error)
            return None
        return step

    def stop(self, code: ReasonCode = ReasonCode.SHUTDOWN) -> Command:
        """Order the pump off, wake no more, and return the order."""
        if self._timer is not None:
            self._timer.cancel()
        self.stopped_by = self.stopped_by or code
        command = Command(self._clock.now(), run=False, lease_ms=0, reason=Reason(self.stopped_by))
        try:
            self._plant.actuate(command)
        except Exception:  # noqa: BLE001 - the last thing that can be done; after it only the lease ends the run
            _log.exception("the pump could not be ordered off")
        return command

    def _sleep_until(self, wake_at: Instant) -> None:
        if self._timer is not None:
            self._timer.cancel()
        delay_s = self._clock.real_s(wake_at - self._clock.now())
        self._timer = self._timers.call_later(delay_s, lambda: self._wake(wake_at))

    def _wake(self, wake_at: Instant) -> None:
        self.post(Tick(max(self._clock.now(), wake_at)))
