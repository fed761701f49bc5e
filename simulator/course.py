"""What a lagging sensor feels along a stream of water: exact, worked out only as far as it is asked for.

The sensor obeys ``d felt / dt = (stream - felt) / lag``. On a segment of the stream, a sum of exponentials, what it feels
is again a sum of exponentials: each of the segment's terms divided by ``1 + rate x lag``, plus one term that fades with
the lag and makes the ends meet. So a crossing of a level is the root of such a sum, and found instead of polled.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import exp, inf, log
from operator import itemgetter
from typing import Final, NamedTuple

from simulator.stream import Segment, Term, Terms, shifted

_RESONANCE: Final = 1e-6
"""A term this near to the sensor's own rate is moved off it by as much, which shifts what is felt by a millionth part of
the term at most, instead of losing the digits that the difference of two equal numbers loses."""
_ROOT_S: Final = 1e-8
"""Accuracy in s to which crossings are found."""
_STEPS: Final = 200
_FIRST_STEP_S: Final = 60.0
_FADED: Final = 40.0
"""So many time constants after which nothing of an exponential is left to tell from nothing."""


class Leg(NamedTuple):
    """What is felt along one segment of the stream.

    Args:
        start_s: Where it begins; its terms count time from there.
        end_s: Where it ends; may be infinite.
        terms: The exponentials of what is felt, in K and 1/s.
    """

    start_s: float
    end_s: float
    terms: Terms


class Course:
    """What a sensor feels from an instant on, if a stream comes as expected.

    Args:
        stream: What passes under it, from ``from_s`` or before; read on when needed.
        lag_s: Its time constant in s; 0 for a sensor that shows the water itself.
        from_s: The instant.
        felt_k: What it feels then, in K.
    """

    def __init__(self, stream: Iterable[Segment], lag_s: float, from_s: float, felt_k: float) -> None:
        self._stream = iter(stream)
        self._lag_s = lag_s
        self._felt_k = felt_k
        self._legs: list[Leg] = []
        self._reached_s = from_s
        self._asked = 0

    def felt_k(self, at_s: float) -> float:
        """Return what is felt at an instant not before the beginning, in K above the room."""
        legs, number = self._legs, self._asked
        if number < len(legs) and at_s <= legs[number].start_s:
            number = 0
        while number < len(legs) or self._goes_on():
            leg = legs[number]
            if at_s <= leg.end_s:
                # It is asked as time goes by, so mostly it is asked here again.
                self._asked = number
                return total(leg.terms, at_s - leg.start_s)
            number += 1
        return self._felt_k

    def legs(self) -> Iterator[Leg]:
        """Yield the legs from the beginning; ends where the stream does."""
        number = 0
        while number < len(self._legs) or self._goes_on():
            yield self._legs[number]
            number += 1

    def first_outside(self, low_k: float, high_k: float, from_s: float, until_s: float) -> float | None:
        """Return the first instant at which what is felt is at or below one level or at or above another.

        Args:
            low_k: The lower level, in K.
            high_k: The upper level, in K.
            from_s: Where to begin looking.
            until_s: Where to give up.
        """
        return first_outside(self._ahead(), low_k, high_k, from_s, until_s)

    def _ahead(self) -> Iterator[Segment]:
        # No expression in brackets: compiled, that would read a stream without end to its end.
        for leg in self.legs():
            yield Segment(*leg)

    def _goes_on(self) -> bool:
        """Enter the next segment of the stream, if there is one."""
        for segment in self._stream:
            if segment.end_s > self._reached_s:
                self._enter(segment)
                return True
        return False

    def _enter(self, segment: Segment) -> None:
        start_s = self._reached_s
        terms = lagged(segment.terms, start_s - segment.start_s, self._lag_s, self._felt_k)
        self._legs.append(Leg(start_s, segment.end_s, terms))
        self._reached_s = segment.end_s
        if segment.end_s < inf:
            self._felt_k = total(terms, segment.end_s - start_s)


def total(terms: Terms, after_s: float) -> float:
    """Return the value of a sum of exponentials, in K, so many seconds after its zero."""
    value_k = 0.0
    for amplitude, rate in terms:
        value_k += amplitude * exp(rate * after_s) if rate else amplitude
    return value_k


def lagged(terms: Terms, gone_s: float, lag_s: float, felt_k: float) -> Terms:
    """Return what is felt along a segment.

    Args:
        terms: The segment's exponentials, in K and 1/s.
        gone_s: How far into the segment the leg begins, in s.
        lag_s: The sensor's time constant, in s.
        felt_k: What it feels there, in K.
    """
    if len(terms) == 1 and lag_s:
        excess_k, rate = terms[0]
        detuned = 1.0 + rate * lag_s
        if not -_RESONANCE < detuned < _RESONANCE:
            lasts_k = excess_k * exp(rate * gone_s) / detuned
            rest_k = felt_k - lasts_k
            return ((lasts_k, rate), (rest_k, -1.0 / lag_s)) if rest_k else ((lasts_k, rate),)
    followed: list[Term] = []
    rest_k = felt_k
    for first_k, rate in terms:
        detuned = 1.0 + rate * lag_s
        near = -_RESONANCE < detuned < _RESONANCE
        amplitude = first_k * exp(rate * gone_s) / (_RESONANCE if near else detuned)
        followed.append((amplitude, (_RESONANCE - 1.0) / lag_s if near else rate))
        rest_k -= amplitude
    if lag_s and rest_k:
        followed.append((rest_k, -1.0 / lag_s))
    return tuple(followed)


def leaves(terms: Terms, low_k: float, high_k: float, span_s: float) -> float | None:
    """Return when a sum of exponentials first is at or below one level or at or above another.

    Args:
        terms: The exponentials, in K and 1/s.
        low_k: The lower level, in K; minus infinity for none.
        high_k: The upper level, in K; infinity for none.
        span_s: Where to give up, in s; may be infinite.

    Returns:
        The time in s, exact to ``1e-8 s``, or None when it stays between them.
    """
    from_s, value_k = 0.0, total(terms, 0.0)
    if not low_k < value_k < high_k:
        return 0.0
    most_k = least_k = 0.0
    fades = True
    for amplitude, rate in terms:
        if amplitude > 0.0:
            most_k += amplitude
        else:
            least_k += amplitude
        if rate > 0.0:
            fades = False
    if fades and low_k < least_k and most_k < high_k:
        return None  # a sum of fading exponentials stays between the sums of its parts
    for until_s in (*turning_points(terms, span_s), span_s):
        end_k = _limit(terms) if until_s == inf else total(terms, until_s)
        if end_k >= high_k:
            return _reached(terms, high_k, from_s, until_s)
        if end_k <= low_k:
            return _reached(terms, low_k, from_s, until_s)
        from_s = until_s
    return None


def first_outside(
    stream: Iterable[Segment], low_k: float, high_k: float, from_s: float, until_s: float
) -> float | None:
    """Return the first instant at which a stream is at or below one level or at or above another.

    Args:
        stream: Segments in order, reaching from ``from_s`` or before.
        low_k: The lower level, in K.
        high_k: The upper level, in K.
        from_s: Where to begin looking.
        until_s: Where to give up.

    Returns:
        The instant, or None when there is none before ``until_s``.
    """
    for start_s, end_s, terms, _ in stream:
        if end_s <= from_s:
            continue
        begin_s = max(start_s, from_s)
        if begin_s >= until_s:
            return None
        left = terms if begin_s == start_s else shifted(terms, begin_s - start_s)
        after_s = leaves(left, low_k, high_k, (end_s if end_s < until_s else until_s) - begin_s)
        if after_s is not None:
            return begin_s + after_s
    return None


def turning_points(terms: Terms, span_s: float) -> list[float]:
    """Return where a sum of exponentials turns between rising and falling within a span, in order."""
    if len(terms) < 2:
        return []
    slopes = [(amplitude * rate, rate) for amplitude, rate in terms if amplitude and rate]
    if len(slopes) < 2 or (len(slopes) == 2 and (slopes[0][0] > 0.0) is (slopes[1][0] > 0.0)):
        return []
    return _zeros(tuple(slopes), span_s)


def slope(terms: Terms, at_s: float) -> float:
    """Return the slope of a sum of exponentials, in K/s."""
    steep = 0.0
    for amplitude, rate in terms:
        if rate:
            steep += amplitude * rate * exp(rate * at_s)
    return steep


def _zeros(terms: Terms, span_s: float) -> list[float]:
    """Return the sign changes of a sum of exponentials within a span, in order.

    Divided by one of its exponentials, a sum has a slope with one term less: between that one's zeros it is monotone.
    """
    if len(terms) > 2:
        terms = _gathered(terms)
    if len(terms) < 2 or all(one[0] > 0.0 for one in terms) or all(one[0] < 0.0 for one in terms):
        return []
    if len(terms) == 2:
        (first_k, first), (second_k, second) = terms
        if first == second or not first_k or not second_k:
            return []
        at_s = log(-second_k / first_k) / (first - second)
        return [at_s] if 0.0 < at_s < span_s else []
    (_, least), *others = sorted(terms, key=itemgetter(1))
    eased = tuple((amplitude * (rate - least), rate - least) for amplitude, rate in others)
    edges = [0.0, *_zeros(eased, span_s), _horizon(terms) if span_s == inf else span_s]
    found = []
    for low_s, high_s in pairwise(edges):
        before, after = total(terms, low_s), total(terms, high_s)
        if low_s < high_s and before * after < 0.0:
            found.append(_root(terms, 0.0, low_s, high_s))
    return found


def _reached(terms: Terms, level_k: float, from_s: float, until_s: float) -> float:
    """Return where a sum that is monotone from ``from_s`` to ``until_s`` and gets past a level reaches it."""
    step_s = _FIRST_STEP_S
    rises = total(terms, from_s) < level_k
    if until_s == inf:
        # A little beyond where the slowest part alone would have come, it has mostly been reached.
        until_s = 1.01 * _lasting(terms, level_k)
        if not (until_s > from_s and (total(terms, until_s) >= level_k) is rises):
            until_s = inf
    while until_s == inf:
        ahead_s = from_s + step_s
        if (total(terms, ahead_s) >= level_k) is rises:
            until_s = ahead_s
        else:
            from_s, step_s = ahead_s, 2.0 * step_s
    return _root(terms, level_k, from_s, until_s)


def _root(terms: Terms, level_k: float, low_s: float, high_s: float) -> float:
    """Return where a sum that is on different sides of a level at two instants reaches it: Newton's way, kept in between.

    The answer lies on the far side, so that the level has been reached there.
    """
    rises = total(terms, low_s) < level_k
    at_s = _lasting(terms, level_k)
    if not low_s < at_s < high_s:
        at_s = 0.5 * (low_s + high_s)
    stepped = False
    for _ in range(_STEPS):
        value_k = steep = 0.0
        for amplitude, rate in terms:
            part_k = amplitude * exp(rate * at_s)
            value_k += part_k
            steep += part_k * rate
        missing_k = value_k - level_k
        if missing_k >= 0.0 if rises else missing_k <= 0.0:
            high_s = at_s
        else:
            low_s = at_s
        if high_s - low_s <= _ROOT_S:
            break
        next_s = at_s - missing_k / steep if steep else inf
        if abs(next_s - at_s) < 0.5 * _ROOT_S:
            # As near as asked for: step over, so that the other side closes in too.
            # Once is enough: where rounding has made it flat, steps lead nowhere.
            next_s = inf if stepped else next_s + (_ROOT_S if low_s == at_s else -_ROOT_S)
            stepped = True
        at_s = next_s if low_s < next_s < high_s else 0.5 * (low_s + high_s)
    return high_s


def _lasting(terms: Terms, level_k: float) -> float:
    """Return where the slowest of the exponentials alone reaches a level: near the root when the others have faded."""
    slowest_k, least = terms[0]
    for amplitude, rate in terms:
        if abs(rate) < abs(least):
            slowest_k, least = amplitude, rate
    return log(level_k / slowest_k) / least if least and level_k * slowest_k > 0.0 else -1.0


def _gathered(terms: Terms) -> Terms:
    """Return the same sum with one term for each rate, and none of nothing."""
    by_rate: dict[float, float] = {}
    for amplitude, rate in terms:
        by_rate[rate] = by_rate.get(rate, 0.0) + amplitude
    return tuple((amplitude, rate) for rate, amplitude in by_rate.items() if amplitude)


def _limit(terms: Terms) -> float:
    """Return what a sum of fading exponentials tends to."""
    return sum(amplitude for amplitude, rate in terms if rate == 0.0)


def _horizon(terms: Terms) -> float:
    """Return when nothing is left to happen in a sum of fading exponentials, in s."""
    return _FADED / min((abs(rate) for _, rate in terms if rate), default=1.0)
