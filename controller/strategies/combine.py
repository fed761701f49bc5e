"""Many votes, one decision."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from controller.core.clock import NEVER
from controller.core.contracts import Strategy
from controller.core.decision import Decision, Vote
from controller.core.events import Mode
from controller.core.observation import Observation
from controller.core.reason import Reason, ReasonCode


def combine(strategies: Iterable[Strategy], observation: Observation) -> Decision:
    """Return the decision of strategies given in order of priority.

    The first vote that is not an abstention wins; among the RUN votes before any veto a person's wish goes
    first, so that it is treated as one. In manual mode automatic runs are not heard. When all abstain the pump
    rests: because it is switched off, or for the reason given by the strategy that has carried the run so far, or
    else by the first that has anything to say.
    """
    votes = [
        _allowed(replace(strategy.decide(observation), by=strategy.name), observation)
        for strategy in strategies
    ]
    winner = _winner(votes) or _rest(votes, observation)
    return replace(
        winner,
        wake_at=min((vote.wake_at for vote in votes), default=NEVER),
        settled=tuple(done for vote in votes for done in vote.settled),
    )


def _allowed(vote: Decision, observation: Observation) -> Decision:
    """Return the vote, or an abstention for an automatic run while only people may start the pump."""
    if observation.mode is not Mode.MANUAL or vote.vote is not Vote.RUN or vote.demand:
        return vote
    return replace(vote, vote=Vote.ABSTAIN, reason=Reason(ReasonCode.MODE_MANUAL))


def _winner(votes: Sequence[Decision]) -> Decision | None:
    runs: list[Decision] = []
    for vote in votes:
        if vote.vote is Vote.REST:
            return next(iter(runs), vote)
        if vote.vote is Vote.RUN:
            if vote.demand:
                return vote
            runs.append(vote)
    return next(iter(runs), None)


def _rest(votes: Sequence[Decision], observation: Observation) -> Decision:
    if observation.mode is Mode.OFF:
        return Decision(Vote.REST, Reason(ReasonCode.MODE_OFF))
    run = observation.pump.run
    own = [vote for vote in votes if run is not None and vote.by == (run.wanted_by or run.by)]
    telling = [vote for vote in votes if vote.reason.code is not ReasonCode.NOTHING_ASKED]
    for vote in (*own, *telling):
        return replace(vote, vote=Vote.REST)
    return Decision(Vote.REST, Reason.of(ReasonCode.NOTHING_ASKED))
