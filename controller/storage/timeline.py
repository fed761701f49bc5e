"""What happened on a loop over a span of time: runs and draws as marks on its axis, told together where they are dense."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, NamedTuple

from controller.core.clock import DAY_MS, Instant
from controller.ports import NoteKind
from controller.storage.records import from_json

REACH_MS: Final = DAY_MS
"""A run that began so long before a span may reach into it; none lasts longer."""
KINDS: Final = (NoteKind.RUN_STARTED, NoteKind.RUN_ENDED, NoteKind.DRAWN)


class Mark(NamedTuple):
    """A note as far as the axis needs it; fields as in ``NoteRow``."""

    id: int
    session: int
    at: Instant
    utc_ms: int
    kind: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class RunsMark:
    """One run, or several with hardly a gap between them.

    Args:
        since_ms: When it began, in UTC milliseconds.
        until_ms: When it ended; None while it goes on. Where the controller died in it: its start.
        runs: So many runs.
        ran_ms: Pump time of all of them.
    """

    since_ms: int
    until_ms: int | None
    runs: int
    ran_ms: int


@dataclass(frozen=True, slots=True)
class DrawsMark:
    """One draw, or several close together.

    Args:
        utc_ms: When it began; of several: the mean.
        draws: So many draws.
        hot: How many of them probably found hot water: a sum of chances.
        wait_s: How long people probably waited for it, in s; of several: the mean.
    """

    utc_ms: int
    draws: int
    hot: float
    wait_s: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """Runs and draws of one loop over a span, oldest first."""

    runs: tuple[RunsMark, ...]
    draws: tuple[DrawsMark, ...]


def timeline(marks: Iterable[Mark], span: tuple[int, int], most: int, session: int) -> Timeline:
    """Return what the marks tell of a span.

    Args:
        marks: Of one loop, in the order of their ids.
        span: From and until, in UTC milliseconds.
        most: Runs, and draws, to tell apart at most; beyond that neighbours are told together.
        session: The session going on: a run without an end in another one was cut off.
    """
    first_ms, last_ms = span
    grain_ms = max(1, -((first_ms - last_ms) // max(1, most)))
    known = list(marks)
    runs = [run for run in _runs(known, session) if run.until_ms is None or run.until_ms >= first_ms]
    draws = [
        _draw(mark) for mark in known if mark.kind == NoteKind.DRAWN and first_ms <= mark.utc_ms < last_ms
    ]
    return Timeline(
        tuple(_joined(runs, first_ms, grain_ms) if len(runs) > most else runs),
        tuple(_gathered(draws, first_ms, grain_ms) if len(draws) > most else draws),
    )


def _runs(marks: Sequence[Mark], session: int) -> list[RunsMark]:
    switched = [mark for mark in marks if mark.kind != NoteKind.DRAWN]
    runs = []
    for mark, after in zip_longest(switched, switched[1:]):
        if mark is None or mark.kind != NoteKind.RUN_STARTED:
            continue
        if after is not None and after.kind == NoteKind.RUN_ENDED and after.session == mark.session:
            # By the monotonic clock: a wall clock set during a run must not make it an hour long.
            ran_ms = min(max(0, after.at - mark.at), REACH_MS)
            runs.append(RunsMark(mark.utc_ms, mark.utc_ms + ran_ms, 1, ran_ms))
        else:
            goes_on = after is None and mark.session == session
            runs.append(RunsMark(mark.utc_ms, None if goes_on else mark.utc_ms, 1, 0))
    return runs


def _joined(runs: Iterable[RunsMark], first_ms: int, grain_ms: int) -> list[RunsMark]:
    """Return one mark for the runs that begin on one pixel: so a year shows its busy weeks and its quiet ones."""
    joined: list[RunsMark] = []
    for run in runs:
        last = joined[-1] if joined else None
        place = max(0, run.since_ms - first_ms) // grain_ms
        if last is None or last.until_ms is None or max(0, last.since_ms - first_ms) // grain_ms != place:
            joined.append(run)
        else:
            until_ms = None if run.until_ms is None else max(run.until_ms, last.until_ms)
            joined[-1] = RunsMark(last.since_ms, until_ms, last.runs + run.runs, last.ran_ms + run.ran_ms)
    return joined


def _draw(mark: Mark) -> DrawsMark:
    details = from_json(str(mark.details))
    return DrawsMark(mark.utc_ms, 1, _number(details.get("hot")), _number(details.get("wait_s")))


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _gathered(draws: Iterable[DrawsMark], first_ms: int, grain_ms: int) -> list[DrawsMark]:
    gathered: dict[int, DrawsMark] = {}
    for draw in draws:
        place = (draw.utc_ms - first_ms) // grain_ms
        before = gathered.get(place)
        gathered[place] = draw if before is None else _together(before, draw)
    return list(gathered.values())


def _together(one: DrawsMark, other: DrawsMark) -> DrawsMark:
    draws = one.draws + other.draws
    share = other.draws / draws
    utc_ms = one.utc_ms + round(share * (other.utc_ms - one.utc_ms))
    return DrawsMark(utc_ms, draws, one.hot + other.hot, one.wait_s + share * (other.wait_s - one.wait_s))
