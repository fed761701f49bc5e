"""How each event changes what is known of a loop. Nothing is decided here."""

from controller.core.changes import changed, renewed
from controller.core.clock import SECOND_MS
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
    ModeChanged,
    PowerRead,
    PumpReport,
    Reading,
    StopRequest,
    StrategiesChanged,
    Tick,
)
from controller.core.leases import ByHand
from controller.core.observation import Run
from controller.core.plumbing import DRAW_FLOW, LOOP_FLOW
from controller.core.reason import Reason, ReasonCode
from controller.estimation.sensor_track import follow
from controller.evidence import MOST_LAPSES
from controller.knowledge import Knowledge, asker
from controller.ports import NoteKind
from controller.wishes import REQUEST_WAITS_MS


class Intake(Knowledge):
    """What is known, and how devices, people and the house change it."""

    def _absorb(self, event: Event) -> None:
        match event:
            case Reading():
                self._absorb_reading(event)
            case PumpReport():
                self._absorb_report(event)
            case FlowRead():
                self._absorb_flow(event)
            case PowerRead(power_w=power_w):
                self._absorb_power(power_w)
            case LeaseTold(lease_ms=lease_ms):
                self.evidence = self.evidence.lease_told(self.now, lease_ms, self.pump)
            case DeviceLost(device=device) | DeviceFound(device=device):
                if device == PUMP:
                    self._absorb_reach(found=isinstance(event, DeviceFound))
            case CueSeen(place=place):
                if self.foresight is not None:
                    self.foresight.cue(self.now, place, self.civil())
            case EnergyTold(price=price, surplus_w=surplus_w):
                self.energy = self.energy.told(self.now, price, surplus_w)
            case ClockSynced(utc_ms=utc_ms, trusted=trusted):
                self.utc_offset_ms = utc_ms - self.now if trusted else None
            case Tick():
                pass
            case _:
                self._absorb_word(event)

    def _absorb_word(self, event: Event) -> None:
        """Take in what a person wants."""
        match event:
            case HotWaterRequest():
                self._absorb_request(changed(event, at=self.now))
            case StopRequest():
                self._absorb_stop(changed(event, at=self.now))
            case ModeChanged(mode=mode, who=who):
                self.mode = mode
                reason = Reason.of(ReasonCode.MODE_CHOSEN, mode=mode.value, who=who)
                self._note(NoteKind.MODE, reason, mode=mode.value)
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

    def _absorb_flow(self, event: FlowRead) -> None:
        self.sensors.flow(changed(event, at=self.now))
        if event.sensor == LOOP_FLOW and event.live:
            self.evidence = self.evidence.flow_read(self.now, event.flow_lpm, self.pump)
        if event.sensor == DRAW_FLOW and event.live and self.foresight is not None:
            self.foresight.flow(self.now, event.flow_lpm, self.civil())

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

    def _absorb_pause(self, *, paused: bool, who: str) -> None:
        if self.foresight is not None:
            self.foresight.pause(self.now, self.civil(), paused=paused)
        code = ReasonCode.LEARNING_PAUSED if paused else ReasonCode.LEARNING_RESUMED
        self._note(NoteKind.LEARNING, Reason.of(code, who=who), who=who)

    def _absorb_request(self, request: HotWaterRequest) -> None:
        if self.wishes.take(request):
            reason = Reason.of(ReasonCode.REQUESTED, who=request.who)
            self._note(NoteKind.REQUESTED, reason, request_id=request.request_id, **asker(request))

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
