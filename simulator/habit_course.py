"""How a controller follows a change of habit: day by day, beside one that has lived with the new habit all along."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final, NamedTuple

from simulator.habit_change import Change, away_days
from simulator.habit_life import Day, HabitLife, Role, live
from simulator.jobs import Pool, do_all

WINDOW_DAYS: Final = 3
"""Comfort and heat are told of so many days together."""
MARGIN_HOT: Final = 0.05
"""Followed: the share of hot draws is at most so much below that of the one who has lived so all along ..."""
MARGIN_HEAT: Final = 0.15
"""... and its heat, for good, at most this share above."""


class Span(NamedTuple):
    """Some days of one role, of all seeds together.

    Args:
        hot_share: Share of the useful draws that were hot within 10 s; None without any.
        extra_kwh: Heat a day and household beyond no pump.
    """

    hot_share: float | None
    extra_kwh: float


@dataclass(frozen=True, slots=True)
class Course:
    """What came of one change, over all seeds.

    Args:
        change: What changed.
        train_days: Days of the old habit; day 0 of the course is the first of the new one.
        back_day: First day of the course with draws: 0, or the return from a holiday.
        seeds: Households.
        days: The days of each role from its first to its last, summed over the seeds.
    """

    change: Change
    train_days: int
    back_day: int
    seeds: int
    days: Mapping[Role, Sequence[Day]]

    def span(self, role: Role, first: int, number: int = WINDOW_DAYS) -> Span:
        """Return some days of the course together.

        Args:
            role: Whose.
            first: First of them; negative before the change.
            number: How many.
        """
        low = self.train_days + first
        own, idle = self.days[role][low : low + number], self.days[Role.IDLE][low : low + number]
        useful = sum(day.useful for day in own)
        heat_kwh = sum(day.heat_kwh for day in own) - sum(day.heat_kwh for day in idle)
        hot_share = sum(day.hot for day in own) / useful if useful else None
        return Span(hot_share, heat_kwh / max(1, len(own)) / self.seeds)

    @property
    def last(self) -> int:
        """Return the first day of the last window."""
        return len(self.days[Role.CHANGED]) - self.train_days - WINDOW_DAYS

    def behind(self, day: int, role: Role = Role.CHANGED) -> bool:
        """Tell whether the days from one on are served worse, or for more heat, than by the one who has lived so all along."""
        own, goal = self.span(role, day), self.span(Role.SETTLED, day)
        colder = (goal.hot_share or 0.0) - (own.hot_share or 0.0) > MARGIN_HOT
        return colder or own.extra_kwh > goal.extra_kwh * (1.0 + MARGIN_HEAT)

    def followed_after(self, role: Role = Role.CHANGED) -> int | None:
        """Return after how many days of the new habit it is followed for good; None when it is not within the course."""
        late = [day for day in range(self.back_day, self.last + 1) if self.behind(day, role)]
        if not late:
            return 0
        return None if late[-1] == self.last else late[-1] + 1 - self.back_day

    def quiet_after(self) -> int | None:
        """Return after how many days of absence the pump takes less than a quarter of its usual heat for good."""
        usual_kwh = self.span(Role.CHANGED, -7, 7).extra_kwh
        loud = [
            day for day in range(self.back_day) if self.span(Role.CHANGED, day, 1).extra_kwh > usual_kwh / 4.0
        ]
        if not self.back_day or (loud and loud[-1] == self.back_day - 1):
            return None
        return loud[-1] + 1 if loud else 0


def courses(
    planned: Sequence[HabitLife], pool: Pool = None, progress: Callable[[float], None] = lambda _: None
) -> list[Course]:
    """Live through all lives and return what came of each change."""
    lived: dict[int, tuple[Day, ...]] = {}
    for done in do_all(live, planned, pool):
        lived[done.number] = done.result
        progress(len(lived) / len(planned))
    changes = dict.fromkeys(life.change for life in planned)
    pairs = [(life, lived[number]) for number, life in enumerate(planned)]
    return [_course(change, [pair for pair in pairs if pair[0].change is change]) for change in changes]


def _course(change: Change, pairs: Sequence[tuple[HabitLife, tuple[Day, ...]]]) -> Course:
    first = pairs[0][0]
    by_role = {
        role: _summed(days for life, days in pairs if life.role is role)
        for role in dict.fromkeys(life.role for life, _ in pairs)
    }
    seeds = len({(life.household, life.seed) for life, _ in pairs})
    return Course(change, first.train_days, away_days(change), seeds, by_role)


def _summed(lived: Iterable[tuple[Day, ...]]) -> list[Day]:
    return [
        Day(sum(day.useful for day in same), sum(day.hot for day in same), sum(day.heat_kwh for day in same))
        for same in zip(*lived, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Followed:
    """The answer for one change; its fields are the keys of its JSON.

    Args:
        change: What changed.
        households: How many households went through it.
        before_hot: Share of useful draws hot within 10 s in the week before.
        before_kwh: Heat a day and household beyond no pump in that week.
        first_hot: The same in the first three days with the new habit.
        first_kwh: Heat in these.
        last_hot: The same in the last seven days.
        last_kwh: Heat in these.
        settled_hot: What the one who has lived so all along reached in the last seven days.
        settled_kwh: Its heat in these.
        followed_after_days: Days until it is followed for good; None when it is not.
        frozen_after_days: The same without learning; None when it is not.
        quiet_after_days: Days of absence until the pump takes less than a quarter of its usual heat; None without absence.
    """

    change: str
    households: int
    before_hot: float | None
    before_kwh: float
    first_hot: float | None
    first_kwh: float
    last_hot: float | None
    last_kwh: float
    settled_hot: float | None
    settled_kwh: float
    followed_after_days: int | None
    frozen_after_days: int | None
    quiet_after_days: int | None

    @classmethod
    def of(cls, course: Course) -> "Followed":
        """Return the answer of a course."""
        before, first = course.span(Role.CHANGED, -7, 7), course.span(Role.CHANGED, course.back_day)
        week = course.last + WINDOW_DAYS - 7
        last, goal = course.span(Role.CHANGED, week, 7), course.span(Role.SETTLED, week, 7)
        frozen = course.followed_after(Role.FROZEN) if Role.FROZEN in course.days else None
        return cls(
            course.change.value,
            course.seeds,
            *before,
            *first,
            *last,
            *goal,
            course.followed_after(),
            frozen,
            course.quiet_after(),
        )

    def as_json(self) -> dict[str, str | int | float | None]:
        """Return the answer as values for JSON."""
        return asdict(self)
