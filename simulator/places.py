"""Where a household does what, among fixtures of any names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

_BASIN_WORDS: Final = ("basin", "lavatory", "vanity")
_MACHINES: Final = ("dishwasher", "washer", "machine", "utility")
"""Words in the names of fixtures at which nobody washes hands as a habit."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a household does what. A house without such a fixture does it at another one.

    Args:
        showers: Where people shower; empty in a house with sinks only.
        basins: Where they wash hands and faces; at least one.
        kitchen: Where they cook and wash up.
        baths: Bathtubs; empty without any.
    """

    showers: tuple[str, ...]
    basins: tuple[str, ...]
    kitchen: str
    baths: tuple[str, ...] = ()

    @classmethod
    def of(cls, fixtures: Collection[str]) -> "Places":
        """Return the places among fixtures of any names: words in the names decide, otherwise their order.

        Raises:
            ValueError: There is no fixture (a bug of the caller).
        """
        if not fixtures:
            raise ValueError("a household needs at least one fixture")
        names = sorted(fixtures)
        showers = _all_named(names, "shower")
        baths = _all_named([name for name in names if name not in showers], "tub", "bath")
        baths = [name for name in baths if not _all_named([name], "basin", "sink", "wash")]
        sinks = [name for name in names if name not in (*showers, *baths)] or names
        kitchen = _first_named(sinks, "kitchen", "sink") or sinks[-1]
        others = [name for name in sinks if name != kitchen]
        basins = _all_named(others, *_BASIN_WORDS) or [
            name for name in others if not _all_named([name], *_MACHINES)
        ]
        # a house with a tub and no shower cabin: people shower in the tub
        return cls(tuple(showers or baths), tuple(basins or [kitchen]), kitchen, tuple(baths))

    def shower(self, bathroom: int) -> str | None:
        """Return the shower of a bathroom by its number; None in a house without."""
        return _nth(self.showers, bathroom)

    def basin(self, bathroom: int) -> str:
        """Return the basin of a bathroom by its number."""
        return self.basins[bathroom % len(self.basins)]

    def bath(self, bathroom: int) -> str | None:
        """Return the bathtub nearest to a bathroom; None in a house without."""
        return _nth(self.baths, bathroom)


def _nth(names: Sequence[str], number: int) -> str | None:
    return names[number % len(names)] if names else None


def _all_named(names: Collection[str], *words: str) -> list[str]:
    return [name for name in names if any(word in name.lower() for word in words)]


def _first_named(names: Collection[str], *words: str) -> str | None:
    """Return the first name that holds one of the words, the earlier word first."""
    return next((name for word in words for name in names if word in name.lower()), None)
