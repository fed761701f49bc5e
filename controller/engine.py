"""The engine: every event goes in here, every command comes out. It does no input or output and asks no clock.

Follow one event: absorb it into the state (``Intake``), freeze an observation, let the strategies vote, hold a run for its
shortest time, let the supervisor review, command the switch, settle the wishes, and say when to be woken.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from controller.core.changes import renewed
from controller.core.civil import Window
from controller.core.clock import HEARTBEAT_MS, SECOND_MS, Instant
from controller.core.contracts import Strategy
from controller.core.decision import Command, Decision, Purpose, Verdict, Vote, Watches, both
from controller.core.energy import EnergyGate
from controller.core.events import Event, HotWaterRequest, Reading
from controller.core.leases import SwitchTerms
from controller.core.observation import Observation, Run
from controller.core.plumbing import Plumbing, Topology
from controller.core.reason import Reason, ReasonCode
from controller.faults import Fault, Faults
from controller.intake import Intake
from controller.knowledge import asker
from controller.ports import Note, NoteKind
from controller.safety.supervisor import LimitSupervisor
from controller.shadow import Shadow
from controller.strategies.combine import combine
from controller.strategies.predictive import Predictive


@dataclass(frozen=True, slots=True)
class Step:
    """The outcome of one event.

    Args:
        commands: Orders to the switch, in order.
        wake_at: When the engine wants to be woken, always later than the event; never later than the heartbeat.
        due_at: When its answer may change by time alone, always later than the event: what wakes it before that, the
            heartbeat included, changes no command. A driver that cannot miss a wake-up may sleep until then.
        watches: The sensors that the answer hangs on; None when any reading may change it.
        decision: What the strategies decided.
        verdict: What the supervisor made of it.
        notes: Facts for the journal.
    """

    commands: tuple[Command, ...]
    wake_at: Instant
    due_at: Instant
    decision: Decision
    verdict: Verdict
    notes: tuple[Note, ...]
    watches: Watches


class Engine(Intake):
    """Decides for one loop.

    Args:
        plumbing: The loop as declared.
        strategies: Strategies in order of priority; none at all means the pump never runs.
        supervisor: The loop's own supervisor.
        zone: Time zone of the house.
        started_at: Instant at which the controller starts.
        terms: What is declared about the pump's switch.
        shadows: Strategies that decide and are noted, and never act.
        quiet: When only people start the pump: quiet hours, and days away.
        gate: When energy allows automatic runs for comfort to start; None for always.
    """

    def __init__(
        self,
        plumbing: Plumbing,
        strategies: Sequence[Strategy],
        supervisor: LimitSupervisor,
        *,
        zone: tzinfo = UTC,
        started_at: Instant = 0,
        terms: SwitchTerms = SwitchTerms(),
        shadows: Sequence[Strategy] = (),
        quiet: tuple[Window, ...] = (),
        gate: EnergyGate | None = None,
    ) -> None:
        super().__init__(
            plumbing,
            strategies,
            supervisor,
            zone=zone,
            started_at=started_at,
            terms=terms,
            quiet=quiet,
            looks_ahead=any(isinstance(strategy, Predictive) for strategy in (*strategies, *shadows)),
        )
        limits = supervisor.limits
        self.shadows = tuple(Shadow(one, limits.run_cap_ms, limits.min_rest_ms) for one in shadows)
        self.gate = gate
        self.started_by: HotWaterRequest | None = None
        self.last_step: Step | None = None
        self._faults = Faults()
        self._refused: tuple[str, ReasonCode] | None = None
        self._held: Reason | None = None

    @property
    def faults(self) -> dict[ReasonCode, Fault]:
        """Return what is wrong now, by its code."""
        return self._faults.present

    def handle(self, event: Event, *, sensed: Iterable[Reading] = ()) -> Step:
        """Take in one event and return what follows. Event time never goes back: an older one counts as now.

        Args:
            event: What happened.
            sensed: What sensors that promise to speak up say at this instant, if that is known; taken in before it.
        """
        if event.at > self.now:
            self.now = event.at
        self._notes = []
        self._answered = False
        for reading in sensed:
            self._absorb_reading(reading)
        self._absorb(event)
        if self.triggers.any:
            for wish in self.triggers.look(self.now, event, at_rest=self.pump.run is None):
                self._absorb_request(wish)
        self._drop_expired_requests()
        observation = self.observe()
        combined = combine(self.strategies, observation, quiet=self.quiet, gate=self.gate)
        decision = self._hold_shortest_run(observation, combined)
        verdict = self.supervisor.review(observation, wanted=decision)
        self._note_refusal(decision, verdict)
        commands = self._command(decision, verdict)
        self._settle(combined, verdict)
        for shadow in self.shadows:
            self._notes += shadow.look(observation)
        self.sensors.look(observation)
        self._look_for_faults(observation)
        self._doubt_silence()
        # The next answer may be another one when this one counted on a wish that is answered now, or on a pump that
        # has been switched since. The switch's word, or its absence, is normally what makes the engine look again.
        switched = (self.pump.run is None) is not (observation.pump.run is None)
        unasked = switched and self.pump.reported is self.pump.commanded
        again = unasked or (self._answered and (combined.demand or self.pump.run is None))
        self.last_step = self._step(observation, commands, decision, verdict, again=again)
        return self.last_step

    # -- decide and command ---------------------------------------------------------------------------------

    def _hold_shortest_run(self, observation: Observation, decision: Decision) -> Decision:
        run = observation.pump.run
        if run is None:
            return decision
        if decision.vote is Vote.RUN:
            self._held = None
            return decision
        if run.brief or self.plumbing.topology is Topology.COLD_RETURN:
            return decision  # hot water that has come round must not go on into the cold pipe
        until = run.started_at + self.supervisor.limits.min_run_ms
        if self.now >= until:
            return decision if self._held is None else renewed(decision, reason=self._held)
        # When the run ends in the end, this is why, not that nobody asks any more.
        self._held = self._held or decision.reason
        reason = Reason.of(ReasonCode.MIN_RUN, min_run_s=self.supervisor.limits.min_run_ms / SECOND_MS)
        return renewed(
            decision,
            vote=Vote.RUN,
            reason=reason,
            wake_at=min(until, decision.wake_at),
            by=run.wanted_by or run.by,
            demand=run.demand,
        )

    def _command(self, decision: Decision, verdict: Verdict) -> tuple[Command, ...]:
        if verdict.run and self.pump.run is None:
            self._begin_run(decision)
        elif verdict.run and self.pump.run is not None:
            run = self.pump.run
            carrier = "" if decision.by == run.by else decision.by
            if carrier != run.wanted_by:
                self.pump = renewed(self.pump, run=renewed(run, wanted_by=carrier))
        elif self.pump.run is not None:
            self._end_run(verdict.reason)
        if verdict.run:
            self.diary = self.diary.carried(self.now, decision.by)
        self._actuation, commands = self._actuation.step(
            self.now, run=verdict.run, reason=verdict.reason, pump=self.pump
        )
        return commands

    def _begin_run(self, decision: Decision) -> None:
        # A stale value is no start: it may lie below what the sensor would say now and feign a rise.
        now = self.observe()
        fresh = {role: now.value(role) for role in self.readings}
        lowest = {role: value for role, value in fresh.items() if value is not None}
        brief = decision.brief or decision.purpose is Purpose.EXERCISE
        run = Run(self.now, decision.by, decision.demand, lowest_c=lowest, brief=brief)
        self.pump = renewed(self.pump, commanded=True, run=run)
        self.evidence = self.evidence.ordered()
        self.way_back.pump(self.now, True, lowest)
        if self.foresight is not None:
            self.foresight.pump(self.now, True, self.civil())
        self._held = None
        self.started_by = self.wishes.first if decision.demand else None
        asked, temperatures = asker(self.started_by), self._temperatures("start_c")
        self._note(NoteKind.RUN_STARTED, decision.reason, by=decision.by, **asked, **temperatures)

    def _end_run(self, reason: Reason) -> None:
        run = self.pump.run
        assert run is not None, "only a run that goes on can end"
        moved = run.confirmed and self.evidence.moves(self.now, self.pump) is not False
        start_c = run.lowest_c.get(self.plumbing.arrival_sensor)
        self.diary = self.diary.ended(self.now, run.started_at, reason, moved=moved, start_c=start_c)
        self.pump = renewed(self.pump, commanded=False, run=None, last_stopped_at=self.now)
        self.evidence = self.evidence.ordered()
        self.way_back.pump(self.now, False)
        if self.foresight is not None:
            self.foresight.pump(self.now, False, self.civil())
        self.started_by = None
        ran_ms, temperatures = self.now - run.started_at, self._temperatures("end_c")
        self._note(NoteKind.RUN_ENDED, reason, by=run.by, ran_ms=ran_ms, **temperatures)
        # What a run could not do for the wishes it served, it will not do by starting again at once.
        self._settle_all(reason)

    def _temperatures(self, prefix: str) -> dict[str, float]:
        return {f"{prefix}.{role}": sample.value_c for role, sample in self.readings.items() if sample.live}

    def _settle(self, decision: Decision, verdict: Verdict) -> None:
        for request_id, reason in decision.settled:
            self._settle_request(request_id, reason)
        if verdict.refused and verdict.final:
            self._settle_all(verdict.reason)

    def _note_refusal(self, decision: Decision, verdict: Verdict) -> None:
        refused = (decision.by, verdict.reason.code) if verdict.refused else None
        if refused is not None and refused != self._refused and self.pump.run is None:
            self._note(
                NoteKind.REFUSED,
                verdict.reason,
                by=decision.by,
                **asker(self.wishes.first if decision.demand else None),
                wanted_code=decision.reason.code.value,
                **{f"wanted.{name}": value for name, value in decision.reason.values},
            )
        self._refused = refused

    def _look_for_faults(self, observation: Observation) -> None:
        unconfirmed = self._actuation.fault(self.now, self.pump)
        found = [
            *(() if unconfirmed is None else (unconfirmed,)),
            *self.evidence.faults(self.now),
            *self.supervisor.faults(observation),
            *self.sensors.faults(observation),
            *self.way_back.faults(self.now),
        ]
        self._notes += self._faults.look(self.now, found)

    def _doubt_silence(self) -> None:
        """A switch that has said nothing since it was ordered otherwise may have obeyed: what it said before is old."""
        unconfirmed = self._faults.present.keys() & {ReasonCode.NO_FEEDBACK_ON, ReasonCode.NO_FEEDBACK_OFF}
        if unconfirmed and self._told_at < self._actuation.changed_at and self.pump.reported is not None:
            self.pump = renewed(self.pump, reported=None)

    def _step(
        self,
        observation: Observation,
        commands: tuple[Command, ...],
        decision: Decision,
        verdict: Verdict,
        *,
        again: bool,
    ) -> Step:
        due_at = self.now + 1 if again else self._due_at(decision, verdict)
        due_at = min(due_at, self.sensors.wake_at(observation))
        watches = both(decision.watches, verdict.watches)
        for shadow in self.shadows:
            due_at, watches = min(due_at, max(shadow.wake_at, self.now + 1)), both(watches, shadow.watches)
        wake_at = min(due_at, self.now + HEARTBEAT_MS)
        return Step(commands, wake_at, due_at, decision, verdict, tuple(self._notes), watches)

    def _due_at(self, decision: Decision, verdict: Verdict) -> Instant:
        pump, actuation = self.pump, self._actuation
        evidence_at = self.evidence.wake_at(self.now)
        due_at = min(decision.wake_at, verdict.wake_at, actuation.due_at(pump), evidence_at)
        alarm_at = actuation.alarm_at(pump)
        if self.now < alarm_at < due_at:
            due_at = alarm_at
        if pump.run is None:
            due_at = min(due_at, self.wishes.next_expiry())
        return max(due_at, self.now + 1)

    def leave(self, at: Instant) -> tuple[Note, ...]:
        """End the run and answer the wishes because the controller leaves; the driver orders the pump off."""
        self.now = max(self.now, at)
        self._notes = []
        reason = Reason(ReasonCode.SHUTDOWN)
        self.supervisor.review(self.observe(), wanted=Decision(Vote.REST, reason))
        if self.pump.run is not None:
            self._end_run(reason)
        self._settle_all(reason)
        return tuple(self._notes)
