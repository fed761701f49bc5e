"""One loop at work, with a tabletop clock and fakes of its ports."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from controller.core.decision import Command
from controller.core.events import PUMP, DeviceFound, DeviceLost, Mode, PumpReport, Reading, Tick
from controller.core.leases import LeaseClass
from controller.core.reason import ReasonCode
from controller.ports import Note, NoteKind
from controller.runtime import PLAUSIBLE_UTC
from controller.service.loop import REMEMBERED_ANSWERS, LoopService
from controller.strategies.on_demand import OnDemand
from controller.views import PumpState
from tests.builders import RecordingPlant, engine, minutes, seconds
from tests.twin.test_twin import TabletopTime

NOW_UTC_MS = round(PLAUSIBLE_UTC.timestamp() * 1000) + minutes(1_000)


class Plant(RecordingPlant):
    """A plant that can be asked, and that can break."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.broken = False

    def ask(self) -> None:
        self.asked += 1

    def actuate(self, command: Command, /) -> None:
        super().actuate(command)
        if self.broken:
            raise OSError("the wire is cut")


class Keeper:
    """A journal and a snapshot store in memory."""

    def __init__(self, kept: Mapping[str, object] | None = None) -> None:
        self.notes: list[Note] = []
        self.commands: list[Command] = []
        self.readings: list[float] = []
        self.kept = kept

    def note(self, loop: str, note: Note, /) -> None:
        self.notes.append(note)

    def command(self, loop: str, command: Command, /) -> None:
        self.commands.append(command)

    def reading(self, loop: str, sensor: str, at: int, value_c: float, /) -> None:
        self.readings.append(value_c)

    def save(self, loop: str, snapshot: Mapping[str, object], /) -> None:
        self.kept = snapshot

    def load(self, loop: str, /) -> Mapping[str, object] | None:
        return self.kept


class Bench:
    """A loop service on the table: ``at`` lets time pass, ``ready`` brings it to where a wish starts the pump."""

    def __init__(self, kept: Mapping[str, object] | None = None) -> None:
        self.time, self.plant, self.keeper = TabletopTime(), Plant(), Keeper(kept)
        self.failures: list[Exception] = []
        self.loop = LoopService(
            engine(OnDemand()),
            self.plant,  # type: ignore[arg-type]  # a fake with the same two methods
            self.time,
            self.time,
            journal=self.keeper,
            snapshots=self.keeper,
            changed=lambda: None,
            failed=self.failures.append,
        )

    def at(self, ms: int) -> int:
        self.time.run_until(ms / 1000)
        self.time.now_s = ms / 1000
        return ms

    def ready(self) -> "Bench":
        self.loop.start()
        self.loop.post(PumpReport(self.at(seconds(1)), on=False))
        self.loop.post(Reading(self.at(seconds(119)), "return", 20.0))
        self.at(seconds(120))
        return self

    def wish(self, request_id: str | None = None) -> object:
        return self.loop.preheat(fixture="shower", duration_ms=None, who="page", request_id=request_id)

    def kinds(self) -> list[NoteKind]:
        return [note.kind for note in self.keeper.notes]

    def on(self) -> int:
        return sum(command.run for command in self.plant.commands)


# -- wishes -------------------------------------------------------------------------------------------------


def test_the_same_wish_asked_again_gets_the_same_answer_and_does_nothing() -> None:
    bench = Bench().ready()
    first = bench.wish("a")
    noted = len(bench.keeper.notes)
    bench.at(seconds(121))
    assert bench.wish("a") is first and len(bench.keeper.notes) == noted and bench.on() == 1
    assert bench.loop.answer_to("a") is first and bench.loop.answer_to("b") is None


def test_wishes_without_an_id_are_different_wishes() -> None:
    bench = Bench().ready()
    assert bench.wish().request_id != bench.wish().request_id  # type: ignore[attr-defined]


