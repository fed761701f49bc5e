"""Any tree with any loops, valves and faults: no joule and no drop comes from nowhere, and heads add up."""

import random

import pytest
import simpy
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from simulator.catalogue import pipe_sizes
from simulator.draws import Draw
from simulator.house import House
from simulator.layout import CheckSpec, Crossover, Layout, Loop, PipeRun, PumpSpec, SensorSpot
from simulator.valves import Condition

CLOSED = 1e-10
SIZES = sorted(pipe_sizes())
CURVE = ((0.0, 1.4), (6.0, 1.2), (12.0, 0.6), (16.0, 0.0))

repeatable = settings(deadline=None, derandomize=True, phases=(Phase.generate,))


def pipe(rng, name, start, end):
    # Foam as sold, so that no loss has to be computed here.
    size = pipe_sizes()[rng.choice(SIZES[:20])]
    return PipeRun(name, start, end, size, rng.uniform(0.3, 15.0), rng.choice((0.0, 9.0, 13.0, 20.0)))


def tree(rng, root, fixtures, label):
    """A random tree: tees branch from tees, fixtures hang on tees."""
    tees = [root]
    runs = []
    for number in range(rng.randint(1, 4)):
        runs.append(pipe(rng, f"{label} main {number}", rng.choice(tees), f"tee {number}"))
        tees.append(f"tee {number}")
    return [*runs, *(pipe(rng, f"{label} {name}", rng.choice(tees[1:]), name) for name in fixtures)]


def check(rng):
    condition = rng.choice((Condition.HOLDS, Condition.HOLDS, *Condition))
    return CheckSpec(condition, rng.choice((0.001, 0.05, 0.7)))


def pump(rng):
    return PumpSpec(rng.uniform(1.0, 12.0)) if rng.random() < 0.5 else PumpSpec(curve=CURVE)


def return_loop(rng, name, fixtures, starts):
    first, *others = starts
    line = [
        pipe(rng, f"{name} back", first, f"{name} joint"),
        pipe(rng, f"{name} home", f"{name} joint", "heater"),
    ]
    line += [pipe(rng, f"{name} from {start}", start, f"{name} joint") for start in others]
    return Loop(name, pump(rng), fixtures, tuple(line), check=check(rng))


def crossover_loop(rng, name, fixtures, places):
    def valve(place):
        closes_c = rng.uniform(30.0, 50.0)
        return Crossover(place, closes_c, closes_c - rng.uniform(0.5, 6.0), rng.choice((0.0, 8.0, 30.0)))

    valves = tuple(Crossover(place) if rng.random() < 0.4 else valve(place) for place in places)
    return Loop(name, pump(rng), fixtures, crossovers=valves, check=check(rng))


def random_layout(rng):
    fixtures = tuple(f"tap {number}" for number in range(rng.randint(1, 6)))
    hot, cold = tree(rng, "heater", fixtures, "hot"), tree(rng, "mains", fixtures, "cold")
    tees = [run.end for run in hot if run.end not in fixtures]
    rng.shuffle(tees)
    loops = []
    for number in range(rng.randint(0, 2)):
        if rng.random() < 0.5 and tees:
            starts = [tees.pop() for _ in range(min(len(tees), rng.randint(1, 2)))]
            loops.append(return_loop(rng, f"loop {number}", fixtures, starts))
        else:
            taken = {one.fixture for loop in loops for one in loop.crossovers}
            places = [name for name in fixtures if name not in taken][: rng.randint(1, 3)]
            loops += [crossover_loop(rng, f"loop {number}", fixtures, places)] if places else []
    sensors = (SensorSpot("supply", hot[0].name, hot[0].length_m / 2.0),)
    return Layout(
        "any",
        "",
        20.0,
        rng.uniform(5.0, 25.0),
        rng.uniform(45.0, 65.0),
        0.0,
        fixtures,
        tuple(hot),
        tuple(cold),
        tuple(loops),
        sensors,
    )


def random_draws(rng, fixtures):
    draws = [
        Draw(
            rng.uniform(0.0, 3000.0),
            rng.uniform(0.5, 400.0),
            rng.choice(fixtures),
            rng.uniform(0.05, 15.0),
            rng.uniform(25.0, 55.0),
        )
        for _ in range(rng.randint(0, 12))
    ]
    return sorted(draws, key=lambda draw: draw.start_s)


