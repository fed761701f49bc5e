import math

import pytest

from simulator.merging import FEW_PIECES, merged, thinned
from simulator.piece import heat, value

COOLING = 1.0 / 900.0
BOUNDS = (4.0, 4.2, 4.5)


def piece(terms, at_s=0.0, ref_l=4.0):
    (amplitude, slope), *more = terms
    return (ref_l, at_s, amplitude, slope, 0.0, tuple(more))


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (piece([(30.0, -0.5)]), piece([(31.0, -0.4)], -40.0)),
        (piece([(30.0, 0.0)]), piece([(-8.0, 0.2)])),
        (piece([(0.0, 0.0)]), piece([(20.0, 0.0)])),
        (piece([(30.0, -0.5), (-5.0, 3.0)]), piece([(24.0, 0.1)], 10.0, 4.2)),
        (piece([(1e-9, 0.0)]), piece([(30.0, 0.0)])),
    ],
)
def test_two_pieces_become_one_with_their_heat_and_an_error_that_is_no_understatement(low, high):
    at_s = 50.0
    whole, bound_k = merged(low, high, BOUNDS, at_s, COOLING)
    held = heat(low, 4.0, 4.2, at_s, COOLING) + heat(high, 4.2, 4.5, at_s, COOLING)
    assert heat(whole, 4.0, 4.5, at_s, COOLING) == pytest.approx(held, rel=1e-13)
    worst_k = 0.0
    for part, low_l, high_l in ((low, 4.0, 4.2), (high, 4.2, 4.5)):
        for step in range(101):
            number_l = low_l + (high_l - low_l) * step / 100
            error_k = value(part, number_l, at_s, COOLING) - value(whole, number_l, at_s, COOLING)
            worst_k = max(worst_k, abs(error_k))
    assert worst_k <= bound_k * (1.0 + 1e-12)


def test_pieces_that_continue_each_other_merge_without_error():
    low = piece([(30.0, -0.5)])
    high = piece([(30.0 * math.exp(-0.1), -0.5)], ref_l=4.2)
    whole, _ = merged(low, high, BOUNDS, 0.0, COOLING)
    assert value(whole, 4.35, 0.0, COOLING) == pytest.approx(value(high, 4.35, 0.0, COOLING), rel=1e-12)


def test_few_pieces_are_left_alone():
    pieces = [piece([(float(number), 0.0)]) for number in range(10)]
    bounds = [0.1 * number for number in range(11)]
    kept_l, kept, error_k = thinned(bounds, pieces, 0.0, COOLING)
    assert (kept_l, list(kept), error_k) == (bounds, pieces, 0.0)


def test_many_pieces_become_few_in_the_same_bounds():
    pieces = [piece([(math.sin(number), 0.0)]) for number in range(300)]
    bounds = [0.1 * number for number in range(301)]
    kept_l, kept, error_k = thinned(bounds, pieces, 0.0, COOLING)
    assert len(kept) == len(kept_l) - 1 <= FEW_PIECES
    assert (kept_l[0], kept_l[-1]) == (bounds[0], bounds[-1])
    assert error_k > 0.0


def test_what_enters_and_what_leaves_is_not_merged_with_what_lies_beside_it():
    pieces = [piece([(20.0, 0.001 * number)]) for number in range(300)]
    bounds = [0.1 * number for number in range(301)]
    kept_l, kept, _ = thinned(bounds, pieces, 0.0, COOLING)
    assert (kept[0], kept[-1]) == (pieces[0], pieces[-1])
    assert (kept_l[1], kept_l[-2]) == (bounds[1], bounds[-2])
