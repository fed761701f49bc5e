"""What a house tells about itself when asked: finished draws and the books of energy and water."""

from dataclasses import dataclass
from typing import Final

from simulator.draws import Draw

J_PER_KWH: Final = 3.6e6
"""Joules in a kilowatt hour."""
TOLERANCE: Final = 1e-6
"""Largest relative error with which the books of a run may close."""


class BalanceError(AssertionError):
    """Energy or water came from nowhere: a bug of the simulator, never of its user."""


@dataclass(frozen=True, slots=True)
class DrawResult:
    """What a draw got.

    Args:
        draw: The draw as it was wanted.
        wait_s: Seconds until the water arriving on the hot side was first as hot as wanted; None if it never was.
        cold_litres: Litres that came out of the hot side before that.
        hot_litres: Litres taken from the hot side altogether.
        mean_c: Mean temperature of the water as it left the outlet, hot and cold together, in C.
        cold_tap_peak_c: Hottest water that the cold side gave to this draw, in C; None when it stayed shut.
    """

    draw: Draw
    wait_s: float | None
    cold_litres: float
    hot_litres: float
    mean_c: float
    cold_tap_peak_c: float | None


@dataclass(frozen=True, slots=True)
class EnergyBalance:
    """Where every joule since the start came from and went to.

    ``heater = losses + drawn + content_change + standing``, up to the relative error.

    Args:
        heater_kwh: Heat that the heater supplied, its standing loss included.
        losses_kwh: Heat that the pipes lost to the rooms; cold pipes below room temperature gain some.
        drawn_kwh: Heat that left with the water drawn, above mains temperature.
        content_change_kwh: Heat that pipes and heater hold more than at the start, in water and walls.
        standing_kwh: Standing loss of the heater.
        energy_kwh: Fuel or electricity that the heater used.
        heater_starts: How often its burner, element or compressor came on.
        relative_error: What is missing, relative to the largest of the above.
    """

    heater_kwh: float
    losses_kwh: float
    drawn_kwh: float
    content_change_kwh: float
    standing_kwh: float
    energy_kwh: float
    heater_starts: int
    relative_error: float


@dataclass(frozen=True, slots=True)
class MassBalance:
    """Water in and out since the start.

    Args:
        supplied_litres: Litres that came from the mains.
        drawn_litres: Litres that left at the fixtures.
        relative_error: Their difference, relative to the larger.
    """

    supplied_litres: float
    drawn_litres: float
    relative_error: float
