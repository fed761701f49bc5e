"""The benchmark measures what it says, on days few enough for a test; how fast is nobody's test."""

import pytest

from simulator.bench_loop import LAYOUTS, drift_k, loop_rows, polled_rows
from simulator.layout_file import load_layout
from simulator.schemes import SCHEMES


def test_temperatures_do_not_drift_when_days_are_alike() -> None:
    assert drift_k(12) <= 1e-8


@pytest.mark.slow
def test_polling_every_second_lets_the_pump_run_longer_and_costs_many_times_the_work() -> None:
    times, more = polled_rows(load_layout("house"))
    assert (times.unit, more.unit) == ("times", "% more")
    assert 0.0 < more.value < 10.0


@pytest.mark.slow
def test_every_strategy_on_both_layouts_has_its_row() -> None:
    told: list[float] = []
    rows = list(loop_rows(6, told.append))
    assert len(rows) == len(LAYOUTS) * (len(SCHEMES) + 2) + 3
    assert told[-1] == 1.0 and told == sorted(told)
    assert all(row.value > 0.0 for row in rows[1 : len(LAYOUTS) * len(SCHEMES) + 1])
