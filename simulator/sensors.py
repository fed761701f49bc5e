"""Temperature sensors as bought: strapped to the pipe, slow, coarse, and talking when they like."""

import random
from collections.abc import Iterable
from math import ceil
from typing import Final

from simulator.course import Course
from simulator.layout import SensorSpot
from simulator.stream import Segment

_SAME_INSTANT_S: Final = 1e-6


class StrappedSensor:
    """A sensor that follows the pipe with a lag of first order, solved exactly along the pipe's segments.

    It measures at fixed intervals and reports a measurement that differs enough from its last report, or when it has
    been silent for long enough. Valid for a sensor whose own heat is nothing against the pipe's.

    Args:
        spot: What it is like.
        ambient_c: Temperature of the room in C, from which kelvins count and at which the sensor begins.
        since_s: The beginning, in s.
        rng: Source of its noise and of the phase of its measurements.
    """

    def __init__(self, spot: SensorSpot, ambient_c: float, since_s: float, rng: random.Random) -> None:
        self.spot = spot
        self.felt_s = since_s
        """The instant up to which it has followed the pipe."""
        self._felt_k = 0.0
        self._ambient_c = ambient_c
        self._rng = rng
        self._phase_s = since_s + rng.random() * spot.interval_s
        self._coming = Course((), spot.lag_s, since_s, 0.0)
        self._measured = -1
        self._reported_s = float("-inf")
        self._reported_c = float("-inf")

    def follow(self, stream: Iterable[Segment], until_s: float) -> None:
        """Let it feel the pipe until an instant.

        Args:
            stream: What has passed under it, from ``felt_s`` or before.
            until_s: The instant.
        """
        if until_s > self.felt_s:
            self._felt_k = Course(stream, self.spot.lag_s, self.felt_s, self._felt_k).felt_k(until_s)
            self.felt_s = until_s

    def expect(self, stream: Iterable[Segment]) -> None:
        """Take note of what will pass under it.

        Args:
            stream: What will pass, from ``felt_s`` or before, without end; read on with each report.
        """
        self._coming = Course(stream, self.spot.lag_s, self.felt_s, self._felt_k)

    def next_report_s(self) -> float:
        """Return when it reports next, if what it expects comes."""
        spot = self.spot
        number = self._upcoming()
        while True:
            at_s = self._phase_s + number * spot.interval_s
            if at_s - self._reported_s >= spot.silence_s - _SAME_INSTANT_S:
                return at_s
            if abs(self._shown_c(self._coming.felt_k(at_s)) - self._reported_c) >= spot.change_k:
                return at_s
            number += 1

    def report_c(self, at_s: float) -> float:
        """Measure and report at an instant, when what it expected has come; return the temperature in C."""
        self._felt_k = self._coming.felt_k(at_s)
        self.felt_s = at_s
        noise_k = self._rng.gauss(0.0, self.spot.noise_k) if self.spot.noise_k else 0.0
        self._measured = round((at_s - self._phase_s) / self.spot.interval_s)
        self._reported_s = at_s
        self._reported_c = self._shown_c(self._felt_k + noise_k)
        return self._reported_c

    def _upcoming(self) -> int:
        """Return the number of the first measurement that is yet to come."""
        due = ceil((self.felt_s - self._phase_s - _SAME_INSTANT_S) / self.spot.interval_s)
        return max(due, self._measured + 1)

    def _shown_c(self, excess_k: float) -> float:
        value_c = self._ambient_c + excess_k
        step_k = self.spot.resolution_k
        return round(value_c / step_k) * step_k if step_k else value_c
