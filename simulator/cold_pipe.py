"""How warm the cold pipe gets where it is the way back: many short lives, each over one house, household and strategy."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Final, NamedTuple

from simulator.contestants import BUTTON, CONTESTANTS, IDLE, MOTION, ORACLE, cues_for, own_strategies
from simulator.layout import Layout
from simulator.scenario import WATCHED, Scenario
from simulator.sensing import Kind
from simulator.study import Case

LIMIT_C: Final = 40.0
"""Hottest water that may go into a cold pipe. Source: IECC C404.8, 104 F."""
PUMPING: Final = tuple(
    name for name in CONTESTANTS if name not in (IDLE, ORACLE, MOTION) and not name.startswith(BUTTON)
)
"""Strategies that can run the pump without presence sensors."""


@dataclass(frozen=True, slots=True)
class ColdLife:
    """One life.

    Args:
        layout: A house whose cold pipe is the way back.
        household: Name of the household, or of a file of draws.
        strategy: The contestant.
        cues: What presence sensors there are; heard by those who listen.
        seed: Decides about people, presses, cues and noise.
        days: Days that are simulated.
        from_day: First of them; strategies that learn are told the draws of the days before.
        sensing: How the sensors report.
    """

    layout: Layout
    household: str
    strategy: str
    cues: str = "none"
    seed: int = 0
    days: int = 3
    from_day: int = 28
    sensing: Kind = WATCHED


class Felt(NamedTuple):
    """What came of it.

    Args:
        runs: Runs of the pump.
        peak_c: Hottest water that went into the cold pipe, in C.
        tap_peak_c: Hottest water that came out of a cold tap, in C; None where nobody mixed.
    """

    runs: int
    peak_c: float
    tap_peak_c: float | None


def live(life: ColdLife) -> Felt:
    """Return what came of one life."""
    case = Case(
        life.layout,
        life.household,
        life.strategy,
        life.days,
        life.seed,
        sensing=life.sensing,
        from_day=life.from_day,
    )
    draws = case.taken()
    cues = cues_for(life.strategy, life.cues, draws, life.layout, days=life.days, seed=life.seed)
    scenario = Scenario(
        life.layout,
        draws,
        life.strategy,
        seed=life.seed,
        sensing=life.sensing,
        cues=cues,
        own=own_strategies(life.strategy),
        from_day=life.from_day,
        before=case.before(),
    )
    scenario.run(life.days)
    taps_c = [one.cold_tap_peak_c for one in scenario.results if one.cold_tap_peak_c is not None]
    return Felt(len(scenario.pump.runs), scenario.house.cold_pipe_peak_c, max(taps_c, default=None))


@dataclass(frozen=True, slots=True)
class ColdRow:
    """All lives of one house under one strategy; its fields are the keys of its JSON.

    Args:
        layout: Name of the house.
        strategy: The contestant.
        cues: What presence sensors there were.
        lives: Lives.
        days: Days of all of them.
        runs: Runs of all of them.
        exceeded: Lives in which water hotter than ``LIMIT_C`` went into the cold pipe.
        peak_c: Hottest water that ever did.
        taps_exceeded: Lives in which such water came out of a cold tap.
    """

    layout: str
    strategy: str
    cues: str
    lives: int
    days: int
    runs: int
    exceeded: int
    peak_c: float
    taps_exceeded: int

    def as_json(self) -> dict[str, str | int | float]:
        """Return the row as values for JSON."""
        return asdict(self)


def rows(lives: Sequence[ColdLife], felt: Iterable[Felt]) -> list[ColdRow]:
    """Return a row for each house, strategy and kind of cues, in the order of the lives."""
    groups: dict[tuple[str, str, str], list[tuple[ColdLife, Felt]]] = {}
    for life, one in zip(lives, felt, strict=True):
        groups.setdefault((life.layout.name, life.strategy, life.cues), []).append((life, one))
    return [
        ColdRow(
            *group,
            lives=len(pairs),
            days=sum(life.days for life, _ in pairs),
            runs=sum(one.runs for _, one in pairs),
            exceeded=sum(one.peak_c > LIMIT_C for _, one in pairs),
            peak_c=max(one.peak_c for _, one in pairs),
            taps_exceeded=sum((one.tap_peak_c or 0.0) > LIMIT_C for _, one in pairs),
        )
        for group, pairs in groups.items()
    ]
