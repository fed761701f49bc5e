"""What came of trials, compared: heat against the idle pump, the aquastat and the oracle, and who is beaten by whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby, pairwise
from typing import Final

from simulator.contestants import BUTTON, HOT_LOOP, IDLE, ORACLE, STEPS
from simulator.evaluation import Outcome, Trial

BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Score:
    """One contestant in one household, compared; its fields are the keys of its JSON.

    Args:
        household: Name of the household.
        layout: Name of the house.
        strategy: The contestant.
        seed: Seed of what is left to chance.
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
    seed: int
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


def scores(trials: Sequence[Trial], outcomes: Sequence[Outcome]) -> list[Score]:
    """Return the outcomes compared, within each house, household and seed; ``none`` must be among them."""
    pairs = list(zip(trials, outcomes, strict=True))
    kept: list[Score] = []
    for _, group in groupby(pairs, key=lambda pair: _group(pair[0])):
        kept += _compared(list(group))
    return kept


def _group(trial: Trial) -> tuple[str, str, int, str]:
    return trial.layout.name, trial.household, trial.seed, trial.cues


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
            seed=trial.seed,
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


@dataclass(frozen=True, slots=True)
class Rival:
    """A rule-based strategy beside the steps of comfort in one household; its fields are the keys of its JSON.

    Args:
        household: Name of the household.
        layout: Name of the house.
        cues: What presence sensors there were.
        seed: Seed of what is left to chance.
        strategy: The rival.
        hot_within_10s: Its comfort.
        extra_heat_kwh: Its extra heat.
        dominated_by: Steps with more comfort for less heat, the cheapest first.
        at_its_heat: Comfort of the steps at the rival's heat: on the line between the two beside it, from the idle pump on;
            None above the dearest step.
    """

    household: str
    layout: str
    cues: str
    seed: int
    strategy: str
    hot_within_10s: float
    extra_heat_kwh: float
    dominated_by: str
    at_its_heat: float | None

    def as_json(self) -> dict[str, str | int | float | None]:
        """Return the rival as values for JSON."""
        return asdict(self)


def rivals(table: Sequence[Score]) -> list[Rival]:
    """Return how the steps of comfort compare with every rule-based strategy, in each household."""
    found = []
    for _, group in groupby(table, key=lambda score: (score.layout, score.household, score.seed, score.cues)):
        own = list(group)
        steps = sorted(
            (score for score in own if score.strategy in STEPS), key=lambda score: score.extra_heat_kwh
        )
        idle = next(score for score in own if score.strategy == IDLE)
        found += [_rival(score, steps, idle) for score in own if steps and _by_rule(score.strategy)]
    return found


def _by_rule(name: str) -> bool:
    return name not in (IDLE, ORACLE, *STEPS) and not name.startswith(BUTTON)


def _rival(score: Score, steps: Sequence[Score], idle: Score) -> Rival:
    better = [
        step.strategy
        for step in steps
        if step.hot_within_10s > score.hot_within_10s and step.extra_heat_kwh < score.extra_heat_kwh
    ]
    return Rival(
        household=score.household,
        layout=score.layout,
        cues=score.cues,
        seed=score.seed,
        strategy=score.strategy,
        hot_within_10s=score.hot_within_10s,
        extra_heat_kwh=score.extra_heat_kwh,
        dominated_by=" ".join(better),
        at_its_heat=_between([idle, *steps], score.extra_heat_kwh),
    )


def _between(by_heat: Sequence[Score], heat_kwh: float) -> float | None:
    """Return the comfort at some heat, on the lines that join scores; None beyond the last."""
    for low, high in pairwise(by_heat):
        span_kwh = high.extra_heat_kwh - low.extra_heat_kwh
        if low.extra_heat_kwh <= heat_kwh <= high.extra_heat_kwh and span_kwh > 0.0:
            share = (heat_kwh - low.extra_heat_kwh) / span_kwh
            return low.hot_within_10s + share * (high.hot_within_10s - low.hot_within_10s)
    return None


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
