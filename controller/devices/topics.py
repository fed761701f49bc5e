"""What may stand in a topic or a name that is sent to the broker; checked when the configuration is read."""

import unicodedata
from typing import Final

MOST_TOPIC_BYTES: Final = 256
"""MQTT allows 65 535 bytes; no device is named like that, and brokers often allow less."""
MOST_NAME_BYTES: Final = 64

_REFUSED_CATEGORIES: Final = ("C", "So", "Sk", "Zl", "Zp")
"""Control, format, surrogate and unassigned characters, pictographs, line breaks: look-alikes and log breakers."""


def topic_complaint(topic: str) -> str | None:
    """Return what is wrong with a topic to publish to or to match exactly; None when nothing is."""
    if complaint := _text_complaint(topic, MOST_TOPIC_BYTES):
        return complaint
    for sign in "#+":
        if sign in topic:
            return f"contains the wildcard {sign!r}"
    if topic.startswith("$"):
        return "starts with '$', which belongs to the broker"
    return _levels_complaint(topic.split("/"))


def _levels_complaint(levels: list[str]) -> str | None:
    if "" in levels:
        return "has an empty level (a slash at its start or end, or two in a row)"
    if "." in levels or ".." in levels:
        return "has '.' or '..' as a level"
    if any(level != level.strip() for level in levels):
        return "has a level with blanks at its start or end"
    return None


def name_complaint(name: str) -> str | None:
    """Return what is wrong with a name that goes into a topic's level or a JSON key; None when nothing is."""
    if complaint := _text_complaint(name, MOST_NAME_BYTES):
        return complaint
    for sign in "/#+$'\"\\{}":
        if sign in name:
            return f"contains {sign!r}"
    return _levels_complaint([name])


def _text_complaint(text: str, most_bytes: int) -> str | None:
    if not text:
        return "is empty"
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError:
        return "is not valid UTF-8"
    if size > most_bytes:
        return f"is {size} bytes long, {most_bytes} at most"
    for sign in text:
        if unicodedata.category(sign).startswith(_REFUSED_CATEGORIES):
            return f"contains the character U+{ord(sign):04X}, which is not allowed here"
    return None
