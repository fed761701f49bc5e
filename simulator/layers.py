"""Layers of water in a tank: each of one temperature, lying on each other by density.

A layer is water that stays together: it rises when water comes in below, cools like everything in the tank, and is
warmed while the heater works on it. Its excess over the room is ``steady + fading exp(-k (t - ref))``.
"""

from collections.abc import Sequence
from math import exp, inf, log
from typing import Final

from simulator.stream import Segment, Terms

SAME_LAYER_K: Final = 0.01
"""Neighbours closer than this become one layer: their difference is the error made, their heat is kept. Our choice."""
_REACHED_K: Final = 1e-6
"""A temperature so close to a level has reached it: rounding, not physics."""


class Layer:
    """Water of one temperature.

    Args:
        volume_l: Its volume, in l.
        excess_k: Its temperature above the room, in K.
        at_s: When.
    """

    __slots__ = ("fading_k", "ref_s", "steady_k", "volume_l")

    def __init__(self, volume_l: float, excess_k: float, at_s: float) -> None:
        self.volume_l = volume_l
        self.steady_k = 0.0
        self.fading_k = excess_k
        self.ref_s = at_s


def value_k(layer: Layer, at_s: float, cooling: float) -> float:
    """Return a layer's temperature above the room at an instant, in K."""
    return layer.steady_k + layer.fading_k * exp(cooling * (layer.ref_s - at_s))


def warm(layer: Layer, at_s: float, cooling: float, power_kl_s: float) -> None:
    """Let a layer be heated from an instant on with so much power, in K l/s; 0 lets it only cool."""
    excess_k = value_k(layer, at_s, cooling)
    layer.steady_k = power_kl_s / (cooling * layer.volume_l)
    layer.fading_k = excess_k - layer.steady_k
    layer.ref_s = at_s


def leaving(layer: Layer, start_s: float, end_s: float, cooling: float) -> Segment:
    """Return the stream that a layer makes while it leaves."""
    fading = (layer.fading_k * exp(cooling * (layer.ref_s - start_s)), -cooling)
    terms: Terms = ((layer.steady_k, 0.0), fading) if layer.steady_k else (fading,)
    return Segment(start_s, end_s, terms)


def reaches_s(layer: Layer, level_k: float, now_s: float, cooling: float, *, rising: bool) -> float:
    """Return in how many seconds a layer's temperature reaches a level from below (or from above); may be infinite."""
    missing_k = level_k - value_k(layer, now_s, cooling)
    if not rising:
        missing_k = -missing_k
    if missing_k <= _REACHED_K:
        return 0.0
    fading_k = layer.fading_k * exp(cooling * (layer.ref_s - now_s))
    return _fades_to(fading_k, level_k - layer.steady_k, cooling)


def meets_s(heated: Layer, above: Layer, now_s: float, cooling: float) -> float:
    """Return in how many seconds a heated layer is as warm as the one above it, which only cools; may be infinite."""
    lead_k = value_k(above, now_s, cooling) - value_k(heated, now_s, cooling)
    if lead_k <= _REACHED_K:
        return 0.0
    return _fades_to(lead_k + heated.steady_k, heated.steady_k, cooling)


def _fades_to(fading_k: float, level_k: float, cooling: float) -> float:
    if level_k == 0.0 or (fading_k > 0.0) != (level_k > 0.0):
        return inf
    after_s = log(fading_k / level_k) / cooling
    return after_s if after_s >= 0.0 else inf


def joined(below: Layer, above: Layer, at_s: float, cooling: float) -> Layer:
    """Return two layers mixed."""
    volume_l = below.volume_l + above.volume_l
    held_kl = below.volume_l * value_k(below, at_s, cooling) + above.volume_l * value_k(above, at_s, cooling)
    return Layer(volume_l, held_kl / volume_l, at_s)


def settled(layers: Sequence[Layer], at_s: float, cooling: float) -> list[Layer]:
    """Return layers, bottom first, after water that lies under colder water has mixed with it."""
    stack: list[Layer] = []
    for layer in layers:
        upper = layer
        while stack and value_k(stack[-1], at_s, cooling) > value_k(upper, at_s, cooling) - SAME_LAYER_K:
            upper = joined(stack.pop(), upper, at_s, cooling)
        stack.append(upper)
    return stack


def divided(layer: Layer, lower_l: float, at_s: float, cooling: float) -> tuple[Layer, Layer]:
    """Return the lower part of a layer, of so many litres, and the rest."""
    excess_k = value_k(layer, at_s, cooling)
    return Layer(lower_l, excess_k, at_s), Layer(layer.volume_l - lower_l, excess_k, at_s)
