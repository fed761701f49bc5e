"""The valve in a way back: a check valve in good or bad condition, with a thermostatic element or without."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

CRACKING_M: Final = 0.05
"""Head in m at which a check valve opens. Source: EN 13959 allows 0.1 m; spring-loaded ones of DN 15 open at 0.03-0.1."""


class Condition(StrEnum):
    """What a check valve does."""

    HOLDS = "holds"
    """Passes forward flow and blocks reverse flow."""
    LEAKS = "leaks"
    """Lets some water back."""
    STUCK_OPEN = "stuck_open"
    """Passes both ways, or is not there at all."""
    STUCK_CLOSED = "stuck_closed"
    """Passes nothing."""


@dataclass(slots=True)
class Thermostat:
    """The element that shuts a crossover valve against hot water, with hysteresis and a lag.

    Args:
        closes_at_k: It shuts when it feels this temperature, in K above the room.
        opens_below_k: It opens again at this one, in K above the room.
        lag_s: Time constant with which it follows the water, in s; 0 for at once.
        open: Its state.
    """

    closes_at_k: float
    opens_below_k: float
    lag_s: float = 0.0
    open: bool = True


@dataclass(slots=True)
class CheckValve:
    """A check valve: in a return line, or from a hot to a cold pipe.

    Args:
        loss_m: Head that it takes when open, in m at 1 l/s.
        condition: What it does.
        leak: What a leaking one lets back, as a share of what it passes forward at the same pressure.
        thermostat: Its element; None for a plain check valve.
    """

    loss_m: float
    condition: Condition = Condition.HOLDS
    leak: float = 0.0
    thermostat: Thermostat | None = None

    @property
    def shut(self) -> bool:
        """Tell whether nothing passes, either way."""
        if self.condition is Condition.STUCK_CLOSED:
            return True
        return self.thermostat is not None and not self.thermostat.open

    @property
    def back_share(self) -> float:
        """Return what it lets back at a pressure, as a share of what it passes forward; 0 when it holds."""
        if self.condition is Condition.STUCK_OPEN:
            return 1.0
        return self.leak if self.condition is Condition.LEAKS else 0.0

    @property
    def cracking_m(self) -> float:
        """Return the head in m at which forward flow begins."""
        return 0.0 if self.condition is Condition.STUCK_OPEN else CRACKING_M

    def head_m(self, flow_lps: float) -> float:
        """Return the head that a flow takes, in m; negative for flow that comes back."""
        if flow_lps >= 0.0:
            return self.cracking_m + self.loss_m * flow_lps**2
        return -self.loss_m * (flow_lps / self.back_share) ** 2
