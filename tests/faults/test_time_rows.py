"""Clocks: every scheduled job once per local day at its local time, in every kind of zone, through the whole engine."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from controller.core.civil import Window
from controller.core.clock import DAY_MS
from controller.core.events import ClockSynced, PumpReport, Reading
from controller.core.reason import ReasonCode
from controller.engine import Engine
from controller.strategies.timed import Timed
from tests.builders import engine, minutes

ZONES = {
    "Europe/Berlin": 2026,
    "America/New_York": 2026,
    "Australia/Lord_Howe": 2026,  # half an hour of summer time
    "America/Sao_Paulo": 2018,  # summer time begins at midnight
    "Asia/Kolkata": 2026,  # half an hour off, no summer time
    "Asia/Gaza": 2026,  # summer time by decree
}
RUN_MIN = 4


class Year:
    """An engine with one daily job, that lives from due to due."""

    def __init__(self, zone: str, year: int, start: int) -> None:
        self.zone = ZoneInfo(zone)
        self.begins = datetime(year, 1, 1, tzinfo=self.zone)
        self.ends = datetime(year + 1, 1, 1, tzinfo=self.zone)
        job = Timed((Window(start, start + RUN_MIN),), until_hot=False)
        self.engine: Engine = engine(job, zone=self.zone)
        self.starts: list[datetime] = []
        # A minute and more before the year begins: the pump's rest after a start is over when it does.
        self._offset_ms = round(self.begins.timestamp() * 1_000) - minutes(5)
        self._told(self.engine.handle(ClockSynced(0, self._offset_ms)))

    def civil(self, at: int) -> datetime:
        return datetime.fromtimestamp((at + self._offset_ms) / 1_000, UTC).astimezone(self.zone)

    def _told(self, step: object) -> int:
        due_at: int = step.due_at  # type: ignore[attr-defined]
        for command in step.commands:  # type: ignore[attr-defined]
            if command.run and self.engine.pump.reported is not True:
                self.starts.append(self.civil(command.at))
            if command.run is not self.engine.pump.reported:
                due_at = self.engine.handle(PumpReport(command.at, on=command.run)).due_at
        return due_at

    def live(self) -> None:
        at, last = 0, round((self.ends - self.begins) / timedelta(milliseconds=1)) + minutes(5)
        while at < last:
            # The sensor promises to speak up, so nobody need ask it all year.
            due_at = self._told(self.engine.handle(Reading(at, "return", 30.0, holds_ms=2 * DAY_MS)))
            at = max(due_at, at + 1)


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("start", [30, 2 * 60 + 30, 12 * 60])
def test_a_daily_job_runs_once_on_each_local_day_of_a_year_at_its_local_time(zone: str, start: int) -> None:
    year = Year(zone, ZONES[zone], start)
    year.live()
    days = [moment.date() for moment in year.starts]
    expected = (year.ends.date() - year.begins.date()).days
    assert len(days) == len(set(days)) == expected, (zone, expected - len(set(days)), len(days))
    off = [moment for moment in year.starts if moment.hour * 60 + moment.minute != start]
    # Only where the clock skips the hour of the job may it run at another time, and then by what was skipped.
    assert len(off) <= 1
    for moment in off:
        before = moment - timedelta(hours=3)
        assert before.utcoffset() != moment.utcoffset(), moment


@pytest.mark.parametrize("step_h", [1, -1, 24 * 365, -24 * 365])
def test_a_clock_that_is_set_starts_no_storm_of_missed_jobs(step_h: int) -> None:
    """Ten jobs a day, and the clock is set: what was skipped or comes again is not made up for within the minute."""
    windows = tuple(Window(hour * 60, hour * 60 + 5) for hour in range(0, 20, 2))
    one = engine(Timed(windows, until_hot=False))
    starts = []
    noon_ms = round(datetime(2026, 6, 1, 12, 30, tzinfo=UTC).timestamp() * 1_000)
    one.handle(ClockSynced(0, noon_ms))
    at, stepped = 0, False
    while at < minutes(90):
        if at >= minutes(10) and not stepped:
            stepped = True
            one.handle(ClockSynced(at, noon_ms + at + step_h * 3_600_000))
        step = one.handle(Reading(at, "return", 30.0, holds_ms=DAY_MS))
        for command in step.commands:
            if command.run is not one.pump.reported:
                starts += [at] if command.run else []
                step = one.handle(PumpReport(at, on=command.run))
        at = min(max(step.due_at, at + 1), minutes(10) if not stepped else at + minutes(5))
    assert len(starts) <= 2


def test_without_a_clock_at_boot_no_job_runs_and_people_are_served() -> None:
    """The image's date, fifty years too late, or no date at all: the wall clock says itself that it cannot be trusted."""
    always = Timed((Window(0, 24 * 60 - 1),), until_hot=False)
    one = engine(always)
    at = 0
    while at < minutes(120):
        step = one.handle(ClockSynced(at, 5_000, trusted=False))
        step = one.handle(Reading(at, "return", 30.0, holds_ms=DAY_MS))
        assert not step.verdict.run
        assert step.decision.reason.code is ReasonCode.CLOCK_UNTRUSTED
        at += minutes(1)
    one.handle(ClockSynced(at, round(datetime(2026, 6, 1, 12, 30, tzinfo=UTC).timestamp() * 1_000)))
    assert one.handle(Reading(at + 1, "return", 30.0)).verdict.run
