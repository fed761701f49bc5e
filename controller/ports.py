"""The ports through which the engine's surroundings are reached; fakes of these serve the tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from controller.core.clock import Instant
from controller.core.decision import Command
from controller.core.reason import Reason

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | int | float | bool | None"


class NoteKind(StrEnum):
    """What a note in the journal is about."""

    RUN_STARTED = "run_started"
    RUN_ENDED = "run_ended"
    REFUSED = "refused"
    REQUESTED = "requested"
    REQUEST_SETTLED = "request_settled"
    STOP = "stop"
    MODE = "mode"
    SETTINGS = "settings"
    LEARNING = "learning"
    FAULT_RAISED = "fault_raised"
    FAULT_CLEARED = "fault_cleared"
    SWITCHED_ELSEWHERE = "switched_elsewhere"
    LEASE_LAPSED = "lease_lapsed"
    DRAWN = "drawn"
    ACKNOWLEDGED = "acknowledged"
    SHADOW_STARTED = "shadow_started"
    SHADOW_ENDED = "shadow_ended"
    STARTED_UP = "started_up"
    SHUT_DOWN = "shut_down"


@dataclass(frozen=True, slots=True)
class Note:
    """One fact worth keeping for ever.

    Args:
        at: When.
        kind: What happened.
        reason: Why, in the controller's words.
        details: Further values, JSON-able, units in the names (a run's start and end temperatures, for one).
    """

    at: Instant
    kind: NoteKind
    reason: Reason
    details: Mapping[str, str | int | float | bool | None]


class Plant(Protocol):
    """The hardware of one loop, or its simulation."""

    def actuate(self, command: Command, /) -> None:
        """Pass the command on. Never waits, never raises for device trouble."""


class Journal(Protocol):
    """Keeps notes and commands. Never waits, never raises: trouble turns health red instead."""

    def note(self, loop: str, note: Note, /) -> None:
        """Keep one fact."""

    def command(self, loop: str, command: Command, /) -> None:
        """Keep one command."""

    def reading(self, loop: str, sensor: str, at: Instant, value_c: float, /) -> None:
        """Keep one temperature in C (telemetry: may be batched, may be thinned)."""


class SnapshotStore(Protocol):
    """Keeps the engine's state across restarts."""

    def save(self, loop: str, snapshot: Mapping[str, object], /) -> None:
        """Keep the newest snapshot of a loop; JSON-able values only."""

    def load(self, loop: str, /) -> Mapping[str, object] | None:
        """Return the newest snapshot of a loop, or None."""
