"""The last word on every run. It can only take away, and it keeps its own marks of what the pump did."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from controller.core.changes import changed, renewed
from controller.core.clock import HOUR_MS, MINUTE_MS, NEVER, SECOND_MS, Instant
from controller.core.decision import UNSAID, Decision, Purpose, Verdict, Vote, Watch, Watches
from controller.core.events import Mode
from controller.core.observation import Observation
from controller.core.plumbing import Topology
from controller.core.reason import Reason, ReasonCode
from controller.safety import dry_run, response, tankless
from controller.safety.dry_run import DryRuns
from controller.safety.limits import Limits
from controller.safety.marks import Marks, recall
from controller.safety.response import RESPONSE_K, RESPONSE_MS, Responses
from controller.safety.tankless import Burner, BurnerTerms


@dataclass(frozen=True, slots=True)
class _Objection:
    reason: Reason
    wake_at: Instant = NEVER
    final: bool = False


class LimitSupervisor:
    """Reviews every decision against the limits, on every event.

    Objections are asked in a fixed order, the gravest first; the first one is the verdict's reason.

    Args:
        limits: The limits of the loop.
        started_at: Instant at which the controller started: the pump counts as just stopped.
        burner: What is declared of the heater's burner; None for a heater that has hot water in store.
    """

    def __init__(self, limits: Limits, started_at: Instant, burner: BurnerTerms | None = None) -> None:
        self.limits = limits
        self.marks = Marks(stopped_at=started_at)
        self.dry_runs = DryRuns()
        self.responses = Responses()
        self.burner = None if burner is None else Burner(burner)

    def review(self, observation: Observation, /, *, wanted: Decision) -> Verdict:
        """Return the verdict and keep the marks up to date."""
        verdict = self._verdict(observation, wanted)
        self._mark(observation, verdict, wanted)
        return verdict

    def _verdict(self, observation: Observation, wanted: Decision) -> Verdict:
        guard = observation.plumbing.guard_sensor
        if wanted.vote is not Vote.RUN:
            return Verdict(run=False, reason=wanted.reason, watches=(Watch(guard),))
        limit_c = (self.limits.cold_line_c,) if observation.plumbing.topology is Topology.COLD_RETURN else ()
        watches: Watches = (Watch(guard, limit_c), *self._felt_at(observation))
        if self.burner is not None:
            watches = UNSAID  # peaks and troughs of its outlet count
        for objection in self._objections(observation, wanted):
            return Verdict(
                run=False,
                reason=objection.reason,
                wake_at=objection.wake_at,
                refused=True,
                final=objection.final,
                watches=watches,
            )
        next_limit = self._next_limit(observation, wanted)
        return Verdict(run=True, reason=wanted.reason, wake_at=next_limit, watches=watches)

    def acknowledge(self) -> None:
        """Let go of every latch: a person has looked."""
        self.dry_runs = DryRuns()
        self.responses = Responses(start_c=self.responses.start_c, felt=self.responses.felt)
        if self.burner is not None:
            self.burner = renewed(self.burner, failures=0)

    def faults(self, observation: Observation) -> Iterator[Reason]:
        """Yield what runs have shown to be wrong."""
        if self.dry_runs.latched:
            yield Reason(ReasonCode.DRY_LATCHED)
        elif self.dry_runs.tries or self.dry_runs.rounds:
            yield Reason(ReasonCode.DRY_RUN)
        if self.responses.failures:
            sensor = observation.plumbing.arrival_sensor
            yield Reason.of(ReasonCode.NO_RESPONSE, sensor=sensor, runs=self.responses.failures)
        if self.burner is not None and (fault := self.burner.fault) is not None:
            yield fault

    def _objections(self, observation: Observation, wanted: Decision) -> Iterator[_Objection]:
        yield from self._by_person(observation, wanted)
        if self.dry_runs.latched:
            yield _Objection(Reason(ReasonCode.DRY_LATCHED), final=True)
        if not observation.pump.online:
            yield _Objection(Reason.of(ReasonCode.PUMP_OFFLINE))
        if not observation.pump.unattended and not wanted.demand:
            yield _Objection(Reason.of(ReasonCode.NO_AUTO_OFF))
        yield from self._by_cold_line(observation)
        yield from self._by_budget(observation.now)
        if self.marks.started_at is None:
            yield from self._by_rest(observation)
            yield from self._by_failures(observation, wanted)
        else:
            yield from self._by_cap(observation, wanted, self.marks.started_at)
            yield from self._by_effect(observation, wanted, self.marks.started_at)

    def _by_person(self, observation: Observation, wanted: Decision) -> Iterator[_Objection]:
        upkeep = wanted.purpose.upkeep and not wanted.demand
        if observation.mode is Mode.SERVICE:
            yield _Objection(Reason.of(ReasonCode.MODE_SERVICE), final=True)
        if observation.mode is Mode.OFF and not upkeep:
            yield _Objection(Reason.of(ReasonCode.MODE_OFF), final=True)
        if observation.mode is Mode.MANUAL and not (wanted.demand or upkeep):
            yield _Objection(Reason.of(ReasonCode.MODE_MANUAL))
        stop = observation.last_stop
        if stop is None:
            return
        until = stop.at + self.limits.stop_lockout_ms
        ends_this_run = self.marks.started_at is not None and self.marks.started_at <= stop.at
        if ends_this_run or (observation.now < until and not wanted.demand):
            left_s = _seconds(until - observation.now)
            reason = Reason.of(ReasonCode.STOPPED_BY_PERSON, who=stop.who, left_s=left_s)
            yield _Objection(reason, until, final=ends_this_run)

    def _by_cold_line(self, observation: Observation) -> Iterator[_Objection]:
        if observation.plumbing.topology is not Topology.COLD_RETURN:
            return
        value = observation.value(observation.plumbing.guard_sensor)
        if value is None:
            # Blind runs would push hot water towards the cold taps with nobody watching.
            sensor = observation.plumbing.guard_sensor
            yield _Objection(Reason.of(ReasonCode.SENSOR_MISSING, sensor=sensor))
        elif value >= self.limits.cold_line_c:
            yield _Objection(
                Reason.of(ReasonCode.COLD_LINE_LIMIT, temperature_c=value, limit_c=self.limits.cold_line_c),
                final=True,
            )

    def _by_budget(self, now: Instant) -> Iterator[_Objection]:
        ran_ms = self.marks.ran_ms(now)
        if ran_ms >= self.limits.daily_cap_ms:
            reason = Reason.of(ReasonCode.DAILY_CAP, ran_min=ran_ms // MINUTE_MS)
            yield _Objection(reason, self.marks.below_at(now, self.limits.daily_cap_ms), final=True)
        recent = [start for start in self.marks.starts if start > now - HOUR_MS]
        if self.marks.started_at is None and len(recent) >= self.limits.starts_per_hour:
            reason = Reason.of(ReasonCode.STARTS_PER_HOUR, starts=len(recent))
            yield _Objection(reason, min(recent) + HOUR_MS, final=True)

    def _by_rest(self, observation: Observation) -> Iterator[_Objection]:
        now, limits, marks = observation.now, self.limits, self.marks
        until = marks.stopped_at + limits.min_rest_ms
        if now < until:
            code = ReasonCode.JUST_STARTED_UP if marks.restarted else ReasonCode.MIN_REST
            yield _Objection(Reason.of(code, left_s=_seconds(until - now)), until)
        until = marks.stopped_at + limits.blind_pause_ms
        if marks.blind and self._is_blind(observation) and now < until:
            reason = Reason.of(
                ReasonCode.SENSOR_STALE_PAUSE,
                sensor=observation.plumbing.guard_sensor,
                left_s=_seconds(until - now),
            )
            yield _Objection(reason, until)

    def _by_cap(
        self, observation: Observation, wanted: Decision, started_at: Instant
    ) -> Iterator[_Objection]:
        ends_at, cap_ms = self._cap(observation.now, wanted)
        if observation.now >= ends_at:
            yield _Objection(Reason.of(ReasonCode.RUN_CAP, cap_s=_seconds(cap_ms)), final=True)
        if observation.now >= started_at + self.limits.blind_run_ms and self._is_blind(observation):
            reason = Reason.of(
                ReasonCode.SENSOR_STALE_CAP,
                sensor=observation.plumbing.guard_sensor,
                cap_s=_seconds(self.limits.blind_run_ms),
            )
            yield _Objection(reason, final=True)

    def _by_failures(self, observation: Observation, wanted: Decision) -> Iterator[_Objection]:
        now = observation.now
        until = self.dry_runs.resumes_at
        if now < until:
            yield _Objection(Reason.of(ReasonCode.DRY_PAUSE, left_s=_seconds(until - now)), until)
        until = self.responses.resumes_at
        # A pipe that freezes does not wait for a sensor; frost has limits of its own.
        if now < until and not wanted.demand and wanted.purpose is not Purpose.FROST:
            sensor = observation.plumbing.arrival_sensor
            left_s = _seconds(until - now)
            reason = Reason.of(ReasonCode.NO_RESPONSE_PAUSE, sensor=sensor, left_s=left_s)
            yield _Objection(reason, until)
        # Moving water, heated or not, keeps a pipe from freezing.
        if self.burner is not None and wanted.purpose is not Purpose.FROST:
            yield from self._by_burner(self.burner, now, demand=wanted.demand)

    def _by_burner(self, burner: Burner, now: Instant, *, demand: bool) -> Iterator[_Objection]:
        until, recent = burner.resumes_at(demand=demand), burner.recent(now)
        if now < until:
            yield _Objection(Reason.of(ReasonCode.BURNER_PAUSE, left_s=_seconds(until - now)), until)
        if len(recent) >= burner.terms.starts_per_hour and not demand:
            yield _starts_objection(recent)

    def _by_effect(
        self, observation: Observation, wanted: Decision, started_at: Instant
    ) -> Iterator[_Objection]:
        if observation.pump.moves is False:
            yield _Objection(Reason(ReasonCode.DRY_RUN), final=True)
        ran_ms, sensor = observation.now - started_at, observation.plumbing.arrival_sensor
        responses = self.responses.going_on(observation)
        if responses.unanswered(ran_ms):
            reason = Reason.of(ReasonCode.NO_RESPONSE, sensor=sensor, runs=responses.failures + 1)
            yield _Objection(reason, final=True)
        if responses.blind and not responses.felt and ran_ms >= self.limits.blind_run_ms:
            cap_s = _seconds(self.limits.blind_run_ms)
            yield _Objection(Reason.of(ReasonCode.NO_RESPONSE_CAP, sensor=sensor, cap_s=cap_s), final=True)
        if self.burner is not None and wanted.purpose is not Purpose.FROST:
            burner = self.burner.going_on(observation)
            against, recent = burner.against(observation, ran_ms), burner.recent(observation.now)
            if against is not None:
                yield _Objection(against, final=True)
            if len(recent) > burner.terms.starts_per_hour and not wanted.demand:
                yield _starts_objection(recent)

    def _next_limit(self, observation: Observation, wanted: Decision) -> Instant:
        now, limits, marks = observation.now, self.limits, self.marks
        started_at = now if marks.started_at is None else marks.started_at
        stale_at = observation.stale_at(observation.plumbing.guard_sensor)
        blind_at = started_at + limits.blind_run_ms if stale_at is None else stale_at
        ends_at = min(self._cap(now, wanted)[0], blind_at, self._felt_by(observation, started_at))
        burner = self.burner
        if burner is not None:
            burner = burner.begun() if marks.started_at is None else burner.going_on(observation)
            ends_at = min(ends_at, burner.judged_at(observation, started_at) or ends_at)
        full_at = now + limits.daily_cap_ms - marks.ran_ms(now)
        # Only when the day's time may end it is it worth while to look when exactly.
        return min(ends_at, marks.full_at(now, limits.daily_cap_ms)) if full_at < ends_at else ends_at

    def _felt_at(self, observation: Observation) -> tuple[Watch, ...]:
        """Return what the sensor has to do for the run to count as felt."""
        marks, responses, sensor = self.marks, self.responses, observation.plumbing.arrival_sensor
        if marks.started_at is None:
            responses = responses.begun(observation)
        if responses.felt or (responses.start_c is None and not responses.blind):
            return ()
        value_c, run = observation.value(sensor), observation.pump.run
        if value_c is None:
            return (Watch(sensor),)
        lowest_c = value_c if run is None else run.lowest_c.get(sensor, value_c)
        return (Watch(sensor, (lowest_c + RESPONSE_K,), turns=True),)

    def _felt_by(self, observation: Observation, started_at: Instant) -> Instant:
        """Return when the run ends unless the sensor feels it by then; NEVER when it need not."""
        marks = self.marks
        responses = (
            self.responses.begun(observation)
            if marks.started_at is None
            else self.responses.going_on(observation)
        )
        if responses.felt:
            return NEVER
        if responses.blind:
            return started_at + self.limits.blind_run_ms
        return NEVER if responses.start_c is None else started_at + RESPONSE_MS

    def _cap(self, now: Instant, wanted: Decision) -> tuple[Instant, int]:
        """Return when the run must end at the latest, and which cap says so, in ms.

        A wish has its own cap from the moment at which it starts the run or takes it over; it never lengthens one.
        """
        marks, limits = self.marks, self.limits
        cap = (now if marks.started_at is None else marks.started_at) + limits.run_cap_ms, limits.run_cap_ms
        if not wanted.demand:
            return cap
        since = now if marks.demand_since is None else marks.demand_since
        return min(cap, (since + limits.demand_cap_ms, limits.demand_cap_ms))

    def _mark(self, observation: Observation, verdict: Verdict, wanted: Decision) -> None:
        if verdict.run:
            self._mark_run(observation, wanted)
        elif self.marks.started_at is not None:
            self._mark_stop(observation, self.marks.started_at)

    def _mark_run(self, observation: Observation, wanted: Decision) -> None:
        now, marks = observation.now, self.marks
        if marks.started_at is None:
            starts = (*(start for start in marks.starts if start > now - HOUR_MS), now)
            marks = renewed(marks, started_at=now, starts=starts, blind=True, restarted=False)
            self.responses = self.responses.begun(observation)
            self.burner = self.burner and self.burner.begun()
        self.responses = self.responses.going_on(observation)
        self.burner = self.burner and self.burner.going_on(observation)
        self.dry_runs = self.dry_runs.looked(observation.pump.moves)
        since = now if marks.demand_since is None else marks.demand_since
        self.marks = changed(
            marks,
            demand_since=since if wanted.demand else None,
            blind=marks.blind and self._is_blind(observation),
        )

    def _mark_stop(self, observation: Observation, started_at: Instant) -> None:
        now, marks, limits = observation.now, self.marks, self.limits
        longest_ms = limits.run_cap_ms if marks.demand_since is None else limits.demand_cap_ms
        if self.responses.blind:
            longest_ms = min(longest_ms, limits.blind_run_ms)
        self.responses = self.responses.going_on(observation).ended(now, now - started_at, longest_ms)
        if self.burner is not None:
            burner = self.burner.going_on(observation)
            self.burner = burner.ended(now, burner.against(observation, now - started_at))
        # A switch that never said that it is on may be at fault: that is no proof against the pump.
        run = observation.pump.run
        moves = observation.pump.moves if run is not None and run.confirmed else None
        self.dry_runs = self.dry_runs.ended(now, moves)
        self.marks = renewed(
            marks,
            started_at=None,
            demand_since=None,
            stopped_at=now,
            past=marks.past.ended(started_at, now),
            blind=marks.blind or self._is_blind(observation),
        )

    def _is_blind(self, observation: Observation) -> bool:
        return observation.value(observation.plumbing.guard_sensor) is None

    def snapshot(self, now: Instant) -> dict[str, object]:
        """Return what must survive a restart, JSON-able."""
        return {
            **self.marks.snapshot(now),
            "dry_runs": self.dry_runs.snapshot(now),
            "responses": self.responses.snapshot(now),
            "burner": None if self.burner is None else self.burner.snapshot(now),
        }

    def restore(self, kept: Mapping[str, object], now: Instant, elapsed_ms: int | None) -> None:
        """Take over the budgets and latches of a snapshot; rests begin in full. See ``recall`` of each."""
        self.dry_runs = dry_run.recall(kept.get("dry_runs"), now=now)
        self.responses = response.recall(kept.get("responses"), now=now, elapsed_ms=elapsed_ms)
        if self.burner is not None:
            burner = tankless.recall(self.burner.terms, kept.get("burner"), now=now, elapsed_ms=elapsed_ms)
            self.burner = burner
        self.marks = recall(kept, now=now, elapsed_ms=elapsed_ms, longest_run_ms=self.limits.run_cap_ms)


def _starts_objection(recent: tuple[Instant, ...]) -> _Objection:
    return _Objection(Reason.of(ReasonCode.BURNER_STARTS, starts=len(recent)), min(recent) + HOUR_MS)


def _seconds(duration_ms: int) -> int:
    return -(-duration_ms // SECOND_MS)
