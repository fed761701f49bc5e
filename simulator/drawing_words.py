"""The words on a drawing of a layout, in English and Chinese."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

Language: TypeAlias = Literal["en", "zh"]

WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "heater": "heater",
        "mains": "mains",
        "pump": "circulation pump",
        "check_valve": "check valve",
        "crossover": "crossover valve",
        "foam": "insulation",
        "bare": "bare",
        "supply": "supply sensor",
        "return": "return sensor",
        "far_end": "far end sensor",
        "cold_line": "cold pipe sensor",
    },
    "zh": {
        "heater": "热水器",
        "mains": "自来水",
        "pump": "循环泵",
        "check_valve": "止回阀",
        "crossover": "回水阀",
        "foam": "保温层",
        "bare": "无保温",
        "supply": "供水温度",
        "return": "回水温度",
        "far_end": "末端温度",
        "cold_line": "冷水管温度",
    },
}

_FIXTURES: Final[Mapping[str, str]] = {
    "kitchen": "厨房",
    "basin": "洗脸盆",
    "shower": "淋浴",
    "bath": "浴缸",
    "dishwasher": "洗碗机",
    "utility sink": "洗衣池",
    "guest basin": "客卫洗脸盆",
    "hall basin": "公卫洗脸盆",
    "hall shower": "公卫淋浴",
    "master basin": "主卫洗脸盆",
    "master shower": "主卫淋浴",
    "attic shower": "阁楼淋浴",
}


def fixture_word(name: str, language: Language) -> str:
    """Return what is written on a fixture: its name, or in Chinese the usual word for a common one."""
    return _FIXTURES.get(name, name) if language == "zh" else name
