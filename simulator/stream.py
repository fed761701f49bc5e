"""Temperatures as functions of time, exact: pieces of sums of exponentials.

Water that rests or travels in pipes cools as ``exp(-k t)``; what leaves a pipe is therefore, between two changes of
flow, a sequence of segments ``sum of c_i exp(m_i t)``. Delaying, cooling and mixing such streams gives streams of the
same kind, so nothing is approximated and no time step is needed. Temperatures here are kelvins above the room, and may
be negative (mains water).
"""

from collections.abc import Iterable, Iterator, Sequence
from math import exp, expm1, inf, log
from typing import Final, NamedTuple, TypeAlias

Term: TypeAlias = tuple[float, float]
"""Amplitude in K and rate in 1/s of one exponential."""
Terms: TypeAlias = tuple[Term, ...]

SAME_INSTANT_S: Final = 1e-9
"""Boundaries of streams closer than this are one boundary: rounding, not physics."""
_BISECTIONS: Final = 200


class Segment(NamedTuple):
    """One piece of a stream.

    Args:
        start_s: Where it begins; its terms count time from there.
        end_s: Where it ends; may be infinite.
        terms: Its exponentials, in K and 1/s.
        mark: How far the front with which it begins has been spread (see ``simulator.spread``).
    """

    start_s: float
    end_s: float
    terms: Terms
    mark: tuple[float, float] = (0.0, 0.0)


def constant(excess_k: float, start_s: float, end_s: float = inf) -> Segment:
    """Return a segment of one temperature."""
    return Segment(start_s, end_s, ((excess_k, 0.0),))


def growth(rate: float, span: float) -> float:
    """Return the integral of ``exp(rate x)`` over ``0..span``."""
    return expm1(rate * span) / rate if rate else span


def total(terms: Terms, after_s: float) -> float:
    """Return the temperature of terms, in K, so many seconds after their zero."""
    if len(terms) == 1:
        amplitude, rate = terms[0]
        return amplitude * exp(rate * after_s) if rate else amplitude
    return sum(amplitude * exp(rate * after_s) for amplitude, rate in terms)


def shifted(terms: Terms, by_s: float) -> Terms:
    """Return the same temperatures with the zero of time moved forward."""
    if by_s == 0.0:
        return terms
    return tuple((amplitude * exp(rate * by_s) if rate else amplitude, rate) for amplitude, rate in terms)


def scaled(terms: Terms, factor: float) -> Terms:
    """Return the terms times a number."""
    return tuple((amplitude * factor, rate) for amplitude, rate in terms)


def integral(segment: Segment) -> float:
    """Return the integral of a segment's temperature over its time, in K s."""
    span = segment.end_s - segment.start_s
    return sum(amplitude * growth(rate, span) for amplitude, rate in segment.terms)


def cooled_integral(segment: Segment, cooling: float, until_s: float) -> float:
    """Return the integral in K s when each moment's water cools on with a rate in 1/s until an instant."""
    span = segment.end_s - segment.start_s
    at_end = sum(
        amplitude * exp(rate * span) * growth(-(rate + cooling), span) for amplitude, rate in segment.terms
    )
    return at_end * exp(-cooling * (until_s - segment.end_s))


def peak(segment: Segment) -> float:
    """Return the highest temperature of a finite segment, in K."""
    span = segment.end_s - segment.start_s
    turning = _turning_point(segment.terms, span)
    middle = () if turning is None else (total(segment.terms, turning),)
    return max(total(segment.terms, 0.0), total(segment.terms, span), *middle)


def until(stream: Iterable[Segment], end_s: float) -> Iterator[Segment]:
    """Yield a stream up to an instant, where its last segment is cut."""
    for segment in stream:
        if segment.end_s >= end_s:
            yield segment._replace(end_s=end_s)
            return
        yield segment


