"""Rows of the journal, and how reasons become text and come back."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from controller.core.clock import Instant
from controller.core.reason import Reason, ReasonCode, Value


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note on its way to the file.

    Args:
        seq: Place in the order of this session, from 1.
        loop: Name of the loop.
        at: Instant of the session.
        utc_ms: Milliseconds since 1970 in UTC; None while the clock is not trusted.
        kind: What happened.
        reason: Code of the reason.
        reason_values: The reason's values as JSON.
        details: Further values as JSON.
    """

    seq: int
    loop: str
    at: Instant
    utc_ms: int | None
    kind: str
    reason: str
    reason_values: str
    details: str


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command on its way to the file; fields as in ``NoteRow``."""

    seq: int
    loop: str
    at: Instant
    utc_ms: int | None
    run: bool
    lease_ms: int
    reason: str
    reason_values: str


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A temperature on its way to the file, in C; fields as in ``NoteRow``."""

    seq: int
    loop: str
    sensor: str
    at: Instant
    utc_ms: int | None
    value_c: float


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """The newest state of a loop as JSON, on its way to the file."""

    seq: int
    loop: str
    state: str


def to_json(values: Mapping[str, object]) -> str:
    """Return compact JSON. Never raises: NaN and infinity become null, foreign objects their text."""
    return json.dumps(_plain(values), ensure_ascii=False, separators=(",", ":"), default=str, allow_nan=False)


def from_json(text: str) -> dict[str, object]:
    """Return the object that ``text`` holds; empty when it is damaged or no object."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def encode_values(reason: Reason) -> str:
    """Return a reason's values as JSON; its code is kept in a column of its own."""
    return to_json(dict(reason.values))


def decode_reason(code: str, values: str) -> Reason:
    """Return the reason behind a stored code and values in JSON; see ``rebuild_reason``."""
    return rebuild_reason(code, from_json(values))


def rebuild_reason(code: str, values: Mapping[str, object]) -> Reason:
    """Return the reason with this code and these values.

    What a newer or an older version wrote may have a code or values that this one cannot put into a sentence; it
    comes back as an unrecognised reason that names the code.
    """
    try:
        reason = Reason(ReasonCode(code), tuple(_scalars(values).items()))
        reason.sentence("en")
        reason.sentence("zh")
    except (ValueError, KeyError, TypeError, IndexError):
        return Reason.of(ReasonCode.UNRECOGNISED, name=code)
    return reason


def _scalars(values: Mapping[str, object]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if isinstance(value, str | int | float | bool)}


def _plain(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    return value
