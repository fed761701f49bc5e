"""What keeps plant and water sound: frost, exercise, flush, disinfection, and who goes first."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, product

import pytest

from controller.core.civil import Window
from controller.core.clock import DAY_MS, HOUR_MS
from controller.core.decision import Decision, Purpose, Vote
from controller.core.diary import Diary, Served
from controller.core.events import (
    Acknowledged,
    HotWaterRequest,
    Mode,
    ModeChanged,
    PumpReport,
    Reading,
    StopRequest,
    Tick,
)
from controller.core.observation import PumpView
from controller.core.reason import ReasonCode
from controller.engine import Engine
from controller.strategies.combine import combine
from controller.strategies.disinfection import Disinfection
from controller.strategies.exercise import Exercise
from controller.strategies.freeze import Freeze
from controller.strategies.hygiene import Hygiene
from controller.strategies.on_demand import OnDemand
from tests.builders import MONDAY, NOTHING, Says, engine, minutes, observation, running, seconds

WEEK = 7 * DAY_MS
SUNDAY_NIGHT = Window(3 * 60, 5 * 60, frozenset({6}))


class Confirming:
    """An engine whose switch confirms every order; time goes from due to due."""

    def __init__(self, one: Engine) -> None:
        self.engine = one
        self.runs: list[tuple[int, int]] = []
        self._since: int | None = None
        self._due_at = one.now + 1

    def until(self, end: int) -> None:
        while self._due_at < end:
            self.tell(Tick(self._due_at))
        self.tell(Tick(end))

    def tell(self, event: object) -> None:
        step = self.engine.handle(event)  # type: ignore[arg-type]
        self._due_at = step.due_at
        for command in step.commands:
            if command.run and self._since is None:
                self._since = command.at
            elif not command.run and self._since is not None:
                self.runs.append((self._since, command.at))
                self._since = None
            self._due_at = self.engine.handle(PumpReport(command.at, on=command.run)).due_at


# -- frost --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value_c", "vote"),
    [(2.9, Vote.RUN), (3.0, Vote.ABSTAIN), (3.1, Vote.ABSTAIN), (-10.0, Vote.RUN), (-127.0, Vote.ABSTAIN)],
)
def test_a_pipe_is_in_danger_below_three_degrees_and_a_broken_sensor_is_no_frost(
    value_c: float, vote: Vote
) -> None:
    assert Freeze().decide(observation(return_c=value_c)).vote is vote


@pytest.mark.parametrize(("value_c", "vote"), [(7.9, Vote.RUN), (8.0, Vote.ABSTAIN)])
def test_a_run_against_frost_ends_when_the_coldest_pipe_is_warm(value_c: float, vote: Vote) -> None:
    mine = running(0, by="freeze", demand=False)
    view = observation(minutes(1), return_c=value_c, supply_c=50.0, pump=mine)
    assert Freeze().decide(view).vote is vote


@pytest.mark.parametrize(("after", "vote"), [(-1, Vote.RUN), (0, Vote.ABSTAIN), (1, Vote.ABSTAIN)])
def test_a_run_against_frost_lasts_half_an_hour_at_most(after: int, vote: Vote) -> None:
    mine = running(0, by="freeze", demand=False)
    diary = Diary(served={"freeze": Served(0)})
    view = observation(minutes(30) + after, return_c=2.0, pump=mine, diary=diary)
    assert Freeze().decide(view).vote is vote


@pytest.mark.parametrize(("after", "vote"), [(-1, Vote.ABSTAIN), (0, Vote.RUN)])
def test_the_next_run_against_frost_is_an_hour_after_the_last_one_began(after: int, vote: Vote) -> None:
    diary = Diary(served={"freeze": Served(0, minutes(30))})
    decision = Freeze().decide(observation(HOUR_MS + after, return_c=2.0, diary=diary))
    assert decision.vote is vote
    assert vote is Vote.RUN or decision.wake_at == HOUR_MS


def test_frost_starts_the_pump_within_a_minute_once_an_hour_even_when_the_mode_is_off() -> None:
    house = Confirming(engine(Freeze()))
    house.tell(ModeChanged(1, Mode.OFF, "page"))
    for minute in range(5, 4 * 60):
        house.until(minutes(minute))
        house.tell(Reading(minutes(minute), "return", 2.5))
        house.tell(Reading(minutes(minute), "supply", 50.0))
    house.until(minutes(4 * 60))
    assert house.runs[0][0] == minutes(5)
    starts = [start for start, _ in house.runs]
    assert all(later - sooner >= HOUR_MS for sooner, later in pairwise(starts))
    assert all(end - start <= minutes(30) for start, end in house.runs)


def test_a_sensor_that_tells_minus_127_never_starts_the_pump() -> None:
    house = Confirming(engine(Freeze()))
    for minute in range(5, 65):
        house.tell(Reading(minutes(minute), "return", -127.0, holds_ms=minutes(2)))
        house.until(minutes(minute) + seconds(30))
    assert not house.runs


# -- exercise -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("after", "vote"), [(-1, Vote.ABSTAIN), (0, Vote.RUN), (1, Vote.RUN)])
def test_a_pump_is_turned_after_a_week_of_standstill(after: int, vote: Vote) -> None:
    decision = Exercise().decide(observation(WEEK + after, diary=Diary(moved_at=0)))
    assert decision.vote is vote


@pytest.mark.parametrize(("after", "vote"), [(-1, Vote.RUN), (0, Vote.ABSTAIN)])
def test_it_is_turned_for_ten_seconds(after: int, vote: Vote) -> None:
    mine = running(WEEK, by="exercise", demand=False)
    assert Exercise().decide(observation(WEEK + seconds(10) + after, pump=mine)).vote is vote


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.MANUAL, Mode.OFF])
def test_the_exercise_lasts_ten_seconds_once_a_week_in_every_mode_but_service(mode: Mode) -> None:
    house = Confirming(engine(Exercise()))
    house.tell(ModeChanged(1, mode, "page"))
    house.until(2 * WEEK + minutes(1))
    assert [end - start for start, end in house.runs] == [seconds(10), seconds(10)]
    assert house.runs[0][0] == WEEK


def test_nothing_starts_the_pump_while_somebody_works_on_it() -> None:
    house = Confirming(engine(Exercise(), Freeze(), OnDemand()))
    house.tell(ModeChanged(1, Mode.SERVICE, "page"))
    house.tell(Reading(minutes(5), "return", 1.0))
    house.tell(HotWaterRequest(minutes(6), "a", "button"))
    house.until(WEEK + minutes(1))
    assert not house.runs and house.engine.wishes.open == ()
    assert house.engine.last_step is not None
    assert house.engine.last_step.verdict.reason.code is ReasonCode.MODE_SERVICE


def test_a_pump_that_is_latched_is_not_turned_until_somebody_has_looked() -> None:
    house = Confirming(engine(Exercise()))
    house.engine.supervisor.dry_runs = replace(house.engine.supervisor.dry_runs, rounds=3)
    house.until(WEEK + DAY_MS)
    assert not house.runs
    house.tell(Acknowledged(WEEK + DAY_MS, "page"))
    house.until(WEEK + DAY_MS + minutes(1))
    assert len(house.runs) == 1


@pytest.mark.slow
def test_a_try_that_the_switch_did_not_confirm_is_made_again_a_day_later() -> None:
    one = engine(Exercise())
    due_at, starts = 1, []
    while due_at < WEEK + 2 * DAY_MS + HOUR_MS:
        step = one.handle(Tick(due_at))
        starts += [note.at for note in step.notes if note.kind.value == "run_started"]
        due_at = step.wake_at
    assert [round((start - WEEK) / DAY_MS) for start in starts] == [0, 1, 2]


# -- hygiene ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("after", "vote"), [(-1, Vote.ABSTAIN), (0, Vote.RUN)])
def test_water_is_exchanged_after_three_days(after: int, vote: Vote) -> None:
    assert Hygiene().decide(observation(72 * HOUR_MS + after, return_c=20.0)).vote is vote


def test_a_flush_ends_when_hot_water_has_come_round_and_at_the_latest_when_its_time_is_over() -> None:
    began = 72 * HOUR_MS
    mine = running(began, by="hygiene", demand=False, return_c=20.0)
    for now, return_c, vote in [
        (began + minutes(5) - 1, 20.0, Vote.RUN),
        (began + minutes(5), 20.0, Vote.ABSTAIN),
        (began + minutes(1), 25.0, Vote.ABSTAIN),
    ]:
        assert Hygiene().decide(observation(now, return_c=return_c, pump=mine)).vote is vote


def test_an_outage_of_days_is_made_up_by_one_run() -> None:
    before = Confirming(engine(Hygiene()))
    before.until(DAY_MS)
    kept = before.engine.snapshot()
    after = engine(Hygiene(), started_at=minutes(1))
    after.restore(kept, elapsed_ms=9 * DAY_MS)
    house = Confirming(after)
    house.until(2 * DAY_MS)
    # Without a sensor that could be trusted a run ends after two minutes, which is an exchange too.
    assert [end - start for start, end in house.runs] == [minutes(2)]
    assert after.diary.longest_still_ms >= 9 * DAY_MS


def test_the_ledger_survives_a_restart_and_a_damaged_file_is_an_empty_one() -> None:
    house = Confirming(engine(Hygiene(), Exercise()))
    house.until(4 * DAY_MS)
    first = house.engine
    again = engine(Hygiene(), started_at=77)
    again.restore(first.snapshot(), elapsed_ms=minutes(10))
    ago = first.now - first.diary.exchanged_at
    assert again.now - again.diary.exchanged_at == ago + minutes(10)
    assert again.diary.longest_still_ms == first.diary.longest_still_ms
    assert set(again.diary.served) == {"hygiene"}
    for damaged in (None, 3, {"served": {"x": [1]}, "moved_age_ms": "old", "fill_ms": float("nan")}):
        fresh = engine(Hygiene(), started_at=77)
        fresh.restore({"diary": damaged}, elapsed_ms=0)
        assert fresh.diary == Diary(77, 77)


# -- disinfection -------------------------------------------------------------------------------------------


def test_the_disinfection_runs_once_in_its_window_for_the_whole_of_its_time() -> None:
    job, three = Disinfection((SUNDAY_NIGHT,)), MONDAY + timedelta(days=6, hours=3)
    assert job.decide(observation(civil=three - timedelta(milliseconds=1))).vote is Vote.ABSTAIN
    assert job.decide(observation(DAY_MS, civil=three)).vote is Vote.RUN
    cut_short = Diary(served={"disinfection": Served(DAY_MS, DAY_MS + minutes(10))})
    done = Diary(served={"disinfection": Served(DAY_MS, DAY_MS + minutes(30))})
    later = DAY_MS + minutes(40)
    for diary, vote in [(cut_short, Vote.RUN), (done, Vote.ABSTAIN)]:
        civil = three + timedelta(minutes=40)
        assert job.decide(observation(later, civil=civil, diary=diary)).vote is vote


# -- who goes first -----------------------------------------------------------------------------------------

WANTS = {
    "freeze": Purpose.FROST,
    "person": Purpose.COMFORT,
    "exercise": Purpose.EXERCISE,
    "hygiene": Purpose.HYGIENE,
    "schedule": Purpose.COMFORT,
    "learned": Purpose.COMFORT,
}


def wanting(name: str) -> Says:
    one = Says(Vote.RUN, name=name, demand=name == "person")
    one.decision = replace(one.decision, purpose=WANTS[name])
    return one


def test_stop_and_latch_go_before_everything_and_frost_before_people_in_every_combination() -> None:
    names = list(WANTS)
    for stopped, latched, *wanted in product([False, True], repeat=2 + len(names)):
        voting = [name for name, wants in zip(names, wanted, strict=True) if wants]
        one = engine(*(wanting(name) for name in reversed(voting)))
        one.handle(PumpReport(0, on=False))
        if stopped:
            one.handle(StopRequest(seconds(30), "page"))
        one.supervisor.dry_runs = replace(one.supervisor.dry_runs, rounds=3 if latched else 0)
        # The last two are of one kind: of these the order of the configuration decides, here reversed.
        first = next((name for name in names[:4] if name in voting), voting[-1] if voting else "")
        step = one.handle(Tick(seconds(60)))
        assert step.decision.by == first
        by_person = first == "person"
        assert step.verdict.run is bool(voting and not latched and (not stopped or by_person))


def test_a_veto_silences_what_comes_after_it_but_not_frost() -> None:
    veto = Says(Vote.REST, name="veto")
    assert combine([veto, wanting("hygiene")], observation()).vote is Vote.REST
    assert combine([veto, wanting("hygiene"), wanting("freeze")], observation()).by == "freeze"


def test_a_manual_mode_hears_frost_and_exercise_but_no_hygiene() -> None:
    for name, vote in [("freeze", Vote.RUN), ("exercise", Vote.RUN), ("hygiene", Vote.REST)]:
        assert combine([wanting(name)], observation(mode=Mode.MANUAL)).vote is vote


def test_the_longest_run_of_all_ends_frost_too() -> None:
    one = engine(wanting("freeze"))
    one.handle(Tick(minutes(1)))
    one.handle(PumpReport(minutes(1), on=True))
    for minute in range(2, 31):
        one.handle(Reading(minutes(minute), "return", 2.0 + minute))
        one.handle(Tick(minutes(minute)))
    assert one.pump.run is not None
    assert not one.handle(Tick(minutes(31))).verdict.run


def test_a_decision_for_comfort_is_the_default() -> None:
    assert Decision(Vote.RUN, NOTHING).purpose is Purpose.COMFORT
    assert not Purpose.COMFORT.upkeep and PumpView().run is None
