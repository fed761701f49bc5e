"""The hazard learns rates, clusters and cues, does not count blind time, and keeps what it has learned."""

import json
import random

import pytest

from controller.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from controller.learning.hazard import Hazard

_WEEK_MIN = 7 * 1440


def live(
    hazard: Hazard, draws: list[int], until: int, *, visible: bool = True, cues: tuple[int, ...] = ()
) -> None:
    """Let a hazard live through draws and cues, in steps of five minutes."""
    events = sorted([(at, True) for at in draws] + [(at, False) for at in cues])
    for at, drawn in [*events, (until, None)]:
        while hazard.at < at:
            step = min(at, hazard.at + 5 * MINUTE_MS)
            hazard.advance(step, step / MINUTE_MS % _WEEK_MIN, visible=visible)
        if drawn is True:
            hazard.draw(at, at / MINUTE_MS % _WEEK_MIN)
        elif drawn is False:
            hazard.cue(at, "kitchen")


def poisson(rng: random.Random, per_hour: float, days: int, hours: tuple[int, int] = (0, 24)) -> list[int]:
    """Return draws at a constant rate within some hours of each day."""
    draws = []
    for day in range(days):
        at = day * DAY_MS + hours[0] * HOUR_MS
        while (at := at + round(rng.expovariate(per_hour) * HOUR_MS)) < day * DAY_MS + hours[1] * HOUR_MS:
            draws.append(at)
    return draws


def test_an_unknown_household_has_mornings_and_evenings_from_the_first_day() -> None:
    hazard = Hazard(0)
    night, morning = (hazard.forecast(hour * 60.0).chance(30 * MINUTE_MS) for hour in (3, 7))
    assert night < 0.1 < 0.4 < morning


def test_a_habit_of_one_hour_a_day_is_learned_within_two_weeks() -> None:
    hazard = Hazard(0)
    live(hazard, poisson(random.Random(1), 3.0, 14, (7, 8)), 14 * DAY_MS)
    within, outside = (
        hazard.forecast(hour * 60.0).expected(hazard.at, hazard.at + HOUR_MS) for hour in (7, 15)
    )
    assert within > 1.5
    assert outside < 0.4


def test_chances_come_true_for_a_household_that_draws_at_random() -> None:
    hazard, rng = Hazard(0), random.Random(2)
    draws = poisson(rng, 2.0, 21)
    live(hazard, [at for at in draws if at < 14 * DAY_MS], 14 * DAY_MS)
    told, came = 0.0, 0
    for at in range(14 * DAY_MS, 21 * DAY_MS, 10 * MINUTE_MS):
        live(hazard, [draw for draw in draws if hazard.at < draw <= at], at)
        told += hazard.forecast(at / MINUTE_MS % _WEEK_MIN).chance(10 * MINUTE_MS)
        came += any(at < draw <= at + 10 * MINUTE_MS for draw in draws)
    assert told == pytest.approx(came, rel=0.1)


def test_draws_in_bursts_are_expected_after_a_draw_and_not_otherwise() -> None:
    rng = random.Random(3)
    bursts = [at + n * 90 * SECOND_MS for at in poisson(rng, 0.3, 14) for n in range(4)]
    hazard = Hazard(0)
    live(hazard, bursts, 14 * DAY_MS + 5 * HOUR_MS)
    calm = hazard.forecast(5 * 60.0).chance(5 * MINUTE_MS)
    hazard.draw(hazard.at, 5 * 60.0)
    assert hazard.forecast(5 * 60.0).chance(5 * MINUTE_MS) > calm + 0.3


def test_time_in_which_no_draw_could_have_been_seen_is_no_silence() -> None:
    blind, seeing = Hazard(0), Hazard(0)
    for hazard, visible in ((blind, False), (seeing, True)):
        live(hazard, [], 10 * DAY_MS, visible=visible)
    at_seven = 7 * 60.0
    unlearned = Hazard(0).forecast(at_seven).chance(HOUR_MS)
    assert blind.forecast(at_seven).chance(HOUR_MS) == pytest.approx(unlearned)
    assert seeing.forecast(at_seven).chance(HOUR_MS) < 0.5 * unlearned


