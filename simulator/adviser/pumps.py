"""How much a loop has to move, against what head, and which size of pump does it."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import pi
from typing import Any, Final

import simpy

from simulator.catalogue import WATER_J_LK
from simulator.house import House
from simulator.layout import Layout, Loop, PipeRun, PumpSpec
from simulator.piping import HEATER

DROP_K: Final = 5.0
"""Most that water may cool on its way round. Source: DVGW W 551, as secondary sources give it."""
FILL_S: Final = 90.0
"""Time in s in which hot water has to be at the far end: the longest that people ask ahead. Our choice."""
FASTEST_M_S: Final = 1.0
"""Fastest flow in a loop, in m/s. Source: DVGW W 553 as secondary sources give it: 0.2 to 0.5, at most 1.0."""
AWAKE: Final = 1.1
"""A tankless heater gets so many times its activation flow, so that it does not go out again. Our choice."""
_HEAD_STEPS: Final = 24
_MOST_HEAD_M: Final = 12.0


@dataclass(frozen=True, slots=True)
class PumpSize:
    """A kind of circulation pump.

    Args:
        name: What it is called.
        curve: Flow in l/min and head in m.
        power_w: Power while it runs, in W.
    """

    name: str
    curve: tuple[tuple[float, float], ...]
    power_w: float

    def fields(self) -> dict[str, Any]:
        """Return it as a layout file has it."""
        return {"curve": [list(point) for point in self.curve]}


SIZES: Final = (
    PumpSize("small", ((0, 1.2), (4, 1.0), (8, 0.5), (11, 0)), 8.0),
    PumpSize("medium", ((0, 2.0), (8, 1.7), (16, 1.0), (23, 0)), 22.0),
    PumpSize("large", ((0, 4.5), (12, 4.0), (26, 2.2), (38, 0)), 50.0),
)
"""Our choice, of the kinds that are sold for drinking water: 1.2 m, 2 m and 4.5 m of head."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What a pump does in a loop.

    Args:
        size: The pump.
        flow_lpm: Flow where its curve meets what resists it.
        head_m: Head there.
        speed_m_s: Fastest water in the loop.
    """

    size: PumpSize
    flow_lpm: float
    head_m: float
    speed_m_s: float


@dataclass(frozen=True, slots=True)
class Sizing:
    """What one loop asks of its pump, in l/min and m.

    Args:
        loop: Its name.
        keeps_hot_lpm: Flow that cools by ``DROP_K`` at most on its way round.
        fills_lpm: Flow that brings hot water to the far end in ``FILL_S``.
        wakes_lpm: Flow that keeps a tankless heater awake; 0 for a tank.
        most_lpm: Flow at ``FASTEST_M_S``.
        head_m: Head of the loop at what is needed; None when nothing sensible reaches it.
        duties: What each size would do.
        chosen: The smallest size that suffices; the largest when none does.
    """

    loop: str
    keeps_hot_lpm: float
    fills_lpm: float
    wakes_lpm: float
    most_lpm: float
    head_m: float | None
    duties: tuple[Duty, ...]
    chosen: PumpSize

    @property
    def needed_lpm(self) -> float:
        """Return the flow that is needed."""
        return max(self.keeps_hot_lpm, self.fills_lpm, self.wakes_lpm)

    @property
    def suffices(self) -> bool:
        """Tell whether the chosen pump drives what is needed."""
        return next(duty for duty in self.duties if duty.size == self.chosen).flow_lpm >= self.needed_lpm

    @property
    def too_fast(self) -> bool:
        """Tell whether what is needed makes water faster than ``FASTEST_M_S``."""
        return self.needed_lpm > self.most_lpm


def size_pump(layout: Layout, loop: Loop) -> Sizing:
    """Return what a loop asks of its pump."""
    pipes = loop_pipes(layout, loop)
    hot = [run for run in pipes if run in layout.hot]
    warm = hot if loop.crossovers else pipes
    above_k = layout.setpoint_c - layout.ambient_c
    keeps_hot_lpm = sum(run.loss_w_k for run in warm) * above_k / (WATER_J_LK * DROP_K) * 60.0
    fills_lpm = sum(run.water_l * run.size.capacity for run in _longest(hot)) / (FILL_S / 60.0)
    tankless = layout.heater.tankless
    wakes_lpm = 0.0 if tankless is None else tankless.activation_lpm * AWAKE
    ways = _ways(loop)
    most_lpm = ways * min(_flow_lpm(run, FASTEST_M_S) for run in pipes)
    needed_lpm = max(keeps_hot_lpm, fills_lpm, wakes_lpm)
    duties = tuple(_duty(layout, loop, size, most_lpm) for size in SIZES)
    enough = [duty.size for duty in duties if duty.flow_lpm >= needed_lpm]
    return Sizing(
        loop=loop.name,
        keeps_hot_lpm=keeps_hot_lpm,
        fills_lpm=fills_lpm,
        wakes_lpm=wakes_lpm,
        most_lpm=most_lpm,
        head_m=_head_m(layout, loop, needed_lpm),
        duties=duties,
        chosen=enough[0] if enough else SIZES[-1],
    )


def driven_lpm(layout: Layout, loop: Loop, pump: PumpSpec) -> float:
    """Return what a pump drives through a loop while nothing is drawn, in l/min."""
    loops = tuple(replace(one, pump=pump) if one.name == loop.name else one for one in layout.loops)
    house = House(
        simpy.Environment(),
        replace(layout, loops=loops, sensors=()),
        (),
        rng=random.Random(0),
        report=lambda *_: None,
    )
    house.switch_pump(True, loop.name)
    return house.loops[loop.name].flow_lpm


def loop_pipes(layout: Layout, loop: Loop) -> list[PipeRun]:
    """Return the pipes through which a loop's water goes round, twigs to other fixtures left out."""
    onward = {run.end: run for run in layout.hot}
    ends = [one.fixture for one in loop.crossovers]
    joints = {run.end for run in loop.return_line}
    ends += [run.start for run in loop.return_line if run.start not in joints]
    found: dict[str, PipeRun] = {}
    for end in ends:
        place = end
        while place != HEATER:
            run = onward[place]
            found[run.name] = run
            place = run.start
    cold = {run.end: run for run in layout.cold}
    for crossover in loop.crossovers:
        place = crossover.fixture
        while place in cold:
            found[cold[place].name] = cold[place]
            place = cold[place].start
    return [*found.values(), *loop.return_line]


