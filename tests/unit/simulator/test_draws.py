from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.core.errors import ConfigError
from simulator.draw_rows import ROUNDING_S
from simulator.draws import MOST_PROBLEMS, USE_C, Draw, one_at_a_time, read_draws, write_draws

FIXTURES = ("kitchen", "basin", "shower")
HEADER = "start_s,duration_s,fixture,flow_lpm\n"


def file_with(folder: Path, text: str) -> Path:
    path = folder / "draws.csv"
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str, **options: object) -> list[Draw]:
    return read_draws(file_with(folder, text), **{"fixtures": FIXTURES, "days": 7.0, **options})  # type: ignore[arg-type]  # options are checked by the tests


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    return str(caught.value).splitlines()


def test_draws_come_in_the_order_of_their_start(tmp_path: Path) -> None:
    draws = read(tmp_path, HEADER + "90,10,basin,3\n30,60.5,shower,7.6\n")
    assert draws == [Draw(30.0, 60.5, "shower", 7.6), Draw(90.0, 10.0, "basin", 3.0)]


def test_columns_may_stand_in_any_order_and_use_c_may_be_given_for_some(tmp_path: Path) -> None:
    text = "use_c,fixture,flow_lpm,start_s,duration_s\n45,kitchen,5,10,20\n,kitchen,5,40,20\n"
    assert [draw.use_c for draw in read(tmp_path, text)] == [45.0, USE_C]


def test_a_byte_order_mark_blank_lines_and_spaces_do_no_harm(tmp_path: Path) -> None:
    assert len(read(tmp_path, "\ufeff" + HEADER + "\n 1 , 2 , basin , 3 \n,,,\n")) == 1


def test_columns_of_published_lists_are_passed_over(tmp_path: Path) -> None:
    text = "day_code,start_s,duration_s,fixture,flow_lpm,volume_l\n1D0,1,2,basin,3,0.1\n"
    assert read(tmp_path, text) == [Draw(1.0, 2.0, "basin", 3.0)]


def test_a_draw_that_begins_after_the_last_day_is_left_out_and_counted(tmp_path: Path) -> None:
    told: list[str] = []
    draws = read(tmp_path, HEADER + "86399,30,basin,3\n86430,30,basin,3\n", days=1.0, report=told.append)
    assert [draw.start_s for draw in draws] == [86399.0]
    assert told and "1 of 2 draws begin after day 1" in told[0]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", None, "the file is empty"),
        (HEADER, None, "the file holds no draws"),
        ("start_s,duration_s,fixture\n1,2,basin\n", 1, "flow_lpm: the column is missing"),
        ("start_s,duration_s,fixture,flow_lpm,colour\n1,2,basin,3,red\n", 1, "'colour' is an unknown column"),
        ("start_s,start_s,duration_s,fixture,flow_lpm\n1,1,2,basin,3\n", 1, "the column is there twice"),
        (HEADER + "1,2,basin\n", 2, "3 values for 4 columns"),
        (HEADER + "1,,basin,3\n", 2, "duration_s: the value is missing"),
        (HEADER + "nan,2,basin,3\n", 2, "start_s: 'nan' is not a plain number"),
        (HEADER + "inf,2,basin,3\n", 2, "start_s: 'inf' is not a plain number"),
        (HEADER + "1,1e999,basin,3\n", 2, "duration_s: 1e999 is out of range; allowed are 0.1 to 86400"),
        (HEADER + "-1,2,basin,3\n", 2, "start_s: -1 is out of range"),
        (HEADER + "1,0,basin,3\n", 2, "duration_s: 0 is out of range"),
        (HEADER + "1,2,basin,4_3\n", 2, "flow_lpm: '4_3' is not a plain number"),
        (HEADER + "1,2,basin,٤\n", 2, "flow_lpm: '٤' is not a plain number"),
        (HEADER + "1,2,basin,301\n", 2, "flow_lpm: 301 is out of range; allowed are 0.01 to 300"),
        (HEADER + "1,2,bidet,3\n", 2, "fixture: 'bidet' is unknown (the layout has kitchen, basin, shower)"),
        (HEADER + '1,2,"basin\n', 2, "is not a CSV file"),
        (
            HEADER + f"{'9' * 5000},2,basin,3\n",
            2,
            "start_s: 9999999999999999999999999999999999999999... is out of range",
        ),
    ],
)
def test_a_broken_file_is_told_with_line_value_and_cure(
    tmp_path: Path, text: str, line: int | None, said: str
) -> None:
    (told,) = problems(tmp_path, text)
    assert said in told
    assert told.startswith(f"{tmp_path / 'draws.csv'}:{line}: " if line else f"{tmp_path / 'draws.csv'}: ")


def test_every_problem_of_a_file_is_told_at_once_in_the_order_of_its_lines(tmp_path: Path) -> None:
    told = problems(tmp_path, HEADER + "x,2,basin,3\n5,100,shower,8\n1,y,tub,z\n50,10,shower,8\n")
    assert [line.split(":")[1] for line in told] == ["2", "4", "4", "4", "5"]


def test_a_file_of_another_kind_does_not_fill_the_screen(tmp_path: Path) -> None:
    told = problems(tmp_path, HEADER + "a,b,c,d\n" * 1000)
    assert len(told) == MOST_PROBLEMS + 1
    assert "and 3950 more problems" in told[-1]


