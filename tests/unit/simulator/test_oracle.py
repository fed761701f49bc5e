"""The oracle: makes hot what a hot supply can make hot, for far less than an aquastat."""

from simulator.draws import Draw
from simulator.evaluation import Trial, evaluate
from simulator.layout_file import load_layout
from simulator.oracle import oracle, reachable, ways
from simulator.results import DrawResult
from simulator.scores import scores

HOUSE = load_layout("house")
DRAWS = tuple(
    Draw(day * 86_400.0 + hour * 3_600.0, 40.0, fixture, 6.0)
    for day in range(3)
    for hour, fixture in ((7.0, "shower"), (12.5, "kitchen"), (19.0, "basin"))
)


def test_the_ways_of_the_house_are_those_of_its_pipes() -> None:
    known = ways(HOUSE)
    assert 40.0 < known.fill_s < 46.0
    assert 30 * 60 < known.hot_s < 50 * 60


def test_a_trickle_cannot_empty_its_own_twig_in_time() -> None:
    known = ways(HOUSE)
    assert reachable(Draw(0.0, 60.0, "kitchen", 6.0), known)
    assert not reachable(Draw(0.0, 60.0, "kitchen", 1.0), known)


def test_foresight_makes_every_reachable_draw_hot_for_a_fraction_of_the_aquastats_heat() -> None:
    trials = [Trial(HOUSE, "three", DRAWS, name, 3, 1) for name in ("none", "aquastat", "oracle")]
    idle, always, foresight = scores(trials, evaluate(trials))
    assert idle.reachable_hot == 0.0
    assert foresight.reachable_hot == 1.0
    assert foresight.heat_ratio_aquastat is not None
    assert foresight.heat_ratio_aquastat < 0.1
    assert foresight.wasted_runs == 0
    assert always.wasted_runs > 10


def test_foresight_pumps_no_farther_than_to_the_fixture_that_is_drawn_from() -> None:
    known = ways(HOUSE)
    ran_s = {}
    for fixture in HOUSE.fixtures:
        draw = Draw(7_200.0, 40.0, fixture, 6.0)
        [(begins, ends)] = oracle(HOUSE, [DrawResult(draw, None, 4.0, 4.0, 20.0, None)]).runs
        assert ends < 7_200_000
        ran_s[fixture] = (ends - begins) / 1_000.0
    assert ran_s["kitchen"] < 0.7 * known.fill_s < ran_s["basin"] < ran_s["shower"] <= known.fill_s


def test_foresight_leaves_alone_what_an_earlier_draw_has_made_hot() -> None:
    first, again = Draw(7_200.0, 120.0, "shower", 6.0), Draw(8_400.0, 40.0, "basin", 6.0)
    results = [DrawResult(draw, None, 4.0, 12.0, 30.0, None) for draw in (first, again)]
    assert len(oracle(HOUSE, results).runs) == 1
