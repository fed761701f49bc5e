"""The books of a heater."""

from dataclasses import dataclass
from typing import Final

from simulator.catalogue import WATER_J_LK
from simulator.results import J_PER_KWH

KWH_PER_KL: Final = WATER_J_LK / J_PER_KWH
"""Heat in kWh that lifts one litre of water by one kelvin."""


@dataclass(frozen=True, slots=True)
class HeaterBooks:
    """Where a heater's heat came from and went to since the beginning, and what was used for it.

    Args:
        given_kl: Heat that burner, element or heat pump gave, in K l.
        passed_kl: Heat that left with the water above what it brought, in K l.
        lost_kl: Heat lost to the room, in K l.
        content_change_kl: Heat held more than at the beginning, in K l.
        energy_kwh: Fuel or electricity used.
        starts: How often burner, element or compressor came on.
    """

    given_kl: float
    passed_kl: float
    lost_kl: float
    content_change_kl: float
    energy_kwh: float
    starts: int

    @property
    def missing_kl(self) -> float:
        """Return the heat that these books do not explain, in K l."""
        return self.given_kl - self.passed_kl - self.lost_kl - self.content_change_kl
