"""Fronts as one would measure them: a sharp stream with each of its fronts spread by its mark.

A sharp stream jumps where a front passes. Each jump is replaced by the shape that ``simulator.spread.arrived`` gives it;
where a piece changes within less than the spread (an inlet that warms up in seconds) its change is spread in steps.
Away from fronts the stream stays what it was. Between knots a sixth of the narrowest spread apart the correction is a
straight line, which is off by no more than a five-hundredth of the jump.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from math import ceil, expm1, inf, sqrt
from typing import Final, NamedTuple

from simulator.spread import Mark, arrived
from simulator.stream import Segment, Terms, shifted, total

BEFORE: Final = 4.0
"""Standard deviations before a front's own instant from which on it is felt."""
AFTER: Final = 8.0
"""The same for how long it is felt: the tail is the long side."""
FAINT_K: Final = 0.01
"""Jumps smaller than this stay sharp."""
SHORT_S: Final = 0.02
"""Fronts spread less than this stay sharp."""
_KNOTS: Final = 6.0
_STRAIGHT: Final = 1e-3
"""Exponent over a span whose exponential passes for a straight line."""


class Front(NamedTuple):
    """A change of a sharp stream.

    Args:
        start_s: Where the change begins.
        end_s: Where it ends; the same instant for a jump.
        jump_k: By how much.
        mark: How far it has been spread.
    """

    start_s: float
    end_s: float
    jump_k: float
    mark: Mark

    @property
    def deviation_s(self) -> float:
        """Return its standard deviation."""
        return sqrt(self.mark[0])

    def owed_k(self, at_s: float) -> float:
        """Return what the spread stream has at an instant above the sharp one, because of this front."""
        if at_s >= self.end_s:
            come = 1.0
        elif at_s <= self.start_s:
            come = 0.0
        else:
            come = (at_s - self.start_s) / (self.end_s - self.start_s)
        return self.jump_k * (arrived(at_s - 0.5 * (self.start_s + self.end_s), self.mark) - come)


def spread_out(
    stream: Iterable[Segment], wake: Sequence[Front], from_s: float, reach_s: float
) -> Iterator[Segment]:
    """Yield a stream with its fronts spread.

    Args:
        stream: The sharp stream, from ``from_s`` or before.
        wake: Fronts that have passed before it begins.
        from_s: Where to begin.
        reach_s: How long before its instant a front yet to come may be felt.
    """
    fronts = [front for front in wake if _felt(front)]
    pending: deque[Segment] = deque()
    for segment in stream:
        if pending:
            fronts.extend(_jump(pending[-1], segment))
        fronts.extend(_ramp(segment))
        pending.append(segment)
        # One is kept back, to be compared with the next.
        while len(pending) > 1 and pending[0].end_s + reach_s <= segment.end_s:
            yield from _passed_on(pending.popleft(), from_s, fronts)
            fronts = [
                front for front in fronts if front.end_s + AFTER * front.deviation_s > pending[0].start_s
            ]
        if segment.end_s == inf:
            break
    for segment in pending:
        yield from _passed_on(segment, from_s, fronts)


def _passed_on(segment: Segment, from_s: float, fronts: Sequence[Front]) -> Iterator[Segment]:
    if segment.end_s > from_s:
        yield from _corrected(segment, max(segment.start_s, from_s), fronts)


def _felt(front: Front) -> bool:
    return abs(front.jump_k) > FAINT_K and front.deviation_s > SHORT_S


def _jump(before: Segment, after: Segment) -> Iterator[Front]:
    jump_k = total(after.terms, 0.0) - total(before.terms, before.end_s - before.start_s)
    front = Front(after.start_s, after.start_s, jump_k, after.mark)
    if _felt(front):
        yield front


def _ramp(segment: Segment) -> Iterator[Front]:
    """Yield the change within a segment that is short against its spread, in steps of half of that."""
    span_s = segment.end_s - segment.start_s
    deviation_s = sqrt(max(0.0, segment.mark[0]))
    if span_s > BEFORE * deviation_s:
        return
    steps = ceil(2.0 * span_s / deviation_s)
    for step in range(steps):
        start_s, end_s = span_s * step / steps, span_s * (step + 1) / steps
        jump_k = total(segment.terms, end_s) - total(segment.terms, start_s)
        front = Front(segment.start_s + start_s, segment.start_s + end_s, jump_k, segment.mark)
        if _felt(front):
            yield front


def _corrected(segment: Segment, from_s: float, fronts: Sequence[Front]) -> Iterator[Segment]:
    terms = shifted(segment.terms, from_s - segment.start_s)
    spans = [
        (front.start_s - BEFORE * front.deviation_s, front.end_s + AFTER * front.deviation_s, front)
        for front in fronts
    ]
    spans = [one for one in spans if one[0] < segment.end_s and one[1] > from_s]
    at_s = from_s
    while at_s < segment.end_s:
        next_s = min((begin_s for begin_s, _, _ in spans if begin_s > at_s), default=segment.end_s)
        next_s = min(next_s, segment.end_s)
        near = [front for begin_s, end_s, front in spans if begin_s <= at_s < end_s]
        if not near:
            yield Segment(at_s, next_s, shifted(terms, at_s - from_s), segment.mark)
        else:
            next_s = min(at_s + min(front.deviation_s for front in near) / _KNOTS, next_s)
            first_k = sum(front.owed_k(at_s) for front in near)
            # Just before a jump that lies there, the sharp stream has not made it yet.
            last_k = sum(_owed_before_k(front, next_s) for front in near)
            yield Segment(
                at_s, next_s, _plus_line(shifted(terms, at_s - from_s), first_k, last_k, next_s - at_s)
            )
        at_s = next_s


def _owed_before_k(front: Front, at_s: float) -> float:
    owed_k = front.owed_k(at_s)
    return owed_k + front.jump_k if front.start_s == front.end_s == at_s else owed_k


def _plus_line(terms: Terms, first_k: float, last_k: float, span_s: float) -> Terms:
    rate = _STRAIGHT / span_s
    height_k = (last_k - first_k) / expm1(_STRAIGHT)
    return (*terms, (first_k - height_k, 0.0), (height_k, rate))
