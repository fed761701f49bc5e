"""What flows in the pipes of a reference case: the only answer that balances at every node."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

HEATER: Final = "heater"


class Role(Enum):
    """What makes water flow in a pipe."""

    FREE = "whatever is needed further on"
    DRIVEN = "a pump, and nothing else: a check valve holds it otherwise"
    FEED = "the heater takes what it gives"


@dataclass(frozen=True, slots=True)
class Joint:
    """A pipe as far as flows go: its name, the nodes it joins, and its role."""

    name: str
    start: str
    end: str
    role: Role


class Undetermined(ValueError):
    """What flows is not determined: there is a ring, or two sources are joined."""


def balanced(
    joints: Sequence[Joint],
    sources: Mapping[str, float],
    drawn: Mapping[str, float],
    driven: Mapping[str, float],
) -> list[float]:
    """Return the flow in each pipe in l/s, positive from start to end.

    From the ends of the trees inwards, each node's only open pipe is known; what the heater takes in is known when all that
    leaves it is.

    Args:
        joints: The pipes.
        sources: Nodes at which water comes in as needed.
        drawn: What leaves at nodes, in l/s.
        driven: What pumps drive, by pipe, in l/s.

    Raises:
        Undetermined: There is no such answer, or more than one.
    """
    return _Balance(joints, sources, drawn, driven).solved()


class _Balance:
    def __init__(
        self,
        joints: Sequence[Joint],
        sources: Mapping[str, float],
        drawn: Mapping[str, float],
        driven: Mapping[str, float],
    ) -> None:
        self._joints, self._sources = joints, sources
        self._taken = dict(drawn)
        self._flows = [0.0] * len(joints)
        self._open = set(range(len(joints)))
        for number, joint in enumerate(joints):
            if joint.role is Role.DRIVEN:
                self._settle(number, driven.get(joint.name, 0.0))

    def solved(self) -> list[float]:
        while self._open:
            found = next(self._ends(), None)
            if found is not None:
                number, node = found
                need = self._taken.get(node, 0.0)
                self._settle(number, need if node == self._joints[number].end else -need)
            elif not self._feed():
                raise Undetermined("what flows is not determined")
        return self._flows

    def _settle(self, number: int, flow: float) -> None:
        joint = self._joints[number]
        self._flows[number] = flow
        self._taken[joint.start] = self._taken.get(joint.start, 0.0) + flow
        self._taken[joint.end] = self._taken.get(joint.end, 0.0) - flow
        self._open.discard(number)

    def _ends(self) -> Iterator[tuple[int, str]]:
        """Yield pipes that are the only open one at a node which is no source."""
        for number in sorted(self._open):
            joint = self._joints[number]
            if joint.role is not Role.FEED:
                for node in (joint.end, joint.start):
                    if node not in self._sources and self._open_at(node) == 1:
                        yield number, node

    def _open_at(self, node: str) -> int:
        return sum(node in (self._joints[number].start, self._joints[number].end) for number in self._open)

    def _feed(self) -> bool:
        """Let the heater take what it gives, once that is known; returns whether it is."""
        at_heater = [
            number
            for number in self._open
            if HEATER in (self._joints[number].start, self._joints[number].end)
        ]
        feeds = [number for number in at_heater if self._joints[number].role is Role.FEED]
        if len(feeds) != 1 or at_heater != feeds:
            return False
        self._settle(feeds[0], self._taken.get(HEATER, 0.0))
        return True
