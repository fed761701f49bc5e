"""When the pump will probably run next by itself: by the clock, or because the household will probably draw."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from controller.core.civil import next_opening, open_at
from controller.core.clock import MINUTE_MS
from controller.core.contracts import Strategy
from controller.core.events import Mode
from controller.engine import Engine
from controller.service.outlook import next_window_at
from controller.strategies.predictive import FILLS_PER_COLD_DRAW, Predictive
from controller.strategies.ready_by import UNLEARNED_FILL_MS, ReadyBy
from controller.strategies.timed import Timed
from controller.strategies.worth import best_fill
from controller.views import NextRunView

STEP_MS: Final = 10 * MINUTE_MS
STEPS: Final = 36
"""Six hours ahead, as far as the forecast tells habits apart."""
LEAST_CHANCE: Final = 0.05
"""Less likely runs are not told: something else will have happened before."""


class NextRun:
    """Looks ahead for one loop; worked out anew once a minute and when what it hangs on has changed.

    Args:
        engine: The loop's engine.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._key: tuple[object, ...] = ()
        self._found: NextRunView | None = None

    def look(self) -> NextRunView | None:
        """Return the next run; None while nothing starts one by itself, or nobody can say when."""
        engine, civil = self._engine, self._engine.civil()
        if civil is None or engine.mode is not Mode.AUTO:
            return None
        foresight = engine.foresight
        outlook = None if foresight is None else foresight.outlook(engine.now, civil)
        key = (engine.now // MINUTE_MS, engine.strategies, engine.quiet, outlook)
        if key != self._key:
            self._key = key
            runs = [*_by_the_clock(engine, civil), *_foreseen(engine, civil)]
            self._found = min(runs, key=lambda run: run.at, default=None)
        return self._found


def _by_the_clock(engine: Engine, civil: datetime) -> Iterator[NextRunView]:
    opens = next_window_at(engine.strategies, civil)
    if opens is not None:
        yield NextRunView(opens, _windowed(engine.strategies), None)
    for one in engine.strategies:
        if isinstance(one, ReadyBy):
            due = next_opening(one.by, civil)
            lead_ms = (one.fill_ms or engine.diary.fill_ms or UNLEARNED_FILL_MS) + one.margin_ms
            if due is not None and due - timedelta(milliseconds=lead_ms) > civil:
                yield NextRunView(due - timedelta(milliseconds=lead_ms), one.name, None)


def _windowed(strategies: Iterable[Strategy]) -> str:
    return next((one.name for one in strategies if isinstance(one, Timed)), "check_valve")


def _foreseen(engine: Engine, civil: datetime) -> Iterator[NextRunView]:
    """Yield the first run that would be worth its heat if nobody draws before, with the chance that nobody does."""
    foresight = engine.foresight
    chosen = next((one for one in engine.strategies if isinstance(one, Predictive)), None)
    if foresight is None or chosen is None:
        return
    outlook, now = foresight.outlook(engine.now, civil), engine.now
    price, fixtures = FILLS_PER_COLD_DRAW[chosen.comfort], engine.plumbing.fixtures
    for step in range(1, STEPS):
        ahead = timedelta(milliseconds=step * STEP_MS)
        at = now + step * STEP_MS
        undisturbed = 1.0 - outlook.forecast.chance(step * STEP_MS, now=now)
        if undisturbed < LEAST_CHANCE:
            return
        if open_at(engine.quiet, civil + ahead):
            continue
        fill = best_fill(outlook.loop, outlook.forecast, at, fixtures, price)
        if fill is not None and fill.gain(price) > 0.0:
            yield NextRunView(civil + ahead, chosen.name, round(undisturbed, 2))
            return
