"""Is it hot yet? What runs, draws, rests and sensors say about each fixture."""

import pytest

from controller.core.clock import MINUTE_MS, SECOND_MS
from controller.core.plumbing import FAR_END, RETURN, SUPPLY, FixturePipe, Plumbing, Topology
from controller.estimation.fixture_estimate import FixtureEstimate
from controller.estimation.fixtures import FixtureHeat
from controller.estimation.tees import places

TAPS = ("kitchen", "basin", "shower")
PIPES = (FixturePipe("kitchen", 2.2, 0.16), FixturePipe("basin", 3.2, 0.12), FixturePipe("shower", 3.6, 0.2))
LOOP = Plumbing("main", Topology.DEDICATED_RETURN, TAPS, frozenset({SUPPLY, RETURN}), PIPES)


def filled(heat: FixtureHeat, at: int) -> int:
    """Run the pump until the return has felt it; return when it stopped."""
    heat.reading(at, SUPPLY, 54.0)
    heat.pump(at, True)
    heat.reading(at + 5 * SECOND_MS, RETURN, 21.0)
    heat.reading(at + 80 * SECOND_MS, RETURN, 26.5)
    heat.pump(at + 80 * SECOND_MS, False)
    return at + 80 * SECOND_MS


def at(heat: FixtureHeat, now: int) -> dict[str, FixtureEstimate]:
    return {one.fixture: one for one in heat.estimates(now)}


def test_nothing_is_claimed_before_anything_is_known() -> None:
    for one in FixtureHeat(LOOP, 0).estimates(0):
        assert one.hot is None or one.hot is False
        assert one.sd_k > 10.0
        assert one.wait_s[1] < one.wait_s[0] < one.wait_s[2]


def test_after_a_fill_every_fixture_is_hot_and_only_its_own_pipe_is_waited_for() -> None:
    heat = FixtureHeat(LOOP, 0)
    ended = filled(heat, MINUTE_MS)
    for one in heat.estimates(ended):
        assert one.hot is True
        assert one.mean_c == pytest.approx(54.0, abs=0.5)
        assert one.sd_k < 3.0
        assert one.wait_s[0] < 4.0


def test_hot_water_comes_near_to_far_while_the_pump_runs() -> None:
    heat = FixtureHeat(LOOP, 0)
    heat.flow(0, 0.0)  # a meter sees to it that no draw is hidden
    ended = filled(heat, MINUTE_MS)
    cold = ended + 12 * 60 * MINUTE_MS
    heat.pump(cold, True)
    way = [one.ready_in_s for one in heat.estimates(cold + 2 * SECOND_MS)]
    assert way == sorted(way, key=lambda left_s: left_s or 0.0)
    assert way[0] is not None and way[0] > 0.0
    middle = at(heat, cold + round(heat.fill_ms * 0.8))
    assert middle["kitchen"].hot_chance > 0.8 > 0.3 > middle["shower"].hot_chance
    assert [one.ready_in_s for one in heat.estimates(cold + 3 * round(heat.fill_ms))] == [0.0, 0.0, 0.0]


def test_a_rest_cools_and_widens_what_is_claimed() -> None:
    heat = FixtureHeat(LOOP, 0)
    ended = filled(heat, MINUTE_MS)
    claims = [at(heat, ended + minutes * MINUTE_MS)["shower"] for minutes in (0, 20, 60, 240, 600)]
    assert [one.mean_c for one in claims] == sorted((one.mean_c for one in claims), reverse=True)
    assert claims[0].hot is True
    assert claims[-1].hot is False
    assert claims[1].sd_k > claims[0].sd_k
    assert claims[-1].mean_c < 30.0
    assert claims[-1].wait_s[0] > 20.0


