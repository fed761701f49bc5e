"""A pump that is on and moves nothing: unplugged, seized, air in the pipe, or against a shut valve.

Evidence is a flow sensor, or the power that the pump draws. Without either nothing can be known, and nothing is
concluded. A dry run ends after 30 s. Then a few more tries with pauses, for an air lock may clear; and when those are
all dry as well, the loop is latched until a person has looked and says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from controller.core.clock import MINUTE_MS, SECOND_MS, Instant
from controller.core.kept import age_ms

DRY_MS: Final = 30 * SECOND_MS
"""So long a pump may be on without moving anything. Source of all four: the reliability design."""
PAUSE_MS: Final = 60 * SECOND_MS
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
        dry_since: Since when the run going on has moved nothing; None while it moves something or nobody knows.
    """

    tries: int = 0
    rounds: int = 0
    ended_at: Instant = 0
    dry_since: Instant | None = None

    def looked(self, now: Instant, moving: bool | None) -> "DryRuns":
        """Return what is remembered after a look at a run.

        Args:
            now: The present.
            moving: What the evidence says; None when there is none.
        """
        if moving:
            return DryRuns()
        if moving is None:
            return self if self.dry_since is None else replace(self, dry_since=None)
        return replace(self, dry_since=now) if self.dry_since is None else self

    def is_dry(self, now: Instant) -> bool:
        """Tell whether the run going on must end because it moves nothing."""
        return self.dry_since is not None and now - self.dry_since >= DRY_MS

    @property
    def dry_at(self) -> Instant | None:
        """Return when the run going on will have been dry for too long, if nothing moves by then."""
        return None if self.dry_since is None else self.dry_since + DRY_MS

    def ended(self, now: Instant) -> "DryRuns":
        """Return what is remembered when a run has ended."""
        if not self.is_dry(now):
            return replace(self, dry_since=None)
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
