"""Whatever a person does to a layout file: it is read, or refused with place and cure; never anything else."""

import copy
import io
import random
from importlib.resources import files

import pytest
import simpy
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from controller.core.errors import ConfigError
from simulator.drawing import draw_layout
from simulator.house import House
from simulator.layout_file import parse_layout, shipped_layouts

TREES = {
    name: YAML(typ="safe", pure=True).load(
        (files("simulator") / "layouts" / f"{name}.yaml").read_text(encoding="utf-8")
    )
    for name in shipped_layouts()
}
NONSENSE = (
    None,
    "",
    "heater",
    "mains",
    "kitchen",
    "shower tee",
    -3,
    0,
    1e9,
    True,
    [],
    {},
    [[0, 1]],
    "Cu 22x1",
    "leaks",
    0.5,
)

repeatable = settings(deadline=None, derandomize=True, phases=(Phase.generate,))


def places(tree, path=()):
    """Every value of a tree, by the way to it."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


def mutate(tree, rng):
    *way, last = rng.choice(list(places(tree)))
    inner = tree
    for step in way:
        inner = inner[step]
    kind = rng.randrange(4)
    if kind == 0:
        del inner[last]
    elif kind == 1:
        inner[last] = copy.deepcopy(rng.choice(NONSENSE))
    elif kind == 2 and isinstance(inner, list):
        inner.append(copy.deepcopy(inner[last]))
    elif kind == 2:
        inner[f"{last}s"] = inner.pop(last)
    else:
        # something that is right elsewhere
        *way, other = rng.choice(list(places(tree)))
        source = tree
        for step in way:
            source = source[step]
        inner[last] = copy.deepcopy(source[other])


@settings(repeatable, max_examples=80)
@given(name=st.sampled_from(sorted(TREES)), seed=st.integers(0, 10**9), changes=st.integers(1, 3))
def test_a_mutated_layout_is_read_or_refused_with_place_and_cure(name, seed, changes):
    rng = random.Random(seed)
    tree = copy.deepcopy(TREES[name])
    for _ in range(changes):
        mutate(tree, rng)
    text = io.StringIO()
    YAML(typ="safe", pure=True).dump(tree, text)
    try:
        layout = parse_layout(text.getvalue(), "my.yaml")
    except ConfigError as error:
        assert error.problems
        for problem in error.problems:
            assert problem.message
            assert problem.sentence("my.yaml").startswith("my.yaml")
        return
    # What is read can be lived in, and drawn.
    env = simpy.Environment()
    house = House(env, layout, [], rng=rng, report=lambda *_: None)
    for loop in house.loops.values():
        loop.switch(True)
    env.run(until=30.0)
    assert house.energy().relative_error < 1e-9
    assert draw_layout(layout).startswith("<svg")


def yaml_of(**changes):
    tree = copy.deepcopy(TREES["house"]) | changes
    text = io.StringIO()
    YAML(typ="safe", pure=True).dump({key: value for key, value in tree.items() if value is not ...}, text)
    return text.getvalue()


def run(name, start, end, length_m=3):
    return {"name": name, "from": start, "to": end, "size": "Cu 15x1", "length_m": length_m}


def loop(name, **parts):
    return {"name": name, "fixtures": ["shower"], **parts}


BARE = {"return": ..., "pump": ..., "sensors": ...}


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        ({"return": ..., "sensors": []}, "pump", "open loop: there is no way back"),
        ({"return": [run("r", "shower tee", "attic")], "sensors": []}, "return[0].to", "open loop: the return line ends at 'attic'"),
        ({"return": [run("r", "attic", "heater")], "sensors": []}, "return[0].from", "open loop: 'r' begins at 'attic'"),
        ({"return": [run("r", "shower tee", "x"), run("s", "x", "shower tee")], "sensors": []}, "return[0].to", "open loop: the return line runs in a ring"),
        ({"return": [run("r", "shower tee", "x"), run("s", "x", "y"), run("t", "y", "x")], "sensors": []}, "return[0].to", "ring"),
        ({"return": [run("r", "shower tee", "x"), run("s", "x", "heater"), run("t", "x", "heater")], "sensors": []}, "return[2].from", "forks"),
        ({"fixtures": ["kitchen", "basin", "shower", "bidet"]}, "fixtures[3]", "fixture 'bidet' has no hot pipe"),
        ({"return": [run("r", "shower tee", "heater", -14)], "sensors": []}, "return[0].length_m", "-14 is out of range"),
        ({"pump": [{"flow_lpm": 6}, {"flow_lpm": 4}]}, "pump", "two pumps fight"),
        (BARE | {"loops": [loop("a", **{"return": [run("r", "shower tee", "heater")]}), loop("b", **{"return": [run("s", "shower tee", "heater")]})]},
         "loops[1].return[0].from", "two pumps fight: the loops 'a' and 'b' meet at 'shower tee'"),
        (BARE | {"loops": [loop("a", crossover={"at": "shower"}), loop("b", crossover={"at": "shower"})]}, "loops[1].crossover.at", "two pumps fight"),
        (BARE | {"loops": [loop("a", crossover={"at": "shower"})], "pump": {"flow_lpm": 6}}, "pump", "stands beside 'loops'"),
        (BARE | {"loops": [loop("a")]}, "loops[0].pump", "open loop"),
        (BARE | {"loops": [loop("a", crossover={"at": "shower"}), loop("a", crossover={"at": "basin"})]}, "loops[1].name", "another loop 'a'"),
        ({"crossover": {"at": "shower"}}, "crossover", "two ways back"),
        ({"pump": {"flow_lpm": 6, "curve": [[0, 1], [9, 0]]}}, "pump", "either 'flow_lpm' or a 'curve'"),
        ({"pump": {"curve": [[1, 1], [9, 0]]}}, "pump.curve", "begins without flow"),
        ({"pump": {"curve": [[0, 1], [9, 2], [10, 0]]}}, "pump.curve", "the flow grows and the head falls"),
        ({"check_valve": "sometimes"}, "check_valve.condition", "no condition of a check valve"),
        ({"sensors": [{"role": "return", "pipe": "return line", "at_m": 15}]}, "sensors[0].at_m", "beyond the end of 'return line'"),
        ({"sensors": [{"role": "return", "pipe": "drain", "at_m": 1}]}, "sensors[0].pipe", "there is no pipe 'drain'"),
        ({"hot": [run("a", "heater", "b"), run("b", "c", "d"), run("c", "d", "c")]}, "hot[1].from", "ring"),
        ({"hot": [run("a", "heater", "kitchen"), run("b", "heater", "kitchen")]}, "hot[1].to", "already fed by pipe 'a'"),
    ],
)  # fmt: skip
def test_what_cannot_be_built_is_refused_with_its_line(changes, where, words):
    text = yaml_of(**changes)
    with pytest.raises(ConfigError) as caught:
        parse_layout(text, "my.yaml")
    found = [
        problem for problem in caught.value.problems if problem.where == where and words in problem.message
    ]
    assert found, caught.value.problems
    assert found[0].line is not None
    assert found[0].cure
