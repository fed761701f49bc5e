"""What a run costs: the heater's energy, the pump's electricity, and water that ran off while people waited."""

from dataclasses import asdict, dataclass, replace
from typing import Final

from controller.core.errors import ConfigError, Problem
from simulator.heater_spec import HeaterSpec
from simulator.scoring import Summary

DAYS_PER_YEAR: Final = 365.0
FUEL_KWH: Final = 0.12
"""Usual price of a kWh for a heater that nobody gave a price; a heat pump's is that of electricity."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What a run costs, in the tariff's currency; its fields are the keys of its JSON.

    Args:
        pump_kwh: The pump's electricity in the run.
        energy_cost_a_year: The heater's energy and the pump's electricity in a year of such days.
        extra_cost_a_year: The same beyond ``none``: what circulating costs.
        cost_a_year: What circulating and waiting cost: that, and the water run off cold.
    """

    pump_kwh: float
    energy_cost_a_year: float
    extra_cost_a_year: float
    cost_a_year: float

    def as_json(self) -> dict[str, float]:
        """Return the costs as values for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Tariff:
    """Prices, in any one currency. The defaults are round European ones of 2025, to be replaced by one's own.

    Args:
        energy_kwh: Price of a kWh of the heater's fuel or electricity; None for what the layout's heater says.
        electricity_kwh: Price of a kWh for the pump.
        water_m3: Price of a cubic metre of water and its drain.
        pump_w: Power of the pump in W while it runs.
    """

    energy_kwh: float | None = None
    electricity_kwh: float = 0.30
    water_m3: float = 4.0
    pump_w: float = 25.0

    def at(self, heater: HeaterSpec) -> "Tariff":
        """Return the tariff with the price of a heater's energy: as given, else as the heater says, else as usual."""
        if self.energy_kwh is not None:
            return self
        usual = self.electricity_kwh if heater.kind == "heat_pump" else FUEL_KWH
        return replace(self, energy_kwh=usual if heater.price_per_kwh is None else heater.price_per_kwh)

    def costs(self, summary: Summary) -> Costs:
        """Return what a run costs, scaled to a year of such days."""
        energy_price = FUEL_KWH if self.energy_kwh is None else self.energy_kwh
        pump_kwh = summary.pump_hours * self.pump_w / 1_000.0
        pump, a_year = pump_kwh * self.electricity_kwh, DAYS_PER_YEAR / summary.days
        extra = summary.extra_energy_kwh * energy_price + pump
        water = summary.cold_litres / 1_000.0 * self.water_m3
        return Costs(
            pump_kwh=pump_kwh,
            energy_cost_a_year=(summary.energy_kwh * energy_price + pump) * a_year,
            extra_cost_a_year=extra * a_year,
            cost_a_year=(extra + water) * a_year,
        )


USUAL: Final = Tariff()
"""The prices of those who do not say."""

PRICES: Final = {
    "energy": "energy_kwh",
    "heat": "energy_kwh",
    "electricity": "electricity_kwh",
    "water": "water_m3",
    "pump_w": "pump_w",
}
"""Names under which a person gives prices; ``heat`` is the same as ``energy``."""


def parse_tariff(text: str) -> Tariff:
    """Return the tariff of a text such as ``energy=0.12,electricity=0.3,water=4,pump_w=25``; the rest as usual.

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
