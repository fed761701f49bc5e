import random
from collections import Counter
from itertools import groupby, pairwise
from pathlib import Path
from statistics import correlation, mean

import pytest

from simulator.draws import DAY_S, Draw
from simulator.household import Household, household_draws
from simulator.places import Places

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


def litres_a_day(draws: list[Draw]) -> float:
    return sum(draw.volume_l for draw in draws) / len({int(draw.start_s // DAY_S) for draw in draws})


@pytest.mark.parametrize("residents", range(1, 7))
def test_people_take_the_stated_litres_on_a_day_at_home(residents: int) -> None:
    lives = [household_draws(FIXTURES, days=14, seed=seed, residents=residents) for seed in range(15)]
    litres = [litres_a_day(life) for life in lives]
    assert mean(litres) == pytest.approx(40.0 + 40.0 * residents, rel=0.15)
    assert all(0.55 < each / mean(litres) < 1.6 for each in litres), (
        "households differ, but not beyond belief"
    )
    assert all({draw.fixture for draw in life} == set(FIXTURES) for life in lives)


def test_a_bathtub_is_filled_about_once_a_week_in_a_family() -> None:
    draws = household_draws((*FIXTURES, "bathtub"), days=350, seed=3, residents=4)
    baths = [draw for draw in draws if draw.fixture == "bathtub"]
    assert 20 <= len(baths) <= 90
    assert 100 < mean(draw.volume_l for draw in baths) < 180


def test_a_house_with_two_bathrooms_uses_both() -> None:
    draws = household_draws(
        ("kitchen", "basin a", "basin b", "shower a", "shower b"), days=14, seed=1, residents=4
    )
    assert len({draw.fixture for draw in draws}) == 5


def test_the_household_is_away_for_two_holidays_and_some_weekends_a_year() -> None:
    draws = household_draws(FIXTURES, days=364, seed=8)
    empty = sorted(set(range(364)) - {int(draw.start_s // DAY_S) for draw in draws})
    stretches = [len(list(group)) for _, group in groupby(enumerate(empty), lambda pair: pair[1] - pair[0])]
    assert max(stretches) >= 14 and 21 <= len(empty) <= 45
    assert min(empty) >= 5, "a simulation begins with people at home"


def test_hands_are_washed_in_bursts() -> None:
    draws = [draw for draw in household_draws(FIXTURES, days=140, seed=2) if draw.fixture == "basin"]
    gaps = [later.start_s - earlier.end_s for earlier, later in pairwise(draws)]
    assert 0.1 < sum(gap < 120.0 for gap in gaps) / len(gaps) < 0.5


@pytest.mark.reference
def test_the_kitchen_and_basin_are_used_when_published_sinks_are(reference: Path) -> None:
    text = (
        (reference / "profiles" / "building_america_dhw_event_params.csv").read_text("utf-8").splitlines()[-1]
    )
    # the published list begins at 04:00
    published = [float(share) for share in text.split(",,,,,,")[1].split()]
    draws = [draw for seed in range(8) for draw in household_draws(FIXTURES, days=28, seed=seed)]
    count = hours([draw for draw in draws if draw.fixture != "shower"])
    ours = [count[(hour + 4) % 24] for hour in range(24)]
    assert correlation(published, ours) > 0.7


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
    assert sum(week[hour] for hour in range(5)) < 0.03 * week.total()
    assert week[6] + week[7] > 2 * (week[10] + week[11])
    assert weekend[6] * 5 < week[6] * 2


@pytest.mark.parametrize(
    ("fixtures", "places"),
    [
        (("kitchen", "basin", "shower"), Places(("shower",), ("basin",), "kitchen")),
        (
            ("Guest Washbasin", "Kitchen", "Bathtub"),
            Places(("Bathtub",), ("Guest Washbasin",), "Kitchen", ("Bathtub",)),
        ),
        (("bath basin", "bath", "shower", "sink"), Places(("shower",), ("bath basin",), "sink", ("bath",))),
        (("dishwasher", "basin", "kitchen", "bath"), Places(("bath",), ("basin",), "kitchen", ("bath",))),
        (("a", "b", "c"), Places((), ("a", "b"), "c")),
        (("tap",), Places((), ("tap",), "tap")),
        (("shower",), Places(("shower",), ("shower",), "shower")),
        (("outlet", "shower"), Places(("shower",), ("outlet",), "outlet")),
    ],
)
def test_any_set_of_fixtures_has_its_places(fixtures: tuple[str, ...], places: Places) -> None:
    assert Places.of(fixtures) == places
    assert {draw.fixture for draw in household_draws(fixtures, days=3, seed=1)} <= set(fixtures)


def test_a_household_needs_a_fixture() -> None:
    with pytest.raises(ValueError, match="at least one fixture"):
        Places.of(())
