"""Every reason that the controller can give is given somewhere, is named by a test, and can be said in both languages."""

from pathlib import Path

import pytest

from controller.core.civil import Window
from controller.core.clock import HOUR_MS
from controller.core.decision import Decision
from controller.core.diary import Diary, Served
from controller.core.events import (
    Acknowledged,
    LearningForgotten,
    LearningPaused,
    Mode,
    ModeChanged,
    PumpReport,
    Reading,
    StrategiesChanged,
)
from controller.core.forecast import Forecast
from controller.core.outlook import LoopEstimate, Outlook
from controller.core.reason import Reason, ReasonCode
from controller.engine import Engine
from controller.safety.dry_run import DryRuns
from controller.safety.limits import Limits
from controller.safety.response import Responses
from controller.safety.supervisor import LimitSupervisor
from controller.strategies.aquastat import Aquastat
from controller.strategies.arrival import StopRule
from controller.strategies.disinfection import Disinfection
from controller.strategies.freeze import Freeze
from controller.strategies.hygiene import Hygiene
from controller.strategies.on_demand import OnDemand
from controller.strategies.predictive import Predictive
from tests.builders import (
    COLD_LOOP,
    MONDAY,
    Says,
    engine,
    minutes,
    observation,
    request,
    running,
    seconds,
    wants_run,
)

TESTS = Path(__file__).parents[1]
PRODUCT = TESTS.parent


def text_of(*folders: Path) -> str:
    files = (file for folder in folders for file in folder.rglob("*.py") if file.name != "reason.py")
    return "\n".join(file.read_text("utf-8") for file in files)


@pytest.fixture(scope="module")
def tests() -> str:
    return text_of(TESTS)


@pytest.fixture(scope="module")
def product() -> str:
    return text_of(*(PRODUCT / name for name in ("controller", "simulator", "api")))


@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_is_given_somewhere_and_named_by_a_test(
    code: ReasonCode, tests: str, product: str
) -> None:
    assert f"ReasonCode.{code.name}" in product
    assert f"ReasonCode.{code.name}" in tests or f'"{code.value}"' in tests


def said(reason: Reason) -> ReasonCode:
    """Return a reason's code, once it has been said in both languages."""
    assert reason.sentence("en") and reason.sentence("zh")
    return reason.code


def by(name: str, since: int = 0, **lowest_c: float) -> object:
    return running(since, by=name, demand=False, **lowest_c)


def test_a_cold_pipe_that_is_warm_enough_ends_a_run() -> None:
    view = observation(minutes(1), plumbing=COLD_LOOP, cold_line_c=38.0, pump=running(0, cold_line_c=37.0))
    reason = StopRule().arrived(view)
    assert reason is not None and said(reason) is ReasonCode.COLD_LINE_WARM


def test_an_aquastat_says_that_it_heats_on_within_its_deadband() -> None:
    view = observation(minutes(1), return_c=39.0, pump=by("aquastat"))
    assert said(Aquastat().decide(view).reason) is ReasonCode.WITHIN_DEADBAND


def test_frost_says_when_it_is_over_and_when_it_pauses() -> None:
    over = observation(minutes(5), return_c=8.0, pump=by("freeze"), diary=Diary(served={"freeze": Served(0)}))
    assert said(Freeze().decide(over).reason) is ReasonCode.FROST_OVER
    pause = observation(minutes(40), return_c=2.0, diary=Diary(served={"freeze": Served(0, minutes(30))}))
    assert said(Freeze().decide(pause).reason) is ReasonCode.FROST_PAUSE


def test_hygiene_and_disinfection_say_when_they_are_done() -> None:
    flush = Hygiene(still_ms=HOUR_MS)
    view = observation(2 * HOUR_MS, return_c=20.0, pump=by("hygiene", 2 * HOUR_MS - flush.flush_ms))
    assert said(flush.decide(view).reason) is ReasonCode.FLUSHED
    once = Disinfection((Window(0, 600),), run_ms=minutes(10))
    done = observation(
        minutes(30),
        civil=MONDAY.replace(minute=30),
        diary=Diary(served={"disinfection": Served(0, minutes(10))}),
    )
    assert said(once.decide(done).reason) is ReasonCode.DISINFECTED


