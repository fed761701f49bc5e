"""Every layout that comes with the product: it fits its published schema, and a day in it works out."""

import json
import random
from importlib.resources import files
from pathlib import Path

import jsonschema_rs
import pytest
import simpy
from ruamel.yaml import YAML

from simulator.draws import Draw
from simulator.house import House
from simulator.layout_file import layout_schema, load_layout, parse_layout, shipped_layouts

NAMES = shipped_layouts()
SCHEMA = jsonschema_rs.Draft202012Validator(layout_schema())


def raw(name):
    text = (files("simulator") / "layouts" / f"{name}.yaml").read_text(encoding="utf-8")
    return YAML(typ="safe", pure=True).load(text)


def test_there_are_at_least_eight_typical_homes():
    assert {
        "flat",
        "flat-return",
        "house",
        "house-cold-return",
        "villa",
        "manifold",
        "combi",
        "heat-pump",
    } <= set(NAMES)


def test_the_schema_in_the_documents_is_the_present_one():
    published = Path(__file__).parents[3] / "docs" / "layout.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == layout_schema()


def test_the_shortest_file_of_the_documents_is_a_house():
    text = (Path(__file__).parents[3] / "docs" / "layouts.md").read_text(encoding="utf-8")
    layout = parse_layout(text.split("```yaml\n")[1].split("```")[0], "docs")
    assert [run.name for run in layout.cold] == [
        "cold heater to tee",
        "cold tee to kitchen",
        "cold tee to shower",
    ]
    assert [spot.role for spot in layout.sensors] == ["supply", "return"]
    assert layout.loops[0].pump.flow_lpm == 6.0


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_layout_fits_the_published_schema(name):
    SCHEMA.validate(raw(name))


@pytest.mark.parametrize(
    "change",
    [{"ambience": 20}, {"hot": []}, {"heater": {"setpoint_c": 200}}, {"check_valve": "sometimes"}, {"crossover": {"closes_at_c": 40}}],
)  # fmt: skip
def test_the_published_schema_refuses_what_the_reader_refuses(change):
    SCHEMA.validate(raw("house") | {"check_valve": "leaks"})
    assert not SCHEMA.is_valid(raw("house") | change)


@pytest.mark.parametrize("name", NAMES)
def test_hours_in_it_work_out(name):
    layout, env, results = load_layout(name), simpy.Environment(), []
    rng = random.Random(name)
    draws = sorted(
        (Draw(rng.uniform(0.0, 7000.0), rng.uniform(5.0, 240.0), rng.choice(layout.fixtures), rng.uniform(2.0, 9.0)) for _ in range(40)),
        key=lambda draw: draw.start_s,
    )  # fmt: skip
    house = House(env, layout, draws, rng=rng, report=lambda *_: None, on_draw=results.append)
    for minute in range(0, 120, 20):
        env.run(until=max(minute * 60.0, 1.0))
        for number, loop in enumerate(house.loops.values()):
            loop.switch((minute // 20 + number) % 2 == 0)
    env.run(until=8000.0)
    assert house.energy().relative_error < 1e-10
    assert house.mass().relative_error < 1e-10
    assert len(results) == 40
    assert any(result.wait_s is not None for result in results)


@pytest.mark.parametrize("name", [name for name in NAMES if load_layout(name).loops])
def test_its_pumps_bring_hot_water_to_every_end_of_every_loop(name):
    layout, env = load_layout(name), simpy.Environment()
    house = House(env, layout, [], rng=random.Random(1), report=lambda *_: None)
    for loop in house.loops.values():
        loop.switch(True)
        assert 1.0 < loop.flow_lpm < 15.0
    env.run(until=900.0)
    for loop in layout.loops:
        for run in loop.return_line:
            assert house.temperature_c(run.name, run.length_m) > layout.setpoint_c - 12.0
        for crossover in loop.crossovers:
            assert house.fixture_c(crossover.fixture) > 33.0
