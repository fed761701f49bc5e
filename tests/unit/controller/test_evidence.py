"""What speaks for and against the switch's word, in the engine as its surroundings see it."""

import pytest

from controller.core.events import FlowRead, LeaseTold, PowerRead, PumpReport, Reading, Tick
from controller.core.leases import ByHand, LeaseClass, SwitchTerms
from controller.core.plumbing import LOOP_FLOW
from controller.core.reason import ReasonCode
from controller.engine import Engine, Step
from controller.ports import NoteKind
from controller.strategies.aquastat import Aquastat
from controller.strategies.on_demand import OnDemand
from tests.builders import engine, minutes, request, seconds, switch_faults

READY = minutes(2)


def ready(*strategies: object, **terms: object) -> Engine:
    """An engine whose switch has confirmed OFF, whose sensor is fresh and whose first rest is over."""
    one = engine(*(strategies or (OnDemand(),)), terms=SwitchTerms(**terms))  # type: ignore[arg-type]
    one.handle(Tick(0))
    one.handle(PumpReport(1, on=False))
    one.handle(Reading(READY - 1, one.plumbing.guard_sensor, 20.0))
    return one


def running(**terms: object) -> Engine:
    one = ready(**terms)
    assert orders(one.handle(request(READY))) == [True]
    one.handle(PumpReport(READY + 10, on=True))
    return one


def orders(step: Step) -> list[bool]:
    return [command.run for command in step.commands]


def kinds(step: Step) -> list[NoteKind]:
    return [note.kind for note in step.notes]


# -- the lease ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lease_class", "told_s", "verified"),
    [
        (LeaseClass.A, 1, True),
        (LeaseClass.A, 120, True),
        (LeaseClass.A, 122, True),
        (LeaseClass.A, 123, False),
        (LeaseClass.A, 0, False),
        (LeaseClass.B, 300, True),
        (LeaseClass.B, 1_800, True),
        (LeaseClass.B, 1_801, False),
        (LeaseClass.B, 0, False),
        (LeaseClass.C, 0, None),
    ],
)
def test_a_lease_counts_as_kept_when_the_switch_tells_one_that_is_short_enough(
    lease_class: LeaseClass, told_s: int, verified: bool | None
) -> None:
    one = running(lease_class=lease_class)
    assert one.evidence.verified(one.now) is None
    one.handle(LeaseTold(READY + 20, seconds(told_s)))
    one.handle(Tick(READY + 20 + seconds(10)))
    assert one.evidence.verified(one.now) is verified


def test_a_wrong_lease_is_a_fault_after_ten_seconds_and_a_right_one_clears_it() -> None:
    one = running()
    told = one.handle(LeaseTold(READY + 20, 0))
    assert told.wake_at <= READY + 20 + seconds(10)
    one.handle(Tick(READY + 19 + seconds(10)))
    assert ReasonCode.LEASE_NOT_KEPT not in one.faults
    raised = one.handle(Tick(READY + 20 + seconds(10)))
    assert ReasonCode.LEASE_NOT_KEPT in one.faults and NoteKind.FAULT_RAISED in kinds(raised)
    assert NoteKind.FAULT_CLEARED in kinds(one.handle(LeaseTold(READY + 30_000, seconds(120))))


def test_what_the_switch_tells_at_rest_says_nothing_about_our_leases() -> None:
    one = ready()
    one.handle(LeaseTold(READY, 0))
    one.handle(Tick(READY + minutes(1)))
    assert one.evidence.verified(one.now) is None and not switch_faults(one)


@pytest.mark.parametrize(
    ("lease_class", "consent", "starts"),
    [
        (LeaseClass.A, False, True),
        (LeaseClass.B, False, True),
        (LeaseClass.C, False, False),
        (LeaseClass.C, True, True),
    ],
)
def test_automatic_runs_need_an_auto_off_or_consent(
    lease_class: LeaseClass, consent: bool, starts: bool
) -> None:
    one = ready(Aquastat(), lease_class=lease_class, consent=consent)
    step = one.handle(Tick(READY))
    assert one.pump.commanded is starts
    if not starts:
        assert step.verdict.reason.code is ReasonCode.NO_AUTO_OFF


