from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from controller.core.errors import ConfigError
from simulator.draws import DAY_S, Draw, read_draws, write_draws
from simulator.weusedto import weusedto_draws

FIXTURES = ("kitchen", "basin", "shower")
HEADER = "start,duration_s,fixture,flow_lpm,volume_l\n"


def file_with(folder: Path, rows: str) -> Path:
    path = folder / "events.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def test_each_tap_has_its_place_and_the_washing_machine_none(tmp_path: Path) -> None:
    path = file_with(
        tmp_path,
        "2019-02-18T07:00:00+01:00,20,Washbasin,5,1.7\n2019-02-18T07:10:00+01:00,300,Shower,8,40\n"
        "2019-02-18T08:00:00+01:00,9,Bidet,4,.6\n2019-02-18T08:30:00+01:00,30,Kitchenfaucet,4,2\n"
        "2019-02-18T09:00:00+01:00,60,Washingmachine,8,8\n",
    )
    draws = weusedto_draws(path, FIXTURES, first_day=date(2019, 2, 18))
    assert [draw.fixture for draw in draws] == ["basin", "shower", "basin", "kitchen"]
    assert draws[0] == Draw(7 * 3_600.0, 20.0, "basin", 5.0)


def test_day_0_is_the_first_whole_monday_unless_another_is_asked_for(tmp_path: Path) -> None:
    # 13 February 2019 is a Wednesday
    rows = "".join(f"2019-02-{day}T12:00:00+01:00,30,Shower,8,4\n" for day in (13, 18, 19, 26))
    path = file_with(tmp_path, rows)
    assert [draw.start_s / DAY_S for draw in weusedto_draws(path, FIXTURES)] == [0.5, 1.5, 8.5]
    assert [draw.start_s / DAY_S for draw in weusedto_draws(path, FIXTURES, days=7)] == [0.5, 1.5]
    assert len(weusedto_draws(path, FIXTURES, first_day=date(2019, 2, 13))) == 4


def test_habits_stay_at_their_time_of_day_when_the_clocks_change(tmp_path: Path) -> None:
    rows = "2019-03-30T07:00:00+01:00,30,Shower,8,4\n2019-03-31T07:00:00+02:00,30,Shower,8,4\n"
    draws = weusedto_draws(file_with(tmp_path, rows), FIXTURES, first_day=date(2019, 3, 30))
    assert [draw.start_s % DAY_S for draw in draws] == [7 * 3_600.0] * 2


def test_the_hour_that_autumn_has_twice_makes_no_overlap(tmp_path: Path) -> None:
    rows = "2019-10-27T02:30:00+02:00,60,Shower,8,8\n2019-10-27T02:30:20+01:00,60,Shower,8,8\n"
    first, second = weusedto_draws(file_with(tmp_path, rows), FIXTURES, first_day=date(2019, 10, 27))
    assert second.start_s > first.end_s


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("yesterday,20,Shower,8,1\n", r"events\.csv:2: start: 'yesterday' is not a point in time \(write it as"),
        ("2019-02-18T07:00:00+01:00,20,Tub,8,1\n", r":2: fixture: 'Tub' is unknown \(known are Bidet"),
        ("2019-02-18T07:00:00+01:00,nan,Shower,8,1\n", r":2: duration_s: 'nan' is no number from 0.1 to 86400"),
        ("2019-02-18T07:00:00+01:00,20,Shower,-1,1\n", r":2: flow_lpm: '-1' is no number"),
        ("2019-02-18T07:00:00+01:00,20\n", r":2: fixture: '' is unknown"),
        ("", r"the file holds no draws"),
    ],
)  # fmt: skip
def test_a_broken_file_is_told_with_line_value_and_cure(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        weusedto_draws(file_with(tmp_path, row), FIXTURES)


def test_a_file_of_another_kind_is_told(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(ConfigError, match=r"csv:1: start: the column is missing"):
        weusedto_draws(path, FIXTURES)
    with pytest.raises(ConfigError, match="cannot be read"):
        weusedto_draws(tmp_path / "nowhere.csv", FIXTURES)


@pytest.mark.reference
def test_months_of_one_measured_person_are_a_valid_draw_file(reference: Path, tmp_path: Path) -> None:
    draws = weusedto_draws(reference / "weusedto" / "events.csv", FIXTURES)
    path = tmp_path / "draws.csv"
    with path.open("w", encoding="utf-8") as file:
        write_draws(file, draws)
    assert read_draws(path, fixtures=FIXTURES, days=400) == draws
    count = Counter(draw.fixture for draw in draws)
    assert count["shower"] > 200 and count["kitchen"] > 2_000
