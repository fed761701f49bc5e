"""Scores of trials, the strategies that rules make beside the steps of comfort, and the pictures of both."""

import re
from pathlib import Path

import pytest

from controller.core.errors import ZcwError
from simulator.contestants import CONTESTANTS, MOTION, STEPS, cues_for, own_strategies
from simulator.draws import Draw
from simulator.evaluation import Outcome, Trial
from simulator.evaluation_plot import homes, write_plot
from simulator.evaluation_report import write_control
from simulator.layout_file import load_layout
from simulator.schemes import SCHEMES
from simulator.scores import Score, reliability, rivals, scores
from simulator.scoring import Comfort

HOUSE = load_layout("house")
FARED = {
    "none": (0.5, 100.0),
    "aquastat": (1.0, 200.0),
    "timed": (0.7, 140.0),
    "on_demand": (0.9, 120.0),
    "predictive-thrifty": (0.8, 120.0),
    "predictive-balanced": (0.9, 160.0),
    "oracle": (1.0, 110.0),
}
"""Comfort and heat in kWh of each contestant."""
TOLD = reliability([(0.05, False), (0.15, True), (0.12, False), (1.0, True)])


def outcome(name: str, hot: float, heat_kwh: float) -> Outcome:
    comfort = Comfort(30, 20, hot, 5.0, 12.0, 40.0, 0)
    return Outcome(name, "house", "home", comfort, hot, heat_kwh, 2.0, 60, 20, 20.0)


@pytest.fixture
def table() -> list[Score]:
    trials = [Trial(HOUSE, "home", (), name, 42, 28, seed=3) for name in FARED]
    return scores(trials, [outcome(name, *fared) for name, fared in FARED.items()])


def test_heat_is_told_beyond_the_idle_pump_and_as_a_share_of_the_aquastats_and_the_oracles(
    table: list[Score],
) -> None:
    thrifty = next(score for score in table if score.strategy == "predictive-thrifty")
    assert (thrifty.extra_heat_kwh, thrifty.heat_ratio_aquastat, thrifty.heat_ratio_oracle) == (
        20.0,
        0.2,
        2.0,
    )
    assert thrifty.beaten_by == ""
    assert next(score for score in table if score.strategy == "timed").beaten_by == (
        "on_demand predictive-thrifty"
    )


def test_each_seed_has_an_idle_pump_of_its_own() -> None:
    trials = [
        Trial(HOUSE, "home", (), name, 42, 28, seed=seed) for seed in (1, 2) for name in ("none", "timed")
    ]
    heat = [outcome("", 0.5, kwh) for kwh in (10.0, 15.0, 30.0, 33.0)]
    assert [score.extra_heat_kwh for score in scores(trials, heat)] == [0.0, 5.0, 0.0, 3.0]


def test_a_rule_is_dominated_only_by_more_comfort_for_less_heat(table: list[Score]) -> None:
    found = {rival.strategy: rival for rival in rivals(table)}
    assert set(found) == {"aquastat", "timed", "on_demand"}
    assert found["timed"].dominated_by == "predictive-thrifty"
    assert found["aquastat"].dominated_by == found["on_demand"].dominated_by == ""


def test_what_the_steps_reach_at_a_rules_heat_lies_on_the_line_between_them(table: list[Score]) -> None:
    found = {rival.strategy: rival.at_its_heat for rival in rivals(table)}
    assert found["timed"] == pytest.approx(0.85)
    assert found["on_demand"] == pytest.approx(0.8)
    assert found["aquastat"] is None, "no step takes so much heat"


def test_reliability_sorts_chances_into_tenths() -> None:
    assert TOLD == [(0.05, 0.0, 1), (0.135, 0.5, 2), (1.0, 1.0, 1)]


def test_every_contestant_is_known_and_only_those_who_listen_get_cues() -> None:
    draws = [Draw(100.0 * number, 30.0, "basin", 5.0) for number in range(40)]
    for name in set(CONTESTANTS) - {"oracle"}:
        assert own_strategies(name) is not None or name in SCHEMES
        heard = cues_for(name, "motion", draws, HOUSE, days=1, seed=1)
        assert bool(heard) is (name == MOTION or name.endswith(STEPS))
        assert not cues_for(name, "none", draws, HOUSE, days=1, seed=1)


def test_a_report_has_pictures_and_numbers_in_both_languages_and_asks_nobody(
    table: list[Score], tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "report.html"
    write_control(path, table, TOLD, command="zcw bench control --seed 3", version="1")
    page = path.read_text("utf-8")
    assert page.count('role="img"') == 2
    assert "zcw bench control --seed 3" in page and "控制效果评估" in page and "预测（节省）" in page
    addresses = set(re.findall(r"https?://[^\s\"'<>]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_the_picture_is_the_same_each_time_and_a_wrong_ending_is_told(
    table: list[Score], tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    first, second = tmp_path / "one.svg", tmp_path / "two.svg"
    write_plot(first, table, TOLD)
    write_plot(second, table, TOLD)
    assert first.read_bytes() == second.read_bytes()
    assert list(homes(table)) == [("house", "home", "none")]
    with pytest.raises(ZcwError, match=r"end its name with \.svg"):
        write_plot(tmp_path / "one.nonsense", table, TOLD)
