import math
import random
from dataclasses import replace

import pytest
import simpy

from simulator.catalogue import WATER_J_LK
from simulator.draws import Draw
from simulator.house import House
from simulator.layout import Crossover
from simulator.layout_file import load_layout
from simulator.results import BalanceError

HOUSE = load_layout("house")
SHIPPED_COLD_RETURN = load_layout("house-cold-return")


def crossed_over(valve):
    (loop,) = SHIPPED_COLD_RETURN.loops
    return replace(SHIPPED_COLD_RETURN, loops=(replace(loop, crossovers=(valve,)),))


COLD_RETURN = crossed_over(Crossover("shower"))
THERMOSTATIC = crossed_over(Crossover("shower", closes_at_c=38.0, opens_below_c=35.0))


class Run:
    """A house with a record of what it told."""

    def __init__(self, layout, draws=(), seed=1):
        self.env = simpy.Environment()
        self.reports = []
        self.results = []
        self.house = House(
            self.env,
            layout,
            draws,
            rng=random.Random(seed),
            report=self.told,
            on_draw=self.results.append,
        )

    def told(self, role, value_c):
        self.reports.append((self.env.now, role, value_c))

    def until(self, at_s, pump=None):
        self.env.run(until=at_s)
        if pump is not None:
            self.house.switch_pump(pump)
        return self.house

    def result(self):
        (only,) = self.results
        return only

    def values(self, role):
        return [(at_s, value_c) for at_s, told, value_c in self.reports if told == role]


def transit_s(runs, flow_lpm):
    """Time in which a front passes pipes, walls included."""
    return sum(run.water_l * run.size.capacity for run in runs) / (flow_lpm / 60.0)


def way(layout, *names):
    return [run for run in layout.pipes if run.name in names]


KITCHEN = way(HOUSE, "trunk", "kitchen twig")


def test_the_wait_for_hot_water_is_the_way_of_the_front_from_the_heater():
    run = Run(HOUSE, [Draw(100.0, 90.0, "kitchen", 5.0)])
    run.until(300.0)
    assert run.result().wait_s == pytest.approx(transit_s(KITCHEN, 5.0), rel=1e-9)
    assert run.result().cold_litres == pytest.approx(5.0 / 60.0 * run.result().wait_s, rel=1e-9)


@pytest.mark.parametrize(("fixture", "flow_lpm"), [("kitchen", 5.0), ("basin", 5.0), ("shower", 8.0)])
def test_without_circulation_people_wait_20_to_60_seconds(fixture, flow_lpm):
    for layout in (HOUSE, COLD_RETURN):
        run = Run(layout, [Draw(0.0, 120.0, fixture, flow_lpm)])
        run.until(200.0)
        assert 20.0 < run.result().wait_s < 60.0


@pytest.mark.parametrize(("fixture", "flow_lpm"), [("kitchen", 2.5), ("basin", 2.5), ("shower", 6.0)])
def test_with_a_hot_loop_people_wait_less_than_10_seconds(fixture, flow_lpm):
    run = Run(HOUSE, [Draw(400.0, 60.0, fixture, flow_lpm)])
    run.until(0.5, pump=True)
    run.until(390.0, pump=False)
    run.until(500.0)
    assert run.result().wait_s < 10.0


def test_a_draw_of_warm_water_is_mixed_to_what_is_wanted():
    run = Run(HOUSE, [Draw(0.0, 600.0, "shower", 8.0, use_c=38.0)])
    run.until(601.0)
    result = run.result()
    cold_l = result.cold_litres
    # What came before the front was room-warm; the rest is 38 C within what a hand notices.
    mixed_c = (result.mean_c * 80.0 - 20.0 * cold_l) / (80.0 - cold_l)
    assert mixed_c == pytest.approx(38.0, abs=0.5)
    hot_share = (result.hot_litres - cold_l) / (80.0 - cold_l)
    assert hot_share == pytest.approx((38.0 - 12.0) / (54.4 - 12.0), abs=0.03)


def test_a_draw_too_short_for_hot_water_never_is_hot():
    run = Run(HOUSE, [Draw(0.0, 10.0, "kitchen", 5.0)])
    run.until(20.0)
    assert run.result().wait_s is None
    assert run.result().mean_c == pytest.approx(20.0)
    assert run.result().cold_litres == pytest.approx(10.0 * 5.0 / 60.0)


