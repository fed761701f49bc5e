"""How long people waited at each fixture, against the levels of VDI 6003."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from simulator.results import DrawResult
from simulator.scoring import PERCENTILE, wait_s

LONGEST_WAITS_S: Final[Mapping[str, tuple[float, float, float]]] = MappingProxyType(
    {
        "shower": (26.0, 10.0, 7.0),
        "bath": (26.0, 12.0, 9.0),
        "basin": (60.0, 18.0, 10.0),
        "kitchen": (60.0, 18.0, 10.0),
    }
)
"""Longest wait in s for levels I, II and III by kind of fixture. Source: VDI 6003 (2018), as secondary sources give it."""
LEVELS: Final = ("I", "II", "III")
NO_LEVEL: Final = "-"
_WORDS: Final = (
    ("shower", ("shower",)),
    ("kitchen", ("kitchen", "sink", "dishwasher")),
    ("basin", ("basin", "wash")),
    ("bath", ("tub", "bath")),
)


def kind_of(fixture: str) -> str:
    """Return the kind of a fixture by the words in its name; a basin when they do not say."""
    name = fixture.lower()
    return next((kind for kind, words in _WORDS if any(word in name for word in words)), "basin")


@dataclass(frozen=True, slots=True)
class FixtureWaits:
    """The waits at one fixture.

    Args:
        fixture: Its name.
        useful_draws: Draws that are scored.
        waits_s: Their waits, ascending; one that never got hot counts with its whole duration.
        hot_waits_s: Those of the draws that got hot, ascending.
        level: Highest level of VDI 6003 that 95 % of them keep; ``-`` for none.
        shares: Share of them that keep level I, II and III.
    """

    fixture: str
    useful_draws: int
    waits_s: tuple[float, ...]
    hot_waits_s: tuple[float, ...]
    level: str
    shares: tuple[float, float, float]

    @classmethod
    def of(cls, fixture: str, results: Iterable[DrawResult]) -> "FixtureWaits":
        """Return the waits of a fixture's useful draws."""
        useful = [result for result in results if result.draw.useful]
        first, second, third = (
            sum(result.wait_s is not None and result.wait_s <= limit_s for result in useful)
            / max(1, len(useful))
            for limit_s in LONGEST_WAITS_S[kind_of(fixture)]
        )
        kept = [
            level for level, share in zip(LEVELS, (first, second, third), strict=True) if share >= PERCENTILE
        ]
        return cls(
            fixture=fixture,
            useful_draws=len(useful),
            waits_s=tuple(sorted(map(wait_s, useful))),
            hot_waits_s=tuple(sorted(result.wait_s for result in useful if result.wait_s is not None)),
            level=kept[-1] if kept else NO_LEVEL,
            shares=(first, second, third),
        )


def waits_by_fixture(fixtures: Iterable[str], results: Iterable[DrawResult]) -> list[FixtureWaits]:
    """Return the waits at each fixture, in the order of the fixtures."""
    by_fixture: defaultdict[str, list[DrawResult]] = defaultdict(list)
    for result in results:
        by_fixture[result.draw.fixture].append(result)
    return [FixtureWaits.of(fixture, by_fixture[fixture]) for fixture in fixtures]
