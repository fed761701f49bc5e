"""What simulated controllers are not told changes nothing they do."""

import pytest

from controller.core.events import FlowRead
from controller.core.plumbing import DRAW_FLOW
from simulator.heeding import heeds_people, heeds_wishes
from simulator.household import household_draws
from simulator.layout_file import load_layout
from simulator.scenario import Scenario
from simulator.schemes import SCHEMES
from tests.builders import RETURN_LOOP, engine, minutes, observation, request

DEAF = [name for name in SCHEMES if not heeds_wishes(engine(*SCHEMES[name](RETURN_LOOP)))]


def test_those_that_answer_wishes_are_told_them() -> None:
    assert set(SCHEMES) - set(DEAF) == {"on_demand", "check_valve"}


@pytest.mark.parametrize("name", DEAF)
@pytest.mark.parametrize("return_c", [20.0, 60.0])
def test_who_is_not_told_of_wishes_would_answer_the_same(name: str, return_c: float) -> None:
    for strategy in SCHEMES[name](RETURN_LOOP):
        asked, unasked = (
            strategy.decide(observation(minutes(5), supply_c=55.0, return_c=return_c, requests=requests))
            for requests in ((request(minutes(5)),), ())
        )
        assert asked == unasked


def test_who_looks_ahead_is_told_what_people_draw() -> None:
    assert [name for name in SCHEMES if heeds_people(engine(*SCHEMES[name](RETURN_LOOP)))] == ["predictive"]


def test_an_onlooker_is_told_everything() -> None:
    layout = load_layout("house")
    draws = household_draws(layout.fixtures, days=1, seed=1)
    told: list[bool] = []
    seen = Scenario(
        layout,
        draws,
        "aquastat",
        seed=1,
        stepped=lambda event, _: told.append(isinstance(event, FlowRead) and event.sensor == DRAW_FLOW),
    )
    alone = Scenario(layout, draws, "aquastat", seed=1)
    for scenario in (seen, alone):
        scenario.run(1)
    assert any(told)
    assert (seen.results, seen.pump.runs) == (alone.results, alone.pump.runs)