def mix(parts: Sequence[tuple[float, Iterable[Segment]]]) -> Iterator[Segment]:
    """Yield the sum of streams, each times its weight, for as long as all of them last.

    Args:
        parts: Weight (share of the flow) and stream; the streams begin at the same instant.
    """
    weights = [weight for weight, _ in parts]
    streams = [iter(stream) for _, stream in parts]
    heads = []
    for stream in streams:
        head = next(stream, None)
        if head is None:
            return
        heads.append(head)
    start_s = max([head[0] for head in heads])
    while True:
        end_s = heads[0][1]
        for head in heads:
            if head[1] < end_s:
                end_s = head[1]
        if end_s > start_s:
            # The front at the start is that of the stream whose piece begins there.
            mark = heads[0][3]
            for head in heads:
                if head[0] >= start_s - SAME_INSTANT_S:
                    mark = head[3]
                    break
            yield Segment(start_s, end_s, _sum(weights, heads, start_s), mark)
            start_s = end_s
        if end_s == inf:
            return
        reached_s = end_s + SAME_INSTANT_S
        for number, stream in enumerate(streams):
            if heads[number][1] <= reached_s:
                head = next(stream, None)
                if head is None:
                    return
                heads[number] = head


def _sum(weights: Sequence[float], heads: Sequence[Segment], at_s: float) -> Terms:
    by_rate: dict[float, float] = {}
    for weight, (start_s, _, terms, _) in zip(weights, heads, strict=True):
        gone_s = at_s - start_s
        for amplitude, rate in terms:
            faded_k = amplitude * exp(rate * gone_s) if gone_s and rate else amplitude
            by_rate[rate] = by_rate.get(rate, 0.0) + weight * faded_k
    return tuple([(amplitude, rate) for rate, amplitude in by_rate.items()])


def first_above(stream: Iterable[Segment], level_k: float, from_s: float, until_s: float) -> float | None:
    """Return the first instant at which a stream is at or above a level.

    Args:
        stream: Segments in order, reaching from ``from_s`` or before.
        level_k: The level, in K.
        from_s: Where to begin looking.
        until_s: Where to give up.

    Returns:
        The instant, or None when there is none before ``until_s``.
    """
    for segment in stream:
        if segment.end_s <= from_s:
            continue
        begin_s = max(segment.start_s, from_s)
        if begin_s >= until_s:
            return None
        terms = shifted(segment.terms, begin_s - segment.start_s)
        after_s = _rises_to(terms, level_k, min(segment.end_s, until_s) - begin_s)
        if after_s is not None:
            return begin_s + after_s
    return None


def first_below(stream: Iterable[Segment], level_k: float, from_s: float, until_s: float) -> float | None:
    """Return the first instant at which a stream is at or below a level; see ``first_above``."""
    return first_above(_mirrored(stream), -level_k, from_s, until_s)


def _mirrored(stream: Iterable[Segment]) -> Iterator[Segment]:
    for one in stream:
        yield Segment(one.start_s, one.end_s, scaled(one.terms, -1.0))


def _rises_to(terms: Terms, level_k: float, span_s: float) -> float | None:
    if total(terms, 0.0) >= level_k:
        return 0.0
    if len(terms) == 1:
        return _single_rises_to(terms[0], level_k, span_s)
    if total(terms, span_s) >= level_k:
        return _bisect(terms, level_k, span_s)
    turning = _turning_point(terms, span_s)
    if turning is None or total(terms, turning) < level_k:
        return None
    return _bisect(terms, level_k, turning)


def _single_rises_to(term: Term, level_k: float, span_s: float) -> float | None:
    amplitude, rate = term
    # From below, a positive temperature has to grow to the level, a negative one to fade to it.
    if rate == 0.0 or amplitude == 0.0 or level_k == 0.0 or (level_k > 0.0) != (amplitude > 0.0):
        return None
    after_s = log(level_k / amplitude) / rate
    return after_s if 0.0 <= after_s < span_s else None


def _turning_point(terms: Terms, span_s: float) -> float | None:
    """Return where a sum of several exponentials stops rising, if it rises first and falls after."""
    if len(terms) == 1:
        return None
    slope = tuple((amplitude * rate, rate) for amplitude, rate in terms)
    if total(slope, 0.0) <= 0.0 or total(slope, span_s) >= 0.0:
        return None
    return _bisect(scaled(slope, -1.0), 0.0, span_s)


def _bisect(terms: Terms, level_k: float, high_s: float) -> float:
    """Return where terms that are below a level at 0 and at or above it at ``high_s`` reach it."""
    low_s = 0.0
    for _ in range(_BISECTIONS):
        middle_s = 0.5 * (low_s + high_s)
        if middle_s in (low_s, high_s):
            break
        if total(terms, middle_s) < level_k:
            low_s = middle_s
        else:
            high_s = middle_s
    return high_s