def _longest(hot: Sequence[PipeRun]) -> list[PipeRun]:
    """Return the way to the far end that holds most water."""
    onward = {run.end: run for run in hot}
    starts = {run.start for run in hot}
    ways = []
    for end in (run.end for run in hot if run.end not in starts):
        way, place = [], end
        while place in onward:
            way.append(onward[place])
            place = onward[place].start
        ways.append(way)
    return max(ways, key=lambda way: sum(run.water_l for run in way), default=[])


def _ways(loop: Loop) -> int:
    joints = {run.end for run in loop.return_line}
    return len(loop.crossovers) or len({run.start for run in loop.return_line if run.start not in joints})


def _flow_lpm(run: PipeRun, speed_m_s: float) -> float:
    return speed_m_s * pi * (run.size.inner_mm / 1_000.0) ** 2 / 4.0 * 60_000.0


def _duty(layout: Layout, loop: Loop, size: PumpSize, most_lpm: float) -> Duty:
    flow_lpm = driven_lpm(layout, loop, PumpSpec(curve=size.curve))
    return Duty(size, flow_lpm, _lift_m(size.curve, flow_lpm), FASTEST_M_S * flow_lpm / most_lpm)


def _lift_m(curve: Sequence[tuple[float, float]], flow_lpm: float) -> float:
    points: Mapping[int, tuple[float, float]] = dict(enumerate(curve))
    for number in range(1, len(points)):
        (low, low_m), (high, high_m) = points[number - 1], points[number]
        if flow_lpm <= high:
            return low_m + (high_m - low_m) * (flow_lpm - low) / (high - low)
    return 0.0


def _head_m(layout: Layout, loop: Loop, flow_lpm: float) -> float | None:
    """Return the head that drives so much, found with pumps that give the same head to any flow; None above 12 m."""
    low_m, high_m = 0.0, _MOST_HEAD_M
    if _driven_by_lpm(layout, loop, high_m) < flow_lpm:
        return None
    for _ in range(_HEAD_STEPS):
        middle_m = 0.5 * (low_m + high_m)
        if _driven_by_lpm(layout, loop, middle_m) < flow_lpm:
            low_m = middle_m
        else:
            high_m = middle_m
    return high_m


def _driven_by_lpm(layout: Layout, loop: Loop, head_m: float) -> float:
    level = PumpSpec(curve=((0.0, head_m), (1_000.0, head_m * (1.0 - 1e-9)), (1_001.0, 0.0)))
    return driven_lpm(layout, loop, level)
