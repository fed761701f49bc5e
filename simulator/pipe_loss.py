"""How much heat a pipe loses to still air, per metre and kelvin: film, wall, foam, and air with radiation in series.

    U = 1 / [ 1/(h_i pi d_i) + ln(d_o/d_i)/(2 pi k_wall) + ln(D/d_o)/(2 pi k_foam) + 1/(h_o pi D) ]

``h_i`` is Gnielinski's, ``h_o`` Churchill and Chu's for a horizontal cylinder plus radiation; the skin's temperature is
solved for. Libraries do the correlations (``ht``, ``fluids``); they are heavy and loaded only when something is computed.
The table of common thicknesses ships (``simulator.pipe_loss_table``).
"""

from collections.abc import Callable
from functools import cache
from math import log, pi
from typing import Final, NamedTuple

FOAM_W_MK: Final = 0.038
"""Conductivity of pipe foam in W/(m K). Source: EN ISO 8497, class 040 foams at 40 C."""
FOAM_EMISSIVITY: Final = 0.9
"""Emissivity of foam, paint and plastics. Source: VDI heat atlas, chapter K1, non-metals 0.85-0.95."""
WATER_C: Final = 55.0
"""Temperature of the water for which U is given, in C."""
AIR_C: Final = 20.0
"""Temperature of air and walls for which U is given, in C."""
WATER_M_S: Final = 0.3
"""Speed of the water for which U is given; it matters by less than 2 % of U."""
_WATER_VISCOSITY_M2_S: Final = 5.115e-7
_WATER_PRANDTL: Final = 3.26
_WATER_W_MK: Final = 0.6432
"""Water of 55 C at 0.3 MPa. Source: IAPWS-IF97."""
_AIR_J_KGK: Final = 1006.0
_GRAVITY_M_S2: Final = 9.80665
_BOLTZMANN_W_M2K4: Final = 5.670374419e-8
_KELVIN: Final = 273.15
_ROUNDS: Final = 60


class Geometry(NamedTuple):
    """What of a pipe and its foam decides the loss; diameters in mm, conductivity in W/(m K)."""

    inner_mm: float
    outer_mm: float
    wall_w_mk: float
    roughness_mm: float
    emissivity: float
    insulation_mm: float


@cache
def linear_loss_w_mk(pipe: Geometry) -> float:
    """Return U in W/(m K) for water of 55 C in still air of 20 C.

    Source: Gnielinski (1976) inside; Churchill and Chu (1975) outside; Stefan-Boltzmann. Valid for horizontal pipes in
    a room; U of a bare pipe grows by some 5 % per 10 K.
    """
    skin_mm = pipe.outer_mm + 2.0 * pipe.insulation_mm
    emissivity = pipe.emissivity if pipe.insulation_mm == 0.0 else FOAM_EMISSIVITY
    inside = (
        1.0 / (inside_w_m2k(pipe.inner_mm, pipe.roughness_mm, WATER_M_S) * pi * pipe.inner_mm / 1000.0)
        + log(pipe.outer_mm / pipe.inner_mm) / (2.0 * pi * pipe.wall_w_mk)
        + log(skin_mm / pipe.outer_mm) / (2.0 * pi * FOAM_W_MK)
    )
    area_m = pi * skin_mm / 1000.0

    def through(skin_c: float) -> float:
        return (WATER_C - skin_c) / inside

    def away(skin_c: float) -> float:
        return outside_w_m2k(skin_mm, skin_c, emissivity) * area_m * (skin_c - AIR_C)

    skin_c = _balance(through, away)
    return through(skin_c) / (WATER_C - AIR_C)


def _balance(through: Callable[[float], float], away: Callable[[float], float]) -> float:
    low_c, high_c = AIR_C, WATER_C
    for _ in range(_ROUNDS):
        middle_c = 0.5 * (low_c + high_c)
        if through(middle_c) > away(middle_c):
            low_c = middle_c
        else:
            high_c = middle_c
    return 0.5 * (low_c + high_c)


def inside_w_m2k(inner_mm: float, roughness_mm: float, speed_m_s: float) -> float:
    """Return the film coefficient inside a pipe in W/(m2 K) for water of 55 C.

    Source: Gnielinski (1976) for 3 000 < Re < 5e6; laminar flow Nu = 3.66 below Re 2 040.
    """
    from fluids.friction import friction_factor
    from ht.conv_internal import Nu_conv_internal

    reynolds = speed_m_s * inner_mm / 1000.0 / _WATER_VISCOSITY_M2_S
    roughness = roughness_mm / inner_mm
    darcy = friction_factor(Re=reynolds, eD=roughness)
    method = "Gnielinski" if reynolds > 2040.0 else None
    nusselt = Nu_conv_internal(
        reynolds, _WATER_PRANDTL, eD=roughness, Di=inner_mm / 1000.0, fd=darcy, Method=method
    )
    return float(nusselt) * _WATER_W_MK / (inner_mm / 1000.0)


def outside_w_m2k(skin_mm: float, skin_c: float, emissivity: float) -> float:
    """Return convection and radiation from a horizontal cylinder to still air and walls of 20 C, in W/(m2 K)."""
    from fluids.atmosphere import ATMOSPHERE_1976
    from ht.conv_free_immersed import Nu_horizontal_cylinder_Churchill_Chu

    film_k = 0.5 * (skin_c + AIR_C) + _KELVIN
    air_w_mk = ATMOSPHERE_1976.thermal_conductivity(film_k)
    air_pa_s = ATMOSPHERE_1976.viscosity(film_k)
    kinematic = air_pa_s / ATMOSPHERE_1976.density(film_k, 101_325.0)
    width_m = skin_mm / 1000.0
    grashof = _GRAVITY_M_S2 / film_k * max(skin_c - AIR_C, 1e-9) * width_m**3 / kinematic**2
    prandtl = _AIR_J_KGK * air_pa_s / air_w_mk
    convection = float(Nu_horizontal_cylinder_Churchill_Chu(prandtl, grashof)) * air_w_mk / width_m
    skin_k, air_k = skin_c + _KELVIN, AIR_C + _KELVIN
    return convection + emissivity * _BOLTZMANN_W_M2K4 * (skin_k**2 + air_k**2) * (skin_k + air_k)
