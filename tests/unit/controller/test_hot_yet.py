"""The fixtures of a loop at work, as the page sees them."""

from controller.core.events import HotWaterRequest, PumpReport, Reading, StopRequest
from controller.hot_yet import HotYet
from controller.strategies.on_demand import OnDemand
from tests.builders import engine, minutes, seconds


def test_the_estimates_follow_the_engine_through_a_run() -> None:
    one = engine(OnDemand())
    hot_yet = HotYet(one)
    told = [
        Reading(minutes(2), "supply", 54.0),
        Reading(minutes(2), "return", 20.0),
        HotWaterRequest(minutes(2), "a", "button"),
        PumpReport(minutes(2) + 1, on=True),
        Reading(minutes(2) + seconds(70), "return", 20.5),
        Reading(minutes(2) + seconds(75), "return", 22.5),
        Reading(minutes(2) + seconds(80), "return", 27.0),
        PumpReport(minutes(2) + seconds(81), on=False),
    ]
    on_its_way: list[float | None] = []
    for event in told:
        one.handle(event)
        hot_yet.look(event)
        on_its_way.append(hot_yet.views(one.now)[-1].ready_in_s)
    assert on_its_way[1] is None
    assert (on_its_way[3] or 0.0) > 30.0
    assert on_its_way[6] is None
    assert [view.hot for view in hot_yet.views(one.now)] == [True, True, True]


def test_what_a_sensor_told_long_ago_is_not_taken_for_now() -> None:
    one = engine(OnDemand())
    hot_yet = HotYet(one)
    for event in (Reading(0, "supply", 54.0, live=False), StopRequest(1, "test")):
        one.handle(event)
        hot_yet.look(event)
    assert hot_yet.heat.snapshot()["plateau_c"] == 0.0
