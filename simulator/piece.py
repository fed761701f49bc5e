"""A piece of water in a pipe: its volume, and its temperature as a sum of exponentials along it."""

from math import exp
from typing import Final

from simulator.stream import Terms, growth

SAME_K: Final = 1e-11
"""Two pieces whose temperatures meet so closely, with the same slope, are one piece."""
_SAME_SLOPE: Final = 1e-9
_STEEPEST: Final = 100.0
"""Exponent over a piece beyond which it is not lengthened, so that no exponential leaves the range of numbers."""


class Piece:
    """Water that entered in one go.

    Args:
        volume_l: Its volume in a pipe without wall (see ``simulator.pipe``), in l.
        ref_s: Instant at which the amplitudes hold.
        terms: Amplitude in K at the upstream edge and slope in 1/l of each exponential along the piece.
    """

    __slots__ = ("ref_s", "terms", "volume_l")

    def __init__(self, volume_l: float, ref_s: float, terms: Terms) -> None:
        self.volume_l = volume_l
        self.ref_s = ref_s
        self.terms = terms


def value(piece: Piece, within_l: float, at_s: float, cooling: float) -> float:
    """Return the temperature in K at a place in the piece, counted from its upstream edge, at an instant."""
    faded = cooling * (piece.ref_s - at_s)
    return sum(amplitude * exp(slope * within_l + faded) for amplitude, slope in piece.terms)


def heat(piece: Piece, at_s: float, cooling: float) -> float:
    """Return the heat of the piece at an instant, in K l."""
    held = sum(amplitude * growth(slope, piece.volume_l) for amplitude, slope in piece.terms)
    return held * exp(cooling * (piece.ref_s - at_s))


def flipped(piece: Piece) -> Piece:
    """Return the piece as seen from its other end."""
    volume_l = piece.volume_l
    return Piece(
        volume_l,
        piece.ref_s,
        tuple((amplitude * exp(slope * volume_l), -slope) for amplitude, slope in piece.terms),
    )


def joined(newer: Piece, older: Piece, cooling: float) -> Piece | None:
    """Return two neighbours as one if the newer one, upstream, only continues the older one; else None."""
    if len(newer.terms) != 1 or len(older.terms) != 1:
        return None
    (new_k, new_slope), (old_k, old_slope) = newer.terms[0], older.terms[0]
    volume_l = newer.volume_l + older.volume_l
    same_slope = abs(new_slope - old_slope) <= _SAME_SLOPE * abs(new_slope)
    if not (same_slope or new_k == old_k == 0.0) or abs(new_slope) * volume_l > _STEEPEST:
        return None
    seam_k = new_k * exp(new_slope * newer.volume_l)
    if abs(seam_k - old_k * exp(cooling * (older.ref_s - newer.ref_s))) > SAME_K:
        return None
    return Piece(volume_l, newer.ref_s, newer.terms)
