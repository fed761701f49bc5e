"""From what a water meter has counted to a flow."""

from typing import Final

from controller.core.clock import MINUTE_MS, Instant
from controller.devices.facts import Volume
from controller.devices.meters import MOST_LPM

SHORTEST_MS: Final = 200
"""Two messages closer than this are one: the error of their times would be larger than the flow."""
LONGEST_MS: Final = 10 * MINUTE_MS
"""Over a longer silence an average says nothing about now."""


class Meter:
    """Remembers what one meter had counted."""

    def __init__(self) -> None:
        self._at: Instant = 0
        self._volume_l: float | None = None

    def flow_lpm(self, fact: Volume) -> float | None:
        """Return the mean flow since the last count, in litres per minute; None when it cannot be known.

        A count that goes back is a meter that was restarted or wrapped round, and begins anew.
        """
        if not fact.live:
            return None
        passed_ms, before_l = fact.at - self._at, self._volume_l
        if before_l is not None and passed_ms < SHORTEST_MS:
            return None
        self._at, self._volume_l = fact.at, fact.volume_l
        if before_l is None or fact.volume_l < before_l or passed_ms > LONGEST_MS:
            return None
        flow_lpm = (fact.volume_l - before_l) * MINUTE_MS / passed_ms
        return flow_lpm if flow_lpm <= MOST_LPM else None
