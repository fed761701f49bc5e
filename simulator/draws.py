"""Draws: what people take at the taps."""

from dataclasses import dataclass
from typing import Final

USE_C: Final = 40.0
"""Temperature in C from which water counts as hot where a draw does not say: a hand wash or a shower.

Source: VDI 6003 use temperatures lie between 40 C (wash basin) and 45 C (kitchen sink).
"""


@dataclass(frozen=True, slots=True)
class Draw:
    """One opening of one tap.

    Args:
        start_s: Seconds since the start of the simulation.
        duration_s: How long the tap stays open, in s.
        fixture: Name of the fixture.
        flow_lpm: Flow at the fixture, hot and cold together, in l/min.
        use_c: Temperature wanted, in C. Until the water that arrives is as hot only the hot side is open;
            after that hot and cold are mixed to it.
    """

    start_s: float
    duration_s: float
    fixture: str
    flow_lpm: float
    use_c: float = USE_C

    @property
    def volume_l(self) -> float:
        """Return the litres taken."""
        return self.flow_lpm * self.duration_s / 60.0

    @property
    def useful(self) -> bool:
        """Tell whether comfort is scored on this draw: at least 1 l or at least 20 s."""
        return self.volume_l >= 1.0 or self.duration_s >= 20.0
