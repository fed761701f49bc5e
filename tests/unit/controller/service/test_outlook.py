"""What can be expected of a loop."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from controller.core.civil import Window
from controller.core.clock import MINUTE_MS
from controller.core.observation import Observation, Sample
from controller.core.plumbing import Plumbing, Topology
from controller.service.outlook import comfort_of, hot_now, next_window_at, threshold_of
from controller.strategies.aquastat import Aquastat
from controller.strategies.arrival import StopRule
from controller.strategies.on_demand import OnDemand
from controller.strategies.predictive import Comfort, Predictive
from controller.strategies.timed import Timed

BERLIN = ZoneInfo("Europe/Berlin")
MORNING, EVENING = Window(360, 480), Window(1_020, 1_200)


def seen(value_c: float, *, sensor: str = "return", age_ms: int = 0, cold: bool = False) -> Observation:
    topology = Topology.COLD_RETURN if cold else Topology.DEDICATED_RETURN
    plumbing = Plumbing("main", topology, (), frozenset({sensor}))
    return Observation(now=age_ms, plumbing=plumbing, readings={sensor: Sample(0, value_c)})


@pytest.mark.parametrize(("value_c", "hot"), [(37.9, False), (38.0, True), (60.0, True)])
def test_a_loop_is_hot_from_the_warm_reading_of_its_rule_on(value_c: float, hot: bool) -> None:
    assert hot_now([OnDemand()], seen(value_c)) is hot


def test_the_rule_of_the_most_important_strategy_counts() -> None:
    strategies = [OnDemand(StopRule(warm_c=45.0)), Timed((MORNING,))]
    assert hot_now(strategies, seen(44.0)) is False
    assert hot_now([], seen(44.0)) is True


def test_a_stale_reading_or_the_cold_pipe_tells_nothing() -> None:
    assert hot_now([OnDemand()], seen(50.0, age_ms=MINUTE_MS + 1)) is None
    assert hot_now([OnDemand()], seen(50.0, sensor="cold_line", cold=True)) is None
    assert hot_now([OnDemand()], seen(50.0, sensor="supply")) is None


def test_the_next_window_of_all_strategies_is_told_also_inside_one() -> None:
    strategies = [OnDemand(), Timed((EVENING, MORNING))]
    inside = datetime(2026, 5, 4, 7, 0, tzinfo=BERLIN)
    assert next_window_at(strategies, inside) == datetime(2026, 5, 4, 17, 0, tzinfo=BERLIN)
    assert next_window_at(strategies, inside.replace(hour=18)) == datetime(2026, 5, 5, 6, 0, tzinfo=BERLIN)


def test_a_window_over_the_change_of_clocks_opens_at_its_local_time() -> None:
    before = datetime(2026, 3, 28, 23, 0, tzinfo=BERLIN)
    opens = next_window_at([Timed((MORNING,))], before)
    assert opens is not None and opens.astimezone(UTC) == datetime(2026, 3, 29, 4, 0, tzinfo=UTC)


def test_without_windows_or_without_a_clock_there_is_none() -> None:
    assert next_window_at([OnDemand()], datetime(2026, 5, 4, tzinfo=BERLIN)) is None
    assert next_window_at([Timed((MORNING,))], None) is None


def test_what_can_be_set_is_read_from_the_strategies_that_decide() -> None:
    strategies = [OnDemand(), Predictive(Comfort.LAVISH), Aquastat()]
    assert (comfort_of(strategies), threshold_of(strategies)) == ("lavish", (38.0, 40.5))
    assert (comfort_of([OnDemand()]), threshold_of([OnDemand()])) == (None, None)