def test_a_second_draw_soon_after_is_hot_at_once():
    run = Run(HOUSE, [Draw(0.0, 60.0, "kitchen", 5.0), Draw(90.0, 10.0, "kitchen", 5.0)])
    run.until(120.0)
    assert run.results[1].wait_s == 0.0
    assert run.results[1].cold_litres == 0.0


def test_two_draws_at_once_share_the_trunk_and_shorten_each_others_wait():
    alone = Run(HOUSE, [Draw(0.0, 120.0, "basin", 5.0)])
    alone.until(200.0)
    both = Run(HOUSE, [Draw(0.0, 120.0, "basin", 5.0), Draw(0.0, 130.0, "kitchen", 5.0)])
    both.until(200.0)
    assert both.results[0].draw.fixture == "basin"
    assert both.results[0].wait_s < alone.result().wait_s - 10.0
    assert both.house.energy().relative_error < 1e-12


def test_resting_pipes_cool_as_their_foam_lets_them():
    run = Run(HOUSE)
    run.until(1.0, pump=True)
    run.until(401.0, pump=False)
    before_k = run.house.temperature_c("trunk", 3.5) - 20.0
    run.until(401.0 + 3600.0)
    trunk = HOUSE.hot[0]
    rate = trunk.loss_w_k / (trunk.water_l * trunk.size.capacity * WATER_J_LK)
    after_k = run.house.temperature_c("trunk", 3.5) - 20.0
    assert after_k == pytest.approx(before_k * math.exp(-rate * 3600.0), rel=1e-9)


def test_the_pump_brings_hot_water_round_to_the_return_sensor():
    run = Run(HOUSE)
    run.until(100.0, pump=True)
    assert run.house.pump_running
    assert run.house.flow_lpm == 6.0
    loop = way(HOUSE, "trunk", "riser", "bathroom branch")
    front_s = 100.0 + transit_s(loop, 6.0) + transit_s(HOUSE.return_line, 6.0) * 13.5 / 14.0
    run.until(front_s - 0.01)
    assert run.house.temperature_c("return line", 13.5) == pytest.approx(20.0)
    run.until(front_s + 0.01)
    assert run.house.temperature_c("return line", 13.5) > 50.0
    run.until(front_s + 100.0)
    before = [value_c for at_s, value_c in run.values("return") if at_s < front_s]
    after = [value_c for at_s, value_c in run.values("return") if at_s > front_s]
    assert set(before) == {20.0}
    assert after == sorted(after)
    assert after[-1] > 48.0


def test_a_draw_without_the_pump_leaves_the_water_in_the_return_line_at_rest():
    run = Run(HOUSE, [Draw(500.0, 300.0, "shower", 8.0)])
    run.until(1.0, pump=True)
    run.until(60.0, pump=False)
    places = [0.5 * step for step in range(29)]
    before = [run.house.temperature_c("return line", at_m) - 20.0 for at_m in places]
    assert max(before) > 30.0
    assert min(before) < 1.0
    run.until(900.0)
    after = [run.house.temperature_c("return line", at_m) - 20.0 for at_m in places]
    line = HOUSE.return_line[0]
    fade = math.exp(-840.0 * line.loss_w_k / (line.water_l * line.size.capacity * WATER_J_LK))
    assert after == pytest.approx([excess * fade for excess in before], abs=1e-9)


def test_warm_water_in_the_cold_pipe_comes_out_of_the_cold_tap():
    run = Run(COLD_RETURN, [Draw(300.0, 60.0, "shower", 6.0, use_c=15.0)])
    run.until(0.5, pump=True)
    run.until(120.0, pump=False)
    run.until(400.0)
    assert run.result().cold_tap_peak_c > 45.0
    assert run.house.cold_pipe_peak_c > 50.0
    spared = Run(COLD_RETURN, [Draw(300.0, 60.0, "shower", 6.0, use_c=15.0)])
    spared.until(400.0)
    assert spared.result().cold_tap_peak_c == pytest.approx(20.0, abs=0.01)
    assert spared.house.cold_pipe_peak_c == 20.0


def test_cold_water_drawn_afterwards_pushes_the_warm_water_forward_again():
    run = Run(COLD_RETURN, [Draw(200.0, 120.0, "shower", 9.0, use_c=15.0)])
    run.until(0.5, pump=True)
    run.until(90.0, pump=False)
    warm_c = run.house.temperature_c("cold riser", 4.0)
    assert warm_c > 45.0
    run.until(330.0)
    assert run.house.temperature_c("cold riser", 4.0) < 13.0


