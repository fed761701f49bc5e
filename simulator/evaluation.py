"""How well strategies serve households that they have lived with: trained for some weeks, scored on the days after.

Every contestant lives through the same draws (and cues) in the same house. Heat, starts and comfort count from the end
of training on, and heat is compared with the aquastat's and with the oracle's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from controller.core.clock import to_ms
from controller.core.contracts import Strategy
from simulator.contestants import IDLE, ORACLE, cues_for, own_strategies
from simulator.draws import DAY_S, Draw
from simulator.jobs import Pool, do_all
from simulator.layout import Layout
from simulator.oracle import oracle, reachable, ways
from simulator.pump_record import PumpRun
from simulator.scenario import Scenario
from simulator.scoring import Comfort

ASKED_S: Final = 600.0
"""Forecasts are asked for so often, for so long ahead, to see whether they come true."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One contestant in one household.

    Args:
        layout: The house.
        household: Name of the household.
        draws: Its draws.
        strategy: One of ``CONTESTANTS``.
        days: Days altogether.
        train_days: Days lived through before anything counts.
        cues: One of ``CUES``.
        seed: Decides about cues, presses and noise.
    """

    layout: Layout
    household: str
    draws: tuple[Draw, ...]
    strategy: str
    days: int
    train_days: int
    cues: str = "none"
    seed: int = 0

    @property
    def counts_from_s(self) -> float:
        """Return the instant from which everything counts."""
        return self.train_days * DAY_S


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a trial; heat as the heater supplied it.

    Args:
        strategy: The contestant.
        layout: Name of the house.
        household: Name of the household.
        comfort: What people noticed.
        reachable_hot: Share of the draws hot within 10 s among those that a hot supply can serve in time.
        heat_kwh: Heat since the end of training.
        pump_hours: Since the end of training.
        starts: Since the end of training.
        wasted_runs: Runs after which no draw came while the supply stayed hot.
        cold_pipe_peak_c: Hottest water that was ever in a cold pipe.
        forecasts: Chances told, and whether a draw came.
    """

    strategy: str
    layout: str
    household: str
    comfort: Comfort
    reachable_hot: float
    heat_kwh: float
    pump_hours: float
    starts: int
    wasted_runs: int
    cold_pipe_peak_c: float
    forecasts: tuple[tuple[float, bool], ...] = ()


def run_trial(trial: Trial) -> Outcome:
    """Return what came of one trial."""
    name, draws, layout = trial.strategy, trial.draws, trial.layout
    cues = cues_for(name, trial.cues, draws, layout, days=trial.days, seed=trial.seed)
    scenario = Scenario(layout, draws, name, seed=trial.seed, own=_strategies(trial), cues=cues)
    asked = trial.counts_from_s
    scenario.run_until(asked)
    before_kwh, before_h = scenario.used().heat_kwh, scenario.pump.hours(scenario.env.now)
    told: list[tuple[float, float]] = []
    while asked < trial.days * DAY_S:
        if (chance := _chance(scenario, asked)) is not None:
            told.append((asked, chance))
        asked += ASKED_S
        scenario.run_until(asked)
    return _outcome(trial, scenario, before_kwh, before_h, told)


def _outcome(
    trial: Trial,
    scenario: Scenario,
    before_kwh: float,
    before_h: float,
    told: Sequence[tuple[float, float]],
) -> Outcome:
    known, since_s = ways(trial.layout), trial.counts_from_s
    results = [result for result in scenario.results if result.draw.start_s >= since_s]
    can_be_hot = [result for result in results if reachable(result.draw, known)]
    runs = [run for run in scenario.pump.runs if run.start_s >= since_s]
    starts_s = sorted(draw.start_s for draw in trial.draws)
    return Outcome(
        strategy=trial.strategy,
        layout=trial.layout.name,
        household=trial.household,
        comfort=Comfort.of(results),
        reachable_hot=Comfort.of(can_be_hot).hot_within_10s,
        heat_kwh=scenario.used().heat_kwh - before_kwh,
        pump_hours=scenario.pump.hours(scenario.env.now) - before_h,
        starts=len(runs),
        wasted_runs=sum(_wasted(run, starts_s, known.hot_s) for run in runs),
        cold_pipe_peak_c=scenario.house.cold_pipe_peak_c,
        forecasts=tuple((chance, _any(starts_s, at_s, at_s + ASKED_S)) for at_s, chance in told),
    )


def _strategies(trial: Trial) -> tuple[Strategy, ...] | None:
    if trial.strategy != ORACLE:
        return own_strategies(trial.strategy)
    idle = Scenario(trial.layout, trial.draws, IDLE, seed=trial.seed)
    idle.run(trial.days)
    return (oracle(trial.layout, idle.results),)


def _chance(scenario: Scenario, at_s: float) -> float | None:
    """Return the chance told at an instant: the engine may have looked last some minutes before."""
    engine = scenario.driver.engine
    if engine.foresight is None or engine.pump.run is not None:
        return None
    outlook = engine.observe().outlook
    return None if outlook is None else outlook.forecast.foretold(now=to_ms(at_s))


def _wasted(run: PumpRun, starts_s: Sequence[float], hot_s: float) -> bool:
    end_s = run.start_s if run.end_s is None else run.end_s
    return not _any(starts_s, run.start_s, end_s + hot_s)


def _any(starts_s: Sequence[float], from_s: float, to_s: float) -> bool:
    low, high = 0, len(starts_s)
    while low < high:
        middle = (low + high) // 2
        if starts_s[middle] >= from_s:
            high = middle
        else:
            low = middle + 1
    return low < len(starts_s) and starts_s[low] < to_s


def evaluate(
    trials: Sequence[Trial], pool: Pool = None, progress: Callable[[float], None] = lambda _: None
) -> list[Outcome]:
    """Return what came of the trials, in their order."""
    outcomes: dict[int, Outcome] = {}
    for done in do_all(run_trial, trials, pool):
        outcomes[done.number] = done.result
        progress(len(outcomes) / len(trials))
    return [outcomes[number] for number in range(len(trials))]
