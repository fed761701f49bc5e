"""What comes out of thinking: votes, decisions, verdicts, commands."""

from dataclasses import dataclass
from enum import StrEnum

from controller.core.clock import NEVER, Instant
from controller.core.reason import Reason


class Vote(StrEnum):
    """What a strategy says about the pump."""

    RUN = "run"
    REST = "rest"
    """Veto: strategies of lower priority are not heard."""
    ABSTAIN = "abstain"
    """Nothing to say: the next strategy is heard."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A strategy's answer to one observation.

    Args:
        vote: Run, rest or abstain.
        reason: Why.
        wake_at: When the answer may change by time alone.
        settled: Ids of the requests that need nothing more after this decision, each with its reason.
        by: Name of the strategy; filled in when votes are combined.
        demand: The run is a person's wish (shorter cap, allowed in manual mode).
    """

    vote: Vote
    reason: Reason
    wake_at: Instant = NEVER
    settled: tuple[tuple[str, Reason], ...] = ()
    by: str = ""
    demand: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The supervisor's last word on a decision. It can only take a run away.

    Args:
        run: Whether the pump may run now.
        reason: Why: the decision's reason when nothing was taken away.
        wake_at: When the verdict may change by time alone.
        refused: A wanted run was taken away.
        final: The refusal ends the requests behind it (a person's stop, mode off, a cap reached).
    """

    run: bool
    reason: Reason
    wake_at: Instant = NEVER
    refused: bool = False
    final: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """An order to the pump's switch.

    Args:
        at: When.
        run: On or off.
        lease_ms: The device switches off by itself when this time has passed; 0 with off.
        reason: Why.
    """

    at: Instant
    run: bool
    lease_ms: int
    reason: Reason