@settings(repeatable, max_examples=50)
@given(seed=st.integers(0, 10**9))
def test_energy_and_water_balance_in_any_network(seed):
    rng = random.Random(seed)
    layout = random_layout(rng)
    draws, results, env = random_draws(rng, layout.fixtures), [], simpy.Environment()
    house = House(env, layout, draws, rng=rng, report=lambda *_: None, on_draw=results.append)
    for at_s in sorted(rng.uniform(0.0, 3400.0) for _ in range(rng.randint(1, 8))):
        env.run(until=at_s)
        for loop in house.loops.values():
            loop.switch(rng.random() < 0.6)
            if rng.random() < 0.2:
                loop.turn_bad(rng.choice(tuple(Condition)), rng.choice((0.01, 0.3)))
        assert_heads_add_up(house)
    env.run(until=3600.0)
    assert house.energy().relative_error < CLOSED
    mass = house.mass()
    assert mass.relative_error < CLOSED
    assert len(results) == len(draws)
    assert mass.drawn_litres == pytest.approx(sum(draw.volume_l for draw in draws), rel=1e-9)
    bounds = sorted((layout.mains_c, layout.ambient_c, layout.setpoint_c))
    for run in layout.pipes:
        for share in (0.0, 0.3, 1.0):
            assert bounds[0] - 0.1 <= house.temperature_c(run.name, share * run.length_m) <= bounds[2] + 0.1


def solved_edges(house, drawn, flows):
    """The flow in every pipe as solved, before rings are taken out."""
    edges = house._piping.drawn_lps(drawn)
    for circuit, flow_lps in zip(house._piping.circuits, flows, strict=True):
        for edge, sign in circuit.path:
            edges[edge] += sign * flow_lps
    return edges


def assert_heads_add_up(house):
    """Each circuit is at rest, shut, driven with one flow, or its heads add up to what its pump gives."""
    hydraulics = house._hydraulics
    drawn = house._taps.demands
    flows = hydraulics.flows_lps(drawn)
    exact = any(way.valve.back_share and not way.valve.shut for way in hydraulics._ways)
    for way, flow_lps in zip(hydraulics._ways, flows, strict=True):
        if way.valve.shut:
            assert flow_lps == 0.0
        elif way.valve.condition is Condition.HOLDS:
            assert flow_lps >= 0.0
        if flow_lps and exact and not (way.pump.running and way.pump.flow_lps is not None):
            edges = solved_edges(house, drawn, flows)
            taken_m = sum(
                sign * hydraulics._resistances[edge](edges[edge]) for edge, sign in way.circuit.path
            )
            through_lps = sum(
                f for other, f in zip(hydraulics._ways, flows, strict=True) if other.pump is way.pump
            )
            missing_m = taken_m + way.valve.head_m(flow_lps) - way.pump.lift_m(through_lps)
            assert missing_m == pytest.approx(0.0, abs=1e-3)


def test_several_loops_take_turns_without_touching_each_others_pumps():
    rng = random.Random(3)
    fixtures = ("tap 0", "tap 1")
    hot = (
        pipe(rng, "trunk", "heater", "tee"),
        pipe(rng, "a", "tee", "tap 0"),
        pipe(rng, "b", "tee", "tap 1"),
    )
    cold = (
        pipe(rng, "cold trunk", "mains", "tee"),
        pipe(rng, "cold a", "tee", "tap 0"),
        pipe(rng, "cold b", "tee", "tap 1"),
    )
    loops = (
        Loop("one", PumpSpec(5.0), ("tap 0",), (pipe(rng, "back", "tee", "heater"),)),
        Loop("two", PumpSpec(4.0), ("tap 1",), crossovers=(Crossover("tap 1"),)),
    )
    house = House(
        simpy.Environment(),
        Layout("two", "", 20.0, 12.0, 55.0, 0.0, fixtures, hot, cold, loops),
        [],
        rng=rng,
        report=lambda *_: None,
    )
    house.switch_pump(True, "two")
    assert (house.loops["one"].running, house.loops["two"].running) == (False, True)
    assert [loop.flow_lpm for loop in house.loops.values()] == pytest.approx([0.0, 4.0])
    house.switch_pump(True)
    assert [loop.flow_lpm for loop in house.loops.values()] == pytest.approx([5.0, 4.0])
    with pytest.raises(KeyError):
        house.switch_pump(True, "three")
