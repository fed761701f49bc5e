"""The worth of running against waiting: monotone in what it hangs on, and quick."""

from hypothesis import given, settings
from hypothesis import strategies as st

from controller.strategies.worth import HOT_STEPS, STEPS, Prices, fill_heat, worth

RATES = st.lists(st.floats(0.0, 3.0), min_size=STEPS, max_size=STEPS)


def advantage(
    draws: list[float], price: float, left: int = -HOT_STEPS, warm: tuple[float, ...] = ()
) -> float:
    """Return by how much running is better than waiting."""
    values = worth(draws, left, warm, 0.0, Prices(price))
    return values.wait - values.run


def test_nobody_draws_so_nothing_runs() -> None:
    assert advantage([0.0] * STEPS, 12.0) < 0.0


def test_a_draw_that_is_sure_to_come_is_worth_a_fill() -> None:
    assert advantage([0.2, *[1.0] * 3, *[0.0] * (STEPS - 4)], 2.0) > 0.0


def test_a_warm_supply_makes_a_run_less_worth() -> None:
    draws = [0.2] * STEPS
    assert advantage(draws, 4.0, warm=(0.9,) * 6) < advantage(draws, 4.0)


def test_a_fill_costs_less_the_warmer_the_supply_still_is() -> None:
    costs = [fill_heat(step, Prices(1.0)) for step in range(-HOT_STEPS, HOT_STEPS + 1)]
    assert costs == sorted(costs, reverse=True)
    assert 0.0 < costs[-1] < costs[0] < 1.0


@settings(max_examples=40)
@given(RATES, st.floats(0.1, 10.0))
def test_costs_are_finite_and_never_negative(draws: list[float], price: float) -> None:
    values = worth(draws, -3, (0.5, 0.5), 0.1, Prices(price))
    assert 0.0 <= values.run < 1e6
    assert 0.0 <= values.wait < 1e6


@settings(max_examples=40)
@given(RATES)
def test_no_policy_costs_more_when_comfort_is_cheaper(draws: list[float]) -> None:
    cheap, dear = (worth(draws, -2, (), 0.1, Prices(price)) for price in (0.5, 2.0))
    assert min(cheap.run, cheap.wait) <= min(dear.run, dear.wait) + 1e-9
