"""Every limit just before, at and just after; and that the supervisor can only take away."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from controller.core.decision import Purpose, Verdict
from controller.core.events import Mode, StopRequest
from controller.core.observation import PumpView, Sample
from controller.core.reason import ReasonCode
from controller.safety.limits import Limits
from controller.safety.response import Responses
from controller.safety.supervisor import LimitSupervisor
from tests.builders import COLD_LOOP, minutes, observation, rests, running, seconds, wants_run

READY = minutes(10)  # long after the controller started
WARM_C = 36.0
"""So warm at the start that the sensor need not feel the run."""


def supervisor(**limits: float) -> LimitSupervisor:
    return LimitSupervisor(Limits(**limits), started_at=0)  # type: ignore[arg-type]  # ints and floats by name


def start(sup: LimitSupervisor, at: int = READY, *, demand: bool = False) -> Verdict:
    return sup.review(observation(at, return_c=WARM_C), wanted=wants_run(demand=demand))


def goes_on(sup: LimitSupervisor, at: int, since: int = READY, *, demand: bool = False) -> Verdict:
    return sup.review(observation(at, return_c=WARM_C, pump=running(since)), wanted=wants_run(demand=demand))


def stop(sup: LimitSupervisor, at: int) -> None:
    assert not sup.review(observation(at, return_c=20.0), wanted=rests()).run


@pytest.mark.parametrize(
    ("purpose", "runs"), [(Purpose.COMFORT, False), (Purpose.HYGIENE, False), (Purpose.FROST, True)]
)
def test_runs_that_nobody_felt_hold_back_comfort_but_not_frost(purpose: Purpose, runs: bool) -> None:
    sup = supervisor()
    sup.responses = Responses(failures=2, failed_at=READY - minutes(5))
    wanted = replace(wants_run(), purpose=purpose)
    assert sup.review(observation(READY, return_c=2.0), wanted=wanted).run is runs


def test_a_wish_to_rest_is_never_turned_into_a_run() -> None:
    assert not supervisor().review(observation(READY, return_c=20.0), wanted=rests()).run


def test_an_ordinary_run_starts() -> None:
    verdict = start(supervisor())
    assert verdict.run and not verdict.refused


@pytest.mark.parametrize(
    ("demand", "cap_s"), [(True, 300), (False, 1_800)], ids=["a person's run", "an automatic run"]
)
def test_a_run_ends_exactly_at_its_cap(demand: bool, cap_s: int) -> None:
    sup = supervisor()
    first = start(sup, demand=demand)
    assert first.wake_at <= READY + seconds(cap_s)
    assert goes_on(sup, READY + seconds(cap_s) - 1, demand=demand).run
    over = goes_on(sup, READY + seconds(cap_s), demand=demand)
    assert not over.run and over.final and over.reason.code is ReasonCode.RUN_CAP


def test_a_run_after_its_cap_stays_refused_a_millisecond_later() -> None:
    sup = supervisor()
    start(sup, demand=True)
    assert not goes_on(sup, READY + seconds(300) + 1, demand=True).run


def test_the_rest_after_a_run_is_exactly_the_shortest_rest() -> None:
    sup = supervisor()
    start(sup)
    stopped_at = READY + seconds(100)
    stop(sup, stopped_at)
    early = start(sup, stopped_at + seconds(60) - 1)
    assert not early.run and early.reason.code is ReasonCode.MIN_REST
    assert early.wake_at == stopped_at + seconds(60)
    assert start(sup, stopped_at + seconds(60)).run


def test_the_start_of_the_controller_counts_as_a_stop() -> None:
    sup = LimitSupervisor(Limits(), started_at=5_000)
    early = start(sup, 5_000 + seconds(60) - 1)
    assert not early.run and early.reason.code is ReasonCode.JUST_STARTED_UP
    assert start(sup, 5_000 + seconds(60)).run


def test_the_eleventh_start_within_an_hour_waits_for_the_hour_to_pass() -> None:
    sup = supervisor()
    for count in range(10):
        at = READY + minutes(3) * count
        assert start(sup, at).run
        stop(sup, at + minutes(1))
    refused = start(sup, READY + minutes(60) - 1)
    assert not refused.run and refused.reason.code is ReasonCode.STARTS_PER_HOUR
    assert refused.wake_at == READY + minutes(60)
    assert start(sup, READY + minutes(60)).run


def test_the_tenth_run_within_an_hour_goes_on_to_its_end() -> None:
    sup = supervisor()
    for count in range(9):
        assert start(sup, READY + minutes(3) * count).run
        stop(sup, READY + minutes(3) * count + minutes(1))
    tenth = READY + minutes(27)
    assert start(sup, tenth).run and goes_on(sup, tenth + seconds(30), tenth).run


def test_the_daily_cap_ends_a_run_exactly_when_it_is_used_up() -> None:
    sup = supervisor(daily_cap_ms=minutes(20), run_cap_ms=minutes(15))
    assert start(sup).run
    stop(sup, READY + minutes(15))
    again = READY + minutes(20)
    assert start(sup, again).wake_at <= again + minutes(5)
    assert goes_on(sup, again + minutes(5) - 1, again).run
    over = goes_on(sup, again + minutes(5), again)
    assert not over.run and over.reason.code is ReasonCode.DAILY_CAP


def test_pump_time_older_than_a_day_no_longer_counts() -> None:
    sup = supervisor(daily_cap_ms=minutes(15), run_cap_ms=minutes(15))
    start(sup)
    stop(sup, READY + minutes(15))
    assert not start(sup, READY + minutes(24 * 60)).run
    assert start(sup, READY + minutes(24 * 60) + 1).run


@pytest.mark.parametrize(
    ("reading_c", "may_run"), [(37.9375, True), (38.0, False), (38.0625, False), (60.0, False)]
)
def test_the_cold_pipe_guard_stops_at_its_limit(reading_c: float, may_run: bool) -> None:
    sup = supervisor()
    verdict = sup.review(
        observation(READY, plumbing=COLD_LOOP, cold_line_c=reading_c), wanted=wants_run(demand=True)
    )
    assert verdict.run is may_run
    assert may_run or verdict.reason.code is ReasonCode.COLD_LINE_LIMIT


def test_without_a_cold_line_reading_the_cold_pipe_is_never_used() -> None:
    verdict = supervisor().review(observation(READY, plumbing=COLD_LOOP), wanted=wants_run(demand=True))
    assert not verdict.run and verdict.reason.code is ReasonCode.SENSOR_MISSING


def test_a_run_without_a_sensor_ends_after_two_minutes_and_the_next_waits_ten() -> None:
    sup = supervisor()
    blind = lambda at, **pump: sup.review(observation(at, **pump), wanted=wants_run(demand=True))  # noqa: E731
    assert blind(READY).run
    assert blind(READY + seconds(120) - 1, pump=running(READY)).run
    over = blind(READY + seconds(120), pump=running(READY))
    assert not over.run and over.reason.code is ReasonCode.SENSOR_STALE_CAP
    stopped_at = READY + seconds(120)
    early = blind(stopped_at + minutes(10) - 1)
    assert not early.run and early.reason.code is ReasonCode.SENSOR_STALE_PAUSE
    assert blind(stopped_at + minutes(10)).run


def test_a_sensor_that_is_back_ends_the_pause_after_a_blind_run() -> None:
    sup = supervisor()
    sup.review(observation(READY), wanted=wants_run())
    stop_at = READY + seconds(50)
    sup.review(observation(stop_at, pump=running(READY)), wanted=rests())
    assert not sup.review(observation(stop_at + minutes(2)), wanted=wants_run()).run
    assert start(sup, stop_at + minutes(2)).run


def test_a_blind_run_asks_to_be_woken_at_its_end() -> None:
    sup = supervisor()
    sup.review(observation(READY), wanted=wants_run())
    later = sup.review(observation(READY + seconds(70), pump=running(READY)), wanted=wants_run())
    assert later.wake_at == READY + seconds(120)


def test_a_sensor_that_goes_stale_late_in_a_run_ends_it_when_it_does() -> None:
    sup = supervisor()
    heard = {"return": Sample(READY + seconds(200), 20.0, interval_ms=10_000)}
    start(sup)
    view = observation(READY + seconds(260), pump=running(READY))
    object.__setattr__(view, "readings", heard)
    assert sup.review(view, wanted=wants_run()).run
    object.__setattr__(view, "now", READY + seconds(260) + 1)
    assert sup.review(view, wanted=wants_run()).reason.code is ReasonCode.SENSOR_STALE_CAP


def test_mode_off_refuses_everyone_and_manual_refuses_the_automatic() -> None:
    def verdict(mode: Mode, *, demand: bool) -> Verdict:
        return supervisor().review(
            observation(READY, return_c=20.0, mode=mode), wanted=wants_run(demand=demand)
        )

    assert verdict(Mode.OFF, demand=True).reason.code is ReasonCode.MODE_OFF
    assert verdict(Mode.MANUAL, demand=False).reason.code is ReasonCode.MODE_MANUAL
    assert verdict(Mode.MANUAL, demand=True).run


def test_a_persons_stop_ends_the_run_and_holds_off_the_automatic_but_not_a_new_wish() -> None:
    sup = supervisor()
    start(sup, demand=True)
    stopped_at = READY + seconds(10)
    pressed = StopRequest(stopped_at, "page")
    at_once = sup.review(
        observation(stopped_at, return_c=20.0, pump=running(READY), last_stop=pressed),
        wanted=wants_run(demand=True),
    )
    assert not at_once.run and at_once.final and at_once.reason.code is ReasonCode.STOPPED_BY_PERSON
    for at, may_run in [(minutes(15) - 1, False), (minutes(15), True)]:
        later = observation(stopped_at + at, return_c=20.0, last_stop=pressed)
        assert LimitSupervisor(Limits(), 0).review(later, wanted=wants_run()).run is may_run
    wish = observation(stopped_at + minutes(2), return_c=20.0, last_stop=pressed)
    assert sup.review(wish, wanted=wants_run(demand=True)).run


def test_a_stop_at_the_very_instant_of_the_start_ends_that_run_too() -> None:
    sup = supervisor()
    start(sup, demand=True)
    view = observation(READY, return_c=20.0, pump=running(READY), last_stop=StopRequest(READY, "page"))
    assert not sup.review(view, wanted=wants_run(demand=True)).run


def test_an_unreachable_switch_starts_nothing() -> None:
    view = observation(READY, return_c=20.0, pump=PumpView(online=False))
    assert supervisor().review(view, wanted=wants_run()).reason.code is ReasonCode.PUMP_OFFLINE


def test_budgets_survive_a_restart_and_rests_begin_anew() -> None:
    sup = supervisor(daily_cap_ms=minutes(20), run_cap_ms=minutes(15))
    start(sup)
    stop(sup, READY + minutes(15))
    kept = sup.snapshot(READY + minutes(15))
    fresh = LimitSupervisor(sup.limits, started_at=0)
    fresh.restore(kept, 0, 0)
    assert fresh.marks.ran_ms(0) == minutes(15)
    assert len(fresh.marks.starts) == 1
    assert start(fresh, seconds(59)).reason.code is ReasonCode.JUST_STARTED_UP


def test_a_snapshot_taken_later_keeps_how_long_ago_everything_was() -> None:
    sup = supervisor()
    start(sup)
    stop(sup, READY + minutes(2))
    marks = restored(sup.snapshot(READY + minutes(5)), now=READY, elapsed_ms=minutes(1)).marks
    assert marks.starts == (READY - minutes(6),)
    assert marks.runs == ((READY - minutes(6), READY - minutes(4)),)


def test_a_run_that_was_going_on_counts_in_the_snapshot() -> None:
    sup = supervisor()
    start(sup)
    kept = sup.snapshot(READY + minutes(3))
    fresh = LimitSupervisor(sup.limits, started_at=0)
    fresh.restore(kept, 0, 0)
    assert fresh.marks.ran_ms(0) == minutes(3)


# -- a run that changes hands -------------------------------------------------------------------------------


def test_a_wish_that_takes_over_an_automatic_run_gets_its_own_cap_from_then_on() -> None:
    sup = supervisor()
    start(sup)
    taken_at = READY + seconds(100)
    assert goes_on(sup, taken_at, demand=True).wake_at <= taken_at + seconds(300)
    assert goes_on(sup, taken_at + seconds(300) - 1, demand=True).run
    over = goes_on(sup, taken_at + seconds(300), demand=True)
    assert (
        not over.run and over.reason.code is ReasonCode.RUN_CAP and dict(over.reason.values)["cap_s"] == 300
    )


def test_a_wish_does_not_lengthen_the_run_that_it_takes_over() -> None:
    sup = supervisor()
    start(sup)
    taken_at = READY + seconds(1_790)
    assert goes_on(sup, taken_at, demand=True).wake_at == READY + seconds(1_800)
    assert goes_on(sup, READY + seconds(1_800) - 1, demand=True).run
    over = goes_on(sup, READY + seconds(1_800), demand=True)
    assert not over.run and dict(over.reason.values)["cap_s"] == 1_800


def test_an_automatic_run_that_goes_on_after_the_wish_has_the_automatic_cap() -> None:
    sup = supervisor()
    start(sup, demand=True)
    assert goes_on(sup, READY + seconds(200)).run
    assert goes_on(sup, READY + seconds(1_800) - 1).run
    assert not goes_on(sup, READY + seconds(1_800)).run


def test_a_run_handed_over_at_the_very_cap_of_the_wish_goes_on() -> None:
    sup = supervisor()
    start(sup, demand=True)
    assert goes_on(sup, READY + seconds(300)).run


def test_a_second_wish_in_one_run_counts_from_its_own_beginning() -> None:
    sup = supervisor()
    start(sup, demand=True)
    goes_on(sup, READY + seconds(100))
    goes_on(sup, READY + seconds(200), demand=True)
    assert goes_on(sup, READY + seconds(500) - 1, demand=True).run
    assert not goes_on(sup, READY + seconds(500), demand=True).run


def test_the_wish_of_the_next_run_has_its_whole_cap() -> None:
    sup = supervisor()
    start(sup, demand=True)
    stop(sup, READY + seconds(100))
    again = READY + seconds(200)
    start(sup, again, demand=True)
    assert goes_on(sup, again + seconds(300) - 1, again, demand=True).run


# -- what a refusal tells -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"mode": Mode.OFF}, "the controller is switched off"),
        ({"last_stop": StopRequest(READY + 1, "page")}, "page pressed stop; automatic runs wait 900 s more"),
    ],
)
def test_a_person_ends_the_run_and_the_wish_behind_it(changes: dict[str, Any], sentence: str) -> None:
    sup = supervisor()
    start(sup, demand=True)
    view = observation(READY + 1, return_c=20.0, pump=running(READY), **changes)
    verdict = sup.review(view, wanted=wants_run(demand=True))
    assert verdict.final and verdict.refused and verdict.reason.sentence() == sentence


def test_a_cold_pipe_at_its_limit_ends_the_wish_and_tells_the_reading() -> None:
    view = observation(READY, plumbing=COLD_LOOP, cold_line_c=38.5)
    verdict = supervisor(cold_line_c=37.0).review(view, wanted=wants_run(demand=True))
    assert verdict.final
    assert verdict.reason.sentence() == "guard: the cold pipe reads 38.5 °C, its limit is 37 °C"


def test_a_missing_sensor_is_named_and_the_wish_may_wait_for_it() -> None:
    view = observation(READY, plumbing=COLD_LOOP)
    verdict = supervisor().review(view, wanted=wants_run(demand=True))
    assert not verdict.final
    assert verdict.reason.sentence() == "no fresh value from the cold_line sensor"


def test_the_daily_cap_ends_the_wish_and_tells_the_minutes_that_the_pump_ran() -> None:
    sup = supervisor(daily_cap_ms=minutes(2))
    start(sup)
    verdict = goes_on(sup, READY + minutes(2))
    assert verdict.final
    assert verdict.reason.sentence() == "the pump has run 2 min within 24 h, its cap"


def test_one_start_too_many_ends_the_wish_and_tells_how_many_there_were() -> None:
    sup = supervisor(starts_per_hour=1)
    start(sup)
    stop(sup, READY + minutes(1))
    verdict = start(sup, READY + minutes(5))
    assert verdict.final and verdict.reason.sentence() == "already 1 starts within the hour"


def test_a_rest_tells_the_seconds_that_are_left_rounded_up_and_the_wish_waits() -> None:
    sup = supervisor()
    assert start(sup, 1).reason.sentence() == "the controller has just started; the pump rests 60 s more"
    start(sup)
    stop(sup, READY + seconds(40))
    early = start(sup, READY + seconds(70) + 1)
    assert not early.final and early.reason.sentence() == "the pump rests 30 s more"


def test_a_run_without_a_sensor_names_the_sensor_and_the_seconds_at_its_end_and_in_the_pause() -> None:
    sup = supervisor()
    sup.review(observation(READY), wanted=wants_run())
    ended_at = READY + seconds(120)
    over = sup.review(observation(ended_at, pump=running(READY)), wanted=wants_run())
    assert over.final
    assert over.reason.sentence() == "without a trusted return sensor a run ends after 120 s"
    waits = sup.review(observation(ended_at + minutes(4)), wanted=wants_run())
    assert not waits.final and waits.wake_at == ended_at + minutes(10)
    assert waits.reason.sentence() == "without a trusted return sensor the next run waits 360 s"


# -- which runs leave the pause of a blind one --------------------------------------------------------------


def blind_start(sup: LimitSupervisor, at: int) -> Verdict:
    return sup.review(observation(at), wanted=wants_run())


def test_the_start_of_the_controller_is_no_blind_run() -> None:
    assert blind_start(supervisor(), seconds(60)).run


def test_a_run_that_lost_its_sensor_on_the_way_leaves_the_pause() -> None:
    sup = supervisor()
    start(sup)
    sup.review(observation(READY + seconds(100), pump=running(READY)), wanted=rests())
    assert blind_start(sup, READY + seconds(200)).reason.code is ReasonCode.SENSOR_STALE_PAUSE


def test_a_run_that_saw_its_sensor_at_the_start_and_at_the_end_leaves_no_pause() -> None:
    sup = supervisor()
    start(sup)
    assert sup.review(observation(READY + seconds(90), pump=running(READY)), wanted=wants_run()).run
    stop(sup, READY + seconds(100))
    assert blind_start(sup, READY + seconds(200)).run


def test_a_sensor_first_seen_when_a_blind_run_ends_does_not_spare_the_pause_when_it_is_lost_again() -> None:
    sup = supervisor()
    blind_start(sup, READY)
    stop(sup, READY + seconds(100))
    assert blind_start(sup, READY + seconds(200)).reason.code is ReasonCode.SENSOR_STALE_PAUSE


# -- the budgets --------------------------------------------------------------------------------------------


def test_the_daily_budget_adds_up_all_runs_of_the_day() -> None:
    sup = supervisor(daily_cap_ms=minutes(3))
    for count in range(3):
        assert start(sup, READY + minutes(10) * count).run
        stop(sup, READY + minutes(10) * count + minutes(1))
    assert start(sup, READY + minutes(40)).reason.code is ReasonCode.DAILY_CAP


def test_a_run_asks_to_be_woken_when_the_daily_budget_is_used_up() -> None:
    sup = supervisor(daily_cap_ms=minutes(2))
    start(sup)
    assert goes_on(sup, READY + seconds(90)).wake_at == READY + minutes(2)


def test_of_a_run_that_ended_within_the_day_only_the_part_within_it_counts_and_none_of_an_older_one() -> None:
    sup, day = supervisor(), minutes(24 * 60)
    start(sup)
    stop(sup, READY + minutes(15))
    start(sup, READY + day + minutes(4))
    stop(sup, READY + day + minutes(5))
    assert sup.marks.ran_ms(READY + day + minutes(5)) == minutes(11)
    assert sup.marks.ran_ms(READY + 3 * day) == 0


def test_what_no_longer_counts_is_forgotten() -> None:
    sup, day = supervisor(), minutes(24 * 60)
    start(sup)
    stop(sup, READY + minutes(1))
    start(sup, READY + minutes(60))
    assert sup.marks.starts == (READY + minutes(60),)
    stop(sup, READY + minutes(1) + day)
    assert sup.marks.runs == ((READY + minutes(60), READY + minutes(1) + day),)


# -- across restarts ----------------------------------------------------------------------------------------


def restored(kept: Mapping[str, object], *, now: int = 0, elapsed_ms: int | None = 0) -> LimitSupervisor:
    fresh = LimitSupervisor(Limits(), started_at=now)
    fresh.restore(kept, now, elapsed_ms)
    return fresh


def test_a_run_that_nobody_saw_end_counts_until_the_restart() -> None:
    sup = supervisor()
    start(sup)
    kept = sup.snapshot(READY)
    assert restored(kept, elapsed_ms=seconds(90)).marks.ran_ms(0) == seconds(90)


def test_a_run_that_nobody_saw_end_counts_as_its_cap_when_the_time_since_is_long_or_unknown() -> None:
    sup = supervisor()
    start(sup)
    kept = sup.snapshot(READY)
    assert restored(kept, elapsed_ms=minutes(120)).marks.ran_ms(0) == minutes(30)
    assert restored(kept, elapsed_ms=None).marks.ran_ms(0) == minutes(30)


def test_the_pause_after_a_blind_run_begins_anew_at_a_restart() -> None:
    sup = supervisor()
    sup.review(observation(READY), wanted=wants_run())
    kept = sup.snapshot(READY)
    fresh = restored(kept, elapsed_ms=minutes(60))
    early = fresh.review(observation(minutes(10) - 1), wanted=wants_run())
    assert early.reason.code is ReasonCode.SENSOR_STALE_PAUSE
    assert fresh.review(observation(minutes(10)), wanted=wants_run()).run


def test_ages_that_cannot_be_are_taken_as_now_so_that_no_budget_is_forgiven_or_lost_for_ever() -> None:
    kept = {"starts_age_ms": [-minutes(500)], "runs_age_ms": [[-5, -10], [minutes(1), minutes(2)]]}
    marks = restored(kept, now=minutes(1)).marks
    assert marks.starts == (minutes(1),)
    assert all(begin <= end <= minutes(1) for begin, end in marks.runs)
    assert marks.ran_ms(minutes(1)) >= 0


@pytest.mark.parametrize(
    "kept",
    [
        {"starts_age_ms": "many", "runs_age_ms": None},
        {
            "starts_age_ms": ["x", None, {}, 1e999, float("nan"), True],
            "runs_age_ms": [1, [], [1], ["a", "b"], [2, None]],
        },
        {"starts_age_ms": [[1]], "runs_age_ms": [[1, 2, 3], [None, 2]], "running_age_ms": "long"},
        {"running_age_ms": [1], "blind": "perhaps"},
    ],
)
def test_garbage_in_a_snapshot_is_left_out(kept: Mapping[str, object]) -> None:
    assert restored(kept).marks.ran_ms(0) == 0


def test_what_is_right_in_a_snapshot_is_kept_although_the_rest_is_garbage() -> None:
    marks = restored({"starts_age_ms": ["x", 5], "runs_age_ms": [[9], [9, 5]]}, now=100).marks
    assert marks.starts == (95,) and marks.runs == ((91, 95),)
