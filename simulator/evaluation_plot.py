"""The pictures of an evaluation: comfort over heat, and whether chances came true."""

from collections.abc import Sequence
from pathlib import Path

from simulator.evaluation import Score
from simulator.plots import COLOURS, MARKS


def write_plot(path: Path, table: Sequence[Score], told: Sequence[tuple[float, float, int]]) -> None:
    """Draw comfort over heat (every contestant in every household) and the reliability of forecasts.

    Args:
        path: File to write; its ending decides about the format.
        table: The scores.
        told: Chances, how often they came true, and how many there were.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10.0, 4.5), layout="constrained")
    pareto, reliable = figure.subplots(1, 2, width_ratios=(3, 2))
    for number, name in enumerate(dict.fromkeys(score.strategy for score in table)):
        own = [score for score in table if score.strategy == name and score.heat_ratio_aquastat is not None]
        pareto.plot(
            [score.heat_ratio_aquastat for score in own],
            [score.hot_within_10s for score in own],
            MARKS[number % len(MARKS)],
            color=COLOURS[number % len(COLOURS)],
            label=name,
        )
    pareto.set(xlabel="extra heat, share of the aquastat's", ylabel="useful draws hot within 10 s")
    pareto.legend(fontsize=7)
    reliable.plot([0, 1], [0, 1], ":", color="#777777")
    reliable.plot([chance for chance, *_ in told], [came for _, came, _ in told], "o-", color=COLOURS[1])
    reliable.set(xlabel="chance told", ylabel="draw came within 10 min", xlim=(0, 1), ylim=(0, 1))
    figure.savefig(path)
