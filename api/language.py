"""Which language an answer speaks, and the few names that need one."""

import re
from typing import Final

from controller.core.reason import Language, Reason, Value

LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {"far_end": "far end", "cold_line": "cold pipe", "on_demand": "on demand", "ready_by": "ready by"},
    "zh": {
        "supply": "供水",
        "return": "回水",
        "far_end": "末端",
        "cold_line": "冷水管",
        "web page": "网页",
        "REST call": "REST 接口",
        "auto": "自动",
        "manual": "手动",
        "off": "关闭",
        "service": "检修",
        "timed": "定时",
        "on_demand": "按需",
        "aquastat": "温控",
        "delta_t": "温差控制",
        "check_valve": "回水阀",
        "predictive": "预测",
        "ready_by": "定点备好",
        "freeze": "防冻",
        "exercise": "防卡死运行",
        "hygiene": "换水",
        "disinfection": "高温消毒",
    },
}
NAMES_ZH: Final[dict[str, str]] = {
    "kitchen": "厨房",
    "basin": "洗脸盆",
    "washbasin": "洗脸盆",
    "shower": "淋浴",
    "bath": "浴缸",
    "bathroom": "浴室",
    "laundry": "洗衣房",
    "guest": "客房",
    "master": "主卧",
    "attic": "阁楼",
    "utility": "杂物间",
    "sink": "水槽",
    "upstairs": "楼上",
    "downstairs": "楼下",
    "ensuite": "套间",
    "toilet": "卫生间",
    "button": "按钮",
}
"""Words that fixtures and buttons are usually called by; the page knows the same ones."""
_NAMES: Final = ("sensor", "who", "by", "fixture", "cool", "warm", "mode")
"""Values of a reason that are names, not numbers."""
_SEAM: Final = re.compile(r"(?<=[A-Za-z0-9])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])")
"""Where Chinese meets other letters or figures; a space between them is easier to read."""


def negotiate(accept_language: str | None) -> Language:
    """Return the language that an ``Accept-Language`` header likes best; English when it says nothing useful."""
    wishes = [_wish(part) for part in (accept_language or "").split(",")[:20]]
    best = sorted((wish for wish in wishes if wish[1] > 0), key=lambda wish: -wish[1])
    for tag, _ in best:
        for language in LANGUAGES:
            if tag.partition("-")[0] == language:
                return language
    return "en"


def sentence(reason: Reason, language: Language) -> str:
    """Return the reason's sentence, with the names in it in the same language."""
    values = tuple((name, _word(name, value, language)) for name, value in reason.values)
    said = Reason(reason.code, values).sentence(language)
    return _SEAM.sub(" ", said) if language == "zh" else said


def _word(name: str, value: Value, language: Language) -> Value:
    if name not in _NAMES or not isinstance(value, str):
        return value
    found = _WORDS[language].get(value)
    return _name(value, language) if found is None else found


def _name(name: str, language: Language) -> str:
    """Return a fixture's or a button's name; in Chinese only if every word of it is known, else as its owner wrote it."""
    words = [NAMES_ZH.get(word) for word in re.split(r"[ _-]+", name.lower())]
    return name if language == "en" or None in words else "".join(word for word in words if word)


def _wish(part: str) -> tuple[str, float]:
    tag, _, parameter = part.strip().lower().partition(";")
    _, _, weight = parameter.partition("q=")
    try:
        return tag.strip(), float(weight) if weight else 1.0
    except ValueError:
        return tag.strip(), 0.0
