"""Payloads that were refused, counted by reason: bad input is dropped in the open, never in silence."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum


class RejectReason(StrEnum):
    """Why a payload, or a part of it, was refused."""

    TOO_LARGE = "too_large"
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    TOO_DEEP = "too_deep"
    DUPLICATE_KEY = "duplicate_key"
    MISSING = "missing"
    """The JSON path finds nothing."""
    AMBIGUOUS = "ambiguous"
    """The JSON path finds more than one value."""
    NOT_A_NUMBER = "not_a_number"
    NOT_FINITE = "not_finite"
    OUT_OF_RANGE = "out_of_range"
    """Unbelievable, such as a temperature outside -10..110 C: a broken sensor's sentinel, or another unit."""
    UNKNOWN_VALUE = "unknown_value"
    """Not one of the values that the family or its owner lists."""
    RETAINED = "retained"
    """An old button press, kept by the broker."""
    LATE = "late"
    """A command that was on its way for too long, or was overtaken by a newer one."""
    DUPLICATE = "duplicate"
    """The same press again within moments: a redelivery, or an impatient thumb."""


class Rejected(Exception):
    """A payload is refused; raised and caught within the codecs only.

    Args:
        reason: Why.
    """

    def __init__(self, reason: RejectReason) -> None:
        self.reason = reason
        super().__init__(reason.value)


class Rejects:
    """A device's refused payloads, counted by reason."""

    def __init__(self) -> None:
        self._counts: Counter[RejectReason] = Counter()

    def count(self, reason: RejectReason) -> None:
        """Count one refusal."""
        self._counts[reason] += 1

    @property
    def total(self) -> int:
        """Return how many payloads were refused."""
        return self._counts.total()

    def by_reason(self) -> Mapping[RejectReason, int]:
        """Return the counts so far, a copy."""
        return dict(self._counts)
