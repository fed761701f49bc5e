"""``zcw bench control``, ``habits`` and ``cold-pipe`` answer, and say what is wrong before they work."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from controller.core.errors import ZcwError

DRAWS = "start_s,duration_s,fixture,flow_lpm\n25200,60,shower,8\n108000,60,basin,6\n111600,60,shower,8\n"


@pytest.fixture
def draws(tmp_path: Path) -> str:
    path = tmp_path / "mine.csv"
    path.write_text(DRAWS, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["control", "--days", "3", "--train-days", "3"], "leaves no day to score"),
        (["control", "--strategy", "magic"], "'magic' is unknown; known: none, aquastat"),
        (["control", "--plot", "a.doc"], "ends with one of .svg"),
        (["habits", "--change", "move"], "'move' is unknown; known: shift, holiday, baby"),
        (["habits", "--change", "holiday", "--days-after", "20"], "give 24 or more"),
        (["habits", "--strategy", "timed"], "'timed' learns no habits"),
        (["cold-pipe", "--layout", "house"], "house has no crossover valve"),
        (["cold-pipe", "--strategy", "oracle"], "'oracle' is unknown"),
    ],
)
def test_what_cannot_be_done_is_told_before_the_work(words: list[str], said: str) -> None:
    done = CliRunner().invoke(app, ["bench", *words], terminal_width=400, env={"COLUMNS": "400"})
    assert done.exit_code == 2
    assert said in " ".join(done.output.replace("│", " ").split())


@pytest.mark.parametrize(
    "words", [["habits", "--household", "nobody", "--seeds", "0"], ["cold-pipe", "--seeds", "x"]]
)
def test_unknown_households_and_seeds_are_told(words: list[str]) -> None:
    done = CliRunner().invoke(app, ["bench", *words, "--jobs", "1"])
    assert isinstance(done.exception, ZcwError)


def test_control_scores_every_house_with_its_foam(draws: str) -> None:
    words = "bench control --layout house --days 2 --train-days 1 --strategy timed --insulation 0 --insulation 13 --json"
    done = CliRunner().invoke(app, [*words.split(), "--jobs", "1", "--draws", draws])
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)
    assert [(row["layout"], row["strategy"]) for row in rows] == [
        (house, name) for house in ("house, bare", "house, 13 mm") for name in ("none", "timed")
    ]
    assert {row["useful_draws"] for row in rows} == {2}


def test_cold_pipe_counts_lives_and_fails_when_one_exceeds(draws: str) -> None:
    words = "bench cold-pipe --layout house-cold-return --strategy on_demand --seeds 0 --days 1 --from-day 1 --json --jobs 1"
    good = CliRunner().invoke(app, [*words.split(), "--household", draws])
    assert good.exit_code == 0
    [row] = json.loads(good.stdout)
    assert (row["lives"], row["exceeded"]) == (1, 0) and row["runs"] > 0
    late = CliRunner().invoke(app, [*words.split(), "--household", draws, "--set", "crossover.lag_s=20"])
    assert late.exit_code == 1
    assert json.loads(late.stdout)[0]["exceeded"] == 1
