"""The engine: every event goes in here, every command comes out. It does no input or output and asks no clock.

Follow one event: absorb it into the state, freeze an observation, let the strategies vote, hold a run for its
shortest time, let the supervisor review, command the switch, settle the wishes, and say when to be woken.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from controller.actuation import Actuation
from controller.core import diary
from controller.core.changes import changed, renewed
from controller.core.civil import Window
from controller.core.clock import HEARTBEAT_MS, SECOND_MS, Instant
from controller.core.contracts import Strategy
from controller.core.decision import Command, Decision, Purpose, Verdict, Vote, Watches, both
from controller.core.energy import Energy, EnergyGate
from controller.core.events import (
    PUMP,
    Acknowledged,
    ClockSynced,
    CueSeen,
    DeviceFound,
    DeviceLost,
    EnergyTold,
    Event,
    FlowRead,
    HotWaterRequest,
    LearningForgotten,
    LearningPaused,
    LeaseTold,
    Mode,
    ModeChanged,
    PowerRead,
    PumpReport,
    Reading,
    StopRequest,
    StrategiesChanged,
    Tick,
)
from controller.core.kept import age_ms, temperature_c
from controller.core.leases import COLD_LEASE_MS, ByHand, SwitchTerms
from controller.core.observation import Observation, PumpView, Run, Sample
from controller.core.plumbing import DRAW_FLOW, LOOP_FLOW, Plumbing, Topology
from controller.core.reason import Reason, ReasonCode
from controller.estimation.sensor_track import follow
from controller.estimation.way_back import WayBack
from controller.evidence import MOST_LAPSES, Evidence
from controller.foresight import Foresight
from controller.ports import Note, NoteKind
from controller.safety.supervisor import LimitSupervisor
from controller.sensors import Sensors
from controller.shadow import Shadow
from controller.strategies.combine import combine
from controller.strategies.on_demand import OnDemand
from controller.strategies.predictive import Predictive
from controller.triggers import Triggers
from controller.wishes import REQUEST_WAITS_MS, Wishes

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong that is present now."""

    since: Instant
    reason: Reason


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