def test_old_answers_are_forgotten_one_by_one() -> None:
    bench = Bench().ready()
    for number in range(REMEMBERED_ANSWERS + 1):
        bench.wish(str(number))
    assert bench.loop.answer_to("0") is None
    assert bench.loop.answer_to("1") is not None and bench.loop.answer_to(str(REMEMBERED_ANSWERS)) is not None


def test_an_answer_says_whether_the_wish_runs_waits_is_met_or_is_refused() -> None:
    early = Bench()
    early.loop.start()
    waits = early.wish()
    assert (waits.accepted, waits.running, waits.reason.code) == (True, False, ReasonCode.JUST_STARTED_UP)  # type: ignore[attr-defined]
    runs = Bench().ready().wish()
    assert (runs.accepted, runs.running, runs.reason.code) == (True, True, ReasonCode.REQUESTED)  # type: ignore[attr-defined]
    warm = Bench().ready()
    warm.loop.post(Reading(seconds(124), "return", 45.0))
    met = warm.wish()
    assert (met.accepted, met.running, met.reason.code) == (True, False, ReasonCode.ALREADY_HOT)  # type: ignore[attr-defined]
    off = Bench().ready()
    off.loop.set_mode(Mode.OFF, who="page")
    no = off.wish()
    assert (no.accepted, no.running, no.reason.code) == (False, False, ReasonCode.MODE_OFF)  # type: ignore[attr-defined]


# -- the end ------------------------------------------------------------------------------------------------


def test_the_end_orders_off_closes_the_run_answers_the_wish_and_keeps_the_state() -> None:
    bench = Bench().ready()
    bench.wish()
    bench.at(seconds(140))
    bench.loop.stop()
    bench.loop.close_books()
    assert not bench.plant.commands[-1].run and bench.keeper.commands[-1] == bench.plant.commands[-1]
    assert bench.kinds()[-3:] == [NoteKind.RUN_ENDED, NoteKind.REQUEST_SETTLED, NoteKind.SHUT_DOWN]
    assert bench.keeper.notes[-3].details["ran_ms"] == seconds(20)
    assert bench.keeper.kept is not None
    assert bench.keeper.kept["supervisor"]["runs_age_ms"] == [[seconds(20), 0]]  # type: ignore[index]
    assert bench.keeper.kept["supervisor"]["running_age_ms"] is None  # type: ignore[index]


def test_after_a_failure_the_history_says_so_and_the_state_before_it_is_kept() -> None:
    bench = Bench().ready()
    bench.wish()
    bench.at(seconds(140))
    kept = bench.keeper.kept
    bench.loop.stop(ReasonCode.CONTROLLER_FAILED)
    bench.loop.stop()
    bench.loop.close_books()
    ended = bench.keeper.notes[-2:]
    assert [note.kind for note in ended] == [NoteKind.RUN_ENDED, NoteKind.SHUT_DOWN]
    assert {note.reason.code for note in ended} == {ReasonCode.CONTROLLER_FAILED}
    assert bench.keeper.kept is kept
    assert bench.loop.troubles[0].code is ReasonCode.CONTROLLER_FAILED


def test_a_plant_that_raises_ends_in_one_failure_and_no_more_runs() -> None:
    bench = Bench().ready()
    bench.plant.broken = True
    answer = bench.wish()
    assert len(bench.failures) == 1
    assert (answer.accepted, answer.reason.code) == (False, ReasonCode.CONTROLLER_FAILED)  # type: ignore[attr-defined]
    bench.loop.stop()
    bench.loop.close_books()


def test_a_stop_while_closing_is_heeded_with_one_more_off_and_a_wish_is_refused_truthfully() -> None:
    bench = Bench().ready()
    bench.wish()
    bench.loop.stop()
    sent = len(bench.plant.commands)
    stopped = bench.loop.stop_pump(who="page")
    assert stopped.accepted and stopped.reason.code is ReasonCode.SHUTDOWN
    assert [command.run for command in bench.plant.commands[sent:]] == [False]
    refused = bench.wish()
    assert (refused.accepted, refused.running, refused.reason.code) == (False, False, ReasonCode.SHUTDOWN)  # type: ignore[attr-defined]
    assert bench.on() == 1


