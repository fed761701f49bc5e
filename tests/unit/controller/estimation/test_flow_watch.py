"""Water that flows on and on is told; a bath, a run of the pump and a flow that stops are not."""

import pytest

from controller.core.clock import NEVER
from controller.core.plumbing import DRAW_FLOW, LOOP_FLOW
from controller.estimation.flow_watch import FLOWS_LPM, FLOWS_ON_MS, FlowWatch
from tests.builders import minutes


@pytest.mark.parametrize(("after", "told"), [(-1, []), (0, [DRAW_FLOW]), (1, [DRAW_FLOW])])
def test_a_draw_is_told_after_fifteen_minutes_without_a_break(after: int, told: list[str]) -> None:
    watch = FlowWatch().read(1, DRAW_FLOW, 5.0).read(minutes(7), DRAW_FLOW, 4.0)
    assert list(watch.flowing_on(1 + FLOWS_ON_MS + after)) == told
    assert watch.wake_at(minutes(7)) == 1 + FLOWS_ON_MS


@pytest.mark.parametrize(("flow_lpm", "flows"), [(FLOWS_LPM - 0.01, False), (FLOWS_LPM, True)])
def test_less_than_a_small_flow_is_none(flow_lpm: float, flows: bool) -> None:
    watch = FlowWatch().read(0, DRAW_FLOW, flow_lpm)
    assert bool(list(watch.flowing_on(FLOWS_ON_MS))) is flows


def test_a_break_begins_the_time_anew() -> None:
    watch = (
        FlowWatch()
        .read(0, DRAW_FLOW, 5.0)
        .read(minutes(14), DRAW_FLOW, 0.0)
        .read(minutes(15), DRAW_FLOW, 5.0)
    )
    assert list(watch.flowing_on(minutes(29))) == []
    assert list(watch.flowing_on(minutes(30))) == [DRAW_FLOW]


def test_flow_in_the_loop_counts_only_while_the_pump_rests() -> None:
    watch = FlowWatch().read(0, LOOP_FLOW, 5.0).looked(0, at_rest=False)
    assert list(watch.flowing_on(minutes(60))) == [] and watch.wake_at(0) == NEVER
    watch = watch.looked(minutes(60), at_rest=True)
    assert list(watch.flowing_on(minutes(75) - 1)) == []
    assert list(watch.flowing_on(minutes(75))) == [LOOP_FLOW]
    assert list(watch.looked(minutes(80), at_rest=False).flowing_on(minutes(80))) == []
