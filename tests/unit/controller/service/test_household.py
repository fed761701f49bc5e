"""Days as people read them: litres, heat and cost from what the ledger counted."""

from datetime import UTC, datetime
from typing import Final

from controller.core.clock import MINUTE_MS
from controller.core.events import ClockSynced
from controller.core.plumbing import FixturePipe, Plumbing, Topology
from controller.engine import Engine
from controller.safety.limits import Limits
from controller.safety.supervisor import LimitSupervisor
from controller.service.household import days, supply_l, today
from controller.service.ledger import Day, Ledger
from controller.strategies.predictive import Predictive

NOON: Final = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


def books(*, loop_l: float | None = 10.0, clock: bool = True) -> tuple[Engine, Ledger]:
    pipes = () if loop_l is None else (FixturePipe("shower", loop_l),)
    plumbing = Plumbing("main", Topology.DEDICATED_RETURN, ("shower",), frozenset({"return"}), pipes=pipes)
    engine = Engine(plumbing, [Predictive()], LimitSupervisor(Limits(), 0))
    engine.handle(ClockSynced(1, round(NOON.timestamp() * 1000), trusted=clock))
    return engine, Ledger(engine)


def test_a_supply_whose_seconds_were_all_saved_saved_its_litres() -> None:
    engine, ledger = books()
    fill_s = ledger.fill_ms / 1000
    ledger.days = {"2026-01-05": Day(draws=2.0, cold_wait_s=2 * fill_s, wait_s=fill_s)}
    view = today(engine, ledger)
    assert view is not None and view == days(engine, ledger)[0]
    assert view.saved_l is not None
    assert [round(one, 6) for one in view.saved_l] == [9.0, 11.0], "one supply of the two, known to a tenth"


def test_longer_waits_than_without_a_pump_save_nothing_and_take_nothing() -> None:
    engine, ledger = books()
    ledger.days = {"2026-01-05": Day(draws=1.0, cold_wait_s=5.0, wait_s=20.0)}
    view = today(engine, ledger)
    assert view is not None and view.saved_l == (0.0, 0.0)


def test_an_undeclared_supply_is_as_wide_as_pumps_differ() -> None:
    engine, ledger = books(loop_l=None)
    minutes = ledger.fill_ms / MINUTE_MS
    assert supply_l(engine, ledger) == (3.0 * minutes, 8.0 * minutes)


def test_a_new_day_begins_at_nothing_and_without_a_clock_there_is_no_day() -> None:
    view = today(*books())
    assert view is not None and (view.date, view.runs, view.heat_kwh, view.saved_l) == (
        "2026-01-05",
        0,
        (0.0, 0.0),
        None,
    )
    assert today(*books(clock=False)) is None
