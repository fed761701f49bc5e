"""Habits: how often people begin to draw at each time of the week, learned as counts over exposure.

A table of Gamma-Poisson cells: each holds draws seen and hours in which one could have been seen (exposure). An estimate
borrows from the cells beside it, from the same kind of day (weekday, weekend), from all days, and at last from a prior
household, in this order and as far as its own evidence is thin. Two tables are kept, one that forgets within days and one
that forgets within months; the one that has foretold better of late has more to say. So a change of habit is followed
within days, and a quiet fortnight does not wipe out a year.
"""

from collections.abc import Mapping, Sequence
from math import exp, log
from operator import mul
from typing import Final

from controller.core.clock import MINUTE_MS
from controller.core.forecast import STEP_MS, STEPS
from controller.core.kept import amounts

SLOTS: Final = 96
"""Slots of a quarter of an hour in a day."""
SLOT_MIN: Final = 15
DAYS: Final = 7
DAY_MIN: Final = SLOTS * SLOT_MIN
STEP_MIN: Final = STEP_MS // MINUTE_MS
_FINEST_MIN: Final = 5
"""What slots, steps and half steps are whole multiples of."""
HALF_LIVES_DAYS: Final = (6.0, 60.0)
"""How fast the two tables forget: a new habit outweighs the old one within a week; a season is remembered."""
PRIOR_HOURS: Final = 0.75
"""Exposure of a slot that the prior household is worth: three days of quarters of an hour."""
BORROWED_HOURS: Final = 1.5
"""Exposure that the estimate of all days is worth to that of a kind of day, and this one to that of a single weekday."""
_SMOOTHING: Final = (1.0, 2.0, 3.0, 2.0, 1.0)
_MEMORY_DRAWS: Final = 40.0
"""Draws over which the two tables are compared."""

_PRIOR_PER_HOUR: Final = (
    (0.25, 0.15, 0.1, 0.1, 0.15, 0.5, 1.2, 1.6, 1.4, 1.1, 1.0, 1.0, 1.1, 1.0, 0.9, 0.9, 1.1, 1.5, 1.8, 1.7, 1.5, 1.3, 0.9, 0.5)
)  # fmt: skip
"""Clusters of draws per hour of the day in a household that nobody knows yet. Our choice: two humps, about 23 a day;
of the shape of the Building America benchmark's hourly sink draws (Hendron and Engebrecht 2010)."""


