"""Merging neighbouring pieces of water, so that a pipe never holds many, at a stated error and no loss of heat."""

from collections import deque
from collections.abc import Iterable, Sequence
from math import exp, log
from typing import Final

from simulator.piece import Piece, heat, value
from simulator.stream import growth

MANY_PIECES: Final = 128
"""A pipe that holds more pieces than this is thinned."""
FEW_PIECES: Final = 64
"""Thinning goes on until no more than this are left."""
MERGING_ERROR_K: Final = 0.01
"""Error in K anywhere in the pipe with which thinning begins; it doubles until few enough pieces are left."""
_WIDEST_RATIO: Final = 1e6


def thinned(
    bounds: Sequence[float], pieces: Iterable[Piece], at_s: float, cooling: float
) -> tuple[list[float], deque[Piece], float]:
    """Return the bounds and pieces with neighbours merged, and the largest error made, in K.

    The heat of the pipe stays the same. The pieces at both ends stay as they are: one is still entering, and what comes
    after goes on with it; the other is leaving, and its outlet is known already.

    Args:
        bounds: The numbers between which the pieces lie, in l: one more than there are pieces.
        pieces: In the same order.
        at_s: The present.
        cooling: Rate with which all of them cool, in 1/s.
    """
    first, *kept, last = pieces
    kept_l = list(bounds[1:-1])
    allowed_k, worst_k = MERGING_ERROR_K, 0.0
    while len(kept) > FEW_PIECES - 2:
        kept_l, kept, error_k = _thinned_once(kept_l, kept, at_s, cooling, allowed_k)
        worst_k += error_k
        allowed_k *= 2.0
    return [bounds[0], *kept_l, bounds[-1]], deque((first, *kept, last)), worst_k


def _thinned_once(
    bounds: Sequence[float], pieces: Sequence[Piece], at_s: float, cooling: float, allowed_k: float
) -> tuple[list[float], list[Piece], float]:
    kept_l, kept = [bounds[0]], list[Piece]()
    worst_k = 0.0
    fresh = False
    for piece, low_l, high_l in zip(pieces, bounds, bounds[1:], strict=False):
        # A piece just merged is left alone in this pass: errors would add up unseen.
        if kept and not fresh:
            whole, error_k = merged(kept[-1], piece, (kept_l[-2], low_l, high_l), at_s, cooling)
            if error_k <= allowed_k:
                kept[-1], kept_l[-1] = whole, high_l
                worst_k = max(worst_k, error_k)
                fresh = True
                continue
        kept.append(piece)
        kept_l.append(high_l)
        fresh = False
    return kept_l, kept, worst_k


def merged(
    low: Piece, high: Piece, bounds: tuple[float, float, float], at_s: float, cooling: float
) -> tuple[Piece, float]:
    """Return one piece with the heat of two neighbours, and a bound of its error at ``at_s``, in K.

    Args:
        low: The piece with the lower numbers.
        high: The one with the higher numbers.
        bounds: The numbers at which they begin, meet and end, in l.
        at_s: The present.
        cooling: Rate with which both cool, in 1/s.
    """
    low_l, seam_l, high_l = bounds
    held_kl = heat(low, low_l, seam_l, at_s, cooling) + heat(high, seam_l, high_l, at_s, cooling)
    first_k = value(low, low_l, at_s, cooling)
    last_k = value(high, high_l, at_s, cooling)
    volume_l = high_l - low_l
    slope = 0.0
    if first_k * last_k > 0.0 and 1.0 / _WIDEST_RATIO < last_k / first_k < _WIDEST_RATIO and volume_l > 0.0:
        slope = log(last_k / first_k) / volume_l
    share_l = growth(slope, volume_l)
    # It counts as having entered now: no fading.
    whole: Piece = (low_l, at_s, held_kl / share_l if share_l else first_k, slope, 0.0, ())
    error_k = max(
        _error(low, whole, low_l, seam_l, at_s, cooling), _error(high, whole, seam_l, high_l, at_s, cooling)
    )
    return whole, error_k


def _error(piece: Piece, whole: Piece, low_l: float, high_l: float, at_s: float, cooling: float) -> float:
    """Return a bound of the difference between a piece and the part of the whole that replaces it.

    A smooth function differs from zero by no more than at its ends, plus an eighth of its greatest curvature times
    the length squared.
    """
    ends_k = max(
        abs(value(piece, number_l, at_s, cooling) - value(whole, number_l, at_s, cooling))
        for number_l in (low_l, high_l)
    )
    curvature = sum(_curvature(one, low_l, high_l, at_s, cooling) for one in (piece, whole))
    length_l = high_l - low_l
    return ends_k + curvature * length_l * length_l / 8.0


def _curvature(piece: Piece, low_l: float, high_l: float, at_s: float, cooling: float) -> float:
    ref_l, ref_s, amplitude, slope, _, more = piece
    faded = cooling * (ref_s - at_s)
    return sum(
        abs(height) * steep * steep * exp(max(steep * (low_l - ref_l), steep * (high_l - ref_l)) + faded)
        for height, steep in ((amplitude, slope), *more)
    )
