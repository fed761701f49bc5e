"""The plot that shows what the schemes bring: comfort against extra heat, from simulated weeks of one household."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from docs.pictures.ground import write_on_white
from simulator.compare import Plan, Row, compare
from simulator.layout_file import load_layout
from simulator.plots import COLOURS, MARKS, label_points, styled_figure, svg_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HOUSEHOLD: Final = "people-3"
"""Made up by the simulator itself, so the picture is made of nobody's data."""
DAYS: Final = 14
SEED: Final = 0
"""Named where the picture is shown."""
STRATEGIES: Final = ("none", "timed", "on_demand", "predictive", "aquastat")
WORDS: Final = {
    "en": {
        "none": "no recirculation",
        "timed": "timer",
        "on_demand": "button",
        "predictive": "prediction",
        "aquastat": "always hot (thermostat)",
        "x": "extra heat, kWh a day",
        "y": "draws that are hot within 10 s",
    },
    "zh": {
        "none": "无循环",
        "timed": "定时",
        "on_demand": "按钮",
        "predictive": "预测",
        "aquastat": "始终保温(温控)",
        "x": "额外热量,kWh/天",
        "y": "10 秒内出热水的比例",
    },
}


def schemes(folder: Path) -> None:
    """Write ``schemes.svg`` and ``schemes.zh.svg``; takes a minute or two."""
    plan = Plan(load_layout("house"), {HOUSEHOLD: None}, STRATEGIES, DAYS, SEED)
    rows = compare(plan).rows
    for row in rows:
        print(f"{row.summary.strategy:12}{row.summary.hot_within_10s:7.1%}{_kwh_a_day(row):7.2f} kWh a day")
    for language, ending in (("en", ""), ("zh", ".zh")):
        write_on_white(folder / f"schemes{ending}.svg", _drawn(rows, language))


def _drawn(rows: list[Row], language: str) -> str:
    words = WORDS[language]
    with styled_figure(6.4, 3.6) as figure:
        axes: Axes = figure.subplots()
        places = {}
        for number, row in enumerate(rows):
            place = (_kwh_a_day(row), 100.0 * row.summary.hot_within_10s)
            places[words[row.summary.strategy]] = place
            axes.plot(*place, MARKS[number], color=COLOURS[number], markersize=10)
        axes.set(xlabel=words["x"], ylabel=words["y"], ylim=(0.0, 108.0))
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f} %")
        axes.margins(x=0.12)
        label_points(figure, axes, places)
        return svg_text(figure)


def _kwh_a_day(row: Row) -> float:
    return row.summary.extra_heat_kwh / row.summary.days
