"""A pump that is on and moves nothing."""

import pytest

from controller.safety.dry_run import DryRuns, recall
from tests.builders import minutes, seconds


def dry_run(runs: DryRuns, at: int) -> DryRuns:
    """One run of half a minute that was proven dry."""
    return runs.looked(False).ended(at + seconds(30), False)


def test_what_moves_in_between_clears_everything() -> None:
    failing = dry_run(dry_run(DryRuns(), 0), minutes(2))
    assert failing.looked(True) == DryRuns()


@pytest.mark.parametrize("moves", [True, None])
def test_without_proof_nothing_is_concluded(moves: bool | None) -> None:
    failing = dry_run(DryRuns(), 0)
    assert failing.ended(minutes(5), moves) == failing
    assert failing.looked(None) == failing


def test_three_tries_a_minute_apart_then_ten_minutes_and_after_three_rounds_the_latch() -> None:
    runs, at, pauses = DryRuns(), 0, []
    for _ in range(9):
        assert not runs.latched
        runs = dry_run(runs, at)
        pauses.append((runs.resumes_at - at - seconds(30)) / seconds(1))
        at = runs.resumes_at
    assert pauses == [60, 60, 600] * 3
    assert runs.latched


def test_a_latch_survives_a_restart_and_pauses_begin_in_full() -> None:
    runs = DryRuns()
    for number in range(9):
        runs = dry_run(runs, minutes(20 * number))
    assert recall(runs.snapshot(minutes(500)), now=0).latched
    once = dry_run(DryRuns(), 0)
    assert recall(once.snapshot(seconds(80)), now=seconds(7)).resumes_at == seconds(67)
    assert recall(DryRuns().snapshot(0), now=seconds(7)) == DryRuns()


@pytest.mark.parametrize(
    "kept", [None, [], {}, {"tries": 1}, {"tries": "many", "rounds": None, "ended_age_ms": 0}]
)
def test_a_damaged_memory_is_none(kept: object) -> None:
    assert recall(kept, now=0) == DryRuns()


def test_an_impossible_count_is_the_highest_possible() -> None:
    assert recall({"tries": 0, "rounds": 10**9, "ended_age_ms": 0}, now=0).latched
