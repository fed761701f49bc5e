"""When old rows may go: only when two clocks agree that they are old."""

from dataclasses import dataclass
from typing import Final

from controller.core.clock import DAY_MS, HOUR_MS, Instant

STEADY_MS: Final = DAY_MS
"""Running time with a steady wall clock before anything is deleted, and between two such passes."""
STEP_MS: Final = HOUR_MS
"""A wall clock that strays this far from the monotonic one has been set."""
LONGEST_PAUSE_MS: Final = 2 * DAY_MS
"""A wall clock that is further ahead than this after a restart is doubted for a day."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept.

    Args:
        notes_days: Notes and commands.
        readings_days: Temperatures.
        most_notes: Notes, and commands, at most, whatever their age.
        most_readings: Temperatures at most, whatever their age: some 100 MB.
    """

    notes_days: int = 730
    readings_days: int = 400
    most_notes: int = 500_000
    most_readings: int = 2_000_000


class RetentionClock:
    """Says when a pass of deletion is due.

    A gateway whose wall clock jumps a year ahead must not throw its history away. So a pass needs a day of running
    time in which wall clock and monotonic clock advanced together; a jump starts that day anew. The day adds up
    over restarts, since some gateways never run for a day.

    Args:
        steady_ms: What ``steady_ms`` was at the end of the session before.
        last_utc_ms: The last wall time of the session before; 0 when there was none.
    """

    def __init__(self, steady_ms: int = 0, last_utc_ms: int = 0) -> None:
        self.steady_ms = steady_ms
        self.last_utc_ms = last_utc_ms
        self._last_at: Instant | None = None

    def advance(self, at: Instant, utc_ms: int) -> bool:
        """Take in both clocks; return whether a pass is due now, for which the count starts anew."""
        moved_utc_ms = utc_ms - self.last_utc_ms
        if self._last_at is None:
            doubtful = self.last_utc_ms > 0 and not -STEP_MS <= moved_utc_ms <= LONGEST_PAUSE_MS
            gained_ms = 0
        else:
            gained_ms = at - self._last_at
            doubtful = abs(moved_utc_ms - gained_ms) > STEP_MS
        self._last_at, self.last_utc_ms = at, utc_ms
        self.steady_ms = 0 if doubtful else self.steady_ms + gained_ms
        if self.steady_ms < STEADY_MS:
            return False
        self.steady_ms = 0
        return True
