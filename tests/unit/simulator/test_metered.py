import csv
from pathlib import Path

import pytest

from controller.core.errors import ConfigError
from simulator.draws import DAY_S, read_draws, write_draws
from simulator.metered import BASIN, GREATEST_FLOW_LPM, KITCHEN, SHOWER, metered_draws

FIXTURES = (KITCHEN, BASIN, SHOWER)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of two days: one with every kind of draw, one without draws; a third day is unknown."""
    (tmp_path / "calendars.csv").write_text(
        "profile,dayofyear,day_code\nDHW1BR,1,1D0\nDHW1BR,2,2E0\nDHW1BR,5,1D0\n", encoding="utf-8"
    )
    (tmp_path / "draws.csv").write_text(
        "day_code,occupants,day_type,start_s,duration_s,fixture,flow_lpm,volume_l\n"
        "1D0,1,D,3600,60,shower,7.5,7.5\n"
        "1D0,1,D,3636,60,bath,15,15\n"
        "1D0,1,D,7200,100,faucet,3,5\n"
        "1D0,1,D,7236,100,faucet,3,5\n"
        "1D0,1,D,7236,100,faucet,3,5\n"
        "1D0,1,D,9000,60,dishwasher,4,4\n"
        "1D0,1,D,9900,10,clothes_washer,260,43.3\n",
        encoding="utf-8",
    )
    return tmp_path


def test_each_kind_of_draw_has_its_place(library: Path) -> None:
    draws = metered_draws(library, profile="DHW1BR", days=1, seed=1)
    assert [draw.fixture for draw in draws if draw.volume_l > 6] == [SHOWER, SHOWER, KITCHEN]
    assert {draw.fixture for draw in draws if draw.flow_lpm == 3} == {KITCHEN, BASIN}
    assert {draw.use_c for draw in draws if draw.fixture == SHOWER} == {40.6}


def test_an_impossible_flow_keeps_its_litres_and_its_hot_share(library: Path) -> None:
    washer = metered_draws(library, profile="DHW1BR", days=1)[-1]
    assert washer.fixture == KITCHEN
    assert washer.flow_lpm <= GREATEST_FLOW_LPM
    assert washer.volume_l == pytest.approx(0.22 * 260 * 10 / 60)


def test_draws_that_overlap_use_the_other_faucet_or_wait(library: Path) -> None:
    draws = metered_draws(library, profile="DHW1BR", days=1, seed=3)
    bath = [draw for draw in draws if draw.fixture == SHOWER][1]
    assert bath.start_s == 3661.0
    assert sorted(draw.start_s for draw in draws if draw.flow_lpm == 3)[:2] == [7200.0, 7236.0]


def test_a_day_without_draws_is_a_day_and_an_unknown_day_is_skipped(library: Path) -> None:
    draws = metered_draws(library, profile="DHW1BR", days=3)
    assert {int(draw.start_s // DAY_S) for draw in draws} == {0, 2}
    later = metered_draws(library, profile="DHW1BR", first_day=3, days=1)
    assert {int(draw.start_s // DAY_S) for draw in later} == {0}


def test_the_same_seed_gives_the_same_draws(library: Path) -> None:
    assert metered_draws(library, profile="DHW1BR", days=1, seed=5) == metered_draws(
        library, profile="DHW1BR", days=1, seed=5
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"profile": "DHW9BR"}, "'DHW9BR' is unknown; known are DHW1BR"),
        ({"profile": "DHW1BR", "first_day": 2, "days": 3}, "DHW1BR has 2 days from day 2 on, 3 are wanted"),
    ],
)
def test_what_the_calendar_does_not_have_is_told(
    library: Path, arguments: dict[str, object], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        metered_draws(library, **arguments)  # type: ignore[arg-type]  # one table of differing arguments


def test_a_folder_without_the_library_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="give the folder that holds"):
        metered_draws(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("calendars.csv", "a,b\n1,2\n", r"calendars\.csv:1: profile: the column is missing"),
        ("calendars.csv", "profile,dayofyear,day_code\nDHW1BR,may,1D0\n", r"csv:2: dayofyear: 'may' is not a number"),
        ("draws.csv", "", r"draws\.csv:1: day_code: the column is missing"),
        ("draws.csv", "day_code,start_s,duration_s,fixture,flow_lpm\n1D0,1,x\n", r"csv:2: flow_lpm: None is not"),
        ("draws.csv", "day_code,start_s,duration_s,fixture,flow_lpm\n1D0,1,inf,bath,3\n", r"csv:2: duration_s: 'inf'"),
        ("draws.csv", "day_code\n\"1", r"draws\.csv: is not CSV"),
    ],
)  # fmt: skip
def test_a_broken_library_is_told_with_file_line_and_value(
    library: Path, name: str, text: str, said: str
) -> None:
    (library / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        metered_draws(library, profile="DHW1BR", days=1)


@pytest.mark.reference
def test_a_year_of_a_metered_home_is_a_valid_draw_file(reference: Path, tmp_path: Path) -> None:
    draws = metered_draws(reference / "cbecc_draws", days=314, seed=1)
    path = tmp_path / "draws.csv"
    with path.open("w", encoding="utf-8") as file:
        write_draws(file, draws)
    assert read_draws(path, fixtures=FIXTURES, days=400) == draws


@pytest.mark.reference
def test_the_litres_of_a_metered_week_are_all_there(reference: Path) -> None:
    with (reference / "cbecc_draws" / "calendars.csv").open() as file:
        codes = [row["day_code"] for row in csv.DictReader(file) if row["profile"] == "DHW3BR"][:7]
    with (reference / "cbecc_draws" / "draws.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["day_code"] in codes]
    shares = {"clothes_washer": 0.22}
    metered_l = sum(float(row["volume_l"]) * shares.get(row["fixture"], 1.0) for row in rows)
    assert len(set(codes)) == 7, "a code that came twice would have to be counted twice"
    assert sum(draw.volume_l for draw in metered_draws(reference / "cbecc_draws", days=7)) == pytest.approx(
        metered_l, rel=2e-3
    )


@pytest.mark.reference
def test_homes_of_different_parts_have_no_day_in_common(reference: Path) -> None:
    folder = reference / "cbecc_draws"
    homes = [
        metered_draws(folder, profile=profile, days=42, part=part)
        for profile, part in (("DHW4BR", 1), ("DHW2BR", 3), ("DHW3BR", 3))
    ]
    scored = [[draw for draw in home if draw.start_s >= 28 * DAY_S] for home in homes]
    assert [sum(draw.useful for draw in days) for days in scored] == [475, 326, 469]
    with pytest.raises(ConfigError, match="days of part 1 from day 300 on"):
        metered_draws(folder, profile="DHW4BR", first_day=300, days=42, part=1)
