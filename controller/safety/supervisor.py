"""The last word on every run. It can only take away, and it keeps its own marks of what the pump did."""

from collections.abc import Iterator, Mapping

from controller.core.changes import changed, renewed
from controller.core.clock import HOUR_MS, NEVER, Instant
from controller.core.decision import Decision, Verdict, Vote, Watch
from controller.core.observation import Observation
from controller.core.plumbing import Topology
from controller.core.reason import Reason, ReasonCode
from controller.safety import dry_run, response, tankless
from controller.safety.dry_run import DryRuns
from controller.safety.marks import recall
from controller.safety.objections import Objections
from controller.safety.response import RESPONSE_K, RESPONSE_MS, Responses


class LimitSupervisor(Objections):
    """Reviews every decision against the limits, on every event.

    Objections are asked in a fixed order, the gravest first; the first one is the verdict's reason.
    """

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
        watches = (Watch(guard, limit_c), *self._felt_at(observation), *self._flame_at(observation))
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

    def _flame_at(self, observation: Observation) -> tuple[Watch, ...]:
        """Return what the heater's outlet has to do for the flame to count as lit, gone out or lit again."""
        if self.burner is None:
            return ()
        begins = self.marks.started_at is None
        burner = self.burner.begun() if begins else self.burner.going_on(observation)
        return burner.watches(observation)

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
