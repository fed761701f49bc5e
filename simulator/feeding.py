"""Who feeds whom in a network, under one pattern of directions: from upstream to downstream, each place once."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple, TypeAlias

from simulator.pipe import Pipe
from simulator.tee import Stream, Supply, Tee


class Link:
    """Joins two places without any volume: a valve, or a pipe too short to matter."""


class Edge(NamedTuple):
    """A conduit between two places; flow is positive from start to end."""

    name: str
    start: str
    end: str
    conduit: Pipe | Link


Step: TypeAlias = tuple[Pipe | Tee, Stream, int]
"""A pipe, what feeds it and its edge's number; or a tee, itself and nothing."""


class Plan(NamedTuple):
    """Who feeds whom under one pattern of directions.

    Args:
        steps: Pipes and tees from upstream to downstream.
        streams: What arrives at each place with flow.
        watched: The same for those of which it is kept.
        asked: Sources that have to be asked in each span.
        still: Pipes without flow.
    """

    steps: tuple[Step, ...]
    streams: dict[str, Stream]
    watched: tuple[tuple[str, Stream], ...]
    asked: tuple[Supply, ...]
    still: tuple[Pipe, ...]


def planned(
    edges: Sequence[Edge],
    directions: Sequence[int],
    around: Mapping[str, tuple[int, ...]],
    supplies: Mapping[str, Supply],
    watched: Set[str],
) -> Plan:
    """Return who feeds whom.

    Args:
        edges: The conduits.
        directions: Of each: 1 from start to end, -1 from end to start, 0 for no flow.
        around: The edges at each place, numbered from 1, negative where they end.
        supplies: What comes in at each source.
        watched: Places of which it is kept what arrived.

    Raises:
        ValueError: Water runs in a ring, or leaves a place at which none arrives.
    """
    planner = _Planner(edges, directions, around, supplies)
    for number, direction in enumerate(directions):
        if direction:
            planner.arriving(edges[number].end if direction > 0 else edges[number].start)
    steps, streams = planner.steps, planner.streams
    kept = tuple([(place, streams[place]) for place in watched if place in streams])
    # A lone pipe knows what a steady source gives; those who look back at a span have to be told.
    looked_at = {id(stream) for _, stream in kept}
    looked_at.update([id(feed) for tee, _, _ in steps if isinstance(tee, Tee) for feed in tee.streams])
    asked = [
        supply
        for place, supply in supplies.items()
        if place in streams and (supply.varies or id(supply) in looked_at)
    ]
    return Plan(tuple(steps), streams, kept, tuple(asked), tuple(_still(edges, directions)))


def _still(edges: Sequence[Edge], directions: Sequence[int]) -> Iterator[Pipe]:
    for edge, direction in zip(edges, directions, strict=True):
        if not direction and isinstance(edge.conduit, Pipe):
            yield edge.conduit


class _Planner:
    """Follows the water upstream from wherever somebody looks."""

    def __init__(
        self,
        edges: Sequence[Edge],
        directions: Sequence[int],
        around: Mapping[str, tuple[int, ...]],
        supplies: Mapping[str, Supply],
    ) -> None:
        self.steps: list[Step] = []
        self.streams: dict[str, Stream] = {}
        self._edges, self._directions, self._around, self._supplies = edges, directions, around, supplies
        self._pending: set[str] = set()

    def arriving(self, place: str) -> Stream:
        """Return what arrives at a place, having planned all that comes before it."""
        known = self.streams.get(place)
        if known is not None:
            return known
        if place in self._pending:
            raise ValueError(f"water runs in a ring through {place!r}: a loop has to be cut by a source")
        self._pending.add(place)
        feeds = self._feeds(place)
        if not feeds:
            raise ValueError(f"water leaves {place!r}, but none arrives there")
        stream = feeds[0][0] if len(feeds) == 1 else self._joined(feeds)
        self.streams[place] = stream
        return stream

    def _feeds(self, place: str) -> list[tuple[Stream, tuple[int, ...]]]:
        feeds: list[tuple[Stream, tuple[int, ...]]] = []
        for signed in self._around[place]:
            number = abs(signed) - 1
            # What flows along an edge that ends here arrives, and so does what flows back where one starts.
            if self._directions[number] * signed < 0:
                feeds.append((self._flowing(number), (-signed,)))
        if place in self._supplies:
            feeds.append((self._supplies[place], self._around[place]))
        return feeds

    def _joined(self, feeds: list[tuple[Stream, tuple[int, ...]]]) -> Tee:
        tee = Tee(feeds)
        self.steps.append((tee, tee, -1))
        return tee

    def _flowing(self, number: int) -> Stream:
        edge = self._edges[number]
        stream = self.arriving(edge.end if self._directions[number] < 0 else edge.start)
        if isinstance(edge.conduit, Link):
            return stream
        self.steps.append((edge.conduit, stream, number))
        return edge.conduit
