import random
from statistics import median

import pytest

from simulator.cues import LEAD_MEDIAN_S, PROBABILITY, Press, button_presses
from simulator.draws import Draw

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
