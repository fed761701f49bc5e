"""Merging neighbouring pieces in a compiled pipe that holds too many (see ``simulator.merging``)."""

from math import exp, log

from simulator import merging
from simulator.kernel.compiled import compiled
from simulator.kernel.pieces import growth, heat, heat_at_entry, value
from simulator.kernel.records import ROOM, Record, Records

MANY_PIECES = merging.MANY_PIECES
_FEW = merging.FEW_PIECES
_ALLOWED_K = merging.MERGING_ERROR_K
_WIDEST = 1e6
_MASK = ROOM - 1


@compiled
def thin(pipe: Record, row: Records, at_s: float) -> None:
    """Merge neighbours until few are left; the pieces at both ends stay, and so does the heat.

    Args:
        pipe: A pipe booked to its outlet.
        row: Room of its pieces.
        at_s: The instant settled to.
    """
    brought_kl = _brought(pipe, row)
    allowed_k, error_k = _ALLOWED_K, 0.0
    while pipe.count > _FEW:
        error_k += _thin_once(pipe, row, at_s, allowed_k)
        allowed_k *= 2.0
    pipe.brought_kl += brought_kl - _brought(pipe, row)
    pipe.merging_k = max(pipe.merging_k, error_k)


@compiled
def low_of(pipe: Record, row: Records, number: int) -> float:
    """Return the lower edge of a piece, counted from the lowest; the upper edge of the last with one more."""
    if number == 0:
        lowest_l: float = pipe.head_l - pipe.thermal_l
        return lowest_l
    if number == pipe.count:
        highest_l: float = pipe.head_l
        return highest_l
    low_l: float = row[(pipe.first + number) & _MASK].low_l
    return low_l


@compiled
def content_kl(pipe: Record, row: Records, at_s: float) -> float:
    """Return the heat of a pipe above the room, in K l; with flow, at the instant settled to."""
    held_kl = 0.0
    for number in range(pipe.count):
        piece = row[(pipe.first + number) & _MASK]
        held_kl += heat(piece, low_of(pipe, row, number), low_of(pipe, row, number + 1), at_s, pipe.cooling)
    return held_kl


@compiled
def _brought(pipe: Record, row: Records) -> float:
    brought_kl = 0.0
    for number in range(pipe.count):
        piece = row[(pipe.first + number) & _MASK]
        brought_kl += heat_at_entry(piece, low_of(pipe, row, number), low_of(pipe, row, number + 1))
    return brought_kl


@compiled
def lost_kl(pipe: Record, row: Records, at_s: float) -> float:
    """Return the heat that a pipe, booked to its outlet, has lost to the room, in K l."""
    lost: float = pipe.brought_kl + _brought(pipe, row) - pipe.left_kl - content_kl(pipe, row, at_s)
    return lost


@compiled
def _thin_once(pipe: Record, row: Records, at_s: float, allowed_k: float) -> float:
    """Go once through the pieces between the two at the ends; returns the largest error made, in K."""
    worst_k, kept, fresh, count = 0.0, 1, True, pipe.count
    top_l = row[(pipe.first + count - 1) & _MASK].low_l
    for number in range(1, count - 1):
        piece = row[(pipe.first + number) & _MASK]
        high_l = row[(pipe.first + number + 1) & _MASK].low_l if number < count - 2 else top_l
        last = row[(pipe.first + kept - 1) & _MASK]
        # A piece just merged is left alone in this pass: errors would add up unseen.
        if not fresh:
            error_k = _merge(last, piece, high_l, at_s, pipe.cooling, allowed_k)
            if error_k <= allowed_k:
                worst_k, fresh = max(worst_k, error_k), True
                continue
        row[(pipe.first + kept) & _MASK] = piece
        kept, fresh = kept + 1, False
    row[(pipe.first + kept) & _MASK] = row[(pipe.first + count - 1) & _MASK]
    pipe.count = kept + 1
    return worst_k


@compiled
def _merge(low: Record, high: Record, high_l: float, at_s: float, cooling: float, allowed_k: float) -> float:
    """Merge a piece into the one below it if that makes no greater error than allowed; returns a bound of the error."""
    low_l, seam_l = low.low_l, high.low_l
    held_kl = heat(low, low_l, seam_l, at_s, cooling) + heat(high, seam_l, high_l, at_s, cooling)
    first_k, last_k = value(low, low_l, at_s, cooling), value(high, high_l, at_s, cooling)
    volume_l = high_l - low_l
    slope = 0.0
    if first_k * last_k > 0.0 and 1.0 / _WIDEST < last_k / first_k < _WIDEST and volume_l > 0.0:
        slope = log(last_k / first_k) / volume_l
    share_l = growth(slope, volume_l)
    excess_k = held_kl / share_l if share_l else first_k
    error_k = max(
        _error(low, low_l, low_l, seam_l, excess_k, slope, at_s, cooling),
        _error(high, low_l, seam_l, high_l, excess_k, slope, at_s, cooling),
    )
    if error_k <= allowed_k:
        low.ref_l, low.ref_s, low.fading, low.terms = low_l, at_s, 0.0, 1
        low.excess_k[0], low.slope[0] = excess_k, slope
    return error_k


@compiled
def _error(
    piece: Record,
    ref_l: float,
    low_l: float,
    high_l: float,
    excess_k: float,
    slope: float,
    at_s: float,
    cooling: float,
) -> float:
    """Return a bound of the difference between a piece and the exponential that is to replace it."""
    ends_k = max(
        abs(value(piece, low_l, at_s, cooling) - excess_k * exp(slope * (low_l - ref_l))),
        abs(value(piece, high_l, at_s, cooling) - excess_k * exp(slope * (high_l - ref_l))),
    )
    bent = abs(excess_k) * slope * slope * exp(max(slope * (low_l - ref_l), slope * (high_l - ref_l)))
    faded = cooling * (piece.ref_s - at_s)
    for term in range(piece.terms):
        steep = piece.slope[term]
        along = max(steep * (low_l - piece.ref_l), steep * (high_l - piece.ref_l))
        bent += abs(piece.excess_k[term]) * steep * steep * exp(along + faded)
    length_l = high_l - low_l
    return ends_k + bent * length_l * length_l / 8.0
