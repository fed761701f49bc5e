"""Where water enters a heater: what came in, kept until the heater has dealt with it."""

from collections import deque
from collections.abc import Iterable, Sequence

from simulator.network import Network
from simulator.stream import Segment, cooled_integral, integral, shifted


class Intake:
    """One inlet of a heater.

    Args:
        network: The pipes.
        place: The place in them at which water leaves them for the heater.
    """

    def __init__(self, network: Network, place: str) -> None:
        self.place = place
        self.flow_lps = 0.0
        """What flows in, as last looked at."""
        self.ended_s = 0.0
        """The instant up to which it is known what came in."""
        self._network = network
        self._kept: deque[Segment] = deque()
        network.keep(place, self)

    def look(self) -> None:
        """Take note of the flow that holds from now on."""
        self.flow_lps = max(0.0, -self._network.inflow_lps(self.place))

    def arrive(self, until_s: float, stream: Sequence[Segment]) -> None:
        """Keep what came in up to an instant."""
        self._kept.extend(stream)
        self.ended_s = until_s

    def take(self, until_s: float) -> list[Segment]:
        """Return what came in since the last time, up to an instant."""
        taken = []
        while self._kept and self._kept[0].end_s <= until_s:
            taken.append(self._kept.popleft())
        if self._kept and self._kept[0].start_s < until_s:
            first = self._kept[0]
            taken.append(first._replace(end_s=until_s))
            later = shifted(first.terms, until_s - first.start_s)
            self._kept[0] = first._replace(start_s=until_s, terms=later)
        return taken


def taken_ks(stream: Iterable[Segment], cooling: float, until_s: float) -> tuple[float, float]:
    """Return a stream's integral in K s, as it came and when each moment's water cools on until an instant."""
    came_ks = cooled_ks = 0.0
    for segment in stream:
        came_ks += integral(segment)
        cooled_ks += cooled_integral(segment, cooling, until_s)
    return came_ks, cooled_ks
