"""Faults of the list that need the rig: the plug's own record is what counts."""

import itertools

import pytest

from controller.core.decision import Purpose, Vote
from controller.core.events import ClockSynced, HotWaterRequest, StopRequest
from controller.core.observation import PumpView
from controller.core.reason import ReasonCode
from controller.safety.dry_run import DryRuns
from controller.safety.limits import Limits
from controller.safety.marks import Marks
from controller.safety.supervisor import LimitSupervisor
from controller.strategies.combine import combine
from tests.builders import COLD_LOOP, Says, observation, running, seconds
from tests.faults.judge import Circumstances, judged
from tests.faults.random_faults import Morning
from tests.faults.rig import LEASE_S, Rig

UTC_MS = 1_800_000_000_000


def pumping(rig: Rig, at_s: float = 70.0) -> None:
    """Let somebody press the button, and the pump run."""
    rig.at(at_s, rig.press)
    rig.run(at_s + 5.0)
    assert rig.plug.on


def off_after_s(rig: Rig, since_s: float, within_s: float) -> float:
    """Run on and return how long after an instant the relay opened."""
    rig.run(since_s + within_s)
    assert not rig.plug.on
    return rig.plug.spans[-1].until_s - since_s


def test_a_press_runs_until_hot_water_has_come_and_no_longer() -> None:
    rig = Rig()
    pumping(rig)
    assert 40.0 < off_after_s(rig, 70.0, 200.0) < 75.0


@pytest.mark.parametrize("how", ["nan", "loose", "hot"])
def test_a_sensor_that_tells_only_nonsense_is_told_within_a_minute(how: str) -> None:
    rig = Rig()
    rig.run(100.0)
    rig.faults.sensor = how
    rig.run(100.0 + 66.0)
    assert ReasonCode.SENSOR_SILENT in rig.engine.faults
    assert rig.plug.spans == []


def test_a_fahrenheit_reading_of_a_celsius_sensor_is_never_taken_for_celsius() -> None:
    rig = Rig()
    rig.run(100.0)
    rig.faults.sensor = "silent"
    before_c = rig.engine.readings["return"].value_c
    rig.to_controller("zigbee2mqtt/pipe", '{"temperature": 118.4}')
    rig.run(101.0)
    assert rig.engine.readings["return"].value_c == before_c


def test_an_off_that_is_lost_once_is_sent_again_within_two_seconds() -> None:
    rig = Rig()
    pumping(rig)
    rig.run(80.0)
    rig.faults.deaf = True
    rig.stop()
    rig.run(80.5)
    rig.faults.deaf = False
    assert off_after_s(rig, 80.0, 30.0) <= 3.0


def test_a_welded_relay_is_never_shown_as_off() -> None:
    rig = Rig()
    pumping(rig)
    rig.faults.stuck = True
    rig.at(90.0, rig.stop)
    for second in range(91, 400):
        rig.run(float(second))
        view: PumpView = rig.engine.pump
        assert view.reported is not False
        if second >= 101:
            assert ReasonCode.NO_FEEDBACK_OFF in rig.engine.faults
    offs = [
        at
        for at, topic, payload in rig.sent
        if topic == "cmnd/plug/POWER" and payload == "OFF" and at >= 90.0
    ]
    assert max(later - at for at, later in itertools.pairwise(offs)) <= 15.5


def test_a_cold_pipe_that_gets_warm_ends_the_run_within_two_seconds_of_the_sample_that_says_so() -> None:
    rig = Rig(cold_return=True)
    rig.run(70.0)
    # Asked for by the minute, so that no arrival ends it: the guard is alone.
    rig.post(HotWaterRequest(70_000, "timed", "page", "kitchen", duration_ms=240_000))
    rig.run(76.0)
    assert rig.plug.on
    told_s = next_sample_s(rig)
    rig.pipes.value_c = 41.0
    rig.run(told_s + 2.0)
    assert not rig.plug.on
    assert rig.plug.spans[-1].until_s - told_s <= 2.0


