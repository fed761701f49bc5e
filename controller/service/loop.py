"""One loop at work: its engine, its driver, its journal, and how it looks from outside."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from controller.core.clock import Instant
from controller.core.events import (
    ClockSynced,
    Event,
    HotWaterRequest,
    Mode,
    ModeChanged,
    PumpReport,
    Reading,
    StopRequest,
    Tick,
)
from controller.core.reason import Reason, ReasonCode
from controller.engine import Engine, Step
from controller.mqtt.plant import MqttPlant
from controller.ports import Journal, Note, NoteKind, SnapshotStore
from controller.runtime import Clock, RealTimeDriver, Timers
from controller.views import Answer, FaultView, LoopView, PumpState, RunView, TemperatureView

REMEMBERED_ANSWERS = 256


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
        self._reported_off = False
        self._driver = RealTimeDriver(engine, plant, clock, timers, stepped=self._stepped, failed=failed)

    def restore(self, utc_ms: int | None) -> None:
        """Take over the state from before the restart; call before ``start``.

        Args:
            utc_ms: The wall clock now; None while it is not trusted, so that no budget is forgiven.
        """
        snapshot = self._snapshots.load(self.name)
        if snapshot is None:
            return
        then = snapshot.get("utc_ms")
        elapsed_ms = utc_ms - then if isinstance(then, int) and utc_ms is not None else 0
        self.engine.restore(snapshot, elapsed_ms=max(0, elapsed_ms))

    def start(self) -> None:
        """Let the engine order the pump off and begin to decide."""
        self._journal.note(
            self.name, Note(self._clock.now(), NoteKind.STARTED_UP, Reason(ReasonCode.STARTED_UP), {})
        )
        self.post(Tick(self._clock.now()))

    def stop(self) -> None:
        """Order the pump off, keep the state, and decide nothing more."""
        run = self.engine.pump.run
        self._driver.stop()
        now = self._clock.now()
        reason = Reason(ReasonCode.SHUTDOWN)
        if run is not None:
            details: dict[str, str | int | float | bool | None] = {
                "by": run.by,
                "ran_ms": now - run.started_at,
            }
            self._journal.note(self.name, Note(now, NoteKind.RUN_ENDED, reason, details))
        self._journal.note(self.name, Note(now, NoteKind.SHUT_DOWN, reason, {}))
        self._snapshots.save(self.name, self.engine.snapshot())

    def abandon(self) -> None:
        """Order the pump off after a failure elsewhere, and decide nothing more."""
        self._driver.stop(ReasonCode.CONTROLLER_FAILED)

    @property
    def seen_off(self) -> bool:
        """Return whether the switch has told that it is off, and nothing since."""
        return self._reported_off

    def ask_devices(self) -> None:
        """Make the loop's devices tell their state."""
        self._plant.ask()

    def post(self, event: Event) -> Step | None:
        """Hand one event to the engine."""
        if isinstance(event, PumpReport) and event.live:
            self._reported_off = not event.on
        return self._driver.post(event)

    def sync_clock(self, utc_ms: int, *, trusted: bool) -> None:
        """Tell the engine what the wall clock says."""
        self.post(ClockSynced(self._clock.now(), utc_ms, trusted))

    # -- wishes ---------------------------------------------------------------------------------------------

    def preheat(
        self, *, fixture: str | None, duration_ms: int | None, who: str, request_id: str | None
    ) -> Answer:
        """Pass on a wish; asked again with the same id it gives the same answer and does nothing."""
        request_id = request_id or uuid4().hex
        if request_id in self._answers:
            return self._answers[request_id]
        step = self.post(HotWaterRequest(self._clock.now(), request_id, who, fixture, duration_ms))
        answer = self._answer(request_id, step)
        self._answers[request_id] = answer
        if len(self._answers) > REMEMBERED_ANSWERS:
            del self._answers[next(iter(self._answers))]
        return answer

    def _answer(self, request_id: str, step: Step | None) -> Answer:
        if step is None:
            return Answer(False, self.name, request_id, False, Reason(ReasonCode.CONTROLLER_FAILED))
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
        step = self.post(StopRequest(self._clock.now(), who))
        left_s = self.engine.supervisor.limits.stop_lockout_ms // 1000
        reason = Reason.of(ReasonCode.STOPPED_BY_PERSON, who=who, left_s=left_s)
        return Answer(step is not None, self.name, "", False, reason)

    def set_mode(self, mode: Mode, *, who: str) -> None:
        """Choose what the controller may do."""
        self.post(ModeChanged(self._clock.now(), mode, who))

    # -- after every event ----------------------------------------------------------------------------------

    def _stepped(self, event: Event, step: Step) -> None:
        for command in step.commands:
            self._journal.command(self.name, command)
        for note in step.notes:
            self._journal.note(self.name, note)
            if note.kind is NoteKind.RUN_STARTED:
                self._run_reason = note.reason
        if step.notes:
            self._snapshots.save(self.name, self.engine.snapshot())
        if isinstance(event, Reading) and event.live:
            self._journal.reading(self.name, event.sensor, event.at, event.value_c)
        self._changed()

    # -- as seen from outside -------------------------------------------------------------------------------

    def view(self, wall_time: Callable[[Instant], datetime]) -> LoopView:
        """Return the loop at this moment; ``wall_time`` turns instants into dates."""
        engine, step = self.engine, self.engine.last_step
        pump = engine.pump
        known = {True: PumpState.ON, False: PumpState.OFF, None: PumpState.UNKNOWN}
        return LoopView(
            name=self.name,
            topology=engine.plumbing.topology,
            fixtures=engine.plumbing.fixtures,
            pump=known[pump.reported],
            commanded=pump.commanded,
            pump_online=pump.online,
            temperatures=self._temperatures(),
            run=self._run(wall_time),
            reason=step.verdict.reason if step else Reason(ReasonCode.STARTED_UP),
            by=step.decision.by if step and not step.verdict.refused else "",
            waiting=tuple(request.who for request in engine.requests) if pump.run is None else (),
            strategies=tuple(strategy.name for strategy in engine.strategies),
            faults=tuple(
                FaultView(code.value, wall_time(fault.since), fault.reason)
                for code, fault in engine.faults.items()
            ),
        )

    def _temperatures(self) -> tuple[TemperatureView, ...]:
        now = self._clock.now()
        observation = self.engine.observe()
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
