"""Calibration: of the times it says 70 %, seven of ten come true, because what came of earlier chances corrects the next.

The hazard is a model, and its chances may be too sure: a cue that nobody answers counts like the others, and clusters
add up. So every four minutes, whatever happens, the chance told is kept until it is known whether a draw came, in ten bins
that forget within months; a bin with little in it says what it was told. The rhythm matters: asked again as soon as the
last answer is known, it would ask most often where draws follow draws, and believe that chances come true more often.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from controller.core.clock import DAY_MS, MINUTE_MS, Instant
from controller.core.forecast import FORETOLD_MS
from controller.core.kept import amounts

TOLD_MS: Final = 4 * MINUTE_MS
"""How often a chance is held against what comes; more than one is open at a time."""
BINS: Final = 10
WORTH: Final = 30.0
"""Chances that came true as told, which each bin begins with: those of two hours."""
HALF_LIFE_DAYS: Final = 60.0


class Calibration:
    """What came of the chances told."""

    def __init__(self) -> None:
        self._told = [0.0] * BINS
        self._sums = [0.0] * BINS
        self._came = [0.0] * BINS
        self._open: tuple[tuple[Instant, float], ...] = ()
        self._knots: tuple[float, ...] | None = None

    @property
    def knots(self) -> tuple[float, ...]:
        """Return what chances of 0, 5, 15, ... 95 and 100 % are to be told as, never falling."""
        if self._knots is None:
            self._knots = self._worked_out()
        return self._knots

    def tell(self, at: Instant, chance: float) -> None:
        """A chance was told of a draw within ``FORETOLD_MS``."""
        self._open = (*self._open, (at, chance))

    def draw(self, at: Instant) -> None:
        """A draw began: it answers every chance that is open."""
        before = [told for told in self._open if told[0] < at]
        self._open = self._open[len(before) :]
        for told_at, chance in before:
            self._settle(chance, came=at <= told_at + FORETOLD_MS)

    def advance(self, now: Instant, *, visible: bool) -> None:
        """Time has passed; what could not have been seen says nothing."""
        if not visible:
            self._open = ()
        while self._open and now >= self._open[0][0] + FORETOLD_MS:
            (_, chance), *others = self._open
            self._open = tuple(others)
            self._settle(chance, came=False)

    def _settle(self, chance: float, *, came: bool) -> None:
        self._knots = None
        kept = 0.5 ** (TOLD_MS / (HALF_LIFE_DAYS * DAY_MS))
        for row in (self._told, self._sums, self._came):
            row[:] = [value * kept for value in row]
        number = min(BINS - 1, int(chance * BINS))
        self._told[number] += 1.0
        self._sums[number] += chance
        self._came[number] += float(came)

    def _worked_out(self) -> tuple[float, ...]:
        shares = []
        for number, (told, total, came) in enumerate(zip(self._told, self._sums, self._came, strict=True)):
            middle = (number + 0.5) / BINS
            # what came may be right for chances at one end of the bin; it counts as a shift from what was told
            shift = (came - total) / (told + WORTH)
            shares.append((middle + shift, told + WORTH))
        rising = _rising(shares)
        return (0.0, *(min(1.0, max(0.0, share)) for share in rising), min(1.0, rising[-1] + 0.5 / BINS))

    def snapshot(self) -> dict[str, object]:
        """Return what was counted, JSON-able."""
        rows = (("told", self._told), ("sums", self._sums), ("came", self._came))
        return {name: [round(value, 3) for value in row] for name, row in rows}

    def restore(self, kept: object) -> None:
        """Take over what was counted; damaged counts are left out altogether."""
        rows = kept if isinstance(kept, Mapping) else {}
        told, sums, came = (amounts(rows.get(name), BINS) for name in ("told", "sums", "came"))
        if told is None or sums is None or came is None:
            return
        if all(
            max(total, true) <= number + 0.01 for number, total, true in zip(told, sums, came, strict=True)
        ):
            self._told, self._sums, self._came, self._knots = told, sums, came, None


def _rising(shares: Sequence[tuple[float, float]]) -> list[float]:
    """Return shares that never fall: neighbours that do become their mean, by weight (pool adjacent violators)."""
    pools: list[tuple[float, float, int]] = []
    for share, weight in shares:
        pools.append((share, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (low, few, first), (high, many, last) = pools[-2:]
            pools[-2:] = [((low * few + high * many) / (few + many), few + many, first + last)]
    return [share for share, _, number in pools for _ in range(number)]
