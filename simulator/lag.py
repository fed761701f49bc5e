"""A lag of first order behind a stream of temperatures: what the element of a valve feels of the water around it.

The stream is a sum of exponentials between its boundaries, so what is felt is one too, with one term more.
"""

from collections.abc import Iterable, Iterator
from math import exp
from typing import Final

from simulator.stream import Segment, Term, total

_RESONANCE: Final = 1e-6


def lagged(stream: Iterable[Segment], lag_s: float, from_s: float, felt_k: float) -> Iterator[Segment]:
    """Yield what is felt: ``d felt / dt = (stream - felt) / lag``.

    Args:
        stream: What it is in, from ``from_s`` or before, without gap.
        lag_s: Time constant, in s; 0 feels the stream itself.
        from_s: Where to begin.
        felt_k: What is felt there, in K above the room.
    """
    for segment in stream:
        if segment.end_s <= from_s:
            continue
        began_s = max(from_s, segment.start_s)
        if not lag_s:
            yield segment
            continue
        felt = _felt(segment, lag_s, began_s, felt_k)
        yield felt
        felt_k = total(felt.terms, felt.end_s - felt.start_s)


def _felt(segment: Segment, lag_s: float, began_s: float, felt_k: float) -> Segment:
    # A term that fades exactly with the lag would grow like t exp(-t): a lag a millionth longer feels the same.
    if any(abs(1.0 + rate * lag_s) < _RESONANCE for _, rate in segment.terms):
        lag_s *= 1.0 + 2.0 * _RESONANCE
    gone_s = began_s - segment.start_s
    driven: list[Term] = [
        (first_k * exp(rate * gone_s) / (1.0 + rate * lag_s), rate) for first_k, rate in segment.terms
    ]
    rest_k = felt_k - sum(amplitude for amplitude, _ in driven)
    return Segment(began_s, segment.end_s, (*driven, (rest_k, -1.0 / lag_s)))
