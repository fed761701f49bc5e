"""The pump's time within 24 h, against counting it millisecond by millisecond (in a shorter day's worth of steps)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from controller.core.clock import DAY_MS
from controller.safety.marks import Marks, PastRuns

gaps = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), max_size=8)


def spans_of(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs one after the other: so long after the last one, for so long."""
    spans, at = [], 0
    for gap, length in pairs:
        spans.append((at + gap, at + gap + length))
        at += gap + length
    return spans


def brute_ms(spans: list[tuple[int, int]], since: int, until: int) -> int:
    return sum(max(0, min(end, until) - max(start, since)) for start, end in spans)


@settings(max_examples=60, deadline=None)
@given(gaps, st.integers(-50, 700))
def test_runs_are_counted_as_far_as_they_lie_within_the_day(pairs: list[tuple[int, int]], since: int) -> None:
    spans = spans_of(pairs)
    past = PastRuns.of(reversed(spans))
    assert past.since_ms(since) == brute_ms(spans, since, 10_000)
    assert Marks(0, past=past).ran_ms(since + DAY_MS) == past.since_ms(since)


@settings(max_examples=60, deadline=None)
@given(gaps, st.integers(1, 200), st.integers(0, 300))
def test_the_instant_at_which_the_day_is_used_up_is_the_first_one(
    pairs: list[tuple[int, int]], cap_ms: int, later: int
) -> None:
    spans = spans_of(pairs)
    now = DAY_MS + later
    marks = Marks(0, past=PastRuns.of(spans))
    if marks.ran_ms(now) >= cap_ms:
        return
    full_at = marks.full_at(now, cap_ms)
    ran_on = [*spans, (now, full_at + 1)]
    assert brute_ms(ran_on, full_at - DAY_MS, full_at) == cap_ms
    assert brute_ms(ran_on, full_at - 1 - DAY_MS, full_at - 1) == cap_ms - 1


@settings(max_examples=60, deadline=None)
@given(gaps, st.integers(1, 200), st.integers(0, 300))
def test_the_instant_at_which_there_is_room_again_is_the_first_one(
    pairs: list[tuple[int, int]], cap_ms: int, later: int
) -> None:
    spans = spans_of(pairs)
    now = DAY_MS + later
    marks = Marks(0, past=PastRuns.of(spans))
    if marks.ran_ms(now) < cap_ms:
        return
    below_at = marks.below_at(now, cap_ms)
    assert brute_ms(spans, below_at - DAY_MS, below_at) == cap_ms - 1
    assert brute_ms(spans, below_at - 1 - DAY_MS, below_at - 1) == cap_ms


def test_a_run_that_ends_pushes_those_of_yesterday_out() -> None:
    past = PastRuns.of([(0, 10), (20, 30)]).ended(DAY_MS + 15, DAY_MS + 20)
    assert past.spans == ((20, 30), (DAY_MS + 15, DAY_MS + 20))
    assert past.total_ms == 15
