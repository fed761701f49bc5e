import math

import pytest

from simulator.merging import FEW_PIECES, MANY_PIECES, MERGING_ERROR_K
from simulator.pipe import Pipe
from simulator.stream import Segment, constant

WATER_L, CAPACITY, COOLING = 2.0, 1.25, 1.0 / 1800.0
SPEED_LPS = 0.1
TRAVEL_S = WATER_L * CAPACITY / SPEED_LPS  # 25 s


def pipe(excess_k=0.0, flow_lps=0.0, cooling=COOLING):
    made = Pipe(WATER_L, CAPACITY, cooling, excess_k=excess_k)
    made.set_flow(flow_lps, 0.0)
    return made


def settle(one, until_s, excess_k=0.0, since_s=0.0):
    return one.settle(until_s, [constant(excess_k, since_s, until_s)])


def at(one, share, at_s):
    """Temperature in a pipe whose upstream is not asked."""
    segments = one.forecast(one.place(share), at_s, ())
    segment = next(segment for segment in segments if segment.end_s > at_s)
    return sum(k * math.exp(rate * (at_s - segment.start_s)) for k, rate in segment.terms)


def value(stream, at_s):
    segment = next(one for one in stream if one.start_s <= at_s < one.end_s)
    return sum(k * math.exp(rate * (at_s - segment.start_s)) for k, rate in segment.terms)


@pytest.mark.parametrize("at_s", [1.0, 600.0, 7200.0, 1e6])
def test_a_resting_pipe_cools_exponentially(at_s):
    resting = pipe(excess_k=35.0)
    assert at(resting, 0.5, at_s) == pytest.approx(35.0 * math.exp(-COOLING * at_s), rel=1e-12)


def test_a_resting_pipe_loses_what_its_content_loses():
    resting = pipe(excess_k=35.0)
    before = resting.content_kl(0.0)
    assert before == pytest.approx(35.0 * WATER_L * CAPACITY)
    assert resting.lost_kl(5000.0) == pytest.approx(before - resting.content_kl(5000.0), rel=1e-12)


def test_a_step_at_the_inlet_arrives_late_by_the_wall_and_cooled_by_the_way():
    flowing = pipe(flow_lps=SPEED_LPS)
    outflow = settle(flowing, 60.0, excess_k=35.0)
    assert outflow[0].end_s == pytest.approx(TRAVEL_S, rel=1e-12)
    assert value(outflow, TRAVEL_S - 1e-6) == 0.0
    expected_k = 35.0 * math.exp(-COOLING * TRAVEL_S)
    assert value(outflow, TRAVEL_S + 1e-6) == pytest.approx(expected_k, rel=1e-12)
    assert value(outflow, 59.0) == pytest.approx(expected_k, rel=1e-12)


def test_a_warm_pipe_gives_its_old_water_cooling_as_it_leaves():
    flowing = pipe(excess_k=35.0, flow_lps=SPEED_LPS)
    outflow = settle(flowing, 60.0, excess_k=-8.0)
    assert value(outflow, 20.0) == pytest.approx(35.0 * math.exp(-COOLING * 20.0), rel=1e-12)
    assert value(outflow, 40.0) == pytest.approx(-8.0 * math.exp(-COOLING * TRAVEL_S), rel=1e-12)


def test_a_changing_inlet_temperature_comes_through_undistorted():
    flowing = pipe(flow_lps=SPEED_LPS)
    inflow = [Segment(0.0, 60.0, ((30.0, -0.02), (-5.0, 0.001)))]
    outflow = flowing.settle(60.0, inflow)
    for at_s in (30.0, 45.0, 59.0):
        entered = value(inflow, at_s - TRAVEL_S)
        assert value(outflow, at_s) == pytest.approx(entered * math.exp(-COOLING * TRAVEL_S), rel=1e-11)


def test_a_flow_of_days_without_change_stays_in_the_range_of_numbers():
    flowing = pipe(flow_lps=SPEED_LPS)
    outflow = settle(flowing, 86_400.0, excess_k=35.0)
    assert value(outflow, 80_000.0) == pytest.approx(35.0 * math.exp(-COOLING * TRAVEL_S), rel=1e-11)


def test_flow_turned_round_brings_the_same_water_back():
    there = pipe(flow_lps=SPEED_LPS)
    settle(there, 10.0, excess_k=35.0)
    front = 10.0 / TRAVEL_S
    assert at(there, front + 0.01, 10.0) == 0.0
    assert at(there, front - 0.01, 10.0) > 34.0
    there.set_flow(-SPEED_LPS, 10.0)
    assert there.flow_lps == -SPEED_LPS
    outflow = there.settle(24.0, [constant(-8.0, 10.0, 24.0)])
    # What went in last comes out first; each drop has been inside for twice the time since the turn.
    for at_s in (11.0, 15.0, 19.9):
        assert value(outflow, at_s) == pytest.approx(
            35.0 * math.exp(-COOLING * 2.0 * (at_s - 10.0)), rel=1e-9
        )
    assert value(outflow, 23.0) == 0.0
    assert at(there, 0.99, 24.0) == pytest.approx(-8.0, abs=0.1)


def test_a_place_is_counted_from_the_same_end_whichever_way_the_water_runs():
    there = pipe(flow_lps=SPEED_LPS)
    settle(there, 5.0, excess_k=35.0)
    there.set_flow(0.0, 5.0)
    resting = [at(there, share, 6.0) for share in (0.1, 0.5, 0.9)]
    there.set_flow(-SPEED_LPS, 6.0)
    there.set_flow(0.0, 6.0)
    assert [at(there, share, 6.0) for share in (0.1, 0.5, 0.9)] == pytest.approx(resting, rel=1e-12)


