"""Pipes joined at tees: who feeds whom under the present flows, and what arrives where.

Flows are given, not solved for: they follow from the draws, the pump and the valves by balance at every tee (see
``simulator.piping``). Water mixes at a tee by flow, instantly and without loss. A loop is no ring here, because the
heater cuts it: its outlet is a source of known temperature, its inlet a place where water leaves.

Who feeds whom depends only on which way each flow goes. It is worked out once for each pattern of directions and kept
as a plan; a change of flow then touches the pipes that flow, and no other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf, sqrt
from typing import Final, Protocol

from simulator.feeding import Edge, Link, Plan, planned
from simulator.fronts import BEFORE, spread_out
from simulator.pipe import Pipe
from simulator.stream import Segment, total
from simulator.tee import STILL_LPS, Source, Stream, Supply, Tee

__all__ = ["STILL_LPS", "Edge", "Link", "Network", "Passed", "Source"]

LONGEST_LOOK_S: Final = 600.0
"""Longest span in which a source is asked what it gives: one that looks at what returns to it looks round and round."""


class Sink(Protocol):
    """Someone who wants to see all that arrives at a place."""

    def arrive(self, until_s: float, stream: Sequence[Segment], /) -> None:
        """Take what arrived up to an instant."""


class Passed:
    """What arrived at a place during the last span of time.

    Args:
        excess_ks: Integral of its temperature above the room over the span, in K s.
        peak_k: Its highest temperature above the room, in K, as far as it is known.
        lately: What tells the rest: a stream just settled, and the span, in s.
    """

    __slots__ = ("_known_k", "_lately", "excess_ks")

    def __init__(
        self, excess_ks: float, peak_k: float, lately: tuple[Stream, float, float] | None = None
    ) -> None:
        self.excess_ks = excess_ks
        self._known_k = peak_k
        self._lately = lately

    @property
    def peak_k(self) -> float:
        """Return its highest temperature above the room, in K, before the network moves on."""
        # Worked out when asked for: hardly anybody asks, and it costs more than all the rest.
        if self._lately is not None:
            stream, since_s, until_s = self._lately
            self._known_k = max(self._known_k, stream.peak_k(since_s, until_s))
            self._lately = None
        return self._known_k


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
        self.passed: dict[str, Passed] = {}
        """What arrived at each watched place, if anything did, during the span last settled."""
        self._spreads = any(isinstance(edge.conduit, Pipe) and edge.conduit.spread for edge in self.edges)
        self._supplies = {place: Supply(source) for place, source in sources.items()}
        self._sinks: dict[str, Sink] = {}
        self._watched = frozenset(watched)
        self._since_s = since_s
        self._turn = 0
        self._flows: Sequence[float] = (0.0,) * len(self.edges)
        self._plans: dict[tuple[int, ...], Plan] = {}
        self._around = {place: self._signed(place) for edge in self.edges for place in (edge.start, edge.end)}
        self._plan = self._planned((0,) * len(self.edges))

    @property
    def flows_lps(self) -> tuple[float, ...]:
        """Return the flows, edge by edge in l/s, positive from start to end."""
        return tuple(flow if abs(flow) > STILL_LPS else 0.0 for flow in self._flows)

    def flow_lps(self, index: int) -> float:
        """Return the flow of one edge in l/s, positive from start to end."""
        flow = self._flows[index]
        return flow if abs(flow) > STILL_LPS else 0.0

    def set_source(self, place: str, source: float | Source) -> None:
        """Let other water come in at a source, before any flows: a heater that looks at the network comes after it."""
        self._supplies[place] = Supply(source)
        self._plans.clear()
        self._plan = self._planned((0,) * len(self.edges))

    def keep(self, place: str, sink: Sink) -> None:
        """Let someone see all that arrives at a watched place, before any flows."""
        self._sinks[place] = sink

    def set_flows(self, flows_lps: Sequence[float], at_s: float) -> None:
        """Change the flows at the instant settled to, edge by edge in l/s, positive from start to end."""
        directions = tuple([1 if flow > STILL_LPS else -1 if flow < -STILL_LPS else 0 for flow in flows_lps])
        plan = self._plans.get(directions) or self._planned(directions)
        self._flows = flows_lps
        if plan is not self._plan:
            self._plan = plan
            for pipe in plan.still:
                if pipe.flow_lps:
                    pipe.set_flow(0.0, at_s)
        self._turn = turn = self._turn + 1
        for node, stream, number in plan.steps:
            if isinstance(node, Tee):
                node.set_flows(flows_lps, turn)
                continue
            pipe = node
            flow = flows_lps[number]
            if flow != pipe.flow_lps:
                pipe.set_flow(flow, at_s)
            elif stream.turn != turn and pipe.fed_by is stream:
                continue
            pipe.turn = turn
            pipe.fed_by = stream
            if not stream.varies:
                pipe.enter(at_s, stream.excess_k, stream.rate, stream.more)

    def inflow_lps(self, place: str) -> float:
        """Return what comes into the network at a source, or leaves it anywhere else (then negative)."""
        flows = self._flows
        balance = 0.0
        for edge in self._around.get(place, ()):
            balance += flows[edge - 1] if edge > 0 else -flows[-edge - 1]
        return balance

    def settle(self, until_s: float) -> bool:
        """Let time pass to an instant under the present flows.

        Returns:
            Whether any time passed; if so, ``passed`` tells what arrived in all of it.
        """
        if until_s <= self._since_s:
            return False
        self.passed = {}
        if self._plan.asked:
            while until_s - self._since_s > LONGEST_LOOK_S:
                self._settle(self._since_s + LONGEST_LOOK_S)
        self._settle(until_s)
        return True

    def forecast(self, place: str, from_s: float) -> Iterator[Segment]:
        """Yield what arrives at a place, if no flow changes; water at rest there counts as arriving.

        Args:
            place: The place.
            from_s: Where to begin; not before the instant settled to.
        """
        stream = self._plan.streams.get(place)
        if stream is None:
            return self._resting(place, from_s)
        reach_s = self._reach_s()
        if not reach_s:
            return stream.outlook(from_s)
        return spread_out(stream.outlook(self._since_s), stream.fronts(), from_s, reach_s)

    def outlook(self, place: str, from_s: float) -> Iterator[Segment]:
        """Yield the same with sharp fronts, as the books have it: what a source goes by that looks at what returns.

        Args:
            place: A place with flow.
            from_s: Where to begin; not before the instant settled to.
        """
        return self._plan.streams[place].outlook(from_s)

    def forecast_in(self, index: int, share: float, from_s: float) -> Iterator[Segment]:
        """Yield what passes (or rests at) a place within an edge, if no flow changes.

        Args:
            index: The edge's number.
            share: The place, as a share of the length from the edge's start.
            from_s: Where to begin; not before the instant settled to.
        """
        edge = self.edges[index]
        if isinstance(edge.conduit, Link):
            return self.forecast(edge.start, from_s)
        pipe = edge.conduit
        place_l = pipe.place(share)
        reach_s = self._reach_s() if pipe.flow_lps else 0.0
        if not reach_s:
            return pipe.forecast(place_l, from_s, pipe.upstream())
        passing = pipe.forecast(place_l, self._since_s, pipe.upstream())
        return spread_out(passing, pipe.wake(place_l), from_s, reach_s)

    def temperature(self, place: str, at_s: float) -> float:
        """Return the temperature in K above the room at a place just after an instant not before the last settled."""
        return _first(self.forecast(place, at_s), at_s)

    def temperature_in(self, index: int, share: float, at_s: float) -> float:
        """Return the temperature in K above the room at a place within an edge; see ``temperature``."""
        return _first(self.forecast_in(index, share, at_s), at_s)

    def _reach_s(self) -> float:
        """Return how long before its instant a front may be felt anywhere."""
        if not self._spreads:
            return 0.0
        return BEFORE * sqrt(sum(node.blur_s2 for node, _, _ in self._plan.steps if isinstance(node, Pipe)))

    def _resting(self, place: str, from_s: float) -> Iterator[Segment]:
        for index, edge in enumerate(self.edges):
            if edge.end == place and isinstance(edge.conduit, Pipe):
                return self.forecast_in(index, 1.0, from_s)
        for index, edge in enumerate(self.edges):
            if edge.start == place and isinstance(edge.conduit, Pipe):
                return self.forecast_in(index, 0.0, from_s)
        raise KeyError(place)

    def _signed(self, place: str) -> tuple[int, ...]:
        """Return the edges at a place, numbered from 1, negative where they end."""
        starts = [number for number, edge in enumerate(self.edges, 1) if edge.start == place]
        return (*starts, *(-number for number, edge in enumerate(self.edges, 1) if edge.end == place))

    def _settle(self, until_s: float) -> None:
        since_s, plan, before = self._since_s, self._plan, self.passed
        for passed in before.values():
            _ = passed.peak_k  # only a long span comes in parts; now is the last time to tell
        # Before anything moves: a source may look at the pipes to tell what it will give.
        for supply in plan.asked:
            supply.ask(since_s, until_s)
        for node, stream, _ in plan.steps:
            if isinstance(node, Tee):
                node.advance(since_s, until_s)
                continue
            fresh = stream.fresh
            if fresh:
                node.follow(fresh)
            node.advance(until_s)
        self._since_s = until_s
        for place, stream in plan.watched:
            sink = self._sinks.get(place)
            if sink is not None:
                sink.arrive(until_s, stream.stream(since_s, until_s))
            excess_ks, peak_k, sooner = stream.passed_ks, -inf, before.get(place)
            if sooner is not None:
                excess_ks, peak_k = excess_ks + sooner.excess_ks, sooner.peak_k
            self.passed[place] = Passed(excess_ks, peak_k, (stream, since_s, until_s))

    def _planned(self, directions: tuple[int, ...]) -> Plan:
        plan = planned(self.edges, directions, self._around, self._supplies, self._watched)
        self._plans[directions] = plan
        return plan


def _first(stream: Iterator[Segment], at_s: float) -> float:
    for start_s, end_s, terms, _ in stream:
        if end_s > at_s:
            return total(terms, at_s - start_s)
    raise ValueError(f"nothing is foretold at {at_s} s")
