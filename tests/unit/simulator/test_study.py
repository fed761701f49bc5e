from dataclasses import replace

import pytest

from simulator.draws import Draw
from simulator.layout_file import load_layout
from simulator.scenario import UnknownStrategy, simulate
from simulator.study import Case, Stretch, check_strategies, idle_used, layout_hash, run_case

DRAWS = (Draw(22_000.0, 30.0, "basin", 4.0), Draw(23_000.0, 200.0, "shower", 8.0))
CASE = Case(load_layout("house"), "two draws", "timed", 1, 3, DRAWS)


def test_a_case_is_answered_as_a_simulation_is() -> None:
    assert run_case(CASE).summary == simulate(CASE.layout, DRAWS, "timed", days=1, seed=3)


def test_a_known_idle_heat_and_a_record_change_nothing() -> None:
    plain = run_case(CASE)
    helped = run_case(CASE, idle_used(CASE), stretch=Stretch.day(0))
    assert replace(helped, temperatures=()) == plain
    assert helped.temperatures and not plain.temperatures


def test_an_idle_pump_needs_no_extra_heat_to_the_last_bit() -> None:
    idle = run_case(CASE.idle())
    assert idle.summary.extra_heat_kwh == 0.0
    assert idle.summary.used == idle_used(CASE)
    assert run_case(CASE.idle(), stretch=Stretch()).summary == idle.summary, (
        "sensors that nobody reads change nothing"
    )


def test_a_household_by_name_lives_by_the_seed() -> None:
    case = Case(load_layout("house"), "people-1", "none", 2, 5)
    assert case.taken() == replace(case).taken()
    assert case.taken() != replace(case, seed=6).taken()


def test_the_key_of_a_case_is_the_same_for_the_same_content_and_differs_for_any_other() -> None:
    others = [
        replace(CASE, seed=4), replace(CASE, days=2), replace(CASE, strategy="none"), replace(CASE, household="x", draws=None),
        replace(CASE, draws=DRAWS[:1]), replace(CASE, draws=None), replace(CASE, layout=replace(CASE.layout, mains_c=9.0)),
    ]  # fmt: skip
    keys = {case.key("1.0") for case in (CASE, *others)} | {CASE.key("1.1")}
    assert len(keys) == len(others) + 2
    assert replace(CASE, household="the same file elsewhere").key("1.0") == CASE.key("1.0")


def test_a_layout_has_a_hash_of_its_content() -> None:
    house = load_layout("house")
    assert layout_hash(house) == layout_hash(load_layout("house"))
    thicker = tuple(replace(pipe, insulation_mm=20.0) for pipe in house.hot)
    assert layout_hash(replace(house, hot=thicker)) != layout_hash(house)


def test_an_unknown_strategy_is_told() -> None:
    with pytest.raises(UnknownStrategy, match=r"'magic'.*known strategies: none"):
        check_strategies(["none", "magic"])