class HabitTable:
    """Counts and exposure per slot of the week, with a half-life.

    Args:
        half_life_days: Time after which an observation counts half.
    """

    def __init__(self, half_life_days: float) -> None:
        self.half_life_days = half_life_days
        self._counts = [[0.0] * SLOTS for _ in range(DAYS)]
        self._hours = [[0.0] * SLOTS for _ in range(DAYS)]
        self._smooth: list[list[float] | None] = [None] * DAYS

    def expose(self, day: int, slot: int, hours: float) -> None:
        """Count time in which a draw could have been seen."""
        self._hours[day][slot] += hours

    def count(self, day: int, slot: int, draws: float) -> None:
        """Count (a share of) a draw."""
        self._counts[day][slot] += draws

    def forget(self, days: float) -> None:
        """Let so many days pass: everything fades, and the estimates are worked out anew."""
        kept = 0.5 ** (days / self.half_life_days)
        for rows in (self._counts, self._hours):
            for row in rows:
                row[:] = [value * kept for value in row]
        self._smooth = [None] * DAYS

    def rate(self, day: int, slot: int) -> float:
        """Return clusters of draws per hour, as worked out when something was last forgotten (once a day)."""
        rates = self._smooth[day]
        if rates is None:
            rates = self._smooth[day] = self._estimate(day)
        return rates[slot]

    def snapshot(self) -> dict[str, object]:
        """Return the table, JSON-able."""
        return {
            "counts": [[round(value, 3) for value in row] for row in self._counts],
            "hours": [[round(value, 3) for value in row] for row in self._hours],
        }

    def restore(self, kept: Mapping[str, object]) -> None:
        """Take over a table; a damaged row is left out."""
        for name, rows in (("counts", self._counts), ("hours", self._hours)):
            days = kept.get(name)
            if isinstance(days, Sequence) and len(days) == DAYS:
                for row, values in zip(rows, days, strict=True):
                    row[:] = amounts(values, SLOTS) or row
        self._smooth = [None] * DAYS

    def _estimate(self, day: int) -> list[float]:
        alike = range(5) if day < 5 else range(5, DAYS)
        rates = [_PRIOR_PER_HOUR[slot * 24 // SLOTS] for slot in range(SLOTS)]
        for days, worth in (
            (range(DAYS), PRIOR_HOURS),
            (alike, BORROWED_HOURS),
            (range(day, day + 1), BORROWED_HOURS),
        ):
            counts, hours = _around(self._counts, days), _around(self._hours, days)
            rates = [
                (count + worth * rate) / (hour + worth)
                for count, hour, rate in zip(counts, hours, rates, strict=True)
            ]
        return rates


class Habits:
    """Two tables, weighed by how well each has foretold."""

    def __init__(self) -> None:
        self.tables = tuple(HabitTable(half_life) for half_life in HALF_LIVES_DAYS)
        self._merit = [0.0] * len(self.tables)
        self._blend: list[list[float] | None] = [None] * DAYS
        self._fine: list[list[float] | None] = [None] * DAYS

    @property
    def weights(self) -> tuple[float, ...]:
        """Return how much each table has to say; together 1."""
        best = max(self._merit)
        shares = [exp(merit - best) for merit in self._merit]
        return tuple(share / sum(shares) for share in shares)

    def rate(self, day: int, slot: int) -> float:
        """Return clusters of draws per hour, as worked out once a day."""
        rates = self._blend[day]
        if rates is None:
            rates = self._blend[day] = self._mix(day)
        return rates[slot]

    def ahead(self, week_min: float) -> list[float]:
        """Return the rates in the middle of each step of the forecast that begins at a time of the week."""
        first, step = int(week_min % (DAYS * DAY_MIN) + STEP_MIN / 2) // _FINEST_MIN, STEP_MIN // _FINEST_MIN
        day, begin = divmod(first, DAY_MIN // _FINEST_MIN)
        rates = self._finely(day % DAYS)[begin : begin + STEPS * step : step]
        if len(rates) < STEPS:
            rates += self._finely((day + 1) % DAYS)[begin % step :: step][: STEPS - len(rates)]
        return rates

    def _finely(self, day: int) -> list[float]:
        """Return a day's rates in pieces so small that the forecast's steps and the slots both are whole numbers of them."""
        rates = self._fine[day]
        if rates is None:
            repeats = range(SLOT_MIN // _FINEST_MIN)
            rates = self._fine[day] = [self.rate(day, slot) for slot in range(SLOTS) for _ in repeats]
        return rates

    def expose(self, day: int, slot: int, hours: float) -> None:
        """Count time in which a draw could have been seen."""
        for number, table in enumerate(self.tables):
            self._merit[number] -= table.rate(day, slot) * hours
            table.expose(day, slot, hours)

    def count(self, day: int, slot: int, draws: float) -> None:
        """Count (a share of) a draw."""
        kept = exp(-draws / _MEMORY_DRAWS)
        for number, table in enumerate(self.tables):
            merit = self._merit[number] + draws * log(max(table.rate(day, slot), 1e-3))
            self._merit[number] = merit * kept
            table.count(day, slot, draws)

    def forget(self, days: float) -> None:
        """Let so many days pass."""
        for table in self.tables:
            table.forget(days)
        self._fade()

    def snapshot(self) -> dict[str, object]:
        """Return what must survive a restart, JSON-able."""
        return {
            "merit": [round(merit, 4) for merit in self._merit],
            "tables": [table.snapshot() for table in self.tables],
        }

    def restore(self, kept: Mapping[str, object]) -> None:
        """Take over what was kept."""
        tables = kept.get("tables")
        if isinstance(tables, Sequence) and len(tables) == len(self.tables):
            for table, values in zip(self.tables, tables, strict=True):
                if isinstance(values, Mapping):
                    table.restore(values)
        merit = kept.get("merit")
        if isinstance(merit, Sequence) and len(merit) == len(self._merit):
            self._merit = [float(value) if isinstance(value, int | float) else 0.0 for value in merit]
        self._fade()

    def _fade(self) -> None:
        self._blend = [None] * DAYS
        self._fine = [None] * DAYS

    def _mix(self, day: int) -> list[float]:
        shares = tuple(zip(self.weights, self.tables, strict=True))
        return [sum(weight * table.rate(day, slot) for weight, table in shares) for slot in range(SLOTS)]


def _around(table: Sequence[Sequence[float]], days: range) -> list[float]:
    """Return the sums over some days, smoothed over the slots beside, around the clock."""
    sums = [sum(slots) for slots in zip(*(table[day] for day in days), strict=True)]
    half, most = len(_SMOOTHING) // 2, max(_SMOOTHING)
    around = [*sums[-half:], *sums, *sums[:half]]
    beside = zip(*(around[offset : offset + SLOTS] for offset in range(len(_SMOOTHING))), strict=True)
    return [sum(map(mul, _SMOOTHING, near)) / most for near in beside]
