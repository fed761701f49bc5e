"""What a decision costs: every row is there, and what is measured is what a gateway does."""

import pytest

from simulator.bench_decision import MOST_MB, STRATEGIES, decision_rows


@pytest.mark.slow
def test_decisions_are_timed_and_what_is_remembered_is_weighed_under_each_strategy() -> None:
    told = {row.what: row.value for row in decision_rows(1, "flat-return")}
    for strategy in STRATEGIES:
        decisions = told[f"{strategy}: decisions in 1 days"]
        assert decisions >= 24 * 60, "it beats once a minute at least"
        median, p99, longest = (
            told[f"{strategy}: processor time of a decision, {name}"] for name in ("median", "p99", "longest")
        )
        assert 0.0 <= median <= p99 <= longest
        assert told[f"{strategy}: processor time of a day's decisions"] <= decisions * longest / 1_000.0
        assert 0.0 < told[f"{strategy}: memory that the engine holds"] < MOST_MB
    assert told["predictive: what it keeps across restarts"] > told["aquastat: what it keeps across restarts"]
