"""The named strategies as simulations run them: every parameter that a simulation needs and nobody gave.

The windows are those of a working household: up before 08:30, home from 17:30, in bed by 21:30; the same every day,
because metered calendars shuffle days and hold no weekly habit.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, TypeAlias

from controller.core.civil import Window
from controller.core.clock import MINUTE_MS
from controller.core.contracts import Strategy
from controller.core.hysteresis import Deadband
from controller.core.plumbing import Plumbing, Topology
from controller.strategies.aquastat import Aquastat
from controller.strategies.arrival import StopRule
from controller.strategies.check_valve import CheckValve
from controller.strategies.delta_t import DeltaT
from controller.strategies.on_demand import OnDemand
from controller.strategies.predictive import Predictive
from controller.strategies.timed import Timed

WINDOWS: Final = (Window(6 * 60, 8 * 60 + 30), Window(17 * 60 + 30, 21 * 60 + 30))
"""06:00 to 08:30 and 17:30 to 21:30, every day."""

COLD_RETURN_DEADBAND: Final = Deadband(on_below_c=28.0, off_above_c=33.0)
"""Aquastat before a thermostatic valve: well below where that shuts, or the pump works against a shut valve."""

Scheme: TypeAlias = Callable[[Plumbing], tuple[Strategy, ...]]


def _aquastat(plumbing: Plumbing) -> tuple[Aquastat, ...]:
    if plumbing.topology is Topology.COLD_RETURN:
        return (Aquastat(COLD_RETURN_DEADBAND),)
    return (Aquastat(),)


def _rise(plumbing: Plumbing) -> tuple[Strategy, ...]:
    """Return an aquastat that ends its runs by the rise and then waits: HotCirc's way."""
    [aquastat] = _aquastat(plumbing)
    rise_k = StopRule().cold_rise_k if plumbing.topology is Topology.COLD_RETURN else StopRule().rise_k
    return (replace(aquastat, rise_k=rise_k, pause_ms=30 * MINUTE_MS, name="rise"),)


def _delta_t(plumbing: Plumbing) -> tuple[Strategy, ...]:
    if plumbing.topology is Topology.COLD_RETURN:
        # Before a thermostatic valve, and not warmer there than the cold pipe may be.
        return (DeltaT(on_above_k=24.0, off_below_k=20.0),)
    return (DeltaT(),)


SCHEMES: Final[Mapping[str, Scheme]] = MappingProxyType(
    {
        "none": lambda _: (),
        "timed": lambda _: (Timed(WINDOWS),),
        "on_demand": lambda _: (OnDemand(),),
        "aquastat": _aquastat,
        "rise": _rise,
        "delta_t": _delta_t,
        "check_valve": lambda _: (CheckValve(WINDOWS),),
        "predictive": lambda _: (Predictive(),),
    }
)
"""From the name of a strategy to what it is made of in a given house; ``none`` never runs the pump;
``predictive`` is the balanced one of its steps of comfort."""
