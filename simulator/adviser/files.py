"""An advice as files: the report in both languages, JSON, the parts list, and the layouts that its commands name."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from simulator.adviser.advice import Advice, as_json
from simulator.adviser.charts import as_row, comfort_against_cost, steps
from simulator.adviser.sketch import placements, translated, wiring
from simulator.adviser.trials import Scheme, Trial, tariff_of, told_prices
from simulator.adviser.words import SIZES, STRATEGIES, WAYS, household_words, scheme_words
from simulator.plots import Palette, waits
from simulator.report import Picture, check_installed, filled, inlined, layout_pictures, save
from simulator.report import translated as word
from simulator.report_words import CHINESE
from simulator.svg_words import inline

__all__ = ["advice_json", "check_installed", "report_page", "save_advice", "write_advice"]

LAYOUTS: Final = "layouts"
"""Folder of the layout files beside the report."""
HERE: Final = Path("plan")
"""Folder that commands name where nothing is written."""


def write_advice(folder: Path, advice: Advice, *, version: str, language: str = "en") -> list[Path]:
    """Write report, JSON, parts list and layouts into a folder, and return the files.

    Args:
        folder: Where to; made when needed.
        advice: The advice.
        version: Version of the product.
        language: ``en`` or ``zh``, in which the report opens.

    Raises:
        MissingExtra: The libraries that draw the report are not installed.
        ZcwError: A file cannot be written.
    """
    page = report_page(advice, version=version, folder=folder, language=language)
    return save_advice(folder, advice, page, folder)


def save_advice(folder: Path, advice: Advice, page: str, named: Path = HERE) -> list[Path]:
    """Write an advice and its report, and return the files.

    Args:
        folder: Where to; made when needed.
        advice: The advice.
        page: Its report.
        named: The folder as commands name it.

    Raises:
        ZcwError: A file cannot be written.
    """
    told = json.dumps(advice_json(advice, named), indent=1, ensure_ascii=False, allow_nan=False)
    texts = {
        folder / "report.html": page,
        folder / "plan.json": told + "\n",
        folder / "parts.csv": parts_csv(advice),
        **{folder / LAYOUTS / house.file: house.text for house in advice.houses},
    }
    for path, text in texts.items():
        save(path, text)
    return list(texts)


def advice_json(advice: Advice, folder: Path | None = None) -> dict[str, Any]:
    """Return an advice as values for JSON, with the command that repeats each run."""
    return as_json(advice, lambda trial: command(advice, trial, folder or HERE))


def command(advice: Advice, trial: Trial, folder: Path) -> str:
    """Return the command that repeats a run."""
    return trial.command(str(folder / LAYOUTS), told_prices(advice.wanted.tariff, trial.house))


def parts_csv(advice: Advice) -> str:
    """Return the parts list as CSV."""
    text = io.StringIO()
    columns = ("part", "part_zh", "count", "unit", "remark", "remark_zh")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(item.as_record() for item in advice.parts)
    return text.getvalue()


def report_page(advice: Advice, *, version: str, folder: Path = HERE, language: str = "en") -> str:
    """Return the report as one page that needs nothing else; the same advice gives the same page to the last byte."""
    names = [_short(number) for number in range(len(advice.schemes))]
    chosen = advice.choice.scheme
    content = {
        "advice": advice,
        "layout": advice.layout,
        "named": list(zip(names, advice.schemes, strict=True)),
        "title": scheme_words,
        "household": household_words,
        "size_words": lambda scheme: None if scheme.house.pump is None else SIZES[scheme.house.pump.name],
        "strategies": STRATEGIES,
        "ways": WAYS,
        "front": inlined(
            comfort_against_cost(advice.schemes, names, chosen), "front", "Comfort against cost"
        ),
        "waits": list(_waits(advice, names)),
        "palette": Palette(names),
        "foam_plot": _steps("foams", [chosen, *advice.foams], _foam_names(advice)),
        "pump_plot": _steps("pumps", [chosen, *advice.pumps], _pump_names(advice)),
        "pictures": layout_pictures(chosen.house.layout),
        "wiring": _wiring(chosen),
        "placements": placements(chosen.house),
        "runs": [
            (scheme, run, command(advice, run.trial, folder))
            for scheme in advice.all_schemes
            for run in scheme.runs
        ],
        "tariff": tariff_of(advice.wanted.tariff, chosen.house),
        "version": version,
        "zh": lambda text: word(text) or _WORDS.get(text, text),
    }
    return filled("plan.html", content, language)


def _short(number: int) -> str:
    """Return the letter of a scheme in pictures: names would need both languages and more room."""
    return chr(ord("A") + number)


def _waits(advice: Advice, names: Sequence[str]) -> Iterator[Picture]:
    palette = Palette(names)
    rows = [as_row(scheme, name) for name, scheme in zip(names, advice.schemes, strict=True)]
    for number, fixture in enumerate(advice.layout.fixtures):
        if any(each.fixture == fixture and each.useful_draws for each in rows[0].waits):
            drawn = waits(fixture, rows, palette)
            yield Picture(fixture, inlined(drawn, f"waits-{number}", f"Waits at {fixture}"))


def _foam_names(advice: Advice) -> list[str]:
    return ["as drawn", *(f"{scheme.house.foam_mm:g} mm" for scheme in advice.foams)]


def _pump_names(advice: Advice) -> list[str]:
    sizes = [advice.choice.scheme, *advice.pumps]
    return ["as drawn" if one.house.pump is None else SIZES[one.house.pump.name].en for one in sizes]


def _steps(name: str, schemes: Sequence[Scheme], names: Sequence[str]) -> str:
    if len(schemes) < 2:
        return ""
    drawn = steps(schemes, names)
    return inline(drawn, name=name, label=name, translate=lambda text: CHINESE.get(text) or _WORDS.get(text))


def _wiring(chosen: Scheme) -> str:
    if not chosen.house.layout.loops:
        return ""
    return inline(wiring(chosen.house, chosen.strategy), name="wiring", label="Wiring", translate=translated)


_WORDS: Final[Mapping[str, str]] = {
    "as drawn": "按图",
    **{said.en: said.zh for said in SIZES.values()},
    "Advice": "建议",
    "Recommended": "推荐",
    "Why": "理由",
    "Schemes": "方案",
    "scheme": "方案",
    "cost a year": "每年费用",
    "extra cost a year": "每年额外费用",
    "cold water run off, m³ a year": "放掉的冷水，m³/年",
    "extra heat, kWh a year": "额外热量，kWh/年",
    "extra energy, kWh a year": "额外能耗，kWh/年",
    "pump, h a day": "循环泵，小时/天",
    "starts a day": "每天启动",
    "95 % wait": "95 % 等待",
    "Comfort against cost": "舒适与费用",
    "Waits at the taps": "各用水点的等待",
    "Insulation": "保温",
    "Pump": "循环泵",
    "loop": "回路",
    "needed": "需要",
    "keeps the loop hot": "保持回路温度",
    "fills in 90 s": "90 秒内送达",
    "wakes the heater": "启动热水器",
    "fastest that is quiet": "允许的最大流量",
    "head": "扬程",
    "size": "规格",
    "flow": "流量",
    "speed": "流速",
    "chosen": "选用",
    "Heater, cold taps, hygiene": "热水器、冷水龙头与卫生",
    "Parts": "材料清单",
    "part": "材料",
    "count": "数量",
    "what to look for": "选购要点",
    "pieces": "个",
    "Where things go": "安装位置",
    "Wiring": "接线",
    "Every run": "全部模拟",
    "season": "季节",
    "winter": "冬",
    "spring": "春秋",
    "summer": "夏",
    "Prices": "价格",
}
"""The words of the page beyond those of all reports."""
