"""How well strategies serve households that they have lived with: trained for some weeks, scored on the days after.

Every contestant lives through the same draws (and cues) in the same house. Heat, starts and comfort count from the end
of training on, and heat is compared with the aquastat's and with the oracle's.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Final

from controller.core.contracts import Strategy
from controller.strategies.predictive import Comfort as Slider
from controller.strategies.predictive import Predictive
from simulator.cues import ANNOUNCED, Cue, CueHabits, presence_cues
from simulator.draws import DAY_S, Draw
from simulator.jobs import Pool, do_all
from simulator.layout import Layout
from simulator.oracle import oracle, reachable, ways
from simulator.pump_record import PumpRun
from simulator.scenario import Scenario
from simulator.scoring import Comfort

IDLE: Final = "none"
HOT_LOOP: Final = "aquastat"
ORACLE: Final = "oracle"
STEPS: Final = tuple(f"predictive-{step}" for step in Slider)
"""The five steps of the comfort slider."""
CONTESTANTS: Final = (IDLE, HOT_LOOP, "timed", "on_demand", *STEPS, ORACLE)
CUES: Final[Mapping[str, CueHabits | None]] = MappingProxyType(
    {"none": None, "motion": CueHabits(), "announced": ANNOUNCED}
)
"""From what presence sensors there are to how much they see."""
ASKED_S: Final = 600.0
"""Forecasts are asked for so often, for so long ahead, to see whether they come true."""
BINS: Final = 10


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
    scenario = Scenario(
        trial.layout, trial.draws, trial.strategy, seed=trial.seed, own=_strategies(trial), cues=_cues(trial)
    )
    asked = trial.counts_from_s
    scenario.run_until(asked)
    before_kwh, before_h = scenario.used().heat_kwh, scenario.pump.hours(scenario.env.now)
    told: list[tuple[float, float]] = []
    while asked < trial.days * DAY_S:
        if (chance := _chance(scenario)) is not None:
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
    if trial.strategy == ORACLE:
        idle = Scenario(trial.layout, trial.draws, IDLE, seed=trial.seed)
        idle.run(trial.days)
        return (oracle(trial.layout, idle.results),)
    if trial.strategy in STEPS:
        return (Predictive(Slider(trial.strategy.removeprefix("predictive-"))),)
    return None


def _cues(trial: Trial) -> list[Cue]:
    habits = CUES[trial.cues]
    if habits is None or not trial.strategy.startswith("predictive"):
        return []
    rng = random.Random(f"{trial.seed} cues")
    return presence_cues(trial.draws, rng, days=trial.days, fixtures=trial.layout.fixtures, habits=habits)


def _chance(scenario: Scenario) -> float | None:
    engine = scenario.driver.engine
    if engine.foresight is None or engine.pump.run is not None:
        return None
    outlook = engine.observe().outlook
    return None if outlook is None else outlook.forecast.foretold(now=engine.now)


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


@dataclass(frozen=True, slots=True)
class Score:
    """One contestant in one household, compared; its fields are the keys of its JSON.

    Args:
        household: Name of the household.
        layout: Name of the house.
        strategy: The contestant.
        cues: What presence sensors there were.
        days: Days scored.
        useful_draws: Draws scored.
        hot_within_10s: Share of them hot within 10 s.
        reachable_hot: The same among those that a hot supply can serve in time.
        wait_mean_s: Mean wait.
        wait_p95_s: 95th percentile of the waits.
        cold_litres: Litres run off before the water was hot.
        extra_heat_kwh: Heat more than without any run.
        heat_ratio_aquastat: That as a share of the aquastat's.
        heat_ratio_oracle: That over the oracle's.
        pump_hours: Pump time.
        starts: Starts.
        wasted_runs: Runs after which no draw came while the supply stayed hot.
        cold_pipe_peak_c: Hottest water that was ever in a cold pipe.
        beaten_by: Other contestants with more comfort for less heat, oracle and idle pump aside.
    """

    household: str
    layout: str
    strategy: str
    cues: str
    days: int
    useful_draws: int
    hot_within_10s: float
    reachable_hot: float
    wait_mean_s: float
    wait_p95_s: float
    cold_litres: float
    extra_heat_kwh: float
    heat_ratio_aquastat: float | None
    heat_ratio_oracle: float | None
    pump_hours: float
    starts: int
    wasted_runs: int
    cold_pipe_peak_c: float
    beaten_by: str

    def as_json(self) -> dict[str, str | int | float | None]:
        """Return the score as values for JSON."""
        return asdict(self)


def evaluate(
    trials: Sequence[Trial], pool: Pool = None, progress: Callable[[float], None] = lambda _: None
) -> list[Outcome]:
    """Return what came of the trials, in their order."""
    outcomes: dict[int, Outcome] = {}
    for done in do_all(run_trial, trials, pool):
        outcomes[done.number] = done.result
        progress(len(outcomes) / len(trials))
    return [outcomes[number] for number in range(len(trials))]


def scores(trials: Sequence[Trial], outcomes: Sequence[Outcome]) -> list[Score]:
    """Return the outcomes compared, within each house and household; ``none`` must be among them."""
    pairs = list(zip(trials, outcomes, strict=True))
    kept: list[Score] = []
    for _, group in groupby(pairs, key=lambda pair: (pair[0].layout.name, pair[0].household)):
        kept += _compared(list(group))
    return kept


def _compared(pairs: Sequence[tuple[Trial, Outcome]]) -> Iterable[Score]:
    by_name = {trial.strategy: outcome for trial, outcome in pairs}
    idle_kwh = by_name[IDLE].heat_kwh
    extra = {name: outcome.heat_kwh - idle_kwh for name, outcome in by_name.items()}
    for trial, outcome in pairs:
        comfort, name = outcome.comfort, trial.strategy
        yield Score(
            household=trial.household,
            layout=trial.layout.name,
            strategy=name,
            cues=trial.cues,
            days=trial.days - trial.train_days,
            useful_draws=comfort.useful_draws,
            hot_within_10s=comfort.hot_within_10s,
            reachable_hot=outcome.reachable_hot,
            wait_mean_s=comfort.wait_mean_s,
            wait_p95_s=comfort.wait_p95_s,
            cold_litres=comfort.cold_litres,
            extra_heat_kwh=extra[name],
            heat_ratio_aquastat=_ratio(extra[name], extra.get(HOT_LOOP)),
            heat_ratio_oracle=_ratio(extra[name], extra.get(ORACLE)),
            pump_hours=outcome.pump_hours,
            starts=outcome.starts,
            wasted_runs=outcome.wasted_runs,
            cold_pipe_peak_c=outcome.cold_pipe_peak_c,
            beaten_by=" ".join(_better(name, by_name, extra)),
        )


def _better(name: str, by_name: Mapping[str, Outcome], extra: Mapping[str, float]) -> list[str]:
    hot = by_name[name].comfort.hot_within_10s
    return [
        other
        for other, outcome in by_name.items()
        if other not in (IDLE, ORACLE) and outcome.comfort.hot_within_10s > hot and extra[other] < extra[name]
    ]


def _ratio(extra_kwh: float, of_kwh: float | None) -> float | None:
    return None if of_kwh is None or of_kwh <= 0.0 else extra_kwh / of_kwh


def reliability(forecasts: Iterable[tuple[float, bool]]) -> list[tuple[float, float, int]]:
    """Return, for each tenth of the chances told, their mean, the share that came true, and how many there were."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for chance, came in forecasts:
        bins[min(BINS - 1, int(chance * BINS))].append((chance, came))
    return [
        (sum(chance for chance, _ in told) / len(told), sum(came for _, came in told) / len(told), len(told))
        for told in bins
        if told
    ]
