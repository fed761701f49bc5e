import json
from dataclasses import replace

import pytest

from simulator.draws import Draw
from simulator.results import DrawResult
from simulator.scoring import Comfort, Summary


def result(
    wait_s: float | None, *, duration_s: float = 60.0, flow_lpm: float = 6.0, cold_litres: float = 1.0
) -> DrawResult:
    return DrawResult(Draw(0.0, duration_s, "basin", flow_lpm), wait_s, cold_litres, 4.0, 39.0, None)


def test_only_useful_draws_are_scored_but_every_cold_litre_counts() -> None:
    comfort = Comfort.of([result(2.0), result(30.0), result(0.0, duration_s=5.0, flow_lpm=3.0)])
    assert (comfort.draws, comfort.useful_draws, comfort.hot_within_10s) == (3, 2, 0.5)
    assert comfort.wait_mean_s == 16.0
    assert comfort.cold_litres == 3.0


def test_ten_seconds_exactly_are_in_time() -> None:
    assert Comfort.of([result(10.0), result(10.001)]).hot_within_10s == 0.5


def test_a_draw_that_never_got_hot_waited_all_its_time_and_was_never_in_time() -> None:
    comfort = Comfort.of([result(None, duration_s=8.0, flow_lpm=12.0), result(None, duration_s=90.0)])
    assert comfort.hot_within_10s == 0.0
    assert comfort.wait_mean_s == 49.0
    assert comfort.never_hot == 2


@pytest.mark.parametrize(("count", "rank"), [(1, 1), (19, 19), (20, 19), (21, 20), (100, 95)])
def test_the_95th_percentile_is_a_wait_that_occurred(count: int, rank: int) -> None:
    assert Comfort.of([result(float(wait)) for wait in range(count, 0, -1)]).wait_p95_s == rank


def test_no_draws_are_scored_without_division_by_nothing() -> None:
    assert Comfort.of([]) == Comfort(0, 0, 1.0, 0.0, 0.0, 0.0, 0)
    assert Comfort.of([result(3.0, duration_s=2.0, flow_lpm=1.0)]).useful_draws == 0


def test_the_json_has_the_promised_keys_in_the_promised_order() -> None:
    summary = Summary(
        "none", "house", 7, 3, 2, 0.5, 16.0, 30.0, 3.0, 40.0, 0.0, 0.0, 0, 1e-12, 0, 1, 20.0, 40.0, 0.0, 0
    )
    text = json.dumps(summary.as_json(), allow_nan=False)
    assert list(json.loads(text))[:14] == [
        "strategy",
        "layout",
        "days",
        "draws",
        "useful_draws",
        "hot_within_10s",
        "wait_mean_s",
        "wait_p95_s",
        "cold_litres",
        "heat_kwh",
        "extra_heat_kwh",
        "pump_hours",
        "starts",
        "balance_error",
    ]
    assert json.loads(text) == replace(summary).as_json()
