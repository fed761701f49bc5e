"""The pictures of a report, drawn by matplotlib: one small picture for one thing, readable on a phone and in print."""

import io
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from simulator.compare import Row
from simulator.draws import DAY_S
from simulator.levels import LONGEST_WAITS_S, kind_of
from simulator.pump_record import PumpRun
from simulator.results import DrawResult
from simulator.thermograph import Temperature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS: Final = ("#7a7a7a", "#0072b2", "#e69f00", "#d55e00", "#009e73", "#cc79a7", "#5a3ea8", "#56b4e9")
"""Colours that those who see colours differently tell apart too. Source: Okabe and Ito (2008), grey and violet added."""
MARKS: Final = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES: Final = ("-", "--", "-.", ":")
LONGEST_SHOWN_S: Final = 60.0
STEPS: Final = 120
"""Points of a distribution that are drawn: more than a picture of this size can show."""
NARROWEST_S: Final = 240.0
"""Narrowest bar of a draw in s of the day; a hand wash would not be seen otherwise."""
FINEST_K: Final = 1.0
LOOP_COLOUR: Final = "#222222"
"""Colour of the pump and of the water at the far end of the loop."""
_STYLE: Final[Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "zero-cold-water",
    "font.size": 11.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e3e3e3",
    "axes.edgecolor": "#888888",
    "axes.axisbelow": True,
    "figure.constrained_layout.use": True,
}


class Palette:
    """A colour, a mark and a dash for each name, the same in every picture.

    Args:
        names: The names, in their order.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._numbers = {name: number for number, name in enumerate(names)}

    def colour(self, name: str) -> str:
        """Return the colour of a name."""
        return COLOURS[self._numbers[name] % len(COLOURS)]

    def mark(self, name: str) -> str:
        """Return the mark of a name."""
        return MARKS[self._numbers[name] % len(MARKS)]

    def dash(self, name: str) -> str:
        """Return the dash of a name's line."""
        return DASHES[self._numbers[name] % len(DASHES)]


def pareto(rows: Sequence[Row], palette: Palette) -> str:
    """Return comfort against extra heat for the strategies of one household; those that none beats are joined."""
    with styled_figure(4.6, 3.4) as figure:
        axes = figure.subplots()
        places = {row.summary.strategy: (_daily_kwh(row), 100.0 * row.summary.hot_within_10s) for row in rows}
        front = sorted(places[row.summary.strategy] for row in rows if row.best)
        axes.plot(*zip(*front, strict=True), color="#bbbbbb", linewidth=1.2, zorder=1)
        for name, (heat, comfort) in places.items():
            axes.plot(heat, comfort, palette.mark(name), color=palette.colour(name), markersize=9, zorder=2)
        axes.set(xlabel="extra heat, kWh a day", ylabel="hot within 10 s", ylim=(-4.0, 108.0))
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f} %")
        axes.margins(x=0.08)
        label_points(figure, axes, places)
        return svg_text(figure)


def waits(fixture: str, rows: Sequence[Row], palette: Palette) -> str:
    """Return how the waits at one fixture are distributed under each strategy, with the levels of VDI 6003."""
    with styled_figure(4.6, 3.0) as figure:
        axes = figure.subplots()
        for level, limit_s in zip(("I", "II", "III"), LONGEST_WAITS_S[kind_of(fixture)], strict=True):
            axes.axvline(limit_s, color="#c8b46a", linewidth=0.8, linestyle=":")
            axes.text(limit_s, 102.0, level, color="#8a7420", fontsize=9, ha="center", va="bottom")
        for row in rows:
            own = next(each for each in row.waits if each.fixture == fixture)
            if own.useful_draws:
                name = row.summary.strategy
                axes.plot(
                    *distribution(own.hot_waits_s, own.useful_draws),
                    palette.dash(name),
                    color=palette.colour(name),
                    linewidth=1.8,
                    drawstyle="steps-post",
                )
        axes.set(
            xlabel="wait, s", ylabel="share of useful draws", xlim=(0.0, LONGEST_SHOWN_S), ylim=(0.0, 101.0)
        )
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f} %")
        return svg_text(figure)


def day(
    number: int,
    temperatures: Sequence[Temperature],
    runs: Iterable[PumpRun],
    results: Iterable[DrawResult],
    fixtures: Sequence[str],
) -> str:
    """Return one day: temperatures at the fixtures, and under them when the pump ran and when people drew."""
    palette, midnight_s = Palette(fixtures), number * DAY_S
    with styled_figure(4.6, 2.6 + 0.2 * len(fixtures)) as figure:
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2.2, 0.45 + 0.2 * len(fixtures)))
        for fixture in fixtures:
            line = _line([one for one in temperatures if one.place == fixture], midnight_s)
            above.plot(*line, color=palette.colour(fixture), linewidth=1.1)
        for sensor in loop_sensors(temperatures):
            line = _line([one for one in temperatures if one.place == sensor], midnight_s)
            above.plot(*line, color=LOOP_COLOUR, linewidth=1.4)
        above.set(ylabel="temperature, °C")
        _bars(below, 0, [_span(run, midnight_s) for run in runs], LOOP_COLOUR)
        drawn = list(results)
        for row, fixture in enumerate(fixtures, 1):
            spans = [
                (one.draw.start_s - midnight_s, one.draw.duration_s)
                for one in drawn
                if one.draw.fixture == fixture
            ]
            _bars(below, row, spans, palette.colour(fixture))
        below.set(xlabel="time of day, h", xlim=(0.0, 24.0), ylim=(len(fixtures) + 0.6, -0.6))
        below.set_yticks(range(len(fixtures) + 1), ["pump", *fixtures], fontsize=9)
        below.set_xticks(range(0, 25, 3))
        below.grid(axis="y", visible=False)
        return svg_text(figure)


