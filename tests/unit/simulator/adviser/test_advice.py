"""One small advice from end to end: what is recommended, what the report says, and that its runs can be repeated."""

import json
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from simulator.adviser.advice import Advice, Wanted, advise
from simulator.adviser.choice import choose
from simulator.adviser.files import report_page, write_advice
from simulator.adviser.houses import Way, house_of, ways_of
from simulator.adviser.laboratory import at_rest
from simulator.adviser.pumps import SIZES
from simulator.adviser.trials import SEASONS, Figure, Sample, Trial, samples_of, within
from simulator.adviser.variants import with_pump
from simulator.adviser.words import scheme_words
from simulator.draws import Draw
from simulator.layout_file import layout_text
from simulator.study import run_case

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def advice() -> Advice:
    """An advice on the shipped flat, one sample of one person."""
    text, source = layout_text("flat-return")
    return advise(Wanted(text, source, {"people-1": None}, samples=1))


def test_every_run_is_repeated_to_the_last_digit_by_its_command(advice: Advice, tmp_path: Path) -> None:
    write_advice(tmp_path, advice, version="1")
    told = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    schemes = {one["scheme"]: one for one in (*told["schemes"], *told["pump_sizes"], *told["insulation"])}
    for scheme in ("none-none", "cold-pipe-on_demand", "return-large-on_demand"):
        [run] = schemes[scheme]["runs"] if scheme in schemes else schemes[told["recommended"]]["runs"]
        answer = CliRunner().invoke(app, shlex.split(run["command"])[1:])
        assert answer.exit_code == 0, answer.output
        summary = json.loads(answer.stdout)
        for name in ("hot_within_10s", "wait_mean_s", "wait_p95_s", "cost_a_year", "extra_cost_a_year"):
            assert summary[name] == run["figures"][name], (scheme, name)
        assert summary["cold_litres"] / 1000 * 365 / 3 == pytest.approx(run["figures"]["water_m3_a_year"])


def test_the_recommended_scheme_is_the_cheapest_that_gives_enough(advice: Advice) -> None:
    chosen, idle = advice.choice.scheme, advice.schemes[0]
    assert chosen.house.way is Way.RETURN, "the way back that is drawn is kept"
    own = [one for one in advice.schemes if one.house.way is Way.RETURN]
    best = max(one.figure("hot_within_10s").mean for one in own)
    nothing = idle.figure("hot_within_10s").mean
    enough = [one for one in own if one.figure("hot_within_10s").mean - nothing >= 0.75 * (best - nothing)]
    assert chosen.figure("cost_a_year").mean == min(one.figure("cost_a_year").mean for one in enough)
    sure = choose(advice.schemes, Way.RETURN, 1.0).scheme
    assert sure.figure("hot_within_10s").mean == best


def test_reasons_name_the_currency_and_claim_no_surer_knowledge_than_one_sample_gives(advice: Advice) -> None:
    choice = choose(advice.schemes, Way.RETURN, currency="EUR")
    said = [*choice.reasons, *choice.more()]
    money = [one for one in said if " a year" in one.en]
    assert money
    assert all("EUR a year" in one.en and "EUR" in one.zh for one in money)
    assert not any("of 1 samples" in one.en or "over the samples" in one.en for one in said)
    assert all(one.en[0].isupper() or one.en[0].isdigit() for one in said)


def test_the_most_comfortable_scheme_is_named_once(advice: Advice) -> None:
    for enough in (0.5, 0.75, 0.9):
        choice = choose(advice.schemes, Way.RETURN, enough)
        if choice.surer is not None:
            name = scheme_words(choice.surer).en.lower()
            told = [one for one in (*choice.reasons, *choice.more()) if name in one.en.lower()]
            assert len(told) == 1, (enough, [one.en for one in told])


def test_the_report_is_one_file_with_both_languages_and_no_other_host(advice: Advice) -> None:
    page = report_page(advice, version="1", language="zh")
    assert '<html lang="zh">' in page
    assert "推荐" in page and "Recommended" in page
    assert "1 person in winter" in page and "1 人（冬）" in page
    assert "://" not in page.replace("http://www.w3.org/", "")
    assert page == report_page(advice, version="1", language="zh")


def test_samples_share_out_households_and_seasons_and_stay_within_a_file() -> None:
    samples = samples_of(["a", "b"], 4, 7)
    assert [one.household for one in samples] == ["a", "b", "a", "b"]
    assert [one.season.name for one in samples] == ["winter", "spring", "summer", "winter"]
    assert [one.seed for one in samples] == [7, 8, 9, 10]
    two_days = [Draw(90_000.0, 60.0, "shower", 8.0)]
    moved: Sample = within(samples[0], two_days)
    assert (moved.from_day, moved.days) == (0, 2)


def test_a_single_sample_claims_no_error() -> None:
    assert Figure.of([3.0]) == Figure(3.0, 3.0, 3.0, None)
    assert Figure.of([1.0, 3.0]) == Figure(2.0, 1.0, 3.0, pytest.approx(1.0))


@pytest.mark.parametrize("name", ["flat-return", "combi", "heat-pump"])
def test_houses_that_rest_alike_give_the_same_heat_to_the_last_bit(name: str) -> None:
    none, drawn, _ = ways_of(*layout_text(name))
    large = house_of("large", with_pump(drawn.tree, SIZES[-1].fields()), SIZES[-1])
    assert at_rest(none.layout) == at_rest(drawn.layout) == at_rest(large.layout)
    sample = Sample("people-3", 3, 19, SEASONS[-1], days=1)
    given = {run_case(Trial(house, "none", sample).case()).summary.used for house in (none, drawn, large)}
    assert len(given) == 1


def test_a_house_through_whose_resting_pump_water_may_run_rests_for_itself() -> None:
    _, _, crossed = ways_of(*layout_text("flat-return"))
    assert at_rest(crossed.layout) == crossed.layout
