"""The last word on every run. It can only take away, and it keeps its own marks of what the pump did."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from controller.core.clock import DAY_MS, HOUR_MS, NEVER, SECOND_MS, Instant
from controller.core.decision import Decision, Verdict, Vote
from controller.core.events import Mode
from controller.core.observation import Observation
from controller.core.plumbing import Topology
from controller.core.reason import Reason, ReasonCode
from controller.safety.limits import Limits


@dataclass(frozen=True, slots=True)
class Marks:
    """What the supervisor remembers.

    Args:
        stopped_at: When the pump last stopped; the start of the controller counts as a stop.
        restarted: That stop was the start of the controller.
        started_at: Start of the run going on; None at rest.
        demand: A person asked for the run going on.
        blind: No trusted sensor was seen in the run going on, or in the last one.
        starts: Starts within the last hour.
        runs: Start and end of the runs within the last 24 h.
    """

    stopped_at: Instant
    restarted: bool = True
    started_at: Instant | None = None
    demand: bool = False
    blind: bool = False
    starts: tuple[Instant, ...] = ()
    runs: tuple[tuple[Instant, Instant], ...] = ()

    def ran_ms(self, now: Instant) -> int:
        """Return the pump time within the 24 h before ``now``, the run going on included."""
        since = now - DAY_MS
        past = sum(end - max(start, since) for start, end in self.runs if end > since)
        return past + (now - max(self.started_at, since) if self.started_at is not None else 0)


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
    """

    def __init__(self, limits: Limits, started_at: Instant) -> None:
        self.limits = limits
        self.marks = Marks(stopped_at=started_at)

    def review(self, observation: Observation, /, *, wanted: Decision) -> Verdict:
        """Return the verdict and keep the marks up to date."""
        verdict = self._verdict(observation, wanted)
        self._mark(observation, verdict, wanted)
        return verdict

    def _verdict(self, observation: Observation, wanted: Decision) -> Verdict:
        if wanted.vote is not Vote.RUN:
            return Verdict(run=False, reason=wanted.reason)
        for objection in self._objections(observation, wanted):
            return Verdict(
                run=False,
                reason=objection.reason,
                wake_at=objection.wake_at,
                refused=True,
                final=objection.final,
            )
        return Verdict(run=True, reason=wanted.reason, wake_at=self._next_limit(observation, wanted))

    def _objections(self, observation: Observation, wanted: Decision) -> Iterator[_Objection]:
        yield from self._by_person(observation, wanted)
        if not observation.pump.online:
            yield _Objection(Reason.of(ReasonCode.PUMP_OFFLINE))
        yield from self._by_cold_line(observation)
        yield from self._by_budget(observation.now)
        if self.marks.started_at is None:
            yield from self._by_rest(observation)
        else:
            yield from self._by_cap(observation, self.marks.started_at)

    def _by_person(self, observation: Observation, wanted: Decision) -> Iterator[_Objection]:
        if observation.mode is Mode.OFF:
            yield _Objection(Reason.of(ReasonCode.MODE_OFF), final=True)
        if observation.mode is Mode.MANUAL and not wanted.demand:
            yield _Objection(Reason.of(ReasonCode.MODE_MANUAL))
        stop = observation.last_stop
        if stop is None:
            return
        until = stop.at + self.limits.stop_lockout_ms
        ends_this_run = self.marks.started_at is not None and self.marks.started_at <= stop.at
        if ends_this_run or (observation.now < until and not wanted.demand):
            left_s = max(0, _seconds(until - observation.now))
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
            yield _Objection(Reason.of(ReasonCode.DAILY_CAP, ran_min=ran_ms // 60_000), final=True)
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

    def _by_cap(self, observation: Observation, started_at: Instant) -> Iterator[_Objection]:
        ran_ms = observation.now - started_at
        cap_ms = self._cap_ms(demand=self.marks.demand)
        if ran_ms >= cap_ms:
            yield _Objection(Reason.of(ReasonCode.RUN_CAP, cap_s=_seconds(cap_ms)), final=True)
        if ran_ms >= self.limits.blind_run_ms and self._is_blind(observation):
            reason = Reason.of(
                ReasonCode.SENSOR_STALE_CAP,
                sensor=observation.plumbing.guard_sensor,
                cap_s=_seconds(self.limits.blind_run_ms),
            )
            yield _Objection(reason, final=True)

    def _next_limit(self, observation: Observation, wanted: Decision) -> Instant:
        now, limits, marks = observation.now, self.limits, self.marks
        started_at = now if marks.started_at is None else marks.started_at
        demand = wanted.demand if marks.started_at is None else marks.demand
        blind_at = started_at + limits.blind_run_ms
        stale_at = observation.stale_at(observation.plumbing.guard_sensor)
        return min(
            started_at + self._cap_ms(demand=demand),
            now + max(1, limits.daily_cap_ms - marks.ran_ms(now)),
            blind_at if stale_at is None else max(blind_at, stale_at),
            NEVER if stale_at is None else stale_at,
        )

    def _mark(self, observation: Observation, verdict: Verdict, wanted: Decision) -> None:
        now, marks = observation.now, self.marks
        if verdict.run and marks.started_at is None:
            starts = (*(start for start in marks.starts if start > now - HOUR_MS), now)
            self.marks = replace(
                marks, started_at=now, demand=wanted.demand, starts=starts, blind=True, restarted=False
            )
        elif not verdict.run and marks.started_at is not None:
            runs = tuple(run for run in marks.runs if run[1] > now - DAY_MS)
            self.marks = replace(
                marks,
                started_at=None,
                stopped_at=now,
                runs=(*runs, (marks.started_at, now)),
                blind=marks.blind or self._is_blind(observation),
            )
        if self.marks.started_at is not None and self.marks.blind and not self._is_blind(observation):
            self.marks = replace(self.marks, blind=False)

    def _is_blind(self, observation: Observation) -> bool:
        return observation.value(observation.plumbing.guard_sensor) is None

    def _cap_ms(self, *, demand: bool) -> int:
        return min(self.limits.demand_cap_ms, self.limits.run_cap_ms) if demand else self.limits.run_cap_ms

    def snapshot(self, now: Instant) -> dict[str, object]:
        """Return the marks as ages in ms before ``now``: instants mean nothing after a restart."""
        running = () if self.marks.started_at is None else ((self.marks.started_at, now),)
        return {
            "starts_age_ms": [now - start for start in self.marks.starts],
            "runs_age_ms": [[now - start, now - end] for start, end in (*self.marks.runs, *running)],
        }

    def restore(self, snapshot: Mapping[str, object], now: Instant) -> None:
        """Take over the budgets of a snapshot whose ages were brought up to ``now``; rests start in full."""
        starts = snapshot.get("starts_age_ms")
        runs = snapshot.get("runs_age_ms")
        if isinstance(starts, list) and isinstance(runs, list):
            self.marks = replace(
                self.marks,
                starts=tuple(now - int(age) for age in starts),
                runs=tuple((now - int(start), now - int(end)) for start, end in runs),
            )


def _seconds(duration_ms: int) -> int:
    return -(-duration_ms // SECOND_MS)
