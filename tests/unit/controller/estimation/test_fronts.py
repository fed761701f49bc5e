"""Hot fronts move like plugs: what comes in pushes on what is there, as far as it is let out."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.core.clock import MINUTE_MS
from controller.core.fronts import COLD, Front, hot_share, pushed, warmth

Moves = list[tuple[float, float]]


def pushed_by(moves: Moves) -> Front:
    """Return a front after so many shares came in, five minutes apart."""
    front = COLD
    for number, (share, reach) in enumerate(moves):
        front = pushed(front, number * 5 * MINUTE_MS, share, reach)
    return front


MOVES = st.lists(st.tuples(st.floats(0.0, 1.5), st.floats(0.1, 1.0)), max_size=60)


@given(MOVES)
def test_what_lies_farther_is_older_and_the_row_ends_at_the_far_end(moves: Moves) -> None:
    front = pushed_by(moves)
    assert front[-1][0] == pytest.approx(1.0, abs=1e-12)
    assert all(near[0] < far[0] and near[1] >= far[1] for near, far in pairwise(front))
    assert len(front) <= 24


def test_a_draw_half_way_leaves_the_rest_cold() -> None:
    front = pushed(COLD, 0, 2.0, reach=0.5)
    assert hot_share(front, MINUTE_MS, 30 * MINUTE_MS) == 0.5
    assert warmth(front, 0, 60.0 * MINUTE_MS, tail=0.5) < 1e-6 < warmth(front, 0, 60.0 * MINUTE_MS, tail=1.0)
