"""How long to wait before trying the broker again."""

import random
from typing import Final

FIRST_S: Final = 0.5
LONGEST_S: Final = 5.0
JITTER: Final = 0.2
"""Share by which a wait may be shorter or longer, so that many clients do not come back at the same moment."""
STEADY_AFTER_S: Final = 5.0
"""A connection that has lived so long counts as one; a shorter one does not reset the waits."""
CONTESTED_S: Final = 30.0
"""Wait when another client seems to use our id: two that fight for it would keep both from working."""
CONTESTED_AFTER: Final = 3
"""So many short connections in a row, each made at the first try, are no broker in trouble but a fight for the
id. Not every broker says so: Mosquitto 2.0.11 just hangs up."""


class Backoff:
    """Waits that double from 0.5 s to 5 s, each with jitter."""

    def __init__(self) -> None:
        self._next_s = FIRST_S
        self._short_lives = 0

    @property
    def contested(self) -> bool:
        """Return whether another client seems to use our id."""
        return self._short_lives >= CONTESTED_AFTER

    def wait_s(self, *, lived_s: float, taken_over: bool = False) -> float:
        """Return how many seconds to wait before the next try.

        Args:
            lived_s: How long the last connection lived, in seconds; 0 if the broker never took us in.
            taken_over: The broker said that another client took our id.
        """
        steady = lived_s >= STEADY_AFTER_S
        self._short_lives = 0 if steady or not lived_s else self._short_lives + 1
        if taken_over:
            self._short_lives = CONTESTED_AFTER
        if steady:
            self._next_s = FIRST_S
        wait_s = self._next_s
        self._next_s = min(2 * wait_s, LONGEST_S)
        if self.contested:
            return CONTESTED_S
        return min(wait_s * random.uniform(1 - JITTER, 1 + JITTER), LONGEST_S)
