"""Do the strategies, in the whole simulated house, fare as physics says they must?"""

from collections.abc import Mapping
from functools import cache

import pytest

from simulator.draws import Draw
from simulator.household import household_draws
from simulator.layout_file import load_layout, shipped_layouts
from simulator.metered import metered_draws
from simulator.results import TOLERANCE
from simulator.scenario import UnknownStrategy, simulate
from simulator.schemes import SCHEMES
from simulator.scoring import Summary
from tests.conftest import reference_data

SEED = 1
LEGAL_COLD_PIPE_C = 40.0


def metered_days(days: int) -> list[Draw]:
    return metered_draws(reference_data() / "cbecc_draws", days=days, seed=SEED)


@cache
def summaries(layout: str, days: int) -> Mapping[str, Summary]:
    draws, house = metered_days(days), load_layout(layout)
    return {name: simulate(house, draws, name, days=days, seed=SEED) for name in SCHEMES}


@pytest.fixture(params=["house", "house-cold-return"])
def ran(request: pytest.FixtureRequest) -> Mapping[str, Summary]:
    """Two metered days under every strategy."""
    return summaries(request.param, 2)


def test_both_layouts_ship() -> None:
    assert {"house", "house-cold-return"} <= set(shipped_layouts())


@pytest.mark.reference
def test_doing_nothing_gives_the_least_comfort_and_costs_nothing_extra(ran: Mapping[str, Summary]) -> None:
    nothing = ran["none"]
    assert (nothing.extra_heat_kwh, nothing.pump_hours, nothing.starts) == (0.0, 0.0, 0)
    for name in set(SCHEMES) - {"none"}:
        assert ran[name].hot_within_10s > nothing.hot_within_10s
        assert ran[name].wait_mean_s < nothing.wait_mean_s
        assert ran[name].cold_litres < nothing.cold_litres


@pytest.mark.reference
def test_an_aquastat_gives_the_most_comfort_and_burns_the_most_heat(ran: Mapping[str, Summary]) -> None:
    always_hot = ran["aquastat"]
    for name in set(SCHEMES) - {"aquastat"}:
        assert ran[name].hot_within_10s <= always_hot.hot_within_10s
        assert ran[name].extra_heat_kwh < always_hot.extra_heat_kwh
        assert ran[name].pump_hours < always_hot.pump_hours


@pytest.mark.reference
def test_comfort_costs_heat(ran: Mapping[str, Summary]) -> None:
    for name in set(SCHEMES) - {"none"}:
        assert ran[name].extra_heat_kwh > 0.0
        assert ran[name].starts > 0


@pytest.mark.reference
def test_buttons_and_windows_together_beat_either(ran: Mapping[str, Summary]) -> None:
    assert ran["check_valve"].wait_mean_s < min(ran["timed"].wait_mean_s, ran["on_demand"].wait_mean_s)
    assert ran["check_valve"].extra_heat_kwh > max(
        ran["timed"].extra_heat_kwh, ran["on_demand"].extra_heat_kwh
    )


@pytest.mark.reference
def test_the_books_of_every_run_close(ran: Mapping[str, Summary]) -> None:
    assert all(summary.balance_error <= TOLERANCE for summary in ran.values())


@pytest.mark.reference
def test_every_strategy_meets_the_same_draws_and_the_same_presses(ran: Mapping[str, Summary]) -> None:
    assert len({(one.draws, one.useful_draws, one.presses) for one in ran.values()}) == 1
    assert ran["none"].draws == len(metered_days(2))


@pytest.mark.reference
def test_extra_heat_is_what_the_same_draws_cost_more_than_without_a_pump(ran: Mapping[str, Summary]) -> None:
    for summary in ran.values():
        assert summary.heat_kwh - summary.extra_heat_kwh == pytest.approx(ran["none"].heat_kwh, rel=1e-14)


@pytest.mark.reference
def test_the_cold_pipe_is_never_driven_above_its_limit() -> None:
    ran = summaries("house-cold-return", 2)
    for name in set(SCHEMES) - {"none"}:
        assert 30.0 < ran[name].cold_pipe_peak_c <= LEGAL_COLD_PIPE_C
        assert ran[name].hot_within_10s > ran["none"].hot_within_10s


@pytest.mark.reference
def test_a_return_line_of_its_own_leaves_the_cold_pipe_alone() -> None:
    house = load_layout("house")
    assert all(summary.cold_pipe_peak_c <= house.ambient_c for summary in summaries("house", 2).values())


@pytest.mark.reference
@pytest.mark.slow
@pytest.mark.parametrize("layout", ["house", "house-cold-return"])
def test_a_metered_week_ranks_the_strategies_alike(layout: str) -> None:
    week = summaries(layout, 7)
    comfort = {name: week[name].hot_within_10s for name in week}
    heat = sorted(week, key=lambda name: week[name].extra_heat_kwh)
    assert comfort["none"] == min(comfort.values())
    assert comfort["aquastat"] == max(comfort.values()), "another threshold may be as hot, and none hotter"
    assert (heat[0], heat[-1]) == ("none", "aquastat")


def test_the_same_arguments_give_the_same_summary_to_the_last_bit() -> None:
    house, draws = load_layout("house"), household_draws(("kitchen", "basin", "shower"), days=1, seed=2)
    first, second = (simulate(house, draws, "on_demand", days=1, seed=3) for _ in range(2))
    assert first == second
    assert simulate(house, draws, "on_demand", days=1, seed=4) != first


def test_a_house_where_nobody_draws_is_answered_too() -> None:
    summary = simulate(load_layout("house"), [], "timed", days=1, seed=1)
    assert (summary.draws, summary.hot_within_10s, summary.wait_p95_s) == (0, 1.0, 0.0)
    assert summary.extra_heat_kwh > 0.0


def test_a_draw_that_is_open_at_the_end_is_finished() -> None:
    late = [Draw(86_390.0, 60.0, "shower", 7.6)]
    assert simulate(load_layout("house"), late, "none", days=1, seed=1).draws == 1


def test_progress_is_told_up_to_the_whole() -> None:
    told: list[float] = []
    simulate(load_layout("house"), [], "timed", days=1, seed=1, progress=told.append)
    assert told == sorted(told)
    assert told[0] > 0.0
    assert told[-1] == 1.0


def test_an_unknown_strategy_is_told_with_the_known_ones() -> None:
    with pytest.raises(
        UnknownStrategy, match="no strategy 'magic'; known strategies: none, timed, on_demand"
    ):
        simulate(load_layout("house"), [], "magic", days=1, seed=1)
