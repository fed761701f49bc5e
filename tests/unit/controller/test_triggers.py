"""What asks without a button: just enough, not too often, and never because a sensor sticks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.core.civil import Window
from controller.core.clock import DAY_MS
from controller.core.decision import Vote
from controller.core.events import CueKind, CueSeen, Event, FlowRead, HotWaterRequest, Mode, Reading
from controller.core.reason import ReasonCode
from controller.core.triggers import CueTrigger, FlickTrigger, SurgeTrigger, Trigger
from controller.strategies.combine import combine
from controller.strategies.on_demand import OnDemand
from controller.triggers import Triggers
from tests.builders import MONDAY, engine, minutes, observation, request, running, seconds


def asked(trigger: Trigger, *events: Event, at_rest: bool = True) -> list[HotWaterRequest]:
    one = Triggers([trigger], ["shower"])
    return [wish for event in events for wish in one.look(event.at, event, at_rest=at_rest)]


def motion(*at_s: float, place: str = "shower") -> list[CueSeen]:
    return [CueSeen(seconds(at), CueKind.MOTION, place) for at in at_s]


def flow(*readings: tuple[float, float]) -> list[FlowRead]:
    return [FlowRead(seconds(at), "draw", lpm) for at, lpm in readings]


def test_motion_asks_after_its_hits_within_the_time_and_names_its_fixture() -> None:
    rule = CueTrigger(CueKind.MOTION, "shower", hits=3, within_ms=seconds(60))
    [wish] = asked(rule, *motion(0, 30, 59.999))
    assert wish.fixture == "shower" and wish.automatic and wish.at == 59_999
    assert not asked(rule, *motion(0, 30, 60))
    assert not asked(rule, *motion(0, 30), *motion(40, place="kitchen"))


def test_after_it_has_asked_a_trigger_waits() -> None:
    rule = CueTrigger(CueKind.MOTION, lockout_ms=minutes(30))
    for again_s, wishes in [(1799.999, 1), (1800, 2)]:
        assert len(asked(rule, *motion(0, again_s))) == wishes


def test_doors_and_lights_ask_too_each_for_itself() -> None:
    door = CueSeen(0, CueKind.CONTACT, "bathroom")
    assert len(asked(CueTrigger(CueKind.CONTACT), door)) == 1
    assert not asked(CueTrigger(CueKind.LIGHT), door)


@given(st.lists(st.integers(0, 2 * DAY_MS), max_size=300), st.integers(1, 8))
def test_a_sensor_that_chatters_asks_no_more_often_than_its_daily_share(at: list[int], most: int) -> None:
    rule = CueTrigger(CueKind.MOTION, lockout_ms=minutes(10), daily_most=most)
    wishes = asked(rule, *(CueSeen(one, CueKind.MOTION, "shower") for one in sorted(at)))
    for wish in wishes:
        assert sum(wish.at - DAY_MS < other.at <= wish.at for other in wishes) <= most


def test_a_restart_is_no_way_round_the_daily_share() -> None:
    rule = OnDemand(triggers=(CueTrigger(CueKind.MOTION, daily_most=1),))
    first = engine(rule)
    first.handle(CueSeen(minutes(5), CueKind.MOTION, "shower"))
    assert first.wishes.open
    again = engine(rule)
    again.restore(first.snapshot(), elapsed_ms=minutes(60))
    again.handle(CueSeen(minutes(5), CueKind.MOTION, "shower"))
    assert not again.wishes.open
    for damaged in (None, [3], [["x"]], "x"):
        fresh = engine(rule)
        fresh.restore({"triggers": damaged}, elapsed_ms=0)
        fresh.handle(CueSeen(minutes(5), CueKind.MOTION, "shower"))
        assert fresh.wishes.open


@pytest.mark.parametrize(
    ("lasts_s", "asks"), [(0.299, False), (0.3, True), (3.0, True), (3.001, False), (60, False)]
)
def test_a_flick_of_the_tap_is_a_persons_wish(lasts_s: float, asks: bool) -> None:
    wishes = asked(FlickTrigger(), *flow((10, 4.0), (10 + lasts_s, 0.0)))
    assert len(wishes) == asks
    assert not any(wish.automatic for wish in wishes)


def test_a_dribble_is_no_flick_and_a_second_reading_of_the_same_flow_does_not_begin_it_anew() -> None:
    assert not asked(FlickTrigger(), *flow((10, 0.5), (11, 0.0)))
    assert not asked(FlickTrigger(), *flow((10, 4.0), (14, 4.0), (15, 0.0)))
    assert not asked(FlickTrigger(), FlowRead(seconds(10), "loop", 4.0), FlowRead(seconds(11), "loop", 0.0))


def rising(slope_ks: float, for_s: int, from_c: float = 30.0) -> list[Reading]:
    return [Reading(seconds(at), "supply", from_c + slope_ks * at) for at in range(0, for_s + 1, 5)]


@pytest.mark.parametrize(
    ("slope_ks", "for_s", "asks"),
    [
        (0.1, 10, False),
        (0.1, 15, True),
        (0.05, 15, False),
        (0.05, 20, True),
        (0.0101, 100, True),
        (0.0099, 300, False),
    ],
)
def test_a_draw_is_felt_as_a_rise_fast_long_and_high_enough(slope_ks: float, for_s: int, asks: bool) -> None:
    assert bool(asked(SurgeTrigger(), *rising(slope_ks, for_s))) is asks
    assert not asked(SurgeTrigger(), *rising(slope_ks, for_s), at_rest=False)


def test_a_cue_does_not_start_the_pump_where_only_people_may() -> None:
    rule = OnDemand()
    cue, button = request(automatic=True), request(1)
    manual = observation(mode=Mode.MANUAL, requests=(cue,), return_c=20.0)
    assert combine([rule], manual).vote is Vote.REST
    both = observation(mode=Mode.MANUAL, requests=(cue, button), return_c=20.0)
    decision = combine([rule], both)
    assert decision.vote is Vote.RUN and decision.demand and dict(decision.reason.values)["who"] == button.who


@pytest.mark.parametrize(("after", "vote"), [(-1, Vote.RUN), (0, Vote.ABSTAIN)])
def test_what_a_cue_asked_for_ends_after_five_minutes(after: int, vote: Vote) -> None:
    pump = running(0, demand=False)
    view = observation(minutes(5) + after, requests=(request(automatic=True),), return_c=20.0, pump=pump)
    decision = OnDemand().decide(view)
    assert decision.vote is vote
    assert vote is Vote.RUN or decision.settled[0][1].code is ReasonCode.REQUEST_DONE


def test_quiet_hours_silence_automatic_runs_and_no_person() -> None:
    quiet = (Window(22 * 60, 6 * 60),)
    for wish, hour, vote in [
        (request(automatic=True), 23, Vote.REST),
        (request(automatic=True), 6, Vote.RUN),
        (request(), 23, Vote.RUN),
    ]:
        view = observation(civil=MONDAY.replace(hour=hour), requests=(wish,), return_c=20.0)
        decision = combine([OnDemand()], view, quiet=quiet)
        assert decision.vote is vote
        if vote is Vote.REST:
            assert decision.reason.code is ReasonCode.QUIET_HOURS and decision.wake_at <= 7 * minutes(60)
