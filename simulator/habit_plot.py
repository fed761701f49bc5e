"""The pictures of a change of habit: comfort and heat, day by day."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulator.evaluation_plot import save_figure
from simulator.habit_course import WINDOW_DAYS, Course
from simulator.habit_life import Role
from simulator.plots import COLOURS, styled_figure, svg_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN_BEFORE: Final = 10
"""Days before the change that are drawn."""
NAMES: Final = {
    Role.CHANGED: "went through the change",
    Role.SETTLED: "has lived so all along",
    Role.FROZEN: "learns no more",
}
_LINES: Final = {
    Role.CHANGED: (COLOURS[1], "-", 2.0),
    Role.SETTLED: (COLOURS[4], "--", 1.4),
    Role.FROZEN: (COLOURS[3], ":", 1.4),
}
HOT: Final = "hot within 10 s"
HEAT: Final = "extra heat, kWh a day"


def comfort_svg(course: Course) -> str:
    """Return comfort over the days since a change."""
    with styled_figure(5.0, 2.9) as figure:
        _draw_hot(figure.subplots(), course)
        return svg_text(figure)


def heat_svg(course: Course) -> str:
    """Return heat over the days since a change."""
    with styled_figure(5.0, 2.9) as figure:
        _draw_heat(figure.subplots(), course)
        return svg_text(figure)


def write_habits_plot(path: Path, found: Sequence[Course]) -> None:
    """Draw comfort above heat, a column for each change.

    Args:
        path: File to write; its ending decides about the format.
        found: The courses.

    Raises:
        ZcwError: It cannot be written, or the ending is of no format.
    """
    with styled_figure(4.2 * len(found), 5.2) as figure:
        above, below = figure.subplots(2, len(found), squeeze=False, sharex="col")
        for column, course in enumerate(found):
            _draw_hot(above[column], course)
            _draw_heat(below[column], course)
            above[column].set(title=course.change.value, xlabel="")
        figure.set_layout_engine("constrained")
        save_figure(figure, path)


def _draw_hot(axes: "Axes", course: Course) -> None:
    for role, days in _drawn(course):
        spans = [(day, course.span(role, day).hot_share) for day in days]
        _line(axes, role, [(day, 100.0 * share) for day, share in spans if share is not None])
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g} %")
    _finish(axes, course, HOT)
    axes.legend(fontsize=8, frameon=False, loc="lower left")


def _draw_heat(axes: "Axes", course: Course) -> None:
    for role, days in _drawn(course):
        _line(axes, role, [(day, course.span(role, day).extra_kwh) for day in days])
    axes.set_ylim(bottom=0.0)
    _finish(axes, course, HEAT)


def _drawn(course: Course) -> Iterator[tuple[Role, range]]:
    """Yield who is drawn, and from which day on: the others since the changed one lives like them, and draws as they do."""
    for role in NAMES:
        if role in course.days:
            first = -min(SHOWN_BEFORE, course.train_days) if role is Role.CHANGED else course.back_day
            yield role, range(first, course.last + 1)


def _line(axes: "Axes", role: Role, points: Sequence[tuple[float, float]]) -> None:
    colour, dash, width = _LINES[role]
    middle = (WINDOW_DAYS - 1) / 2
    # What lies apart, such as the days before and after an absence, is not joined.
    for stretch in _stretches(points):
        label = NAMES[role] if stretch[0] == points[0] else None
        axes.plot(
            [day + middle for day, _ in stretch],
            [value for _, value in stretch],
            dash,
            color=colour,
            linewidth=width,
            label=label,
        )


def _stretches(points: Sequence[tuple[float, float]]) -> Iterator[Sequence[tuple[float, float]]]:
    begin = 0
    for number in range(1, len(points) + 1):
        if number == len(points) or points[number][0] > points[number - 1][0] + 1:
            yield points[begin:number]
            begin = number


def _finish(axes: "Axes", course: Course, label: str) -> None:
    axes.axvline(0.0, color="#999999", linewidth=0.9)
    if course.back_day:
        axes.axvspan(0.0, course.back_day, color="#eeeeee", zorder=0)
    axes.axvline(course.back_day + 10.0, color="#c8b46a", linewidth=0.9, linestyle=":")
    axes.set(xlabel="days since the change", ylabel=label)
