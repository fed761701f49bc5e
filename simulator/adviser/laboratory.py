"""Where an advice's trials run: each once, with what its extra heat is counted from, the longest first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from simulator.adviser.houses import House
from simulator.adviser.trials import FIGURES, Key, Ran, Sample, Scheme, Trial, tariff_of
from simulator.jobs import Pool, do_all
from simulator.layout import Layout
from simulator.levels import FixtureWaits, waits_by_fixture
from simulator.scoring import Summary, Used
from simulator.study import IDLE, run_case
from simulator.tariff import Tariff
from simulator.valves import Condition

_NOTHING: Final = Used(0.0, 0.0)
_LONGEST: Final = ("predictive", "check_valve", "aquastat", "timed", "on_demand")
"""What takes longest comes first, so that nobody waits for it at the end."""


class Laboratory:
    """Runs trials once each, with what their heat is counted from, and remembers them.

    Args:
        tariff: Prices.
        pool: Where they run.
    """

    def __init__(self, tariff: Tariff, pool: Pool = None) -> None:
        self._tariff = tariff
        self._pool = pool
        self._done: dict[Key, _Result] = {}
        self._idle: dict[tuple[Layout, Sample], Trial] = {}
        self._ran: dict[Key, Ran] = {}

    def run(self, trials: Iterable[Trial], progress: Callable[[float], None] = lambda _: None) -> None:
        """Run what has not been run, and what it is counted from.

        Args:
            trials: The runs.
            progress: Told the share done, 0..1.
        """
        wanted = {trial.key: trial for trial in trials}
        works = {trial.key: trial for trial in map(self._idle_of, wanted.values())} | wanted
        new = [trial for key, trial in works.items() if key not in self._done]
        new.sort(
            key=lambda trial: _LONGEST.index(trial.strategy) if trial.strategy in _LONGEST else len(_LONGEST)
        )
        for done, one in enumerate(do_all(_run, new, self._pool), 1):
            self._done[new[one.number].key] = one.result
            progress(done / len(new))
        for key, trial in wanted.items():
            if key not in self._ran:
                self._ran[key] = self._told(trial)

    def scheme(self, house: House, strategy: str, samples: Sequence[Sample]) -> Scheme:
        """Return a scheme whose runs are done."""
        return Scheme(house, strategy, tuple(self._ran[house.key, strategy, one] for one in samples))

    def _idle_of(self, trial: Trial) -> Trial:
        """Return the run that a trial's extra heat is counted from: one for all houses that rest alike."""
        return self._idle.setdefault(
            (at_rest(trial.house.layout), trial.sample), replace(trial, strategy=IDLE)
        )

    def _told(self, trial: Trial) -> Ran:
        summary, waits = self._done[trial.key]
        summary = summary.above(self._done[self._idle_of(trial).key][0].used)
        figures = {name: figure(summary) for name, figure in FIGURES.items()}
        costs = tariff_of(self._tariff, trial.house).costs(summary)
        figures |= {"extra_cost_a_year": costs.extra_cost_a_year, "cost_a_year": costs.cost_a_year}
        return Ran(trial, summary, waits, figures)


_Result: TypeAlias = tuple[Summary, tuple[FixtureWaits, ...]]


def _run(trial: Trial) -> _Result:
    outcome = run_case(trial.case(), _NOTHING)
    return outcome.summary, tuple(waits_by_fixture(trial.house.layout.fixtures, outcome.results))


def at_rest(layout: Layout) -> Layout:
    """Return what a layout comes to while its pumps rest: where check valves hold, a return line might as well not be.

    Water runs through a resting pump only where a crossover valve or a bad check valve lets it. A test holds that houses
    that rest alike give the same heat to the last bit.
    """
    if not all(loop.return_line and loop.check.condition is Condition.HOLDS for loop in layout.loops):
        return layout
    tank = layout.heater.tank
    heater = replace(layout.heater, tank=None if tank is None else replace(tank, return_at=None))
    return replace(layout, loops=(), sensors=(), heater=heater)
