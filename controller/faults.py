"""What is wrong with a loop now, since when, and the notes of its coming and going."""

from collections.abc import Iterator
from dataclasses import dataclass

from controller.core.changes import renewed
from controller.core.clock import Instant
from controller.core.reason import Reason, ReasonCode
from controller.ports import Note, NoteKind


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong that is present now."""

    since: Instant
    reason: Reason


class Faults:
    """The faults of one loop.

    Attributes:
        present: What is wrong now, by its code.
    """

    def __init__(self) -> None:
        self.present: dict[ReasonCode, Fault] = {}
        self._found: list[Reason] = []

    def look(self, now: Instant, found: list[Reason]) -> Iterator[Note]:
        """Take in everything that is wrong now; yield a note for each fault that went or came."""
        if found == self._found:
            return
        self._found = found
        reasons = {reason.code: reason for reason in found}
        for code in [code for code in self.present if code not in reasons]:
            yield _note(now, NoteKind.FAULT_CLEARED, self.present.pop(code).reason)
        for code, reason in reasons.items():
            if code not in self.present:
                self.present[code] = Fault(now, reason)
                yield _note(now, NoteKind.FAULT_RAISED, reason)
            elif self.present[code].reason != reason:
                self.present[code] = renewed(self.present[code], reason=reason)


def _note(now: Instant, kind: NoteKind, reason: Reason) -> Note:
    return Note(now, kind, reason, {})
