"""Pipes joined at tees: who feeds whom under the present flows, and what arrives where.

Flows are given, not solved for: they follow from the draws, the pump and the valves by balance at every tee (see
``simulator.piping``). Water mixes at a tee by flow, instantly and without loss. A loop is no ring here, because the
heater cuts it: its outlet is a source of known temperature, its inlet a place where water leaves.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol, TypeAlias

from simulator.stream import Segment, constant, integral, mix, peak, total, until

STILL_LPS: Final = 1e-12
"""Flows below this are rounding of flows that cancel."""
LONGEST_SPAN_S: Final = 86_400.0
"""Time is passed in spans no longer than this, so that no exponential leaves the range of numbers."""
LONGEST_LOOK_S: Final = 120.0
"""The same while a source is asked what it gives: one that looks at what returns to it looks round and round the loop."""


class Conduit(Protocol):
    """What can join two places: a pipe, or a link without volume."""

    def set_flow(self, flow_lps: float, at_s: float) -> None:
        """Change the flow, positive from start to end."""

    def settle(self, until_s: float, inflow: Sequence[Segment]) -> Sequence[Segment]:
        """Let time pass; return what leaves for what enters."""

    def place(self, share: float) -> float:
        """Return a place along the conduit in litres from the upstream edge."""

    def forecast(self, place_l: float, from_s: float, upstream: Iterable[Segment]) -> Iterator[Segment]:
        """Yield what passes a place if no flow changes."""


class Link:
    """Joins two places without any volume: a valve, or a pipe too short to matter."""

    def set_flow(self, flow_lps: float, at_s: float) -> None:
        """Nothing changes inside."""

    def settle(self, until_s: float, inflow: Sequence[Segment]) -> Sequence[Segment]:
        """Return what enters."""
        del until_s
        return inflow

    def place(self, share: float) -> float:
        """Return zero: there is only one place."""
        del share
        return 0.0

    def forecast(self, place_l: float, from_s: float, upstream: Iterable[Segment]) -> Iterator[Segment]:
        """Yield what enters."""
        del place_l, from_s
        yield from upstream


class Source(Protocol):
    """Where water comes into the network at a temperature that changes: the outlet of a heater."""

    def supply(self, from_s: float) -> Iterator[Segment]:
        """Yield what leaves from an instant on, if nothing changes: in order, without gap, without end.

        It is asked anew after each change of flow and each span of time. It may look at the network's forecasts: a
        span is asked for as a whole before the water of any conduit is moved.

        Args:
            from_s: Where the first segment begins; the instant settled to or later.
        """


class Edge(NamedTuple):
    """A conduit between two places; flow is positive from start to end."""

    name: str
    start: str
    end: str
    conduit: Conduit


class Passed(NamedTuple):
    """What arrived at a place during the last span of time.

    Args:
        excess_ks: Integral of its temperature above the room over the span, in K s.
        peak_k: Its highest temperature above the room, in K.
    """

    excess_ks: float
    peak_k: float


Order: TypeAlias = dict[str, tuple[int, ...]]
"""Places from upstream to downstream, each with the edges that feed it."""


class Network:
    """Conduits and the places that they join.

    Args:
        edges: The conduits; between changes of flow their flows balance at every place but sources and outlets.
        sources: Places where water comes in, and its temperature above the room in K, or what gives it.
        watched: Places of which it is kept what arrived.
        since_s: The beginning, in s.
    """

    def __init__(
        self,
        edges: Sequence[Edge],
        sources: Mapping[str, float | Source],
        watched: Iterable[str],
        *,
        since_s: float = 0.0,
    ) -> None:
        self.edges = tuple(edges)
        self.sources = dict(sources)
        self.flows_lps: tuple[float, ...] = (0.0,) * len(self.edges)
        self.passed: dict[str, Passed] = {}
        """What arrived at each watched place, if anything did, during the span last settled."""
        self._watched = frozenset(watched)
        self._since_s = since_s
        self._orders: dict[tuple[bool | None, ...], Order] = {}
        self._feeds: Order = {}
        self._supplies: dict[str, float] = {}

    def set_flows(self, flows_lps: Sequence[float], at_s: float) -> None:
        """Change the flows at the instant settled to, edge by edge in l/s, positive from start to end."""
        flows = tuple(0.0 if abs(flow) < STILL_LPS else flow for flow in flows_lps)
        for edge, old, new in zip(self.edges, self.flows_lps, flows, strict=True):
            if old != new:
                edge.conduit.set_flow(new, at_s)
        self.flows_lps = flows
        signs = tuple(flow > 0.0 if flow else None for flow in flows)
        if signs not in self._orders:
            self._orders[signs] = self._ordered()
        self._feeds = self._orders[signs]
        self._supplies = {place: self.inflow_lps(place) for place in self.sources}

    def inflow_lps(self, place: str) -> float:
        """Return what comes into the network at a source, or leaves it anywhere else (then negative)."""
        balance = 0.0
        for edge, flow in zip(self.edges, self.flows_lps, strict=True):
            if flow:
                balance += flow * ((edge.start == place) - (edge.end == place))
        return balance

    def settle(self, until_s: float) -> bool:
        """Let time pass to an instant under the present flows.

        Returns:
            Whether any time passed; if so, ``passed`` tells what arrived in all of it.
        """
        if until_s <= self._since_s:
            return False
        self.passed = {}
        asked = any(not isinstance(self.sources[place], float | int) for place in self._flowing_sources())
        longest_s = LONGEST_LOOK_S if asked else LONGEST_SPAN_S
        while until_s - self._since_s > longest_s:
            self._settle(self._since_s + longest_s)
        self._settle(until_s)
        return True

    def forecast(self, place: str, from_s: float) -> Iterator[Segment]:
        """Yield what arrives at a place, if no flow changes; water at rest there counts as arriving.

        Args:
            place: The place.
            from_s: Where to begin; not before the instant settled to.
        """
        feeds = self._feeds.get(place)
        if feeds is None:
            return self._resting(place, from_s)
        parts = [(abs(self.flows_lps[index]), self._leaving(index, from_s)) for index in feeds]
        supplied_lps = self._supplies.get(place, 0.0)
        if supplied_lps > STILL_LPS or not parts:
            parts.append((supplied_lps, self._supply(place, from_s)))
        return _mixed(parts)

    def forecast_in(self, index: int, share: float, from_s: float) -> Iterator[Segment]:
        """Yield what passes (or rests at) a place within an edge, if no flow changes.

        Args:
            index: The edge's number.
            share: The place, as a share of the length from the edge's start.
            from_s: Where to begin; not before the instant settled to.
        """
        conduit = self.edges[index].conduit
        return conduit.forecast(conduit.place(share), from_s, self._entering(index))

    def temperature(self, place: str, at_s: float) -> float:
        """Return the temperature in K above the room at a place just after an instant not before the last settled."""
        return _first(self.forecast(place, at_s), at_s)

    def temperature_in(self, index: int, share: float, at_s: float) -> float:
        """Return the temperature in K above the room at a place within an edge; see ``temperature``."""
        return _first(self.forecast_in(index, share, at_s), at_s)

    def _entering(self, index: int) -> Iterator[Segment]:
        # A generator, so that nothing upstream is looked at before it is needed.
        if self.flows_lps[index]:
            yield from self.forecast(self._upstream(index), self._since_s)

    def _leaving(self, index: int, from_s: float) -> Iterator[Segment]:
        return self.forecast_in(index, 0.0 if self.flows_lps[index] < 0.0 else 1.0, from_s)

    def _resting(self, place: str, from_s: float) -> Iterator[Segment]:
        for index, edge in enumerate(self.edges):
            if edge.end == place and not isinstance(edge.conduit, Link):
                return self.forecast_in(index, 1.0, from_s)
        for index, edge in enumerate(self.edges):
            if edge.start == place and not isinstance(edge.conduit, Link):
                return self.forecast_in(index, 0.0, from_s)
        raise KeyError(place)

    def _upstream(self, index: int) -> str:
        edge = self.edges[index]
        return edge.end if self.flows_lps[index] < 0.0 else edge.start

    def _ordered(self) -> Order:
        """Return the places with flow, so that each comes after those that feed it."""
        feeds: dict[str, list[int]] = {}
        for index, flow in enumerate(self.flows_lps):
            if flow:
                edge = self.edges[index]
                feeds.setdefault(edge.start if flow < 0.0 else edge.end, []).append(index)
                feeds.setdefault(self._upstream(index), [])
        order: Order = {}

        def visit(place: str) -> None:
            if place not in order:
                for index in feeds[place]:
                    visit(self._upstream(index))
                order[place] = tuple(feeds[place])

        for place in feeds:
            visit(place)
        return order

    def _flowing_sources(self) -> list[str]:
        """Return the sources that something is taken from; one that nothing else feeds is one even at no flow."""
        return [
            place
            for place in self.sources
            if (place in self._feeds and self._supplies[place] > STILL_LPS) or self._feeds.get(place) == ()
        ]

    def _supply(self, place: str, from_s: float) -> Iterator[Segment]:
        source = self.sources[place]
        return iter((constant(source, from_s),)) if isinstance(source, float | int) else source.supply(from_s)

    def _settle(self, until_s: float) -> None:
        # Before anything moves: a source may look at the pipes to tell what it will give.
        supplied = {
            place: list(until(self._supply(place, self._since_s), until_s))
            for place in self._flowing_sources()
        }
        streams: dict[str, Sequence[Segment]] = {}
        for place, feeds in self._feeds.items():
            streams[place] = self._arrived(place, feeds, streams, supplied, until_s)
        for place in self._watched.intersection(streams):
            self._note(place, streams[place])
        self._since_s = until_s

    def _arrived(
        self,
        place: str,
        feeds: tuple[int, ...],
        streams: Mapping[str, Sequence[Segment]],
        supplied: Mapping[str, Sequence[Segment]],
        until_s: float,
    ) -> Sequence[Segment]:
        parts: list[tuple[float, Sequence[Segment]]] = []
        for index in feeds:
            outflow = self.edges[index].conduit.settle(until_s, streams[self._upstream(index)])
            parts.append((abs(self.flows_lps[index]), outflow))
        if place in supplied:
            parts.append((self._supplies[place], supplied[place]))
        return parts[0][1] if len(parts) == 1 else list(_mixed(parts))

    def _note(self, place: str, stream: Sequence[Segment]) -> None:
        excess_ks = sum(integral(segment) for segment in stream)
        peak_k = max(peak(segment) for segment in stream)
        before = self.passed.get(place)
        if before is not None:
            excess_ks += before.excess_ks
            peak_k = max(peak_k, before.peak_k)
        self.passed[place] = Passed(excess_ks, peak_k)


def _first(stream: Iterator[Segment], at_s: float) -> float:
    segment = next(segment for segment in stream if segment.end_s > at_s)
    return total(segment.terms, at_s - segment.start_s)


def _mixed(parts: Sequence[tuple[float, Iterable[Segment]]]) -> Iterator[Segment]:
    if len(parts) == 1:
        return iter(parts[0][1])
    total_lps = sum(flow for flow, _ in parts)
    return mix([(flow / total_lps, stream) for flow, stream in parts])
