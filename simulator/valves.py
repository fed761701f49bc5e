"""The valve in the way back: a check valve, with a thermostatic element or without."""

from dataclasses import dataclass


@dataclass(slots=True)
class Thermostat:
    """The element that shuts a crossover valve against hot water, at once and with hysteresis.

    Args:
        closes_at_k: It shuts at this temperature, in K above the room.
        opens_below_k: It opens again at this one, in K above the room.
        open: Its state.
    """

    closes_at_k: float
    opens_below_k: float
    open: bool = True


@dataclass(slots=True)
class CheckValve:
    """Passes forward flow, blocks reverse flow, never leaks: in a return line, or from a hot to a cold pipe.

    Args:
        thermostat: Its element; None for a plain check valve.
    """

    thermostat: Thermostat | None = None

    def passed_lps(self, drive_lps: float) -> float:
        """Return the flow that passes when so much is driven, in l/s; 0 against a shut valve (dead-head)."""
        if self.thermostat is not None and not self.thermostat.open:
            return 0.0
        return max(0.0, drive_lps)
