"""What a pump has done today: minutes and starts by the house's calendar."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from controller.mqtt.states import DayFigures
from controller.service.day import PAGE, day_figures, figures_of
from controller.views import RunRecord
from tests.support.fake_service import record

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 29, 14, 0, tzinfo=BERLIN)  # the day on which an hour is skipped
MIDNIGHT = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)


def run(number: int, start: datetime, minutes: float | None) -> RunRecord:
    end = None if minutes is None else start + timedelta(minutes=minutes)
    return record(number, started_at=start, ended_at=end)


def test_runs_of_today_count_and_those_of_yesterday_do_not() -> None:
    runs = [
        run(3, MIDNIGHT + timedelta(hours=9), 2.5),
        run(2, MIDNIGHT, 1.0),
        run(1, MIDNIGHT - timedelta(minutes=10), 5),
    ]
    assert figures_of(runs, NOW, running=False) == DayFigures(3.5, 2, runs[0])


def test_a_run_over_midnight_counts_with_its_minutes_of_today_and_started_yesterday() -> None:
    over = run(1, MIDNIGHT - timedelta(minutes=2), 5)
    assert figures_of([over], NOW, running=False) == DayFigures(3.0, 0, over)


def test_a_run_that_goes_on_counts_until_now_and_one_whose_end_was_never_seen_as_a_start_only() -> None:
    going = run(2, NOW - timedelta(minutes=4), None)
    lost = run(1, NOW - timedelta(minutes=90), None)
    assert figures_of([going, lost], NOW, running=True) == DayFigures(4.0, 2, going)
    assert figures_of([lost], NOW, running=False) == DayFigures(0.0, 1, lost)


def test_without_runs_the_day_is_empty() -> None:
    assert figures_of([], NOW, running=False) == DayFigures(0.0, 0, None)


@given(st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 60)), max_size=20))
def test_minutes_are_never_more_than_the_day_has_had(spans: list[tuple[int, int]]) -> None:
    runs = [run(1, NOW - timedelta(minutes=back), length) for back, length in spans]
    figures = figures_of(runs, NOW, running=False)
    assert figures.pump_min is not None and figures.starts is not None
    assert 0 <= figures.pump_min <= sum(length for _, length in spans)
    assert figures.starts <= len(runs)


async def test_pages_are_asked_for_until_they_lie_before_yesterday() -> None:
    every = [
        run(number, NOW.astimezone(UTC) - timedelta(minutes=20 * (1_000 - number)), 1.0)
        for number in range(999, 0, -1)
    ]
    asked: list[int | None] = []

    async def runs(limit: int, before_id: int | None) -> list[RunRecord]:
        asked.append(before_id)
        return [one for one in every if before_id is None or one.id < before_id][:limit]

    figures = await day_figures(runs, NOW, running=False)
    # From midnight, 13 hours ago, to 20 minutes ago, three an hour.
    assert figures.starts == 39 and figures.pump_min == 39.0
    assert len(asked) == 3 and asked[0] is None, f"{PAGE} at a time"