def test_asking_often_changes_nothing() -> None:
    one, other = FixtureHeat(LOOP, 0), FixtureHeat(LOOP, 0)
    ended = filled(one, MINUTE_MS)
    filled(other, MINUTE_MS)
    for minute in range(120):
        other.estimates(ended + minute * MINUTE_MS)
    assert one.estimates(ended + 120 * MINUTE_MS) == other.estimates(ended + 120 * MINUTE_MS)


def test_a_metered_draw_heats_the_way_as_far_as_its_litres_reach() -> None:
    heat = FixtureHeat(LOOP, 0)
    heat.reading(0, SUPPLY, 54.0)
    begun = 10 * 60 * MINUTE_MS
    heat.flow(0, 0.0)
    heat.flow(begun, 6.0)
    heat.flow(begun + 15 * SECOND_MS, 0.0)
    short = at(heat, begun + 16 * SECOND_MS)
    heat.flow(begun + 20 * SECOND_MS, 6.0)
    heat.flow(begun + 120 * SECOND_MS, 0.0)
    long = at(heat, begun + 121 * SECOND_MS)
    assert short["kitchen"].hot_chance < long["kitchen"].hot_chance
    assert long["kitchen"].hot is True
    assert long["shower"].hot_chance < long["kitchen"].hot_chance


def test_a_draw_felt_at_the_heater_makes_hot_water_likely_but_not_sure() -> None:
    heat = FixtureHeat(LOOP, 0)
    ended = filled(heat, MINUTE_MS)
    for minute in range(5, 240, 5):
        heat.reading(ended + minute * MINUTE_MS, SUPPLY, 20.0 + 34.0 * 0.99**minute)
    before = at(heat, ended + 240 * MINUTE_MS)["kitchen"]
    heat.reading(ended + 240 * MINUTE_MS, SUPPLY, 30.0)
    heat.reading(ended + 242 * MINUTE_MS, SUPPLY, 54.0)
    heat.reading(ended + 250 * MINUTE_MS, SUPPLY, 52.0)
    after = at(heat, ended + 250 * MINUTE_MS)["kitchen"]
    assert after.mean_c > before.mean_c + 5.0
    assert after.sd_k > before.sd_k


def test_a_sensor_at_the_far_end_is_believed_once_it_has_settled() -> None:
    heat = FixtureHeat(Plumbing("main", Topology.DEDICATED_RETURN, TAPS, frozenset({SUPPLY, FAR_END})), 0)
    ended = filled(heat, MINUTE_MS)
    heat.reading(ended + MINUTE_MS, FAR_END, 30.0)
    assert at(heat, ended + MINUTE_MS)["shower"].mean_c > 45.0
    for minute in range(4, 20):
        heat.reading(ended + minute * MINUTE_MS, FAR_END, 30.0)
    assert at(heat, ended + 20 * MINUTE_MS)["shower"].mean_c == pytest.approx(30.0, abs=2.0)


def test_litres_say_where_the_fixtures_are_and_else_the_usual_does() -> None:
    assert places(PIPES) == pytest.approx([2.2 / 3.6, 3.2 / 3.6, 1.0])
    usual = places([FixturePipe(name) for name in TAPS])
    assert usual == sorted(usual)
    assert usual[-1] == 1.0


def test_what_was_learned_survives_and_damage_is_left_out() -> None:
    heat = FixtureHeat(LOOP, 0)
    filled(heat, MINUTE_MS)
    again = FixtureHeat(LOOP, 0)
    again.restore(heat.snapshot())
    assert again.fill_ms == heat.fill_ms
    for kept in (None, 7, {"fill_ms": "long", "tau_ms": -1, "rests": True, "plateau_c": 1e9}):
        damaged = FixtureHeat(LOOP, 0)
        damaged.restore(kept)
        assert damaged.snapshot() == FixtureHeat(LOOP, 0).snapshot()


def test_a_loop_without_fixtures_has_nothing_to_say() -> None:
    assert FixtureHeat(Plumbing("main", Topology.DEDICATED_RETURN), 0).estimates(5) == ()
