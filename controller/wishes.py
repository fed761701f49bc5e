"""The open wishes for hot water: each is known by its id, answered once, and not kept waiting for ever."""

from collections import deque
from typing import Final

from controller.core.clock import MINUTE_MS, NEVER, Instant
from controller.core.events import HotWaterRequest

REQUEST_WAITS_MS: Final = 2 * MINUTE_MS
"""A wish that could not be met for so long is dropped: nobody still stands at the tap."""
REMEMBERED: Final = 256
"""So many wishes are known by their id, so that one delivered twice is still one wish."""


class Wishes:
    """The wishes of one loop, oldest first."""

    def __init__(self) -> None:
        self.open: tuple[HotWaterRequest, ...] = ()
        self._seen: deque[str] = deque(maxlen=REMEMBERED)

    @property
    def first(self) -> HotWaterRequest | None:
        """Return the oldest open wish."""
        return self.open[0] if self.open else None

    def take(self, request: HotWaterRequest) -> bool:
        """Take a wish in; return whether it is new."""
        if request.request_id in self._seen:
            return False
        self._seen.append(request.request_id)
        self.open = (*self.open, request)
        return True

    def settle(self, request_id: str) -> bool:
        """Close a wish; return whether it was open."""
        before = self.open
        self.open = tuple(request for request in before if request.request_id != request_id)
        return len(self.open) < len(before)

    def expired(self, now: Instant) -> tuple[HotWaterRequest, ...]:
        """Return the wishes that have waited for too long."""
        return tuple(request for request in self.open if now >= request.at + REQUEST_WAITS_MS)

    def next_expiry(self) -> Instant:
        """Return when the first of the open wishes will have waited for too long; NEVER without any."""
        return min((request.at + REQUEST_WAITS_MS for request in self.open), default=NEVER)
