"""A pump that is on and moves nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.safety.dry_run import DryRuns, recall
from tests.builders import minutes, seconds


def dry_run(runs: DryRuns, at: int) -> DryRuns:
    """One run that begins now and is ended for being dry."""
    return runs.looked(at, False).looked(at + seconds(30), False).ended(at + seconds(30))


def test_a_run_is_dry_exactly_after_thirty_seconds() -> None:
    runs = DryRuns().looked(seconds(5), False)
    assert runs.dry_at == seconds(35)
    assert not runs.is_dry(seconds(35) - 1)
    assert runs.is_dry(seconds(35))


def test_what_moves_in_between_clears_everything() -> None:
    failing = dry_run(dry_run(DryRuns(), 0), minutes(2))
    assert failing.looked(minutes(4), False).looked(minutes(4) + seconds(29), True) == DryRuns()


def test_without_evidence_nothing_is_concluded() -> None:
    runs = DryRuns().looked(0, None)
    assert not runs.is_dry(minutes(60))
    assert runs.ended(minutes(60)) == DryRuns()
    lost = DryRuns().looked(0, False).looked(seconds(20), None)
    assert not lost.is_dry(minutes(60))


def test_a_run_that_ends_for_another_cause_is_no_dry_one() -> None:
    assert DryRuns().looked(0, False).ended(seconds(29)).tries == 0


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


@given(st.lists(st.tuples(st.integers(1, 40_000), st.sampled_from([True, False, None])), max_size=60))
def test_a_run_with_any_sign_of_movement_within_thirty_seconds_is_never_ended(
    looks: list[tuple[int, bool | None]],
) -> None:
    runs, now, still_since = DryRuns(), 0, None
    for gap, moving in looks:
        now += gap
        runs = runs.looked(now, moving)
        still_since = (still_since or now) if moving is False else None
        assert runs.is_dry(now) == (still_since is not None and now - still_since >= 30_000)