def test_people_are_served_without_an_auto_off() -> None:
    assert orders(ready(lease_class=LeaseClass.C).handle(request(READY))) == [True]


def test_an_automatic_run_ends_when_its_lease_is_not_kept() -> None:
    one = ready(Aquastat())
    assert one.pump.commanded
    one.handle(PumpReport(READY + 10, on=True))
    one.handle(LeaseTold(READY + 20, 0))
    one.handle(Reading(READY + seconds(31), one.plumbing.guard_sensor, 20.0))
    assert not one.pump.commanded
    assert one.last_step is not None and one.last_step.verdict.reason.code is ReasonCode.NO_AUTO_OFF


# -- the device's own auto-off ------------------------------------------------------------------------------


def test_an_off_after_the_lease_is_no_persons_stop_and_the_run_goes_on() -> None:
    one = running()
    one.handle(Reading(READY + seconds(39), one.plumbing.guard_sensor, 20.0))
    step = one.handle(PumpReport(READY + seconds(118), on=False))
    assert one.last_stop is None and NoteKind.LEASE_LAPSED in kinds(step)
    assert orders(step) == [True] and one.pump.commanded


@pytest.mark.parametrize(("after_s", "is_stop"), [(117, True), (118, False), (119, False)])
def test_an_off_before_the_lease_is_over_is_a_persons_stop(after_s: int, is_stop: bool) -> None:
    one = running()
    one.handle(PumpReport(READY + seconds(after_s), on=False))
    assert (one.last_stop is not None) is is_stop


def test_an_off_that_the_switch_puts_down_to_its_timer_is_no_persons_stop() -> None:
    one = running()
    step = one.handle(PumpReport(READY + seconds(20), on=False, by_timer=True))
    assert one.last_stop is None and orders(step) == [True]


def test_a_renewal_that_was_lost_does_not_make_the_auto_off_a_persons_stop() -> None:
    one = running()
    one.handle(LeaseTold(READY + 20, seconds(60)))
    renewed = [one.handle(Tick(READY + seconds(at))) for at in (41, 45)]
    assert [run for step in renewed for run in orders(step)] == [True]
    one.handle(PumpReport(READY + seconds(60), on=False))
    assert one.last_stop is None


def test_a_switch_that_goes_off_again_and_again_is_taken_at_its_word() -> None:
    one = running()
    at = READY
    for _ in range(3):
        at += seconds(10)
        assert orders(one.handle(PumpReport(at, on=False, by_timer=True))) == [True]
        one.handle(PumpReport(at + 500, on=True))
    ended = one.handle(PumpReport(at + seconds(10), on=False, by_timer=True))
    assert orders(ended) == [False] and one.last_stop is not None


# -- switched by hand ---------------------------------------------------------------------------------------


def test_a_pump_switched_on_by_hand_is_reversed_by_default() -> None:
    step = ready().handle(PumpReport(READY, on=True))
    assert orders(step) == [False] and NoteKind.SWITCHED_ELSEWHERE in kinds(step)


def test_a_pump_switched_on_by_hand_is_adopted_when_its_owner_says_so() -> None:
    one = ready(by_hand=ByHand.ADOPT)
    step = one.handle(PumpReport(READY, on=True))
    assert orders(step) == [True], "with a lease of ours, or it would run for ever"
    assert one.pump.run is not None and one.pump.run.demand
    assert one.started_by is not None and one.started_by.who == "the switch"


def test_an_adopted_run_ends_at_the_cap_of_wishes() -> None:
    one = ready(by_hand=ByHand.ADOPT)
    at = READY
    one.handle(PumpReport(at, on=True))
    while one.pump.commanded:
        at += seconds(1)
        one.handle(Reading(at, one.plumbing.guard_sensor, 20.0))
    assert at - READY == seconds(300)


