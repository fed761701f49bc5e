"""How late the event loop is: what decides about the pump must never wait for anything else."""

from collections import deque
from typing import Final, Protocol

from controller.runtime import Timer

BEAT_S: Final = 0.25
REMEMBERED_S: Final = 60.0
ALARM_S: Final = 2.0
"""A loop that was later than this in the last minute is told to people."""


class LoopTime(Protocol):
    """What is needed of the event loop."""

    def time(self) -> float:
        """Return its clock, in seconds."""

    def call_at(self, when: float, callback: "Beat", /) -> Timer:
        """Call back at that time."""


class Beat(Protocol):
    """A callback."""

    def __call__(self) -> None:
        """Be called."""


class LagWatch:
    """Is woken four times a second, and remembers how late that was.

    Args:
        loop: The event loop.
    """

    def __init__(self, loop: LoopTime) -> None:
        self._loop = loop
        self._late: deque[tuple[float, float]] = deque()
        self._due = loop.time()
        self._timer: Timer | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._due = self._loop.time() + BEAT_S
        self._timer = self._loop.call_at(self._due, self._beat)

    def stop(self) -> None:
        """Watch no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _beat(self) -> None:
        now = self._loop.time()
        late_s = max(0.0, now - self._due)
        # Only what nothing later has outdone is kept, so that the first is the worst.
        while self._late and self._late[-1][1] <= late_s:
            self._late.pop()
        self._late.append((now, late_s))
        self.start()

    @property
    def worst_s(self) -> float:
        """Return by how much it was late at worst in the last minute; a beat that is overdue now counts."""
        now = self._loop.time()
        while self._late and self._late[0][0] < now - REMEMBERED_S:
            self._late.popleft()
        past_s = self._late[0][1] if self._late else 0.0
        return max(past_s, now - self._due if self._timer is not None else 0.0)
