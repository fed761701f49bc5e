"""Who drew where: known from a cue or from the litres, guessed otherwise."""

import pytest

from controller.core.clock import MINUTE_MS
from controller.core.fronts import hot_share
from controller.core.plumbing import FixturePipe
from controller.estimation.guesses import GUESSES, LONG_DRAW_L, Guesses

KNOWN = (FixturePipe("kitchen"), FixturePipe("basin"), FixturePipe("shower"))
TEES = (0.5, 0.8, 1.0)


def reaches(guesses: Guesses) -> list[float]:
    """Return how far hot water reaches by each guess, near to far."""
    return sorted(round(hot_share(front, MINUTE_MS, 30 * MINUTE_MS), 3) for front in guesses.fronts)


def test_a_run_fills_every_guess_alike() -> None:
    guesses = Guesses(KNOWN, TEES, 4.0)
    guesses.filled(0, 0.7)
    assert reaches(guesses) == [0.7] * GUESSES


def test_a_draw_is_guessed_at_each_fixture_as_often_as_is_usual() -> None:
    seen = dict.fromkeys(TEES, 0)
    for number in range(90):
        guesses = Guesses(KNOWN, TEES, 4.0)
        for _ in range(number + 1):
            guesses.draws(None)
        guesses.drawn(0, 4.0)
        for reach in reaches(guesses):
            seen[reach] += 1
    assert [seen[tee] / (90 * GUESSES) for tee in TEES] == pytest.approx([4 / 9, 4 / 9, 1 / 9], abs=0.02)


def test_after_some_draws_it_is_hardly_cold_anywhere_near() -> None:
    guesses = Guesses(KNOWN, TEES, 4.0)
    for _ in range(4):
        guesses.draws(None)
        guesses.drawn(0, 4.0)
    assert sum(reach >= 0.8 for reach in reaches(guesses)) >= GUESSES - 1


def test_a_cue_tells_where_a_draw_is() -> None:
    guesses = Guesses(KNOWN, TEES, 4.0)
    guesses.draws("basin")
    guesses.drawn(0, 4.0)
    assert reaches(guesses) == [0.8] * GUESSES


def test_a_long_draw_is_at_the_shower() -> None:
    guesses = Guesses(KNOWN, TEES, 4.0)
    guesses.draws(None)
    guesses.drawn(0, LONG_DRAW_L + 0.1)
    assert reaches(guesses) == [1.0] * GUESSES


def test_without_fixtures_all_draw_at_the_far_end() -> None:
    guesses = Guesses((), (1.0,), 4.0)
    guesses.draws(None)
    guesses.drawn(0, 2.0)
    assert reaches(guesses) == [0.5] * GUESSES
