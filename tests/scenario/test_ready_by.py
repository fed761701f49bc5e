"""Hot at the shower by a time of day: is it, in a simulated house, and over a change of the clock?"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from controller.core.civil import Window
from controller.core.events import ClockSynced
from controller.estimation.fixture_estimate import HOT_C
from controller.strategies.ready_by import UNLEARNED_FILL_MS, ReadyBy
from simulator.layout_file import load_layout
from simulator.scenario import Scenario

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 3, 27, tzinfo=UTC)
"""Two days before summer time begins, on the 29th at 02:00."""
DAYS = 5


def test_it_is_hot_at_the_time_also_on_the_day_on_which_the_clock_is_changed() -> None:
    house = load_layout("house")
    job = ReadyBy((Window(6 * 60 + 50, 6 * 60 + 51),), fixture="shower")
    scenario = Scenario(house, [], "ready_by", seed=1, own=(job,))
    scenario.driver.engine.zone = BERLIN
    scenario.run_until(1.0)
    scenario.driver.post(ClockSynced(1_000, round(FRIDAY.timestamp() * 1_000) + 1_000))
    branch = next(pipe for pipe in house.hot if pipe.name == "bathroom branch")
    leads_s = []
    for day in range(DAYS):
        date = (FRIDAY + timedelta(days=day)).date()
        at = datetime(date.year, date.month, date.day, 6, 50, tzinfo=BERLIN).astimezone(UTC)
        at_s = (at - FRIDAY).total_seconds()
        scenario.run_until(at_s)
        assert scenario.house.temperature_c("bathroom branch", branch.length_m) >= HOT_C
        leads_s.append(at_s - scenario.pump.runs[-1].start_s)
    assert scenario.pump.starts == DAYS
    margin_s = job.margin_ms / 1_000
    assert leads_s[0] - margin_s == pytest.approx(UNLEARNED_FILL_MS / 1_000)
    # What the first run has taught is used from the second on: no hot water stands and cools for minutes.
    assert all(30.0 < lead_s - margin_s < 120.0 for lead_s in leads_s[1:])
