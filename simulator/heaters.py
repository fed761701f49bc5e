"""From a layout's heater to one that works: kinds, units and the inlets that each kind has."""

from controller.core.errors import ConfigError, Problem
from simulator.catalogue import WATER_J_LK
from simulator.heater import IdealHeater
from simulator.heater_fields import PORT_CURE, PORT_LEAKS, TIGHT
from simulator.heater_spec import LABEL_K, TanklessSpec, TankSpec
from simulator.intake import Intake
from simulator.layout import Layout
from simulator.network import Network
from simulator.parts import HeatSource
from simulator.piping import INLET, RETURN_PORT
from simulator.storage_tank import StorageTank, TankPlan
from simulator.tankless import Tankless, TanklessPlan


def home_of(layout: Layout) -> str:
    """Return where return lines end: at a tank's port for circulation if it has one, else with the cold water.

    Raises:
        ConfigError: A port lets nothing out, but a check valve does not hold (files are refused with the line).
    """
    tank = layout.heater.tank
    if tank is None or tank.return_at is None:
        return INLET
    for loop in layout.loops:
        if loop.return_line and loop.check.condition not in TIGHT:
            raise ConfigError(layout.name, (Problem("heater.return_at", PORT_LEAKS, cure=PORT_CURE),))
    return RETURN_PORT


def heater_of(layout: Layout, network: Network, *, since_s: float) -> HeatSource:
    """Return a layout's heater.

    Args:
        layout: The house.
        network: Its pipes.
        since_s: The beginning, in s.
    """
    setpoint_k = layout.setpoint_c - layout.ambient_c
    spec = layout.heater
    if spec.tank is not None:
        places = (INLET,) if home_of(layout) == INLET else (INLET, RETURN_PORT)
        intakes = [Intake(network, place) for place in places]
        return StorageTank(_tank_plan(spec.tank, setpoint_k, layout.ambient_c), intakes, since_s=since_s)
    if spec.tankless is not None:
        return Tankless(network, _tankless_plan(spec.tankless, setpoint_k), since_s=since_s)
    standing_kl_s = layout.standing_loss_w / WATER_J_LK
    per_heat = 1.0 / spec.efficiency
    return IdealHeater(network, setpoint_k, standing_kl_s, per_heat=per_heat, since_s=since_s)


def _tank_plan(spec: TankSpec, setpoint_k: float, ambient_c: float) -> TankPlan:
    pump = spec.heat_pump
    return TankPlan(
        volume_l=spec.volume_l,
        layers=spec.layers,
        setpoint_k=setpoint_k,
        hysteresis_k=spec.hysteresis_k,
        power_kl_s=spec.power_kw * 1e3 / WATER_J_LK,
        cooling=spec.standing_loss_w / (LABEL_K * spec.volume_l * WATER_J_LK),
        element_at=spec.element_at,
        thermostat_at=spec.thermostat_at,
        return_at=spec.return_at,
        per_heat=1.0 / spec.efficiency
        if pump is None
        else pump.at_same + pump.per_k * (ambient_c - pump.source_c),
        per_heat_k=0.0 if pump is None else pump.per_k,
    )


def _tankless_plan(spec: TanklessSpec, setpoint_k: float) -> TanklessPlan:
    activation_lps = spec.activation_lpm / 60.0
    return TanklessPlan(
        setpoint_k=setpoint_k,
        power_kl_s=spec.power_kw * 1e3 / WATER_J_LK,
        least_kl_s=spec.min_power_kw * 1e3 / WATER_J_LK,
        activation_lps=activation_lps,
        release_lps=0.8 * activation_lps,
        ignition_s=spec.ignition_s,
        too_hot_k=spec.too_hot_k,
        rest_s=spec.min_off_s,
        exchanger_l=spec.store_l,
        cooling=1.0 / (3600.0 * spec.cools_in_h),
        per_heat=1.0 / spec.efficiency,
        keep_hot_k=spec.keep_hot_k,
    )
