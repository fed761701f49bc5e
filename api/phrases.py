"""Messages in Chinese. They are made in English, where the mistake is found; here they are understood and said again.

The file ``phrases.zh.json`` has a sentence for each, with holes where values stand: a hole that is filled with a phrase of
its own is said in Chinese as well, and a cure in brackets too. What is not in the file is passed on as it is.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from controller.core.reason import Language

FILE: Final = Path(__file__).with_name("phrases.zh.json")
LONGEST: Final = 600
"""Longer messages are passed on as they are: no caller makes us search through pages."""
_HOLE: Final = re.compile(r"\{(\w)\}")
_WITH_CURE: Final = re.compile(r"(?s)(.+?) \((.+)\)")
_DEEPEST: Final = 4


def said(message: str, language: Language) -> str:
    """Return a message for people in their language; what nobody has translated stays English."""
    if language == "en" or len(message) > LONGEST:
        return message
    return _in_chinese(message, _DEEPEST) or message


def _in_chinese(message: str, deepest: int) -> str | None:
    whole = _phrases().get(message)
    if whole is not None:
        return whole
    if deepest == 0:
        return None
    parts = _WITH_CURE.fullmatch(message)
    told = None if parts is None else [_in_chinese(part, deepest - 1) for part in parts.groups()]
    if told is not None and None not in told:
        return f"{told[0]}（{told[1]}）"
    for pattern, phrase in _patterns():
        found = pattern.fullmatch(message)
        if found is not None:
            return _filled(phrase, found.groupdict(), deepest)
    return None


def _filled(phrase: str, values: Mapping[str, str], deepest: int) -> str:
    told = {name: _in_chinese(value, deepest - 1) or value for name, value in values.items()}
    return _HOLE.sub(lambda hole: told[hole[1]], phrase)


@cache
def _phrases() -> Mapping[str, str]:
    phrases: dict[str, str] = json.loads(FILE.read_text("utf-8"))
    return phrases


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the phrases with holes, those with the most words of their own first."""
    holed = [(english, chinese) for english, chinese in _phrases().items() if _HOLE.search(english)]
    holed.sort(key=lambda pair: -len(_HOLE.sub("", pair[0])))
    return tuple((re.compile("".join(_parts(english)), re.DOTALL), chinese) for english, chinese in holed)


def _parts(english: str) -> Iterator[str]:
    for number, part in enumerate(_HOLE.split(english)):
        yield f"(?P<{part}>.+?)" if number % 2 else re.escape(part)
