"""What must be remembered of past runs for days: standstill, the last exchange, which job is done, how long filling takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from controller.core.changes import renewed
from controller.core.clock import MINUTE_MS, Instant
from controller.core.kept import age_ms, instant
from controller.core.reason import Reason, ReasonCode

EXCHANGED_AFTER_MS: Final = 2 * MINUTE_MS
"""A run of this length has exchanged the water of a loop in a house, also where no sensor tells that it came round:
5 l/min move 10 l, twice the content of 40 m of 12 mm pipe. It is the longest run without a trusted sensor."""
COLD_BELOW_C: Final = 30.0
"""Only a run that began with a pipe colder than this shows how long filling takes."""
FILL_SHARE: Final = 0.25
"""Weight of the newest fill time; the last ten make up nine tenths of what is learned."""

ARRIVED: Final = frozenset((ReasonCode.ROSE, ReasonCode.HOT_ARRIVED, ReasonCode.COLD_LINE_WARM))


@dataclass(frozen=True, slots=True)
class Served:
    """The last run that a strategy began or carried on.

    Args:
        since: When it began to carry it.
        ended_at: When the run ended; None while it goes on.
    """

    since: Instant
    ended_at: Instant | None = None

    @property
    def ran_ms(self) -> int:
        """Return how long it ran; 0 while it goes on."""
        return 0 if self.ended_at is None else self.ended_at - self.since


@dataclass(frozen=True, slots=True)
class Diary:
    """What is remembered; a fold over runs.

    Args:
        moved_at: When the pump last moved, as its switch confirmed.
        exchanged_at: When the loop's water was last exchanged as a whole.
        longest_still_ms: The longest time that it has stood without an exchange.
        served: The last run of each strategy, by name.
        fill_ms: How long a run from cold takes until hot water has come round; None before the first.
    """

    moved_at: Instant = 0
    exchanged_at: Instant = 0
    longest_still_ms: int = 0
    served: Mapping[str, Served] = field(default_factory=lambda: MappingProxyType({}))
    fill_ms: int | None = None

    def carried(self, now: Instant, by: str) -> "Diary":
        """Return the diary after a strategy's vote was what the pump runs for: itself unless that is news."""
        last = self.served.get(by)
        if last is not None and last.ended_at is None:
            return self
        return renewed(self, served={**self.served, by: Served(now)})

    def ended(
        self, now: Instant, started_at: Instant, reason: Reason, *, moved: bool, start_c: float | None
    ) -> "Diary":
        """Return the diary after a run.

        Args:
            now: When it ended.
            started_at: When it began.
            reason: Why it ended.
            moved: The switch has confirmed it, and nothing proves that it moved no water.
            start_c: Lowest value of the sensor that tells of hot water, in C; None without one.
        """
        closed = {
            name: renewed(one, ended_at=now) if one.ended_at is None else one
            for name, one in self.served.items()
        }
        diary = renewed(self, served=closed)
        if not moved:
            return diary
        ran_ms, arrived = now - started_at, reason.code in ARRIVED
        if arrived and start_c is not None and start_c < COLD_BELOW_C:
            diary = renewed(diary, fill_ms=_learned(diary.fill_ms, ran_ms))
        if arrived or ran_ms >= EXCHANGED_AFTER_MS:
            still_ms = max(diary.longest_still_ms, started_at - diary.exchanged_at)
            diary = renewed(diary, exchanged_at=now, longest_still_ms=still_ms)
        return renewed(diary, moved_at=now)

    def snapshot(self, now: Instant) -> dict[str, object]:
        """Return the diary as ages in ms before ``now``."""
        return {
            "moved_age_ms": now - self.moved_at,
            "exchanged_age_ms": now - self.exchanged_at,
            "longest_still_ms": self.longest_still_ms,
            "fill_ms": self.fill_ms,
            "served": {
                name: [now - one.since, now - (now if one.ended_at is None else one.ended_at)]
                for name, one in self.served.items()
            },
        }


def recall(kept: object, *, now: Instant, elapsed_ms: int | None) -> Diary:
    """Return the diary with which a controller starts; what is damaged in it is left out.

    Time without a clock that could vouch for it counts as none, so that a chore comes late rather than twice.

    Args:
        kept: What ``Diary.snapshot`` returned, or whatever a damaged file makes of it.
        now: The start of the controller.
        elapsed_ms: How long ago the snapshot was taken; None when it cannot be known.
    """
    if not isinstance(kept, Mapping):
        return Diary(now, now)
    then = now - (elapsed_ms or 0)
    moved_at, exchanged_at = (
        instant(kept.get("moved_age_ms"), then),
        instant(kept.get("exchanged_age_ms"), then),
    )
    return Diary(
        moved_at=now if moved_at is None else moved_at,
        exchanged_at=now if exchanged_at is None else exchanged_at,
        longest_still_ms=age_ms(kept.get("longest_still_ms")) or 0,
        served=_recall_served(kept.get("served"), then),
        fill_ms=age_ms(kept.get("fill_ms")),
    )


def _recall_served(kept: object, then: Instant) -> dict[str, Served]:
    served: dict[str, Served] = {}
    for name, pair in kept.items() if isinstance(kept, Mapping) else ():
        ages = pair if isinstance(pair, list) and len(pair) == 2 else (None, None)
        since, ended_at = (instant(age, then) for age in ages)
        if isinstance(name, str) and since is not None and ended_at is not None and since <= ended_at:
            served[name] = Served(since, ended_at)
    return served


def _learned(before_ms: int | None, ran_ms: int) -> int:
    return ran_ms if before_ms is None else round(before_ms + FILL_SHARE * (ran_ms - before_ms))
