"""The predictive strategy: weighs, fills, stops, and says why in both languages."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from controller.core.clock import MINUTE_MS, SECOND_MS
from controller.core.decision import Vote
from controller.core.forecast import Forecast
from controller.core.observation import Observation, PumpView, Run, Sample
from controller.core.outlook import LoopEstimate, Outlook
from controller.core.plumbing import RETURN, SUPPLY, Plumbing, Topology
from controller.core.reason import ReasonCode
from controller.strategies.predictive import Comfort, Predictive

NOW = 1_000 * MINUTE_MS
PLUMBING = Plumbing("loop", Topology.DEDICATED_RETURN, ("tap",), frozenset({SUPPLY, RETURN}))
LOOP = LoopEstimate(fill_ms=40 * SECOND_MS, loop_c=31.0)


def seen(per_hour: float, loop: LoopEstimate = LOOP, run: Run | None = None) -> Observation:
    """Return what the strategy sees before a household that draws so often."""
    outlook = Outlook(loop, Forecast(NOW, (per_hour,) * 36), changes_at=NOW + MINUTE_MS)
    civil = datetime(2026, 6, 1, 16, 40, tzinfo=UTC)
    return Observation(NOW, PLUMBING, civil=civil, pump=PumpView(run=run), outlook=outlook)


def test_a_busy_hour_is_worth_a_fill_and_a_quiet_one_is_not() -> None:
    busy, quiet = (Predictive().decide(seen(rate)) for rate in (12.0, 0.02))
    assert (busy.vote, busy.reason.code) == (Vote.RUN, ReasonCode.PREHEATING)
    assert (quiet.vote, quiet.reason.code) == (Vote.ABSTAIN, ReasonCode.NOT_WORTH_IT)
    assert busy.reason.sentence() == "preheating: 86% chance of a draw within 10 min; the loop is at 31 °C"
    assert "预热" in busy.reason.sentence("zh")


def test_more_comfort_never_waits_where_less_comfort_runs() -> None:
    for rate in (0.3, 1.0, 3.0, 9.0):
        runs = [Predictive(step).decide(seen(rate)).vote is Vote.RUN for step in Comfort]
        assert runs == sorted(runs)


def test_a_hot_loop_is_left_alone_until_it_has_nearly_cooled() -> None:
    left = {False: 20 * MINUTE_MS, True: MINUTE_MS // 2}
    for nearly, left_ms in left.items():
        fronts = (((1.0, NOW + left_ms - LOOP.hot_ms),),)
        decision = Predictive().decide(seen(50.0, replace(LOOP, hot_until=NOW + left_ms, fronts=fronts)))
        assert (decision.vote is Vote.RUN) is nearly
        assert (decision.reason.code is ReasonCode.STILL_HOT) is not nearly


def test_a_loop_that_is_hot_for_less_than_a_minute_more_is_not_said_to_be_hot_for_minus_two() -> None:
    fronts = (((1.0, NOW + MINUTE_MS),),)
    for left_ms, code in ((MINUTE_MS, ReasonCode.STILL_HOT), (-2 * MINUTE_MS, ReasonCode.WARM_ENOUGH)):
        decision = Predictive().decide(seen(50.0, replace(LOOP, hot_until=NOW + left_ms, fronts=fronts)))
        assert decision.reason.code is code


def test_a_run_goes_only_as_deep_as_the_fixture_that_a_cue_announces() -> None:
    house = replace(PLUMBING, fixtures=("kitchen", "bath"))
    loop = replace(LOOP, places=(0.5, 1.0))
    for place, votes in (("kitchen", (Vote.RUN, Vote.ABSTAIN)), ("bath", (Vote.RUN, Vote.RUN))):
        cued = Outlook(loop, Forecast(NOW, cues=((0, 5 * MINUTE_MS, 0.8, place),)), NOW + MINUTE_MS)
        for ran_ms, vote in zip((19_999, 20_000), votes, strict=True):
            run = Run(NOW - ran_ms, "predictive", demand=False)
            one = replace(seen(0.0, run=run), plumbing=house, outlook=cued)
            assert Predictive().decide(one).vote is vote


@pytest.mark.parametrize(("ran_ms", "vote"), [(39_999, Vote.RUN), (40_000, Vote.ABSTAIN)])
def test_a_run_ends_when_the_supply_is_filled(ran_ms: int, vote: Vote) -> None:
    decision = Predictive().decide(seen(5.0, run=Run(NOW - ran_ms, "predictive", demand=False)))
    assert decision.vote is vote


@pytest.mark.parametrize(("fill_ms", "would_learn"), [(None, False), (None, True), (40_000, False)])
@pytest.mark.parametrize("return_c", [22.0, 39.0])
def test_no_run_begins_that_would_end_at_once(
    fill_ms: int | None, would_learn: bool, return_c: float
) -> None:
    loop = replace(LOOP, fill_ms=fill_ms, would_learn=would_learn)
    resting = replace(seen(50.0, loop), readings={RETURN: Sample(NOW, return_c)})
    if Predictive().decide(resting).vote is Vote.RUN:
        # A run that is to show how long a fill takes waits for the front from its first moment on.
        begun = seen(50.0, replace(loop, awaits_front=would_learn), Run(NOW, "predictive", demand=False))
        later = replace(begun, now=NOW + 1_000, readings={RETURN: Sample(NOW, return_c)})
        assert Predictive().decide(later).vote is Vote.RUN
    else:
        assert (fill_ms, would_learn, return_c) == (None, False, 39.0)


def test_a_run_of_another_is_left_to_it() -> None:
    decision = Predictive().decide(seen(50.0, run=Run(NOW - 1_000, "timed", demand=False)))
    assert decision.reason.code is ReasonCode.RUN_OF_ANOTHER


def test_without_a_clock_it_abstains() -> None:
    assert Predictive().decide(replace(seen(50.0), civil=None)).reason.code is ReasonCode.CLOCK_UNTRUSTED
