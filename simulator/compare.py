"""Strategies against each other: every one in the same house, with the same households, on the same draws."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from simulator.draws import Draw
from simulator.jobs import Pool, do_all
from simulator.layout import Layout
from simulator.levels import FixtureWaits, waits_by_fixture
from simulator.scoring import Summary, Used
from simulator.study import IDLE, Case, Outcome, Stretch, run_case
from simulator.tariff import USUAL, Costs, Tariff

HOT_LOOP: Final = "aquastat"
"""The strategy that keeps the loop hot all day: the yardstick of heat."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to compare.

    Args:
        layout: The house.
        households: Names of the households, each with the draws of its file, or None where the name makes them up.
        strategies: Names of the strategies; ``none`` is always among them.
        days: Days to simulate.
        seed: Decides about people, button presses and the noise of sensors.
        day: The day whose temperatures are recorded, from 0, in the first household.
    """

    layout: Layout
    households: Mapping[str, tuple[Draw, ...] | None]
    strategies: Sequence[str]
    days: int
    seed: int
    day: int = 0

    def case(self, household: str, strategy: str) -> Case:
        """Return one case of the comparison."""
        draws = self.households[household]
        return Case(self.layout, household, strategy, self.days, self.seed, draws)

    @property
    def ordered(self) -> tuple[str, ...]:
        """Return the strategies, ``none`` first, each once."""
        return tuple(dict.fromkeys((IDLE, *self.strategies)))


@dataclass(frozen=True, slots=True)
class Row:
    """One strategy in one household.

    Args:
        household: Name of the household.
        summary: How it fared.
        costs: What the heater, circulating and waiting cost in a year of such days.
        heat_ratio_aquastat: Extra heat as a share of the aquastat's; None without that.
        best: No other strategy gives this household more comfort for less heat, or as much for less.
        waits: Waits at each fixture.
    """

    household: str
    summary: Summary
    costs: Costs
    heat_ratio_aquastat: float | None
    best: bool
    waits: tuple[FixtureWaits, ...]

    def as_record(self) -> dict[str, str | int | float | None]:
        """Return the row as values for CSV or JSON."""
        levels = {f"vdi6003_{waits.fixture.replace(' ', '_')}": waits.level for waits in self.waits}
        return {
            "household": self.household,
            **self.summary.as_json(),
            **self.costs.as_json(),
            "heat_ratio_aquastat": self.heat_ratio_aquastat,
            "pareto": int(self.best),
            **levels,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of a comparison.

    Args:
        plan: What was compared.
        outcomes: What came of each household and strategy.
        tariff: Prices.
    """

    plan: Plan
    outcomes: Mapping[tuple[str, str], Outcome]
    tariff: Tariff = USUAL

    @property
    def rows(self) -> list[Row]:
        """Return every strategy in every household, households in their order, then strategies in theirs."""
        return [row for household in self.plan.households for row in self._rows_of(household)]

    def _rows_of(self, household: str) -> Iterable[Row]:
        summaries = {name: self.outcomes[household, name].summary for name in self.plan.ordered}
        yardstick = summaries.get(HOT_LOOP)
        for name, summary in summaries.items():
            yield Row(
                household=household,
                summary=summary,
                costs=self.tariff.costs(summary),
                heat_ratio_aquastat=_ratio(summary, yardstick),
                best=not any(dominates(other, summary) for other in summaries.values()),
                waits=tuple(
                    waits_by_fixture(self.plan.layout.fixtures, self.outcomes[household, name].results)
                ),
            )


def dominates(one: Summary, other: Summary) -> bool:
    """Tell whether one run gave at least the other's comfort for at most its extra heat, and more of one."""
    comfort = one.hot_within_10s - other.hot_within_10s
    saved_kwh = other.extra_heat_kwh - one.extra_heat_kwh
    return comfort >= 0.0 and saved_kwh >= 0.0 and (comfort > 0.0 or saved_kwh > 0.0)


def compare(
    plan: Plan,
    *,
    tariff: Tariff = USUAL,
    pool: Pool = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Comparison:
    """Return how the strategies of a plan fare; the same plan gives the same to the last bit on any pool.

    Args:
        plan: What to compare.
        tariff: Prices.
        pool: Where the cases run.
        progress: Told the share done, 0..1.
    """
    idle_works = [_Work(plan.case(name, IDLE), None, _stretch(plan, name)) for name in plan.households]
    others = [name for name in plan.ordered if name != IDLE]
    total = len(idle_works) * (1 + len(others))
    idle = _outcomes(idle_works, pool, lambda count: progress(count / total))
    works = [
        _Work(plan.case(household, name), idle[household, IDLE].summary.used, _stretch(plan, household))
        for household, name in product(plan.households, others)
    ]
    rest = _outcomes(works, pool, lambda count: progress((len(idle_works) + count) / total))
    return Comparison(plan, idle | rest, tariff.at(plan.layout.heater))


@dataclass(frozen=True, slots=True)
class _Work:
    case: Case
    idle: Used | None
    stretch: Stretch | None


def _done(work: _Work) -> Outcome:
    return run_case(work.case, work.idle, stretch=work.stretch)


def _outcomes(
    works: Sequence[_Work], pool: Pool, told: Callable[[int], None]
) -> dict[tuple[str, str], Outcome]:
    outcomes = {}
    for count, done in enumerate(do_all(_done, works, pool), 1):
        case = works[done.number].case
        outcomes[case.household, case.strategy] = done.result
        told(count)
    return outcomes


def _stretch(plan: Plan, household: str) -> Stretch | None:
    """Return the day that is recorded, in the first household."""
    return Stretch.day(plan.day) if household == next(iter(plan.households)) else None


def _ratio(summary: Summary, yardstick: Summary | None) -> float | None:
    if yardstick is None or yardstick.extra_heat_kwh <= 0.0:
        return None
    return summary.extra_heat_kwh / yardstick.extra_heat_kwh