def next_sample_s(rig: Rig) -> float:
    """When the sensor speaks next: every five seconds."""
    return (rig.now_s // 5.0 + 1.0) * 5.0


def test_a_broker_that_is_gone_for_a_minute_costs_the_lease_at_most() -> None:
    rig = Rig()
    pumping(rig)
    rig.faults.sensor = "frozen"
    rig.run(100.0)
    cut = rig.cut()
    rig.run(160.0)
    assert rig.plug.on, "the lease holds the pump over a short cut"
    rig.mend(cut)
    assert off_after_s(rig, 160.0, 20.0) <= 5.0


def test_a_broker_that_stays_away_costs_the_lease_at_most() -> None:
    rig = Rig()
    pumping(rig)
    rig.faults.sensor = "frozen"
    rig.run(100.0)
    rig.cut()
    rig.run(400.0)
    assert not rig.plug.on
    assert rig.plug.spans[-1].until_s - 100.0 <= LEASE_S


@pytest.mark.parametrize("comes_on", [True, False])
def test_a_plug_that_lost_power_in_a_run_is_told_anew_within_seconds_of_its_birth(comes_on: bool) -> None:
    """It comes back without its timer: nothing but the controller would ever end what it does then."""
    rig = Rig()
    pumping(rig)
    rig.faults.sensor = "frozen"
    rig.run(100.0)
    rig.plug.reboot(comes_on=comes_on)
    sent = len(rig.sent)
    rig.run(110.0)
    told = [topic for _, topic, _ in rig.sent[sent:]]
    assert not rig.plug.on or (rig.plug.pulse_s > 0.0 and any("PulseTime" in topic for topic in told))
    rig.run(1_000.0)
    assert not rig.plug.on
    assert sum(one.until_s - one.from_s for one in rig.plug.spans) <= 300.0 + 10.0


@pytest.mark.slow
def test_pump_time_within_any_day_stays_below_its_cap_however_often_somebody_asks() -> None:
    rig = Rig(seed=3)
    rig.faults.sensor = "silent"
    for number in range(30 * 10):
        rig.at(70.0 + 360.0 * number, rig.press)
        rig.at(70.0 + 360.0 * number + 20.0, lambda: setattr(rig.faults, "sensor", "frozen"))
        if number % 25 == 24:
            rig.at(70.0 + 360.0 * number + 100.0, rig.kill)
            rig.at(70.0 + 360.0 * number + 105.0, rig.restart)
    rig.run(30 * 3_600.0)
    total_s = sum(one.until_s - one.from_s for one in rig.plug.spans)
    assert total_s > 4_000.0, "nobody was served at all"
    assert judged(rig, Circumstances()).seconds["U8"] == 0.0


def test_a_controller_that_is_cut_off_for_good_costs_the_lease_at_most() -> None:
    rig = Rig()
    pumping(rig)
    rig.run(100.0)
    rig.cut()
    assert off_after_s(rig, 100.0, 400.0) <= LEASE_S + 5.0


@pytest.mark.parametrize("still_s", [200.0, 21_600.0])
def test_a_controller_that_stood_still_orders_off_as_soon_as_it_goes_on(still_s: float) -> None:
    rig = Rig()
    pumping(rig)
    rig.run(90.0)
    rig.freeze()
    rig.run(90.0 + still_s)
    assert rig.plug.spans[-1].until_s - 90.0 <= LEASE_S
    sent = len(rig.sent)
    rig.thaw()
    rig.run(90.0 + still_s + 2.0)
    assert ("cmnd/plug/POWER", "OFF") in [(topic, payload) for _, topic, payload in rig.sent[sent:]]
    assert not rig.plug.on


def test_a_controller_that_was_killed_sends_off_first_when_it_is_back() -> None:
    rig = Rig()
    pumping(rig)
    rig.run(90.0)
    rig.kill()
    rig.run(95.0)
    sent = len(rig.sent)
    rig.restart()
    orders = [payload for _, topic, payload in rig.sent[sent:] if topic == "cmnd/plug/POWER"]
    assert orders[0] == "OFF"
    assert off_after_s(rig, 95.0, 30.0) <= 1.0
    rig.run(600.0)
    assert len(rig.plug.spans) == 1, "what was cut off does not begin again by itself"


def test_a_broker_that_restarts_in_a_run_does_not_restart_its_cap() -> None:
    rig = Rig()
    pumping(rig)
    rig.faults.sensor = "frozen"
    rig.run(200.0)
    cut = rig.cut()
    rig.run(203.0)
    rig.mend(cut)
    rig.run(900.0)
    assert sum(span.until_s - span.from_s for span in rig.plug.spans) <= 302.0


def test_twenty_restarts_during_a_wish_do_not_add_up() -> None:
    rig = Rig()
    rig.run(70.0)
    for number in range(20):
        rig.press()
        rig.run(70.0 + 3.0 * number + 1.5)
        rig.kill()
        rig.restart()
        rig.run(70.0 + 3.0 * number + 3.0)
    rig.run(600.0)
    total_s = sum(span.until_s - span.from_s for span in rig.plug.spans)
    assert total_s <= 300.0
    assert len(rig.plug.spans) <= 10


def test_a_pump_that_runs_is_never_shown_as_off_for_longer_than_ten_seconds() -> None:
    """Whatever is wrong with the wire: the page may say unknown, but not what is false."""
    wrong: dict[int, float] = {}
    for seed in range(15):
        morning = Morning(seed)
        rig = morning.rig

        def look(rig: Rig = rig, seed: int = seed, morning: Morning = morning) -> None:
            shown = rig.engine.pump
            false = shown.reported is not None and shown.online and shown.reported is not rig.plug.on
            wrong[seed] = wrong.get(seed, 0.0) + 1.0 if false and not rig.faults.dead else 0.0
            assert wrong[seed] <= 10.0 or out_of_reach(rig), (seed, rig.now_s, morning.outcome.story)

        for second in range(60, 2_000):
            rig.at(float(second), look)
        morning.live()


def out_of_reach(rig: Rig) -> bool:
    """Tell whether the plug cannot tell, or cannot be told: then nobody can know better."""
    faults = rig.faults
    return bool(faults.cuts or faults.frozen or faults.lost_share)


@pytest.mark.parametrize("step_ms", [3_600_000, -3_600_000, 31_536_000_000])
def test_a_wall_clock_that_is_set_changes_no_run(step_ms: int) -> None:
    plain, stepped = Rig(), Rig()
    for rig in (plain, stepped):
        rig.post(ClockSynced(0, UTC_MS))
        pumping(rig)
        rig.faults.sensor = "frozen"
    stepped.post(ClockSynced(round(stepped.now_s * 1_000), UTC_MS + step_ms))
    for rig in (plain, stepped):
        rig.run(1_500.0)
    lengths = [[span.until_s - span.from_s for span in rig.plug.spans] for rig in (plain, stepped)]
    assert lengths[0] == lengths[1]
    assert 298.0 <= lengths[0][0] <= 302.0


GRAVITY = (
    ReasonCode.STOPPED_BY_PERSON,
    ReasonCode.DRY_LATCHED,
    ReasonCode.COLD_LINE_LIMIT,
    ReasonCode.RUN_CAP,
)
"""Who may speak first when a run goes on, the gravest first; then come frost, people, hygiene, schedule."""
WANTS = (
    ("frost", Purpose.FROST),
    ("person", Purpose.COMFORT),
    ("flush", Purpose.HYGIENE),
    ("job", Purpose.COMFORT),
)


def test_the_gravest_reason_is_told_in_every_combination() -> None:
    """All 2^8 of STOP, latch, cold pipe too warm, cap, and who wants what, while a run goes on."""
    began = seconds(100)
    for stopped, latched, warm, capped, *wanted in itertools.product([False, True], repeat=8):
        wants = [
            Says(Vote.RUN, name=name, demand=name == "person", purpose=purpose)
            for (name, purpose), on in zip(WANTS, wanted, strict=True)
            if on
        ]
        now = began + seconds(1_800 if capped else 20)
        seen = observation(
            now,
            plumbing=COLD_LOOP,
            cold_line_c=39.0 if warm else 20.0,
            pump=running(began),
            last_stop=StopRequest(began, "page") if stopped else None,
        )
        supervisor = LimitSupervisor(Limits(), 0)
        supervisor.marks = Marks(stopped_at=0, restarted=False, started_at=began)
        supervisor.dry_runs = DryRuns(rounds=3 if latched else 0)
        decision = combine(list(reversed(wants)), seen)
        verdict = supervisor.review(seen, wanted=decision)
        against = [code for code, true in zip(GRAVITY, (stopped, latched, warm, capped), strict=True) if true]
        assert verdict.run is bool(wants and not against)
        assert decision.by == (wants[0].name if wants else "")
        if wants and against:
            assert verdict.reason.code is against[0]


def test_a_button_delivered_again_and_again_is_one_run() -> None:
    rig = Rig()
    rig.faults.twice_share = 1.0
    rig.faults.late_s = 2.0
    pumping(rig)
    rig.faults.sensor = "frozen"
    rig.run(900.0)
    (span,) = rig.plug.spans
    assert 298.0 <= span.until_s - span.from_s <= 305.0, "orders that are repeated are the same run"


@pytest.mark.parametrize(
    "payload", ["on", "ON ", "On\n", "1", "true", "TOGGLE", "ON\x00", '{"POWER":"TOGGLE"}', '{"POWER":"on "}']
)
def test_only_the_words_of_the_device_move_the_view_of_the_pump(payload: str) -> None:
    rig = Rig()
    rig.run(100.0)
    known = rig.engine.pump.reported
    sent = len(rig.sent)
    rig.to_controller("stat/plug/POWER", payload)
    rig.run(100.5)
    assert rig.engine.pump.reported is known
    assert len(rig.sent) == sent, "nobody is ordered about by a word that means nothing"


def test_a_partial_message_does_not_keep_a_sensor_fresh() -> None:
    rig = Rig()
    rig.run(100.0)
    rig.faults.sensor = "silent"
    for second in range(100, 200, 10):
        rig.at(
            float(second), lambda: rig.to_controller("zigbee2mqtt/pipe", '{"battery": 80, "linkquality": 90}')
        )
    rig.run(166.0)
    assert ReasonCode.SENSOR_SILENT in rig.engine.faults


def test_a_sensor_that_names_its_value_twice_is_not_mixed() -> None:
    rig = Rig()
    rig.run(100.0)
    rig.faults.sensor = "silent"
    before_c = rig.engine.readings["return"].value_c
    rig.to_controller("zigbee2mqtt/pipe", '{"temperature": 30, "temperature": 31}')
    rig.run(101.0)
    assert rig.engine.readings["return"].value_c in (before_c, 31.0), "refused, or the last word wins"
