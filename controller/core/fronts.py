"""Hot fronts in the supply: how far hot water reaches, by when each stretch of it left the heater.

Water moves down the supply like a plug, so what lies nearer to the heater has always left it later. A front is a row of
stretches, near to far: the share of the supply up to which each reaches, and the instant at which it left the heater.
"""

from math import exp
from typing import Final, TypeAlias

from controller.core.clock import MINUTE_MS, Instant

Front: TypeAlias = tuple[tuple[float, Instant], ...]
LONG_AGO: Final[Instant] = -(10**12)
COLD: Final[Front] = ((1.0, LONG_AGO),)
"""A supply that has been at rest for ever."""
_SAME_MS: Final = MINUTE_MS
"""Stretches that left the heater within this are one."""
_MOST: Final = 24
_LEAST: Final = 1e-6


def pushed(front: Front, at: Instant, share: float, reach: float = 1.0) -> Front:
    """Return the front after fresh water came in.

    Args:
        front: The front before.
        at: When.
        share: How much, as a share of the supply.
        reach: Where it is let out again; what lies beyond stays where it is.
    """
    share = min(share, reach)
    if share <= _LEAST:
        return front
    moved = [(min(upto + share, reach), born) for upto, born in front]
    beyond = [(upto, born) for upto, born in front if upto > reach + _LEAST]
    rows = [(share, at)]
    for upto, born in (*moved, *beyond):
        if upto <= rows[-1][0] + _LEAST:
            continue
        if rows[-1][1] - born < _SAME_MS and upto < 1.0:
            rows[-1] = (upto, born)
        else:
            rows.append((upto, born))
    return tuple(rows[: _MOST - 1]) + (((1.0, rows[-1][1]),) if len(rows) >= _MOST else ())


def hot_share(front: Front, at: Instant, hot_ms: int) -> float:
    """Return how far hot water reaches at an instant, as a share of the supply.

    Args:
        front: The front.
        at: The instant.
        hot_ms: How long water stays hot after it has left the heater.
    """
    reach = 0.0
    for upto, born in front:
        if born + hot_ms <= at:
            break
        reach = upto
    return reach


def hot_until(front: Front, place: float, hot_ms: int) -> Instant:
    """Return until when it is hot at a place, as a share of the supply."""
    reach = min(place, 1.0) - _LEAST
    for upto, born in front:
        if upto >= reach:
            return born + hot_ms
    raise ValueError(f"a front ends at the far end, and not before {place}")


def warmth(front: Front, at: Instant, tau_ms: float, tail: float) -> float:
    """Return the heat in the far end of the supply, in fills: the supply's when it is all fresh.

    Args:
        front: The front.
        at: When.
        tau_ms: Time constant with which the supply cools.
        tail: Share of the supply that counts, from the far end on.
    """
    heat, begin = 0.0, 1.0 - tail
    for upto, born in front:
        if upto > begin:
            heat += (upto - begin) * exp(-max(0, at - born) / tau_ms)
            begin = upto
    return heat
