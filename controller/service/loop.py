"""One loop at work: its engine, its driver, its journal, and how it looks from outside."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import uuid4

from controller import hot_yet
from controller.core.civil import Window
from controller.core.clock import DAY_MS, HEARTBEAT_MS, HOUR_MS, SECOND_MS, Instant
from controller.core.contracts import Strategy
from controller.core.decision import Command
from controller.core.events import (
    PUMP,
    Acknowledged,
    ClockSynced,
    DeviceFound,
    Event,
    HotWaterRequest,
    LearningForgotten,
    LearningPaused,
    Mode,
    ModeChanged,
    PumpReport,
    Reading,
    StopRequest,
    StrategiesChanged,
    Tick,
)
from controller.core.leases import LeaseClass
from controller.core.observation import Observation
from controller.core.reason import Reason, ReasonCode
from controller.engine import Engine, Step
from controller.hot_yet import HotYet
from controller.mqtt.plant import MqttPlant
from controller.ports import Journal, Note, NoteKind, SnapshotStore
from controller.runtime import PLAUSIBLE_UTC, Clock, RealTimeDriver, Timers
from controller.service import household, ledger
from controller.service.next_run import NextRun
from controller.service.outlook import comfort_of, hot_now, next_window_at, threshold_of
from controller.views import (
    Answer,
    DayView,
    EnergyView,
    FaultView,
    HabitsView,
    HygieneView,
    LeaseView,
    LoopView,
    PumpState,
    RunView,
    TemperatureView,
)

STOOD_STILL_MS: Final = HEARTBEAT_MS + 5 * SECOND_MS
"""Whoever has not decided for longer stood still, and asks what became of the pump: nobody sleeps past a heartbeat."""
REMEMBERED_ANSWERS: Final = 256
"""So many wishes get the same answer when they are asked again."""
_PLAUSIBLE_UTC_MS: Final = round(PLAUSIBLE_UTC.timestamp() * 1000)


class LoopService:
    """Runs one loop. Every method is called in the event loop's thread, and none waits.

    Args:
        engine: The loop's engine.
        plant: Where its commands go.
        clock: What time it is.
        timers: The event loop.
        journal: Where facts are kept.
        snapshots: Where its state is kept across restarts.
        changed: Told after every event.
        failed: Told of a bug, after the pump was ordered off.
    """

    def __init__(
        self,
        engine: Engine,
        plant: MqttPlant,
        clock: Clock,
        timers: Timers,
        *,
        journal: Journal,
        snapshots: SnapshotStore,
        changed: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self.engine = engine
        self.name = engine.plumbing.name
        self._plant = plant
        self._clock = clock
        self._journal = journal
        self._snapshots = snapshots
        self._changed = changed
        self._answers: dict[str, Answer] = {}
        self._run_reason: Reason | None = None
        self._seen_off = False
        self._heard_at: Instant = 0
        self._last_order: Command | None = None
        self._hot_yet = HotYet(engine)
        self.ledger = ledger.Ledger(engine)
        self._next_run = NextRun(engine)
        self._driver = RealTimeDriver(engine, plant, clock, timers, stepped=self._stepped, failed=failed)

    def restore(self, utc_ms: int | None) -> None:
        """Take over the state from before the restart; call before ``start``.

        Args:
            utc_ms: The wall clock now; None while it is not trusted, so that no budget is forgiven.
        """
        snapshot = self._snapshots.load(self.name)
        if snapshot is None:
            return
        self.engine.restore(snapshot, elapsed_ms=_elapsed_ms(snapshot.get("utc_ms"), utc_ms))
        self._hot_yet.heat.restore(snapshot.get(hot_yet.KEY))
        self.ledger.restore(snapshot.get(ledger.KEY))

    def start(self) -> None:
        """Let the engine order the pump off and begin to decide."""
        self._journal.note(
            self.name, Note(self._clock.now(), NoteKind.STARTED_UP, Reason(ReasonCode.STARTED_UP), {})
        )
        self.post(Tick(self._clock.now()))

    def stop(self, code: ReasonCode = ReasonCode.SHUTDOWN) -> None:
        """Order the pump off and decide nothing more; safe to repeat, and after a failure."""
        if self._driver.stopped_by is None:
            pump = self.engine.pump
            self._seen_off = not pump.online or (pump.reported is False and not pump.commanded)
        self._last_order = self._driver.stop(code)

    def close_books(self) -> None:
        """Keep how it ended; call once, after ``stop``."""
        now, code = self._clock.now(), self._driver.stopped_by
        if self._last_order is not None:
            self._journal.command(self.name, self._last_order)
        for note in self._leave(now) if code is ReasonCode.SHUTDOWN else self._cut_off(now):
            self._journal.note(self.name, note)
        self._journal.note(self.name, Note(now, NoteKind.SHUT_DOWN, Reason(code or ReasonCode.SHUTDOWN), {}))

    def _leave(self, now: Instant) -> Iterable[Note]:
        notes = self.engine.leave(now)
        self._keep()
        return notes

    def _cut_off(self, now: Instant) -> Iterable[Note]:
        # The engine may be what failed: it is not asked again, and the state kept before the failure stays.
        run = self.engine.pump.run
        if run is not None:
            details: dict[str, str | int | float | bool | None] = {
                "by": run.by,
                "ran_ms": now - run.started_at,
            }
            yield Note(now, NoteKind.RUN_ENDED, Reason(ReasonCode.CONTROLLER_FAILED), details)

    @property
    def seen_off(self) -> bool:
        """Return whether the switch is known to be off after ``stop``, or cannot be waited for."""
        return self._seen_off

    def post(self, event: Event) -> Step | None:
        """Hand one event to the engine; a pump that is found (again) is asked for its state."""
        if isinstance(event, PumpReport) and event.live:
            self._seen_off = not event.on
            self._heard_at = event.at
        stood_still = event.at - self.engine.now > STOOD_STILL_MS
        step = self._driver.post(event)
        if stood_still or (isinstance(event, DeviceFound) and event.device == PUMP):
            self._plant.ask()
        return step

    def ask_after(self, silence_ms: int) -> None:
        """Ask the loop's devices for their state when its switch has said nothing for so long."""
        now = self._clock.now()
        if self.engine.pump.online and now - self._heard_at >= silence_ms:
            self._heard_at = now
            self._plant.ask()

    def sync_clock(self, utc_ms: int, *, trusted: bool) -> None:
        """Tell the engine what the wall clock says."""
        self.post(ClockSynced(self._clock.now(), utc_ms, trusted))

    # -- wishes ---------------------------------------------------------------------------------------------

    def preheat(
        self, *, fixture: str | None, duration_ms: int | None, who: str, request_id: str | None
    ) -> Answer:
        """Pass on a wish; asked again with the same id it gives the same answer and does nothing."""
        request_id = request_id or uuid4().hex
        known = self.answer_to(request_id)
        if known is not None:
            return known
        step = self.post(HotWaterRequest(self._clock.now(), request_id, who, fixture, duration_ms))
        answer = self._answer(request_id, step)
        self._answers[request_id] = answer
        if len(self._answers) > REMEMBERED_ANSWERS:
            del self._answers[next(iter(self._answers))]
        return answer

    def answer_to(self, request_id: str) -> Answer | None:
        """Return the answer that a wish got, or None when it is not known."""
        return self._answers.get(request_id)

    def _answer(self, request_id: str, step: Step | None) -> Answer:
        if step is None:
            return Answer(False, self.name, request_id, False, self._why_stopped)
        settled = [
            note.reason
            for note in step.notes
            if note.kind is NoteKind.REQUEST_SETTLED and note.details.get("request_id") == request_id
        ]
        refused = step.verdict.refused and step.verdict.final
        reason = settled[0] if settled else step.verdict.reason
        return Answer(not refused, self.name, request_id, step.verdict.run, reason)

    def stop_pump(self, *, who: str) -> Answer:
        """Stop at once; the lockout holds even while the switch cannot be reached."""
        if self.post(StopRequest(self._clock.now(), who)) is None:
            self.stop()  # nothing runs any more, and one OFF too many does no harm
            return Answer(True, self.name, "", False, self._why_stopped)
        left_s = self.engine.supervisor.limits.stop_lockout_ms // 1000
        reason = Reason.of(ReasonCode.STOPPED_BY_PERSON, who=who, left_s=left_s)
        return Answer(True, self.name, "", False, reason)

    @property
    def _why_stopped(self) -> Reason:
        return Reason(self._driver.stopped_by or ReasonCode.SHUTDOWN)

    def acknowledge(self, *, who: str) -> None:
        """Let go of every latch."""
        self.post(Acknowledged(self._clock.now(), who))

    def set_mode(self, mode: Mode, *, who: str) -> None:
        """Choose what the controller may do."""
        self.post(ModeChanged(self._clock.now(), mode, who))

    def adopt(self, strategies: tuple[Strategy, ...], quiet: tuple[Window, ...], *, who: str) -> None:
        """Decide by other strategies and quiet hours from now on."""
        self.post(StrategiesChanged(self._clock.now(), strategies, quiet, who))

    def pause_learning(self, *, paused: bool, who: str) -> None:
        """Stop learning habits, or go on."""
        self.post(LearningPaused(self._clock.now(), paused, who))

    def forget(self, *, who: str) -> None:
        """Forget the habits; the books of past days stay."""
        self.post(LearningForgotten(self._clock.now(), who))

    async def habits(self) -> HabitsView | None:
        """Return what was learned of the household; None where nothing is learned."""
        return await household.habits(self.engine, self.ledger)

    def days(self) -> tuple[DayView, ...]:
        """Return what each day brought, the oldest first."""
        return household.days(self.engine, self.ledger)

    def hygiene(self, wall_time: Callable[[Instant], datetime]) -> HygieneView:
        """Return how long water has stood; ``wall_time`` turns instants into dates."""
        engine, diary, now = self.engine, self.engine.diary, self._clock.now()
        return HygieneView(
            # Nothing but an exchange has ended a standstill.
            exchanged_at=wall_time(diary.exchanged_at) if diary.longest_still_ms else None,
            still_s=max(0, now - diary.exchanged_at) / SECOND_MS,
            longest_still_s=max(diary.longest_still_ms, now - diary.exchanged_at) / SECOND_MS,
            drawn_at=self.ledger.draw.date(wall_time),
            off_h=(DAY_MS - engine.supervisor.marks.ran_ms(now)) / HOUR_MS,
            hot_return_at=self.ledger.hot_return.date(wall_time),
        )

    def today(self) -> DayView | None:
        """Return what today brought so far; None while the clock is not set."""
        return household.today(self.engine, self.ledger)

    # -- after every event ----------------------------------------------------------------------------------

    def _stepped(self, event: Event, step: Step) -> None:
        drawn = self.ledger.look(step, lambda: self._hot_yet.views(self.engine.now))
        self._hot_yet.look(event)
        for command in step.commands:
            self._journal.command(self.name, command)
        for note in (*step.notes, *drawn):
            self._journal.note(self.name, note)
            if note.kind is NoteKind.RUN_STARTED:
                self._run_reason = note.reason
        if step.notes:
            self._keep()
        if isinstance(event, Reading) and event.live:
            self._journal.reading(self.name, event.sensor, event.at, event.value_c)
        self._changed()

    def _keep(self) -> None:
        learned = {hot_yet.KEY: self._hot_yet.heat.snapshot(), ledger.KEY: self.ledger.snapshot()}
        self._snapshots.save(self.name, self.engine.snapshot() | learned)

    # -- as seen from outside -------------------------------------------------------------------------------

    def view(self, wall_time: Callable[[Instant], datetime]) -> LoopView:
        """Return the loop at this moment; ``wall_time`` turns instants into dates."""
        engine, step = self.engine, self.engine.last_step
        pump = engine.pump
        known = {True: PumpState.ON, False: PumpState.OFF, None: PumpState.UNKNOWN}
        observation = replace(engine.observe(), now=self._clock.now())
        return LoopView(
            name=self.name,
            topology=engine.plumbing.topology,
            fixtures=engine.plumbing.fixtures,
            pump=known[pump.reported],
            commanded=pump.commanded,
            pump_online=pump.online,
            temperatures=self._temperatures(observation),
            run=self._run(wall_time),
            reason=self._reason(),
            by=step.decision.by if step and not step.verdict.refused else "",
            waiting=tuple(request.who for request in engine.wishes.open) if pump.run is None else (),
            strategies=tuple(strategy.name for strategy in engine.strategies),
            faults=tuple(
                FaultView(code.value, wall_time(fault.since), fault.reason)
                for code, fault in engine.faults.items()
            ),
            lease=self._lease(),
            power_w=engine.evidence.power_w,
            hot=hot_now(engine.strategies, observation),
            next_window_at=next_window_at(engine.strategies, engine.civil()),
            estimates=self._hot_yet.views(observation.now),
            next_run=self._next_run.look(),
            comfort=comfort_of(engine.strategies),
            threshold=threshold_of(engine.strategies),
        )

    @property
    def energy(self) -> EnergyView | None:
        """Return what energy says to automatic runs; None where it has no say."""
        engine, now = self.engine, self._clock.now()
        if engine.gate is None:
            return None
        civil = engine.civil()
        return EnergyView(
            engine.gate.price(engine.energy, now, civil),
            engine.energy.surplus_now(now),
            engine.gate.shut(engine.energy, now, civil),
        )

    def _lease(self) -> LeaseView:
        evidence, now = self.engine.evidence, self.engine.now
        unattended = evidence.unattended(now)
        warning = None
        if evidence.terms.lease_class is LeaseClass.C:
            warning = Reason(ReasonCode.AUTO_OFF_CONSENTED if unattended else ReasonCode.NO_AUTO_OFF)
        return LeaseView(evidence.terms.lease_class, evidence.verified(now), unattended, warning)

    @property
    def troubles(self) -> tuple[Reason, ...]:
        """Return what keeps the loop from working, gravest first; empty when it works."""
        stopped = (self._why_stopped,) if self._driver.stopped_by is not None else ()
        offline = () if self.engine.pump.online else (Reason(ReasonCode.PUMP_OFFLINE),)
        return (*stopped, *(fault.reason for fault in self.engine.faults.values()), *offline)

    def _reason(self) -> Reason:
        if self._driver.stopped_by is not None:
            return self._why_stopped
        step = self.engine.last_step
        if step is None:
            return Reason(ReasonCode.STARTED_UP)
        return _aged(step.verdict.reason, self._clock.now() - self.engine.now)

    def _temperatures(self, observation: Observation) -> tuple[TemperatureView, ...]:
        now = observation.now
        return tuple(
            TemperatureView(
                role,
                sample.value_c if sample else None,
                max(0, now - sample.at) / 1000 if sample and sample.live else None,
                observation.value(role) is not None,
            )
            for role in sorted(self.engine.plumbing.sensors)
            for sample in (self.engine.readings.get(role),)
        )

    def _run(self, wall_time: Callable[[Instant], datetime]) -> RunView | None:
        run, asked = self.engine.pump.run, self.engine.started_by
        if run is None or self._run_reason is None:
            return None
        return RunView(
            wall_time(run.started_at),
            max(0, self._clock.now() - run.started_at) / 1000,
            run.by,
            asked.who if asked else None,
            asked.fixture if asked else None,
            self._run_reason,
        )


def _elapsed_ms(then: object, now: int | None) -> int | None:
    """Return how long ago a snapshot was taken; None when either clock cannot be believed."""
    if now is None or not isinstance(then, int) or not _PLAUSIBLE_UTC_MS <= then <= now:
        return None
    return now - then


def _aged(reason: Reason, passed_ms: int) -> Reason:
    """Return a reason as it reads some time after it was given: what was left has become less."""
    passed_s = max(0, passed_ms) // SECOND_MS
    return Reason(
        reason.code,
        tuple(
            (name, max(0, value - passed_s) if name == "left_s" and isinstance(value, int) else value)
            for name, value in reason.values
        ),
    )