class Engine:
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
        self.plumbing = plumbing
        self.strategies = tuple(strategies)
        self.supervisor = supervisor
        self.zone = zone
        self.now = started_at
        self.mode = Mode.AUTO
        self.utc_offset_ms: int | None = None
        self.readings: dict[str, Sample] = {}
        self.wishes = Wishes()
        self.last_stop: StopRequest | None = None
        self.pump = PumpView()
        if plumbing.topology is Topology.COLD_RETURN:
            terms = renewed(terms, lease_ms=min(terms.lease_ms, COLD_LEASE_MS))
        self.evidence = Evidence(terms)
        self.sensors = Sensors(plumbing, started_at)
        self.way_back = WayBack(plumbing, started_at)
        looks_ahead = any(isinstance(strategy, Predictive) for strategy in (*strategies, *shadows))
        self.foresight = Foresight(plumbing, started_at) if looks_ahead else None
        self.started_by: HotWaterRequest | None = None
        self.diary = diary.Diary(started_at, started_at)
        limits = supervisor.limits
        self.shadows = tuple(Shadow(one, limits.run_cap_ms, limits.min_rest_ms) for one in shadows)
        self.quiet = quiet
        self.gate = gate
        self.energy = Energy()
        asking = (one for one in self.strategies if isinstance(one, OnDemand))
        self.triggers = Triggers([trigger for one in asking for trigger in one.triggers], plumbing.fixtures)
        self.faults: dict[ReasonCode, Fault] = {}
        self._found: list[Reason] = []
        self.last_step: Step | None = None
        self._actuation = Actuation(lease_ms=terms.lease_ms)
        self._refused: tuple[str, ReasonCode] | None = None
        self._held: Reason | None = None
        self._notes: list[Note] = []
        self._answered = False
        self._told_at = started_at - 1
        self._listens_since = started_at - 1
        self._civil_of: int | None = None
        self._civil: datetime | None = None

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
        self._update_fault(observation)
        self._doubt_silence()
        # The next answer may be another one when this one counted on a wish that is answered now, or on a pump that
        # has been switched since. The switch's word, or its absence, is normally what makes the engine look again.
        switched = (self.pump.run is None) is not (observation.pump.run is None)
        unasked = switched and self.pump.reported is self.pump.commanded
        again = unasked or (self._answered and (combined.demand or self.pump.run is None))
        self.last_step = self._step(observation, commands, decision, verdict, again=again)
        return self.last_step

    def observe(self) -> Observation:
        """Return the frozen picture of this instant."""
        pump, evidence = self.pump, self.evidence
        unattended, moves = evidence.unattended(self.now), evidence.moves(self.now, pump)
        if pump.unattended is not unattended or pump.moves is not moves:
            pump = renewed(pump, unattended=unattended, moves=moves)
        return Observation(
            now=self.now,
            plumbing=self.plumbing,
            civil=self.civil(),
            mode=self.mode,
            pump=pump,
            readings=dict(self.readings),
            requests=self.wishes.open,
            last_stop=self.last_stop,
            diary=self.diary,
            outlook=None if self.foresight is None else self.foresight.outlook(self.now, self.civil()),
            energy=self.energy,
            loop_flow_lpm=evidence.flow_lpm,
        )

    def civil(self) -> datetime | None:
        """Return the local time of the house, or None while its clock is not trusted."""
        if self.utc_offset_ms is None:
            return None
        utc_ms = self.now + self.utc_offset_ms
        if utc_ms != self._civil_of:
            self._civil_of = utc_ms
            self._civil = (_EPOCH + timedelta(milliseconds=utc_ms)).astimezone(self.zone)
        return self._civil

    # -- absorb ---------------------------------------------------------------------------------------------

    def _absorb(self, event: Event) -> None:
        match event:
            case Reading():
                self._absorb_reading(event)
            case PumpReport():
                self._absorb_report(event)
            case DeviceLost(device=device) | DeviceFound(device=device):
                if device == PUMP:
                    self._absorb_reach(found=isinstance(event, DeviceFound))
            case HotWaterRequest():
                self._absorb_request(changed(event, at=self.now))
            case StopRequest():
                self._absorb_stop(changed(event, at=self.now))
            case ModeChanged(mode=mode, who=who):
                self.mode = mode
                self._note(
                    NoteKind.MODE,
                    Reason.of(ReasonCode.MODE_CHOSEN, mode=mode.value, who=who),
                    mode=mode.value,
                )
            case ClockSynced(utc_ms=utc_ms, trusted=trusted):
                self.utc_offset_ms = utc_ms - self.now if trusted else None
            case LeaseTold(lease_ms=lease_ms):
                self.evidence = self.evidence.lease_told(self.now, lease_ms, self.pump)
            case PowerRead(power_w=power_w):
                self._absorb_power(power_w)
            case FlowRead(sensor=sensor, flow_lpm=flow_lpm, live=live):
                self.sensors.flow(changed(event, at=self.now))
                if sensor == LOOP_FLOW and live:
                    self.evidence = self.evidence.flow_read(self.now, flow_lpm, self.pump)
                if sensor == DRAW_FLOW and live and self.foresight is not None:
                    self.foresight.flow(self.now, flow_lpm, self.civil())
            case StrategiesChanged(strategies=strategies, quiet=quiet, who=who):
                self.strategies, self.quiet = strategies, quiet
                self._note(NoteKind.SETTINGS, Reason.of(ReasonCode.SETTINGS_CHANGED, who=who), who=who)
            case LearningPaused(paused=paused, who=who):
                self._absorb_pause(paused=paused, who=who)
            case LearningForgotten(who=who):
                if self.foresight is not None:
                    self.foresight.forget(self.now)
                self._note(NoteKind.LEARNING, Reason.of(ReasonCode.LEARNING_FORGOTTEN, who=who), who=who)
            case Acknowledged(who=who):
                self.supervisor.acknowledge()
                self.way_back.forget()
                self._note(NoteKind.ACKNOWLEDGED, Reason.of(ReasonCode.ACKNOWLEDGED, who=who), who=who)
            case EnergyTold(price=price, surplus_w=surplus_w):
                self.energy = self.energy.told(self.now, price, surplus_w)
            case CueSeen(place=place):
                if self.foresight is not None:
                    self.foresight.cue(self.now, place, self.civil())
            case Tick():
                pass

    def _absorb_pause(self, *, paused: bool, who: str) -> None:
        if self.foresight is not None:
            self.foresight.pause(self.now, self.civil(), paused=paused)
        code = ReasonCode.LEARNING_PAUSED if paused else ReasonCode.LEARNING_RESUMED
        self._note(NoteKind.LEARNING, Reason.of(code, who=who), who=who)

    def _absorb_reading(self, event: Reading) -> None:
        reading = event if event.at == self.now else renewed(event, at=self.now)
        if not self.sensors.believes(reading):
            if self.sensors.is_out(event.sensor) and event.sensor in self.readings:
                self.readings[event.sensor] = changed(self.readings[event.sensor], live=False)
            return
        before = self.readings.get(event.sensor)
        sample = follow(before, reading, listened=before is None or before.at >= self._listens_since)
        if self.sensors.is_out(event.sensor):
            sample = changed(sample, live=False)
        self.readings[event.sensor] = sample
        if sample.live and not sample.holds_ms:
            self.way_back.reading(self.now, event.sensor, event.value_c)
        if sample.live and self.foresight is not None:
            self.foresight.reading(self.now, event.sensor, event.value_c, self.civil())
        if self.pump.run is not None and sample.live:
            run = self.pump.run.read(event.sensor, event.value_c)
            if run is not self.pump.run:
                self.pump = renewed(self.pump, run=run)

    def _absorb_report(self, event: PumpReport) -> None:
        if not event.live:
            return
        self._told_at = self.now
        before, self.pump = self.pump, self.pump.told(event.on or self.evidence.runs_on)
        self.evidence = self.evidence.looked(self.now, self.pump)
        run = self.pump.run
        if run is not None and run.confirmed and not event.on:
            self._absorb_off(run, by_timer=event.by_timer)
        if run is None and event.on and before.reported is False:
            self._actuation = self._actuation.again()
            self._note(NoteKind.SWITCHED_ELSEWHERE, Reason(ReasonCode.SWITCHED_ELSEWHERE))
            if self.evidence.terms.by_hand is ByHand.ADOPT:
                self._absorb_request(HotWaterRequest(self.now, f"switch:{self.now}", "the switch"))

    def _absorb_off(self, run: Run, *, by_timer: bool) -> None:
        evidence = self.evidence
        lapsed = by_timer or evidence.has_lapsed(self.now, self._actuation.sent_at)
        if lapsed and evidence.lapses < MOST_LAPSES:
            # We came too late to renew it: no person's wish, so the run goes on, and its caps with it.
            self.evidence = renewed(evidence, lapses=evidence.lapses + 1)
            self._actuation = self._actuation.again()
            self.pump = renewed(self.pump, run=renewed(run, confirmed=False))
            self._note(NoteKind.LEASE_LAPSED, Reason(ReasonCode.LEASE_LAPSED))
        else:
            # Someone switched it off at the switch. That is a person's stop, and not to be fought.
            self._absorb_stop(StopRequest(self.now, "the switch"))

    def _absorb_power(self, power_w: float) -> None:
        self.evidence = self.evidence.power_read(self.now, power_w, self.pump)
        if self.evidence.runs_on and self.pump.reported is False:
            # The pump's power outweighs its relay's word: it counts as on, and OFF is repeated until it is off.
            self.pump = self.pump.told(True)

    def _absorb_reach(self, *, found: bool) -> None:
        pump, self._listens_since = self.pump, self.now
        if not found and not pump.online:
            return
        if found and pump.online and pump.reported is not pump.commanded:
            return  # unconfirmed as it is: the retries go on, and the alarm must not begin anew at every birth
        self.pump = pump.reached(found)
        if found:
            self._actuation = self._actuation.again()

    def _absorb_request(self, request: HotWaterRequest) -> None:
        if self.wishes.take(request):
            reason = Reason.of(ReasonCode.REQUESTED, who=request.who)
            self._note(NoteKind.REQUESTED, reason, request_id=request.request_id, **_asker(request))

    def _absorb_stop(self, stop: StopRequest) -> None:
        self.last_stop = stop
        left_s = self.supervisor.limits.stop_lockout_ms // SECOND_MS
        reason = Reason.of(ReasonCode.STOPPED_BY_PERSON, who=stop.who, left_s=left_s)
        self._note(NoteKind.STOP, reason, who=stop.who)
        self._settle_all(reason)

    def _drop_expired_requests(self) -> None:
        if self.pump.run is not None or not self.wishes.open:
            return
        reason = Reason.of(ReasonCode.REQUEST_EXPIRED, waited_s=REQUEST_WAITS_MS // SECOND_MS)
        for request in self.wishes.expired(self.now):
            self._settle_request(request.request_id, reason)

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
        asked, temperatures = _asker(self.started_by), self._temperatures("start_c")
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

    def _settle_all(self, reason: Reason) -> None:
        for request in self.wishes.open:
            self._settle_request(request.request_id, reason)

    def _settle_request(self, request_id: str, reason: Reason) -> None:
        if self.wishes.settle(request_id):
            self._answered = True
            self._note(NoteKind.REQUEST_SETTLED, reason, request_id=request_id)

    def _note_refusal(self, decision: Decision, verdict: Verdict) -> None:
        refused = (decision.by, verdict.reason.code) if verdict.refused else None
        if refused is not None and refused != self._refused and self.pump.run is None:
            self._note(
                NoteKind.REFUSED,
                verdict.reason,
                by=decision.by,
                **_asker(self.wishes.first if decision.demand else None),
                wanted_code=decision.reason.code.value,
                **{f"wanted.{name}": value for name, value in decision.reason.values},
            )
        self._refused = refused

    def _update_fault(self, observation: Observation) -> None:
        unconfirmed = self._actuation.fault(self.now, self.pump)
        found = [
            *(() if unconfirmed is None else (unconfirmed,)),
            *self.evidence.faults(self.now),
            *self.supervisor.faults(observation),
            *self.sensors.faults(observation),
            *self.way_back.faults(self.now),
        ]
        if found == self._found:
            return
        self._found = found
        present = {reason.code: reason for reason in found}
        for code in [code for code in self.faults if code not in present]:
            self._note(NoteKind.FAULT_CLEARED, self.faults.pop(code).reason)
        for code, reason in present.items():
            if code not in self.faults:
                self.faults[code] = Fault(self.now, reason)
                self._note(NoteKind.FAULT_RAISED, reason)
            elif self.faults[code].reason != reason:
                self.faults[code] = renewed(self.faults[code], reason=reason)

    def _doubt_silence(self) -> None:
        """A switch that has said nothing since it was ordered otherwise may have obeyed: what it said before is old."""
        unconfirmed = self.faults.keys() & {ReasonCode.NO_FEEDBACK_ON, ReasonCode.NO_FEEDBACK_OFF}
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

    def _note(self, kind: NoteKind, reason: Reason, **details: str | float | bool | None) -> None:
        self._notes.append(Note(self.now, kind, reason, details))

    # -- across restarts ------------------------------------------------------------------------------------

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

    def snapshot(self) -> dict[str, object]:
        """Return what must survive a restart, JSON-able; times are ages in ms before this instant."""
        stop = self.last_stop
        return {
            "utc_ms": None if self.utc_offset_ms is None else self.now + self.utc_offset_ms,
            "mode": self.mode.value,
            "supervisor": self.supervisor.snapshot(self.now),
            "diary": self.diary.snapshot(self.now),
            "triggers": self.triggers.snapshot(self.now),
            "way_back": self.way_back.snapshot(self.now),
            "readings": {role: sample.value_c for role, sample in self.readings.items()},
            "last_stop": None if stop is None else {"age_ms": self.now - stop.at, "who": stop.who},
            **({} if self.foresight is None else {"foresight": self.foresight.snapshot()}),
        }

    def restore(self, snapshot: Mapping[str, object], *, elapsed_ms: int | None = 0) -> None:
        """Take over a snapshot before the first event; what is damaged in it is left out.

        Temperatures are shown but not trusted, no run resumes, and every lockout begins in full.

        Args:
            snapshot: What ``snapshot`` returned.
            elapsed_ms: How long ago that was; None when it cannot be known, so that no budget is forgiven.
        """
        mode = snapshot.get("mode")
        if isinstance(mode, str) and mode in set(Mode):
            self.mode = Mode(mode)
        budgets = snapshot.get("supervisor")
        if isinstance(budgets, Mapping):
            self.supervisor.restore(budgets, self.now, elapsed_ms)
        self.diary = diary.recall(snapshot.get("diary"), now=self.now, elapsed_ms=elapsed_ms)
        self.triggers.restore(snapshot.get("triggers"), self.now, elapsed_ms)
        self.way_back.restore(snapshot.get("way_back"), self.now, elapsed_ms)
        readings = snapshot.get("readings")
        if isinstance(readings, Mapping):
            self._restore_readings(readings)
        learned = snapshot.get("foresight")
        if isinstance(learned, Mapping) and self.foresight is not None:
            self.foresight.restore(learned)
        stop = snapshot.get("last_stop")
        if isinstance(stop, Mapping):
            self._restore_stop(stop)

    def _restore_readings(self, readings: Mapping[object, object]) -> None:
        for role in self.plumbing.sensors:
            value_c = temperature_c(readings.get(role))
            if value_c is not None:
                self.readings[role] = Sample(self.now, value_c, live=False)

    def _restore_stop(self, stop: Mapping[object, object]) -> None:
        age, who = age_ms(stop.get("age_ms")), stop.get("who")
        if age is not None and isinstance(who, str) and age < self.supervisor.limits.stop_lockout_ms:
            self.last_stop = StopRequest(self.now, who)


def _asker(request: HotWaterRequest | None) -> dict[str, str | None]:
    """Return who asked, and where, for a note."""
    return {"who": request.who if request else None, "fixture": request.fixture if request else None}
