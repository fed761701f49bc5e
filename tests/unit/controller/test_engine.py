"""The engine as its surroundings see it: events in, commands and notes out."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from controller.core.civil import Window
from controller.core.clock import HEARTBEAT_MS
from controller.core.decision import Vote
from controller.core.events import (
    PUMP,
    ClockSynced,
    DeviceFound,
    DeviceLost,
    HotWaterRequest,
    Mode,
    ModeChanged,
    PumpReport,
    Reading,
    StopRequest,
    Tick,
)
from controller.core.reason import ReasonCode
from controller.engine import Engine, Step
from controller.ports import NoteKind
from controller.strategies.aquastat import Aquastat
from controller.strategies.on_demand import OnDemand
from controller.strategies.timed import Timed
from tests.builders import COLD_LOOP, MONDAY, Says, engine, minutes, request, seconds, switch_faults

READY = minutes(2)


def ready(*strategies: object, **options: object) -> Engine:
    """An engine whose switch has confirmed OFF, whose sensor is fresh and whose first rest is over."""
    one = engine(*(strategies or (OnDemand(),)), **options)  # type: ignore[arg-type]  # passed through
    one.handle(Tick(0))
    one.handle(PumpReport(1, on=False))
    one.handle(Reading(READY - 1, one.plumbing.guard_sensor, 20.0))
    return one


def kinds(step: Step) -> list[NoteKind]:
    return [note.kind for note in step.notes]


def orders(step: Step) -> list[bool]:
    return [command.run for command in step.commands]


def test_the_first_command_is_off() -> None:
    assert orders(engine().handle(Tick(0))) == [False]


def test_a_wish_starts_the_pump_with_a_lease_and_the_rise_stops_it() -> None:
    one = ready()
    started = one.handle(request(READY))
    assert orders(started) == [True] and started.commands[0].lease_ms == seconds(120)
    assert kinds(started) == [NoteKind.REQUESTED, NoteKind.RUN_STARTED]
    one.handle(PumpReport(READY + 100, on=True))
    for at in range(0, 60, 10):
        assert one.handle(Reading(READY + seconds(at) + 200, "return", 20.0)).verdict.run
    hot = one.handle(Reading(READY + seconds(61), "return", 25.0))
    assert orders(hot) == [False]
    assert kinds(hot) == [NoteKind.RUN_ENDED, NoteKind.REQUEST_SETTLED]
    assert hot.notes[0].reason.code is ReasonCode.ROSE
    assert one.wishes.open == ()


def test_a_cold_plug_that_passes_first_does_not_hide_the_rise() -> None:
    one = ready()
    one.handle(request(READY))
    one.handle(Reading(READY + seconds(20), "return", 16.0))
    assert orders(one.handle(Reading(READY + seconds(40), "return", 21.0))) == [False]


def test_the_shortest_run_is_held_although_hot_water_has_come_and_the_reason_is_kept() -> None:
    one = ready()
    one.handle(request(READY))
    one.handle(PumpReport(READY + 100, on=True))
    hot = one.handle(Reading(READY + seconds(12), "return", 39.0))
    assert hot.verdict.run and hot.verdict.reason.code is ReasonCode.MIN_RUN
    assert hot.wake_at == READY + seconds(30)
    assert one.handle(Tick(READY + seconds(30) - 1)).verdict.run
    ended = one.handle(Tick(READY + seconds(30)))
    assert not ended.verdict.run and ended.notes[0].reason.code is ReasonCode.HOT_ARRIVED


def test_on_the_cold_return_no_shortest_run_pushes_hot_water_on() -> None:
    one = ready(plumbing=COLD_LOOP)
    one.handle(request(READY))
    assert orders(one.handle(Reading(READY + seconds(5), "cold_line", 23.3))) == [False]


def test_stop_ignores_the_shortest_run_and_drops_the_wish() -> None:
    one = ready()
    one.handle(request(READY))
    step = one.handle(StopRequest(READY + 500, "page"))
    assert orders(step) == [False] and one.wishes.open == ()
    assert NoteKind.STOP in kinds(step)


def test_a_wish_that_is_already_met_is_settled_at_once() -> None:
    one = ready()
    one.handle(Reading(READY + seconds(4), "return", 45.0))
    step = one.handle(request(READY + seconds(5)))
    assert orders(step) == [] and one.wishes.open == ()
    assert step.notes[-1].reason.code is ReasonCode.ALREADY_HOT


def test_the_same_wish_delivered_three_times_is_one_run() -> None:
    one = ready()
    wish = HotWaterRequest(READY, "same", "app", duration_ms=seconds(120))
    assert orders(one.handle(wish)) == [True]
    for at in (READY + 1, READY + seconds(60)):
        assert one.handle(replace(wish, at=at)).verdict.run
    assert orders(one.handle(Tick(READY + seconds(120)))) == [False]
    later = READY + minutes(15)  # every rest and pause is over
    one.handle(Reading(later, "return", 20.0))
    assert not one.handle(replace(wish, at=later)).verdict.run


def test_a_plain_run_lasts_the_minutes_asked_for_even_when_hot() -> None:
    one = ready()
    one.handle(HotWaterRequest(READY, "r", "page", duration_ms=minutes(2)))
    assert one.handle(Reading(READY + minutes(1), "return", 50.0)).verdict.run
    ended = one.handle(Tick(READY + minutes(2)))
    assert not ended.verdict.run and ended.notes[0].reason.code is ReasonCode.REQUEST_DONE


def test_a_wish_during_the_rest_waits_and_then_runs() -> None:
    one = ready()
    one.handle(request(READY))
    one.handle(StopRequest(READY + seconds(5), "page"))
    one.handle(PumpReport(READY + seconds(5) + 1, on=False))
    waiting = one.handle(request(READY + seconds(15)))
    assert waiting.verdict.refused and waiting.verdict.reason.code is ReasonCode.MIN_REST
    assert waiting.wake_at <= READY + seconds(65)
    assert waiting.verdict.wake_at == READY + seconds(65)
    assert orders(one.handle(Tick(READY + seconds(65)))) == [True]


def test_a_wish_that_cannot_be_met_is_dropped_after_two_minutes() -> None:
    one = ready()
    one.handle(DeviceLost(READY, PUMP))
    one.handle(request(READY))
    assert len(one.wishes.open) == 1
    dropped = one.handle(Tick(READY + minutes(2)))
    assert one.wishes.open == () and dropped.notes[0].reason.code is ReasonCode.REQUEST_EXPIRED
    assert orders(one.handle(DeviceFound(READY + minutes(2) + 1, PUMP))) == [False]


def test_the_lease_is_renewed_every_forty_seconds() -> None:
    says = Says()
    one = ready(says)
    says.now(Vote.RUN)
    one.handle(Tick(READY))
    one.handle(PumpReport(READY + 50, on=True))
    assert orders(one.handle(Tick(READY + seconds(40) - 1))) == []
    assert orders(one.handle(Tick(READY + seconds(40)))) == [True]


def test_an_unconfirmed_off_is_repeated_for_ever_and_raises_a_fault_at_ten_seconds() -> None:
    one = engine()
    sent = []
    at = 0
    while at < seconds(75):
        step = one.handle(Tick(at))
        sent += [command.at for command in step.commands if not command.run]
        if at < seconds(10):
            assert ReasonCode.NO_FEEDBACK_OFF not in one.faults
        at = step.wake_at
    assert sent == [seconds(count) for count in (0, 1, 3, 7, 15, 30, 45, 60)]
    assert one.faults[ReasonCode.NO_FEEDBACK_OFF].since == seconds(10)


def test_a_relay_that_ignores_on_gets_at_most_five_orders_and_a_fault() -> None:
    one = ready()
    sent = orders(one.handle(request(READY)))
    at = READY + 1
    while at < READY + seconds(39):
        step = one.handle(Tick(at))
        sent += orders(step)
        at = step.wake_at
    assert sent.count(True) == 3
    assert one.faults[ReasonCode.NO_FEEDBACK_ON].since == READY + seconds(10)


def test_a_confirmation_clears_the_fault() -> None:
    one = engine()
    one.handle(Tick(0))
    one.handle(Tick(seconds(10)))
    cleared = one.handle(PumpReport(seconds(11), on=False))
    assert not switch_faults(one) and NoteKind.FAULT_CLEARED in kinds(cleared)


def test_switched_off_at_the_switch_is_a_persons_stop_and_is_not_fought() -> None:
    keeps_on = Says(Vote.RUN)
    one = ready(keeps_on)
    one.handle(Tick(READY))
    one.handle(PumpReport(READY + 100, on=True))
    step = one.handle(PumpReport(READY + seconds(50), on=False))
    assert not step.verdict.run and step.verdict.reason.code is ReasonCode.STOPPED_BY_PERSON
    assert not one.handle(Tick(READY + minutes(10))).verdict.run


def test_switched_on_by_someone_else_is_switched_off_at_once() -> None:
    one = ready()
    step = one.handle(PumpReport(READY, on=True))
    assert orders(step) == [False] and kinds(step) == [NoteKind.SWITCHED_ELSEWHERE]


def test_a_retained_report_says_nothing() -> None:
    one = ready()
    one.handle(PumpReport(READY, on=True, live=False))
    assert one.pump.reported is False


def test_a_lost_switch_ends_the_run_and_its_return_is_met_with_off() -> None:
    one = ready()
    one.handle(request(READY))
    lost = one.handle(DeviceLost(READY + seconds(20), PUMP))
    assert not lost.verdict.run and lost.verdict.reason.code is ReasonCode.PUMP_OFFLINE
    assert one.pump.reported is None
    assert orders(one.handle(DeviceFound(READY + seconds(23), PUMP))) == [False]


def test_a_retained_temperature_is_not_trusted_until_a_live_one_comes() -> None:
    one = engine(OnDemand(), plumbing=COLD_LOOP)
    one.handle(Reading(READY, "cold_line", 20.0, live=False))
    assert one.handle(request(READY)).verdict.reason.code is ReasonCode.SENSOR_MISSING
    assert orders(one.handle(Reading(READY + 1, "cold_line", 20.0))) == [True]


def test_a_stale_low_reading_does_not_feign_a_rise() -> None:
    one = engine(OnDemand())
    one.handle(Reading(0, "return", 12.0))
    one.handle(request(minutes(30)))
    assert one.handle(Reading(minutes(30) + 1, "return", 25.0)).verdict.run


def test_event_time_never_goes_back() -> None:
    one = engine()
    one.handle(Tick(5_000))
    one.handle(Reading(1_000, "return", 30.0))
    assert one.now == 5_000 and one.readings["return"].at == 5_000


def test_every_sleep_is_bounded_by_the_heartbeat_and_ends_in_the_future() -> None:
    one = engine(Says(wake_at=-5))
    step = one.handle(Tick(1_000))
    assert 1_000 < step.wake_at <= 1_000 + HEARTBEAT_MS


def test_refusals_are_noted_once_not_at_every_event() -> None:
    one = ready(Says(Vote.RUN))
    one.handle(ModeChanged(READY, Mode.OFF, "page"))
    noted = [kinds(one.handle(Tick(READY + count))) for count in range(1, 5)]
    assert noted == [[], [], [], []]


def test_local_time_follows_the_zone_and_is_unknown_until_trusted() -> None:
    one = engine(zone=ZoneInfo("Asia/Kolkata"))
    one.handle(ClockSynced(0, 0, trusted=False))
    assert one.civil() is None
    one.handle(ClockSynced(1_000, round(MONDAY.timestamp() * 1000)))
    one.handle(Tick(61_000))
    assert one.civil() == MONDAY + timedelta(minutes=1)
    assert str(one.civil()) == "2026-06-01 05:31:00+05:30"


def test_the_state_after_a_restart_is_the_state_before_it() -> None:
    one = ready()
    one.handle(ModeChanged(READY, Mode.MANUAL, "page"))
    one.handle(StopRequest(READY + 1, "page"))
    one.handle(Tick(READY + seconds(30)))
    after = engine(OnDemand(), started_at=0)
    after.restore(one.snapshot(), elapsed_ms=seconds(5))
    assert after.mode is Mode.MANUAL
    assert after.readings["return"].value_c == 20.0 and not after.readings["return"].live
    assert after.last_stop == StopRequest(0, "page"), "a lockout begins anew"


def test_a_snapshot_survives_json() -> None:
    import json

    one = ready()
    one.handle(request(READY))
    kept = json.loads(json.dumps(one.snapshot()))
    after = engine(OnDemand())
    after.restore(kept)
    assert len(after.supervisor.marks.starts) == 1


# -- what else may be in a snapshot -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"mode": ["auto"], "supervisor": 5, "readings": [], "last_stop": "yes"},
        {"mode": {}, "readings": {"return": "warm", "supply": None}, "last_stop": {}},
        {"mode": 7, "readings": {"return": 1e999}, "last_stop": {"age_ms": "x", "who": "page"}},
        {"readings": {"return": float("nan"), "supply": True, "moon": 20.0}, "last_stop": {"age_ms": None}},
        {"last_stop": {"age_ms": 1e999, "who": 5}, "supervisor": {"starts_age_ms": [1e999]}},
    ],
)
def test_garbage_in_a_snapshot_never_keeps_the_controller_from_starting(kept: dict[str, object]) -> None:
    one = engine(OnDemand())
    one.restore(kept, elapsed_ms=5)
    assert orders(one.handle(Tick(0))) == [False]
    assert one.mode is Mode.AUTO and one.readings == {} and one.last_stop is None


def test_a_stop_from_the_future_does_not_end_the_runs_to_come() -> None:
    one = engine(OnDemand())
    one.restore({"last_stop": {"age_ms": -minutes(600), "who": "page"}})
    one.handle(Reading(READY, "return", 20.0))
    assert one.handle(request(READY)).verdict.run
    assert one.handle(Tick(READY + seconds(10))).verdict.run


def test_a_stop_whose_lockout_was_over_is_forgotten_at_a_restart() -> None:
    for age_ms, kept in [(minutes(15) - 1, True), (minutes(15), False)]:
        one = engine(OnDemand())
        one.restore({"last_stop": {"age_ms": age_ms, "who": "page"}})
        assert (one.last_stop is not None) is kept


# -- wishes get their answer --------------------------------------------------------------------------------


def test_a_stop_answers_the_wishes_that_it_drops() -> None:
    one = ready()
    one.handle(request(READY, request_id="a"))
    one.handle(request(READY + 1, request_id="b"))
    step = one.handle(StopRequest(READY + 2, "page"))
    answered = {
        n.details["request_id"]: n.reason.code for n in step.notes if n.kind is NoteKind.REQUEST_SETTLED
    }
    assert answered == dict.fromkeys("ab", ReasonCode.STOPPED_BY_PERSON)


# -- a switch that restarts ---------------------------------------------------------------------------------


def test_a_switch_that_restarts_within_a_run_is_told_its_order_again_and_its_off_is_no_persons_stop() -> None:
    one = ready()
    one.handle(request(READY))
    one.handle(PumpReport(READY + 100, on=True))
    found = one.handle(DeviceFound(READY + seconds(5), PUMP))
    assert orders(found) == [True] and one.pump.reported is None
    after = one.handle(PumpReport(READY + seconds(5) + 50, on=False))
    assert after.verdict.run and one.last_stop is None
    assert orders(one.handle(Tick(READY + seconds(7)))) == [True]


def test_a_switch_that_restarts_at_rest_is_told_to_be_off() -> None:
    assert orders(ready().handle(DeviceFound(READY, PUMP))) == [False]


# -- reasons ------------------------------------------------------------------------------------------------


def test_a_run_that_another_strategy_carries_on_ends_for_that_ones_reason() -> None:
    one = engine(OnDemand(), Aquastat())
    one.handle(PumpReport(1, on=False))
    for at in range(READY, READY + seconds(70), seconds(10)):
        one.handle(Reading(at, "return", 39.0))
        one.handle(request(READY, duration_ms=seconds(60)))
    assert one.wishes.open == () and one.last_step is not None and one.last_step.decision.by == "aquastat"
    ended = one.handle(Reading(READY + seconds(70), "return", 41.0))
    assert ended.notes[0].reason.code is ReasonCode.ABOVE_DEADBAND
    assert ended.notes[0].details["by"] == "on_demand"


def test_switched_off_the_pump_rests_because_it_is_switched_off() -> None:
    one = ready(OnDemand(), Timed((Window(0, 60),)))
    assert one.handle(ModeChanged(READY, Mode.OFF, "page")).verdict.reason.code is ReasonCode.MODE_OFF


def test_leaving_ends_the_run_answers_the_wish_and_closes_the_books() -> None:
    one = ready()
    one.handle(request(READY))
    notes = one.leave(READY + seconds(20))
    assert [note.kind for note in notes] == [NoteKind.RUN_ENDED, NoteKind.REQUEST_SETTLED]
    assert all(note.reason.code is ReasonCode.SHUTDOWN for note in notes)
    assert notes[0].details["ran_ms"] == seconds(20) and notes[0].details["end_c.return"] == 20.0
    assert one.supervisor.marks.runs == ((READY, READY + seconds(20)),)
    assert one.pump.run is None and one.leave(READY + seconds(21)) == ()


def test_nothing_is_repeated_to_a_switch_out_of_reach_and_its_silence_is_no_fault() -> None:
    one = engine()
    one.handle(DeviceLost(0, PUMP))
    for at in (seconds(1), seconds(20), minutes(2)):
        assert orders(one.handle(Tick(at))) == [] and not switch_faults(one)


def test_an_off_carries_no_lease() -> None:
    assert engine().handle(Tick(0)).commands[0].lease_ms == 0