def test_a_cue_that_tells_is_believed_and_one_that_does_not_is_not() -> None:
    rng = random.Random(4)
    cues = tuple(at for day in range(14) for at in (day * DAY_MS + 3 * HOUR_MS, day * DAY_MS + 14 * HOUR_MS))
    telling, idle = Hazard(0), Hazard(0)
    live(telling, [cue + round(rng.uniform(40, 90)) * SECOND_MS for cue in cues], 14 * DAY_MS, cues=cues)
    live(idle, [], 14 * DAY_MS, cues=cues)
    for hazard in (telling, idle):
        hazard.cue(hazard.at, "kitchen")
    assert telling.forecast(0.0).chance(2 * MINUTE_MS) > 0.7
    assert idle.forecast(0.0).chance(2 * MINUTE_MS) < 0.2


def test_absence_lowers_the_hazard_and_the_first_draw_ends_it() -> None:
    hazard = Hazard(0)
    live(hazard, poisson(random.Random(5), 1.0, 14), 14 * DAY_MS)
    at_home = hazard.presence
    live(hazard, [], 17 * DAY_MS)
    assert hazard.presence < 0.2 < 0.8 < at_home
    hazard.draw(hazard.at, 0.0)
    assert hazard.presence > 0.9


def test_two_weeks_of_holiday_do_not_wipe_out_a_habit() -> None:
    hazard = Hazard(0)
    live(hazard, poisson(random.Random(6), 2.0, 28, (7, 9)), 28 * DAY_MS)
    before = hazard.habits.rate(0, 32)
    live(hazard, [], 42 * DAY_MS)
    assert hazard.habits.rate(0, 32) > 0.6 * before


def test_a_shift_of_two_hours_is_followed_within_ten_days() -> None:
    hazard, rng = Hazard(0), random.Random(7)
    before = poisson(rng, 3.0, 28, (6, 8))
    after = [at + 28 * DAY_MS for at in poisson(rng, 3.0, 10, (8, 10))]
    live(hazard, before, 28 * DAY_MS)
    assert hazard.habits.rate(0, 24) > hazard.habits.rate(0, 32)
    live(hazard, after, 38 * DAY_MS)
    assert hazard.habits.rate(3, 32) > hazard.habits.rate(3, 24)


def test_what_was_learned_survives_in_kilobytes_and_damage_is_left_out() -> None:
    hazard = Hazard(0)
    draws = poisson(random.Random(8), 1.5, 28)
    live(hazard, draws, 28 * DAY_MS, cues=tuple(at - 60 * SECOND_MS for at in draws[::3]))
    text = json.dumps(hazard.snapshot(), separators=(",", ":"))
    assert len(text) < 32_000
    again = Hazard(hazard.at)
    again.restore(json.loads(text))
    for hour in (3, 7, 19):
        one, other = (each.forecast(hour * 60.0).habit_per_hour for each in (hazard, again))
        assert other == pytest.approx(one, rel=0.1, abs=0.02)
    damaged = Hazard(0)
    damaged.restore(
        {"habits": {"tables": [{"counts": "?"}, None], "merit": "x"}, "clusters": [[1], [0]], "cues": 3}
    )
    assert damaged.forecast(420.0) == Hazard(0).forecast(420.0)


def test_without_a_trusted_clock_only_clusters_and_cues_count() -> None:
    hazard = Hazard(0)
    hazard.advance(HOUR_MS, None, visible=True)
    assert hazard.forecast(None).chance(HOUR_MS) == 0.0
    hazard.draw(HOUR_MS, None)
    assert hazard.forecast(None).chance(HOUR_MS) > 0.3
