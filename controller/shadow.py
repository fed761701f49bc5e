"""A strategy in the shadow: it decides on what really happens, its would-be runs are noted, and nothing is done."""

from collections.abc import Iterator
from dataclasses import replace

from controller.core.clock import NEVER, Instant
from controller.core.contracts import Strategy
from controller.core.decision import Decision, Vote, Watches
from controller.core.diary import Diary
from controller.core.observation import Observation, PumpView, Run
from controller.core.reason import Reason, ReasonCode
from controller.ports import Note, NoteKind


class Shadow:
    """Follows one strategy as if the pump were its own.

    The temperatures are those of the real pump, so a would-be run may never see hot water come: it ends at the
    longest run of the loop at the latest.

    Args:
        strategy: The strategy.
        longest_run_ms: Longest run of the loop.
        rest_ms: Shortest rest between two runs.

    Attributes:
        wake_at: When its answer may change by time alone.
        watches: The sensors that its answer hangs on.
    """

    def __init__(self, strategy: Strategy, longest_run_ms: int, rest_ms: int) -> None:
        self.strategy = strategy
        self._longest_run_ms = longest_run_ms
        self._rest_ms = rest_ms
        self._own = Diary(moved_at=-NEVER, exchanged_at=-NEVER)
        self._run: Run | None = None
        self._stopped_at: Instant | None = None
        self._capped = False
        self.wake_at: Instant = NEVER
        self.watches: Watches = ()

    def look(self, observation: Observation) -> Iterator[Note]:
        """Let it decide; yield a note when it would have started or stopped the pump."""
        pump, diary = self._pump(observation), self._diary(observation.diary)
        decision = self.strategy.decide(replace(observation, pump=pump, diary=diary))
        self.wake_at, self.watches = decision.wake_at, decision.watches
        wanted = decision.vote is Vote.RUN
        self._capped = self._capped and wanted
        if self._run is None:
            rests_until = observation.now if self._stopped_at is None else self._stopped_at + self._rest_ms
            if observation.now < rests_until:
                self.wake_at = min(self.wake_at, rests_until)
            elif wanted and not self._capped:
                yield self._start(observation, decision)
        elif not wanted:
            yield self._stop(observation.now, self._run, decision.reason)
        elif observation.now >= self._ends_at(self._run):
            self._capped = True
            cap_s = self._longest_run_ms / 1000
            yield self._stop(observation.now, self._run, Reason.of(ReasonCode.RUN_CAP, cap_s=cap_s))
        if self._run is not None:
            self.wake_at = min(self.wake_at, self._ends_at(self._run))

    def _pump(self, observation: Observation) -> PumpView:
        if self._run is not None:
            for role in observation.readings:
                value = observation.value(role)
                self._run = self._run if value is None else self._run.read(role, value)
        runs = self._run is not None
        return PumpView(commanded=runs, reported=runs, run=self._run, last_stopped_at=self._stopped_at)

    def _diary(self, real: Diary) -> Diary:
        """Return the diary as it would be, had it acted: the real one with its own runs."""
        own = self._own
        return replace(
            real,
            moved_at=max(real.moved_at, own.moved_at),
            exchanged_at=max(real.exchanged_at, own.exchanged_at),
            served={**real.served, **own.served},
        )

    def _start(self, observation: Observation, decision: Decision) -> Note:
        values = {role: observation.value(role) for role in observation.readings}
        lowest = {role: value for role, value in values.items() if value is not None}
        self._run = Run(observation.now, self.strategy.name, decision.demand, confirmed=True, lowest_c=lowest)
        self._own = self._own.carried(observation.now, self.strategy.name)
        # The run changes what it looks at: how it goes on is asked at once.
        self.wake_at = min(self.wake_at, observation.now + 1)
        return Note(observation.now, NoteKind.SHADOW_STARTED, decision.reason, {"by": self.strategy.name})

    def _stop(self, now: Instant, run: Run, reason: Reason) -> Note:
        self._run, self._stopped_at = None, now
        self._own = self._own.ended(now, run.started_at, reason, moved=True, start_c=None)
        self.wake_at = min(self.wake_at, now + 1)
        ran_ms = now - run.started_at
        return Note(now, NoteKind.SHADOW_ENDED, reason, {"by": self.strategy.name, "ran_ms": ran_ms})

    def _ends_at(self, run: Run) -> Instant:
        return run.started_at + self._longest_run_ms
