"""Identifiers: what Home Assistant takes, each its own, and the same every time."""

import re

from hypothesis import given
from hypothesis import strategies as st

from controller.mqtt.identifiers import exact_identifier, identifier, identifiers

NAMES = st.text(min_size=1, max_size=20)


@given(st.lists(NAMES, unique=True, max_size=8))
def test_each_name_has_its_own_identifier_of_plain_signs(names: list[str]) -> None:
    found = identifiers(names)
    assert len(set(found.values())) == len(names)
    assert all(re.fullmatch("[a-z0-9_]+", one) for one in found.values())


@given(st.lists(NAMES, unique=True, min_size=1, max_size=8), NAMES)
def test_a_new_name_at_the_end_changes_no_other_identifier(names: list[str], new: str) -> None:
    before = identifiers(names)
    assert {name: identifiers([*names, new])[name] for name in names} == before


@given(NAMES, NAMES)
def test_exact_identifiers_of_two_names_differ(one: str, other: str) -> None:
    assert (exact_identifier(one) == exact_identifier(other)) is (one == other)


def test_not_even_a_name_that_looks_like_a_mark_takes_anothers_identifier() -> None:
    marked = identifiers(["x", "X"])["X"]
    assert len(set(identifiers(["x", marked, "X"]).values())) == 3


def test_names_stay_readable_and_chinese_ones_get_a_mark() -> None:
    assert identifier("Küche 1. Stock") == "kuche_1_stock"
    assert identifiers(["living room", "living_room"]) == {
        "living room": "living_room",
        "living_room": "living_room_8aec60",
    }
    assert re.fullmatch("x[0-9a-f]{6}", identifier("厨房"))
    assert identifier("厨房") != identifier("浴室")
