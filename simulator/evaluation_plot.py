"""The pictures of an evaluation: comfort over heat, and whether chances came true."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from controller.core.errors import ZcwError
from simulator.contestants import BUTTON, CONTESTANTS, ORACLE, STEPS
from simulator.plots import COLOURS, LOOP_COLOUR, Palette, label_points, styled_figure, svg_text
from simulator.scores import Score

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Told: TypeAlias = Sequence[tuple[float, float, int]]
"""Chances, how often they came true, and how many there were."""
STATED: Final = 0.05
"""Half the width of the band in which a chance counts as true: of 70 % said, 65 to 75 % come."""
_PALETTE: Final = Palette(tuple(name for name in CONTESTANTS if not name.startswith(BUTTON)))


class Home(NamedTuple):
    """One household in one house, whatever the seed.

    Args:
        layout: Name of the house.
        household: Name of the household.
        cues: What presence sensors there were.
    """

    layout: str
    household: str
    cues: str

    @property
    def title(self) -> str:
        """Return what its picture is called."""
        return f"{self.household}, {self.layout}" + ("" if self.cues == "none" else f", {self.cues}")


def homes(table: Sequence[Score]) -> Mapping[Home, list[Score]]:
    """Return the scores of each home, of all seeds."""
    by_home: dict[Home, list[Score]] = {}
    for score in table:
        by_home.setdefault(Home(score.layout, score.household, score.cues), []).append(score)
    return by_home


def pareto_svg(scores: Sequence[Score]) -> str:
    """Return comfort over heat for one home: the mean over its seeds, the steps of comfort joined."""
    with styled_figure(4.6, 3.6) as figure:
        _draw_pareto(figure, figure.subplots(), scores)
        return svg_text(figure)


def reliability_svg(told: Told) -> str:
    """Return how often chances came true, over what they were told as."""
    with styled_figure(3.6, 3.6) as figure:
        _draw_reliability(figure.subplots(), told)
        return svg_text(figure)


def write_plot(path: Path, table: Sequence[Score], told: Told) -> None:
    """Draw comfort over heat for every home, and the reliability of forecasts, side by side.

    Args:
        path: File to write; its ending decides about the format.
        table: The scores.
        told: Chances, how often they came true, and how many there were.

    Raises:
        ZcwError: It cannot be written, or the ending is of no format.
    """
    panels = homes(table)
    with styled_figure(4.4 * (len(panels) + (1 if told else 0)), 3.8) as figure:
        row = figure.subplots(1, len(panels) + (1 if told else 0), squeeze=False)[0]
        for axes, (home, scores) in zip(row, panels.items(), strict=False):
            _draw_pareto(figure, axes, scores)
            axes.set_title(home.title, fontsize=10)
        if told:
            _draw_reliability(row[-1], told)
        save_figure(figure, path)


def save_figure(figure: "Figure", path: Path) -> None:
    """Write a figure; the same figure gives the same file.

    Raises:
        ZcwError: It cannot be written, or the ending is of no format.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    except OSError as error:
        raise ZcwError(f"{path}: cannot be written: {error.strerror}; name another file") from error
    except ValueError:
        raise ZcwError(f"{path}: no picture is called so; end its name with .svg, .png or .pdf") from None


def _draw_pareto(figure: "Figure", axes: "Axes", scores: Sequence[Score]) -> None:
    places = _places(scores)
    steps = [places[name] for name in STEPS if name in places]
    axes.plot(*zip(*steps, strict=True), "-", color=COLOURS[1], linewidth=1.4, zorder=1) if steps else None
    for name, place in places.items():
        colour = COLOURS[1] if name in STEPS else LOOP_COLOUR if name == ORACLE else _PALETTE.colour(name)
        mark = "o" if name in STEPS else "*" if name == ORACLE else _PALETTE.mark(name)
        axes.plot(*place, mark, color=colour, markersize=8, zorder=2)
    axes.set(xlabel="extra heat, of the aquastat's", ylabel="hot within 10 s")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:.0f} %")
    axes.margins(0.1)
    label_points(figure, axes, {name.removeprefix("predictive-"): place for name, place in places.items()})


def _places(scores: Sequence[Score]) -> dict[str, tuple[float, float]]:
    """Return heat and comfort in % of each contestant, as means over the seeds; with a button is another picture."""
    found = {}
    for name in dict.fromkeys(score.strategy for score in scores):
        own = [score for score in scores if score.strategy == name]
        ratios = [score.heat_ratio_aquastat for score in own if score.heat_ratio_aquastat is not None]
        if ratios and not name.startswith(BUTTON):
            found[name] = 100.0 * fmean(ratios), 100.0 * fmean(score.hot_within_10s for score in own)
    return found


def _draw_reliability(axes: "Axes", told: Told) -> None:
    band = 100.0 * STATED
    axes.fill_between([0, 100], [-band, 100 - band], [band, 100 + band], color="#e6eef5", linewidth=0)
    axes.plot([0, 100], [0, 100], ":", color="#777777")
    shown = [(100.0 * chance, 100.0 * came, number) for chance, came, number in told]
    axes.plot([x for x, *_ in shown], [y for _, y, _ in shown], "o-", color=COLOURS[1])
    for x, y, number in shown:
        axes.annotate(
            f"{number}", (x, y), xytext=(6, -11), textcoords="offset pixels", fontsize=7, color="#555555"
        )
    axes.set(xlabel="chance told", ylabel="draw came within 10 min", xlim=(0, 100), ylim=(0, 100))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:.0f} %")
