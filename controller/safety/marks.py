"""What the supervisor remembers of the pump, and how that survives a restart."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from controller.core.clock import DAY_MS, Instant
from controller.core.kept import age_ms, instant


@dataclass(frozen=True, slots=True)
class PastRuns:
    """Runs that are over.

    Args:
        spans: Start and end of each, oldest start first.
        total_ms: How long they took together.
    """

    spans: tuple[tuple[Instant, Instant], ...] = ()
    total_ms: int = 0

    @classmethod
    def of(cls, spans: Iterable[tuple[Instant, Instant]]) -> "PastRuns":
        """Return the runs with these starts and ends, given in any order."""
        ordered = tuple(sorted(spans))
        return cls(ordered, sum(end - start for start, end in ordered))

    def ended(self, start: Instant, end: Instant) -> "PastRuns":
        """Return the runs after one more, without those that ended a day before it."""
        since, gone, total_ms = end - DAY_MS, 0, self.total_ms
        for begun, ended in self.spans:
            if ended > since:
                break
            gone += 1
            total_ms -= ended - begun
        if self.spans and start < self.spans[-1][0]:
            return PastRuns.of((*self.spans[gone:], (start, end)))  # a clock that was set back
        return PastRuns((*self.spans[gone:], (start, end)), total_ms + end - start)

    def since_ms(self, since: Instant) -> int:
        """Return how long they took after an instant: all of it, less what was before."""
        before_ms = 0
        for start, end in self.spans:
            if start >= since:
                break
            before_ms += min(end, since) - start
        return self.total_ms - before_ms


@dataclass(frozen=True, slots=True)
class Marks:
    """What the supervisor remembers.

    Args:
        stopped_at: When the pump last stopped; the start of the controller counts as a stop.
        restarted: That stop was the start of the controller.
        started_at: Start of the run going on; None at rest.
        demand_since: Since when a person's wish has carried the run going on; None while none does.
        blind: No trusted sensor was seen in the run going on, or in the last one.
        starts: Starts within the last hour.
        past: The runs within the last 24 h.
    """

    stopped_at: Instant
    restarted: bool = True
    started_at: Instant | None = None
    demand_since: Instant | None = None
    blind: bool = False
    starts: tuple[Instant, ...] = ()
    past: PastRuns = PastRuns()

    @property
    def runs(self) -> tuple[tuple[Instant, Instant], ...]:
        """Return start and end of the runs within the last 24 h."""
        return self.past.spans

    def ran_ms(self, now: Instant) -> int:
        """Return the pump time within the 24 h before ``now``, the run going on included."""
        since = now - DAY_MS
        return self.past.since_ms(since) + (
            now - max(self.started_at, since) if self.started_at is not None else 0
        )

    def full_at(self, now: Instant, cap_ms: int) -> Instant:
        """Return when the pump time within 24 h reaches a cap that it is below, if the pump runs on from now.

        While the end of the window passes over an old run, as much falls out of it as comes in.
        """
        since, room_ms = now - DAY_MS, cap_ms - self.ran_ms(now)
        for start, end in self.runs:
            if start - since >= room_ms:
                break
            if end > since:
                room_ms -= max(0, start - since)
                since = end
        return since + room_ms + DAY_MS

    def below_at(self, now: Instant, cap_ms: int) -> Instant:
        """Return when the pump time within 24 h falls below a cap that it has reached, if the pump rests from now."""
        spans = self.runs if self.started_at is None else (*self.runs, (self.started_at, now))
        since, excess_ms = now - DAY_MS, self.ran_ms(now) - cap_ms + 1
        for start, end in spans:
            left_ms = end - max(start, since)
            if left_ms >= excess_ms:
                return max(start, since) + excess_ms + DAY_MS
            excess_ms -= max(0, left_ms)
        return now

    def snapshot(self, now: Instant) -> dict[str, object]:
        """Return the marks as ages in ms before ``now``: instants mean nothing after a restart."""
        return {
            "starts_age_ms": [now - start for start in self.starts],
            "runs_age_ms": [[now - start, now - end] for start, end in self.runs],
            "running_age_ms": None if self.started_at is None else now - self.started_at,
            "blind": self.blind,
        }


def recall(kept: Mapping[str, object], *, now: Instant, elapsed_ms: int | None, longest_run_ms: int) -> Marks:
    """Return the marks with which a controller starts at ``now``: budgets go on, rests begin in full.

    A run that nobody saw end counts until now, at most as the longest one. What is no age is left out.

    Args:
        kept: What ``Marks.snapshot`` returned, or whatever a damaged file makes of it.
        now: The start of the controller.
        elapsed_ms: How long ago the snapshot was taken; None when it cannot be known, so that nothing is forgiven.
        longest_run_ms: Longest run of any kind.
    """
    then = now - (elapsed_ms or 0)
    runs = list(_runs(kept.get("runs_age_ms"), then))
    ran_ms = age_ms(kept.get("running_age_ms"))
    if ran_ms is not None:
        began = now - longest_run_ms if elapsed_ms is None else then - ran_ms
        runs.append((began, min(now, began + longest_run_ms)))
    starts = (instant(age, then) for age in _list(kept.get("starts_age_ms")))
    return Marks(
        stopped_at=now,
        blind=kept.get("blind") is True,
        starts=tuple(start for start in starts if start is not None),
        past=PastRuns.of(runs),
    )


def _runs(kept: object, then: Instant) -> Iterator[tuple[Instant, Instant]]:
    for pair in _list(kept):
        start, end = (instant(age, then) for age in _pair(pair))
        if start is not None and end is not None and start <= end:
            yield start, end


def _pair(kept: object) -> list[object]:
    return kept if isinstance(kept, list) and len(kept) == 2 else [None, None]


def _list(kept: object) -> list[object]:
    return kept if isinstance(kept, list) else []
