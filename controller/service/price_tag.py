"""What each step of comfort would bring and cost in this house: an imagined week, decided by the very rule that decides.

The draws are those that the controller expects (``controller.service.imagined_week``). A copy of what it knows lives through them: it
sees them, asks ``controller.strategies.worth`` for the best fill whenever it would look, and fills when that is worth
its price. Whether a draw finds hot water is told by a supply of its own, in which each draw is where it is. What the house
really did with the comfort that it has now says how far this can be believed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Final

from controller.core.clock import DAY_MS, SECOND_MS, Instant
from controller.core.fronts import COLD, hot_until, pushed
from controller.core.plumbing import Plumbing
from controller.estimation.served import reach
from controller.estimation.tees import places
from controller.foresight import Foresight
from controller.service.imagined_week import DAYS, Imagined, civil, copy_of, imagined_week, pipes_of
from controller.strategies.predictive import FILLS_PER_COLD_DRAW, Comfort
from controller.strategies.worth import SHORTEST_FILL_MS, UNKNOWN_FILL_MS, Fill, best_fill

LEAST_AHEAD_MS: Final = SECOND_MS


@dataclass(frozen=True, slots=True)
class Tag:
    """What one comfort brings.

    Args:
        hot_share: Share of the draws that somebody wants hot which find hot water.
        fills_per_day: Heat for circulation, in fills of a cold supply.
    """

    hot_share: float
    fills_per_day: float


@dataclass(frozen=True)
class Asked:
    """What tags are worked out from; alike on one day, unless much more or less has been learned since.

    Args:
        plumbing: The loop.
        day: The day: habits change over days, so tags are worked out once a day and not after every draw.
        draws: Draws expected in a week, in coarse steps: who lets it forget or begins anew is not told of what was.
        kept: All that the foresight keeps.
    """

    plumbing: Plumbing
    day: int
    draws: int
    kept: Mapping[str, object] = field(compare=False)


_AT_WORK: Final = Lock()


def price_tags(asked: Asked) -> Mapping[Comfort, Tag]:
    """Return what each step of comfort would bring in a week; who asks while it is worked out waits for the answer."""
    with _AT_WORK:
        return _price_tags(asked)


@lru_cache(maxsize=8)
def _price_tags(asked: Asked) -> Mapping[Comfort, Tag]:
    # Some seconds of arithmetic on a small machine, so never twice at once.
    draws = imagined_week(asked.kept, asked.plumbing)
    return {
        comfort: lived(asked.kept, asked.plumbing, draws, FILLS_PER_COLD_DRAW[comfort]) for comfort in Comfort
    }


def lived(kept: Mapping[str, object], plumbing: Plumbing, draws: Sequence[Imagined], price: float) -> Tag:
    """Return what came of a week with a price.

    Args:
        kept: What a foresight keeps across restarts.
        plumbing: The loop.
        draws: The draws of the week.
        price: What a draw that meets cold water costs, in fills.
    """
    week = _Week(copy_of(kept, plumbing), plumbing, price)
    for draw in draws:
        week.rest_until(draw.at)
        week.draw(draw)
    week.rest_until(DAYS * DAY_MS)
    return Tag(week.hot / week.wanted if week.wanted else 0.0, week.heat / DAYS)


class _Week:
    """A week that goes by."""

    def __init__(self, copy: Foresight, plumbing: Plumbing, price: float) -> None:
        self._copy, self._fixtures, self._price = copy, plumbing.fixtures, price
        self._pipes = pipes_of(plumbing)
        self._tees = places(self._pipes)
        self._front, self._now = COLD, 0
        self.hot = self.wanted = 0
        self.heat = 0.0
        copy.flow(0, 0.0, civil(0))  # it sees every draw

    def rest_until(self, until: Instant) -> None:
        """Let time pass in which nobody draws, and fill whenever that is worth it."""
        while self._now < until:
            outlook = self._copy.outlook(self._now, civil(self._now))
            fill = best_fill(outlook.loop, outlook.forecast, self._now, self._fixtures, self._price)
            if fill is not None and fill.gain(self._price) > 0.0:
                self._fill(fill, outlook.loop.fill_ms or UNKNOWN_FILL_MS)
            else:
                self._now = max(self._now + LEAST_AHEAD_MS, min(until, outlook.changes_at))

    def _fill(self, fill: Fill, fill_ms: int) -> None:
        ends_at = self._now + max(SHORTEST_FILL_MS, round(fill.share * fill_ms))
        self._copy.pump(self._now, True, civil(self._now))
        self._copy.pump(ends_at, False, civil(ends_at))
        self._front = pushed(self._front, ends_at, fill.share)
        self.heat += fill.heat
        self._now = ends_at

    def draw(self, draw: Imagined) -> None:
        """Let somebody draw, and see whether it was hot; a run that goes on is over first."""
        at = max(self._now, draw.at)
        loop, tee = self._copy.heat, self._tees[draw.fixture]
        if draw.wanted:
            place = reach(self._pipes[draw.fixture], tee, draw.flow_lpm, loop.supply_l)
            self.wanted += 1
            self.hot += hot_until(self._front, place, loop.hot_ms) > at
        self._copy.flow(at, draw.flow_lpm, civil(at))
        self._now = at + draw.ends_at - draw.at
        self._copy.flow(self._now, 0.0, civil(self._now))
        self._front = pushed(self._front, self._now, draw.litres / loop.supply_l, tee)
