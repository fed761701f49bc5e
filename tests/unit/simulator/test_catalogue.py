import math

import pytest

from simulator.catalogue import linear_loss_w_mk, pipe_sizes

SIZES = sorted(pipe_sizes())


@pytest.mark.parametrize("name", SIZES)
def test_the_water_in_a_pipe_is_its_inner_cross_section(name):
    size = pipe_sizes()[name]
    assert size.litres_per_m == pytest.approx(math.pi * size.inner_mm**2 / 4000.0, rel=0.005)


@pytest.mark.parametrize("name", SIZES)
def test_the_wall_adds_to_the_heat_capacity(name):
    assert 1.1 < pipe_sizes()[name].capacity < 1.6


@pytest.mark.parametrize("name", SIZES)
def test_the_numbers_of_the_catalogue_are_given_back(name):
    size = pipe_sizes()[name]
    for insulation_mm, loss in size.losses:
        assert size.loss_w_mk(insulation_mm) == pytest.approx(loss, rel=1e-12)


@pytest.mark.parametrize("name", SIZES)
def test_more_foam_never_loses_more(name):
    size = pipe_sizes()[name]
    losses = [size.loss_w_mk(0.5 * step) for step in range(101)]
    assert losses == sorted(losses, reverse=True)


@pytest.mark.parametrize("name", SIZES)
def test_the_formula_agrees_with_the_insulated_numbers_of_the_catalogue(name):
    # The catalogue is rounded to 0.01 W/(m K), which is up to 3.5 % of the smallest number.
    size = pipe_sizes()[name]
    for insulation_mm, loss in size.losses[1:]:
        formula = linear_loss_w_mk(size.inner_mm, size.outer_mm, size.wall_w_mk, insulation_mm)
        assert formula == pytest.approx(loss, rel=0.05)


def test_a_bare_copper_pipe_cools_from_60_to_40_degrees_in_about_a_quarter_of_an_hour():
    size = pipe_sizes()["Cu 15x1"]
    cooling_s = math.log(40.0 / 20.6) * size.litres_per_m * size.capacity * 4121.0 / size.loss_w_mk(0.0)
    assert cooling_s / 60.0 == pytest.approx(14.0, rel=0.05)
