"""Guesses of who drew where: a draw warms the way to its own fixture only, and seldom does anybody tell which that was.

So several supplies are kept. A run fills them all alike; at each draw each supply guesses a fixture, as often as is usual
there. What is hot in five of seven of them is hot with that chance.
"""

from collections.abc import Sequence
from typing import Final

from controller.core.clock import Instant
from controller.core.fronts import COLD, Front, pushed
from controller.core.plumbing import FixturePipe

GUESSES: Final = 7
"""Guesses that are kept; a prime, so that any step through them meets all."""
GOLDEN: Final = 0.618034
"""Step that spreads numbers evenly over 0..1."""
LONG_DRAW_L: Final = 15.0
"""A draw of more litres is at a shower or bath, where there is one."""


class Guesses:
    """The supply of one loop, several times.

    Args:
        known: Its fixtures, near to far.
        tees: Where they branch off, as shares of the supply.
        supply_l: Litres that must enter before hot water has reached the far end.
    """

    def __init__(self, known: Sequence[FixturePipe], tees: Sequence[float], supply_l: float) -> None:
        self._names = tuple(pipe.fixture for pipe in known)
        self._tees, self._supply_l = tuple(tees), supply_l
        self.uses = tuple(pipe.use / sum(each.use for each in known) for pipe in known) or (1.0,)
        """Which share of the draws is at each fixture."""
        self.fronts: tuple[Front, ...] = (COLD,) * GUESSES
        """How far hot water reaches, by each guess."""
        self._places: tuple[float, ...] = (self._tees[-1],) * GUESSES
        self._draws, self._run_off_l = 0, 0.0

    def filled(self, at: Instant, share: float) -> None:
        """The pump has moved such a share of the supply."""
        self.fronts = tuple(pushed(front, at, share) for front in self.fronts)

    def draws(self, fixture: str | None) -> None:
        """Somebody begins to draw.

        Args:
            fixture: Where, if a cue tells; None when nobody knows.
        """
        self._run_off_l = 0.0
        self._draws += 1
        if fixture in self._names:
            self._places = (self._tees[self._names.index(fixture)],) * GUESSES
            return
        turn, start = 1 + self._draws % (GUESSES - 1), self._draws // (GUESSES - 1)
        within = self._draws * GOLDEN % 1.0
        strata = [(guess * turn + start) % GUESSES for guess in range(GUESSES)]
        self._places = tuple(self._tee((stratum + within) / GUESSES) for stratum in strata)

    def drawn(self, at: Instant, litres: float) -> None:
        """So many litres of hot water have been drawn until ``at``."""
        self._run_off_l += litres
        if self._run_off_l > LONG_DRAW_L and min(self.uses) < max(self.uses):
            self._places = (self._tees[self.uses.index(min(self.uses))],) * GUESSES
        share = litres / self._supply_l
        pairs = zip(self.fronts, self._places, strict=True)
        self.fronts = tuple(pushed(front, at, share, place) for front, place in pairs)

    def _tee(self, quantile: float) -> float:
        """Return the tee of a draw, of all draws put in a row by their tees."""
        for tee, use in zip(self._tees, self.uses, strict=True):
            quantile -= use
            if quantile < 0.0:
                return tee
        return self._tees[-1]
