"""A burner that modulates: what it makes of the water that comes, between its least and its full power."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final, TypeAlias

from simulator.stream import Segment, Terms, first_above, first_below, shifted, total

_SHORTEST_S: Final = 1e-6
"""Pieces of a stream shorter than this are not told apart: rounding, not physics."""

Modulation: TypeAlias = tuple[float, float, float]
"""Set point, rise at least power and rise at full power, in K."""


def modulated(
    stream: Iterable[Segment], setpoint_k: float, least_k: float, most_k: float
) -> Iterator[Segment]:
    """Yield a stream after a burner that brings it to the set point as far as its power allows.

    Args:
        stream: What comes, at constant flow.
        setpoint_k: Temperature aimed at, in K above the room.
        least_k: Rise of the water at the burner's least power, in K.
        most_k: Rise at its full power, in K.
    """
    for segment in stream:
        edges_s = _crossings_s(segment, (setpoint_k - most_k, setpoint_k - least_k))
        for start_s, end_s in pairwise(edges_s):
            terms = shifted(segment.terms, start_s - segment.start_s)
            middle_s = min(0.5 * (start_s + end_s), start_s + 1.0) - start_s
            needed_k = setpoint_k - total(terms, middle_s)
            if least_k < needed_k < most_k:
                yield Segment(start_s, end_s, ((setpoint_k, 0.0),))
            else:
                yield Segment(start_s, end_s, _lifted(terms, least_k if needed_k <= least_k else most_k))


def fired(stream: Iterable[Segment], lit_s: float, after: Modulation) -> Iterator[Segment]:
    """Yield a stream that passes a burner unchanged until it is lit.

    Args:
        stream: What comes.
        lit_s: When it is lit; infinite for never.
        after: What the lit burner makes of it.
    """
    for segment in stream:
        if segment.start_s < lit_s:
            yield segment._replace(end_s=min(lit_s, segment.end_s))
        if lit_s < segment.end_s:
            start_s = max(lit_s, segment.start_s)
            rest = Segment(start_s, segment.end_s, shifted(segment.terms, start_s - segment.start_s))
            yield from modulated((rest,), *after)


def _crossings_s(segment: Segment, levels_k: Iterable[float]) -> list[float]:
    """Return the instants at which a segment crosses levels, between its own ends."""
    start_s, end_s, terms, _ = segment
    if all(rate == 0.0 for _, rate in terms):
        return [start_s, end_s]
    found = {start_s, end_s}
    for level_k in levels_k:
        at_s: float | None = start_s
        while at_s is not None:
            below = total(terms, at_s - start_s) < level_k
            search = first_above if below else first_below
            at_s = search((segment,), level_k, at_s, end_s - _SHORTEST_S)
            if at_s is not None:
                found.add(at_s)
                at_s += _SHORTEST_S
    return sorted(found)


def _lifted(terms: Terms, by_k: float) -> Terms:
    steady_k = by_k + sum(amplitude for amplitude, rate in terms if rate == 0.0)
    return ((steady_k, 0.0), *(term for term in terms if term[1] != 0.0))
