"""Which language an answer speaks, and the few names that need one."""

from typing import Final

from controller.core.reason import Language, Reason, Value

LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {"far_end": "far end", "cold_line": "cold pipe"},
    "zh": {
        "supply": "供水",
        "return": "回水",
        "far_end": "末端",
        "cold_line": "冷水管",
        "web page": "网页",
        "REST call": "REST 接口",
        "button": "按钮",
    },
}
_NAMES: Final = ("sensor", "who")
"""Values of a reason that are names, not numbers."""


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
    return Reason(reason.code, values).sentence(language)


def _word(name: str, value: Value, language: Language) -> Value:
    if name in _NAMES and isinstance(value, str):
        return _WORDS[language].get(value, value)
    return value


def _wish(part: str) -> tuple[str, float]:
    tag, _, parameter = part.strip().lower().partition(";")
    _, _, weight = parameter.partition("q=")
    try:
        return tag.strip(), float(weight) if weight else 1.0
    except ValueError:
        return tag.strip(), 0.0
