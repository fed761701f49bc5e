from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.compare import Comparison, Plan, compare, dominates
from simulator.draws import Draw
from simulator.jobs import local_pool
from simulator.layout_file import load_layout
from simulator.scoring import Summary
from simulator.tariff import Tariff

MORNING = (Draw(25_000.0, 30.0, "basin", 4.0), Draw(25_900.0, 200.0, "shower", 8.0))
EVENING = (Draw(70_000.0, 40.0, "kitchen", 5.0),)
PLAN = Plan(
    load_layout("house"), {"early": MORNING, "late": EVENING}, ["timed", "on_demand", "none"], days=1, seed=4
)


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(PLAN)


def summary(hot: float, heat: float) -> Summary:
    return Summary(
        "any", "house", 7, 3, 2, hot, 16.0, 30.0, 500.0, 40.0, heat, 8.0, 5, 1e-12, 0, 1, 20.0, 44.0, heat, 3
    )


runs = st.builds(summary, st.floats(0, 1), st.floats(-1, 100))


@given(one=runs, other=runs, third=runs)
def test_beating_is_an_order(one: Summary, other: Summary, third: Summary) -> None:
    assert not dominates(one, one)
    assert not (dominates(one, other) and dominates(other, one))
    if dominates(one, other) and dominates(other, third):
        assert dominates(one, third)


def test_every_strategy_lives_with_every_household_and_none_comes_first(comparison: Comparison) -> None:
    rows = [(row.household, row.summary.strategy) for row in comparison.rows]
    assert rows == [(home, name) for home in ("early", "late") for name in ("none", "timed", "on_demand")]
    assert all(row.summary.draws == len(PLAN.households[row.household] or ()) for row in comparison.rows)


def test_a_pump_that_never_runs_takes_no_extra_heat_and_is_never_beaten(comparison: Comparison) -> None:
    idle = [row for row in comparison.rows if row.summary.strategy == "none"]
    assert [row.summary.extra_heat_kwh for row in idle] == [0.0, 0.0]
    assert all(row.best for row in idle)


def test_only_the_first_household_is_recorded_and_only_on_its_day(comparison: Comparison) -> None:
    recorded = {key for key, outcome in comparison.outcomes.items() if outcome.temperatures}
    assert recorded == {("early", name) for name in PLAN.ordered}


def test_prices_turn_into_cost(comparison: Comparison) -> None:
    dear = Comparison(
        PLAN, comparison.outcomes, Tariff(energy_kwh=0.0, electricity_kwh=0.0, water_m3=1_000.0)
    )
    for row in dear.rows:
        assert row.costs.cost_a_year == pytest.approx(row.summary.cold_litres * 365.0)


def test_heat_is_told_as_a_share_of_the_aquastats_where_there_is_one(comparison: Comparison) -> None:
    assert {row.heat_ratio_aquastat for row in comparison.rows} == {None}
    hot = compare(Plan(PLAN.layout, {"early": MORNING}, ["aquastat"], days=1, seed=4))
    assert [row.heat_ratio_aquastat for row in hot.rows] == [0.0, 1.0]


def test_a_row_has_the_keys_of_a_summary_and_the_levels_of_its_fixtures(comparison: Comparison) -> None:
    record = comparison.rows[0].as_record()
    assert list(record)[:3] == ["household", "strategy", "layout"]
    assert {"cost_a_year", "pareto", "vdi6003_kitchen", "vdi6003_shower", "balance_error"} <= set(record)


def test_the_order_in_which_cases_end_changes_nothing(comparison: Comparison) -> None:
    told: list[float] = []
    with ThreadPoolExecutor(3) as pool:
        again = compare(PLAN, pool=pool, progress=told.append)
    assert again.rows == comparison.rows
    assert again.outcomes == comparison.outcomes
    assert told == sorted(told) and told[-1] == 1.0


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [2, 3])
def test_the_same_seed_gives_the_same_to_the_last_bit_on_any_number_of_jobs(jobs: int) -> None:
    plan = Plan(load_layout("house"), {"people-2": None, "eu-s": None}, ["timed", "aquastat"], days=2, seed=9)
    with local_pool(jobs) as pool:
        assert compare(plan, pool=pool).outcomes == compare(plan).outcomes
