"""What a stranger could learn from how long a refusal takes, and from what is there to compare with."""

import gc
import math
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from api.auth import Scope
from api.auth_book import AuthBook

BLOCKS = 400
IN_A_BLOCK = 125
"""Guesses of each kind: 50 000 in all."""
SUSPICIOUS_T = 4.5
"""Source: Reparaz, Balasch, Verbauwhede, "Dude, is my code constant time?" (2017)."""
SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789"


@pytest.fixture
def book(tmp_path: Path) -> AuthBook:
    return AuthBook(tmp_path / "zcw.access.json")


def near(right: str, rng: random.Random) -> str:
    return right[:-8] + "".join(rng.choices(SIGNS, k=8))


def far(right: str, rng: random.Random) -> str:
    return "".join(rng.choices(SIGNS, k=len(right)))


def block_ns(guess: Callable[[str], object], right: str, rng: random.Random) -> float:
    """Return by how much the median near guess takes longer than the median far one, in ns.

    No guess comes twice, for where a guess falls in a table is its own affair; and which kind comes when is left
    to chance, so that a slow moment of the machine is slow for both.
    """
    guesses = [(kind, kind(right, rng)) for kind in (near, far) for _ in range(IN_A_BLOCK)]
    rng.shuffle(guesses)
    took: dict[object, list[int]] = {near: [], far: []}
    for kind, text in guesses:
        began = time.perf_counter_ns()
        found = guess(text)
        took[kind].append(time.perf_counter_ns() - began)
        assert not found
    return statistics.median(took[near]) - statistics.median(took[far])


def t_of_blocks(guess: Callable[[str], object], right: str, blocks: int) -> float:
    """Return Student's t of the blocks' differences; about 1 when there is nothing to learn, however busy the machine."""
    rng = random.Random(6)
    block_ns(guess, right, rng)  # the first is for warming up
    seen = [block_ns(guess, right, rng) for _ in range(blocks)]
    return statistics.fmean(seen) / (statistics.stdev(seen) / math.sqrt(blocks))


@pytest.mark.slow
def test_how_long_a_wrong_token_takes_does_not_tell_how_much_of_it_is_right(book: AuthBook) -> None:
    _, right = book.new_token("page", Scope.CONTROL)
    assert abs(t_of_blocks(book.holder, right, BLOCKS)) < SUSPICIOUS_T


def test_a_comparison_that_stops_at_the_first_wrong_sign_would_be_noticed() -> None:
    right = "zcw_token_" + "x" * 43

    def holder(guess: str) -> bool:
        return all(one == other for one, other in zip(guess, right, strict=True))

    assert t_of_blocks(holder, right, 20) > SUSPICIOUS_T


def test_there_is_no_token_to_compare_a_guess_with_only_its_hash(book: AuthBook, tmp_path: Path) -> None:
    _, right = book.new_token("page", Scope.CONTROL)
    assert book.holder(right) is not None
    again = AuthBook(tmp_path / "zcw.access.json")
    assert again.holder(right) is not None
    for one in (book, again):
        assert not any(right in text for text in reachable_texts(one))
    assert right not in (tmp_path / "zcw.access.json").read_text("utf-8")


def reachable_texts(root: object) -> list[str]:
    """Return every text that an object holds, however deep; types and modules are not followed."""
    seen: dict[int, object] = {}
    waiting: list[object] = [root]
    while waiting:
        one = waiting.pop()
        if id(one) not in seen and not isinstance(one, type) and type(one).__name__ != "module":
            seen[id(one)] = one
            waiting += gc.get_referents(one)
    texts = [one for one in seen.values() if isinstance(one, str)]
    assert texts, "an object without any text was not looked into"
    return texts
