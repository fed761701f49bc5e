"""The frozen picture of the world from which strategies and the supervisor judge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from types import MappingProxyType

from controller.core.changes import changed, renewed
from controller.core.clock import MINUTE_MS, Instant
from controller.core.diary import Diary
from controller.core.energy import Energy
from controller.core.events import HotWaterRequest, Mode, StopRequest
from controller.core.outlook import Outlook
from controller.core.plumbing import Plumbing

STALE_AFTER_MS = MINUTE_MS
"""A sensor that has been silent for so long is stale, unless it has shown that it reports more slowly."""
SLOWEST_INTERVAL_MS = 2 * MINUTE_MS
"""A sensor slower than this never closes the loop."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The last value of a sensor.

    Args:
        at: When it was received.
        value_c: Temperature in C.
        live: False when its age is unknown.
        interval_ms: Longest usual time between values, learned from what has come in; 0 while unknown.
        holds_ms: For so long the sensor's silence is a promise that nothing asked about has changed; 0 without one.
    """

    at: Instant
    value_c: float
    live: bool = True
    interval_ms: int = 0
    holds_ms: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """The run going on.

    Args:
        started_at: When the pump was switched on.
        by: Strategy whose vote started it.
        demand: A person's wish started it.
        confirmed: The switch has told that it is on in this run.
        lowest_c: Per sensor the lowest value since the start, in C: rises are counted from there, because the
            cold plug passes a sensor before the hot front does.
        wanted_by: Strategy whose vote carries it on now; empty while that is the one that started it.
        brief: Its length is planned, as that of a run that only turns the pump: no shortest run is held.
    """

    started_at: Instant
    by: str
    demand: bool
    confirmed: bool = False
    lowest_c: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    wanted_by: str = ""
    brief: bool = False

    @property
    def carrier(self) -> str:
        """Return the strategy whose vote carries it on now."""
        return self.wanted_by or self.by

    def read(self, sensor: str, value_c: float) -> "Run":
        """Return the run after a live reading: itself unless the sensor was never lower."""
        if value_c >= self.lowest_c.get(sensor, inf):
            return self
        return renewed(self, lowest_c={**self.lowest_c, sensor: value_c})


@dataclass(frozen=True, slots=True)
class PumpView:
    """What is known about the pump.

    Args:
        commanded: Last order given.
        reported: State told by the switch; None when not known (never told, offline, retained).
        online: False after the switch was lost.
        run: The run going on, if the pump is commanded on.
        last_stopped_at: When the last run ended; None before the first.
        moves: Whether the pump is proven to move water in this run; None while nothing proves either.
        unattended: Something ends a run when the controller dies, or the owner consents: automatic runs are allowed.
    """

    commanded: bool = False
    reported: bool | None = None
    online: bool = True
    run: Run | None = None
    last_stopped_at: Instant | None = None
    unattended: bool = True
    moves: bool | None = None

    def told(self, on: bool) -> "PumpView":
        """Return the view after the switch has told its state, which also shows that it is in reach."""
        run = changed(self.run, confirmed=True) if self.run is not None and on else self.run
        return changed(self, reported=on, online=True, run=run)

    def reached(self, found: bool) -> "PumpView":
        """Return the view after the switch was lost or found: its state is unknown until it tells.

        Found without having been lost, it has restarted: an OFF from it is then no person's stop.
        """
        run = None if self.run is None else renewed(self.run, confirmed=False)
        return renewed(self, reported=None, online=found, run=run)


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything a strategy may know, at one instant.

    Args:
        now: The instant.
        plumbing: The loop as declared.
        civil: Aware local time; None until the clock is trusted.
        mode: What the householder lets the controller do.
        pump: What is known about the pump.
        readings: Last sample of each sensor, by role.
        requests: Open wishes for hot water, oldest first.
        last_stop: The last time a person stopped the pump.
        diary: What is remembered of past runs.
        outlook: The loop as estimated and the draws to come; None when no strategy looks ahead.
        energy: What is known of the price of energy, and of power to give away.
        loop_flow_lpm: What the loop's flow sensor told last, in l/min; None without one.
    """

    now: Instant
    plumbing: Plumbing
    civil: datetime | None = None
    mode: Mode = Mode.AUTO
    pump: PumpView = field(default_factory=PumpView)
    readings: Mapping[str, Sample] = field(default_factory=lambda: MappingProxyType({}))
    requests: tuple[HotWaterRequest, ...] = ()
    last_stop: StopRequest | None = None
    diary: Diary = field(default_factory=Diary)
    outlook: Outlook | None = None
    energy: Energy = field(default_factory=Energy)
    loop_flow_lpm: float | None = None

    def value(self, sensor: str) -> float | None:
        """Return the sensor's temperature in C, or None when it is absent, of unknown age, too slow or stale."""
        sample = self._fresh(sensor)
        return None if sample is None else sample.value_c

    def stale_at(self, sensor: str) -> Instant | None:
        """Return the first instant at which a fresh sensor's value turns stale; None when it is not fresh."""
        sample = self._fresh(sensor)
        return None if sample is None else _fresh_until(sample) + 1

    def rise_k(self, sensor: str) -> float | None:
        """Return how far the sensor rose above its lowest value in this run, in K; None without run or value."""
        value = self.value(sensor)
        if value is None or self.pump.run is None or sensor not in self.pump.run.lowest_c:
            return None
        return value - self.pump.run.lowest_c[sensor]

    def _fresh(self, sensor: str) -> Sample | None:
        sample = self.readings.get(sensor)
        if sample is None or not sample.live or sample.interval_ms > SLOWEST_INTERVAL_MS:
            return None
        if sample.at == self.now:
            return sample
        return sample if self.now <= _fresh_until(sample) else None


def _fresh_until(sample: Sample) -> Instant:
    if sample.holds_ms > STALE_AFTER_MS:
        return sample.at + sample.holds_ms
    return sample.at + max(STALE_AFTER_MS, 3 * sample.interval_ms)
