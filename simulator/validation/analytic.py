"""Cases with a solution in closed form, each with the largest error relative to its own scale."""

from dataclasses import dataclass
from math import exp
from typing import Final

from simulator.network import Edge, Network
from simulator.pipe import Pipe

PROMISED: Final = 1e-6
"""Largest relative error that is allowed."""
_WATER_L, _CAPACITY, _COOLING, _FLOW = 2.0, 1.25, 1.0 / 1_800.0, 0.1
_HOT_K, _COLD_K = 35.0, -8.0


@dataclass(frozen=True, slots=True)
class Check:
    """A case and its relative error."""

    name: str
    error: float

    @property
    def passed(self) -> bool:
        """Tell whether it is within what is promised."""
        return self.error <= PROMISED


def checks() -> list[Check]:
    """Run every case."""
    return [
        Check("cool-down of a resting pipe", _cool_down()),
        Check("step response of a pipe with wall", _step()),
        Check("mixing at a tee", _tee()),
        Check("water turned round", _turned()),
        Check("energy of a loop for a month", _energy()),
    ]


def _pipe(excess_k: float = 0.0, water_l: float = _WATER_L) -> Pipe:
    return Pipe(water_l, _CAPACITY, _COOLING, excess_k=excess_k)


def _cool_down() -> float:
    network = Network([Edge("pipe", "in", "out", _pipe(_HOT_K))], {"in": _HOT_K}, ())
    return max(
        abs(network.temperature_in(0, 0.5, at_s) / (_HOT_K * exp(-_COOLING * at_s)) - 1.0)
        for at_s in (1.0, 60.0, 3_600.0, 36_000.0)
    )


def _step() -> float:
    network = Network([Edge("pipe", "in", "out", _pipe())], {"in": _HOT_K}, ())
    network.set_flows([_FLOW], 0.0)
    arrives_s = _WATER_L * _CAPACITY / _FLOW
    before_k = network.temperature("out", arrives_s * (1.0 - 1e-7))
    after_k = network.temperature("out", arrives_s * (1.0 + 1e-7))
    return max(abs(before_k) / _HOT_K, abs(after_k / (_HOT_K * exp(-_COOLING * arrives_s)) - 1.0))


def _tee() -> float:
    edges = [
        Edge("hot", "boiler", "tee", _pipe()),
        Edge("cold", "mains", "tee", _pipe()),
        Edge("out", "tee", "tap", _pipe()),
    ]
    network = Network(edges, {"boiler": _HOT_K, "mains": _COLD_K}, ())
    network.set_flows([0.03, 0.01, 0.04], 0.0)
    network.settle(3_600.0)
    thermal_l = _WATER_L * _CAPACITY
    mixed_k = 0.75 * _HOT_K * exp(-_COOLING * thermal_l / 0.03) + 0.25 * _COLD_K * exp(
        -_COOLING * thermal_l / 0.01
    )
    expected_k = mixed_k * exp(-_COOLING * thermal_l / 0.04)
    return abs(network.temperature("tap", 3_600.0) / expected_k - 1.0)


def _turned() -> float:
    network = Network([Edge("pipe", "in", "out", _pipe())], {"in": _HOT_K, "out": _COLD_K}, ())
    network.set_flows([_FLOW], 0.0)
    network.settle(10.0)
    network.set_flows([-_FLOW], 10.0)
    worst = 0.0
    for after_s in (0.5, 5.0, 9.5):
        network.settle(10.0 + after_s)
        expected_k = _HOT_K * exp(-_COOLING * 2.0 * after_s)
        worst = max(worst, abs(network.temperature("in", 10.0 + after_s) / expected_k - 1.0))
    return worst


def _energy() -> float:
    """Return what is missing after a month of a loop, relative to the heat put in."""
    pipes = [_pipe(), _pipe(water_l=0.7), _pipe(water_l=1.1)]
    edges = [
        Edge("trunk", "boiler", "far", pipes[0]),
        Edge("return", "far", "inlet", pipes[1]),
        Edge("twig", "far", "tap", pipes[2]),
    ]
    network = Network(edges, {"boiler": _HOT_K}, {"inlet", "tap"})
    given_kl = left_kl = 0.0
    flows = ((0.05, 0.05, 0.0), (0.15, 0.05, 0.1), (0.08, 0.0, 0.08), (0.0, 0.0, 0.0))
    now_s = 0.0
    for number in range(4_000):
        lps = flows[number % 4]
        network.set_flows(lps, now_s)
        span_s = 17.0 + 37.0 * (number % 37)
        now_s += span_s
        network.settle(now_s)
        given_kl += lps[0] * _HOT_K * span_s
        for place, flow in (("inlet", lps[1]), ("tap", lps[2])):
            if flow:
                left_kl += flow * network.passed[place].excess_ks
    lost_kl = sum(pipe.lost_kl(now_s) for pipe in pipes)
    kept_kl = sum(pipe.content_kl(now_s) for pipe in pipes)
    return abs(given_kl - left_kl - lost_kl - kept_kl) / given_kl