def test_a_plain_crossover_valve_lets_hot_water_into_the_cold_pipe_as_soon_as_it_arrives():
    run = Run(COLD_RETURN)
    run.until(0.5, pump=True)
    hot_way = way(COLD_RETURN, "trunk", "riser", "bathroom branch", "shower twig")
    front_s = 0.5 + transit_s(hot_way, 6.0)
    run.until(front_s - 0.01)
    assert run.house.cold_pipe_peak_c == 20.0
    run.until(front_s + 0.01)
    assert run.house.cold_pipe_peak_c > 50.0


def test_a_thermostatic_valve_shuts_against_the_running_pump_and_opens_again_when_it_has_cooled():
    run = Run(THERMOSTATIC)
    run.until(0.5, pump=True)
    run.until(40.0)
    assert run.house.flow_lpm == 6.0
    run.until(120.0)
    assert run.house.pump_running
    assert run.house.flow_lpm == 0.0, "a pump against a shut valve is dead-headed"
    assert run.house.cold_pipe_peak_c < 38.1
    twig = way(COLD_RETURN, "shower twig")[0]
    rate = twig.loss_w_k / (twig.water_l * twig.size.capacity * WATER_J_LK)
    now_k = run.house.fixture_c("shower") - 20.0
    opens_s = 120.0 + math.log(now_k / 15.0) / rate
    run.until(opens_s - 0.1)
    assert run.house.flow_lpm == 0.0
    run.until(opens_s + 0.01)
    assert run.house.flow_lpm == 6.0
    run.until(20_000.0)
    assert run.house.energy().relative_error < 1e-12


def test_the_heater_pays_for_what_is_drawn_lost_and_stored_and_for_its_own_standing():
    run = Run(HOUSE, [Draw(1000.0, 400.0, "shower", 8.0)])
    run.until(100.0, pump=True)
    run.until(900.0, pump=False)
    run.until(7200.0)
    books = run.house.energy()
    spent = books.losses_kwh + books.drawn_kwh + books.content_change_kwh + books.standing_kwh
    assert books.heater_kwh == pytest.approx(spent, rel=1e-12)
    assert books.standing_kwh == pytest.approx(60.0 * 7200.0 / 3.6e6)
    litres = 8.0 * 400.0 / 60.0
    assert books.drawn_kwh == pytest.approx(
        litres * WATER_J_LK * (run.result().mean_c - 12.0) / 3.6e6, rel=1e-12
    )
    assert run.house.mass().drawn_litres == pytest.approx(litres)
    assert run.house.mass().supplied_litres == pytest.approx(litres)


def test_a_loop_that_always_runs_loses_what_its_pipes_lose():
    run = Run(HOUSE)
    run.until(0.5, pump=True)
    run.until(3600.0)
    start = run.house.energy().losses_kwh
    run.until(7200.0)
    lost_w = (run.house.energy().losses_kwh - start) * 1000.0
    loop = [*way(HOUSE, "trunk", "riser", "bathroom branch"), *HOUSE.return_line]
    upper_w = sum(piece.loss_w_k for piece in loop) * 35.0
    # The water cools by about 1 K on its way round, so a little less than if it were 55 C everywhere; the twigs rest
    # and have cooled.
    assert 0.95 * upper_w < lost_w < upper_w * 1.01


def test_a_house_left_alone_needs_only_its_standing_loss():
    run = Run(HOUSE)
    run.until(86_400.0)
    books = run.house.energy()
    assert books.heater_kwh == books.standing_kwh
    assert books.losses_kwh == books.drawn_kwh == books.content_change_kwh == 0.0
    assert {value_c for _, value_c in run.values("supply")} == {20.0}


def test_sensors_report_often_while_something_happens_and_seldom_while_nothing_does():
    run = Run(HOUSE)
    run.until(1000.0, pump=True)
    run.until(1100.0)
    assert len([at_s for at_s, _ in run.values("supply") if at_s < 1000.0]) == 20
    assert len([at_s for at_s, _ in run.values("supply") if at_s >= 1000.0]) == 10


def test_the_pump_may_be_switched_from_within_a_report():
    stopped = []

    class StoppedWhenWarm(Run):
        def told(self, role, value_c):
            if role == "return" and value_c >= 40.0 and self.house.pump_running:
                stopped.append(self.env.now)
                self.house.switch_pump(False)

    run = StoppedWhenWarm(HOUSE)
    house = run.house
    run.until(10.0, pump=True)
    run.until(600.0)
    assert len(stopped) == 1
    assert not house.pump_running
    assert house.flow_lpm == 0.0


