"""The supply as a row of cells, each with the mean and the variance of its temperature: how they move, mix and cool."""

from collections.abc import Sequence
from math import erf, exp, log, sqrt
from typing import Final, TypeAlias

CELLS: Final = 20
ROOM_K: Final = 2.0
"""Standard deviation of the room's temperature about what is assumed."""
TAU_LN: Final = 0.25
"""Relative standard deviation of the pipe's time constant."""
NARROWER: Final = 0.35
"""Pipes narrow towards the far end and cool faster there: share by which the time constant falls."""
PLACES: Final = tuple((cell + 0.5) / CELLS for cell in range(CELLS))
"""The middle of each cell, as a share of the way to the far end."""

Cell: TypeAlias = tuple[float, float]
"""Mean of a temperature above the room in K, and its variance in K2."""


def moved(
    cells: Sequence[Cell], gone: float, spread: float, fresh: Cell, reached: Sequence[float]
) -> list[Cell]:
    """Return the cells after water has moved down, by a way that is known only about.

    Args:
        cells: The cells before.
        gone: About how far, as a share of the whole.
        spread: Relative standard deviation of that.
        fresh: What comes after it.
        reached: Chance that the movement goes on beyond each cell.
    """
    if gone <= 0.0:
        return list(cells)
    after = []
    for index, place in enumerate(PLACES):
        from_cell = max(0, int((place - gone) * CELLS)) if gone < place else 0
        shifted = mixed(cells[from_cell], cells[index], reached[index])
        after.append(mixed(fresh, shifted, normal(log(gone / place) / spread) * reached[index]))
    return after


def mixed(one: Cell, other: Cell, chance: float) -> Cell:
    """Return what is ``one`` with a chance, or else ``other``."""
    rest = 1.0 - chance
    mean = chance * one[0] + rest * other[0]
    return mean, chance * one[1] + rest * other[1] + chance * rest * (one[0] - other[0]) ** 2


def cooled(cell: Cell, spans: float) -> Cell:
    """Return a cell after so many of its time constants."""
    left = exp(-spans)
    mean = cell[0] * left
    # An error of the time constant is always the same one: it adds up, however often this is asked.
    sd = sqrt(cell[1]) * left + abs(mean) * spans * TAU_LN
    return mean, sd**2 + ROOM_K**2 * (1.0 - left**2)


def above(cell: Cell, level_k: float) -> float:
    """Return the chance that a cell is warmer than a level, in K above the room."""
    return normal((cell[0] - level_k) / sqrt(max(cell[1], 1e-6)))


def normal(value: float) -> float:
    """Return the chance that a standard normal variable is smaller."""
    return 0.5 * (1.0 + erf(value / sqrt(2.0)))
