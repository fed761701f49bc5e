from pathlib import Path

import pytest

from simulator.households import HOUSEHOLDS, UnknownHousehold, draws_of
from simulator.layout_file import load_layout, shipped_layouts


@pytest.mark.parametrize("layout", shipped_layouts())
def test_every_household_can_live_in_every_house(layout: str) -> None:
    house = load_layout(layout)
    for name in HOUSEHOLDS:
        draws = draws_of(name, house, days=2, seed=1)
        assert {draw.fixture for draw in draws} <= set(house.fixtures), name
        assert len(draws) >= 10, name


def test_a_household_may_be_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("start_s,duration_s,fixture,flow_lpm\n5,60,shower,8\n30,60,shower,8\n", "utf-8")
    told: list[str] = []
    draws = draws_of(str(path), load_layout("house"), days=1, seed=0, report=told.append)
    assert [draw.start_s for draw in draws] == [5.0, 66.0]
    assert "wait until their fixture is free" in told[0]


def test_a_name_that_is_none_is_told_with_the_known_ones() -> None:
    with pytest.raises(UnknownHousehold, match=r"no household 'people-9'; name a CSV file.*people-1.*eu-m"):
        draws_of("people-9", load_layout("house"), days=1, seed=0)
