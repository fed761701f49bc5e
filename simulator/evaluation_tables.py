"""The tables of an evaluation: scores of each household, rules beside the steps of comfort, chances and what came."""

from collections.abc import Sequence

from simulator.evaluation_plot import Home, Told
from simulator.evidence_report import Table
from simulator.scores import Rival, Score

_HEAD = (
    "strategy",
    "hot within 10 s",
    "of the reachable",
    "mean wait",
    "of the aquastat's",
    "of the oracle's",
    "starts a day",
    "wasted a day",
    "pump a day",
)
_RIVALS = ("strategy", "household", "seed", "hot within 10 s", "steps at its heat", "dominated by")


def scores_table(home: Home, scores: Sequence[Score]) -> Table:
    """Return the scores of one home, a row for each contestant and seed."""
    several = len({score.seed for score in scores}) > 1
    days, draws = scores[0].days, sum(score.useful_draws for score in scores if score.strategy == "none")
    title = f"{home.title}: {days} days, {draws} useful draws"
    return Table(title, _HEAD, [_cells(score, several=several) for score in scores])


def _cells(score: Score, *, several: bool) -> tuple[str, ...]:
    return (
        f"{score.strategy} ({score.seed})" if several else score.strategy,
        f"{score.hot_within_10s:.1%}",
        f"{score.reachable_hot:.1%}",
        f"{score.wait_mean_s:.1f} s",
        "" if score.heat_ratio_aquastat is None else f"{score.heat_ratio_aquastat:.0%}",
        "" if score.heat_ratio_oracle is None else f"{score.heat_ratio_oracle:.2f}",
        f"{score.starts / score.days:.1f}",
        f"{score.wasted_runs / score.days:.1f}",
        f"{score.pump_hours / score.days * 60:.0f} min",
    )


def rivals_table(found: Sequence[Rival]) -> Table:
    """Return whether the steps of comfort dominate the rule-based strategies, a row for each of them."""
    dominated = sum(bool(rival.dominated_by) for rival in found)
    title = f"more comfort for less heat than a rule-based strategy: {dominated} of {len(found)}"
    return Table(title, _RIVALS, [_rival(rival) for rival in found])


def _rival(rival: Rival) -> tuple[str, ...]:
    return (
        rival.strategy,
        Home(rival.layout, rival.household, rival.cues).title,
        str(rival.seed),
        f"{rival.hot_within_10s:.1%}",
        "" if rival.at_its_heat is None else f"{rival.at_its_heat:.1%}",
        " ".join(name.removeprefix("predictive-") for name in rival.dominated_by.split()) or "-",
    )


def reliability_table(told: Told) -> Table:
    """Return how often chances came true."""
    rows = [(f"{chance:.0%}", f"{came:.0%}", str(number)) for chance, came, number in told]
    return Table("chance of a draw within 10 min", ("chance told", "came true", "times"), rows)
