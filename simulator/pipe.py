"""One pipe with plug flow, heat loss and a wall that stores heat, exact between changes of flow.

The wall takes part at the water's own temperature, so every front travels slower than the water by
``1 + Cw/Cf`` and everything cools with ``k = U / (Cf + Cw)``: the pipe behaves like one that holds
``thermal_l = water x (1 + Cw/Cf)`` litres and has no wall, and energy closes exactly. Valid while the water's residence
time is long against the wall's own lag (a second or two for house pipes); fronts stay sharp.

The water is a row of pieces. In a piece the excess over the room is ``exp(-k (t - ref)) x sum of e_i exp(s_i x)`` with
``x`` the volume from the piece's upstream edge: neither resting nor travelling changes ``ref``, ``e_i`` or ``s_i``, so
pieces are touched only where they enter and leave.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from math import exp, expm1, inf
from typing import Final

from simulator.merging import MANY_PIECES, thinned
from simulator.piece import Piece, flipped, heat, joined, value
from simulator.stream import Segment, Terms, cooled_integral, integral

SLIVER: Final = 1e-9
"""Share of a pipe's volume below which a remainder at its end joins the next piece: a front that arrives exactly at an
outlet would otherwise be arriving for ever."""
_STEADY: Final = 1e-17
"""Rate in 1/s below which a temperature is steady: what rounding leaves of the difference of two equal rates."""


class Pipe:
    """A pipe; flow is counted positive from its start to its end.

    Args:
        water_l: Litres of water in it.
        capacity: Heat capacity of water and wall over that of the water (1 + Cw/Cf).
        cooling: Rate k in 1/s with which it cools at rest: U / (Cf + Cw).
        excess_k: Temperature above the room at the beginning, in K.
        since_s: The beginning, in s.
    """

    def __init__(
        self, water_l: float, capacity: float, cooling: float, *, excess_k: float = 0.0, since_s: float = 0.0
    ) -> None:
        self.thermal_l = water_l * capacity
        self.cooling = cooling
        self.merging_error_k = 0.0
        """Largest error that one thinning of the pieces has made so far, in K."""
        self._speed_lps = 0.0
        self._backwards = False
        self._since_s = since_s
        self._sliver_l = SLIVER * self.thermal_l
        self._pieces = deque([Piece(self.thermal_l, since_s, ((excess_k, 0.0),))])
        self._booked_kl = excess_k * self.thermal_l
        self._lost_kl = 0.0

    @property
    def flow_lps(self) -> float:
        """Return the flow in l/s, negative from end to start."""
        return -self._speed_lps if self._backwards else self._speed_lps

    @property
    def pieces(self) -> int:
        """Return how many pieces of water there are."""
        return len(self._pieces)

    def set_flow(self, flow_lps: float, at_s: float) -> None:
        """Change the flow at an instant; a flowing pipe must have been settled to it."""
        if self._speed_lps == 0.0:
            self.settle(at_s, ())
        if flow_lps and (flow_lps < 0.0) != self._backwards:
            self._backwards = not self._backwards
            self._pieces = deque(flipped(piece) for piece in reversed(self._pieces))
        self._speed_lps = abs(flow_lps)

    def settle(self, until_s: float, inflow: Sequence[Segment]) -> list[Segment]:
        """Let time pass under the present flow.

        Args:
            until_s: The instant to reach.
            inflow: What enters until then; empty at rest.

        Returns:
            What leaves at the other end until then; empty at rest.
        """
        span_s = until_s - self._since_s
        if span_s <= 0.0:
            return []
        outflow: list[Segment] = []
        if self._speed_lps:
            for segment in inflow:
                self._push(segment)
            outflow = self._pop(self._speed_lps * span_s, until_s)
        self._book(span_s, until_s, inflow, outflow)
        self._since_s = until_s
        if len(self._pieces) > MANY_PIECES:
            self._pieces, error_k = thinned(self._pieces, until_s, self.cooling)
            self.merging_error_k = max(self.merging_error_k, error_k)
        return outflow

    def content_kl(self, at_s: float) -> float:
        """Return the heat above the room at an instant in K l, from the pieces themselves.

        Args:
            at_s: An instant; with flow, the one settled to.
        """
        return sum(heat(piece, at_s, self.cooling) for piece in self._pieces)

    def lost_kl(self, at_s: float) -> float:
        """Return the heat lost to the room since the beginning in K l, from what came in and went out.

        Kept apart from the pieces on purpose: only so can the two be checked against each other.

        Args:
            at_s: An instant; with flow, the one settled to.
        """
        return self._lost_kl - self._booked_kl * expm1(-self.cooling * (at_s - self._since_s))

    def place(self, share: float) -> float:
        """Return the litres between the upstream edge and a place, given as a share of the length from the start."""
        return (1.0 - share if self._backwards else share) * self.thermal_l

    def forecast(self, place_l: float, from_s: float, upstream: Iterable[Segment]) -> Iterator[Segment]:
        """Yield what passes (or rests at) a place, if no flow changes.

        Args:
            place_l: The place, in litres from the upstream edge (see ``place``).
            from_s: Where to begin; not before the instant settled to.
            upstream: What enters, from the instant settled to; not touched before it is needed.
        """
        if not self._speed_lps:
            yield self._resting(place_l, from_s)
            return
        travelled_s = place_l / self._speed_lps
        for segment in self._passing(place_l):
            if segment.end_s > from_s:
                yield segment
        for segment in upstream:
            if segment.end_s + travelled_s > from_s:
                yield self._delayed(segment, travelled_s)

    def _resting(self, place_l: float, from_s: float) -> Segment:
        left_l = 0.0
        for piece in self._pieces:
            if left_l + piece.volume_l >= place_l:
                break
            left_l += piece.volume_l
        # Rounding may leave the place a hair outside the last piece.
        within_l = min(place_l - left_l, piece.volume_l)
        return Segment(from_s, inf, ((value(piece, within_l, from_s, self.cooling), -self.cooling),))

    def _passing(self, place_l: float) -> Iterator[Segment]:
        start_s = self._since_s
        right_l = sum(piece.volume_l for piece in self._pieces)
        for piece in reversed(self._pieces):
            left_l = right_l - piece.volume_l
            if left_l < place_l:
                edge_l = min(place_l, right_l) - left_l
                end_s = start_s + edge_l / self._speed_lps
                yield Segment(start_s, end_s, self._leaving(piece, edge_l, start_s))
                start_s = end_s
            right_l = left_l

    def _delayed(self, segment: Segment, by_s: float) -> Segment:
        fade = exp(-self.cooling * by_s)
        terms = tuple((amplitude * fade, rate) for amplitude, rate in segment.terms)
        return Segment(segment.start_s + by_s, segment.end_s + by_s, terms)

    def _push(self, segment: Segment) -> None:
        start_s, end_s, terms = segment
        span_s = end_s - start_s
        speed = self._speed_lps
        piece = Piece(
            speed * span_s,
            end_s,
            tuple(
                (amplitude * exp(rate * span_s), -(rate + self.cooling) / speed) for amplitude, rate in terms
            ),
        )
        whole = joined(piece, self._pieces[0], self.cooling)
        if whole is None:
            self._pieces.appendleft(piece)
        else:
            self._pieces[0] = whole

    def _pop(self, volume_l: float, until_s: float) -> list[Segment]:
        outflow = []
        start_s = self._since_s
        while True:
            piece = self._pieces[-1]
            left_l = piece.volume_l - volume_l
            whole = left_l <= self._sliver_l and len(self._pieces) > 1
            last = left_l >= -self._sliver_l
            end_s = until_s if last else start_s + piece.volume_l / self._speed_lps
            if end_s > start_s:
                outflow.append(Segment(start_s, end_s, self._leaving(piece, piece.volume_l, start_s)))
            if not whole:
                piece.volume_l = left_l
                return outflow
            self._pieces.pop()
            if last:
                self._pieces[-1].volume_l += left_l
                return outflow
            volume_l -= piece.volume_l
            start_s = end_s

    def _leaving(self, piece: Piece, edge_l: float, from_s: float) -> Terms:
        """Return what passes a place from an instant on, at which the piece's ``edge_l`` stands there."""
        faded = self.cooling * (piece.ref_s - from_s)
        return tuple(
            (amplitude * exp(slope * edge_l + faded), self._rate(slope)) for amplitude, slope in piece.terms
        )

    def _rate(self, slope: float) -> float:
        rate = -slope * self._speed_lps - self.cooling
        return rate if abs(rate) > _STEADY else 0.0

    def _book(
        self, span_s: float, until_s: float, inflow: Iterable[Segment], outflow: Iterable[Segment]
    ) -> None:
        gained = 0.0
        lost = -self._booked_kl * expm1(-self.cooling * span_s)
        for sign, stream in ((self._speed_lps, inflow), (-self._speed_lps, outflow)):
            for segment in stream:
                passed = integral(segment)
                gained += sign * passed
                lost += sign * (passed - cooled_integral(segment, self.cooling, until_s))
        self._booked_kl += gained - lost
        self._lost_kl += lost
