import pytest

from controller.service.price_tag import Prices, price_tag
from controller.strategies.predictive import FILLS_PER_COLD_DRAW, Comfort

STEPS_PER_DAY = 72
BUSY = tuple(1.0 if 20 <= n % STEPS_PER_DAY < 28 else 0.08 for n in range(7 * STEPS_PER_DAY))


def tags(draws: tuple[float, ...]) -> list[tuple[float, float]]:
    found = [price_tag(draws, STEPS_PER_DAY, Prices(FILLS_PER_COLD_DRAW[one]), 0.6) for one in Comfort]
    return [(tag.hot_share, tag.fills_per_day) for tag in found]


def test_more_comfort_is_hotter_and_dearer() -> None:
    shares, fills = zip(*tags(BUSY), strict=True)
    assert list(shares) == sorted(shares)
    assert list(fills) == sorted(fills)
    assert shares[-1] > shares[0] + 0.1


def test_nobody_drawing_costs_nothing() -> None:
    assert all(fills == pytest.approx(0.0) for _, fills in tags((0.0,) * len(BUSY)))


def test_a_share_is_a_share() -> None:
    assert all(0.0 <= share <= 1.0 for share, _ in tags(BUSY))
