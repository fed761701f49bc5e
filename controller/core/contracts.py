"""What a strategy and a supervisor must look like; nothing else is asked of them."""

from typing import Protocol

from controller.core.decision import Decision, Verdict
from controller.core.observation import Observation


class Strategy(Protocol):
    """Decides whether the pump should run. Holds parameters only; its memory is the observation."""

    @property
    def name(self) -> str:
        """Return the name under which the strategy is configured."""

    def decide(self, observation: Observation, /) -> Decision:
        """Return the vote for this instant. Pure: the same observation always gives the same decision."""


class Supervisor(Protocol):
    """Reviews every decision against the limits. Keeps its own marks, so it trusts no strategy."""

    def review(self, observation: Observation, /, *, wanted: Decision) -> Verdict:
        """Return the verdict; it may turn RUN into rest, never the other way."""