def foreseen(
    loop: LoopEstimate, *, now: int = minutes(60), cold: bool = False, **changes: object
) -> Decision:
    outlook = Outlook(loop, Forecast(now, (0.5,) * 36), changes_at=now + minutes(2))
    readings = {"cold_line_c": 20.0} if cold else {"return_c": 20.0}
    plumbing = {"plumbing": COLD_LOOP} if cold else {}
    view = observation(now, civil=MONDAY, outlook=outlook, **plumbing, **readings, **changes)
    return Predictive().decide(view)


def test_the_predictive_strategy_says_what_its_runs_wait_for() -> None:
    goes_on = by("predictive", minutes(60) - seconds(20))
    told = {
        ReasonCode.FILLING_FIRST: foreseen(LoopEstimate(awaits_front=True), pump=goes_on),
        ReasonCode.FILLING: foreseen(LoopEstimate(fill_ms=seconds(40)), pump=goes_on),
        ReasonCode.SUPPLY_FILLED: foreseen(LoopEstimate(fill_ms=seconds(20)), pump=goes_on),
        ReasonCode.NOTHING_CAME: foreseen(LoopEstimate(tried_until=minutes(70))),
        ReasonCode.CROSSOVER_SHUT: foreseen(LoopEstimate(filled_c=38.0), cold=True),
    }
    assert {code: said(decision.reason) for code, decision in told.items()} == {code: code for code in told}


def noted(one: Engine, event: object) -> list[ReasonCode]:
    return [said(note.reason) for note in one.handle(event).notes]  # type: ignore[arg-type]


def test_what_people_and_switches_do_is_noted_with_its_reason() -> None:
    one = engine(Says())
    assert noted(one, ModeChanged(1, Mode.MANUAL, "web page")) == [ReasonCode.MODE_CHOSEN]
    assert noted(one, Acknowledged(2, "web page")) == [ReasonCode.ACKNOWLEDGED]
    one.handle(PumpReport(3, on=False))
    assert ReasonCode.SWITCHED_ELSEWHERE in noted(one, PumpReport(4, on=True))


def test_what_the_householder_changes_is_noted_with_its_reason() -> None:
    one = engine(Predictive())
    changed = StrategiesChanged(1, (Predictive(),), (), "web page")
    assert noted(one, changed) == [ReasonCode.SETTINGS_CHANGED]
    assert noted(one, LearningPaused(2, True, "web page")) == [ReasonCode.LEARNING_PAUSED]
    assert noted(one, LearningPaused(3, False, "web page")) == [ReasonCode.LEARNING_RESUMED]
    assert noted(one, LearningForgotten(4, "web page")) == [ReasonCode.LEARNING_FORGOTTEN]


def test_an_auto_off_that_came_too_soon_is_noted_and_no_persons_stop() -> None:
    one = engine(OnDemand())
    one.handle(request(minutes(2)))
    one.handle(PumpReport(minutes(2) + 1, on=True))
    late = PumpReport(minutes(2) + seconds(90), on=False, by_timer=True)
    assert ReasonCode.LEASE_LAPSED in noted(one, late)


def test_the_supervisor_says_what_a_failed_run_makes_it_wait_for() -> None:
    for name, memory, code in (
        ("dry_runs", DryRuns(1, 0, minutes(10)), ReasonCode.DRY_PAUSE),
        ("responses", Responses(1, minutes(10)), ReasonCode.NO_RESPONSE_PAUSE),
    ):
        supervisor = LimitSupervisor(Limits(), 0)
        setattr(supervisor, name, memory)
        verdict = supervisor.review(observation(minutes(10) + 1, return_c=20.0), wanted=wants_run())
        assert not verdict.run
        assert said(verdict.reason) is code


def test_a_sensor_that_reports_too_rarely_is_told() -> None:
    one = engine(Says())
    for number in range(6):
        one.handle(Reading(minutes(9 * number), "return", 20.0))
    assert ReasonCode.SENSOR_TOO_SLOW in one.faults
    assert said(one.faults[ReasonCode.SENSOR_TOO_SLOW].reason) is ReasonCode.SENSOR_TOO_SLOW
