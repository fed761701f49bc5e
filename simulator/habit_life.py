"""The lives of households that change their habits, day by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple

from simulator.contestants import IDLE, cues_for, learns, own_strategies
from simulator.draws import DAY_S, Draw
from simulator.habit_change import Change, lives
from simulator.households import HOUSEHOLDS, draws_of
from simulator.layout import Layout
from simulator.scenario import Scenario
from simulator.scoring import HOT_WITHIN_S

SKIPPED_DAYS: Final = 98
"""Made-up people begin here: their own long holiday of the summer is over, and that of the winter far away."""


class Role(StrEnum):
    """Who lives through the days after the change."""

    CHANGED = "changed"
    """Has learned the old habit."""
    SETTLED = "settled"
    """Has learned the new one."""
    FROZEN = "frozen"
    """Has learned the old one, and learns no more about the time of day."""
    IDLE = "idle"
    """Has no pump, under the changed household's draws."""


@dataclass(frozen=True, slots=True)
class HabitLife:
    """One life.

    Args:
        layout: The house.
        household: Name of the household, or a CSV of draws.
        change: What changes.
        role: Who lives it.
        strategy: One that learns.
        train_days: Days of the old habit.
        days_after: Days after the change.
        cues: What presence sensors there are.
        seed: Decides about people, cues and noise.
    """

    layout: Layout
    household: str
    change: Change
    role: Role
    strategy: str
    train_days: int
    days_after: int
    cues: str = "none"
    seed: int = 0

    @property
    def days(self) -> int:
        """Return the days altogether."""
        return self.train_days + self.days_after


class Day(NamedTuple):
    """One day of one life.

    Args:
        useful: Useful draws.
        hot: Those that were hot within 10 s.
        heat_kwh: Heat of the heater.
    """

    useful: int
    hot: int
    heat_kwh: float


def live(life: HabitLife) -> tuple[Day, ...]:
    """Return the days of one life; only draws that the changed and the settled household share count after the change."""
    draws, counted = _draws(life)
    strategy = IDLE if life.role is Role.IDLE else life.strategy
    cues = cues_for(strategy, life.cues, draws, life.layout, days=life.days, seed=life.seed)
    scenario = Scenario(life.layout, draws, strategy, seed=life.seed, own=own_strategies(strategy), cues=cues)
    heat_kwh, learned = [0.0], None
    for day in range(life.days):
        scenario.run_until((day + 1) * DAY_S)
        heat_kwh.append(scenario.used().heat_kwh)
        if life.role is Role.FROZEN and day + 1 >= life.train_days:
            learned = _unlearned(scenario, learned)
    useful, hot = [0] * life.days, [0] * life.days
    for result in scenario.results:
        if result.draw.useful and (result.draw.start_s, result.draw.fixture) in counted:
            day = int(result.draw.start_s // DAY_S)
            useful[day] += 1
            hot[day] += result.wait_s is not None and result.wait_s <= HOT_WITHIN_S
    return tuple(Day(useful[day], hot[day], heat_kwh[day + 1] - heat_kwh[day]) for day in range(life.days))


def _draws(life: HabitLife) -> tuple[tuple[Draw, ...], frozenset[tuple[float, str]]]:
    """Return the draws of a life, and which of them count."""
    skipped = SKIPPED_DAYS if life.household in HOUSEHOLDS else 0
    whole = draws_of(life.household, life.layout, days=skipped + life.days, seed=life.seed)
    since_s = skipped * DAY_S
    old = [replace(draw, start_s=draw.start_s - since_s) for draw in whole if draw.start_s >= since_s]
    both = lives(life.change, old, life.layout.fixtures, day=life.train_days, days=life.days, seed=life.seed)
    own = both.settled if life.role is Role.SETTLED else both.changed
    shared = {(draw.start_s, draw.fixture) for draw in both.changed} & {
        (draw.start_s, draw.fixture) for draw in both.settled
    }
    before_s = life.train_days * DAY_S
    return own, frozenset(shared | {(one.start_s, one.fixture) for one in own if one.start_s < before_s})


def _unlearned(scenario: Scenario, learned: Mapping[str, object] | None) -> Mapping[str, object] | None:
    """Put the habits of the day of the change back; the first time, remember them."""
    foresight = scenario.driver.engine.foresight
    if foresight is None:
        return None
    habits = foresight.hazard.habits
    if learned is None:
        return habits.snapshot()
    habits.restore(learned)
    return learned


def planned(
    layout: Layout,
    households: Sequence[str],
    changes: Sequence[Change],
    seeds: Sequence[int],
    *,
    strategy: str,
    train_days: int,
    days_after: int,
    cues: str = "none",
    roles: Sequence[Role] = tuple(Role),
) -> list[HabitLife]:
    """Return every life that a study of changes needs.

    Raises:
        ValueError: The strategy does not learn (a bug of the caller).
    """
    if not learns(strategy):
        raise ValueError(f"{strategy} learns nothing")
    return [
        HabitLife(layout, household, change, role, strategy, train_days, days_after, cues, seed)
        for change in changes
        for household in households
        for seed in seeds
        for role in roles
    ]