def distribution(hot_waits_s: Sequence[float], draws: int) -> tuple[list[float], list[float]]:
    """Return waits in s and the share in % of draws that were hot by then, in as many steps as can be seen.

    Args:
        hot_waits_s: Waits of the draws that got hot, ascending.
        draws: All draws; those that never got hot are never among the share.
    """
    last = len(hot_waits_s) - 1
    ranks = sorted({round(step * last / STEPS) for step in range(STEPS + 1)}) if hot_waits_s else []
    shown = [rank for rank in ranks if hot_waits_s[rank] <= LONGEST_SHOWN_S]
    in_sight = sum(wait_s <= LONGEST_SHOWN_S for wait_s in hot_waits_s)
    seconds = [0.0, *(hot_waits_s[rank] for rank in shown), LONGEST_SHOWN_S]
    return seconds, [0.0, *(100.0 * (rank + 1) / draws for rank in shown), 100.0 * in_sight / draws]


def loop_sensors(temperatures: Iterable[Temperature]) -> list[str]:
    """Return the places that tell how warm a loop is at its far end: under the sensors that are not at its beginning."""
    places = sorted({one.place for one in temperatures if one.place.startswith("sensor ")})
    return [place for place in places if "supply" not in place][:2]


def _daily_kwh(row: Row) -> float:
    return row.summary.extra_heat_kwh / row.summary.days


def label_points(figure: "Figure", axes: "Axes", places: Mapping[str, tuple[float, float]]) -> None:
    """Write each name beside its mark, where it covers neither a mark nor another name."""
    figure.draw_without_rendering()
    points = {name: tuple(axes.transData.transform(place)) for name, place in places.items()}
    room = axes.get_window_extent()
    taken = [(x - 7.0, y - 7.0, x + 7.0, y + 7.0) for x, y in points.values()]
    for name, (x, y) in sorted(points.items(), key=lambda point: (-point[1][1], point[1][0])):
        spots = [(offset, _box(x, y, name, *offset)) for offset in _BESIDE]
        free = [spot for spot in spots if _within(spot[1], room) and not _meets(spot[1], taken)]
        (right, up), box = (free or spots)[0]
        taken.append(box)
        axes.annotate(
            name, places[name], xytext=(right, up), textcoords="offset pixels", ha=_side(right),
            fontsize=_LABEL_PT, color="#333333",
        )  # fmt: skip


_LABEL_PT: Final = 9.5
_BESIDE: Final = (
    (9, -4),
    (-9, -4),
    (9, 6),
    (-9, 6),
    (9, -16),
    (-9, -16),
    (0, 12),
    (0, -22),
    (9, 18),
    (-9, -28),
    (9, -28),
)
"""Where a name may stand: from its mark to its near lower corner, in pixels; to the left when the first is negative."""


def _box(x: float, y: float, name: str, right: float, up: float) -> tuple[float, float, float, float]:
    """Return the box of a name that stands so far from its mark: left, low, right, high."""
    width, height = 0.6 * _LABEL_PT * len(name), 1.1 * _LABEL_PT
    left = x + right - {"left": 0.0, "right": width, "center": width / 2.0}[_side(right)]
    return left, y + up, left + width, y + up + height


def _side(right: float) -> str:
    return "left" if right > 0 else "right" if right < 0 else "center"


def _within(box: tuple[float, float, float, float], room: Any) -> bool:
    return bool(room.x0 - 30.0 < box[0] and box[2] < room.x1 + 10.0)


def _meets(
    box: tuple[float, float, float, float], others: Iterable[tuple[float, float, float, float]]
) -> bool:
    return any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
        for other in others
    )


def _line(readings: Sequence[Temperature], midnight_s: float) -> tuple[list[float], list[float]]:
    kept: list[Temperature] = []
    for index, one in enumerate(readings):
        jumps = index + 1 < len(readings) and abs(readings[index + 1].value_c - one.value_c) >= FINEST_K
        if not kept or jumps or abs(one.value_c - kept[-1].value_c) >= FINEST_K:
            kept.append(one)
    if readings and kept[-1] is not readings[-1]:
        kept.append(readings[-1])
    return [round((one.at_s - midnight_s) / 3_600.0, 4) for one in kept], [
        round(one.value_c, 1) for one in kept
    ]


def _span(run: PumpRun, midnight_s: float) -> tuple[float, float]:
    end_s = midnight_s + DAY_S if run.end_s is None else run.end_s
    return run.start_s - midnight_s, end_s - run.start_s


def _bars(axes: "Axes", row: int, spans: Iterable[tuple[float, float]], colour: str) -> None:
    shown = [
        (start_s / 3_600.0, max(NARROWEST_S, span_s) / 3_600.0)
        for start_s, span_s in spans
        if start_s + span_s > 0.0 and start_s < DAY_S
    ]
    if shown:
        axes.broken_barh(shown, (row - 0.35, 0.7), facecolors=colour)


@contextmanager
def styled_figure(width_in: float, height_in: float) -> "Iterator[Figure]":
    """Give a figure in the report's style."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(_STYLE):
        yield Figure(figsize=(width_in, height_in), dpi=72)


def svg_text(figure: "Figure") -> str:
    """Return a figure as an SVG text."""
    text = io.StringIO()
    figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    return text.getvalue()
