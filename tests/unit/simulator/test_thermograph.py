import random
from itertools import pairwise

import pytest
import simpy

from simulator.draws import Draw
from simulator.house import House
from simulator.layout_file import load_layout
from simulator.thermograph import CHANGE_K, Temperature, Thermograph

DRAWS = [Draw(600.0, 120.0, "shower", 8.0), Draw(4_000.0, 60.0, "basin", 5.0)]


def recorded(*, pump: bool = False, until_s: float = 7_200.0, **options: float) -> tuple[Thermograph, House]:
    env = simpy.Environment()
    house = House(env, load_layout("house"), DRAWS, rng=random.Random(1), report=lambda *_: None)
    graph = Thermograph(env, house, DRAWS, **options)  # type: ignore[arg-type]  # numbers of differing kinds
    if pump:
        env.run(until=2_000.0)
        house.switch_pump(True)
        graph.pump_switched(True)
    env.run(until=until_s)
    return graph, house


def at(graph: Thermograph, place: str) -> list[Temperature]:
    return [reading for reading in graph.readings if reading.place == place]


def test_every_fixture_and_sensor_is_recorded_in_the_order_of_time() -> None:
    graph, house = recorded()
    assert {one.place for one in graph.readings} == {*house.layout.fixtures, "sensor supply", "sensor return"}
    assert [one.at_s for one in graph.readings] == sorted(one.at_s for one in graph.readings)


def test_a_front_is_seen_within_seconds_and_the_line_is_level_up_to_it() -> None:
    shower = at(recorded()[0], "shower")
    corner, risen = next(pair for pair in pairwise(shower) if pair[1].value_c > 30.0)
    assert 600.0 < risen.at_s < 640.0
    assert risen.at_s - corner.at_s <= 2.0
    assert corner.value_c == pytest.approx(20.0, abs=0.1)


def test_what_does_not_change_is_not_kept() -> None:
    shower = at(recorded()[0], "shower")
    assert len([one for one in shower if one.at_s < 600.0]) <= 2
    jumps = [abs(late.value_c - early.value_c) for early, late in pairwise(shower)]
    assert sum(jump < CHANGE_K / 2 for jump in jumps) <= 4, (
        "only corners are closer than the change asked for"
    )


def test_a_pump_that_starts_is_looked_at_at_once() -> None:
    supply = at(recorded(pump=True)[0], "sensor supply")
    assert any(2_000.0 <= one.at_s <= 2_010.0 and one.value_c > 40.0 for one in supply)


def test_a_stretch_is_all_that_is_recorded() -> None:
    graph, _ = recorded(from_s=3_600.0, until_s=7_200.0)
    assert graph.readings[0].at_s == 3_600.0
    assert max(one.at_s for one in graph.readings) < 7_200.0


def test_the_record_stays_within_its_bound_and_keeps_the_great_changes() -> None:
    graph, _ = recorded(most_rows=40)
    assert 5 <= len(graph.readings) <= 40
    assert max(one.value_c for one in at(graph, "shower")) > 50.0


def test_looking_changes_nothing() -> None:
    _, watched = recorded()
    env = simpy.Environment()
    house = House(env, load_layout("house"), DRAWS, rng=random.Random(1), report=lambda *_: None)
    env.run(until=7_200.0)
    assert house.energy() == watched.energy()
