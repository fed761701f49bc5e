import csv
from pathlib import Path

import pytest

from simulator.draws import Draw
from simulator.levels import LONGEST_WAITS_S, NO_LEVEL, FixtureWaits, kind_of, waits_by_fixture
from simulator.results import DrawResult


def result(wait_s: float | None, fixture: str = "shower", *, duration_s: float = 60.0) -> DrawResult:
    return DrawResult(Draw(0.0, duration_s, fixture, 6.0), wait_s, 1.0, 4.0, 39.0, None)


@pytest.mark.parametrize(
    ("waits_s", "level"),
    [([7.0], "III"), ([7.01], "II"), ([10.0], "II"), ([10.01], "I"), ([26.0], "I"), ([26.01], NO_LEVEL)],
)
def test_a_shower_has_the_levels_of_the_guideline_to_the_hundredth(waits_s: list[float], level: str) -> None:
    assert FixtureWaits.of("shower", map(result, waits_s)).level == level


def test_a_level_is_kept_when_95_in_100_draws_keep_it() -> None:
    assert FixtureWaits.of("shower", map(result, [1.0] * 95 + [99.0] * 5)).level == "III"
    assert FixtureWaits.of("shower", map(result, [1.0] * 94 + [99.0] * 6)).level == NO_LEVEL


def test_a_draw_that_never_got_hot_keeps_no_level_however_short() -> None:
    waits = FixtureWaits.of("basin", [result(None, "basin", duration_s=20.0)])
    assert (waits.level, waits.hot_waits_s, waits.waits_s) == (NO_LEVEL, (), (20.0,))


def test_every_fixture_has_its_row_also_without_draws_and_short_draws_do_not_count() -> None:
    rows = waits_by_fixture(("kitchen", "shower"), [result(3.0), result(50.0, duration_s=5.0)])
    assert [(row.fixture, row.useful_draws, row.level) for row in rows] == [
        ("kitchen", 0, NO_LEVEL),
        ("shower", 1, "III"),
    ]


def test_a_fixture_has_the_kind_of_its_name() -> None:
    names = ("Guest shower", "kitchen", "bath basin", "Bathtub", "upstairs bath", "tap")
    assert [kind_of(name) for name in names] == ["shower", "kitchen", "basin", "bath", "bath", "basin"]


@pytest.mark.reference
def test_the_waits_are_those_of_an_independent_source(reference: Path) -> None:
    names = {"washbasin": "basin", "shower": "shower", "bathtub": "bath", "sink": "kitchen"}
    with (reference / "tables" / "vdi6003_wait_times.csv").open() as file:
        rows = {row["fixture"]: tuple(float(row[f"level_{level}_s"]) for level in ("I", "II", "III"))
                for row in csv.DictReader(file) if row["level_I_s"]}  # fmt: skip
    assert {names[name]: rows[name] for name in names} == dict(LONGEST_WAITS_S)
