from collections.abc import Mapping

import pytest

from controller.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from controller.core.plumbing import FixturePipe, Plumbing, Topology
from controller.foresight import Foresight, week_min
from controller.service.imagined_week import DAYS, Imagined, civil, imagined_week
from controller.service.price_tag import Asked, lived, price_tags
from controller.strategies.predictive import FILLS_PER_COLD_DRAW, Comfort

PIPES = (FixturePipe("kitchen", 2.2, 0.16), FixturePipe("basin", 3.2, 0.12), FixturePipe("shower", 3.6, 0.2))
LOOP = Plumbing(
    "main", Topology.DEDICATED_RETURN, ("kitchen", "basin", "shower"), frozenset({"supply", "return"}), PIPES
)


def learned(*hours: int) -> Mapping[str, object]:
    """Return what is known after four weeks in which somebody drew at these hours, every ten minutes of them."""
    foresight, begins = (
        Foresight(LOOP, 0),
        {hour * HOUR_MS + ten * 10 * MINUTE_MS for hour in hours for ten in range(6)},
    )
    for day in range(28):
        for at in sorted(begins):
            now = day * DAY_MS + at
            foresight.hazard.advance(now, week_min(civil(now)), visible=True)
            foresight.hazard.draw(now, week_min(civil(now)))
    foresight.hazard.advance(28 * DAY_MS, 0.0, visible=True)
    return foresight.snapshot()


MORNINGS = learned(7)


@pytest.mark.slow
def test_more_comfort_is_hotter_and_dearer() -> None:
    tags = price_tags(Asked(LOOP, 0, 0, MORNINGS))
    fills = [tags[comfort].fills_per_day for comfort in Comfort]
    shares = [tags[comfort].hot_share for comfort in Comfort]
    assert fills == sorted(fills)
    assert shares[-1] > shares[0] + 0.1
    assert all(0.0 <= share <= 1.0 for share in shares)


def test_the_imagined_week_is_the_learned_one_and_the_same_each_time() -> None:
    week = imagined_week(MORNINGS, LOOP)
    assert week == imagined_week(MORNINGS, LOOP) != imagined_week(MORNINGS, LOOP, seed=1)
    mornings = sum(7 <= draw.at % DAY_MS / HOUR_MS < 8 for draw in week)
    assert mornings > len(week) / 2
    assert DAYS <= mornings < DAYS * 9
    assert 0.3 < sum(draw.wanted for draw in week) / len(week) < 0.8


def test_nobody_drawing_costs_nothing() -> None:
    tag = lived(MORNINGS, LOOP, [], 0.0)
    assert (tag.hot_share, tag.fills_per_day) == (0.0, 0.0)


@pytest.mark.parametrize(("pause_min", "hot_share"), [(5, 0.5), (600, 0.0)])
def test_without_a_run_only_the_draw_that_follows_another_soon_is_hot(
    pause_min: int, hot_share: float
) -> None:
    """A price of nothing never fills."""
    first = 10 * HOUR_MS
    draws = [
        Imagined(at, 2, wanted=True, litres=40.0, flow_lpm=5.4)
        for at in (first, first + pause_min * MINUTE_MS + 600_000)
    ]
    assert lived(MORNINGS, LOOP, draws, 0.0).hot_share == hot_share


def test_a_price_high_enough_makes_every_expected_draw_hot() -> None:
    draws = [
        Imagined(day * DAY_MS + 7 * HOUR_MS + 30 * MINUTE_MS, 2, wanted=True, litres=40.0, flow_lpm=5.4)
        for day in range(DAYS)
    ]
    assert lived(MORNINGS, LOOP, draws, 50.0).hot_share == 1.0
    assert FILLS_PER_COLD_DRAW[Comfort.LAVISH] < 50.0
