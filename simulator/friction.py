"""What resists the water in pipes: friction, bends and tees.

Computed once for each pipe over the range of flows with the library ``fluids`` (friction factors of Clamond, bends of
Rennels), which is loaded only when something has to be solved for; between the flows computed the head follows a power
law, as it does in fact, so it grows steadily with the flow.
"""

from bisect import bisect_right
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from math import log, pi
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from simulator.layout import PipeRun

Resistance: TypeAlias = Callable[[float], float]
"""The head in m that a flow in l/s takes, with the flow's sign."""

VISCOSITY_M2_S: Final = 6.0e-7
"""Kinematic viscosity of water at 45 C. Source: IAPWS-IF97. Cold water has twice as much: 15 % more head."""
TEE_K: Final = 1.0
"""Loss coefficient of a tee or end of a pipe. Source: Crane TP 410, 20 to 60 times the friction factor of 0.027."""
BEND_EVERY_M: Final = 2.5
"""Length of pipe per bend where a layout does not count them. Our choice."""
_GRAVITY_M_S2: Final = 9.80665
_FLOWS_LPS: Final = tuple(1e-4 * 10.0 ** (0.1 * step) for step in range(46))


def pipe_resistance(run: "PipeRun") -> Resistance:
    """Return what resists the water in a stretch of pipe."""
    bends = round(run.length_m / BEND_EVERY_M) if run.bends is None else run.bends
    return _resistance(run.size.inner_mm, run.size.roughness_mm, run.length_m, bends)


@cache
def _resistance(inner_mm: float, roughness_mm: float, length_m: float, bends: int) -> Resistance:
    heads = [_head_m(flow, inner_mm, roughness_mm, length_m, bends) for flow in _FLOWS_LPS]
    points = list(zip(_FLOWS_LPS, heads, strict=True))
    slopes = [log(high[1] / low[1]) / log(high[0] / low[0]) for low, high in pairwise(points)]
    last = len(slopes) - 1

    def head_m(flow_lps: float) -> float:
        size = abs(flow_lps)
        if size <= _FLOWS_LPS[0]:
            return float(heads[0] * flow_lps / _FLOWS_LPS[0])
        index = min(bisect_right(_FLOWS_LPS, size) - 1, last)
        head: float = heads[index] * (size / _FLOWS_LPS[index]) ** slopes[index]
        return head if flow_lps > 0.0 else -head

    return head_m


def _head_m(flow_lps: float, inner_mm: float, roughness_mm: float, length_m: float, bends: int) -> float:
    from fluids.fittings import bend_rounded
    from fluids.friction import friction_factor

    inner_m = inner_mm / 1000.0
    speed_m_s = flow_lps / 1000.0 / (pi * inner_m**2 / 4.0)
    darcy = friction_factor(Re=speed_m_s * inner_m / VISCOSITY_M2_S, eD=roughness_mm / inner_mm)
    bend = bend_rounded(Di=inner_m, angle=90.0, fd=darcy, bend_diameters=1.5) if bends else 0.0
    losses = darcy * length_m / inner_m + bends * bend + TEE_K
    return float(losses) * speed_m_s**2 / (2.0 * _GRAVITY_M_S2)
