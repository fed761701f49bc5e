"""What feeds a pipe where none other does alone: sources, and tees at which several streams mix."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, Protocol, TypeAlias

from simulator.fronts import Front
from simulator.spread import SHARP, Mark
from simulator.stream import SAME_INSTANT_S, Segment, Terms, constant, integral, mix, peak, shifted, until

Change: TypeAlias = tuple[float, float, float, Terms, Mark]
"""What begins to arrive: when in s, temperature in K and rate in 1/s of its first exponential, the further ones, and how
far the front before it has been spread. A plain tuple, for speed."""
STILL_LPS: Final = 1e-12
"""Flows below this are rounding of flows that cancel."""


class Stream(Protocol):
    """Where water comes from, over the span last settled and at its end: the outlet of a pipe, a source or a tee.

    ``excess_k`` and ``rate`` tell the first exponential (K, 1/s) of what comes at the instant settled to, ``more`` the
    further ones; ``turn`` is the number of the change of flows at which that last changed by itself.
    """

    excess_k: float
    rate: float
    more: Terms
    fresh: Sequence[Change]
    passed_ks: float
    turn: int

    @property
    def varies(self) -> bool:
        """Tell whether it has to be asked anew what it brings."""

    def stream(self, from_s: float, until_s: float) -> list[Segment]:
        """Return what came during the span last settled."""

    def peak_k(self, from_s: float, until_s: float) -> float:
        """Return the highest temperature during the span last settled, in K."""

    def outlook(self, from_s: float) -> Iterator[Segment]:
        """Yield what comes from an instant on, if no flow changes."""

    def fronts(self) -> list[Front]:
        """Return the fronts that have come lately."""


class Source(Protocol):
    """Where water comes into the network at a temperature that changes: the outlet of a heater."""

    def supply(self, from_s: float) -> Iterator[Segment]:
        """Yield what leaves from an instant on, if nothing changes: in order, without gap, without end.

        It is asked anew after each change of flow and each span of time. It may look at the network's forecasts: a
        span is asked for as a whole before the water of any conduit is moved.

        Args:
            from_s: Where the first segment begins; the instant settled to or later.
        """


class Supply:
    """A source as a stream.

    Args:
        source: Its temperature above the room in K, or what gives it.
    """

    __slots__ = ("_stream", "excess_k", "fresh", "more", "passed_ks", "rate", "source", "turn", "varies")

    def __init__(self, source: float | Source) -> None:
        self.source = source
        self.varies = not isinstance(source, float | int)
        self.excess_k = float(source) if isinstance(source, float | int) else 0.0
        self.rate = 0.0
        self.more: Terms = ()
        self.fresh: Sequence[Change] = ()
        self.passed_ks = 0.0
        self.turn = 0
        self._stream: list[Segment] = []

    def outlook(self, from_s: float) -> Iterator[Segment]:
        """Yield what it gives from an instant on, if no flow changes."""
        if isinstance(self.source, float | int):
            return iter((constant(self.source, from_s),))
        return self.source.supply(from_s)

    def fronts(self) -> list[Front]:
        """Return none: what a source gives is sharp."""
        return []

    def ask(self, from_s: float, until_s: float) -> None:
        """Learn what it gives in a span, before any water is moved."""
        self._stream = list(until(self.outlook(from_s), until_s))
        self.fresh = (
            [(start_s, *terms[0], terms[1:], mark) for start_s, _, terms, mark in self._stream]
            if self.varies
            else ()
        )
        self.passed_ks = sum(map(integral, self._stream))
        last = self._stream[-1]
        (self.excess_k, self.rate), *more = shifted(last.terms, last.end_s - last.start_s)
        self.more = tuple(more)

    def stream(self, from_s: float, until_s: float) -> list[Segment]:
        """Return what it gave during the span last asked for."""
        del from_s, until_s
        return self._stream

    def peak_k(self, from_s: float, until_s: float) -> float:
        """Return the highest temperature during that span, in K."""
        del from_s, until_s
        return max(map(peak, self._stream))


class Tee:
    """Streams that mix by flow, at once and without loss.

    Args:
        feeds: The streams, each with the signed numbers of the edges (from 1) whose flows add up to its own.
    """

    __slots__ = (
        "_began",
        "_feeds",
        "_shares",
        "excess_k",
        "fresh",
        "more",
        "passed_ks",
        "rate",
        "turn",
        "varies",
    )

    def __init__(self, feeds: Sequence[tuple[Stream, tuple[int, ...]]]) -> None:
        self._feeds = tuple(feeds)
        self._shares: list[tuple[float, Stream]] = []
        self._began: Terms = ((0.0, 0.0),)
        self.varies = any(stream.varies for stream, _ in feeds)
        self.excess_k = self.rate = self.passed_ks = 0.0
        self.more: Terms = ()
        self.fresh: Sequence[Change] = ()
        self.turn = 0

    @property
    def streams(self) -> tuple[Stream, ...]:
        """Return the streams."""
        return tuple(stream for stream, _ in self._feeds)

    def set_flows(self, flows_lps: Sequence[float], turn: int) -> None:
        """Take the flows of all edges, and what the streams bring from now on."""
        flows = [
            (
                max(0.0, sum(flows_lps[edge - 1] if edge > 0 else -flows_lps[-edge - 1] for edge in edges)),
                stream,
            )
            for stream, edges in self._feeds
        ]
        total_lps = sum(flow for flow, _ in flows)
        self._shares = [(flow / total_lps, stream) for flow, stream in flows if flow > STILL_LPS]
        self.turn = turn
        self._combine()

    def advance(self, from_s: float, until_s: float) -> None:
        """Let time pass from one instant to another, after all streams have."""
        self._began = ((self.excess_k, self.rate), *self.more)
        self.passed_ks = sum(share * stream.passed_ks for share, stream in self._shares)
        self.fresh = ()
        if any(stream.fresh for _, stream in self._shares):
            mixed = list(mix([(share, stream.stream(from_s, until_s)) for share, stream in self._shares]))
            # The first piece is news too where a stream's news came at once.
            since_s = from_s + SAME_INSTANT_S
            at_once = any(stream.fresh[0][0] <= since_s for _, stream in self._shares if stream.fresh)
            self.fresh = [
                (start_s, *terms[0], terms[1:], mark)
                for start_s, _, terms, mark in mixed
                if start_s > from_s or at_once
            ]
            self._began = mixed[0].terms
        self._combine()
        # News of the very end make no segment of their own.
        last_s = until_s - SAME_INSTANT_S
        news = (stream.fresh[-1] for _, stream in self._shares if stream.fresh)
        at_end = next((change for change in news if change[0] >= last_s), None)
        if at_end is not None:
            self.fresh = (*self.fresh, (until_s, self.excess_k, self.rate, self.more, at_end[4]))

    def stream(self, from_s: float, until_s: float) -> list[Segment]:
        """Return what has come during the span last settled."""
        return changed(self._began, self.fresh, from_s, until_s)

    def peak_k(self, from_s: float, until_s: float) -> float:
        """Return the highest temperature during the span last settled, in K."""
        return max(map(peak, self.stream(from_s, until_s)))

    def outlook(self, from_s: float) -> Iterator[Segment]:
        """Yield what comes from an instant on, if no flow changes."""
        return mix([(share, stream.outlook(from_s)) for share, stream in self._shares])

    def fronts(self) -> list[Front]:
        """Return the fronts that have come lately, as far as they show in the mixture."""
        return [
            front._replace(jump_k=share * front.jump_k)
            for share, stream in self._shares
            for front in stream.fronts()
        ]

    def _combine(self) -> None:
        by_rate: dict[float, float] = {}
        for share, stream in self._shares:
            for excess_k, rate in ((stream.excess_k, stream.rate), *stream.more):
                by_rate[rate] = by_rate.get(rate, 0.0) + share * excess_k
        (self.rate, self.excess_k), *more = by_rate.items()
        self.more = tuple((excess_k, rate) for rate, excess_k in more)


def changed(began: Terms, fresh: Sequence[Change], from_s: float, until_s: float) -> list[Segment]:
    """Return a span's stream from what came at its beginning and what began to come later."""
    changes = [(from_s, *began[0], began[1:], SHARP), *fresh, (until_s, 0.0, 0.0, (), SHARP)]
    return [
        Segment(start_s, end_s, ((excess_k, rate), *more), mark)
        for (start_s, excess_k, rate, more, mark), (end_s, *_) in pairwise(changes)
        if end_s > start_s
    ]
