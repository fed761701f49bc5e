"""The meter in the heater's inlet tells when a draw begins, changes and ends, a little late, and nothing too small."""

import simpy

from simulator.draw_meter import LATE_S, LEAST_LPM, DrawMeter
from simulator.piping import Demand


def open_at(flow_lpm: float) -> list[Demand]:
    """Return a tap that takes so much hot water."""
    return [Demand("tap", flow_lpm / 60.0, 0.0)]


def test_a_flow_is_told_late_and_only_when_it_has_clearly_changed() -> None:
    env, told = simpy.Environment(), []
    meter = DrawMeter(env, lambda flow_lpm: told.append((env.now, round(flow_lpm, 3))))
    for at_s, flow_lpm in ((10, 6.0), (20, 5.8), (30, 3.0), (40, 0.0)):
        env.run(until=at_s)
        meter.follow(open_at(flow_lpm))
    env.run(until=60)
    assert told == [(10 + LATE_S, 6.0), (30 + LATE_S, 3.0), (40 + LATE_S, 0.0)]


def test_a_trickle_does_not_turn_it() -> None:
    env, told = simpy.Environment(), []
    meter = DrawMeter(env, told.append)
    meter.follow(open_at(0.99 * LEAST_LPM))
    env.run(until=60)
    assert told == []