def test_a_file_that_cannot_be_read_is_told_without_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.csv: cannot be read: No such file"):
        read_draws(tmp_path / "nowhere.csv", fixtures=FIXTURES, days=7)
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        read_draws(tmp_path, fixtures=FIXTURES, days=7)
    binary = tmp_path / "draws.csv"
    binary.write_bytes(b"start_s\xff")
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        read_draws(binary, fixtures=FIXTURES, days=7)


def test_draws_that_overlap_at_one_fixture_name_both_lines(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, HEADER + "0,60,shower,8\n100,60,shower,8\n159,60,shower,8\n")
    assert (
        ":4: start_s: the shower is opened at 159 s while the draw of line 3 runs there until 160 s" in told
    )


def test_a_short_draw_inside_a_long_one_does_not_hide_the_next_overlap(tmp_path: Path) -> None:
    told = problems(tmp_path, HEADER + "0,600,shower,8\n10,5,shower,8\n500,60,shower,8\n")
    assert [line.count("line 2") > 0 for line in told] == [True, True]


def test_draws_that_overlap_at_different_fixtures_are_normal(tmp_path: Path) -> None:
    assert len(read(tmp_path, HEADER + "0,60,shower,8\n10,60,basin,3\n")) == 2


def test_draws_that_touch_do_not_overlap_even_when_rounding_says_so(tmp_path: Path) -> None:
    assert 0.1 + 0.2 > 0.3
    assert len(read(tmp_path, HEADER + "0.1,0.2,shower,8\n0.3,60,shower,8\n")) == 2


def test_overlapping_draws_may_be_told_to_queue_and_that_is_reported(tmp_path: Path) -> None:
    told: list[str] = []
    text = HEADER + "0,60,shower,8\n10,60,shower,7\n500,5,basin,3\n"
    draws = read(tmp_path, text, overlaps="queue", report=told.append)
    assert draws == [
        Draw(0.0, 60.0, "shower", 8.0),
        Draw(61.0, 60.0, "shower", 7.0),
        Draw(500.0, 5.0, "basin", 3.0),
    ]
    (sentence,) = told
    assert sentence.startswith(f"{tmp_path / 'draws.csv'}: 1 of 3 draws wait until their fixture is free")
    assert sentence.endswith(": line 3")


def test_many_draws_that_wait_are_told_by_the_first_of_their_lines(tmp_path: Path) -> None:
    told: list[str] = []
    read(tmp_path, HEADER + "5,60,shower,8\n" * 14, overlaps="queue", report=told.append)
    assert told[0].endswith(": lines 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 3 more")


@pytest.mark.parametrize("overlaps", ["queue", "refuse"])
def test_a_flow_that_no_tap_gives_keeps_its_litres_and_is_told(tmp_path: Path, overlaps: str) -> None:
    told: list[str] = []
    text = HEADER + "1,2,basin,3\n50,20,kitchen,150\n200,5,kitchen,60\n"
    draws = read(tmp_path, text, overlaps=overlaps, report=told.append)
    assert draws[1:] == [Draw(50.0, 50.0, "kitchen", 60.0), Draw(200.0, 5.0, "kitchen", 60.0)]
    (sentence,) = told
    assert sentence.startswith(f"{tmp_path / 'draws.csv'}: 1 of 3 draws flow faster than 60 l/min")
    assert sentence.endswith("for the same litres: line 3")


def test_draws_that_merely_touch_are_not_moved_by_the_queue(tmp_path: Path) -> None:
    told: list[str] = []
    text = HEADER + "0.1,0.2,shower,8\n0.3,60,shower,8\n"
    assert [draw.start_s for draw in read(tmp_path, text, overlaps="queue", report=told.append)] == [0.1, 0.3]
    assert told == []


many_draws = st.lists(
    st.builds(
        Draw,
        st.floats(0, 1e6, allow_subnormal=False),
        st.floats(0.1, 2000),
        st.sampled_from(FIXTURES),
        st.floats(0.01, 60),
        st.floats(20, 70),
    ),
    min_size=1,
    max_size=40,
)


@given(many_draws)
def test_queued_draws_keep_their_litres_and_never_share_a_fixture(draws: list[Draw]) -> None:
    queued = one_at_a_time(draws)
    assert sorted(draw.volume_l for draw in queued) == sorted(draw.volume_l for draw in draws)
    for fixture in FIXTURES:
        own = [draw for draw in queued if draw.fixture == fixture]
        assert all(later.start_s >= earlier.end_s - ROUNDING_S for earlier, later in pairwise(own))
    assert one_at_a_time(queued) == queued


@given(many_draws)
def test_written_draws_are_read_back_to_the_last_bit(
    tmp_path_factory: pytest.TempPathFactory, draws: list[Draw]
) -> None:
    queued = one_at_a_time(draws)
    path = tmp_path_factory.mktemp("draws") / "draws.csv"
    with path.open("w", encoding="utf-8") as file:
        write_draws(file, queued)
    assert read_draws(path, fixtures=FIXTURES, days=1000) == queued


@given(st.text(max_size=200))
def test_any_text_gives_draws_or_a_told_problem(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("draws") / "draws.csv"
    path.write_bytes((HEADER + text).encode("utf-8", "surrogatepass"))
    try:
        read_draws(path, fixtures=FIXTURES, days=7)
    except ConfigError as error:
        assert error.problems


def test_a_draw_is_useful_from_one_litre_or_twenty_seconds() -> None:
    assert Draw(0, 20.0, "basin", 0.5).useful
    assert Draw(0, 10.0, "basin", 6.0).useful
    assert not Draw(0, 19.9, "basin", 2.9).useful
