from datetime import UTC

from controller.core.clock import HOUR_MS
from controller.core.events import (
    ClockSynced,
    HotWaterRequest,
    LearningForgotten,
    LearningPaused,
    Reading,
    StrategiesChanged,
    Tick,
)
from controller.core.plumbing import Plumbing, Topology
from controller.engine import Engine
from controller.ports import Note, NoteKind
from controller.safety.limits import Limits
from controller.safety.supervisor import LimitSupervisor
from controller.service.ledger import Ledger
from controller.strategies.on_demand import OnDemand
from controller.strategies.predictive import Comfort, Predictive

MONDAY_MS = 1_767_571_200_000  # 2026-01-05 00:00 UTC
PLUMBING = Plumbing("main", Topology.DEDICATED_RETURN, ("tap",), frozenset({"supply", "return"}))


def engine() -> Engine:
    """Return an engine that learns and, so that its own runs hide no draw, does not act by it."""
    supervisor = LimitSupervisor(Limits(), 0)
    made = Engine(PLUMBING, (OnDemand(),), supervisor, zone=UTC, shadows=(Predictive(),))
    made.handle(ClockSynced(0, MONDAY_MS + 7 * HOUR_MS))
    return made


def drawn(made: Engine, times: int) -> None:
    """Let the pipe cool and jump, as when somebody draws, once an hour."""
    for _ in range(times):
        at = made.now
        for minute, value_c in ((1, 54.0), (10, 52.0), (40, 44.0), (50, 43.0), (51, 54.0)):
            made.handle(Reading(at + minute * 60_000, "supply", value_c))
        made.handle(Tick(at + HOUR_MS))


def rates(made: Engine) -> list[float]:
    assert made.foresight is not None
    return [made.foresight.hazard.habits.rate(0, slot) for slot in range(96)]


def test_a_draw_is_counted_and_learned() -> None:
    made = engine()
    drawn(made, 5)
    assert made.foresight is not None and made.foresight.draws >= 3


def test_while_learning_is_paused_habits_stay_as_they_are_also_across_a_restart() -> None:
    made = engine()
    made.handle(LearningPaused(1, True, "web page"))
    before = made.snapshot()["foresight"]
    drawn(made, 5)
    assert isinstance(before, dict)
    after = made.snapshot()["foresight"]
    assert isinstance(after, dict)
    assert before["habits"]["habits"] == after["habits"]["habits"]
    again = engine()
    again.restore(made.snapshot())
    assert again.foresight is not None and again.foresight.paused
    again.handle(LearningPaused(2, False, "web page"))
    assert not again.foresight.paused


def test_forgetting_leaves_a_household_that_nobody_knows_and_the_pipes() -> None:
    fresh, made = engine(), engine()
    assert made.foresight is not None
    drawn(made, 5)
    made.foresight.heat.coolings["supply"].tau_ms = 1.5e6
    step = made.handle(LearningForgotten(made.now, "web page"))
    assert rates(made) == rates(fresh)
    assert made.foresight.heat.coolings["supply"].tau_ms == 1.5e6
    assert [note.kind for note in step.notes] == [NoteKind.LEARNING]


def test_another_schedule_takes_effect_at_once_and_loosens_no_limit() -> None:
    made = engine()
    made.handle(HotWaterRequest(1, "a", "button"))
    made.handle(StrategiesChanged(2, (OnDemand(), Predictive(Comfort.LAVISH)), (), "web page"))
    limits = made.supervisor.limits
    assert made.strategies[1] == Predictive(Comfort.LAVISH)
    assert limits == Limits()


def test_the_ledger_keeps_draws_and_forecasts_across_a_restart() -> None:
    made = engine()
    ledger = Ledger(made)
    notes: list[Note] = []
    for _ in range(6):
        at = made.now
        for minute, value_c in ((1, 54.0), (10, 52.0), (40, 44.0), (50, 43.0), (51, 54.0)):
            step = made.handle(Reading(at + minute * 60_000, "supply", value_c))
            notes += ledger.look(step, lambda: ())
    assert {note.kind for note in notes} == {NoteKind.DRAWN}
    assert len(notes) == ledger.days["2026-01-05"].draws
    day = ledger.days["2026-01-05"]
    assert day.draws >= 3
    assert sum(row[0] for row in ledger.foretold) >= 3
    again = Ledger(made)
    again.restore(ledger.snapshot())
    assert again.snapshot() == ledger.snapshot()


def test_a_damaged_ledger_is_left_out() -> None:
    ledger = Ledger(engine())
    for damaged in (None, 3, {"days": {"2026-01-05": [1, "x"]}, "foretold": [[1]], "runs": [-1]}):
        ledger.restore(damaged)
    assert ledger.days == {}
    assert ledger.runs == 0.0