def test_a_pump_at_rest_or_out_of_reach_is_not_waited_for() -> None:
    rests, lost = Bench().ready(), Bench().ready()
    lost.loop.post(DeviceLost(seconds(120), PUMP))
    for bench in (rests, lost):
        bench.loop.stop()
        assert bench.loop.seen_off


def test_a_pump_that_was_just_ordered_on_is_waited_for_until_it_says_off() -> None:
    bench = Bench().ready()
    bench.wish()
    bench.loop.stop()
    assert not bench.loop.seen_off, "the OFF from before the run is no news"
    bench.loop.stop()
    bench.loop.post(PumpReport(seconds(120), on=False, live=False))
    assert not bench.loop.seen_off
    bench.loop.post(PumpReport(seconds(120), on=False))
    assert bench.loop.seen_off


# -- devices ------------------------------------------------------------------------------------------------


def test_a_pump_that_is_found_is_asked_for_its_state_and_other_devices_are_not() -> None:
    bench = Bench().ready()
    bench.loop.post(DeviceFound(seconds(120), "return_pipe"))
    bench.loop.post(DeviceLost(seconds(120), PUMP))
    assert bench.plant.asked == 0
    for asked in (1, 2):
        bench.loop.post(DeviceFound(seconds(120), PUMP))
        assert bench.plant.asked == asked


def test_a_switch_that_has_said_nothing_for_a_minute_is_asked_and_one_that_spoke_is_not() -> None:
    bench = Bench().ready()
    bench.loop.post(DeviceFound(seconds(120), PUMP))
    bench.loop.post(PumpReport(bench.at(seconds(130)), on=False))
    asked = bench.plant.asked
    for second, more in ((189, 0), (190, 1), (240, 1), (250, 2)):
        bench.at(seconds(second))
        bench.loop.ask_after(seconds(60))
        assert bench.plant.asked == asked + more, second
    bench.loop.post(DeviceLost(bench.at(seconds(400)), PUMP))
    bench.loop.ask_after(seconds(60))
    assert bench.plant.asked == asked + 2, "who cannot be reached is not asked"


def test_an_unreachable_pump_is_a_trouble_until_it_is_back() -> None:
    bench = Bench().ready()
    bench.loop.post(DeviceLost(seconds(120), PUMP))
    assert ReasonCode.PUMP_OFFLINE in [reason.code for reason in bench.loop.troubles]
    bench.loop.post(DeviceFound(seconds(121), PUMP))
    assert ReasonCode.PUMP_OFFLINE not in [reason.code for reason in bench.loop.troubles]


# -- across restarts ----------------------------------------------------------------------------------------


def kept_by_a_run_cut_off(utc_ms: object) -> Mapping[str, object]:
    return {"utc_ms": utc_ms, "supervisor": {"running_age_ms": 0, "blind": False}}


@pytest.mark.parametrize(
    ("then", "now", "counted_s"),
    [
        (NOW_UTC_MS - seconds(90), NOW_UTC_MS, 90),
        (NOW_UTC_MS, NOW_UTC_MS, 0),
        (NOW_UTC_MS + 1, NOW_UTC_MS, 1_800),
        (NOW_UTC_MS - seconds(90), None, 1_800),
        (None, NOW_UTC_MS, 1_800),
        ("noon", NOW_UTC_MS, 1_800),
        (0, NOW_UTC_MS, 1_800),
    ],
    ids=[
        "ordinary",
        "at once",
        "from the future",
        "no clock now",
        "no clock then",
        "garbage",
        "clock was wrong",
    ],
)
def test_no_budget_is_forgiven_for_a_clock_that_cannot_be_believed(
    then: object, now: int | None, counted_s: int
) -> None:
    bench = Bench(kept_by_a_run_cut_off(then))
    bench.loop.restore(now)
    assert bench.loop.engine.supervisor.marks.ran_ms(0) == seconds(counted_s)


