"""What is to come: the expected number of draws over the next hours, and the chance of one."""

from dataclasses import dataclass
from math import exp, expm1
from typing import Final

from controller.core.clock import HOUR_MS, MINUTE_MS, Instant

STEP_MS: Final = 10 * MINUTE_MS
FORETOLD_MS: Final = 10 * MINUTE_MS
"""How far ahead chances are told, and held against what came."""
STEPS: Final = 36
"""The forecast covers six hours; beyond them the last rate goes on."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """The draws to come, if none comes before: a rate that falls apart into habit, clusters and cues.

    Args:
        at: Instant from which it counts.
        habit_per_hour: Rate of habit in each step of ten minutes from ``at`` on.
        clusters: Draws still to be expected because of those just seen: number, and time constant in ms.
        cues: Draws still to be expected because of cues: from and to, in ms after ``at``, the number, and the place.
        announced: Draws that cues yet to come will announce, for each one of habit and clusters.
        knots: What came of chances of 0, 5, 15, ... 95 and 100 % told before; empty while nobody knows.
    """

    at: Instant
    habit_per_hour: tuple[float, ...] = ()
    clusters: tuple[tuple[float, int], ...] = ()
    cues: tuple[tuple[int, int, float, str], ...] = ()
    announced: float = 0.0
    knots: tuple[float, ...] = ()

    def expected(self, from_at: Instant, to_at: Instant) -> float:
        """Return the expected number of draws between two instants."""
        since, until = max(0, from_at - self.at), max(0, to_at - self.at)
        return self._unannounced(since, until) + self._cued(since, until) if until > since else 0.0

    def chance(self, within_ms: int, *, now: Instant | None = None) -> float:
        """Return the probability that a draw begins within so many ms from ``now`` (``at`` when not given).

        Other than ``expected`` it counts draws that cues yet to come will announce: for those nobody need act now.
        """
        since = 0 if now is None else max(0, now - self.at)
        until = since + within_ms
        number = (1.0 + self.announced) * self._unannounced(since, until) + self._cued(since, until)
        return -expm1(-number)

    def foretold(self, *, now: Instant | None = None) -> float:
        """Return the probability that a draw begins within ``FORETOLD_MS``, corrected by what came of such chances."""
        chance = self.chance(FORETOLD_MS, now=now)
        if not self.knots:
            return chance
        bins = len(self.knots) - 2
        levels = (0.0, *((number + 0.5) / bins for number in range(bins)), 1.0)
        upper = next(number for number, level in enumerate(levels) if number and chance <= level)
        share = (chance - levels[upper - 1]) / (levels[upper] - levels[upper - 1])
        return self.knots[upper - 1] + share * (self.knots[upper] - self.knots[upper - 1])

    def unannounced(self, from_at: Instant, to_at: Instant) -> float:
        """Return the expected number of draws between two instants that no cue has announced."""
        since, until = max(0, from_at - self.at), max(0, to_at - self.at)
        return self._unannounced(since, until) if until > since else 0.0

    def announced_at(self, from_at: Instant, to_at: Instant) -> dict[str, float]:
        """Return the expected number of draws between two instants that cues announce, by their place."""
        since, until = max(0, from_at - self.at), max(0, to_at - self.at)
        draws: dict[str, float] = {}
        for begin, end, amount, place in self.cues:
            overlap = min(end, until) - max(begin, since)
            if overlap > 0:
                draws[place] = draws.get(place, 0.0) + amount * overlap / (end - begin)
        return draws

    def _unannounced(self, since: int, until: int) -> float:
        number = self._habit(since, until) if self.habit_per_hour else 0.0
        for amount, decay_ms in self.clusters:
            number += amount * (exp(-since / decay_ms) - exp(-until / decay_ms))
        return number

    def _cued(self, since: int, until: int) -> float:
        number = 0.0
        for begin, end, amount, _ in self.cues:
            overlap = min(end, until) - max(begin, since)
            if overlap > 0:
                number += amount * overlap / (end - begin)
        return number

    def _habit(self, since: int, until: int) -> float:
        rates = self.habit_per_hour
        last = len(rates) - 1
        first_step, last_step = since // STEP_MS, (until - 1) // STEP_MS
        if first_step == last_step:
            return rates[min(first_step, last)] * (until - since) / HOUR_MS
        number = rates[min(first_step, last)] * ((first_step + 1) * STEP_MS - since)
        for step in range(first_step + 1, last_step):
            number += rates[min(step, last)] * STEP_MS
        return (number + rates[min(last_step, last)] * (until - last_step * STEP_MS)) / HOUR_MS
