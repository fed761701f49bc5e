import math

import pytest

from simulator.merging import merged, thinned
from simulator.piece import Piece, heat, value

COOLING = 1.0 / 900.0


@pytest.mark.parametrize(
    ("up", "down"),
    [
        (Piece(0.2, 0.0, ((30.0, -0.5),)), Piece(0.3, -40.0, ((31.0, -0.4),))),
        (Piece(0.2, 0.0, ((30.0, 0.0),)), Piece(0.3, 0.0, ((-8.0, 0.2),))),
        (Piece(0.2, 0.0, ((0.0, 0.0),)), Piece(0.3, 0.0, ((20.0, 0.0),))),
        (Piece(0.2, 0.0, ((30.0, -0.5), (-5.0, 3.0))), Piece(0.1, 10.0, ((24.0, 0.1),))),
        (Piece(0.2, 0.0, ((1e-9, 0.0),)), Piece(0.3, 0.0, ((30.0, 0.0),))),
    ],
)
def test_two_pieces_become_one_with_their_heat_and_an_error_that_is_no_understatement(up, down):
    at_s = 50.0
    whole, bound_k = merged(up, down, at_s, COOLING)
    assert whole.volume_l == up.volume_l + down.volume_l
    held = heat(up, at_s, COOLING) + heat(down, at_s, COOLING)
    assert heat(whole, at_s, COOLING) == pytest.approx(held, rel=1e-13)
    worst_k = 0.0
    for part, offset_l in ((up, 0.0), (down, up.volume_l)):
        for step in range(101):
            within_l = part.volume_l * step / 100
            error_k = value(part, within_l, at_s, COOLING) - value(whole, offset_l + within_l, at_s, COOLING)
            worst_k = max(worst_k, abs(error_k))
    assert worst_k <= bound_k * (1.0 + 1e-12)


def test_pieces_that_continue_each_other_merge_without_error():
    up = Piece(0.2, 0.0, ((30.0, -0.5),))
    down = Piece(0.3, 0.0, ((30.0 * math.exp(-0.1), -0.5),))
    whole, _ = merged(up, down, 0.0, COOLING)
    assert value(whole, 0.35, 0.0, COOLING) == pytest.approx(value(down, 0.15, 0.0, COOLING), rel=1e-12)


def test_few_pieces_are_left_alone():
    pieces = [Piece(0.1, 0.0, ((float(number), 0.0),)) for number in range(10)]
    kept, error_k = thinned(pieces, 0.0, COOLING)
    assert list(kept) == pieces
    assert error_k == 0.0
