"""Zero unsafe pump-seconds over random faults, service again after them, and teeth: a guard that is gone is noticed."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from typing import Any

import pytest

from controller import actuation, knowledge
from controller.core import observation
from controller.core.events import StopRequest
from controller.engine import Engine
from controller.safety.supervisor import LimitSupervisor
from tests.faults.judge import KINDS as UNSAFE
from tests.faults.random_faults import KINDS, ROWS, Morning, Outcome

FEW = 30
MANY = int(os.environ.get("ZCW_RANDOM_FAULTS", "1000"))
EACH_PAIR = max(1, MANY // 1_000)
PAIRS = list(combinations(sorted(KINDS), 2))


ENOUGH_BAD = 5
"""After so many the rest of the mornings would tell nothing new."""


def mornings(first: int, count: int) -> Iterator[Outcome]:
    return (Morning(seed).live() for seed in range(first, first + count))


def some(lived: Iterator[Outcome]) -> Iterator[Outcome]:
    """All of them, unless there are enough bad ones."""
    bad = 0
    for one in lived:
        yield one
        bad += one.unsafe.total > 0.0
        if bad >= ENOUGH_BAD:
            return


def check(lived: Iterator[Outcome]) -> None:
    outcomes = list(some(lived))
    wanted, served = sum(one.wanted for one in outcomes), sum(one.served for one in outcomes)
    by_kind = {kind: sum(one.unsafe.seconds[kind] for one in outcomes) for kind in UNSAFE}
    print(
        f"\n{len(outcomes)} mornings: unsafe pump-seconds",
        " ".join(f"{kind} {seconds:g}" for kind, seconds in by_kind.items()),
        f"; {served} of {wanted} wishes served within a second",
    )
    bad = [
        f"{one.unsafe}; {'; '.join(one.story)}; again: {one.again}" for one in outcomes if one.unsafe.total
    ]
    assert bad == [], "\n".join(bad[:20])
    missed = [one.again for one in outcomes if one.served < one.wanted]
    assert wanted > len(outcomes) / 4, "too few wishes to judge by"
    assert served >= 0.995 * wanted, f"{served} of {wanted} wishes served: {missed[:20]}"


def test_no_unsafe_second_over_some_random_faults_and_service_afterwards() -> None:
    check(mornings(0, FEW))


@pytest.mark.slow
def test_no_unsafe_second_over_many_random_faults_and_service_afterwards() -> None:
    check(mornings(1_000, MANY))


@pytest.mark.slow
def test_no_unsafe_second_for_any_fault_alone() -> None:
    check(Morning(seed, (kind,)).live() for kind in KINDS for seed in range(3 * EACH_PAIR))


@pytest.mark.slow
def test_no_unsafe_second_for_any_two_faults_together() -> None:
    check(Morning(seed, pair).live() for pair in PAIRS for seed in range(EACH_PAIR))


@pytest.mark.slow
def test_no_unsafe_second_for_two_hundred_random_pairs_of_the_lists_rows() -> None:
    rng = random.Random("rows")
    pairs = [tuple(rng.sample(sorted(ROWS), 2)) for _ in range(200)]
    check(Morning(5_000 + number, (ROWS[a], ROWS[b])).live() for number, (a, b) in enumerate(pairs))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_leaves_a_trace_in_the_record_of_its_morning(kind: str) -> None:
    """One that leaves none would test nothing."""
    seeds = range(20)
    assert any(
        trace(Morning(seed, (kind,)), quiet=True) != trace(Morning(seed, (kind,)), quiet=False)
        for seed in seeds
    )


def trace(morning: Morning, *, quiet: bool) -> list[object]:
    """What the plug heard and did, with the faults of a morning or without."""
    if quiet:
        morning.kinds = ()
    morning.live()
    rig = morning.rig
    rejects = sum(one.total for one in rig.router.rejects.values())
    civil = rig.engine.utc_offset_ms
    return [[(one.from_s, one.until_s) for one in rig.plug.spans], len(rig.sent), rejects, civil]


def test_the_same_seed_is_the_same_morning() -> None:
    one, again = (Morning(7) for _ in range(2))
    assert one.live() == again.live()
    assert [(span.from_s, span.until_s) for span in one.rig.plug.spans] == [
        (span.from_s, span.until_s) for span in again.rig.plug.spans
    ]


def nothing(*_: Any, **__: Any) -> Iterator[Any]:
    return iter(())


@contextmanager
def without(what: str, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """The controller with one guard taken out."""
    with patch.context() as gone:
        if what == "caps":
            gone.setattr(LimitSupervisor, "_by_cap", nothing)
            gone.setattr(LimitSupervisor, "_by_effect", nothing)
        elif what == "leases":
            gone.setattr(knowledge, "Actuation", lambda **_: actuation.Actuation(lease_ms=64_000_000))
        elif what == "cold-line guard":
            gone.setattr(LimitSupervisor, "_by_cold_line", nothing)
        elif what == "staleness":
            gone.setattr(observation, "STALE_AFTER_MS", 10**9)
            gone.setattr(LimitSupervisor, "_by_effect", nothing)
            gone.setattr(LimitSupervisor, "_by_cap", nothing)
        elif what == "stop":
            original = Engine._absorb_stop

            def later(self: Engine, stop: StopRequest) -> None:
                if stop.who == "the switch":
                    original(self, stop)

            gone.setattr(Engine, "_absorb_stop", later)
        yield


@pytest.mark.slow
@pytest.mark.parametrize("what", ["caps", "leases", "cold-line guard", "staleness", "stop"])
def test_a_guard_that_is_gone_is_noticed(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with without(what, monkeypatch):
        for seed in range(400):
            if Morning(seed).live().unsafe.total:
                return
    raise AssertionError(f"400 mornings without {what}, and nobody noticed")
