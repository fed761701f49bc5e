"""What the closed loop costs: the real engine against the simulated house, told or polling, for a year."""

import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from simulator import compiled
from simulator.draws import DAY_S, Draw
from simulator.household import household_draws
from simulator.layout import Layout
from simulator.layout_file import load_layout
from simulator.polling import every
from simulator.scenario import Scenario
from simulator.schemes import SCHEMES

LAYOUTS: Final = ("house", "house-cold-return")
SEED: Final = 1
SETTLED_DAYS: Final = 5
"""Days after which a house whose days are all alike has forgotten how it began."""

Progress = Callable[[float], None]


class Row(NamedTuple):
    """One number of a benchmark.

    Args:
        what: What was measured.
        value: How much.
        unit: Its unit.
    """

    what: str
    value: float
    unit: str


def loop_rows(days: int, progress: Progress | None = None) -> Iterator[Row]:
    """Yield the numbers of the closed loop as they are measured, in processor time of one core.

    Args:
        days: Length of the runs under each strategy, in days.
        progress: Told the share done, 0..1.
    """
    tell = progress or (lambda _: None)
    yield Row("compiled modules in use (make compiled, ZCW_COMPILED=on)", float(compiled.used()), "of 1")
    cases = [(name, strategy) for name in LAYOUTS for strategy in SCHEMES]
    for number, (name, strategy) in enumerate(cases):
        took_s = _took_s(load_layout(name), strategy, days)
        tell((number + 1) / (len(cases) + 1))
        yield Row(f"{days} days of {name} under {strategy}", took_s, "s")
    yield Row("resident memory at its peak", peak_mb(), "MB")
    for name in LAYOUTS:
        yield from polled_rows(load_layout(name), days=1 + days // 100)
    yield Row(f"temperatures on day {days} against day {SETTLED_DAYS} of the same days", drift_k(days), "K")
    tell(1.0)


def polled_rows(layout: Layout, *, strategy: str = "aquastat", days: int = 1) -> Iterator[Row]:
    """Yield how a controller that is told compares with one that reads the same sensors every second."""
    told = _run(layout, strategy, days)
    polled = _run(layout, strategy, days, polled_s=every(1.0))
    of = f"{strategy} on {layout.name}, polled every second against told"
    yield Row(f"{of}: processor time", polled.took_s / told.took_s, "times")
    yield Row(f"{of}: pump time", 100.0 * (polled.pump_hours / told.pump_hours - 1.0), "% more")


def drift_k(days: int, *, layout_name: str = "house", strategy: str = "timed") -> float:
    """Return how far temperatures at midnight drift, in K, in a house whose days are all alike.

    Args:
        days: How many days.
        layout_name: The house.
        strategy: One that repeats itself every day.
    """
    layout = load_layout(layout_name)
    day = household_draws(layout.fixtures, days=1, seed=SEED)
    alike = [replace(draw, start_s=draw.start_s + number * DAY_S) for number in range(days) for draw in day]
    scenario = Scenario(layout, alike, strategy, seed=SEED)
    early, late = (_midnight_c(scenario, number) for number in (SETTLED_DAYS, days))
    return max(abs(one - other) for one, other in zip(early, late, strict=True))


def peak_mb() -> float:
    """Return the most memory that this process has ever had resident, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


class _Ran(NamedTuple):
    took_s: float
    pump_hours: float


def _took_s(layout: Layout, strategy: str, days: int) -> float:
    return _run(layout, strategy, days).took_s


def _run(layout: Layout, strategy: str, days: int, *, polled_s: Iterator[float] | None = None) -> _Ran:
    draws: Sequence[Draw] = household_draws(layout.fixtures, days=days, seed=SEED)
    began_s = time.process_time()
    scenario = Scenario(layout, draws, strategy, seed=SEED, polled_s=polled_s)
    scenario.run(days)
    scenario.house.energy()
    scenario.house.mass()
    return _Ran(time.process_time() - began_s, scenario.pump.hours(scenario.env.now))


def _midnight_c(scenario: Scenario, number: int) -> list[float]:
    scenario.run_until(number * DAY_S)
    return [scenario.house.temperature_c(run.name, run.length_m / 2.0) for run in scenario.layout.pipes]
