"""Many votes, one decision."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import TypeAlias

from controller.core.clock import NEVER, Instant
from controller.core.contracts import Strategy
from controller.core.decision import Decision, Vote, Watches, both
from controller.core.events import Mode
from controller.core.observation import Observation
from controller.core.reason import Reason, ReasonCode

Named: TypeAlias = tuple[str, Decision]
"""The name of a strategy, and its vote."""
Settled: TypeAlias = tuple[tuple[str, Reason], ...]


def combine(strategies: Iterable[Strategy], observation: Observation) -> Decision:
    """Return the decision of strategies given in order of priority.

    The first vote that is not an abstention wins; among the RUN votes before any veto a person's wish goes
    first, so that it is treated as one. In manual mode automatic runs are not heard. When all abstain the pump
    rests: because it is switched off, or for the reason given by the strategy that has carried the run so far, or
    else by the first that has anything to say.
    """
    votes = [(strategy.name, _allowed(strategy.decide(observation), observation)) for strategy in strategies]
    name, winner = _winner(votes) or _rest(votes, observation)
    wake_at: Instant = NEVER
    settled: Settled = ()
    watches: Watches = ()
    for _, vote in votes:
        wake_at = min(wake_at, vote.wake_at)
        settled += vote.settled
        watches = both(watches, vote.watches)
    return Decision(winner.vote, winner.reason, wake_at, settled, name, winner.demand, watches)


def _allowed(vote: Decision, observation: Observation) -> Decision:
    """Return the vote, or an abstention for an automatic run while only people may start the pump."""
    if observation.mode is not Mode.MANUAL or vote.vote is not Vote.RUN or vote.demand:
        return vote
    return replace(vote, vote=Vote.ABSTAIN, reason=Reason(ReasonCode.MODE_MANUAL))


def _winner(votes: Sequence[Named]) -> Named | None:
    first: Named | None = None
    for named in votes:
        vote = named[1]
        if vote.vote is Vote.REST:
            return first or named
        if vote.vote is Vote.RUN:
            if vote.demand:
                return named
            first = first or named
    return first


def _rest(votes: Sequence[Named], observation: Observation) -> Named:
    if observation.mode is Mode.OFF:
        return "", Decision(Vote.REST, Reason(ReasonCode.MODE_OFF))
    run = observation.pump.run
    carrier = None if run is None else run.wanted_by or run.by
    own = (named for named in votes if named[0] == carrier)
    telling = (named for named in votes if named[1].reason.code is not ReasonCode.NOTHING_ASKED)
    for name, vote in chain(own, telling):
        return name, Decision(Vote.REST, vote.reason, demand=vote.demand)
    return "", Decision(Vote.REST, Reason(ReasonCode.NOTHING_ASKED))
