"""What the house asks of each of its parts: taps, loops, heater.

Between two instants at which something changes all flows are constant. At such an instant the house asks every part, in
this order: ``follow`` what has passed, then (after the water has moved) ``book`` it, then ``act`` if something was due;
then it sets the new flows and asks each to ``plan`` what it will do next if nobody interferes.
"""

from typing import Final, Protocol

from simulator.heater_books import HeaterBooks
from simulator.network import Source

SOONEST_S: Final = 1e-6
"""Least time between two things that follow from each other, so that none can chatter for ever."""
FAR_S: Final = 1e9
"""Beyond this nothing is planned, in s."""
NEVER_S: Final = float("inf")


class Part(Protocol):
    """Something in the house that reacts to the water by itself."""

    due_s: float
    """When it acts next, if nothing changes; infinite for never."""

    def follow(self, now_s: float, /) -> None:
        """Feel what has passed since the last change; the network still stands at that instant."""

    def book(self, span_s: float, /) -> None:
        """Account for what has passed in a span of time that has just been settled."""

    def act(self, now_s: float, /) -> None:
        """Do what was due at this instant."""

    def plan(self, now_s: float, /) -> None:
        """Work out ``due_s`` under the flows that hold from now on."""


class HeatSource(Part, Protocol):
    """The heater, as the house sees it: what enters, what leaves, and where its heat went."""

    @property
    def outlet(self) -> float | Source:
        """Return what leaves it: a temperature above the room in K, or what tells it."""

    def books(self, now_s: float) -> HeaterBooks:
        """Return its books at the present."""
