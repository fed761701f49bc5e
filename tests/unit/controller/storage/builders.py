"""Notes as the engine writes them."""

from controller.core.clock import Instant
from controller.core.reason import Reason, ReasonCode
from controller.ports import Note, NoteKind


def a_note(at: Instant, kind: NoteKind = NoteKind.REQUESTED, **details: str | float | None) -> Note:
    return Note(at, kind, Reason.of(ReasonCode.REQUESTED, who="kitchen button"), details)


def a_start(at: Instant, **details: str | float | None) -> Note:
    given = {
        "by": "on_demand",
        "who": "kitchen button",
        "fixture": "kitchen",
        "start_c.return": 21.5,
        **details,
    }
    return Note(at, NoteKind.RUN_STARTED, Reason.of(ReasonCode.REQUESTED, who="kitchen button"), given)


def an_end(at: Instant) -> Note:
    reason = Reason.of(ReasonCode.HOT_ARRIVED, sensor="return", temperature_c=38.25)
    return Note(at, NoteKind.RUN_ENDED, reason, {"by": "on_demand", "end_c.return": 38.25})
