"""The words of an advice in English and Chinese."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.adviser.houses import Way
from simulator.adviser.said import Said
from simulator.adviser.trials import Scheme

STRATEGIES: Final[Mapping[str, Said]] = MappingProxyType(
    {
        "none": Said("no circulation", "不循环"),
        "timed": Said("timer", "定时"),
        "on_demand": Said("button", "按钮按需"),
        "aquastat": Said("aquastat", "温控"),
        "check_valve": Said("check valve with timer", "止回阀定时"),
        "predictive": Said("predictive", "预测"),
    }
)
WAYS: Final[Mapping[Way, Said]] = MappingProxyType(
    {
        Way.NONE: Said("no way back", "无回水"),
        Way.RETURN: Said("return line", "回水管"),
        Way.COLD_PIPE: Said("cold pipe as return", "冷水管回水"),
    }
)
SIZES: Final[Mapping[str, Said]] = MappingProxyType(
    {
        "small": Said("small pump", "小型泵"),
        "medium": Said("medium pump", "中型泵"),
        "large": Said("large pump", "大型泵"),
    }
)


def scheme_words(scheme: Scheme) -> Said:
    """Return what a scheme is called."""
    strategy, way = STRATEGIES[scheme.strategy], WAYS[scheme.house.way]
    if scheme.house.way is Way.NONE:
        return _with_foam(strategy, scheme.house.foam_mm)
    return _with_foam(Said(f"{strategy.en}, {way.en}", f"{strategy.zh}({way.zh})"), scheme.house.foam_mm)


def _with_foam(said: Said, foam_mm: float | None) -> Said:
    if foam_mm is None:
        return said
    return Said(f"{said.en}, {foam_mm:g} mm foam", f"{said.zh}，保温 {foam_mm:g} mm")


def household_words(name: str) -> Said:
    """Return what a household is called: made-up people by their number, others by their name."""
    number = name.removeprefix("people-")
    if number == name or not number.isdigit():
        return Said(name, name)
    return Said("1 person" if number == "1" else f"{number} people", f"{number} 人")
