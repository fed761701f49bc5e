"""What a stranger could learn from how long a refusal takes."""

import math
import secrets
import statistics
import time
from pathlib import Path

import pytest

from api.auth import Scope
from api.auth_book import AuthBook

SAMPLES = 50_000
"""Of each kind."""
SUSPICIOUS_T = 4.5
"""Source: Reparaz, Balasch, Verbauwhede, "Dude, is my code constant time?" (2017)."""


def welch_t(one: list[int], other: list[int]) -> float:
    """Return Welch's t of two samples, each without its slowest tenth, which is the machine's noise."""
    kept = [sorted(some)[: len(some) * 9 // 10] for some in (one, other)]
    means = [statistics.fmean(some) for some in kept]
    spread = math.sqrt(sum(statistics.variance(some) / len(some) for some in kept))
    return (means[0] - means[1]) / spread


@pytest.mark.slow
def test_how_long_a_wrong_token_takes_does_not_tell_how_much_of_it_is_right(tmp_path: Path) -> None:
    book = AuthBook(tmp_path / "zcw.access.json")
    _, right = book.new_token("page", Scope.CONTROL)
    half = len(right) // 2
    near = [right[:-1] + sign for sign in "abcdefgh" if sign != right[-1]]
    far = ["".join(secrets.choice("abcdefgh") for _ in right) for _ in near]
    assert len(near[0]) == len(far[0]) and near[0][:half] == right[:half]
    took: tuple[list[int], list[int]] = ([], [])
    for number in range(2 * SAMPLES):
        # Which kind comes is left to chance, so that a slow second of the machine is slow for both.
        kind = secrets.randbits(1)
        guess = (near, far)[kind][number % len(near)]
        began = time.perf_counter_ns()
        found = book.holder(guess)
        took[kind].append(time.perf_counter_ns() - began)
        assert found is None
    assert abs(welch_t(*took)) < SUSPICIOUS_T
