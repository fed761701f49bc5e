"""What each of the four strategies votes, and why."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from controller.core.civil import Window, schedule
from controller.core.clock import HOUR_MS, NEVER
from controller.core.decision import Vote
from controller.core.events import Mode
from controller.core.hysteresis import Deadband
from controller.core.observation import PumpView
from controller.core.reason import ReasonCode
from controller.strategies.aquastat import Aquastat
from controller.strategies.check_valve import CheckValve
from controller.strategies.combine import combine
from controller.strategies.on_demand import OnDemand
from controller.strategies.registry import ANSWER_REQUESTS, STRATEGIES
from controller.strategies.timed import Timed
from tests.builders import COLD_LOOP, MONDAY, Says, minutes, observation, request, running, seconds

MORNING = Window(6 * 60, 8 * 60)
SEVEN = MONDAY + timedelta(hours=7)


def test_the_registry_names_the_strategies_of_the_mission() -> None:
    assert set(STRATEGIES) >= {"on_demand", "timed", "aquastat", "check_valve", "predictive"}
    assert set(STRATEGIES) >= ANSWER_REQUESTS
    assert all(kind.__dataclass_params__.frozen for kind in STRATEGIES.values())  # type: ignore[attr-defined]


# -- timed --------------------------------------------------------------------------------------------------


def test_timed_runs_inside_its_window_until_hot_and_again_after_the_pause() -> None:
    timed = Timed((MORNING,))
    cold = observation(civil=SEVEN, return_c=20.0)
    assert timed.decide(cold).vote is Vote.RUN
    hot = observation(minutes(1), civil=SEVEN, return_c=39.0, pump=running(0, by="timed"))
    assert timed.decide(hot).vote is Vote.ABSTAIN
    for ago, vote in [(minutes(20) - 1, Vote.ABSTAIN), (minutes(20), Vote.RUN)]:
        view = observation(ago, civil=SEVEN, return_c=20.0, pump=PumpView(last_stopped_at=0))
        assert timed.decide(view).vote is vote


def test_timed_asks_to_be_woken_when_the_pause_ends() -> None:
    view = observation(1000, civil=SEVEN, return_c=20.0, pump=PumpView(last_stopped_at=0))
    assert Timed((MORNING,)).decide(view).wake_at == minutes(20)


def test_the_plain_timer_runs_all_through_the_window() -> None:
    hot = observation(minutes(1), civil=SEVEN, return_c=60.0, pump=running(0, by="timed"))
    assert Timed((MORNING,), until_hot=False).decide(hot).vote is Vote.RUN


@pytest.mark.parametrize(
    ("hour", "minute", "inside"), [(5, 59, False), (6, 0, True), (7, 59, True), (8, 0, False)]
)
def test_a_window_is_open_from_its_start_to_just_before_its_end(hour: int, minute: int, inside: bool) -> None:
    civil = MONDAY.replace(hour=hour, minute=minute)
    vote = Timed((MORNING,)).decide(observation(civil=civil, return_c=20.0)).vote
    assert (vote is Vote.RUN) is inside


def test_outside_its_windows_timed_sleeps_until_the_next_one() -> None:
    decision = Timed((MORNING,)).decide(observation(5, civil=MONDAY, return_c=20.0))
    assert decision.vote is Vote.ABSTAIN and decision.wake_at == 5 + 6 * HOUR_MS


def test_schedules_wait_while_the_clock_is_not_set() -> None:
    decision = Timed((MORNING,)).decide(observation(civil=None, return_c=20.0))
    assert decision.vote is Vote.ABSTAIN and decision.reason.code is ReasonCode.CLOCK_UNTRUSTED


def test_a_pause_after_a_run_that_did_not_bring_hot_water_does_not_claim_that_the_loop_is_hot() -> None:
    cool = observation(minutes(5), civil=SEVEN, return_c=20.0, pump=PumpView(last_stopped_at=0))
    warm = observation(minutes(5), civil=SEVEN, return_c=39.0, pump=PumpView(last_stopped_at=0))
    for strategy in (Timed((MORNING,)), CheckValve(windows=(MORNING,))):
        assert strategy.decide(cool).reason.code is ReasonCode.WINDOW_PAUSE
        assert strategy.decide(warm).reason.code is ReasonCode.WINDOW_HOT


# -- windows over the year ----------------------------------------------------------------------------------


def test_a_window_over_midnight_belongs_to_the_day_it_opens_on() -> None:
    late = Window(22 * 60, 60, days=frozenset({0}))
    open_at = [MONDAY + timedelta(hours=22), MONDAY + timedelta(days=1, minutes=59)]
    closed_at = [MONDAY + timedelta(minutes=30), MONDAY + timedelta(days=1, hours=1)]
    assert all(schedule((late,), observation(civil=at)).window for at in open_at)  # type: ignore[union-attr]
    assert not any(schedule((late,), observation(civil=at)).window for at in closed_at)  # type: ignore[union-attr]


def test_without_windows_nothing_ever_opens() -> None:
    plan = schedule((), observation(civil=MONDAY))
    assert plan is not None and plan.window is None and plan.changes_at == NEVER


@pytest.mark.parametrize(
    ("zone", "year"),
    [
        ("Europe/Berlin", 2026),
        ("America/New_York", 2026),
        ("Australia/Lord_Howe", 2026),
        ("America/Sao_Paulo", 2018),
        ("Asia/Kolkata", 2026),
        ("Asia/Gaza", 2026),
    ],
)
@pytest.mark.parametrize("start", [30, 2 * 60 + 30, 12 * 60])
def test_each_window_opens_exactly_once_on_every_day_of_a_year(zone: str, year: int, start: int) -> None:
    windows = (Window(start, start + 10),)
    tz = ZoneInfo(zone)
    begin = datetime(year, 1, 1, tzinfo=tz).timestamp()
    end = datetime(year + 1, 1, 1, tzinfo=tz).timestamp()
    now, openings = 0, 0
    while begin + now / 1000 < end:
        plan = schedule(windows, observation(now, civil=datetime.fromtimestamp(begin + now / 1000, tz)))
        assert plan is not None
        openings += plan.window is not None
        assert plan.changes_at > now
        now = plan.changes_at
    assert openings == (366 if year % 4 == 0 else 365)


@pytest.mark.parametrize(
    ("start", "end", "length"),
    [(120, 180, 60), (150, 180, 30), (150, 195, 45), (175, 185, 10), (90, 180, 30), (130, 600, 410)],
)
def test_a_window_that_daylight_saving_skips_opens_all_the_same(start: int, end: int, length: int) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    window = (Window(start, end),)
    at, opened, closed = datetime(2026, 3, 29, tzinfo=berlin).timestamp(), 0.0, 0.0
    for minute in range(23 * 60):
        civil = datetime.fromtimestamp(at + minute * 60, berlin)
        plan = schedule(window, observation(civil=civil))
        assert plan is not None
        if plan.window:
            opened, closed = opened or minute, minute + 1
    assert closed - opened == length


# -- on demand ----------------------------------------------------------------------------------------------


def test_on_demand_abstains_without_a_wish() -> None:
    assert OnDemand().decide(observation(return_c=20.0)).vote is Vote.ABSTAIN


def test_a_wish_is_a_persons_run_until_hot_water_has_come() -> None:
    wish = request()
    asks = OnDemand().decide(observation(5, requests=(wish,), return_c=20.0))
    assert asks.vote is Vote.RUN and asks.demand
    warm = observation(seconds(60), requests=(wish,), return_c=25.0, pump=running(0, return_c=20.0))
    done = OnDemand().decide(warm)
    assert done.vote is Vote.ABSTAIN and [name for name, _ in done.settled] == [wish.request_id]


@pytest.mark.parametrize(("reading_c", "done"), [(24.9375, False), (25.0, True), (25.0625, True)])
def test_the_rise_is_counted_from_the_lowest_reading_of_the_run(reading_c: float, done: bool) -> None:
    view = observation(seconds(60), requests=(request(),), return_c=reading_c, pump=running(0, return_c=20.0))
    assert bool(OnDemand().decide(view).settled) is done


def test_without_a_fresh_sensor_hot_water_never_counts_as_arrived() -> None:
    view = observation(seconds(60), requests=(request(),), pump=running(0, return_c=20.0))
    assert OnDemand().decide(view).vote is Vote.RUN


# -- aquastat -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reading_c", "is_on", "votes_run"),
    [
        (37.9375, False, True),
        (38.0, False, False),
        (40.4375, True, True),
        (40.5, True, False),
        (39.0, False, False),
        (39.0, True, True),
    ],
)
def test_the_aquastat_switches_at_the_edges_of_its_deadband(
    reading_c: float, is_on: bool, votes_run: bool
) -> None:
    pump = running(0, by="aquastat") if is_on else PumpView()
    decision = Aquastat().decide(observation(return_c=reading_c, pump=pump))
    assert (decision.vote is Vote.RUN) is votes_run and not decision.demand


def test_the_aquastat_keeps_out_of_it_without_a_fresh_reading() -> None:
    assert Aquastat().decide(observation()).reason.code is ReasonCode.SENSOR_MISSING


def test_an_aquastat_with_windows_rests_outside_them() -> None:
    assert Aquastat(windows=(MORNING,)).decide(observation(civil=MONDAY, return_c=10.0)).vote is Vote.ABSTAIN


def test_a_deadband_out_of_order_is_a_bug() -> None:
    with pytest.raises(ValueError, match="must be below"):
        Deadband(40.0, 40.0)


# -- check valve --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reading_c", "lowest_c", "runs"),
    [(23.25, 20.0, True), (23.3125, 20.0, False), (37.9375, 36.0, True), (38.0, 37.0, False)],
    ids=["below the rise", "at the rise", "below the limit", "at the limit"],
)
def test_the_cold_return_stops_at_the_rise_or_at_the_limit(
    reading_c: float, lowest_c: float, runs: bool
) -> None:
    view = observation(
        seconds(20),
        plumbing=COLD_LOOP,
        requests=(request(),),
        cold_line_c=reading_c,
        pump=running(0, by="check_valve", cold_line_c=lowest_c),
    )
    assert (CheckValve().decide(view).vote is Vote.RUN) is runs


def test_without_windows_the_check_valve_starts_on_a_wish_only() -> None:
    quiet = observation(plumbing=COLD_LOOP, civil=SEVEN, cold_line_c=15.0)
    assert CheckValve().decide(quiet).vote is Vote.ABSTAIN
    assert CheckValve(windows=(MORNING,)).decide(quiet).vote is Vote.RUN


def test_a_wish_through_the_check_valve_is_a_persons_run() -> None:
    asked = observation(plumbing=COLD_LOOP, civil=SEVEN, cold_line_c=15.0, requests=(request(),))
    assert CheckValve(windows=(MORNING,)).decide(asked).demand


# -- combination --------------------------------------------------------------------------------------------


def test_the_first_vote_that_is_not_an_abstention_wins() -> None:
    runs, vetoes = Says(Vote.RUN, name="a"), Says(Vote.REST, name="b")
    view = observation()
    assert combine([Says(), runs, vetoes], view).vote is Vote.RUN
    assert combine([Says(), vetoes, runs], view).vote is Vote.REST


def test_a_persons_wish_goes_before_an_automatic_run_so_that_it_counts_as_one() -> None:
    decision = combine([Says(Vote.RUN, name="auto"), Says(Vote.RUN, name="wish", demand=True)], observation())
    assert decision.by == "wish" and decision.demand


def test_in_manual_mode_a_wish_is_heard() -> None:
    wish = Says(Vote.RUN, name="wish", demand=True)
    assert combine([Says(Vote.RUN), wish], observation(mode=Mode.MANUAL)).by == "wish"


def test_a_veto_silences_wishes_of_lower_priority() -> None:
    votes = [Says(Vote.REST, name="veto"), Says(Vote.RUN, name="wish", demand=True)]
    assert combine(votes, observation()).by == "veto"


def test_when_all_abstain_the_pump_rests_for_the_reason_of_the_one_that_ran_it() -> None:
    view = observation(minutes(1), return_c=41.0, pump=running(0, by="aquastat"))
    decision = combine([OnDemand(), Aquastat()], view)
    assert decision.vote is Vote.REST and decision.reason.code is ReasonCode.ABOVE_DEADBAND


def test_the_one_that_ran_the_pump_gives_the_reason_before_those_of_higher_priority() -> None:
    view = observation(minutes(1), return_c=41.0, pump=running(0, by="aquastat"))
    decision = combine([Timed((MORNING,)), Aquastat()], view)
    assert decision.reason.code is ReasonCode.ABOVE_DEADBAND and decision.by == "aquastat"


def test_no_strategy_at_all_means_rest() -> None:
    assert combine([], observation()).vote is Vote.REST


def test_the_earliest_wake_up_of_all_is_kept() -> None:
    assert combine([Says(wake_at=50), Says(wake_at=20), Says()], observation()).wake_at == 20


def test_in_manual_mode_automatic_runs_are_not_heard_and_a_wish_ends_for_its_own_reason() -> None:
    hot = observation(
        minutes(1),
        mode=Mode.MANUAL,
        return_c=30.0,
        requests=(request(),),
        pump=running(0, by="on_demand", return_c=20.0),
    )
    decision = combine([OnDemand(), Aquastat()], hot)
    assert decision.vote is Vote.REST and decision.reason.code is ReasonCode.ROSE
    idle = observation(mode=Mode.MANUAL, return_c=10.0)
    assert combine([OnDemand(), Aquastat()], idle).reason.code is ReasonCode.MODE_MANUAL


def test_a_sensor_before_the_valve_ends_a_cold_pipe_run_before_the_cold_pipe_warms() -> None:
    loop = replace(COLD_LOOP, sensors=COLD_LOOP.sensors | {"far_end"})
    view = observation(
        seconds(20),
        plumbing=loop,
        requests=(request(),),
        cold_line_c=15.0,
        far_end_c=30.5,
        pump=running(0, by="check_valve", cold_line_c=15.0, far_end_c=20.0),
    )
    assert CheckValve().decide(view).settled
    assert not CheckValve().decide(replace(view, plumbing=COLD_LOOP)).settled