def test_adopting_is_refused_within_a_rest_and_the_pump_switched_off() -> None:
    one = running(by_hand=ByHand.ADOPT)
    one.handle(PumpReport(READY + seconds(40), on=False))  # a person's stop at the switch
    one.handle(PumpReport(READY + seconds(41), on=False))
    step = one.handle(PumpReport(READY + seconds(45), on=True))
    assert orders(step) == [False]


# -- power --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("apart_s", "stands"), [(29, False), (30, True)])
def test_a_pump_that_is_on_and_draws_nothing_is_a_dry_run_and_ended(apart_s: int, stands: bool) -> None:
    one = running()
    one.handle(PowerRead(READY + seconds(1), 0.0))
    one.handle(PowerRead(READY + seconds(1 + apart_s), 0.4))
    assert (ReasonCode.DRY_RUN in one.faults) is stands
    assert (one.pump.run is None) is stands


def test_one_reading_of_nothing_proves_nothing() -> None:
    one = running()
    one.handle(PowerRead(READY + seconds(1), 0.0))
    one.handle(Tick(READY + seconds(40)))
    assert not switch_faults(one) and one.pump.run is not None


def test_a_pump_that_draws_power_in_the_next_run_is_cleared() -> None:
    one = running()
    for after_s in (1, 31):
        one.handle(PowerRead(READY + seconds(after_s), 0.0))
    one.handle(PumpReport(READY + seconds(32), on=False))
    again = READY + seconds(100)
    one.handle(Reading(again, "return", 20.0))
    assert orders(one.handle(request(again))) == [True]
    one.handle(PumpReport(again + 20, on=True))
    step = one.handle(PowerRead(again + seconds(5), 24.9))
    assert NoteKind.FAULT_CLEARED in kinds(step) and not switch_faults(one)


@pytest.mark.parametrize(("apart_s", "runs_on"), [(14, False), (15, True)])
def test_power_outweighs_a_relay_that_says_off(apart_s: int, runs_on: bool) -> None:
    one = ready()
    one.handle(PowerRead(READY, 20.0))
    step = one.handle(PowerRead(READY + seconds(apart_s), 20.0))
    assert (ReasonCode.PUMP_RUNS_ON in one.faults) is runs_on
    assert one.pump.reported is runs_on, "the page must not say off"
    if runs_on:
        at, sent = one.now, list(step.commands)
        for later_s in range(1, 62):
            sent += one.handle(Tick(at + seconds(later_s))).commands
        assert len(sent) >= 5 and not any(command.run for command in sent)


def test_a_relay_that_says_off_again_does_not_hide_that_the_pump_runs() -> None:
    one = ready()
    for after_s in (0, 15):
        one.handle(PowerRead(READY + seconds(after_s), 20.0))
    one.handle(PumpReport(READY + seconds(16), on=False))
    assert one.pump.reported is True
    one.handle(PowerRead(READY + seconds(17), 0.0))
    one.handle(PumpReport(READY + seconds(18), on=False))
    assert one.pump.reported is False and not switch_faults(one)


@pytest.mark.parametrize(("after_s", "runs"), [(29.999, True), (30, False)])
def test_without_flow_a_run_ends_though_the_switch_never_confirmed_it_and_the_pump_is_not_blamed(
    after_s: float, runs: bool
) -> None:
    """A relay that did not close, or a pump that is dry: nothing moves, and nobody can tell which it is."""
    one = ready()
    assert orders(one.handle(request(READY))) == [True]
    one.handle(FlowRead(READY, LOOP_FLOW, 0.0))
    one.handle(Reading(READY + seconds(10), "return", 20.0))
    step = one.handle(Tick(READY + seconds(after_s)))
    assert step.verdict.run is runs
    assert one.supervisor.dry_runs.tries == 0
