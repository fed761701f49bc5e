"""The report of ``zcw bench control``: comfort over heat, reliability, and the numbers behind both."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from simulator.evaluation_plot import Told, homes, pareto_svg, reliability_svg
from simulator.evaluation_tables import reliability_table, rivals_table, scores_table
from simulator.evidence_report import Both, Section, write_evidence
from simulator.report import Picture
from simulator.scores import Score, rivals

_PARETO: Final = Both(
    "Up is comfort, left is thrift. The blue line joins the five steps of the predictive strategy; the star is an oracle "
    "that knows every draw. Heat is what the heater gave beyond a pump that never runs.",
    "越高越舒适，越靠左越节能。蓝线连接预测策略的五个舒适档位；星号为完全预知的先知。热量指与循环泵从不运行相比，热水器多提供的热量。",
)
_RELIABLE: Final = Both(
    "How often a draw came, over the chance that was told, in tenths, with the number of times. Within the band a chance "
    "is as good as stated: of 70 % told, 65 to 75 % came true.",
    "按所报概率分十档，显示实际发生用水的比例及次数。落在色带内即符合声明：报 70 % 时，实际为 65 至 75 %。",
)
_DOMINANCE: Final = Both(
    "Each strategy that follows rules beside the steps of comfort: which steps give more comfort for less heat, and the "
    "comfort that the steps reach at the heat of the rule.",
    "每个规则策略与预测策略各档位的比较：哪些档位更舒适且更省热，以及在相同热量下各档位能达到的舒适度。",
)
_NUMBERS: Final = Both(
    "Of the reachable: among the draws that a hot supply can serve within 10 s at all.",
    "“可达”指热水供水管能在 10 秒内满足的用水。",
)


def write_control(
    path: Path, table: Sequence[Score], told: Told, *, command: str, version: str, language: str = "en"
) -> int:
    """Write the report and return its size in bytes.

    Args:
        path: Where to.
        table: The scores.
        told: Chances, how often they came true, and how many there were.
        command: The command that repeats it.
        version: Version of the product.
        language: ``en`` or ``zh``, in which it opens.

    Raises:
        MissingExtra: The libraries that draw it are not installed.
        ZcwError: The file cannot be written.
    """
    panels = homes(table)
    sections = [
        Section(
            "Comfort against heat",
            _PARETO,
            [Picture(home.title, pareto_svg(own)) for home, own in panels.items()],
        )
    ]
    if told:
        reliable = Picture("chance of a draw within 10 min", reliability_svg(told))
        sections.append(Section("Reliability", _RELIABLE, [reliable], [reliability_table(told)]))
    if found := rivals(table):
        sections.append(Section("Dominance", _DOMINANCE, tables=[rivals_table(found)]))
    tables = [scores_table(home, own) for home, own in panels.items()]
    sections.append(Section("Numbers", _NUMBERS, tables=tables))
    return write_evidence(
        path, "Control evaluated", sections, command=command, version=version, language=language
    )
