import math

import pytest

from simulator.catalogue import pipe_sizes
from simulator.friction import BEND_EVERY_M, VISCOSITY_M2_S, pipe_resistance
from simulator.layout import PipeRun


def resistance(size="Cu 22x1", length_m=10.0, bends=0):
    return pipe_resistance(PipeRun("trunk", "heater", "tap", pipe_sizes()[size], length_m, 13.0, bends))


def test_slow_water_meets_hagen_and_poiseuille():
    # 0.1 l/min in a long pipe: Re = 177, and the tee is nothing beside 200 m of pipe.
    flow_lps = 0.1 / 60.0
    speed_m_s = flow_lps / 1000.0 / (math.pi * 0.02**2 / 4.0)
    laminar_m = 32.0 * VISCOSITY_M2_S * 200.0 * speed_m_s / (9.80665 * 0.02**2)
    assert resistance(length_m=200.0)(flow_lps) == pytest.approx(laminar_m, rel=0.002)


def test_fast_water_meets_colebrook():
    from fluids.friction import friction_factor

    flow_lps = 0.2
    speed_m_s = flow_lps / 1000.0 / (math.pi * 0.02**2 / 4.0)
    darcy = friction_factor(Re=speed_m_s * 0.02 / VISCOSITY_M2_S, eD=0.0015 / 20.0)
    head_m = (darcy * 10.0 / 0.02 + 1.0) * speed_m_s**2 / (2.0 * 9.80665)
    assert resistance()(flow_lps) == pytest.approx(head_m, rel=0.002)


def test_head_grows_with_flow_and_turns_round_with_it():
    heads = [resistance()(0.0005 * step) for step in range(1000)]
    assert heads == sorted(heads)
    assert heads[0] == 0.0
    assert resistance()(-0.1) == -resistance()(0.1)


def test_bends_and_narrow_pipes_take_more():
    assert resistance(bends=10)(0.2) > 1.2 * resistance(bends=0)(0.2)
    assert resistance(bends=None)(0.2) == resistance(bends=round(10.0 / BEND_EVERY_M))(0.2)
    assert resistance("Cu 15x1")(0.1) > 5.0 * resistance("Cu 22x1")(0.1)
