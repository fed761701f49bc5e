"""One pipe with plug flow, heat loss and a wall that stores heat, exact between changes of flow.

The wall takes part at the water's own temperature, so every front travels slower than the water by
``1 + Cw/Cf`` and everything cools with ``k = U / (Cf + Cw)``: the pipe behaves like one that holds
``thermal_l = water x (1 + Cw/Cf)`` litres and has no wall, and energy closes exactly. How far a front is spread by the
way is told by ``simulator.spread`` and kept as a mark at it; the pieces themselves stay sharp.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import exp, expm1
from typing import ClassVar, Final

from simulator.fronts import Front
from simulator.merging import MANY_PIECES
from simulator.piece import value
from simulator.spread import SHARP, Mark, Spread
from simulator.stream import Segment, Terms, integral, peak, shifted, total
from simulator.tape import Tape
from simulator.tee import Change, Stream, changed

_FLAT: Final = 3e-3
"""Exponent below which the mean of an exponential is taken from a series; the error is its fourth power by 120."""
_SAME_K: Final = 1e-11
"""Water that comes no further off than this, with the same slope, goes on with the piece before it."""
_SAME_SLOPE: Final = 1e-9


class Pipe(Tape):
    """A pipe; flow is counted positive from its start to its end.

    What stands at the outlet at the instant settled to is ``excess_k`` (in K, leaving with ``rate`` in 1/s), with
    further exponentials in ``more`` where streams have mixed.

    Args:
        water_l: Litres of water in it.
        capacity: Heat capacity of water and wall over that of the water (1 + Cw/Cf).
        cooling: Rate k in 1/s with which it cools at rest: U / (Cf + Cw).
        excess_k: Temperature above the room at the beginning, in K.
        since_s: The beginning, in s.
        spread: How it spreads fronts; None keeps them sharp.
    """

    varies: ClassVar[bool] = False
    """What enters may change by itself; what leaves only does when a piece has."""

    __slots__ = (
        "_began_k",
        "_began_more",
        "_began_rate",
        "_paced",
        "_plain",
        "excess_k",
        "fed_by",
        "fresh",
        "more",
        "passed_ks",
        "rate",
        "turn",
    )

    def __init__(
        self,
        water_l: float,
        capacity: float,
        cooling: float,
        *,
        excess_k: float = 0.0,
        since_s: float = 0.0,
        spread: Spread | None = None,
    ) -> None:
        super().__init__(water_l * capacity, cooling, excess_k, since_s, spread)
        self.excess_k, self.rate = excess_k, -cooling
        self.more: Terms = ()
        self.fresh: Sequence[Change] = ()
        """What began to arrive at the outlet during the span last settled."""
        self.passed_ks = 0.0
        """Integral of the outlet's temperature over the span last settled, in K s."""
        self.fed_by: Stream | None = None
        """What enters it."""
        self.turn = 0
        """Number of the network's change of flows at which its own flow or what enters last changed."""
        self._began_k, self._began_rate = excess_k, -cooling
        self._began_more: Terms = ()
        self._plain = True
        self._paced = 0.0

    def set_flow(self, flow_lps: float, at_s: float) -> None:
        """Change the flow at an instant; a flowing pipe must have been settled to it."""
        if flow_lps == 0.0:
            self._since_s = at_s
            self.flow_lps = self._growth2 = self._growth3 = 0.0
            return
        forwards = flow_lps > 0.0
        anew = self.flow_lps == 0.0 or not self._plain
        if forwards is not self._forwards:
            self._turn_round()
            anew = True
        self.flow_lps = flow_lps
        self._paced = self.cooling / flow_lps
        if anew:
            self._since_s = at_s
            self._look_at_outlet()
        else:
            self.rate = self._pieces[0 if forwards else -1][3] * flow_lps - self.cooling
        if self.spread is not None:
            self._growth2, self._growth3 = self.spread.growth(flow_lps)

    def enter(self, at_s: float, excess_k: float, rate: float, more: Terms = (), mark: Mark = SHARP) -> None:
        """Let another piece of water begin to enter.

        Args:
            at_s: When, not before the instant settled to.
            excess_k: Its temperature in K at that instant, or that of the first of several exponentials.
            rate: Its rate in 1/s.
            more: The further exponentials.
            mark: How far the front before it has been spread already.
        """
        flow, paced = self.flow_lps, self._paced
        edges, pieces = self._edges, self._pieces
        number_l = self._head_l + flow * (at_s - self._since_s)
        if more:
            more = tuple([(other, its / flow + paced) for other, its in more])
            self._plain = False
        if self._forwards:
            if edges and edges[-1] == number_l:
                pieces[-1] = (number_l, at_s, excess_k, rate / flow + paced, paced, more)
                return
            edges.append(number_l)
            pieces.append((number_l, at_s, excess_k, rate / flow + paced, paced, more))
            if self.spread is not None:
                self._marks.append(self._marked(mark, at_s))
        else:
            number_l -= self.thermal_l
            if edges and edges[0] == number_l:
                pieces[0] = (number_l, at_s, excess_k, rate / flow + paced, paced, more)
                return
            edges.appendleft(number_l)
            pieces.appendleft((number_l, at_s, excess_k, rate / flow + paced, paced, more))
            if self.spread is not None:
                self._marks.appendleft(self._marked(mark, at_s))

    def _continues(self, excess_k: float, rate: float, more: Terms) -> bool:
        """Tell whether water that comes now only goes on with the piece that is entering."""
        piece = self._pieces[-1 if self._forwards else 0]
        if not self._edges or more or piece[5]:
            return False
        slope = rate / self.flow_lps + self._paced
        number_l = self._head_l if self._forwards else self._head_l - self.thermal_l
        return (
            piece[4] == self._paced
            and abs(piece[3] - slope) <= _SAME_SLOPE * abs(slope)
            and abs(value(piece, number_l, self._since_s, self.cooling) - excess_k) <= _SAME_K
        )

    def advance(self, until_s: float) -> None:
        """Let time pass to an instant under the present flow, which is not zero."""
        span_s = until_s - self._since_s
        flow = self.flow_lps
        head_l = self._head_l + flow * span_s
        edges = self._edges
        if not self._plain:
            self._advance_mixed(until_s, head_l)
        elif edges and (
            edges[0] <= head_l - self._reach_l if flow > 0.0 else edges[-1] >= head_l - self._sliver_l
        ):
            self._advance_over_edges(until_s, head_l)
        else:
            self._began_k = began_k = self.excess_k
            exponent = self.rate * span_s
            self.excess_k = excess_k = began_k * exp(exponent)
            if -_FLAT < exponent < _FLAT:
                passed_ks = 0.5 * (began_k + excess_k) * span_s * (1.0 - exponent * exponent / 12.0)
            else:
                passed_ks = (excess_k - began_k) / self.rate
            self.passed_ks = passed_ks
            self._left_kl += flow * passed_ks if flow > 0.0 else -flow * passed_ks
            self.fresh = ()
        self._head_l = head_l
        self._since_s = until_s
        if self._growth2:
            self._spread2 += self._growth2 * span_s
            self._spread3 += self._growth3 * span_s
        if len(edges) > MANY_PIECES:
            self._thin()

    def settle(self, until_s: float, inflow: Sequence[Segment]) -> list[Segment]:
        """Let time pass for a pipe by itself.

        Args:
            until_s: The instant to reach.
            inflow: What enters until then; empty at rest.

        Returns:
            What leaves at the other end until then; empty at rest.
        """
        from_s = self._since_s
        if until_s <= from_s or not self.flow_lps:
            return []
        self.take(inflow)
        self.advance(until_s)
        return self.stream(from_s, until_s)

    def take(self, inflow: Iterable[Segment]) -> None:
        """Let a stream enter from the instant settled to on."""
        for start_s, _, ((excess_k, rate), *more), mark in inflow:
            if start_s > self._since_s or not self._continues(excess_k, rate, tuple(more)):
                self.enter(start_s, excess_k, rate, tuple(more), mark)

    def follow(self, changes: Iterable[Change]) -> None:
        """Let enter what has begun to arrive during the span that is being settled."""
        for at_s, excess_k, rate, more, mark in changes:
            if at_s > self._since_s or not self._continues(excess_k, rate, more):
                self.enter(at_s, excess_k, rate, more, mark)

    def stream(self, from_s: float, until_s: float) -> list[Segment]:
        """Return what has left during the span last settled."""
        if self._plain and not self.fresh:
            return [Segment(from_s, until_s, ((self._began_k, self.rate),))]
        return changed(((self._began_k, self._began_rate), *self._began_more), self.fresh, from_s, until_s)

    def peak_k(self, from_s: float, until_s: float) -> float:
        """Return the highest temperature that has left during the span last settled, in K."""
        if self.fresh or not self._plain:
            return max(map(peak, self.stream(from_s, until_s)))
        return max(self._began_k, self.excess_k)

    @property
    def blur_s2(self) -> float:
        """Return by how much, in s^2, it adds to the variance of a front under the present flow."""
        return self._growth2 * self.thermal_l / abs(self.flow_lps) ** 3 if self._growth2 else 0.0

    def outlook(self, from_s: float) -> Iterator[Segment]:
        """Yield what leaves from an instant on, if no flow changes."""
        return self.forecast(self.thermal_l, from_s, self.upstream())

    def fronts(self) -> list[Front]:
        """Return the fronts that have left lately."""
        return self.wake(self.thermal_l)

    def upstream(self) -> Iterator[Segment]:
        """Yield what enters from the instant settled to on, if no flow changes."""
        # A generator, so that nothing upstream is looked at before it is needed.
        if self.fed_by is not None:
            yield from self.fed_by.outlook(self._since_s)

    def _look_at_outlet(self) -> None:
        """Work out from the pieces what stands at the outlet now."""
        if self._forwards:
            piece, number_l = self._pieces[0], self._head_l - self.thermal_l
        else:
            piece, number_l = self._pieces[-1], self._head_l
        ref_l, ref_s, amplitude, slope, _, more = piece
        if more:
            self.excess_k, self.rate, self.more = self._leaving(piece, number_l, self._since_s)
            return
        cooling = self.cooling
        self.excess_k = amplitude * exp(slope * (number_l - ref_l) - cooling * (self._since_s - ref_s))
        self.rate = slope * self.flow_lps - cooling
        self.more = ()

    def _advance_over_edges(self, until_s: float, head_l: float) -> None:
        """Let time pass until edges have left, in a pipe in which every piece is one exponential."""
        flow, cooling, sliver_l, since_s = self.flow_lps, self.cooling, self._sliver_l, self._since_s
        edges, pieces, marks = self._edges, self._pieces, self._marks
        forwards = flow > 0.0
        take, drop, first = (edges.popleft, pieces.popleft, 0) if forwards else (edges.pop, pieces.pop, -1)
        shift_l = self.thermal_l if forwards else 0.0
        number_l, last_l, booked_l = self._head_l - shift_l, head_l - shift_l, self._booked_l
        at_s, excess_k, rate = since_s, self.excess_k, self.rate
        self._began_k, self._began_rate = excess_k, rate
        passed_ks = brought_kl = 0.0
        fresh: list[Change] = []
        while edges and (edges[0] <= last_l + sliver_l if forwards else edges[-1] >= last_l - sliver_l):
            edge_l = take()
            if -sliver_l <= edge_l - last_l <= sliver_l:
                end_s = until_s
            elif -sliver_l <= edge_l - number_l <= sliver_l:
                end_s = at_s
            else:
                end_s = at_s + (edge_l - number_l) / flow
            span_s = end_s - at_s
            exponent = rate * span_s
            if -_FLAT < exponent < _FLAT:
                passed_ks += (
                    excess_k * span_s * (1.0 + exponent * (0.5 + exponent * (1.0 / 6.0 + exponent / 24.0)))
                )
            else:
                passed_ks += excess_k * expm1(exponent) / rate
            last_k = excess_k * exp(exponent) if marks else 0.0
            ref_l, _, amplitude, slope, fading, _ = drop()
            # What this water had brought: at entry its temperature followed another slope.
            slope -= fading
            exponent = slope * (edge_l - booked_l)
            came_k = amplitude if booked_l == ref_l else amplitude * exp(slope * (booked_l - ref_l))
            if -_FLAT < exponent < _FLAT:
                exponent *= 0.5 + exponent * (1.0 / 6.0 + exponent / 24.0)
                brought_kl += came_k * (edge_l - booked_l) * (1.0 + exponent)
            else:
                brought_kl += came_k * expm1(exponent) / slope
            number_l, at_s, booked_l = edge_l, end_s, edge_l
            ref_l, ref_s, amplitude, slope, _, _ = pieces[first]
            excess_k = amplitude * exp(slope * (edge_l - ref_l) - cooling * (end_s - ref_s))
            rate = slope * flow - cooling
            mark = self._unmarked(edge_l, end_s, excess_k - last_k) if marks else SHARP
            fresh.append((end_s, excess_k, rate, (), mark))
        span_s = until_s - at_s
        exponent = rate * span_s
        if -_FLAT < exponent < _FLAT:
            passed_ks += (
                excess_k * span_s * (1.0 + exponent * (0.5 + exponent * (1.0 / 6.0 + exponent / 24.0)))
            )
        else:
            passed_ks += excess_k * expm1(exponent) / rate
        self.excess_k, self.rate = excess_k * exp(exponent), rate
        self.passed_ks, self.fresh, self._booked_l = passed_ks, fresh, booked_l
        self._brought_kl += brought_kl if forwards else -brought_kl
        self._left_kl += passed_ks * abs(flow)

    def _advance_mixed(self, until_s: float, head_l: float) -> None:
        """Do the same where pieces may be several exponentials."""
        flow, forwards, sliver_l = self.flow_lps, self._forwards, self._sliver_l
        edges, pieces, marks = self._edges, self._pieces, self._marks
        shift_l = self.thermal_l if forwards else 0.0
        number_l, last_l, at_s = self._head_l - shift_l, head_l - shift_l, self._since_s
        terms: Terms = ((self.excess_k, self.rate), *self.more)
        self._began_k, self._began_rate, self._began_more = self.excess_k, self.rate, self.more
        passed_ks = 0.0
        fresh: list[Change] = []
        while edges and (edges[0] <= last_l + sliver_l if forwards else edges[-1] >= last_l - sliver_l):
            edge_l = edges.popleft() if forwards else edges.pop()
            if abs(edge_l - last_l) <= sliver_l:
                end_s = until_s
            elif abs(edge_l - number_l) <= sliver_l:
                end_s = at_s
            else:
                end_s = at_s + (edge_l - number_l) / flow
            passed_ks += integral(Segment(at_s, end_s, terms))
            last_k = total(terms, end_s - at_s)
            self._book(edge_l)
            (pieces.popleft if forwards else pieces.pop)()
            number_l, at_s = edge_l, end_s
            excess_k, rate, more = self._leaving(pieces[0 if forwards else -1], edge_l, end_s)
            terms = ((excess_k, rate), *more)
            mark = self._unmarked(edge_l, end_s, total(terms, 0.0) - last_k) if marks else SHARP
            fresh.append((end_s, excess_k, rate, more, mark))
        self.passed_ks = passed_ks + integral(Segment(at_s, until_s, terms))
        (self.excess_k, self.rate), *rest = shifted(terms, until_s - at_s)
        self.more, self.fresh = tuple(rest), fresh
        self._left_kl += self.passed_ks * abs(flow)
