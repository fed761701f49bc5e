"""When the pump will probably run next by itself."""

from datetime import UTC, timedelta

from controller.core.civil import Window
from controller.core.clock import HOUR_MS, MINUTE_MS
from controller.core.contracts import Strategy
from controller.core.events import ClockSynced, Mode, ModeChanged, Reading, Tick
from controller.core.plumbing import Plumbing, Topology
from controller.engine import Engine
from controller.safety.limits import Limits
from controller.safety.supervisor import LimitSupervisor
from controller.service.next_run import LEAST_CHANCE, NextRun
from controller.strategies.on_demand import OnDemand
from controller.strategies.predictive import Comfort, Predictive
from controller.strategies.ready_by import ReadyBy
from controller.strategies.timed import Timed

MONDAY_MS = 1_767_571_200_000  # 2026-01-05 00:00 UTC
PLUMBING = Plumbing("main", Topology.DEDICATED_RETURN, ("tap",), frozenset({"supply", "return"}))
DAYS = 10


def engine(*strategies: Strategy, quiet: tuple[Window, ...] = (), at_h: int = 4) -> Engine:
    made = Engine(
        PLUMBING,
        (OnDemand(), *strategies),
        LimitSupervisor(Limits(), 0),
        zone=UTC,
        shadows=(Predictive(),),
        quiet=quiet,
    )
    made.handle(ClockSynced(0, MONDAY_MS + at_h * HOUR_MS))
    return made


def habitual(comfort: Comfort, quiet: tuple[Window, ...] = ()) -> Engine:
    """Return a loop that has seen draws at 06:40 only, at three in the morning of the eleventh day."""
    made = engine(quiet=quiet, at_h=0)
    for day in range(DAYS):
        at = day * 24 * HOUR_MS
        for minute, value_c in (
            (300, 30.0),
            (398, 28.0),
            (400, 54.0),
            (420, 50.0),
            (600, 34.0),
            (1_200, 27.0),
        ):
            made.handle(Reading(at + minute * MINUTE_MS, "supply", value_c))
        made.handle(Tick(at + 23 * HOUR_MS))
    made.handle(Reading(DAYS * 24 * HOUR_MS + 3 * HOUR_MS, "supply", 22.0))
    made.strategies = (OnDemand(), Predictive(comfort, fill_ms=60_000))
    return made


def test_a_window_goes_by_the_clock() -> None:
    found = NextRun(engine(Timed((Window(360, 480),)))).look()
    assert found is not None
    assert (found.at.hour, found.at.minute, found.by, found.chance) == (6, 0, "timed", None)


def test_ready_by_runs_ahead_by_its_fill_time() -> None:
    found = NextRun(engine(ReadyBy((Window(410, 411),), fill_ms=180_000, margin_ms=120_000))).look()
    assert found is not None
    assert (found.at.hour, found.at.minute, found.by) == (6, 45, "ready_by")


def test_a_household_that_draws_at_twenty_to_seven_is_foreseen_with_a_chance() -> None:
    made = habitual(Comfort.LAVISH)
    civil = made.civil()
    found = NextRun(made).look()
    assert found is not None and civil is not None
    assert found.by == "predictive"
    assert timedelta() < found.at - civil < timedelta(hours=4)
    assert found.chance is not None
    assert LEAST_CHANCE <= found.chance <= 1.0


def test_a_chance_is_the_smaller_the_later_the_run() -> None:
    comfortable, lavish = (NextRun(habitual(one)).look() for one in (Comfort.COMFORTABLE, Comfort.LAVISH))
    assert lavish is not None and lavish.chance is not None
    assert comfortable is not None and comfortable.chance is not None
    assert comfortable.at >= lavish.at
    assert comfortable.chance <= lavish.chance


def test_nothing_is_foreseen_in_quiet_hours() -> None:
    found = NextRun(habitual(Comfort.LAVISH, quiet=(Window(0, 1_439),))).look()
    assert found is None


def test_nothing_is_foreseen_by_hand_or_without_a_clock() -> None:
    made = engine(Timed((Window(360, 480),)))
    made.handle(ModeChanged(1, Mode.MANUAL, "web page"))
    assert NextRun(made).look() is None
    clockless = Engine(PLUMBING, (Timed((Window(360, 480),)),), LimitSupervisor(Limits(), 0), zone=UTC)
    assert NextRun(clockless).look() is None
