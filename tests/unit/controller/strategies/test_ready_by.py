"""Hot by a time of day: started in time, once, and not when it is hot already."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from controller.core.civil import Window
from controller.core.clock import DAY_MS
from controller.core.decision import Vote
from controller.core.diary import Diary, Served
from controller.core.reason import Reason, ReasonCode
from controller.strategies.ready_by import ReadyBy
from tests.builders import MONDAY, minutes, observation, running, seconds

TEN_TO_SEVEN = MONDAY + timedelta(hours=6, minutes=50)
JOB = ReadyBy((Window(410, 411),), "bathroom", fill_ms=seconds(90))


@pytest.mark.parametrize(
    ("before_s", "vote"),
    [(210.001, Vote.ABSTAIN), (210, Vote.RUN), (0, Vote.RUN), (-299.999, Vote.RUN), (-300, Vote.ABSTAIN)],
)
def test_it_starts_fill_time_and_margin_before_and_is_late_by_five_minutes_at_most(
    before_s: float, vote: Vote
) -> None:
    civil = TEN_TO_SEVEN - timedelta(seconds=before_s)
    assert JOB.decide(observation(DAY_MS, civil=civil, return_c=20.0)).vote is vote


def test_it_asks_to_be_woken_when_it_must_start() -> None:
    decision = JOB.decide(observation(5, civil=MONDAY, return_c=20.0))
    assert decision.wake_at == 5 + minutes(410) - seconds(210)


def test_it_is_left_out_when_hot_water_is_there_already() -> None:
    assert JOB.decide(observation(DAY_MS, civil=TEN_TO_SEVEN, return_c=38.0)).vote is Vote.ABSTAIN
    assert JOB.decide(observation(DAY_MS, civil=TEN_TO_SEVEN, return_c=37.9)).vote is Vote.RUN


def test_it_ends_when_hot_water_has_come_round_and_does_not_begin_again() -> None:
    began = DAY_MS - seconds(100)
    mine = running(began, by="ready_by", demand=False, return_c=20.0)
    assert JOB.decide(observation(DAY_MS, civil=TEN_TO_SEVEN, return_c=25.0, pump=mine)).vote is Vote.ABSTAIN
    done = Diary(served={"ready_by": Served(began, DAY_MS)})
    later = observation(DAY_MS + 1, civil=TEN_TO_SEVEN, return_c=24.0, diary=done)
    decision = JOB.decide(later)
    assert decision.vote is Vote.ABSTAIN and decision.reason.code is ReasonCode.READY_DONE


def test_the_fill_time_is_learned_from_runs_that_began_cold() -> None:
    arrived, capped = Reason(ReasonCode.ROSE), Reason(ReasonCode.RUN_CAP)
    cold = Diary().ended(seconds(80), 0, arrived, moved=True, start_c=20.0)
    assert cold.fill_ms == seconds(80)
    assert cold.ended(minutes(10), minutes(9), arrived, moved=True, start_c=30.0).fill_ms == seconds(80)
    assert cold.ended(minutes(10), minutes(9), capped, moved=True, start_c=20.0).fill_ms == seconds(80)
    assert cold.ended(minutes(10), minutes(9), arrived, moved=False, start_c=20.0).fill_ms == seconds(80)
    assert cold.ended(minutes(12), minutes(10), arrived, moved=True, start_c=20.0).fill_ms == seconds(90)
    learned = ReadyBy((Window(410, 411),), margin_ms=0)
    for before_s, vote in [(80.001, Vote.ABSTAIN), (80, Vote.RUN)]:
        civil = TEN_TO_SEVEN - timedelta(seconds=before_s)
        assert learned.decide(observation(DAY_MS, civil=civil, return_c=20.0, diary=cold)).vote is vote


def test_a_lead_that_the_run_itself_has_shortened_does_not_bring_a_second_run() -> None:
    job = ReadyBy((Window(410, 411),))
    taught = Diary(served={"ready_by": Served(DAY_MS, DAY_MS + seconds(60))}, fill_ms=seconds(60))
    six_minutes_later = TEN_TO_SEVEN - timedelta(minutes=1)
    view = observation(DAY_MS + minutes(6), civil=six_minutes_later, return_c=20.0, diary=taught)
    assert job.decide(view).reason.code is ReasonCode.READY_DONE


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Asia/Kolkata",
        "Asia/Gaza",
    ],
)
def test_each_job_is_done_once_on_every_local_day_of_a_year(zone: str) -> None:
    tz = ZoneInfo(zone)
    job = ReadyBy((Window(150, 151),), fill_ms=seconds(60))
    begin = datetime(2026, 1, 1, tzinfo=tz).timestamp()
    end = datetime(2027, 1, 1, tzinfo=tz).timestamp()
    now, days, diary = 0, [], Diary()
    while begin + now / 1000 < end:
        civil = datetime.fromtimestamp(begin + now / 1000, tz)
        decision = job.decide(observation(now, civil=civil, return_c=20.0, diary=diary))
        if decision.vote is Vote.RUN:
            days.append(civil.date())
            diary = Diary(served={"ready_by": Served(now, now + seconds(60))})
            now += seconds(60)
        else:
            assert decision.wake_at > now
            now = min(decision.wake_at, now + DAY_MS)
    assert len(days) == len(set(days)) == 365
