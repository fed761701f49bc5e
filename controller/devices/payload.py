"""From bytes that anybody may have sent to a text, a JSON document or a number; refused by reason, never trusted.

Python's own readers are too kind here: ``json`` takes NaN, 1e999, duplicate keys and UTF-16, ``float`` takes
Arabic digits and ``4_3``; deep nesting raises RecursionError and an integer of 5 000 digits ValueError.
"""

import json
import math
import re
from datetime import datetime
from functools import cached_property
from typing import Final, NoReturn

from controller.devices.rejects import Rejected, RejectReason

MOST_BYTES: Final = 65_536
"""A larger payload is refused unread. The largest of the devices known (a Zigbee2MQTT state) have about 2 kB."""

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][+-]?[0-9]{1,4})?")
_EARLIEST_MS: Final = 1e12
_LATEST_MS: Final = 1e13
"""Between these a number is a moment in ms since 1970 (2001 to 2286); outside it is something else."""
_ASCII_BLANKS: Final = " \t\r\n"


class Payload:
    """A payload as it was received, read at most once however many readers want it.

    Args:
        raw: The bytes.
        utc_ms: The wall clock when it was received, in ms since 1970; None while it is not trusted.
    """

    def __init__(self, raw: bytes, utc_ms: int | None = None) -> None:
        self._raw = raw
        self.utc_ms = utc_ms

    @cached_property
    def text(self) -> str:
        """Return the payload as text.

        Raises:
            Rejected: The sender's fault: too large, or not UTF-8.
        """
        if len(self._raw) > MOST_BYTES:
            raise Rejected(RejectReason.TOO_LARGE)
        try:
            return self._raw.decode("utf-8")
        except UnicodeDecodeError:
            raise Rejected(RejectReason.NOT_UTF8) from None

    @cached_property
    def document(self) -> object:
        """Return the payload as a JSON document.

        Raises:
            Rejected: The sender's fault: not UTF-8, not JSON, nested too deep, a key twice, or NaN and its kin.
        """
        try:
            return json.loads(self.text, parse_constant=_refuse_constant, object_pairs_hook=_unique)
        except RecursionError:
            raise Rejected(RejectReason.TOO_DEEP) from None
        except ValueError:
            raise Rejected(RejectReason.NOT_JSON) from None


def _refuse_constant(_name: str) -> NoReturn:
    raise Rejected(RejectReason.NOT_FINITE)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise Rejected(RejectReason.DUPLICATE_KEY)
    return document


def number(value: object) -> float:
    """Return a finite number from a JSON value or a plain text; texts are ASCII digits, blanks around them allowed.

    Raises:
        Rejected: The sender's fault: not a number (true and null are none), or not finite.
    """
    if isinstance(value, str):
        value = _from_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Rejected(RejectReason.NOT_A_NUMBER)
    try:
        result = float(value)
    except OverflowError:
        raise Rejected(RejectReason.NOT_FINITE) from None
    if not math.isfinite(result):
        raise Rejected(RejectReason.NOT_FINITE)
    return result


def _from_text(text: str) -> float | None:
    text = text.strip(_ASCII_BLANKS)
    return float(text) if _NUMBER.fullmatch(text) else None


def word(value: object) -> str:
    """Return a JSON scalar as the word it is written with, so that ``true`` and ``"true"`` are one value.

    Raises:
        Rejected: The sender's fault: a list, an object, null or a broken number is no word.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) < 2**31:
        return str(value)
    raise Rejected(RejectReason.UNKNOWN_VALUE)


def moment_ms(value: object) -> int | None:
    """Return a moment in ms since 1970: from such a number, or from an ISO date with its offset; None from neither."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        return None if moment.tzinfo is None else round(moment.timestamp() * 1_000)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if _EARLIEST_MS <= value <= _LATEST_MS else None
