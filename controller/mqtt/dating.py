"""When a command was given: one that took too long or was overtaken by a newer one must not start anything.

A command is a plain word, or the word with its time: ``{"order": "ON", "at": 1764255600000}``, in ms since 1970 or as an
ISO date with its offset. Home Assistant sends plain words; whoever cannot be sure that a message arrives in time says
when it was sent, for the retain flag does not tell a message that the broker kept for a client out of reach.
"""

from typing import Final

from controller.devices.payload import Payload, moment_ms
from controller.devices.rejects import Rejected, RejectReason

LATE_AFTER_MS: Final = 10_000
"""A command given longer ago starts nothing. Source: the default parameters of the reliability design."""
MOST_BYTES: Final = 128
_KEYS: Final = {"order", "at"}


def dated(payload: bytes) -> tuple[bytes, int | None]:
    """Return the word of a command, and when it was given in ms since 1970; None when it does not say.

    Raises:
        Rejected: It is too long, or an object that is no dated command.
    """
    if len(payload) > MOST_BYTES:
        raise Rejected(RejectReason.TOO_LARGE)
    if not payload.startswith(b"{"):
        return payload, None
    document = Payload(payload).document
    order = document.get("order") if isinstance(document, dict) else None
    given_ms = moment_ms(document.get("at")) if isinstance(document, dict) else None
    if (
        not isinstance(document, dict)
        or set(document) != _KEYS
        or not isinstance(order, str)
        or given_ms is None
    ):
        raise Rejected(RejectReason.UNKNOWN_VALUE)
    return order.encode("utf-8", "replace"), given_ms


class Sequence:
    """The newest dated command of each topic. A stop counts for every topic: nothing older may start a pump."""

    def __init__(self) -> None:
        self._newest_ms: dict[str, int] = {}
        self._stopped_ms = 0

    def is_late(self, topic: str, given_ms: int | None, utc_ms: int | None) -> bool:
        """Return whether a command was too long on its way, or comes behind a newer one.

        Args:
            topic: Where it came.
            given_ms: When it was given; None when it does not say, so that nothing can be held against it.
            utc_ms: What the wall clock says; None while it is not trusted, so that only the order counts.
        """
        if given_ms is None:
            return False
        if utc_ms is not None and abs(utc_ms - given_ms) > LATE_AFTER_MS:
            return True
        return given_ms <= max(self._newest_ms.get(topic, 0), self._stopped_ms)

    def obeyed(self, topic: str, given_ms: int | None, *, stop: bool) -> None:
        """Take note of a command that is obeyed."""
        if given_ms is None:
            return
        self._newest_ms[topic] = max(given_ms, self._newest_ms.get(topic, 0))
        if stop:
            self._stopped_ms = max(given_ms, self._stopped_ms)
