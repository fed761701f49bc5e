"""Noticing that this process stood still: stopped, swapped out, or its machine asleep.

What waits in the socket then may have been sent at any time, a press of an hour ago among it, and nothing in it says so.
"""

import time
from typing import Final

STOOD_STILL_S: Final = 5.0
"""Longer without a turn, and the connection is made anew. Half of the age from which a command starts nothing; a busy machine
is held up for tenths of a second."""


def boot_s() -> float:
    """Return seconds on a clock that is never set. On Linux suspended time counts; elsewhere there is no such clock."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class Standstill:
    """Measures the time between the turns of a thread."""

    def __init__(self) -> None:
        self._turned_s = boot_s()

    @property
    def found_s(self) -> float | None:
        """Return for how many seconds there was no turn, when they are too many; None when all is well."""
        still_s = boot_s() - self._turned_s
        return still_s if still_s > STOOD_STILL_S else None

    def turn(self) -> None:
        """Take note of a turn."""
        self._turned_s = boot_s()
