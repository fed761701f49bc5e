"""The ledger: what each day brought, how well draws were foretold, and which automatic runs were of use.

It stands beside the engine, decides nothing, and counts chances where nobody measures: whether a draw found hot water is
estimated (``controller.hot_yet``), so that a day's share of hot draws is an expectation and not a count.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import datetime
from typing import Final

from controller.core.clock import MINUTE_MS, Instant
from controller.core.kept import amounts, date
from controller.core.plumbing import RETURN
from controller.core.reason import Reason, ReasonCode
from controller.engine import Engine, Step
from controller.ports import Note, NoteKind
from controller.views import FixtureView

KEY: Final = "ledger"
"""Under which it is kept in a loop's snapshot."""
MOST_DAYS: Final = 400
WINDOW_MS: Final = 30 * MINUTE_MS
"""Forecasts are held against what came for so long."""
BINS: Final = 10
HOT_RETURN_C: Final = 55.0
"""Where the return of a loop should arrive at least. Source: DVGW W 551, at most 5 K below the heater's 60 C."""
PREDICTIVE: Final = "predictive"
_DRAWN: Final = Reason(ReasonCode.DRAWN)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of one loop.

    Args:
        runs: Runs that began.
        run_s: Seconds that the pump ran, as ordered.
        refused: Wants that were refused.
        draws: Draws seen.
        hot: Draws that probably found hot water (a sum of chances).
        wait_s: Seconds that people probably waited for it, all together.
        soon_after: Draws that came while the pipe could still be hot from the draw before: without a pump, too.
        cold_wait_s: Seconds that the others would have waited without a pump, as the loop's fill time says.
        fills: Heat that the runs brought, in fills of a cold supply (1: from room temperature).
    """

    runs: float = 0.0
    run_s: float = 0.0
    refused: float = 0.0
    draws: float = 0.0
    hot: float = 0.0
    wait_s: float = 0.0
    soon_after: float = 0.0
    cold_wait_s: float = 0.0
    fills: float = 0.0


@dataclass(slots=True)
class LastSeen:
    """When something was last seen, in this life of the controller or in one before.

    Args:
        at: When in this life; None when not yet.
        before: The date in an earlier life, in UTC; None when it is not known.
    """

    at: Instant | None = None
    before: datetime | None = None

    def date(self, wall_time: Callable[[Instant], datetime]) -> datetime | None:
        """Return the date; ``wall_time`` turns instants into dates."""
        if self.at is not None:
            return wall_time(self.at)
        return None if self.before is None else self.before.astimezone(wall_time(0).tzinfo)

    def snapshot(self, offset_ms: int | None) -> int | None:
        """Return milliseconds since 1970 UTC: a date is still right when no clock can tell how long ago it was.

        Args:
            offset_ms: What is to be added to an instant; None while the clock is not trusted.
        """
        if self.at is not None and offset_ms is not None:
            return self.at + offset_ms
        return None if self.before is None else round(self.before.timestamp() * 1000)


class Ledger:
    """Keeps the books of one loop.

    Args:
        engine: The loop's engine.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.days: dict[str, Day] = {}
        self.foretold = [[0.0, 0.0, 0.0] for _ in range(BINS)]
        """For each tenth of chance: forecasts, the sum of their chances, and how many came true."""
        self.runs, self.useful = 0.0, 0.0
        """Predictive runs that were judged, and those after which somebody drew while the pipe was hot."""
        self._draws = 0
        self.draw = LastSeen()
        self.hot_return = LastSeen()
        """When the return last reached ``HOT_RETURN_C``."""
        self._promise: tuple[Instant, float, int] | None = None
        self._hot_until: Instant | None = None

    def look(self, step: Step, before: Callable[[], Sequence[FixtureView]]) -> tuple[Note, ...]:
        """Take in a step of the engine and return what is worth a note: a draw that was seen.

        Args:
            step: What the engine made of an event.
            before: Tells what was estimated at the fixtures just before it.
        """
        foresight, civil = self._engine.foresight, self._engine.civil()
        self._feel_return()
        if civil is None:
            return ()
        drawn: tuple[Note, ...] = ()
        if foresight is not None:
            self._weigh_forecast(civil)
            if foresight.draws > self._draws:
                drawn = (self._drawn(civil, before()),)
            self._draws = foresight.draws
        for note in step.notes:
            if note.kind is NoteKind.REFUSED:
                self._add(civil, refused=1.0)
            elif note.kind is NoteKind.RUN_ENDED:
                self._ended(civil, note.details)
        return drawn

    def _feel_return(self) -> None:
        back = self._engine.readings.get(RETURN)
        if back is not None and back.live and back.at == self._engine.now and back.value_c >= HOT_RETURN_C:
            self.hot_return.at = back.at

    def _drawn(self, civil: datetime, before: Sequence[FixtureView]) -> Note:
        now, last = self._engine.now, self.draw.at
        chance = sum(one.hot_chance for one in before) / max(1, len(before))
        wait_s = sum(one.wait_s for one in before) / max(1, len(before))
        soon = last is not None and now - last < self.hot_ms
        self._add(
            civil,
            draws=1.0,
            hot=chance,
            wait_s=wait_s,
            soon_after=float(soon),
            cold_wait_s=0.0 if soon else self.fill_ms / 1000,
        )
        self.draw.at = now
        if self._hot_until is not None and now <= self._hot_until:
            self._judge(useful=True)
        return Note(now, NoteKind.DRAWN, _DRAWN, {"hot": round(chance, 3), "wait_s": round(wait_s, 1)})

    def _ended(self, civil: datetime, details: Mapping[str, object]) -> None:
        ran_ms = details.get("ran_ms")
        ran_s = ran_ms / 1000 if isinstance(ran_ms, int | float) else 0.0
        self._add(civil, runs=1.0, run_s=ran_s, fills=min(2.0, ran_s * 1000 / max(1, self.fill_ms)))
        if details.get("by") == PREDICTIVE:
            if self._hot_until is not None:
                self._judge(useful=False)
            self._hot_until = self._engine.now + self.hot_ms

    def _judge(self, *, useful: bool) -> None:
        self.runs += 1.0
        self.useful += float(useful)
        self._hot_until = None

    def _weigh_forecast(self, civil: datetime) -> None:
        now, foresight = self._engine.now, self._engine.foresight
        if foresight is None:
            return
        if self._hot_until is not None and now > self._hot_until:
            self._judge(useful=False)
        if self._promise is not None and now >= self._promise[0]:
            _, chance, draws = self._promise
            row = self.foretold[min(BINS - 1, int(chance * BINS))]
            row[0], row[1], row[2] = row[0] + 1, row[1] + chance, row[2] + (foresight.draws > draws)
            self._promise = None
        if self._promise is None and not foresight.paused:
            chance = foresight.outlook(now, civil).forecast.chance(WINDOW_MS, now=now)
            self._promise = (now + WINDOW_MS, chance, foresight.draws)

    @property
    def hot_ms(self) -> int:
        """Return how long the supply stays hot after a fill, as learned."""
        return 30 * MINUTE_MS if self._engine.foresight is None else self._engine.foresight.heat.hot_ms

    @property
    def fill_ms(self) -> int:
        """Return how long a fill takes, as learned; a minute before."""
        foresight = self._engine.foresight
        return MINUTE_MS if foresight is None else foresight.heat.fill_ms or MINUTE_MS

    def _add(self, civil: datetime, **amounts_: float) -> None:
        key = civil.date().isoformat()
        day = self.days.get(key, Day())
        self.days[key] = replace(day, **{name: getattr(day, name) + more for name, more in amounts_.items()})
        while len(self.days) > MOST_DAYS:
            del self.days[min(self.days)]

    def snapshot(self) -> dict[str, object]:
        """Return the books, JSON-able."""
        return {
            "days": {key: [round(value, 2) for value in astuple(day)] for key, day in self.days.items()},
            "foretold": [[round(value, 3) for value in row] for row in self.foretold],
            "runs": [self.runs, self.useful],
            "draw_utc_ms": self.draw.snapshot(self._engine.utc_offset_ms),
            "hot_return_utc_ms": self.hot_return.snapshot(self._engine.utc_offset_ms),
        }

    def restore(self, kept: object) -> None:
        """Take the books over; what is damaged in them is left out."""
        if not isinstance(kept, Mapping):
            return
        days = kept.get("days")
        for key, values in days.items() if isinstance(days, Mapping) else ():
            row = amounts(values, len(fields(Day)))
            if row and isinstance(key, str):
                self.days[key] = Day(*row)
        rows = kept.get("foretold")
        if isinstance(rows, list) and len(rows) == BINS:
            self.foretold = [amounts(row, 3) or old for row, old in zip(rows, self.foretold, strict=True)]
        runs = amounts(kept.get("runs"), 2)
        if runs:
            self.runs, self.useful = runs
        self.draw.before = date(kept.get("draw_utc_ms"))
        self.hot_return.before = date(kept.get("hot_return_utc_ms"))