def test_losses_agree_with_the_heat_flow_through_the_pipes_skin():
    flowing = pipe(flow_lps=SPEED_LPS)
    lost, steps = 0.0, 4000
    for step in range(steps):
        middle_s = 60.0 * (step + 0.5) / steps
        # Heat flow at each moment: k x content; the content of a pipe being filled with 35 K is an exponential.
        reach_s = min(middle_s, TRAVEL_S)
        lost += COOLING * 35.0 * SPEED_LPS * (1.0 - math.exp(-COOLING * reach_s)) / COOLING * 60.0 / steps
    settle(flowing, 60.0, excess_k=35.0)
    assert flowing.lost_kl(60.0) == pytest.approx(lost, rel=1e-6)


def test_what_comes_in_leaves_is_lost_or_stays():
    flowing = pipe(excess_k=10.0, flow_lps=SPEED_LPS)
    outflow = settle(flowing, 40.0, excess_k=35.0)
    left_kl = sum(
        SPEED_LPS * k * math.expm1(r * (b - a)) / r if r else SPEED_LPS * k * (b - a)
        for a, b, ((k, r),), _ in outflow
    )
    came_kl = SPEED_LPS * 40.0 * 35.0
    stayed_kl = flowing.content_kl(40.0) - 10.0 * WATER_L * CAPACITY
    assert came_kl == pytest.approx(left_kl + flowing.lost_kl(40.0) + stayed_kl, rel=1e-13)


def test_a_forecast_is_what_then_happens():
    foretold, lived = pipe(excess_k=20.0, flow_lps=SPEED_LPS), pipe(excess_k=20.0, flow_lps=SPEED_LPS)
    inflow = [constant(35.0, 0.0, 7.0), constant(-8.0, 7.0, 60.0)]
    forecast = list(foretold.forecast(foretold.place(1.0), 0.0, inflow))
    outflow = lived.settle(60.0, inflow)
    for at_s in (3.0, 26.0, 31.0, 33.0, 59.0):
        assert value(forecast, at_s) == pytest.approx(value(outflow, at_s), rel=1e-12)


def test_a_front_that_stops_exactly_at_the_outlet_leaves_no_sliver():
    flowing = pipe(flow_lps=SPEED_LPS)
    settle(flowing, TRAVEL_S * (1.0 - 1e-12), excess_k=35.0)
    assert flowing.pieces == 1


def test_flow_going_on_across_a_pause_in_the_books_makes_no_new_piece():
    flowing = pipe(flow_lps=SPEED_LPS)
    for step in range(20):
        flowing.settle(step + 1.0, [constant(35.0, float(step), step + 1.0)])
    assert flowing.pieces == 2


def test_many_pieces_are_merged_at_a_small_error_and_no_loss_of_heat():
    plain, cooling = [], 0.0
    one = pipe(flow_lps=0.01, cooling=cooling)
    for step in range(240):
        excess_k = 30.0 + 0.004 * (step % 3)
        plain.append(excess_k)
        one.settle(step + 1.0, [constant(excess_k, float(step), step + 1.0)])
    assert one.pieces <= MANY_PIECES
    assert 0.0 < one.merging_error_k <= MERGING_ERROR_K
    assert one.content_kl(240.0) == pytest.approx(0.01 * math.fsum(plain), rel=1e-12)
    for second in range(5, 235, 7):
        share = 0.01 * (second + 0.5) / one.thermal_l
        assert at(one, share, 240.0) == pytest.approx(plain[239 - second], abs=3 * MERGING_ERROR_K)


def test_merging_gives_up_accuracy_rather_than_memory_and_says_so():
    one = pipe(flow_lps=0.01)
    for step in range(200):
        one.settle(step + 1.0, [constant(35.0 if step % 2 else -8.0, float(step), step + 1.0)])
    assert one.pieces <= MANY_PIECES
    assert one.merging_error_k > 1.0
    assert FEW_PIECES < MANY_PIECES


def test_nothing_happens_when_no_time_passes():
    flowing = pipe(excess_k=5.0, flow_lps=SPEED_LPS)
    assert flowing.settle(0.0, []) == []
    assert flowing.content_kl(0.0) == 5.0 * WATER_L * CAPACITY


def test_water_that_goes_on_entering_while_pieces_are_merged_keeps_its_heat():
    pipe = Pipe(10.0, 1.0, 1.0 / 3600.0)
    pipe.set_flow(0.1, 0.0)
    came_kl = 0.0
    for number in range(MANY_PIECES + 1):
        pipe.enter(0.5 * number, 30.0 + 0.02 * (number % 7), 1e-4)
        pipe.advance(0.5 * (number + 1))
        came_kl += 0.1 * (30.0 + 0.02 * (number % 7)) * math.expm1(0.5e-4) / 1e-4
    last_k = (30.0 + 0.02 * (MANY_PIECES % 7)) * math.exp(0.5e-4)
    pipe.advance(95.0)
    came_kl += 0.1 * last_k * math.expm1((95.0 - 0.5 * (MANY_PIECES + 1)) * 1e-4) / 1e-4
    assert pipe.merging_error_k > 0.0
    left_kl = pipe._left_kl
    assert pipe.content_kl(95.0) + left_kl + pipe.lost_kl(95.0) == pytest.approx(came_kl, rel=1e-12)
