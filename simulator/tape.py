"""The water in a pipe: a row of pieces on a tape that flow moves to and fro.

The pieces (``simulator.piece``) lie in the order of the litres' numbers, with edges between them: the lowest number is at
the pipe's end, the highest at its start. Water is put on and taken off at the ends of the tape only; neither rest nor
flow nor its turning round changes a piece. At each edge a mark tells how far the front there has been spread; marks are
kept less what the pipe has added to all of them, so they need not be touched either (``simulator.spread``).
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import exp, inf
from typing import Final

from simulator.fronts import FAINT_K, Front
from simulator.merging import thinned
from simulator.piece import Piece, heat, heat_at_entry, still, value
from simulator.spread import SHARP, Mark, Spread
from simulator.stream import Segment, Terms

SLIVER: Final = 1e-9
"""Share of a pipe's volume below which a remainder at its end counts as gone: a front that arrives exactly at an
outlet would otherwise be arriving for ever."""
WAKE: Final = 32
"""So many of the fronts that have left last are remembered for their tails."""
_STEADY: Final = 1e-17
"""Rate in 1/s below which a temperature is steady: what rounding leaves of the difference of two equal rates."""


class Tape:
    """The water in a pipe; see ``simulator.pipe`` for the arguments."""

    __slots__ = (
        "_booked_l",
        "_brought_kl",
        "_edges",
        "_forwards",
        "_growth2",
        "_growth3",
        "_head_l",
        "_left_kl",
        "_marks",
        "_pieces",
        "_reach_l",
        "_since_s",
        "_sliver_l",
        "_spread2",
        "_spread3",
        "_wake",
        "cooling",
        "flow_lps",
        "merging_error_k",
        "spread",
        "thermal_l",
    )

    def __init__(
        self, thermal_l: float, cooling: float, excess_k: float, since_s: float, spread: Spread | None
    ) -> None:
        self.thermal_l = thermal_l
        self.cooling = cooling
        self.spread = spread
        self.merging_error_k = 0.0
        """Largest error that one thinning of the pieces has made so far, in K."""
        self.flow_lps = 0.0
        """The flow in l/s, negative from end to start."""
        self._since_s = since_s
        self._forwards = True
        self._head_l = 0.0
        self._sliver_l = SLIVER * thermal_l
        self._reach_l = thermal_l - self._sliver_l
        self._edges: deque[float] = deque()
        self._pieces: deque[Piece] = deque((still(excess_k, since_s),))
        self._marks: deque[Mark] = deque()
        self._wake: deque[tuple[float, float, float, float]] = deque(maxlen=WAKE)
        self._booked_l = -thermal_l
        self._brought_kl = self._left_kl = 0.0
        self._spread2 = self._spread3 = self._growth2 = self._growth3 = 0.0

    @property
    def pieces(self) -> int:
        """Return how many pieces of water there are."""
        return len(self._pieces)

    def fill(self, excess_k: Sequence[float]) -> None:
        """Let the pipe begin with other temperatures, in equal parts from its start to its end, in K.

        Before any flow; the beginning is when the pipe began.
        """
        part_l = self.thermal_l / len(excess_k)
        self._pieces = deque(still(part_k, self._since_s) for part_k in reversed(excess_k))
        self._edges = deque(self._head_l - number * part_l for number in range(len(excess_k) - 1, 0, -1))
        self._marks = deque([SHARP] * len(self._edges) if self.spread else ())

    def content_kl(self, at_s: float) -> float:
        """Return the heat above the room at an instant in K l, from the pieces themselves.

        Args:
            at_s: An instant; with flow, the one settled to.
        """
        return sum(heat(piece, low_l, high_l, at_s, self.cooling) for piece, low_l, high_l in self._row())

    def lost_kl(self, at_s: float) -> float:
        """Return the heat lost to the room since the beginning in K l: what each litre brought less what it left with.

        Args:
            at_s: An instant; with flow, the one settled to.
        """
        self._book(self._outlet_l())
        brought_kl = sum(heat_at_entry(piece, low_l, high_l) for piece, low_l, high_l in self._row())
        return self._brought_kl + brought_kl - self._left_kl - self.content_kl(at_s)

    def place(self, share: float) -> float:
        """Return the litres between the upstream edge and a place, given as a share of the length from the start."""
        return (share if self._forwards else 1.0 - share) * self.thermal_l

    def forecast(self, place_l: float, from_s: float, upstream: Iterable[Segment]) -> Iterator[Segment]:
        """Yield what passes (or rests at) a place, if no flow changes.

        Args:
            place_l: The place, in litres from the upstream edge (see ``place``).
            from_s: Where to begin; not before the instant settled to.
            upstream: What enters, from the instant settled to; not touched before it is needed.
        """
        if not self.flow_lps:
            yield self._resting(place_l, from_s)
            return
        for segment in self._passing(place_l):
            if segment[1] > from_s:
                yield segment
        by_s = place_l / abs(self.flow_lps)
        fade = exp(-self.cooling * by_s)
        spreads = self.spread is not None
        for start_s, end_s, terms, mark in upstream:
            if end_s + by_s > from_s:
                if len(terms) == 1:
                    amplitude, rate = terms[0]
                    cooled: Terms = ((amplitude * fade, rate),)
                else:
                    cooled = tuple([(amplitude * fade, rate) for amplitude, rate in terms])
                arrives = self._on_the_way(mark, by_s) if spreads else mark
                yield Segment(start_s + by_s, end_s + by_s, cooled, arrives)

    def _turn_round(self) -> None:
        self._book(self._outlet_l())
        self._forwards = not self._forwards
        self._wake.clear()
        self._booked_l = self._outlet_l()

    def _outlet_l(self) -> float:
        return self._head_l - self.thermal_l if self._forwards else self._head_l

    def _book(self, number_l: float) -> None:
        """Account for what the water that has left, up to a number, had brought."""
        if self._forwards:
            self._brought_kl += heat_at_entry(self._pieces[0], self._booked_l, number_l)
        else:
            self._brought_kl += heat_at_entry(self._pieces[-1], number_l, self._booked_l)
        self._booked_l = number_l

    def _row(self) -> Iterator[tuple[Piece, float, float]]:
        """Yield the pieces with the numbers between which they lie."""
        bounds = [self._head_l - self.thermal_l, *self._edges, self._head_l]
        for piece, (low_l, high_l) in zip(self._pieces, pairwise(bounds), strict=True):
            yield piece, low_l, high_l

    def _leaving(self, piece: Piece, number_l: float, at_s: float) -> tuple[float, float, Terms]:
        """Return what passes a place from an instant on, at which the water with that number stands there."""
        ref_l, ref_s, amplitude, slope, _, more = piece
        along_l, faded = number_l - ref_l, self.cooling * (ref_s - at_s)
        if more:
            more = tuple([(other * exp(steep * along_l + faded), self._rate(steep)) for other, steep in more])
        return amplitude * exp(slope * along_l + faded), self._rate(slope), more

    def _rate(self, slope: float) -> float:
        rate = slope * self.flow_lps - self.cooling
        return rate if abs(rate) > _STEADY else 0.0

    def wake(self, place_l: float) -> list[Front]:
        """Return the fronts that have passed a place lately, in a flowing pipe.

        Args:
            place_l: The place, in litres from the upstream edge.
        """
        if self.spread is None:
            return []
        flow = abs(self.flow_lps)
        fronts = []
        for past_l, grown_l, jump_k, second, third in self._behind(self._number(place_l)):
            at_s = self._since_s - past_l / flow
            # What a front has gathered since it passed is no part of what was felt here.
            mark = (
                (second - self._growth2 * grown_l / flow) / flow**2,
                (third - self._growth3 * grown_l / flow) / flow**3,
            )
            if mark[0] > 0.0:
                fronts.append(Front(at_s, at_s, jump_k, mark))
        return fronts

    def _behind(self, number_l: float) -> Iterator[tuple[float, float, float, float, float]]:
        """Yield the fronts behind a place: litres past it, litres of pipe beyond it, jump and cumulants in litres."""
        at_s, cooling = self._since_s, self.cooling
        sign = 1.0 if self._forwards else -1.0
        row = zip(self._edges, pairwise(self._pieces), self._marks, strict=True)
        for edge_l, (low, high), mark in row:
            past_l = sign * (number_l - edge_l)
            if past_l >= 0.0:
                jump_k = sign * (value(high, edge_l, at_s, cooling) - value(low, edge_l, at_s, cooling))
                yield past_l, past_l, jump_k, mark[0] + self._spread2, mark[1] + self._spread3
        beyond_l = sign * (number_l - self._outlet_l())
        for edge_l, jump_k, second, third in self._wake:
            yield sign * (number_l - edge_l), beyond_l, jump_k, second, third

    def _resting(self, place_l: float, from_s: float) -> Segment:
        number_l = self._number(place_l)
        found = self._pieces[-1]
        for edge_l, piece in zip(self._edges, self._pieces, strict=False):
            if edge_l >= number_l:
                found = piece
                break
        return self._segment(from_s, inf, found, number_l, SHARP)

    def _segment(self, start_s: float, end_s: float, piece: Piece, number_l: float, mark: Mark) -> Segment:
        excess_k, rate, more = self._leaving(piece, number_l, start_s)
        return Segment(start_s, end_s, ((excess_k, rate), *more), mark)

    def _number(self, place_l: float) -> float:
        """Return the number of the water that stands at a place, counted from the upstream edge."""
        return self._head_l - place_l if self._forwards else self._head_l - self.thermal_l + place_l

    def _passing(self, place_l: float) -> Iterator[Segment]:
        number_l, since_s, mark = self._number(place_l), self._since_s, SHARP
        forwards, flow, cooling, sliver_l = self._forwards, self.flow_lps, self.cooling, self._sliver_l
        edges = self._edges if forwards else reversed(self._edges)
        marks = iter(self._marks if forwards else reversed(self._marks))
        spreads = self.spread is not None
        start_s = since_s
        bounds = (*edges, self._number(0.0))
        for edge_l, piece in zip(bounds, self._pieces if forwards else reversed(self._pieces), strict=True):
            span_s = (edge_l - number_l) / flow
            if span_s > 0.0 and not -sliver_l <= edge_l - number_l <= sliver_l:
                ref_l, ref_s, amplitude, slope, _, more = piece
                if more:
                    yield self._segment(start_s, start_s + span_s, piece, number_l, mark)
                else:
                    rate = slope * flow - cooling
                    excess_k = amplitude * exp(slope * (number_l - ref_l) + cooling * (ref_s - start_s))
                    if -_STEADY <= rate <= _STEADY:
                        rate = 0.0
                    yield Segment(start_s, start_s + span_s, ((excess_k, rate),), mark)
                number_l, start_s = edge_l, start_s + span_s
            if spreads:
                mark = self._grown(next(marks, SHARP), start_s - since_s)

    def _marked(self, mark: Mark, at_s: float) -> Mark:
        """Return a mark less what the pipe has added to all marks until an instant, so that it need not be touched."""
        if mark is SHARP and at_s == self._since_s:
            return -self._spread2, -self._spread3
        after_s, flow = at_s - self._since_s, abs(self.flow_lps)
        return (
            mark[0] * flow * flow - self._spread2 - self._growth2 * after_s,
            mark[1] * flow * flow * flow - self._spread3 - self._growth3 * after_s,
        )

    def _grown(self, mark: Mark, after_s: float) -> Mark:
        """Return the mark of a front in the pipe as it will be so many seconds after the instant settled to."""
        flow = abs(self.flow_lps)
        return (
            (mark[0] + self._spread2 + self._growth2 * after_s) / (flow * flow),
            (mark[1] + self._spread3 + self._growth3 * after_s) / (flow * flow * flow),
        )

    def _unmarked(self, edge_l: float, at_s: float, jump_k: float) -> Mark:
        """Take the mark off a front that leaves at an instant, and remember the front for its tail."""
        second, third = (self._marks.popleft if self._forwards else self._marks.pop)()
        after_s, flow = at_s - self._since_s, abs(self.flow_lps)
        second += self._spread2 + self._growth2 * after_s
        third += self._spread3 + self._growth3 * after_s
        if abs(jump_k) > FAINT_K:
            self._wake.append((edge_l, jump_k, second, third))
        return second / flow**2, third / flow**3

    def _on_the_way(self, mark: Mark, for_s: float) -> Mark:
        """Return the mark of a front that is yet to enter, so many seconds after it will have."""
        flow = abs(self.flow_lps)
        return (
            mark[0] + self._growth2 * for_s / (flow * flow),
            mark[1] + self._growth3 * for_s / (flow * flow * flow),
        )

    def _thin(self) -> None:
        self._book(self._outlet_l())
        brought_kl = sum(heat_at_entry(*part) for part in self._row())
        at_s = self._since_s
        bounds = [self._head_l - self.thermal_l, *self._edges, self._head_l]
        kept, self._pieces, error_k = thinned(bounds, self._pieces, at_s, self.cooling)
        if self._marks:
            left = set(kept)
            self._marks = deque(
                mark for edge_l, mark in zip(self._edges, self._marks, strict=True) if edge_l in left
            )
        self._edges = deque(kept[1:-1])
        self._brought_kl += brought_kl - sum(heat_at_entry(*part) for part in self._row())
        self.merging_error_k = max(self.merging_error_k, error_k)
