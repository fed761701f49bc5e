import random
from collections import Counter
from dataclasses import replace
from statistics import median, variance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.core.events import CueKind
from simulator.cues import (
    ANNOUNCED,
    AWAKE_S,
    LEAD_MEDIAN_S,
    PROBABILITY,
    Cue,
    CueHabits,
    Press,
    button_presses,
    presence_cues,
)
from simulator.draws import DAY_S, Draw

USUAL = CueHabits()
MANY = [Draw(1_000.0 * number, 30.0, "basin", 4.0) for number in range(1, 20_001)]


def leads_s(presses: list[Press]) -> list[float]:
    """Return the leads: the draws of MANY are so far apart that each press belongs to the next one."""
    return [1_000.0 - press.at_s % 1_000.0 for press in presses]


def test_the_stated_share_of_useful_draws_is_announced_with_the_stated_lead() -> None:
    presses = button_presses(MANY, random.Random(1))
    assert len(presses) / len(MANY) == pytest.approx(PROBABILITY, abs=0.015)
    assert median(leads_s(presses)) == pytest.approx(LEAD_MEDIAN_S, rel=0.03)
    assert sorted(leads_s(presses))[len(presses) // 20] == pytest.approx(26.0, rel=0.05)


def test_the_same_seed_and_draws_give_the_same_presses() -> None:
    assert button_presses(MANY, random.Random(7)) == button_presses(MANY, random.Random(7))


def test_draws_that_nobody_waits_for_are_not_announced() -> None:
    short = [Draw(100.0, 5.0, "basin", 3.0)]
    assert button_presses(short, random.Random(1), probability=1.0) == []


def test_a_press_names_the_fixture_and_comes_before_the_draw_but_not_before_the_start() -> None:
    draws = [Draw(0.5, 300.0, "shower", 8.0), Draw(900.0, 300.0, "shower", 8.0)]
    first, second = button_presses(draws, random.Random(1), probability=1.0)
    assert first == Press(0.0, "shower")
    assert second.at_s < 900.0


def test_presses_come_in_the_order_of_time() -> None:
    draws = [Draw(1_000.0 + number, 30.0, f"basin{number}", 4.0) for number in range(200)]
    times = [press.at_s for press in button_presses(draws, random.Random(3))]
    assert times == sorted(times)


def cues_of(draws: list[Draw], habits: CueHabits = USUAL, *, days: int = 232, seed: int = 1) -> list[Cue]:
    return presence_cues(draws, random.Random(seed), days=days, fixtures=("basin", "kitchen"), habits=habits)


def test_the_stated_share_of_draws_is_preceded_by_a_cue_with_the_stated_lead() -> None:
    cues = cues_of(MANY, replace(USUAL, false_per_day=0.0))
    leads = [1_000.0 - cue.at_s % 1_000.0 for cue in cues]
    assert len(cues) / len(MANY) == pytest.approx(0.8, abs=0.01)
    assert median(leads) == pytest.approx(60.0, rel=0.03)
    assert {cue.kind for cue in cues} == {CueKind.MOTION, CueKind.LIGHT}


def test_false_cues_come_as_often_as_stated_at_every_fixture_and_while_people_are_awake() -> None:
    cues = cues_of([], days=400)
    assert len(cues) / 400 == pytest.approx(6.0, abs=0.4)
    assert {cue.place for cue in cues} == {"basin", "kitchen"}
    assert all(AWAKE_S[0] <= cue.at_s % DAY_S <= AWAKE_S[1] for cue in cues)
    # a Poisson process: the variance of the daily number is its mean
    daily = Counter(int(cue.at_s // DAY_S) for cue in cues)
    assert variance([daily[day] for day in range(400)]) == pytest.approx(6.0, rel=0.25)


def test_announced_draws_are_known_ninety_seconds_ahead_and_nothing_else_is() -> None:
    cues = cues_of(MANY[:50], ANNOUNCED)
    assert [cue.at_s for cue in cues] == [draw.start_s - 90.0 for draw in MANY[:50]]


def test_cues_come_in_the_order_of_time_and_never_before_the_start() -> None:
    times = [cue.at_s for cue in cues_of([Draw(1.0, 5.0, "basin", 3.0), *MANY[:200]], days=3)]
    assert times == sorted(times)
    assert times[0] >= 0.0


@given(detection=st.floats(0, 1), seed=st.integers(0, 50))
def test_a_sharper_eye_sees_all_that_a_duller_one_sees(detection: float, seed: int) -> None:
    dull = replace(USUAL, detection=detection, false_per_day=0.0)
    sharp = replace(dull, detection=min(1.0, detection + 0.1))
    assert set(cues_of(MANY[:60], dull, seed=seed)) <= set(cues_of(MANY[:60], sharp, seed=seed))
