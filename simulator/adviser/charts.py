"""The pictures of an advice: comfort against cost with their ranges, and what foam and pumps change."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from simulator.adviser.trials import Figure, Scheme
from simulator.compare import Row
from simulator.plots import Palette, label_points, styled_figure, svg_text
from simulator.tariff import USUAL

_COST: Final = "cost_a_year"


def comfort_against_cost(schemes: Sequence[Scheme], names: Sequence[str], chosen: Scheme) -> str:
    """Return comfort against cost a year: a mark for the mean, bars from the lowest sample to the highest."""
    palette = Palette(names)
    with styled_figure(7.2, 4.4) as figure:
        axes = figure.subplots()
        places = {}
        for scheme, name in zip(schemes, names, strict=True):
            cost, hot = scheme.figure(_COST), scheme.figure("hot_within_10s")
            places[name] = (cost.mean, 100.0 * hot.mean)
            colour = palette.colour(name)
            axes.plot([cost.low, cost.high], [100.0 * hot.mean] * 2, color=colour, linewidth=1.2, alpha=0.6)
            axes.plot(
                [cost.mean] * 2, [100.0 * hot.low, 100.0 * hot.high], color=colour, linewidth=1.2, alpha=0.6
            )
            axes.plot(*places[name], palette.mark(name), color=colour, markersize=9)
            if scheme is chosen:
                axes.plot(*places[name], "o", markersize=19, fillstyle="none", color="#222222")
        axes.set(xlabel="cost a year", ylabel="hot within 10 s", ylim=(-4.0, 108.0))
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f} %")
        axes.margins(x=0.1)
        label_points(figure, axes, places)
        return svg_text(figure)


def steps(schemes: Sequence[Scheme], names: Sequence[str]) -> str:
    """Return what each step costs a year, with the range over the samples, and how many draws it makes hot at once."""
    with styled_figure(7.2, 0.9 + 0.42 * len(schemes)) as figure:
        axes = figure.subplots()
        for row, scheme in enumerate(schemes):
            cost: Figure = scheme.figure(_COST)
            axes.plot([cost.low, cost.high], [row, row], color="#7a7a7a", linewidth=1.6)
            axes.plot(cost.mean, row, "o", color="#0072b2", markersize=8)
        axes.set(xlabel="cost a year", ylim=(len(schemes) - 0.5, -0.5))
        axes.set_yticks(range(len(schemes)), names)
        return svg_text(figure)


def as_row(scheme: Scheme, name: str) -> Row:
    """Return a scheme as the plots of comparisons take it: the waits of all samples under its name."""
    run = scheme.runs[0]
    summary = replace(run.summary, strategy=name)
    return Row("", summary, USUAL.costs(summary), None, best=False, waits=tuple(scheme.waits()))
