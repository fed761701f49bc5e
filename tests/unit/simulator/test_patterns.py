import csv
from collections import defaultdict
from pathlib import Path

import pytest

from simulator.catalogue import WATER_J_LK
from simulator.draws import DAY_S
from simulator.patterns import DOE_BEGINS_S, LITRES_PER_GALLON, PATTERNS, pattern_draws

FIXTURES = ("kitchen", "basin", "shower")


@pytest.mark.parametrize(
    ("name", "draws", "heat_kwh"), [("eu-s", 11, 2.100), ("eu-m", 23, 5.845), ("eu-l", 24, 11.655)]
)
def test_a_european_pattern_has_the_heat_of_its_regulation(name: str, draws: int, heat_kwh: float) -> None:
    day = pattern_draws(name, FIXTURES, days=1)
    taken_kwh = sum(draw.volume_l * (draw.use_c - 10.0) * WATER_J_LK / 3.6e6 for draw in day)
    assert (len(day), taken_kwh) == (draws, pytest.approx(heat_kwh, rel=1e-3))


@pytest.mark.parametrize(
    ("name", "draws", "gallons"),
    [("doe-very-small", 9, 10), ("doe-low", 11, 38), ("doe-medium", 12, 55), ("doe-high", 14, 84)],
)
def test_an_american_pattern_has_the_gallons_of_its_rule(name: str, draws: int, gallons: float) -> None:
    day = pattern_draws(name, FIXTURES, days=1)
    hot_l = sum(draw.volume_l * (40.6 - 14.4) / (51.7 - 14.4) for draw in day)
    assert (len(day), hot_l / LITRES_PER_GALLON) == (draws, pytest.approx(gallons, rel=1e-4))


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_repeats_day_after_day_and_uses_the_house(name: str) -> None:
    first, both = pattern_draws(name, FIXTURES, days=1), pattern_draws(name, FIXTURES, days=2)
    assert both[: len(first)] == first
    assert [draw.start_s - DAY_S for draw in both[len(first) :]] == [draw.start_s for draw in first]
    assert {draw.fixture for draw in first} >= {"kitchen", "basin"}
    assert all(draw.useful for draw in first)


def test_showers_baths_and_dishes_are_where_they_belong() -> None:
    fixtures = (*FIXTURES, "bathtub")
    places = {draw.start_s / 3_600.0: draw.fixture for draw in pattern_draws("eu-l", fixtures, days=1)}
    assert places[7 + 5 / 60] == "shower"
    assert (places[8 + 5 / 60], places[21.0]) == ("bathtub", "bathtub")
    assert (places[12.75], places[20.5], places[10.5]) == ("kitchen",) * 3
    assert places[7.0] == "basin"


@pytest.mark.reference
def test_the_european_patterns_are_those_of_an_independent_source(reference: Path) -> None:
    rows = defaultdict(list)
    with (reference / "profiles" / "eu812_2013_profiles_SML.csv").open() as file:
        for row in csv.DictReader(file):
            rows[f"eu-{row['profile'].lower()}"].append(
                (float(row["time_s"]), float(row["Qtap_kWh"]), float(row["flow_lpm"]))
            )
    for name, expected in rows.items():
        assert [(each.at_s, each.heat_kwh, each.flow_lpm) for each in PATTERNS[name]] == expected


@pytest.mark.reference
def test_the_american_patterns_are_those_of_an_independent_source(reference: Path) -> None:
    names = {"VerySmall": "doe-very-small", "Low": "doe-low", "Medium": "doe-medium", "High": "doe-high"}
    rows = defaultdict(list)
    with (reference / "profiles" / "doe_uef_draw_patterns.csv").open() as file:
        for row in csv.DictReader(file):
            rows[names[row["pattern"]]].append((float(row["time_s"]), float(row["duration_s"])))
    assert set(rows) == {name for name in PATTERNS if name.startswith("doe")}
    for name, expected in rows.items():
        for each, (time_s, duration_s) in zip(PATTERNS[name], expected, strict=True):
            assert each.at_s - DOE_BEGINS_S == time_s
            assert each.volume_l / each.flow_lpm * 60.0 == pytest.approx(duration_s, abs=0.06)
