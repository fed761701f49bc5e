"""What a run costs: heat, the pump's electricity, and water that ran off while people waited."""

from dataclasses import dataclass
from typing import Final

from controller.core.errors import ConfigError, Problem
from simulator.scoring import Summary

DAYS_PER_YEAR: Final = 365.0


@dataclass(frozen=True, slots=True)
class Tariff:
    """Prices, in any one currency. The defaults are round European ones of 2025, to be replaced by one's own.

    Args:
        heat_kwh: Price of a kWh of hot water's heat, the heater's efficiency included.
        electricity_kwh: Price of a kWh for the pump.
        water_m3: Price of a cubic metre of water and its drain.
        pump_w: Power of the pump in W while it runs.
    """

    heat_kwh: float = 0.12
    electricity_kwh: float = 0.30
    water_m3: float = 4.0
    pump_w: float = 25.0

    def cost(self, summary: Summary) -> float:
        """Return what waiting and circulating cost in a run: extra heat, pump, and water run off cold."""
        pump_kwh = summary.pump_hours * self.pump_w / 1_000.0
        return (
            max(0.0, summary.extra_heat_kwh) * self.heat_kwh
            + pump_kwh * self.electricity_kwh
            + summary.cold_litres / 1_000.0 * self.water_m3
        )

    def cost_a_year(self, summary: Summary) -> float:
        """Return that cost for a year of such days."""
        return self.cost(summary) * DAYS_PER_YEAR / summary.days


USUAL: Final = Tariff()
"""The prices of those who do not say."""

PRICES: Final = {
    "heat": "heat_kwh",
    "electricity": "electricity_kwh",
    "water": "water_m3",
    "pump_w": "pump_w",
}
"""Names under which a person gives prices."""


def parse_tariff(text: str) -> Tariff:
    """Return the tariff of a text such as ``heat=0.12,electricity=0.3,water=4,pump_w=25``; the rest as usual.

    Raises:
        ConfigError: A name is unknown, or a price is no number from 0 to 1000.
    """
    given: dict[str, float] = {}
    problems = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, value = (side.strip() for side in part.partition("="))
        price = _price(value)
        if name not in PRICES:
            problems.append(Problem(name, "there is no such price", cure=f"known are {', '.join(PRICES)}"))
        elif price is None:
            problems.append(Problem(name, f"{value!r} is no price", cure="give a number from 0 to 1000"))
        else:
            given[PRICES[name]] = price
    if problems:
        raise ConfigError("--prices", tuple(problems))
    return Tariff(**given)


def _price(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0.0 <= value <= 1_000.0 else None
