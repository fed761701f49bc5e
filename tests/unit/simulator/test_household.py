import random
from collections import Counter
from itertools import pairwise

import pytest

from simulator.draws import DAY_S, Draw
from simulator.household import Household, Places, household_draws

FIXTURES = ("kitchen", "basin", "shower")


def hours(draws: list[Draw]) -> Counter[int]:
    return Counter(int(draw.start_s % DAY_S // 3600) for draw in draws)


def test_the_same_seed_gives_the_same_life_to_the_last_bit() -> None:
    assert household_draws(FIXTURES, days=7, seed=4) == household_draws(FIXTURES, days=7, seed=4)
    assert household_draws(FIXTURES, days=7, seed=4) != household_draws(FIXTURES, days=7, seed=5)


def test_fewer_days_are_the_beginning_of_more() -> None:
    week = household_draws(FIXTURES, days=7, seed=4)
    assert household_draws(FIXTURES, days=3, seed=4) == [draw for draw in week if draw.start_s < 3 * DAY_S]


def test_the_order_in_which_fixtures_are_named_does_not_matter() -> None:
    assert household_draws(FIXTURES, days=2, seed=1) == household_draws(set(FIXTURES), days=2, seed=1)


@pytest.mark.parametrize("seed", range(20))
def test_a_household_takes_what_households_take(seed: int) -> None:
    draws = household_draws(FIXTURES, days=28, seed=seed)
    assert 100 <= sum(draw.volume_l for draw in draws) / 28 <= 260
    assert 12 <= sum(draw.useful for draw in draws) / 28 <= 40
    assert {draw.fixture for draw in draws} == set(FIXTURES)


@pytest.mark.parametrize("seed", range(20))
def test_draws_are_in_order_within_their_day_and_never_share_a_fixture(seed: int) -> None:
    days = Household(FIXTURES, rng=random.Random(seed)).days()
    draws = []
    for day in range(14):
        today = next(days)
        assert all(day * DAY_S <= draw.start_s < (day + 1) * DAY_S for draw in today)
        draws += today
    assert draws == sorted(draws, key=lambda draw: draw.start_s)
    for fixture in FIXTURES:
        own = [draw for draw in draws if draw.fixture == fixture]
        assert all(later.start_s >= earlier.end_s for earlier, later in pairwise(own))


def test_mornings_are_busy_nights_are_still_and_weekends_start_later() -> None:
    draws = household_draws(FIXTURES, days=140, seed=2)
    week = hours([draw for draw in draws if draw.start_s // DAY_S % 7 < 5])
    weekend = hours([draw for draw in draws if draw.start_s // DAY_S % 7 >= 5])
    assert sum(week[hour] for hour in range(4)) == 0
    assert week[6] + week[7] > 3 * (week[10] + week[11])
    assert weekend[6] * 5 < week[6] * 2


@pytest.mark.parametrize(
    ("fixtures", "places"),
    [
        (("kitchen", "basin", "shower"), Places("shower", "basin", "kitchen")),
        (("Guest Washbasin", "Kitchen", "Bathtub"), Places("Bathtub", "Guest Washbasin", "Kitchen")),
        (("a", "b", "c"), Places(None, "a", "c")),
        (("tap",), Places(None, "tap", "tap")),
        (("shower",), Places("shower", "shower", "shower")),
        (("outlet", "shower"), Places("shower", "outlet", "outlet")),
    ],
)
def test_any_set_of_fixtures_has_its_places(fixtures: tuple[str, ...], places: Places) -> None:
    assert Places.of(fixtures) == places
    assert {draw.fixture for draw in household_draws(fixtures, days=3, seed=1)} <= set(fixtures)


def test_a_household_needs_a_fixture() -> None:
    with pytest.raises(ValueError, match="at least one fixture"):
        Places.of(())
