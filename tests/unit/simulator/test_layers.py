import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.layers import (
    SAME_LAYER_K,
    Layer,
    divided,
    joined,
    leaving,
    meets_s,
    reaches_s,
    settled,
    value_k,
    warm,
)
from simulator.stream import integral, total

COOLING = 1.0 / 50_000.0
LAYERS = st.lists(st.tuples(st.floats(0.5, 50.0), st.floats(-15.0, 60.0)), min_size=1, max_size=12)


def held_kl(layers, at_s):
    return sum(layer.volume_l * value_k(layer, at_s, COOLING) for layer in layers)


def test_a_layer_cools_to_a_part_of_e_in_its_time_constant():
    assert value_k(Layer(10.0, 30.0, 100.0), 50_100.0, COOLING) == pytest.approx(30.0 / math.e)


def test_a_warmed_layer_gains_what_its_heater_gives_less_what_it_loses():
    layer = Layer(10.0, 0.0, 0.0)
    warm(layer, 0.0, COOLING, 0.5)
    # d/dt excess = power / volume - k excess
    for at_s in (10.0, 1_000.0, 40_000.0):
        slope = (value_k(layer, at_s + 1.0, COOLING) - value_k(layer, at_s - 1.0, COOLING)) / 2.0
        assert slope == pytest.approx(0.5 / 10.0 - COOLING * value_k(layer, at_s, COOLING), rel=1e-6)


def test_switching_a_heater_leaves_the_temperature_as_it_is():
    layer = Layer(10.0, 12.0, 0.0)
    for at_s, power_kl_s in ((5.0, 0.7), (900.0, 0.0), (1_000.0, 0.2)):
        before_k = value_k(layer, at_s, COOLING)
        warm(layer, at_s, COOLING, power_kl_s)
        assert value_k(layer, at_s, COOLING) == pytest.approx(before_k, rel=1e-13)


@pytest.mark.parametrize("power_kl_s", [0.0, 0.4])
def test_a_layer_that_leaves_is_a_stream_of_its_temperature(power_kl_s):
    layer = Layer(10.0, 25.0, 0.0)
    warm(layer, 0.0, COOLING, power_kl_s)
    segment = leaving(layer, 300.0, 400.0, COOLING)
    assert (segment.start_s, segment.end_s) == (300.0, 400.0)
    assert total(segment.terms, 60.0) == pytest.approx(value_k(layer, 360.0, COOLING), rel=1e-13)


def test_a_level_is_reached_at_the_very_instant_told():
    layer = Layer(10.0, 5.0, 0.0)
    warm(layer, 0.0, COOLING, 0.5)
    after_s = reaches_s(layer, 35.0, 20.0, COOLING, rising=True)
    assert value_k(layer, 20.0 + after_s, COOLING) == pytest.approx(35.0, rel=1e-12)
    assert reaches_s(layer, 4.0, 20.0, COOLING, rising=True) == 0.0
    assert reaches_s(layer, 5_000.0, 20.0, COOLING, rising=True) == math.inf
    cold = Layer(10.0, 35.0, 0.0)
    after_s = reaches_s(cold, 30.0, 0.0, COOLING, rising=False)
    assert after_s == pytest.approx(math.log(35.0 / 30.0) / COOLING)
    assert reaches_s(cold, -1.0, 0.0, COOLING, rising=False) == math.inf


def test_a_heated_layer_meets_the_one_above_at_the_very_instant_told():
    heated, above = Layer(10.0, 5.0, 0.0), Layer(40.0, 30.0, 0.0)
    warm(heated, 0.0, COOLING, 0.5)
    after_s = meets_s(heated, above, 0.0, COOLING)
    assert value_k(heated, after_s, COOLING) == pytest.approx(value_k(above, after_s, COOLING), rel=1e-12)
    assert meets_s(above, heated, 0.0, COOLING) == 0.0


def test_two_layers_mixed_hold_what_they_held():
    below, above = Layer(10.0, 5.0, 0.0), Layer(30.0, 33.0, 50.0)
    both = joined(below, above, 200.0, COOLING)
    assert both.volume_l == 40.0
    assert held_kl([both], 200.0) == pytest.approx(held_kl([below, above], 200.0), rel=1e-13)


@given(LAYERS)
def test_water_settles_with_the_warmest_on_top_and_keeps_its_heat(rows):
    layers = [Layer(volume_l, excess_k, 0.0) for volume_l, excess_k in rows]
    stack = settled(layers, 10.0, COOLING)
    temperatures_k = [value_k(layer, 10.0, COOLING) for layer in stack]
    assert all(above - below >= SAME_LAYER_K - 1e-9 for below, above in pairwise(temperatures_k))
    assert sum(layer.volume_l for layer in stack) == pytest.approx(sum(volume_l for volume_l, _ in rows))
    assert held_kl(stack, 10.0) == pytest.approx(held_kl(layers, 10.0), rel=1e-10, abs=1e-9)


def test_a_divided_layer_is_the_same_water_in_two_parts():
    layer = Layer(10.0, 30.0, 0.0)
    lower, upper = divided(layer, 3.0, 500.0, COOLING)
    assert (lower.volume_l, upper.volume_l) == (3.0, 7.0)
    for part in (lower, upper):
        assert value_k(part, 700.0, COOLING) == pytest.approx(value_k(layer, 700.0, COOLING), rel=1e-13)


def test_what_a_layer_gives_while_it_leaves_is_its_volume_at_its_temperature():
    segment = leaving(Layer(10.0, 30.0, 0.0), 0.0, 100.0, 1e-9)
    assert 10.0 / 100.0 * integral(segment) == pytest.approx(300.0, rel=1e-6)
