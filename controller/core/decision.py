"""What comes out of thinking: votes, decisions, verdicts, commands."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from controller.core.clock import NEVER, Instant
from controller.core.reason import Reason


class Vote(StrEnum):
    """What a strategy says about the pump."""

    RUN = "run"
    REST = "rest"
    """Veto: strategies of lower priority are not heard."""
    ABSTAIN = "abstain"
    """Nothing to say: the next strategy is heard."""


class Purpose(StrEnum):
    """What an automatic run is for: it decides who goes first, and what a mode forbids."""

    FROST = "frost"
    EXERCISE = "exercise"
    """Against seizing."""
    HYGIENE = "hygiene"
    COMFORT = "comfort"

    @property
    def upkeep(self) -> bool:
        """Return whether it keeps the plant from harm, so that only the service mode forbids it."""
        return self in (Purpose.FROST, Purpose.EXERCISE)


class Watch(NamedTuple):
    """A sensor that an answer hangs on, and what it would have to do to change the answer.

    Until the sensor has crossed one of the levels, or has turned where that counts, any further value of it gives
    the same answer. Whoever can tell when that happens (a simulation can) need not tell anything in between. A
    sensor without a fresh value changes the answer with its first one.

    Args:
        sensor: Its role.
        levels_c: Temperatures in C, each a change of mind between just below it and itself; empty when only an
            answer given for another cause looks at the sensor.
        turns: The answer also hangs on the sensor's lowest value, so that its turn from falling to rising counts.
        peaks: The same of its highest value, and its turn from rising to falling.
    """

    sensor: str
    levels_c: tuple[float, ...] = ()
    turns: bool = False
    peaks: bool = False


Watches: TypeAlias = tuple[Watch, ...] | None
"""What an answer hangs on; None when it does not say: any value of any sensor may change it."""
UNSAID: Final[Watches] = None
"""The answer hangs on sensors in ways that it does not say."""


def both(one: Watches, other: Watches) -> Watches:
    """Return what two answers together hang on."""
    return None if one is None or other is None else one + other


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
        watches: The sensors that the answer hangs on; a strategy that does not say is told every reading.
        purpose: What the run is for.
        brief: The run's length is planned, so no shortest run is held.
    """

    vote: Vote
    reason: Reason
    wake_at: Instant = NEVER
    settled: tuple[tuple[str, Reason], ...] = ()
    by: str = ""
    demand: bool = False
    watches: Watches = UNSAID
    purpose: Purpose = Purpose.COMFORT
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The supervisor's last word on a decision. It can only take a run away.

    Args:
        run: Whether the pump may run now.
        reason: Why: the decision's reason when nothing was taken away.
        wake_at: When the verdict may change by time alone.
        refused: A wanted run was taken away.
        final: The refusal ends the requests behind it (a person's stop, mode off, a cap reached).
        watches: The sensors that the verdict hangs on.
    """

    run: bool
    reason: Reason
    wake_at: Instant = NEVER
    refused: bool = False
    final: bool = False
    watches: Watches = UNSAID


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