def test_a_mode_survives_and_a_first_start_needs_no_snapshot() -> None:
    bench = Bench().ready()
    bench.loop.set_mode(Mode.MANUAL, who="page")
    again = Bench(bench.keeper.kept)
    again.loop.restore(None)
    assert again.loop.engine.mode is Mode.MANUAL
    fresh = Bench()
    fresh.loop.restore(NOW_UTC_MS)
    assert fresh.loop.engine.mode is Mode.AUTO


# -- as seen from outside -----------------------------------------------------------------------------------


def wall(instant: int) -> datetime:
    return datetime(2026, 6, 1, tzinfo=UTC) + timedelta(milliseconds=instant)


def test_the_view_counts_down_what_is_left_between_events() -> None:
    bench = Bench()
    bench.loop.start()
    bench.wish()
    for passed_s, left_s in [(0, 60), (1, 59), (25, 35), (59, 1)]:
        bench.time.now_s = passed_s
        assert dict(bench.loop.view(wall).reason.values)["left_s"] == left_s


def test_the_view_shows_the_run_who_asked_and_how_long_it_has_run() -> None:
    bench = Bench().ready()
    assert bench.loop.view(wall).run is None
    bench.wish()
    bench.time.now_s = 127.5
    run = bench.loop.view(wall).run
    assert run is not None
    assert (run.who, run.fixture, run.by, run.elapsed_s) == ("page", "shower", "on_demand", 7.5)
    assert run.started_at == wall(seconds(120)) and run.reason.code is ReasonCode.REQUESTED


def test_the_view_never_says_off_before_the_switch_has_said_it() -> None:
    bench = Bench()
    assert bench.loop.view(wall).pump is PumpState.UNKNOWN
    assert bench.loop.view(wall).reason.code is ReasonCode.STARTED_UP
    bench.ready()
    assert bench.loop.view(wall).pump is PumpState.OFF
    bench.loop.post(DeviceLost(seconds(120), PUMP))
    assert bench.loop.view(wall).pump is PumpState.UNKNOWN


def test_a_temperature_turns_stale_on_the_page_when_it_does_not_at_the_next_event() -> None:
    bench = Bench().ready()
    for now_s, fresh in [(119 + 60, True), (119 + 60.001, False)]:
        bench.time.now_s = now_s
        shown = {one.sensor: one for one in bench.loop.view(wall).temperatures}
        assert shown["return"].fresh is fresh
    assert shown["supply"].value_c is None and shown["supply"].age_s is None


def test_after_the_end_the_view_says_why_nothing_runs() -> None:
    bench = Bench().ready()
    bench.loop.stop()
    assert bench.loop.view(wall).reason.code is ReasonCode.SHUTDOWN


def test_only_live_readings_are_kept() -> None:
    bench = Bench().ready()
    bench.loop.post(Reading(seconds(120), "return", 50.0, live=False))
    assert bench.keeper.readings == [20.0]


def test_a_quiet_tick_writes_no_snapshot() -> None:
    bench = Bench().ready()
    bench.keeper.kept = None
    bench.loop.post(Tick(seconds(121)))
    assert bench.keeper.kept is None


def test_a_switch_without_an_auto_off_is_warned_of_in_either_case() -> None:
    for consent, code in ((True, ReasonCode.AUTO_OFF_CONSENTED), (False, ReasonCode.NO_AUTO_OFF)):
        bench = Bench()
        evidence = bench.loop.engine.evidence
        terms = replace(evidence.terms, lease_class=LeaseClass.C, consent=consent)
        bench.loop.engine.evidence = replace(evidence, terms=terms)
        warning = bench.loop.view(lambda _: datetime(2026, 6, 1, tzinfo=UTC)).lease.warning
        assert warning is not None and warning.code is code
        assert warning.sentence("en") and warning.sentence("zh")
