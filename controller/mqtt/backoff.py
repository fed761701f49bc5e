"""How long to wait before trying the broker again."""

import random
from typing import Final

FIRST_S: Final = 0.5
LONGEST_S: Final = 5.0
JITTER: Final = 0.2
"""Share by which a wait may be shorter or longer, so that many clients do not come back at the same moment."""
STEADY_AFTER_S: Final = 5.0
"""A connection that has lived so long counts as one; a shorter one does not reset the waits."""
TAKEN_OVER_S: Final = 30.0
"""Wait after another client took our id: two that fight for it would switch the pump's reports on and off."""


class Backoff:
    """Waits that double from 0.5 s to 5 s, each with jitter."""

    def __init__(self) -> None:
        self._next_s = FIRST_S

    def wait_s(self, *, lived_s: float) -> float:
        """Return how many seconds to wait after a connection that lived so many seconds; 0 if it never was."""
        if lived_s >= STEADY_AFTER_S:
            self._next_s = FIRST_S
        wait_s = self._next_s
        self._next_s = min(2 * wait_s, LONGEST_S)
        return min(wait_s * random.uniform(1 - JITTER, 1 + JITTER), LONGEST_S)