def test_switching_to_the_state_it_has_changes_nothing():
    run = Run(HOUSE)
    run.until(10.0, pump=False)
    run.until(20.0, pump=True)
    run.until(30.0, pump=True)
    assert run.house.pump_running


def test_the_same_seed_gives_the_same_run_to_the_last_bit():
    draws = [Draw(50.0, 120.0, "shower", 8.0), Draw(80.0, 20.0, "kitchen", 4.0)]
    noisy = replace(HOUSE, sensors=tuple(replace(spot, noise_k=0.2) for spot in HOUSE.sensors))
    runs = [Run(noisy, draws, seed) for seed in (7, 7, 8)]
    for run in runs:
        run.until(3000.0)
    assert runs[0].reports == runs[1].reports
    assert runs[0].results == runs[1].results
    assert runs[0].reports != runs[2].reports


def test_looking_does_not_disturb():
    draws = [Draw(50.0, 120.0, "shower", 8.0), Draw(80.0, 20.0, "kitchen", 4.0)]
    left, watched = Run(HOUSE, draws), Run(HOUSE, draws)
    left.until(400.0)
    for step in range(1, 400):
        watched.until(float(step))
        watched.house.energy()
        watched.house.fixture_c("basin")
    watched.until(400.0)
    assert [result.wait_s for result in watched.results] == pytest.approx(
        [result.wait_s for result in left.results]
    )
    assert [result.mean_c for result in watched.results] == pytest.approx(
        [result.mean_c for result in left.results]
    )
    assert [value for *_, value in watched.reports] == [value for *_, value in left.reports]
    assert watched.house.energy().heater_kwh == pytest.approx(left.house.energy().heater_kwh, rel=1e-12)


def test_books_that_do_not_close_are_an_error():
    house = Run(HOUSE, [Draw(0.0, 60.0, "basin", 5.0)]).until(100.0)
    house._heater.warmed_kl *= 1.0 + 3e-6
    with pytest.raises(BalanceError, match="energy"):
        house.energy()
    house._supplied_litres *= 1.0 + 3e-6
    with pytest.raises(BalanceError, match="water"):
        house.mass()


def test_draws_may_go_on_for_ever():
    def endless():
        number = 0
        while True:
            yield Draw(100.0 * number, 20.0, "basin", 4.0)
            number += 1

    run = Run(HOUSE, endless())
    run.until(5000.0)
    assert len(run.results) == 50


def test_a_house_may_begin_at_any_time():
    env = simpy.Environment(initial_time=1e6)
    results = []
    house = House(
        env, HOUSE, [Draw(1e6 + 10.0, 90.0, "kitchen", 5.0)],
        rng=random.Random(1), report=lambda *_: None, on_draw=results.append,
    )  # fmt: skip
    env.run(until=1e6 + 200.0)
    assert results[0].wait_s == pytest.approx(transit_s(KITCHEN, 5.0), rel=1e-6)
    assert house.energy().standing_kwh == pytest.approx(60.0 * 200.0 / 3.6e6)
    assert house.now_ms == 1_000_200_000


@pytest.mark.parametrize(
    ("draws", "words"),
    [
        ([Draw(0.0, 10.0, "bath", 5.0)], "'bath', but the fixtures are kitchen, basin, shower"),
        ([Draw(0.0, 10.0, "basin", 0.0)], "needs flow and time"),
        ([Draw(0.0, 0.0, "basin", 5.0)], "needs flow and time"),
        ([Draw(50.0, 10.0, "basin", 5.0), Draw(0.0, 10.0, "basin", 5.0)], "out of order"),
    ],
)
def test_impossible_draws_are_refused(draws, words):
    with pytest.raises(ValueError, match=words):
        Run(HOUSE, draws).until(100.0)


def test_unknown_places_are_refused():
    house = Run(HOUSE).house
    with pytest.raises(KeyError):
        house.temperature_c("drain", 0.0)
    with pytest.raises(ValueError, match="outside"):
        house.temperature_c("trunk", 99.0)
    with pytest.raises(KeyError):
        house.fixture_c("bath")


def test_draws_that_begin_at_the_same_instant_may_follow_a_rounded_one():
    # 32.9 and 111.7 are not exact in binary, so that the clock stands a rounding step past the second start.
    draws = [Draw(32.9, 5.0, "basin", 4.0), Draw(111.7, 5.0, "basin", 4.0), Draw(111.7, 5.0, "kitchen", 4.0)]
    run = Run(HOUSE, draws)
    run.until(200.0)
    assert len(run.results) == 3
