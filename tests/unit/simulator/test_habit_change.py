"""Changes of habit: what draws follow, and when one counts as followed."""

from pathlib import Path

import pytest

from simulator.draws import DAY_S, Draw
from simulator.habit_change import SHIFT_S, Change, lives
from simulator.habit_course import Course, Followed
from simulator.habit_life import Day, HabitLife, Role, live
from simulator.habit_plot import write_habits_plot
from simulator.habit_report import write_habits
from simulator.layout_file import load_layout

FIXTURES = ("kitchen", "basin", "shower")
DRAWS = tuple(
    Draw(day * DAY_S + hour * 3_600.0, 40.0, "basin", 6.0) for day in range(40) for hour in (7.0, 23.0)
)


def later_than(draws: tuple[Draw, ...], day: int) -> list[Draw]:
    return [draw for draw in draws if draw.start_s >= day * DAY_S]


@pytest.mark.parametrize("change", Change)
def test_after_the_change_both_households_draw_alike_and_before_it_the_old_habit_holds(
    change: Change,
) -> None:
    both = lives(change, DRAWS, FIXTURES, day=20, days=40, seed=1)
    assert later_than(both.changed, 35) == later_than(both.settled, 35) != []
    old = [draw for draw in both.changed if draw.start_s < 20 * DAY_S]
    assert old == [draw for draw in DRAWS if draw.start_s < 20 * DAY_S]
    assert both.changed == tuple(sorted(both.changed, key=lambda draw: (draw.start_s, draw.fixture)))


def test_a_shift_moves_every_draw_by_two_hours_also_past_midnight() -> None:
    both = lives(Change.SHIFT, DRAWS, FIXTURES, day=20, days=40, seed=1)
    assert [draw.start_s % DAY_S for draw in later_than(both.changed, 21)[:2]] == [3_600.0, 9 * 3_600.0]
    assert len(later_than(both.settled, 20)) == len(later_than(DRAWS, 20)), "one comes in, one goes out"
    assert both.settled[0].start_s == DRAWS[0].start_s + SHIFT_S


def test_nobody_draws_for_two_weeks_of_holiday() -> None:
    both = lives(Change.HOLIDAY, DRAWS, FIXTURES, day=20, days=40, seed=1)
    assert {int(draw.start_s // DAY_S) for draw in both.changed} == {*range(20), *range(34, 40)}
    assert both.settled == DRAWS


def test_a_baby_draws_around_the_clock() -> None:
    both = lives(Change.BABY, (), FIXTURES, day=10, days=40, seed=1)
    by_hour = [sum(int(draw.start_s % DAY_S // 3_600) == hour for draw in both.changed) for hour in range(24)]
    assert min(by_hour) > 5
    assert 16 <= len(both.changed) / 30 <= 21
    assert lives(Change.BABY, (), FIXTURES, day=10, days=40, seed=1) == both


def course(changed: list[Day], settled: list[Day], change: Change = Change.SHIFT) -> Course:
    idle = [Day(0, 0, 0.0)] * len(changed)
    roles = {Role.CHANGED: changed, Role.SETTLED: settled, Role.FROZEN: changed, Role.IDLE: idle}
    return Course(change, 7, 14 if change is Change.HOLIDAY else 0, 1, roles)


@pytest.mark.parametrize(
    ("hot", "heat_kwh", "followed"),
    # windows of three days: one with two bad days in it is behind, with one of the heat's too
    [([90] * 21, [1.0] * 21, 0), ([80] * 5 + [90] * 16, [1.0] * 21, 4), ([90] * 21, [2.0] * 4 + [1.0] * 17, 4),
     ([84] * 21, [1.0] * 21, None), ([86] * 21, [1.1] * 21, 0), ([90] * 20 + [50], [1.0] * 21, None)],
)  # fmt: skip
def test_followed_is_what_is_served_as_well_for_as_little_heat_for_good(
    hot: list[int], heat_kwh: list[float], followed: int | None
) -> None:
    before = [Day(100, 90, 1.0)] * 7
    own = [Day(100, number, kwh) for number, kwh in zip(hot, heat_kwh, strict=True)]
    assert course([*before, *own], [Day(100, 90, 1.0)] * 28).followed_after() == followed


def test_an_absence_is_noticed_when_the_pump_is_quiet_for_good() -> None:
    away = [Day(0, 0, 1.0)] * 2 + [Day(0, 0, 0.1)] * 12
    own = [*[Day(100, 90, 1.0)] * 7, *away, *[Day(100, 90, 1.0)] * 14]
    found = course(own, [Day(100, 90, 1.0)] * len(own), Change.HOLIDAY)
    assert found.quiet_after() == 2
    assert Followed.of(found).followed_after_days == 0
    loud = course([Day(100, 90, 1.0)] * 35, [Day(100, 90, 1.0)] * 35, Change.HOLIDAY)
    assert loud.quiet_after() is None


def test_pictures_and_report_show_every_change(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    days = [Day(100, 90, 1.0)] * 35
    found = [course(days, days), course(days, days, Change.HOLIDAY)]
    write_habits_plot(tmp_path / "habits.svg", found)
    write_habits(tmp_path / "habits.html", found, command="zcw bench habits", version="1")
    page = (tmp_path / "habits.html").read_text("utf-8")
    assert page.count('role="img"') == 4 and "作息推迟两小时" in page


def test_the_one_without_a_pump_lives_the_changed_days() -> None:
    life = HabitLife(load_layout("house"), "eu-s", Change.HOLIDAY, Role.IDLE, "predictive-balanced", 2, 15)
    days = live(life)
    assert [day.useful > 0 for day in days] == [True] * 2 + [False] * 14 + [True]
