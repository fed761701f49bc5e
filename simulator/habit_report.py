"""The tables and the report of ``zcw bench habits``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from simulator.evidence_report import Both, Section, Table, write_evidence
from simulator.habit_course import MARGIN_HEAT, MARGIN_HOT, WINDOW_DAYS, Course, Followed
from simulator.habit_plot import HEAT, HOT, comfort_svg, heat_svg
from simulator.report import Picture

_HEAD: Final = (
    "change",
    "week before",
    "first 3 days",
    "last 7 days",
    "lived so all along",
    "followed after",
    "learning no more",
    "quiet after",
)
NOTE: Final = Both(
    f"Followed: for good, over any {WINDOW_DAYS} days, at most {MARGIN_HOT:.0%} fewer draws are hot within 10 s than with a "
    f"controller that has lived with the new habit all along, for at most {MARGIN_HEAT:.0%} more heat, on the same draws. Quiet: "
    "while nobody is there the pump takes less than a quarter of its usual heat. Days with the new habit; n/a: never.",
    f"“已跟上”指此后任意 {WINDOW_DAYS} 天内，与一直按新习惯生活的控制器相比（相同用水）,10 秒内出热水的比例最多低 {MARGIN_HOT:.0%}，"
    f"热量最多高 {MARGIN_HEAT:.0%}。“安静”指无人在家时循环泵热量低于平时四分之一。",
)
_PICTURES: Final = Both(
    f"Means over the households and over {WINDOW_DAYS} days each. The dotted line is ten days after the change, or after the "
    "return; the grey stretch is the absence. Heat is what the heater gave beyond no pump.",
    f"各住户及每 {WINDOW_DAYS} 天的平均值。虚线为改变（或返回）后第十天，灰色为无人在家期间。热量指与不循环相比的额外热量。",
)


def followed_table(found: Sequence[Course]) -> Table:
    """Return the answers, a row for each change."""
    title = f"{found[0].seeds} households: share hot within 10 s at extra heat a day"
    return Table(title, _HEAD, [_cells(Followed.of(course)) for course in found])


def _cells(one: Followed) -> tuple[str, ...]:
    return (
        one.change,
        _level(one.before_hot, one.before_kwh),
        _level(one.first_hot, one.first_kwh),
        _level(one.last_hot, one.last_kwh),
        _level(one.settled_hot, one.settled_kwh),
        _days(one.followed_after_days),
        _days(one.frozen_after_days),
        _days(one.quiet_after_days) if one.change == "holiday" else "",
    )


def _level(hot: float | None, heat_kwh: float) -> str:
    return f"{'n/a' if hot is None else f'{hot:.1%}'} at {heat_kwh:.2f} kWh"


def _days(days: int | None) -> str:
    return "n/a" if days is None else f"{days} d"


def write_habits(
    path: Path, found: Sequence[Course], *, command: str, version: str, language: str = "en"
) -> int:
    """Write the report and return its size in bytes.

    Args:
        path: Where to.
        found: The courses.
        command: The command that repeats it.
        version: Version of the product.
        language: ``en`` or ``zh``, in which it opens.

    Raises:
        MissingExtra: The libraries that draw it are not installed.
        ZcwError: The file cannot be written.
    """
    sections = [Section("Changes of habit followed", NOTE, tables=[followed_table(found)])]
    for course in found:
        pictures = [Picture(HOT, comfort_svg(course)), Picture(HEAT, heat_svg(course))]
        sections.append(Section(course.change.value, _PICTURES, pictures))
    return write_evidence(
        path, "Changes of habit", sections, command=command, version=version, language=language
    )
