"""Heaters as people describe them: kinds, and what each kind needs to be told, in C, kW, litres and l/min."""

from dataclasses import dataclass, field
from typing import Final

from controller.safety.tankless import BurnerTerms

EFFICIENCY: Final = {"ideal": 1.0, "storage": 1.0, "tankless": 0.8, "combi": 0.9}
"""Heat over energy of each kind but the heat pump: an element in the water; a burner that does not condense (measured
80.2 %: P. R. Grant, thesis, University of Colorado, 2010); a condensing boiler with warm water."""
LABEL_K: Final = 45.0
"""Tank above room in K, for which a standing loss is stated: 65 C against 20 C.

Source: EN 12897, as Regulation (EU) 812/2013 has it.
"""


def label_loss_w(volume_l: float) -> float:
    """Return the standing loss in W at which a tank just misses the better half of the label: the end of class B.

    Source: Regulation (EU) 812/2013, annex II, table 2: 12 + 5.93 V^0.4.
    """
    return 12.0 + 5.93 * float(volume_l**0.4)


@dataclass(frozen=True, slots=True)
class HeatPump:
    """What a heat pump's electricity depends on: ``1 / COP = at_same + per_k (water - source)``.

    Within 12 % of a generic integrated water heater at sources of 10 and 21 C and water of 15 to 55 C; meant for sources of
    0 to 35 C.

    Args:
        source_c: Temperature of its source, in C.
        at_same: Electricity per heat with water and source alike.
        per_k: What that grows by per kelvin of lift.

    Source: Ecotope's HPWHsim, generic model (COP = 5.50 - 0.0243 F at 50 F, 7.21 - 0.0335 F at 70 F of source).
    """

    source_c: float = 15.0
    at_same: float = 0.21
    per_k: float = 0.0042


@dataclass(frozen=True, slots=True)
class TankSpec:
    """A storage tank.

    Args:
        volume_l: Its volume, in l.
        layers: Into how many batches the water is divided that fills it once.
        power_kw: Heat of element, coil or heat pump, in kW.
        hysteresis_k: The thermostat switches on so far below the set point, in K.
        element_at: Height of element or coil, as a share of the volume.
        thermostat_at: Height of the thermostat's sensor, in the same way.
        return_at: Height of the port for circulation; None when it comes in with the cold water.
        standing_loss_w: Its loss at ``LABEL_K`` above the room, in W.
        efficiency: Heat over energy, without heat pump.
        heat_pump: Set when a heat pump warms it.
    """

    volume_l: float = 200.0
    layers: int = 12
    power_kw: float = 3.0
    hysteresis_k: float = 5.0
    element_at: float = 0.1
    thermostat_at: float = 0.4
    return_at: float | None = None
    standing_loss_w: float = field(default_factory=lambda: label_loss_w(200.0))
    efficiency: float = 1.0
    heat_pump: HeatPump | None = None


@dataclass(frozen=True, slots=True)
class TanklessSpec:
    """A tankless heater or a combi.

    Args:
        power_kw: Full power, in kW.
        min_power_kw: Least power, in kW.
        activation_lpm: Flow at which it wakes, in l/min; it sleeps again a fifth below.
        ignition_s: Time from waking to heat, in s; with a combi that of its valve as well.
        too_hot_k: It shuts when the water leaves so far above the set point, in K.
        min_off_s: Least rest after that, in s.
        store_l: Water that holds as much heat as exchanger and store, in l.
        cools_in_h: Time constant with which exchanger and store cool at rest, in h.
        keep_hot_k: Comfort mode: they are reheated at rest when they have cooled by so much, in K; None for never.
        efficiency: Heat over energy.
    """

    power_kw: float = 24.0
    min_power_kw: float = 5.0
    activation_lpm: float = 2.5
    ignition_s: float = 4.0
    too_hot_k: float = 5.0
    min_off_s: float = 10.0
    store_l: float = 2.0
    cools_in_h: float = 1.0
    keep_hot_k: float | None = None
    efficiency: float = 0.8


@dataclass(frozen=True, slots=True)
class HeaterSpec:
    """A heater.

    Args:
        kind: ``ideal``, ``storage``, ``heat_pump``, ``tankless`` or ``combi``.
        price_per_kwh: Price of its fuel or electricity, in whatever money; None when nobody asks.
        efficiency: Heat over energy of an ideal heater.
        tank: Set for the kinds with a tank.
        tankless: Set for the kinds without.
    """

    kind: str = "ideal"
    price_per_kwh: float | None = None
    efficiency: float = 1.0
    tank: TankSpec | None = None
    tankless: TanklessSpec | None = None


IDEAL: Final = HeaterSpec()
"""Holds its set point at any flow."""


def burner_of(heater: HeaterSpec) -> BurnerTerms | None:
    """Return what a careful owner would declare of a heater's burner; None for one with a store."""
    return None if heater.tankless is None else BurnerTerms(heater.tankless.activation_lpm)
