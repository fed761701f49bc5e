"""Watched sensors: told exactly when it matters, silent otherwise."""

import math

import pytest
import simpy

from controller.core.clock import NEVER
from controller.core.decision import Watch
from simulator.layout import SensorSpot
from simulator.stream import Segment, constant
from simulator.watching import WatchedSensors

AMBIENT_C = 20.0
LAG_S = 30.0


LOOKED_AT = (Watch("return"),)


class Rig:
    """Water as scripted over one sensor, and a controller that writes down what it is told."""

    def __init__(self, *stream, watches=LOOKED_AT, moves=True, **changes):
        self.env = simpy.Environment()
        self.stream, self.moving, self.watches = stream, moves, watches
        self.asked = 0
        self.told = []
        spot = SensorSpot("return", "return line", 0.0, lag_s=LAG_S, **changes)
        self.sensors = WatchedSensors(self.env, [spot], AMBIENT_C, self, self.look)
        self.sensors.expect()
        self.look()

    def passing(self, _, from_s):
        self.asked += 1
        return iter([one for one in self.stream if one.end_s > from_s])

    def moves(self, _):
        return self.moving

    def look(self):
        for reading in self.sensors.readings():
            self.told.append((reading.at, reading.value_c))
            assert reading.at == round(self.env.now * 1000) and reading.holds_ms == NEVER
        self.sensors.watch(self.watches)
        if self.sensors.attend():
            self.look()


def test_a_sensor_that_is_looked_at_tells_its_value_once_and_then_keeps_silent():
    rig = Rig(constant(30.0, 0.0))
    rig.env.run(10_000.0)
    assert rig.told == [(0, AMBIENT_C)]


def test_a_sensor_that_nobody_looks_at_is_never_heard():
    rig = Rig(constant(30.0, 0.0), watches=())
    rig.env.run(10_000.0)
    assert rig.told == []


def test_a_level_is_told_at_the_first_whole_millisecond_at_which_it_is_reached():
    rig = Rig(constant(0.0, 0.0, 100.0), constant(30.0, 100.0), watches=(Watch("return", (38.0,)),))
    rig.env.run(1_000.0)
    crossed_s = 100.0 + LAG_S * math.log(30.0 / 12.0)
    ((at, value_c),) = rig.told[1:]
    assert at == math.ceil(crossed_s * 1000)
    assert 38.0 < value_c < 38.001


def test_a_level_is_told_on_the_way_down_as_well():
    rig = Rig(
        constant(30.0, 0.0, 100.0),
        Segment(100.0, math.inf, ((30.0, -1e-3),)),
        watches=(Watch("return", (38.0,)),),
    )
    rig.env.run(5_000.0)
    up, down = rig.told[1:]
    assert up[0] == math.ceil(LAG_S * math.log(30.0 / 12.0) * 1000)
    assert 37.999 < down[1] < 38.0
    assert down[0] / 1000 == pytest.approx(100.0 + math.log(30.0 / (1.0 - 0.03) / 18.0) / 1e-3, abs=0.01)


def test_the_turn_from_falling_to_rising_is_told_when_it_counts():
    stream = constant(0.0, 0.0, 50.0), constant(-8.0, 50.0, 70.0), constant(30.0, 70.0)
    silent, told = (Rig(*stream, watches=(Watch("return", turns=turns),)) for turns in (False, True))
    silent.env.run(1_000.0)
    told.env.run(1_000.0)
    assert len(silent.told) == 1
    ((at, value_c),) = told.told[1:]
    assert at in (70_000, 70_001)
    assert value_c == pytest.approx(AMBIENT_C - 8.0 * (1.0 - math.exp(-20.0 / LAG_S)), abs=1e-3)


def test_the_turn_from_rising_to_falling_is_told_when_it_counts():
    stream = constant(0.0, 0.0, 50.0), constant(8.0, 50.0, 70.0), constant(-30.0, 70.0)
    silent, told = (Rig(*stream, watches=(Watch("return", peaks=peaks),)) for peaks in (False, True))
    silent.env.run(1_000.0)
    told.env.run(1_000.0)
    assert len(silent.told) == 1
    ((at, value_c),) = told.told[1:]
    assert at in (70_000, 70_001)
    assert value_c == pytest.approx(AMBIENT_C + 8.0 * (1.0 - math.exp(-20.0 / LAG_S)), abs=1e-3)


def test_a_dip_that_stays_above_the_last_value_told_is_no_news():
    stream = constant(30.0, 0.0, 50.0), constant(0.0, 50.0, 60.0), constant(30.0, 60.0)
    rig = Rig(*stream, watches=(Watch("return", turns=True),))
    rig.env.run(1_000.0)
    assert rig.told == [(0, AMBIENT_C)]


def test_a_level_far_ahead_is_found_in_a_forecast_of_many_pieces() -> None:
    pieces = [constant(0.5 * number, 20.0 * number, 20.0 * (number + 1)) for number in range(60)]
    rig = Rig(*pieces, constant(30.0, 1_200.0), watches=(Watch("return", (38.0,)),))
    felt, at_s = 0.0, 0.0
    for piece in pieces:
        grown = piece.terms[0][0] + (felt - piece.terms[0][0]) * math.exp(-20.0 / LAG_S)
        if grown >= 18.0:
            left_k = piece.terms[0][0] - felt
            at_s = piece.start_s + LAG_S * math.log(left_k / (piece.terms[0][0] - 18.0))
            break
        felt = grown
    rig.env.run(1_200.0)
    assert [at for at, _ in rig.told[1:]] == [math.ceil(at_s * 1000)]


def test_flows_that_change_elsewhere_leave_water_at_rest_alone():
    rig = Rig(Segment(0.0, math.inf, ((30.0, -1e-4),)), moves=False, watches=(Watch("return", (38.0,)),))
    for _ in range(5):
        rig.env.run(rig.env.now + 10.0)
        rig.sensors.follow(rig.env.now)
        rig.sensors.expect()
    assert rig.asked == 1
    rig.env.run(20_000.0)
    assert [round(value_c, 3) for _, value_c in rig.told] == [20.0, 38.0, 38.0]


def test_what_is_told_does_not_depend_on_how_often_the_flow_changes():
    stream = constant(5.0, 0.0, 40.0), constant(30.0, 40.0)
    once, often = (Rig(*stream, watches=(Watch("return", (38.0,)),)) for _ in range(2))
    for step in range(1, 60):
        often.env.run(1.0 * step)
        often.sensors.follow(often.env.now)
        often.sensors.expect()
    once.env.run(200.0)
    often.env.run(200.0)
    assert [at for at, _ in once.told] == [at for at, _ in often.told]


def test_several_answers_that_look_at_one_sensor_are_all_heard():
    watches = (Watch("return", (30.0,)), Watch("return", (40.0,)), Watch("supply", (25.0,)))
    rig = Rig(constant(30.0, 0.0), watches=watches)
    rig.env.run(1_000.0)
    assert [round(value_c, 2) for _, value_c in rig.told] == [20.0, 30.0, 40.0]


def test_an_answer_that_does_not_say_what_it_hangs_on_is_told_at_the_sensors_pace():
    rig = Rig(constant(30.0, 0.0), watches=None, interval_s=10.0)
    rig.env.run(95.0)
    assert [at for at, _ in rig.told] == [0, *range(10_000, 95_000, 10_000)]
