"""What may be said against a run, the gravest first. Whoever asks keeps the marks that this looks at."""

from collections.abc import Iterator
from dataclasses import dataclass

from controller.core.clock import HOUR_MS, MINUTE_MS, NEVER, SECOND_MS, Instant
from controller.core.decision import Decision, Purpose
from controller.core.events import Mode
from controller.core.observation import Observation
from controller.core.plumbing import Topology
from controller.core.reason import Reason, ReasonCode
from controller.safety.dry_run import DryRuns
from controller.safety.limits import Limits
from controller.safety.marks import Marks
from controller.safety.response import Responses
from controller.safety.tankless import Burner, BurnerTerms


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a run must not be.

    Args:
        reason: The reason.
        wake_at: When it may have gone by time alone.
        final: Whether the wishes that the run was for are answered by it.
    """

    reason: Reason
    wake_at: Instant = NEVER
    final: bool = False


class Objections:
    """Knows the limits of a loop and what its pump did, and objects.

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

    def _objections(self, observation: Observation, wanted: Decision) -> Iterator[Objection]:
        yield from self._by_person(observation, wanted)
        if self.dry_runs.latched:
            yield Objection(Reason(ReasonCode.DRY_LATCHED), final=True)
        if not observation.pump.online:
            yield Objection(Reason.of(ReasonCode.PUMP_OFFLINE))
        if not observation.pump.unattended and not wanted.demand:
            yield Objection(Reason.of(ReasonCode.NO_AUTO_OFF))
        yield from self._by_cold_line(observation)
        yield from self._by_budget(observation.now)
        if self.marks.started_at is None:
            yield from self._by_rest(observation)
            yield from self._by_failures(observation, wanted)
        else:
            yield from self._by_cap(observation, wanted, self.marks.started_at)
            yield from self._by_effect(observation, wanted, self.marks.started_at)

    def _by_person(self, observation: Observation, wanted: Decision) -> Iterator[Objection]:
        upkeep = wanted.purpose.upkeep and not wanted.demand
        if observation.mode is Mode.SERVICE:
            yield Objection(Reason.of(ReasonCode.MODE_SERVICE), final=True)
        if observation.mode is Mode.OFF and not upkeep:
            yield Objection(Reason.of(ReasonCode.MODE_OFF), final=True)
        if observation.mode is Mode.MANUAL and not (wanted.demand or upkeep):
            yield Objection(Reason.of(ReasonCode.MODE_MANUAL))
        stop = observation.last_stop
        if stop is None:
            return
        until = stop.at + self.limits.stop_lockout_ms
        ends_this_run = self.marks.started_at is not None and self.marks.started_at <= stop.at
        if ends_this_run or (observation.now < until and not wanted.demand):
            left_s = _seconds(until - observation.now)
            reason = Reason.of(ReasonCode.STOPPED_BY_PERSON, who=stop.who, left_s=left_s)
            yield Objection(reason, until, final=ends_this_run)

    def _by_cold_line(self, observation: Observation) -> Iterator[Objection]:
        if observation.plumbing.topology is not Topology.COLD_RETURN:
            return
        value = observation.value(observation.plumbing.guard_sensor)
        if value is None:
            # Blind runs would push hot water towards the cold taps with nobody watching.
            sensor = observation.plumbing.guard_sensor
            yield Objection(Reason.of(ReasonCode.SENSOR_MISSING, sensor=sensor))
        elif value >= self.limits.cold_line_c:
            yield Objection(
                Reason.of(ReasonCode.COLD_LINE_LIMIT, temperature_c=value, limit_c=self.limits.cold_line_c),
                final=True,
            )

    def _by_budget(self, now: Instant) -> Iterator[Objection]:
        ran_ms = self.marks.ran_ms(now)
        if ran_ms >= self.limits.daily_cap_ms:
            reason = Reason.of(ReasonCode.DAILY_CAP, ran_min=ran_ms // MINUTE_MS)
            yield Objection(reason, self.marks.below_at(now, self.limits.daily_cap_ms), final=True)
        recent = [start for start in self.marks.starts if start > now - HOUR_MS]
        if self.marks.started_at is None and len(recent) >= self.limits.starts_per_hour:
            reason = Reason.of(ReasonCode.STARTS_PER_HOUR, starts=len(recent))
            yield Objection(reason, min(recent) + HOUR_MS, final=True)

    def _by_rest(self, observation: Observation) -> Iterator[Objection]:
        now, limits, marks = observation.now, self.limits, self.marks
        until = marks.stopped_at + limits.min_rest_ms
        if now < until:
            code = ReasonCode.JUST_STARTED_UP if marks.restarted else ReasonCode.MIN_REST
            yield Objection(Reason.of(code, left_s=_seconds(until - now)), until)
        until = marks.stopped_at + limits.blind_pause_ms
        if marks.blind and self._is_blind(observation) and now < until:
            reason = Reason.of(
                ReasonCode.SENSOR_STALE_PAUSE,
                sensor=observation.plumbing.guard_sensor,
                left_s=_seconds(until - now),
            )
            yield Objection(reason, until)

    def _by_cap(self, observation: Observation, wanted: Decision, started_at: Instant) -> Iterator[Objection]:
        ends_at, cap_ms = self._cap(observation.now, wanted)
        if observation.now >= ends_at:
            yield Objection(Reason.of(ReasonCode.RUN_CAP, cap_s=_seconds(cap_ms)), final=True)
        if observation.now >= started_at + self.limits.blind_run_ms and self._is_blind(observation):
            reason = Reason.of(
                ReasonCode.SENSOR_STALE_CAP,
                sensor=observation.plumbing.guard_sensor,
                cap_s=_seconds(self.limits.blind_run_ms),
            )
            yield Objection(reason, final=True)

    def _by_failures(self, observation: Observation, wanted: Decision) -> Iterator[Objection]:
        now = observation.now
        until = self.dry_runs.resumes_at
        if now < until:
            yield Objection(Reason.of(ReasonCode.DRY_PAUSE, left_s=_seconds(until - now)), until)
        until = self.responses.resumes_at
        # A pipe that freezes does not wait for a sensor; frost has limits of its own.
        if now < until and not wanted.demand and wanted.purpose is not Purpose.FROST:
            sensor = observation.plumbing.arrival_sensor
            left_s = _seconds(until - now)
            reason = Reason.of(ReasonCode.NO_RESPONSE_PAUSE, sensor=sensor, left_s=left_s)
            yield Objection(reason, until)
        # Moving water, heated or not, keeps a pipe from freezing.
        if self.burner is not None and wanted.purpose is not Purpose.FROST:
            yield from self._by_burner(self.burner, now, demand=wanted.demand)

    def _by_burner(self, burner: Burner, now: Instant, *, demand: bool) -> Iterator[Objection]:
        until, recent = burner.resumes_at(demand=demand), burner.recent(now)
        if now < until:
            yield Objection(Reason.of(ReasonCode.BURNER_PAUSE, left_s=_seconds(until - now)), until)
        if len(recent) >= burner.terms.starts_per_hour and not demand:
            yield _starts_objection(recent)

    def _by_effect(
        self, observation: Observation, wanted: Decision, started_at: Instant
    ) -> Iterator[Objection]:
        if observation.pump.moves is False:
            yield Objection(Reason(ReasonCode.DRY_RUN), final=True)
        ran_ms, sensor = observation.now - started_at, observation.plumbing.arrival_sensor
        responses = self.responses.going_on(observation)
        if responses.unanswered(ran_ms):
            reason = Reason.of(ReasonCode.NO_RESPONSE, sensor=sensor, runs=responses.failures + 1)
            yield Objection(reason, final=True)
        if responses.blind and not responses.felt and ran_ms >= self.limits.blind_run_ms:
            cap_s = _seconds(self.limits.blind_run_ms)
            yield Objection(Reason.of(ReasonCode.NO_RESPONSE_CAP, sensor=sensor, cap_s=cap_s), final=True)
        if self.burner is not None and wanted.purpose is not Purpose.FROST:
            burner = self.burner.going_on(observation)
            against, recent = burner.against(observation, ran_ms), burner.recent(observation.now)
            if against is not None:
                yield Objection(against, final=True)
            if len(recent) > burner.terms.starts_per_hour and not wanted.demand:
                yield _starts_objection(recent)

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

    def _is_blind(self, observation: Observation) -> bool:
        return observation.value(observation.plumbing.guard_sensor) is None


def _starts_objection(recent: tuple[Instant, ...]) -> Objection:
    return Objection(Reason.of(ReasonCode.BURNER_STARTS, starts=len(recent)), min(recent) + HOUR_MS)


def _seconds(duration_ms: int) -> int:
    return -(-duration_ms // SECOND_MS)
