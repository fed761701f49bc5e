"""Runs that are felt, and runs that are not."""

import pytest

from controller.core.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from controller.core.observation import Observation, PumpView
from controller.safety.response import LATCHED_AT, RESPONSE_MS, Responses, recall
from tests.builders import observation, running, seconds

LONG = 30 * MINUTE_MS


def seen(value_c: float | None, lowest_c: float | None = None) -> Observation:
    """What is to be seen ten seconds into a run; ``lowest_c`` is its lowest reading."""
    readings = {} if value_c is None else {"return_c": value_c}
    pump = PumpView() if lowest_c is None else running(0, return_c=lowest_c)
    return observation(seconds(10), pump=pump, **readings)


def run(responses: Responses, *values_c: float, ran_ms: int = RESPONSE_MS) -> Responses:
    """One run during which the sensor reads these values."""
    responses = responses.begun(seen(values_c[0]))
    for number in range(1, len(values_c)):
        responses = responses.going_on(seen(values_c[number], min(values_c[: number + 1])))
    return responses.ended(ran_ms, ran_ms, LONG)


def test_a_run_that_is_felt_is_fine_and_one_that_is_not_fails() -> None:
    assert run(Responses(), 30.0, 29.0, 29.5).failures == 0
    assert run(Responses(), 30.0, 29.0, 29.49).failures == 1


def test_the_cold_plug_in_front_of_the_hot_water_does_not_hide_the_rise() -> None:
    assert run(Responses(), 34.0, 22.0, 30.0).failures == 0


@pytest.mark.parametrize(("start_c", "failures"), [(35.0, 1), (35.1, 0)])
def test_a_run_that_starts_near_the_target_need_not_be_felt(start_c: float, failures: int) -> None:
    assert run(Responses(), start_c, start_c).failures == failures


@pytest.mark.parametrize(("ran_ms", "failures"), [(RESPONSE_MS - 1, 0), (RESPONSE_MS, 1)])
def test_a_run_cut_short_proves_nothing(ran_ms: int, failures: int) -> None:
    assert run(Responses(), 30.0, 30.0, ran_ms=ran_ms).failures == failures


def test_a_run_that_may_not_last_longer_is_judged_at_its_cap() -> None:
    begun = Responses().begun(seen(30.0))
    assert begun.ended(120_000, 120_000, 120_000).failures == 1


def test_a_run_without_a_value_at_its_start_is_not_judged() -> None:
    assert Responses().begun(seen(None)).ended(RESPONSE_MS, RESPONSE_MS, LONG).failures == 0


def test_an_unanswered_run_is_known_exactly_at_its_time() -> None:
    begun = Responses().begun(seen(30.0))
    assert not begun.unanswered(RESPONSE_MS - 1)
    assert begun.unanswered(RESPONSE_MS)
    assert not begun.going_on(seen(31.0, 30.0)).unanswered(RESPONSE_MS)


def test_the_pause_doubles_with_each_failure_up_to_eight_hours() -> None:
    pauses = [Responses(failures, 0).resumes_at / MINUTE_MS for failures in range(8)]
    assert pauses == [0, 30, 60, 120, 240, 480, 480, 480]
    assert Responses(10**6, 0).resumes_at == 8 * HOUR_MS


def test_one_felt_run_sets_everything_right() -> None:
    failing = Responses()
    for _ in range(LATCHED_AT):
        failing = run(failing, 21.0, 21.0)
    assert failing.blind
    assert run(failing, 21.0, 22.0) == Responses()


def test_a_short_run_in_between_changes_nothing() -> None:
    failing = run(Responses(), 21.0, 21.0)
    assert run(failing, 21.0, 21.0, ran_ms=30 * SECOND_MS) == failing


def test_failures_survive_a_restart_and_their_pause_goes_on() -> None:
    failing = Responses(2, failed_at=10 * MINUTE_MS)
    kept = failing.snapshot(25 * MINUTE_MS)
    assert recall(kept, now=0, elapsed_ms=5 * MINUTE_MS).resumes_at == (60 - 20) * MINUTE_MS
    assert recall(kept, now=0, elapsed_ms=None).resumes_at == 60 * MINUTE_MS


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        {},
        {"failures": -1, "failed_age_ms": 0},
        {"failures": True, "failed_age_ms": 0},
        {"failures": 10**9, "failed_age_ms": 0},
        {"failures": 2, "failed_age_ms": "soon"},
    ],
)
def test_a_damaged_memory_is_no_failure(kept: object) -> None:
    assert recall(kept, now=0, elapsed_ms=0) == Responses()
