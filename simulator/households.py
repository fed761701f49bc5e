"""Households by name: what simulations, comparisons and sweeps take their draws from."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from controller.core.errors import ZcwError
from simulator.draws import Draw, Overlaps, read_draws
from simulator.household import MOST_RESIDENTS, RESIDENTS, household_draws
from simulator.layout import Layout
from simulator.patterns import PATTERNS, pattern_draws

Source: TypeAlias = Callable[[Layout, int, int], list[Draw]]
"""From layout, days and seed to draws."""

USUAL: Final = f"people-{RESIDENTS}"
"""The household of those who do not say."""


class UnknownHousehold(ZcwError):
    """A person asked for a household that is neither a name nor a file.

    Args:
        name: What was asked for.
    """

    def __init__(self, name: str) -> None:
        known = ", ".join(HOUSEHOLDS)
        super().__init__(f"there is no household {name!r}; name a CSV file of draws, or one of {known}")


def _people(residents: int, layout: Layout, days: int, seed: int) -> list[Draw]:
    return list(_lived(residents, layout.fixtures, days, seed))


@lru_cache(maxsize=4)
def _lived(residents: int, fixtures: tuple[str, ...], days: int, seed: int) -> tuple[Draw, ...]:
    # the same people are asked for again and again: by each scheme, and for the days before those that are simulated
    return tuple(household_draws(fixtures, days=days, seed=seed, residents=residents))


def _pattern(name: str, layout: Layout, days: int, _: int) -> list[Draw]:
    return pattern_draws(name, layout.fixtures, days=days)


HOUSEHOLDS: Final[Mapping[str, Source]] = MappingProxyType(
    {f"people-{number}": partial(_people, number) for number in range(1, MOST_RESIDENTS + 1)}
    | {name: partial(_pattern, name) for name in PATTERNS}
)
"""From the name of a household to its draws: made-up people, and standard patterns."""


def draws_of(
    household: str,
    layout: Layout,
    *,
    days: int,
    seed: int,
    overlaps: Overlaps = "queue",
    report: Callable[[str], None] = lambda _: None,
) -> list[Draw]:
    """Return the draws of a household in a house.

    Args:
        household: A name of ``HOUSEHOLDS``, or the path of a CSV file.
        layout: The house.
        days: How many days.
        seed: Decides about people; standard patterns and files know no chance.
        overlaps: What to do with draws of a file that overlap at one fixture.
        report: Told what was done to the draws of a file.

    Raises:
        UnknownHousehold: It is neither.
        ConfigError: The file cannot be used.
    """
    if household in HOUSEHOLDS:
        return HOUSEHOLDS[household](layout, days, seed)
    path = Path(household)
    if not path.exists() and not path.suffix:
        raise UnknownHousehold(household)
    return read_draws(path, fixtures=layout.fixtures, days=days, overlaps=overlaps, report=report)
