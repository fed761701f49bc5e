import math

import pytest

from simulator.pipe import Pipe
from simulator.spread import Spread, arrived, dispersion, nusselt, water


@pytest.mark.parametrize("skew", [0.05, 0.5, 1.0, 2.0])
def test_a_spread_front_keeps_its_mean_and_has_its_variance(skew):
    variance = 7.0
    deviation = math.sqrt(variance)
    mark = (variance, skew * deviation**3)
    step = deviation / 200
    mean = second = 0.0
    for number in range(-2000, 8000):
        low, high = number * step, (number + 1) * step
        share = arrived(high, mark) - arrived(low, mark)
        mean += share * (low + high) / 2
        second += share * ((low + high) / 2) ** 2
    assert mean == pytest.approx(0.0, abs=1e-3 * deviation)
    assert second == pytest.approx(variance, rel=2e-3)


def test_the_shape_of_a_front_is_that_of_exchange_with_a_wall():
    # A random walk of water between stream and wall: Poisson many stays of exponential length while it passes.
    tau_s, exchange, share = 40.0, 0.2, 0.3
    stays = tau_s * exchange
    mean_stay_s = share / exchange
    mark = (2.0 * stays * mean_stay_s**2, 6.0 * stays * mean_stay_s**3)
    for delay_s in (4.0, 8.0, 12.0, 16.0, 24.0):
        exact = math.exp(-stays)
        for count in range(1, 60):
            # The sum of so many exponentials is at most the delay: an Erlang distribution.
            tail = sum((delay_s / mean_stay_s) ** k / math.factorial(k) for k in range(count))
            erlang = 1.0 - math.exp(-delay_s / mean_stay_s) * tail
            exact += math.exp(-stays) * stays**count / math.factorial(count) * erlang
        assert arrived(delay_s - stays * mean_stay_s, mark) == pytest.approx(exact, abs=0.015)


def test_turbulent_flow_spreads_a_front_by_nearly_as_many_litres_whatever_its_strength():
    spread = Spread(20.0, 1.3)
    per_litre = [spread.growth(flow)[0] / flow for flow in (0.15, 0.3)]
    assert per_litre[0] == pytest.approx(per_litre[1], rel=0.25)


def test_a_thick_wall_that_conducts_badly_spreads_more():
    assert Spread(13.0, 1.3, wall_mk_w=0.02).growth(0.1)[0] > Spread(13.0, 1.3).growth(0.1)[0]


def test_the_film_follows_published_numbers():
    assert nusselt(1_000.0, 5.0) == 3.66
    assert nusselt(20_000.0, 4.8) == pytest.approx(127.0, rel=0.02)
    assert nusselt(3_999.9, 5.0) == pytest.approx(nusselt(4_000.1, 5.0), rel=1e-3)
    assert dispersion(20_000.0) == pytest.approx(0.42, rel=0.02)
    viscosity, conductivity, heat = water(40.0)
    assert viscosity == pytest.approx(0.658e-6, rel=0.02)
    assert conductivity == pytest.approx(0.629, rel=0.01)
    assert heat == pytest.approx(4.146e6, rel=0.001)


def test_cumulants_add_up_over_any_division_of_a_pipe():
    spread = Spread(13.0, 1.3)

    def left(parts):
        pipes = [Pipe(1.0 / parts, 1.3, 0.0, spread=spread) for _ in range(parts)]
        from simulator.network import Edge, Network

        edges = [Edge(f"{n}", f"p{n}", f"p{n + 1}", pipe) for n, pipe in enumerate(pipes)]
        network = Network(edges, {"p0": 30.0}, ())
        network.set_flows([0.1] * parts, 0.0)
        network.settle(5.0)
        return [network.temperature(f"p{parts}", at_s) for at_s in (9.0, 12.0, 13.0, 14.0, 17.0, 25.0)]

    assert left(1) == pytest.approx(left(4), abs=0.05)
