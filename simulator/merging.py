"""Merging neighbouring pieces of water, so that a pipe never holds many, at a stated error and no loss of heat."""

from collections import deque
from collections.abc import Iterable
from math import exp, log
from typing import Final

from simulator.piece import Piece, heat, value
from simulator.stream import Terms, growth, scaled

MANY_PIECES: Final = 128
"""A pipe that holds more pieces than this is thinned."""
FEW_PIECES: Final = 64
"""Thinning goes on until no more than this are left."""
MERGING_ERROR_K: Final = 0.01
"""Error in K anywhere in the pipe with which thinning begins; it doubles until few enough pieces are left."""
_WIDEST_RATIO: Final = 1e6


def thinned(pieces: Iterable[Piece], at_s: float, cooling: float) -> tuple[deque[Piece], float]:
    """Return the pieces with neighbours merged, and the largest error made, in K.

    The heat of the pipe stays the same.

    Args:
        pieces: From upstream to downstream.
        at_s: The present.
        cooling: Rate with which all of them cool, in 1/s.
    """
    kept = deque(pieces)
    allowed_k, worst_k = MERGING_ERROR_K, 0.0
    while len(kept) > FEW_PIECES:
        kept, error_k = _thinned_once(kept, at_s, cooling, allowed_k)
        worst_k += error_k
        allowed_k *= 2.0
    return kept, worst_k


def _thinned_once(
    pieces: Iterable[Piece], at_s: float, cooling: float, allowed_k: float
) -> tuple[deque[Piece], float]:
    kept: deque[Piece] = deque()
    worst_k = 0.0
    fresh = False
    for piece in pieces:
        # A piece just merged is left alone in this pass: errors would add up unseen.
        if kept and not fresh:
            whole, error_k = merged(kept[-1], piece, at_s, cooling)
            if error_k <= allowed_k:
                kept[-1] = whole
                worst_k = max(worst_k, error_k)
                fresh = True
                continue
        kept.append(piece)
        fresh = False
    return kept, worst_k


def merged(up: Piece, down: Piece, at_s: float, cooling: float) -> tuple[Piece, float]:
    """Return one piece with the heat of two neighbours, and a bound of its error at ``at_s``, in K."""
    volume_l = up.volume_l + down.volume_l
    held_kl = heat(up, at_s, cooling) + heat(down, at_s, cooling)
    first_k = value(up, 0.0, at_s, cooling)
    last_k = value(down, down.volume_l, at_s, cooling)
    slope = 0.0
    if first_k * last_k > 0.0 and 1.0 / _WIDEST_RATIO < last_k / first_k < _WIDEST_RATIO:
        slope = log(last_k / first_k) / volume_l
    whole = Piece(volume_l, at_s, ((held_kl / growth(slope, volume_l), slope),))
    error_k = max(_error(up, whole, 0.0, at_s, cooling), _error(down, whole, up.volume_l, at_s, cooling))
    return whole, error_k


def _error(piece: Piece, whole: Piece, offset_l: float, at_s: float, cooling: float) -> float:
    """Return a bound of the difference between a piece and the part of the whole that replaces it.

    A smooth function differs from zero by no more than at its ends, plus an eighth of its greatest curvature times
    the length squared.
    """
    length_l = piece.volume_l
    ends_k = max(
        abs(value(piece, within_l, at_s, cooling) - value(whole, offset_l + within_l, at_s, cooling))
        for within_l in (0.0, length_l)
    )
    faded = exp(cooling * (piece.ref_s - at_s))
    curvature = _curvature(scaled(piece.terms, faded), 0.0, length_l)
    curvature += _curvature(whole.terms, offset_l, offset_l + length_l)
    return ends_k + curvature * length_l * length_l / 8.0


def _curvature(terms: Terms, low_l: float, high_l: float) -> float:
    return sum(
        abs(amplitude) * slope * slope * max(exp(slope * low_l), exp(slope * high_l))
        for amplitude, slope in terms
    )
