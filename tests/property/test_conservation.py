"""Whatever people and pumps do, no joule and no drop comes from nowhere, and water is where its way says."""

import math
import random
from dataclasses import replace

import pytest
import simpy
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from simulator.draws import Draw
from simulator.house import House
from simulator.layout import Crossover
from simulator.layout_file import load_layout
from simulator.pipe import Pipe
from simulator.stream import constant

HOUSE, SHIPPED = load_layout("house"), load_layout("house-cold-return")


def crossed_over(fixture):
    (loop,) = SHIPPED.loops
    return replace(SHIPPED, loops=(replace(loop, crossovers=(Crossover(fixture),)),))


COLD_RETURN = crossed_over("shower")
LAYOUTS = {
    "return line": HOUSE,
    "cold pipe": COLD_RETURN,
    "cold pipe with thermostat": SHIPPED,
    "cold pipe, valve at the kitchen": crossed_over("kitchen"),
}
# Rounding of a few thousand operations on numbers of similar size; the product promises 1e-6.
CLOSED = 1e-10
SAMPLES = 4000

# The same runs every time, and no search for a smaller failing one: each is a simulation, so that search took minutes.
# A failure prints its run whole, which is enough to repeat it.
repeatable = settings(deadline=None, derandomize=True, phases=(Phase.generate,))

draw = st.builds(
    Draw,
    start_s=st.floats(0.0, 4000.0),
    duration_s=st.floats(0.1, 900.0),
    fixture=st.sampled_from(HOUSE.fixtures),
    flow_lpm=st.floats(0.05, 25.0),
    use_c=st.floats(5.0, 60.0),
)
switchings = st.lists(st.floats(0.0, 6000.0), max_size=12)


@settings(repeatable, max_examples=60)
@given(
    name=st.sampled_from(sorted(LAYOUTS)),
    draws=st.lists(draw, max_size=12),
    switched=switchings,
    instants=st.booleans(),
)
def test_energy_and_water_balance_in_every_run(name, draws, switched, instants):
    if instants:
        # Whole minutes, so that many things happen at the same instant.
        draws = [replace(one, start_s=60.0 * (one.start_s // 60.0), duration_s=60.0) for one in draws]
        switched = [60.0 * (at_s // 60.0) for at_s in switched]
    layout = LAYOUTS[name]
    env = simpy.Environment()
    results = []
    house = House(
        env,
        layout,
        sorted(draws, key=lambda one: one.start_s),
        rng=random.Random(1),
        report=lambda *_: None,
        on_draw=results.append,
    )
    for number, at_s in enumerate(sorted(switched)):
        if at_s > env.now:
            env.run(until=at_s)
        house.switch_pump(number % 2 == 0)
    env.run(until=6001.0)
    energy, mass = house.energy(), house.mass()
    assert energy.relative_error < CLOSED
    assert mass.relative_error < CLOSED
    assert house.merging_error_k < 0.0625  # a sensor's resolution, in runs wilder than any household
    assert mass.drawn_litres == pytest.approx(sum(one.volume_l for one in draws), rel=1e-9)
    assert len(results) == len(draws)
    for run in layout.pipes:
        for share in (0.0, 0.3, 1.0):
            assert 12.0 - 1e-6 <= house.temperature_c(run.name, share * run.length_m) <= 55.0 + 1e-6
    for result in results:
        assert 12.0 - 1e-6 <= result.mean_c <= 55.0 + 1e-6
        assert -1e-9 <= result.cold_litres <= result.hot_litres + 1e-9
        assert result.wait_s is None or 0.0 <= result.wait_s < result.draw.duration_s


step = st.tuples(
    st.floats(0.5, 600.0),
    st.sampled_from([0.0, 0.0, 0.01, 0.05, 0.1, 0.3, -0.02, -0.1, -0.3]),
    st.floats(-10.0, 40.0),
)


@settings(repeatable, max_examples=150)
@given(steps=st.lists(step, min_size=1, max_size=15), share=st.floats(0.01, 0.99))
def test_every_drop_has_cooled_since_it_entered_where_its_way_back_leads(steps, share):
    """Follow one drop backwards through all flows, a way of reckoning that knows nothing of pieces."""
    volume_l, cooling, first_k = 2.0, 1.0 / 900.0, 15.0
    pipe = Pipe(volume_l, 1.0, cooling, excess_k=first_k)
    now_s = 0.0
    for span_s, flow_lps, inlet_k in steps:
        pipe.set_flow(flow_lps, now_s)
        pipe.settle(now_s + span_s, [constant(inlet_k, now_s, now_s + span_s)])
        now_s += span_s
    place_l = share * volume_l
    expected_k, nearest_l = drop(steps, place_l, volume_l, cooling, first_k)
    if nearest_l > 1e-6:  # not on a front
        segment = next(pipe.forecast(pipe.place(share), now_s, iter([constant(0.0, now_s)])))
        found_k = sum(k * math.exp(rate * (now_s - segment.start_s)) for k, rate in segment.terms)
        assert found_k == pytest.approx(expected_k, abs=1e-9)
    # Sampling is off by half a sample at each of at most 15 fronts of at most 50 K.
    sampled_kl = area(steps, volume_l, cooling, first_k)
    assert pipe.content_kl(now_s) == pytest.approx(sampled_kl, abs=15 * 50.0 * volume_l / SAMPLES / 2)


def drop(steps, place_l, volume_l, cooling, first_k):
    """Return the temperature of the drop that ends at a place, and how near it ever was to a front's birth."""
    age_s, nearest_l = 0.0, min(place_l, volume_l - place_l)
    for span_s, flow_lps, inlet_k in reversed(steps):
        before_l = place_l - flow_lps * span_s
        inlet_l = 0.0 if flow_lps > 0.0 else volume_l
        entered = flow_lps != 0.0 and (before_l < 0.0 or before_l > volume_l)
        if entered:
            age_s += abs(place_l - inlet_l) / abs(flow_lps)
            return inlet_k * math.exp(-cooling * age_s), min(nearest_l, abs(before_l - inlet_l))
        place_l = before_l
        nearest_l = min(nearest_l, place_l, volume_l - place_l)
        age_s += span_s
    return first_k * math.exp(-cooling * age_s), nearest_l


def area(steps, volume_l, cooling, first_k):
    """Return the content of the pipe in K l, by sampling drops."""
    places = [volume_l * (number + 0.5) / SAMPLES for number in range(SAMPLES)]
    return volume_l / SAMPLES * sum(drop(steps, place_l, volume_l, cooling, first_k)[0] for place_l in places)
