"""Calibration: of the times it says 70 %, seven of ten come true, because what came of earlier chances corrects the next.

The hazard is a model, and its chances may be too sure: a cue that nobody answers counts like the others, and clusters
add up. So at every tenth minute the chance told is kept until it is known whether a draw came, in ten bins that forget
within weeks; a bin with little in it says what it was told.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from controller.core.clock import DAY_MS, Instant
from controller.core.forecast import FORETOLD_MS
from controller.core.kept import amounts

BINS: Final = 10
WORTH: Final = 12.0
"""Chances that came true as told, which each bin begins with."""
HALF_LIFE_DAYS: Final = 21.0


class Calibration:
    """What came of the chances told."""

    def __init__(self) -> None:
        self._told = [0.0] * BINS
        self._sums = [0.0] * BINS
        self._came = [0.0] * BINS
        self._pending: tuple[Instant, float] | None = None
        self._knots: tuple[float, ...] | None = None

    @property
    def waits(self) -> bool:
        """Tell whether what came of the last chance is still open."""
        return self._pending is not None

    @property
    def knots(self) -> tuple[float, ...]:
        """Return what chances of 0, 5, 15, ... 95 and 100 % are to be told as, never falling."""
        if self._knots is None:
            self._knots = self._worked_out()
        return self._knots

    def tell(self, at: Instant, chance: float) -> None:
        """A chance was told of a draw within ``FORETOLD_MS``."""
        self._pending = (at, chance)

    def draw(self, at: Instant) -> None:
        """A draw began."""
        if self._pending is not None and at > self._pending[0]:
            self._settle(came=at <= self._pending[0] + FORETOLD_MS)

    def advance(self, now: Instant, *, visible: bool) -> None:
        """Time has passed; what could not have been seen says nothing."""
        if self._pending is None:
            return
        if not visible:
            self._pending = None
        elif now >= self._pending[0] + FORETOLD_MS:
            self._settle(came=False)

    def _settle(self, *, came: bool) -> None:
        if self._pending is None:
            return
        chance, self._pending, self._knots = self._pending[1], None, None
        kept = 0.5 ** (FORETOLD_MS / (HALF_LIFE_DAYS * DAY_MS))
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
