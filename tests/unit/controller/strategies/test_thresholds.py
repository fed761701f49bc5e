"""Temperature thresholds: by the rise since the start, and by a difference."""

from dataclasses import replace
from datetime import timedelta
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.core.civil import Window
from controller.core.decision import Vote
from controller.core.observation import PumpView
from controller.core.reason import ReasonCode
from controller.shadow import Shadow
from controller.strategies.aquastat import Aquastat
from controller.strategies.delta_t import DeltaT
from controller.strategies.on_demand import OnDemand
from tests.builders import COLD_LOOP, MONDAY, engine, minutes, observation, request, running, seconds

RISE = Aquastat(rise_k=5.0, pause_ms=minutes(30))
MORNING = Window(6 * 60, 8 * 60)


@pytest.mark.parametrize(("value_c", "vote"), [(24.9, Vote.RUN), (25.0, Vote.ABSTAIN)])
def test_a_run_ends_at_the_rise_above_its_lowest_reading(value_c: float, vote: Vote) -> None:
    view = observation(minutes(1), return_c=value_c, pump=running(0, by="aquastat", return_c=20.0))
    decision = RISE.decide(view)
    assert decision.vote is vote
    assert decision.watches is not None
    assert 25.0 in decision.watches[0].levels_c and decision.watches[0].turns
    if vote is Vote.ABSTAIN:
        assert decision.reason.code is ReasonCode.ROSE


def test_without_a_rise_only_the_reading_ends_a_run() -> None:
    view = observation(minutes(1), return_c=39.0, pump=running(0, by="aquastat", return_c=20.0))
    assert Aquastat().decide(view).vote is Vote.RUN


@pytest.mark.parametrize(("ago", "vote"), [(minutes(30) - 1, Vote.ABSTAIN), (minutes(30), Vote.RUN)])
def test_after_a_run_that_a_rise_ended_it_waits(ago: int, vote: Vote) -> None:
    view = observation(ago, return_c=20.0, pump=PumpView(last_stopped_at=0))
    decision = RISE.decide(view)
    assert decision.vote is vote
    if vote is Vote.ABSTAIN:
        assert decision.reason.code is ReasonCode.THRESHOLD_PAUSE
        assert decision.wake_at == minutes(30)


@pytest.mark.parametrize(
    ("supply_c", "return_c", "vote"),
    [
        (55.0, 35.0, Vote.RUN),
        (55.0, 35.5, Vote.ABSTAIN),
        (54.9, 35.0, Vote.ABSTAIN),  # seen as 54.5
        (29.9, 5.0, Vote.ABSTAIN),  # the heater itself is cold
        (30.0, 5.0, Vote.RUN),
    ],
)
def test_it_starts_at_the_difference_while_the_heater_is_hot(
    supply_c: float, return_c: float, vote: Vote
) -> None:
    assert DeltaT().decide(observation(supply_c=supply_c, return_c=return_c)).vote is vote


@pytest.mark.parametrize(("return_c", "vote"), [(40.0, Vote.RUN), (40.5, Vote.ABSTAIN)])
def test_a_run_goes_on_until_the_difference_is_small(return_c: float, vote: Vote) -> None:
    view = observation(minutes(1), supply_c=55.0, return_c=return_c, pump=running(0, by="delta_t"))
    decision = DeltaT().decide(view)
    assert decision.vote is vote
    assert decision.reason.code is (
        ReasonCode.DIFFERENCE_LARGE if vote is Vote.RUN else ReasonCode.DIFFERENCE_SMALL
    )


def test_what_lies_between_its_steps_changes_no_answer_and_the_next_step_is_watched() -> None:
    one = DeltaT().decide(observation(supply_c=55.0, return_c=35.0))
    other = DeltaT().decide(observation(supply_c=55.49, return_c=35.49))
    assert (one.vote, one.reason, one.watches) == (other.vote, other.reason, other.watches)
    assert one.watches is not None
    assert [watch.levels_c for watch in one.watches] == [(30.0, 52.5, 55.0), (35.5, 38.0)]


def crosses(level_c: float, sooner_c: float, later_c: float) -> bool:
    return (sooner_c < level_c) is not (later_c < level_c)


@settings(deadline=None)
@given(
    st.tuples(st.integers(120, 240), st.integers(40, 240)),
    st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), max_size=120),
    st.sampled_from([(20.0, 15.0), (24.0, 20.0), (7.3, 4.9)]),
    st.booleans(),
)
def test_whoever_waits_for_the_levels_of_a_difference_misses_no_change_of_mind(
    starts: tuple[int, int], moves: list[tuple[int, int]], differences_k: tuple[float, float], runs: bool
) -> None:
    on_above_k, off_below_k = differences_k
    one = DeltaT(on_above_k=on_above_k, off_below_k=off_below_k, hot_c=30.2)
    pump = running(0, by="delta_t") if runs else PumpView()
    # In quarters of a kelvin, each sensor in its turn: nothing on the wire moves both in the same instant.
    moved = [move for warm, cool in moves for move in ((warm, 0), (0, cool))]
    places = list(accumulate(moved, lambda at, by: (at[0] + by[0], at[1] + by[1]), initial=starts))
    told = None
    for warm, cool in places:
        view = observation(minutes(1), supply_c=warm / 4, return_c=cool / 4, pump=pump)
        now = one.decide(view)
        if told is None:
            told = warm, cool, now
        assert told[2].watches is not None
        levels_c = [watch.levels_c for watch in told[2].watches]
        pairs = ((told[0], warm), (told[1], cool))
        if any(
            crosses(level, sooner / 4, later / 4)
            for levels, (sooner, later) in zip(levels_c, pairs, strict=True)
            for level in levels
        ):
            told = warm, cool, now
        assert told[2].vote is now.vote


def test_without_both_sensors_it_says_nothing() -> None:
    decision = DeltaT().decide(observation(return_c=20.0))
    assert decision.vote is Vote.ABSTAIN
    assert decision.reason.code is ReasonCode.SENSOR_MISSING
    assert dict(decision.reason.values)["sensor"] == "supply"
    assert DeltaT().decide(observation(plumbing=COLD_LOOP, supply_c=55.0)).vote is Vote.ABSTAIN


def test_it_rests_after_a_run_and_outside_its_windows() -> None:
    paused = DeltaT(pause_ms=minutes(10))
    cold = observation(minutes(9), supply_c=55.0, return_c=20.0, pump=PumpView(last_stopped_at=0))
    assert paused.decide(cold).reason.code is ReasonCode.THRESHOLD_PAUSE
    assert paused.decide(replace(cold, pump=PumpView())).vote is Vote.RUN
    for one in (DeltaT(windows=(MORNING,)), replace(RISE, windows=(MORNING,))):
        outside = observation(civil=MONDAY + timedelta(hours=9), supply_c=55.0, return_c=20.0)
        inside = observation(civil=MONDAY + timedelta(hours=7), supply_c=55.0, return_c=20.0)
        assert one.decide(outside).reason.code is ReasonCode.OUTSIDE_WINDOWS
        assert one.decide(inside).vote is Vote.RUN


@pytest.mark.parametrize("strategy", [RISE, DeltaT()])
def test_it_works_beside_a_button_and_as_a_shadow(strategy: Aquastat | DeltaT) -> None:
    both = engine(OnDemand(), strategy)
    view = observation(minutes(1), supply_c=55.0, return_c=20.0)
    alone = Shadow(strategy, minutes(30), seconds(60))
    assert [note.kind for note in alone.look(view)] == ["shadow_started"]
    both.handle(request(minutes(2)))
    assert both.pump.run is not None and both.pump.run.by == "on_demand"
