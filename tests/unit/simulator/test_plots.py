import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.plots import LONGEST_SHOWN_S, STEPS, Palette, distribution


@given(waits=st.lists(st.floats(0, 300), max_size=400), never=st.integers(0, 50))
def test_a_distribution_tells_for_each_wait_the_share_that_was_hot_by_then(
    waits: list[float], never: int
) -> None:
    draws = len(waits) + never
    if not draws:
        return
    seconds, shares = distribution(sorted(waits), draws)
    assert len(seconds) == len(shares) <= STEPS + 3
    assert (seconds, shares) == (sorted(seconds), sorted(shares))
    assert (seconds[0], seconds[-1]) == (0.0, LONGEST_SHOWN_S)
    for second, share in zip(seconds[1:], shares[1:], strict=True):
        exact = 100.0 * sum(wait <= second for wait in waits) / draws
        assert share <= exact + 1e-9
    assert shares[-1] == pytest.approx(100.0 * sum(wait <= LONGEST_SHOWN_S for wait in waits) / draws)


def test_a_draw_that_never_got_hot_is_never_in_the_share() -> None:
    assert distribution([1.0, 2.0], 4)[1][-1] == 50.0
    assert distribution([], 3) == ([0.0, LONGEST_SHOWN_S], [0.0, 0.0])


def test_names_keep_their_colour_and_more_names_than_colours_still_differ() -> None:
    names = [f"strategy {number}" for number in range(12)]
    palette = Palette(names)
    assert palette.colour("strategy 3") == Palette(names[:5]).colour("strategy 3")
    assert len({(palette.colour(name), palette.mark(name), palette.dash(name)) for name in names[:8]}) == 8
