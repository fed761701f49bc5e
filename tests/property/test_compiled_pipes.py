"""The compiled pipes are the pipes: piece by piece, in any network, whichever way the water goes."""

import random

import pytest

pytest.importorskip("numba")

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.kernel.flow import set_flows, settle
from simulator.kernel.profile import balance_of, profile
from simulator.kernel.records import PLAIN, TOO_MANY_TERMS, world_of
from simulator.network import Network
from simulator.piece import value
from simulator.piping import HEATER, MAINS, Demand, Piping
from tests.property.test_networks import random_layout, repeatable

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

SAME_K, SAME_L = 1e-9, 1e-9


def sources_of(layout):
    return {HEATER: layout.setpoint_c - layout.ambient_c, MAINS: layout.mains_c - layout.ambient_c}


def random_flows(rng, piping, fixtures):
    """Flows that balance: some taps open, some circuits driven, some of them backwards."""
    demands = [
        Demand(name, rng.choice((0.0, rng.uniform(0.005, 0.2))), rng.choice((0.0, rng.uniform(0.005, 0.2))))
        for name in fixtures
        if rng.random() < 0.4
    ]
    circuits = [
        rng.choice((0.0, rng.uniform(0.01, 0.15), -rng.uniform(0.001, 0.02))) for _ in piping.circuits
    ]
    return piping.flows_lps(demands, circuits)


def assert_same(network: Network, worlds, now_s):
    for number, edge in enumerate(network.edges):
        if not hasattr(edge.conduit, "pieces"):
            continue
        pipe, told = edge.conduit, profile(worlds, number, now_s)
        assert len(told) == pipe.pieces, edge.name
        for (piece, low_l, high_l), (own_low_l, own_high_l, first_k, last_k) in zip(
            pipe._row(), told, strict=True
        ):
            assert own_low_l == pytest.approx(low_l, abs=SAME_L)
            assert own_high_l == pytest.approx(high_l, abs=SAME_L)
            assert first_k == pytest.approx(value(piece, low_l, now_s, pipe.cooling), abs=SAME_K)
            assert last_k == pytest.approx(value(piece, high_l, now_s, pipe.cooling), abs=SAME_K)
        held_kl, lost_kl = balance_of(worlds, number, now_s)
        assert held_kl == pytest.approx(pipe.content_kl(now_s), abs=1e-8)
        assert lost_kl == pytest.approx(pipe.lost_kl(now_s), abs=1e-7)
        assert worlds[0]["pipes"][number]["merging_k"] == pytest.approx(pipe.merging_error_k, abs=SAME_K)


@settings(repeatable, max_examples=60)
@given(seed=st.integers(0, 10**9))
def test_every_piece_of_every_pipe_is_the_same_after_any_schedule(seed):
    rng = random.Random(seed)
    layout = random_layout(rng)
    piping = Piping(layout)
    network = piping.network
    worlds, _ = world_of(network.edges, sources_of(layout))
    now_s = 0.0
    for _ in range(rng.randint(1, 60)):
        flows = random_flows(rng, piping, layout.fixtures)
        try:
            network.set_flows(flows, now_s)
        except ValueError:
            continue  # more would come back than anyone sends
        worlds[0]["flows"][: len(flows)] = flows
        set_flows(worlds[0])
        now_s += rng.choice((rng.uniform(0.01, 5.0), rng.uniform(1.0, 600.0), 36.0))
        network.settle(now_s)
        settle(worlds[0], now_s)
        # Water mixed again and again is the sum of more exponentials than there is room for: told, not guessed.
        assume(worlds[0]["status"] != TOO_MANY_TERMS)
        assert worlds[0]["status"] == PLAIN
        assert_same(network, worlds, now_s)


def test_a_pipe_full_of_pieces_is_thinned_alike():
    rng = random.Random(5)
    layout = random_layout(random.Random(3))
    piping = Piping(layout)
    network, home = piping.network, layout.fixtures[0]
    worlds, _ = world_of(network.edges, sources_of(layout))
    now_s = 0.0
    for _ in range(1_500):
        flows = piping.flows_lps([Demand(home, rng.uniform(1e-4, 3e-4), 1e-4)], [0.0] * len(piping.circuits))
        network.set_flows(flows, now_s)
        worlds[0]["flows"][: len(flows)] = flows
        set_flows(worlds[0])
        now_s += rng.uniform(1.0, 60.0)
        network.settle(now_s)
        settle(worlds[0], now_s)
    assert (
        max(edge.conduit.merging_error_k for edge in network.edges if hasattr(edge.conduit, "pieces")) > 0.0
    )
    assert_same(network, worlds, now_s)


def test_room_used_again_holds_nothing_of_the_network_before():
    first, second = (Piping(random_layout(random.Random(seed))).network.edges for seed in (3, 4))
    room, _ = world_of(first, {HEATER: 35.0})
    room[0]["flows"][0] = 0.1
    set_flows(room[0])
    settle(room[0], 100.0)
    again, names = world_of(second, {MAINS: 1.0}, room=room)
    fresh, fresh_names = world_of(second, {MAINS: 1.0})
    assert again is room
    assert names == fresh_names
    for field in (
        "now_s",
        "turn",
        "plan",
        "plans",
        "status",
        "edges",
        "spots",
        "keys",
        "flows",
        "pipes",
        "streams",
    ):
        assert again[0][field].tobytes() == fresh[0][field].tobytes()
    assert [profile(again, number, 0.0) for number in range(len(second))] == [
        profile(fresh, number, 0.0) for number in range(len(second))
    ]


def test_more_conduits_than_there_is_room_for_are_refused():
    layout = random_layout(random.Random(3))
    edges = list(Piping(layout).network.edges) * 20
    with pytest.raises(ValueError, match="room"):
        world_of(edges, {})
