"""A burner that lights, one that sleeps, one that has locked itself out, and one that goes on and off."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.core.clock import HOUR_MS
from controller.core.decision import Decision, Purpose
from controller.core.events import Acknowledged, FlowRead, PumpReport, Reading, Tick
from controller.core.observation import Observation
from controller.core.plumbing import LOOP_FLOW, Plumbing, Topology
from controller.core.reason import ReasonCode
from controller.engine import Engine
from controller.safety import tankless
from controller.safety.limits import Limits
from controller.safety.supervisor import LimitSupervisor
from controller.safety.tankless import (
    FIRST_PAUSE_MS,
    FLOWS_FOR_MS,
    FLOWS_WITHIN_MS,
    LIT_WITHIN_MS,
    LONGEST_PAUSE_MS,
    Burner,
    BurnerTerms,
    recall,
)
from tests.builders import Says, minutes, observation, running, seconds, wants_run

LOOP = Plumbing("main", Topology.DEDICATED_RETURN, (), frozenset({"supply", "return"}))
TERMS = BurnerTerms(activation_lpm=2.5, starts_per_hour=6)


def seen(
    at: int, supply_c: float | None = 20.0, lowest_c: float = 20.0, flow_lpm: float | None = None
) -> Observation:
    """What is to be seen in a run that began at 0."""
    readings = {} if supply_c is None else {"supply_c": supply_c}
    return observation(
        at, plumbing=LOOP, pump=running(0, supply_c=lowest_c), loop_flow_lpm=flow_lpm, **readings
    )


def after(*supply_c: float) -> Burner:
    """A run whose outlet reads these values, one every five seconds."""
    burner, lowest_c = Burner(TERMS).begun(), supply_c[0]
    for number, value_c in enumerate(supply_c):
        lowest_c = min(lowest_c, value_c)
        burner = burner.going_on(seen(seconds(5 * number), value_c, lowest_c))
    return burner


def sparing(supply_c: Sequence[float]) -> Burner:
    """The same run, its outlet told only when that does what the burner hangs on."""
    lowest_c = told_c = supply_c[0]
    burner = Burner(TERMS).begun().going_on(seen(0, told_c, told_c))
    for number in range(1, len(supply_c) - 1):
        before_c, value_c, next_c = supply_c[number - 1 : number + 2]
        (watch,) = burner.watches(seen(0, told_c, lowest_c))
        crosses = any((level_c > told_c) is not (level_c > value_c) for level_c in watch.levels_c)
        bottom = watch.turns and before_c > value_c < next_c and value_c < told_c
        top = watch.peaks and before_c < value_c > next_c and value_c > told_c
        if crosses or bottom or top:
            told_c, lowest_c = value_c, min(lowest_c, value_c)
            burner = burner.going_on(seen(seconds(5 * number), value_c, lowest_c))
    return burner


@given(st.lists(st.floats(10.0, 60.0), min_size=3, max_size=60, unique=True))
def test_it_says_all_that_its_outlet_could_change(supply_c: list[float]) -> None:
    dense, sparse = after(*supply_c), sparing((*supply_c, supply_c[-1]))
    fell_at = [None if burner.trough_c is None else burner.fell_at for burner in (sparse, dense)]
    assert (sparse.lit, sparse.starts, fell_at[0]) == (dense.lit, dense.starts, fell_at[1])


# -- the flame ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ran_ms", "code"),
    [
        (LIT_WITHIN_MS - 1, None),
        (LIT_WITHIN_MS, ReasonCode.BURNER_UNLIT),
        (LIT_WITHIN_MS + 1, ReasonCode.BURNER_UNLIT),
    ],
)
def test_an_outlet_that_stays_cold_ends_the_run_exactly_at_its_time(
    ran_ms: int, code: ReasonCode | None
) -> None:
    against = after(20.0, 19.0, 21.9).against(seen(ran_ms), ran_ms)
    assert (against and against.code) == code


@pytest.mark.parametrize(("reads_c", "lit"), [(22.9, False), (23.0, True), (23.1, True)])
def test_a_rise_of_three_kelvins_above_the_lowest_shows_the_flame(reads_c: float, lit: bool) -> None:
    assert after(25.0, 20.0, reads_c).lit is lit


@pytest.mark.parametrize(("reads_c", "lit"), [(39.9, False), (40.0, True)])
def test_water_that_is_hot_enough_needs_no_flame(reads_c: float, lit: bool) -> None:
    burner = after(reads_c, reads_c)
    assert burner.lit is lit and burner.starts == ()


def test_an_outlet_that_nobody_measures_is_not_judged() -> None:
    assert Burner(TERMS).begun().against(seen(minutes(5), None), minutes(5)) is None


# -- the flow -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ran_ms", "code"),
    [
        (FLOWS_WITHIN_MS - 1, None),
        (FLOWS_WITHIN_MS, ReasonCode.BURNER_ASLEEP),
        (FLOWS_WITHIN_MS + 1, ReasonCode.BURNER_ASLEEP),
    ],
)
def test_a_pump_too_weak_to_wake_the_burner_is_stopped_exactly_at_its_time(
    ran_ms: int, code: ReasonCode | None
) -> None:
    now = seen(ran_ms, 30.0, flow_lpm=2.4)
    against = Burner(TERMS).begun().going_on(now).against(now, ran_ms)
    assert (against and against.code) == code


@pytest.mark.parametrize(
    ("held_ms", "flowed"), [(FLOWS_FOR_MS - 1, False), (FLOWS_FOR_MS, True), (FLOWS_FOR_MS + 1, True)]
)
def test_the_activation_flow_must_hold_for_ten_seconds(held_ms: int, flowed: bool) -> None:
    burner = Burner(TERMS).begun().going_on(seen(1_000, flow_lpm=2.5))
    assert burner.going_on(seen(1_000 + held_ms, flow_lpm=2.5)).flowed is flowed
    broken = burner.going_on(seen(1_500, flow_lpm=2.4)).going_on(seen(2_000, flow_lpm=2.5))
    assert not broken.going_on(seen(1_000 + held_ms, flow_lpm=2.5)).flowed


# -- failures -----------------------------------------------------------------------------------------------


def test_pauses_double_from_five_minutes_to_two_hours_and_a_person_waits_for_the_first_only() -> None:
    burner, pauses = Burner(TERMS), []
    for number in range(1, 9):
        unlit = burner.begun().against(seen(LIT_WITHIN_MS), LIT_WITHIN_MS)
        burner = burner.begun().ended(number, unlit)
        pauses.append(burner.resumes_at(demand=False) - number)
        assert burner.resumes_at(demand=True) == number + FIRST_PAUSE_MS
    assert pauses == [minutes(n) for n in (5, 10, 20, 40, 80, 120, 120, 120)]
    assert pauses[-1] == LONGEST_PAUSE_MS


def test_one_run_that_is_felt_sets_everything_right_and_a_short_one_proves_nothing() -> None:
    failed = Burner(TERMS, failures=4, failed_at=1)
    lit = failed.begun().going_on(seen(seconds(20), 24.0)).ended(seconds(40), None)
    assert lit.failures == 0 and lit.resumes_at(demand=False) == 0
    assert failed.begun().going_on(seen(seconds(20), 21.0)).ended(seconds(20), None).failures == 4
    hot_then_cold = failed.begun().going_on(seen(seconds(20), 44.0)).going_on(seen(seconds(40), 30.0))
    assert hot_then_cold.ended(seconds(50), None).failures == 4, "heat that was left in it is no flame"


@pytest.mark.parametrize(
    ("later_ms", "reads_c", "out"),
    [
        (LIT_WITHIN_MS - 1, 30.0, False),
        (LIT_WITHIN_MS, 30.0, True),
        (LIT_WITHIN_MS + 1, 30.0, True),
        (LIT_WITHIN_MS, 40.0, False),
    ],
)
def test_what_was_left_in_the_heater_does_not_pass_for_a_flame_for_long(
    later_ms: int, reads_c: float, out: bool
) -> None:
    burner = after(20.0, 45.0, 39.0)  # it fell at 10 s
    now = seen(seconds(10) + later_ms, reads_c, flow_lpm=None)
    against = replace(burner, trough_c=39.0).against(now, now.now)
    assert (against is not None and against.code is ReasonCode.BURNER_UNLIT) is out


# -- going on and off ---------------------------------------------------------------------------------------


def test_starts_are_counted_by_falls_and_rises_and_a_burner_that_modulates_wavers_freely() -> None:
    assert len(after(20.0, 45.0, 50.0, 46.1, 50.0, 47.0, 52.0).starts) == 1
    assert len(after(20.0, 45.0, 50.0, 46.0, 44.0, 46.9).starts) == 1
    assert len(after(20.0, 45.0, 50.0, 46.0, 44.0, 47.0).starts) == 2
    assert len(after(20.0, *(50.0, 40.0) * 4).starts) == 4


@pytest.mark.parametrize(("later_ms", "left"), [(HOUR_MS - 1, 1), (HOUR_MS, 0), (HOUR_MS + 1, 0)])
def test_a_start_counts_for_an_hour(later_ms: int, left: int) -> None:
    assert len(Burner(TERMS, starts=(5,)).recent(5 + later_ms)) == left


# -- the supervisor -----------------------------------------------------------------------------------------


def supervisor(**changes: object) -> LimitSupervisor:
    one = LimitSupervisor(Limits(), 0, TERMS)
    assert one.burner is not None
    one.burner = replace(one.burner, **changes)  # type: ignore[arg-type]
    return one


def verdict_at(now: int, one: LimitSupervisor, wanted: Decision) -> ReasonCode | None:
    verdict = one.review(observation(now, plumbing=LOOP, return_c=20.0, supply_c=20.0), wanted=wanted)
    assert verdict.reason.sentence("en") and verdict.reason.sentence("zh")
    return None if verdict.run else verdict.reason.code


@pytest.mark.parametrize(
    ("after_ms", "automatic", "person"),
    [
        (FIRST_PAUSE_MS - 1, ReasonCode.BURNER_PAUSE, ReasonCode.BURNER_PAUSE),
        (FIRST_PAUSE_MS, ReasonCode.BURNER_PAUSE, None),
        (2 * FIRST_PAUSE_MS - 1, ReasonCode.BURNER_PAUSE, None),
        (2 * FIRST_PAUSE_MS, None, None),
    ],
)
def test_after_two_runs_without_a_flame_automatic_ones_wait_longer_than_people(
    after_ms: int, automatic: ReasonCode | None, person: ReasonCode | None
) -> None:
    failed_at = minutes(30)
    for wanted, code in ((wants_run(), automatic), (wants_run(demand=True), person)):
        one = supervisor(failures=2, failed_at=failed_at)
        assert verdict_at(failed_at + after_ms, one, wanted) is code


def test_frost_does_not_wait_for_a_flame() -> None:
    one = supervisor(failures=5, failed_at=minutes(30))
    assert verdict_at(minutes(31), one, replace(wants_run(), purpose=Purpose.FROST)) is None


@pytest.mark.parametrize(("count", "code"), [(5, None), (6, ReasonCode.BURNER_STARTS)])
def test_so_many_burner_starts_an_hour_hold_automatic_runs_only(count: int, code: ReasonCode | None) -> None:
    starts = tuple(minutes(10 + number) for number in range(count))
    assert verdict_at(minutes(40), supervisor(starts=starts), wants_run()) is code
    assert verdict_at(minutes(40), supervisor(starts=starts), wants_run(demand=True)) is None
    assert verdict_at(minutes(70), supervisor(starts=starts), wants_run()) is None, "the first is an hour ago"


@pytest.mark.parametrize(("count", "code"), [(6, None), (7, ReasonCode.BURNER_STARTS)])
def test_a_run_in_which_the_burner_goes_on_and_off_ends_unless_a_person_wants_it(
    count: int, code: ReasonCode | None
) -> None:
    for demand in (False, True):
        one = supervisor()
        assert verdict_at(minutes(40), one, wants_run(demand=demand)) is None
        assert one.burner is not None
        one.burner = replace(one.burner, starts=tuple(minutes(39) + number for number in range(count)))
        assert verdict_at(minutes(40) + 1, one, wants_run(demand=demand)) is (None if demand else code)


def test_a_heater_with_a_store_is_not_watched() -> None:
    one = LimitSupervisor(Limits(), 0)
    assert one.burner is None and one.snapshot(0)["burner"] is None


def live(engine: Engine, until_ms: int, *, from_ms: int, supply_c: float = 20.0, flow_lpm: float) -> int:
    """Let time pass with readings every ten seconds; return when the pump was ordered off."""
    at = from_ms
    while at < until_ms:
        step = engine.handle(Reading(at, "supply", supply_c), sensed=(Reading(at, "return", 20.0),))
        engine.handle(FlowRead(at, LOOP_FLOW, flow_lpm if engine.pump.run else 0.0, True))
        for due in (step, *([engine.handle(Tick(step.wake_at))] if step.wake_at < at + 10_000 else [])):
            if [command.run for command in due.commands] == [False]:
                assert engine.pump.last_stopped_at is not None
                return engine.pump.last_stopped_at
            if [command.run for command in due.commands] == [True]:
                engine.handle(PumpReport(engine.now + 1, on=True))
        at += 10_000
    return until_ms


def built() -> Engine:
    strategy = Says()
    engine = Engine(LOOP, [strategy], LimitSupervisor(Limits(), 0, TERMS))
    engine.handle(Tick(0))
    engine.handle(PumpReport(1, on=False))
    strategy.decision = wants_run()
    return engine


def test_a_pump_too_weak_is_stopped_told_as_a_fault_and_let_go_when_somebody_says_so() -> None:
    engine = built()
    off_at = live(engine, minutes(10), from_ms=seconds(10), flow_lpm=1.5)
    assert off_at == seconds(60) + FLOWS_WITHIN_MS
    engine.handle(Reading(off_at + 1_000, "supply", 20.0))
    assert ReasonCode.BURNER_ASLEEP in engine.faults
    engine.handle(Acknowledged(off_at + 2_000, "somebody"))
    assert ReasonCode.BURNER_ASLEEP not in engine.faults


def test_a_burner_that_has_locked_itself_out_is_noticed_after_a_minute() -> None:
    engine = built()
    assert live(engine, minutes(10), from_ms=seconds(10), flow_lpm=4.0) == seconds(60) + LIT_WITHIN_MS


# -- across restarts ----------------------------------------------------------------------------------------


def test_failures_and_starts_survive_a_restart_and_without_a_clock_the_pause_begins_anew() -> None:
    kept = Burner(TERMS, failures=3, failed_at=minutes(50), starts=(minutes(30), minutes(55))).snapshot(
        minutes(60)
    )
    known = recall(TERMS, kept, now=0, elapsed_ms=minutes(2))
    assert (known.failures, known.failed_at) == (3, -minutes(12))
    assert known.recent(0) == (-minutes(32), -minutes(7))
    assert recall(TERMS, kept, now=0, elapsed_ms=None).failed_at == 0


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        {"failures": "3", "failed_age_ms": 0},
        {"failures": True, "failed_age_ms": 0},
        {"failures": -1, "failed_age_ms": 0},
        {"failures": 10**9, "failed_age_ms": 0},
        {"failures": 1},
        {"failures": 1, "failed_age_ms": float("nan")},
        {"starts_age_ms": 5},
        {"starts_age_ms": ["x", None]},
    ],
)
def test_what_is_damaged_counts_as_no_failure(kept: object) -> None:
    assert recall(TERMS, kept, now=0, elapsed_ms=0) == Burner(TERMS)


def test_the_parameters_are_those_of_the_design() -> None:
    assert (tankless.FLOWS_FOR_MS, tankless.FLOWS_WITHIN_MS, tankless.LIT_WITHIN_MS) == (
        10_000,
        30_000,
        60_000,
    )
    assert (tankless.FIRST_PAUSE_MS, tankless.LONGEST_PAUSE_MS) == (300_000, 7_200_000)
