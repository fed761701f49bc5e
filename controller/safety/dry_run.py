"""A pump that is on and moves nothing: unplugged, seized, air in the pipe, or against a shut valve.

A flow sensor proves it, or the power that the pump draws (see ``controller.evidence``); without either nothing is
concluded. A dry run ends as soon as 30 s of standstill are proven. Then a few more tries with pauses, for an air lock may clear; and when those are
all dry as well, the loop is latched until a person has looked and says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from controller.core.clock import MINUTE_MS, SECOND_MS, Instant
from controller.core.kept import age_ms

PAUSE_MS: Final = 60 * SECOND_MS
"""Source of all three: the default parameters of the reliability design."""
LONG_PAUSE_MS: Final = 10 * MINUTE_MS
TRIES: Final = 3
"""Dry runs in a round, after which the pause is a long one; and rounds until the latch."""


@dataclass(frozen=True, slots=True)
class DryRuns:
    """What the supervisor remembers of dry runs.

    Args:
        tries: Dry runs in this round.
        rounds: Rounds that were dry.
        ended_at: When the last dry run ended.
    """

    tries: int = 0
    rounds: int = 0
    ended_at: Instant = 0

    def looked(self, moves: bool | None) -> "DryRuns":
        """Return what is remembered after a look at a run that goes on: what moves water clears everything."""
        return DryRuns() if moves and (self.tries or self.rounds) else self

    def ended(self, now: Instant, moves: bool | None) -> "DryRuns":
        """Return what is remembered when a run has ended, which proves nothing unless it was proven dry."""
        if moves is not False:
            return self
        tries = self.tries + 1
        if tries < TRIES:
            return DryRuns(tries, self.rounds, now)
        return DryRuns(0, min(TRIES, self.rounds + 1), now)

    @property
    def latched(self) -> bool:
        """Tell whether the pump stays off until a person has looked."""
        return self.rounds >= TRIES

    @property
    def resumes_at(self) -> Instant:
        """Return when the next run may be tried; in the past when nothing is wrong."""
        if self.tries:
            return self.ended_at + PAUSE_MS
        return self.ended_at + LONG_PAUSE_MS if self.rounds else 0

    def snapshot(self, now: Instant) -> dict[str, object]:
        """Return what must survive a restart, JSON-able; times are ages in ms."""
        return {"tries": self.tries, "rounds": self.rounds, "ended_age_ms": now - self.ended_at}


def recall(kept: object, *, now: Instant) -> DryRuns:
    """Return the memory with which a controller starts; pauses begin in full, and a latch stays.

    Args:
        kept: What ``DryRuns.snapshot`` returned, or whatever a damaged file makes of it.
        now: The start of the controller.
    """
    if not isinstance(kept, Mapping) or age_ms(kept.get("ended_age_ms")) is None:
        return DryRuns()
    tries, rounds = (_count(kept.get(name)) for name in ("tries", "rounds"))
    return DryRuns(tries, rounds, now) if tries or rounds else DryRuns()


def _count(kept: object) -> int:
    # More than there can be is damage; the safe reading of it is the most.
    return min(kept, TRIES) if isinstance(kept, int) and not isinstance(kept, bool) and kept > 0 else 0
