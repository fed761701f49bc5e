"""Pieces of water in compiled pipes: temperature, heat, what leaves (see ``simulator.piece``)."""

from math import exp, expm1

from simulator.kernel.compiled import compiled
from simulator.kernel.records import Record

_STEADY = 1e-17
_FLAT = 3e-3


@compiled
def growth(rate: float, span: float) -> float:
    """Return the integral of ``exp(rate x)`` over ``0..span``."""
    exponent = rate * span
    if -_FLAT < exponent < _FLAT:
        return span * (1.0 + exponent * (0.5 + exponent * (1.0 / 6.0 + exponent / 24.0)))
    return expm1(exponent) / rate


@compiled
def value(piece: Record, number_l: float, at_s: float, cooling: float) -> float:
    """Return the temperature in K of the water with a number at an instant."""
    along_l, faded = number_l - piece.ref_l, cooling * (piece.ref_s - at_s)
    found_k = piece.excess_k[0] * exp(piece.slope[0] * along_l + faded)
    for term in range(1, piece.terms):
        found_k += piece.excess_k[term] * exp(piece.slope[term] * along_l + faded)
    return found_k


@compiled
def between(amplitude: float, slope: float, low_l: float, high_l: float, faded: float) -> float:
    """Return the integral of one exponential between two numbers, in K l, from the end where it is larger."""
    if slope == 0.0:
        return amplitude * exp(faded) * (high_l - low_l) if faded else amplitude * (high_l - low_l)
    edge_l = high_l if slope > 0.0 else low_l
    return amplitude * exp(slope * edge_l + faded) * growth(-abs(slope), high_l - low_l)


@compiled
def heat(piece: Record, low_l: float, high_l: float, at_s: float, cooling: float) -> float:
    """Return the heat in K l of the water between two numbers at an instant."""
    faded = cooling * (piece.ref_s - at_s)
    held_kl = 0.0
    for term in range(piece.terms):
        held_kl += between(
            piece.excess_k[term], piece.slope[term], low_l - piece.ref_l, high_l - piece.ref_l, faded
        )
    return held_kl


@compiled
def heat_at_entry(piece: Record, low_l: float, high_l: float) -> float:
    """Return the heat in K l that the water between two numbers brought into the pipe."""
    brought_kl = 0.0
    for term in range(piece.terms):
        slope = piece.slope[term] - piece.fading
        brought_kl += between(piece.excess_k[term], slope, low_l - piece.ref_l, high_l - piece.ref_l, 0.0)
    return brought_kl


@compiled
def rate_of(slope: float, flow: float, cooling: float) -> float:
    """Return the rate in 1/s with which an exponential passes a place."""
    rate = slope * flow - cooling
    return rate if abs(rate) > _STEADY else 0.0


@compiled
def leave(told: Record, piece: Record, pipe: Record, number_l: float, at_s: float) -> None:
    """Tell what passes a place from an instant on, at which the water with that number stands there.

    Args:
        told: A change or a stream, which is told the exponentials.
        piece: The piece.
        pipe: Its pipe.
        number_l: The number of the water, in l.
        at_s: The instant, in s.
    """
    along_l, faded = number_l - piece.ref_l, pipe.cooling * (piece.ref_s - at_s)
    told.terms = piece.terms
    told.excess_k[0] = piece.excess_k[0] * exp(piece.slope[0] * along_l + faded)
    told.rate[0] = rate_of(piece.slope[0], pipe.flow, pipe.cooling)
    for term in range(1, piece.terms):
        told.excess_k[term] = piece.excess_k[term] * exp(piece.slope[term] * along_l + faded)
        told.rate[term] = rate_of(piece.slope[term], pipe.flow, pipe.cooling)
