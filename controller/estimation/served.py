"""How far hot water must reach for a draw to be hot in time, fixture by fixture.

What a draw runs off within ten seconds may still be cold: a brisk one empties its own pipe and a good deal of the trunk. So
a fixture has a place for its gentle and one for its brisk draws, half of its draws each, and a fill need not go farther
than pays.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from controller.core.plumbing import FixturePipe

IN_TIME_S: Final = 10.0
"""A draw that is hot after this time is hot in time. Source: ASPE."""
TAP_LPM: Final = (2.0, 4.0)
"""Flow of the gentler and of the brisker half of the draws at taps that somebody wants hot: about their 20 % and 75 %
quantiles in metered homes."""
SHOWER_LPM: Final = (5.4, 7.0)
"""The same at showers and baths."""
TWIG_L: Final = 0.15
"""Litres in a fixture's own pipe that nobody has declared."""
TWIG_WALLS: Final = 1.3
"""Water must warm the pipe too. Source: 1.18 to 1.39 for common pipes, the narrow ones count most."""


class Served(NamedTuple):
    """Draws that hot water at one place serves in time.

    Args:
        fixture: Number of their fixture, near to far.
        place: How far hot water must reach, as a share of the supply.
        use: Which share of all draws they are.
        wanted: Which share of them somebody wants hot.
    """

    fixture: int
    place: float
    use: float
    wanted: float


def served(
    known: Sequence[FixturePipe], tees: Sequence[float], uses: Sequence[float], supply_l: float
) -> tuple[Served, ...]:
    """Return the places to which hot water must reach, near fixtures first.

    Args:
        known: The fixtures, near to far.
        tees: Where they branch off, as shares of the supply.
        uses: Which share of the draws is at each.
        supply_l: Litres of the supply, walls counted as water.
    """
    rows = []
    for number, (pipe, tee, use) in enumerate(zip(known, tees, uses, strict=True)):
        flows_lpm = usual_lpm(pipe)
        for flow_lpm in flows_lpm:
            rows.append(
                Served(number, reach(pipe, tee, flow_lpm, supply_l), use / len(flows_lpm), pipe.wanted)
            )
    return tuple(rows)


def usual_lpm(pipe: FixturePipe) -> tuple[float, float]:
    """Return the flow of the gentler and of the brisker half of a fixture's draws in l/min."""
    return SHOWER_LPM if pipe.seldom else TAP_LPM


def reach(pipe: FixturePipe, tee: float, flow_lpm: float, supply_l: float) -> float:
    """Return how far hot water must reach for a draw to be hot in time, as a share of the supply.

    Args:
        pipe: The fixture's own pipe.
        tee: Where it branches off, as a share of the supply.
        flow_lpm: What is drawn.
        supply_l: Litres of the supply, walls counted as water.
    """
    own_l = TWIG_WALLS * (TWIG_L if pipe.twig_l is None else pipe.twig_l)
    spare_l = max(0.0, flow_lpm / 60.0 * IN_TIME_S - own_l)
    return max(tee - spare_l / supply_l, tee / 2.0)
