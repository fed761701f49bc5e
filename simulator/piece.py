"""A piece of water in a pipe: its temperature as a sum of exponentials along it, for good.

Water in a pipe is numbered by litres, as on a tape: the number at the pipe's start is the volume that has ever gone in
there less what has come out. A parcel keeps its number while it rests and while it travels either way, so a piece needs
to be written down once, when it enters. Its excess over the room at number ``n`` and instant ``t`` is ``sum of A exp(s
(n - ref_l) - k (t - ref_s))``; when it entered, ``t`` was a straight line in ``n``, so what it was then is a sum of
exponentials of ``n`` too.
"""

from math import exp
from typing import TypeAlias

from simulator.stream import Terms, growth

Piece: TypeAlias = tuple[float, float, float, float, float, Terms]
"""Number in l and instant in s at which the amplitudes hold; amplitude in K and slope in 1/l of the first exponential;
fading in 1/l, which is the cooling over the flow with which it entered; amplitudes and slopes of further exponentials.
A plain tuple: they are made several times per change of flow."""


def still(excess_k: float, at_s: float) -> Piece:
    """Return a piece of one temperature that never entered."""
    return (0.0, at_s, excess_k, 0.0, 0.0, ())


def value(piece: Piece, number_l: float, at_s: float, cooling: float) -> float:
    """Return the temperature in K of the water with a number at an instant."""
    ref_l, ref_s, amplitude, slope, _, more = piece
    along_l, faded = number_l - ref_l, cooling * (ref_s - at_s)
    found_k = amplitude * exp(slope * along_l + faded)
    if more:
        found_k += sum(other * exp(steep * along_l + faded) for other, steep in more)
    return found_k


def heat(piece: Piece, low_l: float, high_l: float, at_s: float, cooling: float) -> float:
    """Return the heat in K l of the water between two numbers at an instant."""
    ref_l, ref_s, amplitude, slope, _, more = piece
    low_l, high_l, faded = low_l - ref_l, high_l - ref_l, cooling * (ref_s - at_s)
    held_kl = _between(amplitude, slope, low_l, high_l, faded)
    return held_kl + sum(_between(other, steep, low_l, high_l, faded) for other, steep in more)


def heat_at_entry(piece: Piece, low_l: float, high_l: float) -> float:
    """Return the heat in K l that the water between two numbers brought into the pipe."""
    ref_l, _, amplitude, slope, fading, more = piece
    low_l, high_l = low_l - ref_l, high_l - ref_l
    brought_kl = _between(amplitude, slope - fading, low_l, high_l, 0.0)
    return brought_kl + sum(_between(other, steep - fading, low_l, high_l, 0.0) for other, steep in more)


def _between(amplitude: float, slope: float, low_l: float, high_l: float, faded: float) -> float:
    # From the end where it is larger, so that no exponential leaves the range of numbers.
    edge_l = high_l if slope > 0.0 else low_l
    return amplitude * exp(slope * edge_l + faded) * growth(-abs(slope), high_l - low_l)
