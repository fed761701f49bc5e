from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.core.errors import ConfigError
from simulator.grid import Grid, check_size, parse_setting, read_grid, with_settings

WHOLE = """layouts: [house, flat]
households: people-2
strategies: [timed]
seeds: [1, 2]
days: 3
set:
  hot.*.insulation_mm: [0, 13]
  hot.trunk.size: Cu 22x1
"""


def grid_of(folder: Path, text: str) -> Grid:
    path = folder / "grid.yaml"
    path.write_text(text, "utf-8")
    return read_grid(path)


def test_a_grid_is_read_and_each_goes_with_each(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, WHOLE)
    points = list(grid.points())
    assert len(points) == len(set(points)) == len(grid) == 2 * 2 * 2
    assert points[0].changes == (("hot.*.insulation_mm", 0), ("hot.trunk.size", "Cu 22x1"))
    assert {point.layout for point in points} == {"house", "flat"}


@given(
    counts=st.tuples(*[st.integers(0, 3)] * 4),
    settings=st.lists(st.lists(st.integers(), min_size=1, max_size=3, unique=True), max_size=3),
)
def test_a_grid_has_as_many_points_as_it_says(counts: tuple[int, ...], settings: list[list[int]]) -> None:
    layouts, homes, strategies, seeds = (tuple(map(str, range(count))) for count in counts)
    values = tuple((f"path.{number}", tuple(each)) for number, each in enumerate(settings))
    grid = Grid(layouts, homes, strategies, tuple(map(int, seeds)), 1, values)
    assert len(set(grid.points())) == len(grid)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a.b=0,9,13.5", (0, 9, 13.5)),
        ("a.b= Cu 22x1 , Cu 18x1", ("Cu 22x1", "Cu 18x1")),
        ("a.b=true", (True,)),
        ("a.b=on", ("on",)),
    ],
)
def test_an_option_is_read_as_yaml_reads_values(text: str, value: tuple[object, ...]) -> None:
    assert parse_setting(text) == ("a.b", value)


@pytest.mark.parametrize("text", ["a.b", "=3", "a.b=", "a.b=1,,2", "a.b=.nan", "a.b=[1", "a.b=.inf"])
def test_an_option_that_is_no_setting_is_told(text: str) -> None:
    with pytest.raises(ConfigError, match="--set: "):
        parse_setting(text)


def test_an_option_takes_the_place_of_what_the_file_says() -> None:
    grid = with_settings(Grid(settings=(("a", (1,)), ("b", (2,)))), [("a", (3, 4))])
    assert grid.settings == (("a", (3, 4)), ("b", (2,)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("layout: house\n", r"grid\.yaml:1: layout: there is no such key \(known are layouts, households"),
        (
            "days: 7\nseeds: [1, two]\n",
            r"grid\.yaml:2: seeds: 'two' does not fit \(give a list of whole numbers\)",
        ),
        ("layouts: []\n", r":1: layouts: \[\] does not fit \(give a list of names\)"),
        ("strategies: [3]\n", r":1: strategies: 3 does not fit"),
        ("days: 1.5\n", r":1: days: 1.5 is no number of days \(give a whole number from 1"),
        ("days: 0\n", r":1: days: 0 is no number of days"),
        ("set: 3\n", r":1: set: 3 does not fit \(give paths"),
        ("set:\n  a.b: [1, .nan]\n", r":2: set\.a\.b: .* does not fit"),
        ("set:\n  a.b: []\n", r":2: set\.a\.b: \[\] does not fit"),
        (
            "layouts:\n  - house\n  - hous\n",
            r":3: layouts: there is no such name: 'hous' \(name a layout file, or one",
        ),
        ("households: [people-99]\n", r":1: households: there is no such name: 'people-99' \(name a CSV"),
        (
            "strategies: [none, timd]\n",
            r":1: strategies: there is no such name: 'timd' \(known are none, timed",
        ),
        ("- 1\n", r":1: it should be a list of keys and values"),
        ("a: [\n", r"not valid YAML"),
    ],
)
def test_a_broken_grid_is_told_with_line_and_cure(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        grid_of(tmp_path, text)


def test_a_grid_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the grid cannot be read: No such file"):
        read_grid(tmp_path / "none.yaml")


def test_a_grid_without_points_or_with_too_many_is_told() -> None:
    with pytest.raises(ConfigError, match="it has 0 points"):
        check_size(Grid())
    with pytest.raises(ConfigError, match="it has 4000000 points"):
        check_size(
            Grid(strategies=("none",), settings=(("a", tuple(range(2_000))), ("b", tuple(range(2_000)))))
        )
