"""Many votes, one decision."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final, TypeAlias

from controller.core.changes import renewed
from controller.core.civil import Schedule, Window, schedule
from controller.core.clock import NEVER, Instant
from controller.core.contracts import Strategy
from controller.core.decision import Decision, Purpose, Vote, Watches, both
from controller.core.energy import EnergyGate
from controller.core.events import Mode
from controller.core.observation import Observation
from controller.core.reason import Reason, ReasonCode

Named: TypeAlias = tuple[str, Decision]
"""The name of a strategy, and its vote."""
Settled: TypeAlias = tuple[tuple[str, Reason], ...]

_BY_PERSON: Final = 1
_RANKS: Final = {Purpose.FROST: 0, Purpose.EXERCISE: 2, Purpose.HYGIENE: 3, Purpose.COMFORT: 4}
"""Seizing goes before hygiene and comfort because it takes ten seconds, and because it is allowed where they are not."""


def combine(
    strategies: Iterable[Strategy],
    observation: Observation,
    *,
    quiet: tuple[Window, ...] = (),
    gate: EnergyGate | None = None,
) -> Decision:
    """Return the decision of strategies given in order of priority.

    Runs go by what they are for: frost, a person's wish, seizing, hygiene, comfort; among those of one kind the first
    wins. A veto silences the strategies after it, but not frost. In manual mode automatic runs are not heard, except
    those that keep the plant from harm. When all abstain the pump rests: because it is switched off, or for the reason
    given by the strategy that has carried the run so far, or else by the first that has anything to say.

    Args:
        strategies: The strategies.
        observation: What is known now.
        quiet: When automatic runs are not heard, but for those that keep the plant from harm.
        gate: When energy allows automatic runs for comfort to start; None for always. A run that goes on is finished.
    """
    hush = schedule(quiet, observation) if quiet else None
    dear = _dear(gate, observation)
    votes = [(one.name, _allowed(one.decide(observation), observation, hush, dear)) for one in strategies]
    name, winner = _winner(votes) or _rest(votes, observation)
    wake_at: Instant = NEVER if hush is None else hush.changes_at
    if gate is not None:
        wake_at = min(wake_at, gate.changes_at(observation.energy, observation.now, observation.civil))
    settled: Settled = ()
    watches: Watches = ()
    for _, vote in votes:
        wake_at = min(wake_at, vote.wake_at)
        settled += vote.settled
        watches = both(watches, vote.watches)
    return Decision(
        winner.vote,
        winner.reason,
        wake_at,
        settled,
        name,
        winner.demand,
        watches,
        winner.purpose,
        winner.brief,
    )


def _dear(gate: EnergyGate | None, observation: Observation) -> Reason | None:
    """Return why energy does not allow an automatic run to start; one that goes on already is finished."""
    run = observation.pump.run
    if gate is None or (run is not None and not run.demand):
        return None
    return gate.shut(observation.energy, observation.now, observation.civil)


def _allowed(
    vote: Decision, observation: Observation, hush: Schedule | None, dear: Reason | None
) -> Decision:
    """Return the vote, or an abstention for an automatic run while only people may start the pump."""
    if vote.vote is not Vote.RUN or vote.demand or vote.purpose.upkeep:
        return vote
    if observation.mode is Mode.MANUAL:
        return renewed(vote, vote=Vote.ABSTAIN, reason=Reason(ReasonCode.MODE_MANUAL))
    if hush is not None and hush.window is not None:
        reason = Reason.of(ReasonCode.QUIET_HOURS, start=hush.window.start, end=hush.window.end)
        return renewed(vote, vote=Vote.ABSTAIN, reason=reason)
    if dear is not None and vote.purpose is Purpose.COMFORT:
        return renewed(vote, vote=Vote.ABSTAIN, reason=dear)
    return vote


def _winner(votes: Sequence[Named]) -> Named | None:
    best: Named | None = None
    veto: Named | None = None
    for named in votes:
        vote = named[1]
        if vote.vote is Vote.REST:
            veto = veto or named
        elif vote.vote is Vote.RUN and (veto is None or vote.purpose is Purpose.FROST):
            best = named if best is None or _rank(vote) < _rank(best[1]) else best
    return best or veto


def _rank(vote: Decision) -> int:
    if vote.demand:
        return _BY_PERSON
    return _RANKS[vote.purpose]


def _rest(votes: Sequence[Named], observation: Observation) -> Named:
    if observation.mode in (Mode.OFF, Mode.SERVICE):
        code = ReasonCode.MODE_OFF if observation.mode is Mode.OFF else ReasonCode.MODE_SERVICE
        return "", Decision(Vote.REST, Reason(code))
    run = observation.pump.run
    carrier = None if run is None else run.wanted_by or run.by
    own = (named for named in votes if named[0] == carrier)
    telling = (named for named in votes if named[1].reason.code is not ReasonCode.NOTHING_ASKED)
    for name, vote in chain(own, telling):
        return name, Decision(Vote.REST, vote.reason, demand=vote.demand)
    return "", Decision(Vote.REST, Reason(ReasonCode.NOTHING_ASKED))
