"""The commands that compute: what they print, where, and how they take nonsense."""

import json
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.support.programs import zcw

KEYS = [
    "strategy",
    "layout",
    "days",
    "draws",
    "useful_draws",
    "hot_within_10s",
    "wait_mean_s",
    "wait_p95_s",
    "cold_litres",
    "heat_kwh",
    "extra_heat_kwh",
    "pump_hours",
    "starts",
    "balance_error",
]
A_MORNING = "start_s,duration_s,fixture,flow_lpm,use_c\n25200,300,shower,8,40\n27000,30,kitchen,5,40\n"


@pytest.fixture
def morning(tmp_path: Path) -> Path:
    file = tmp_path / "morning.csv"
    file.write_text(A_MORNING, "utf-8")
    return file


@pytest.mark.parametrize("layout", ["house", pytest.param("house-cold-return", marks=pytest.mark.slow)])
@pytest.mark.parametrize("strategy", ["none", "timed", "on_demand", "aquastat", "check_valve"])
def test_simulate_answers_with_json_and_nothing_else(morning: Path, layout: str, strategy: str) -> None:
    words = [
        "--layout",
        layout,
        "--strategy",
        strategy,
        "--draws",
        str(morning),
        "--days",
        "1",
        "--seed",
        "3",
    ]
    answer = zcw("simulate", *words, "--json")
    assert answer.returncode == 0, answer.stderr
    summary = json.loads(answer.stdout)
    assert list(summary)[: len(KEYS)] == KEYS
    assert (summary["strategy"], summary["layout"], summary["days"]) == (strategy, layout, 1)
    assert (summary["draws"], summary["useful_draws"]) == (2, 2)
    assert summary["balance_error"] <= 1e-6
    assert (summary["extra_heat_kwh"] == 0) is (summary["pump_hours"] == 0)


def test_simulate_says_the_same_to_people(morning: Path) -> None:
    answer = zcw("simulate", "--draws", str(morning), "--days", "1", "--strategy", "aquastat")
    assert answer.returncode == 0
    assert "aquastat on house: 1 days, 2 draws" in answer.stdout
    assert "extra heat" in answer.stdout


def test_simulate_makes_up_a_household_when_it_is_given_none() -> None:
    first, second = (zcw("simulate", "--days", "1", "--seed", "5", "--json") for _ in range(2))
    assert json.loads(first.stdout)["draws"] > 10
    assert first.stdout == second.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("start_s,duration_s,fixture,flow_lpm\n0,10,garage,5\n", ["draws.csv:2", "garage", "kitchen"]),
        ("start_s,duration_s,fixture,flow_lpm\n0,-10,shower,5\n", ["draws.csv:2", "-10"]),
        ("start_s,duration_s,fixture,flow_lpm\n0,10,shower,nan\n", ["draws.csv:2", "nan"]),
        ("start_s,fixture,flow_lpm\n0,shower,5\n", ["draws.csv:1", "duration_s"]),
        ("", ["draws.csv"]),
    ],
)
def test_bad_draws_are_told_with_file_line_and_cure(tmp_path: Path, text: str, told: list[str]) -> None:
    file = tmp_path / "draws.csv"
    file.write_text(text, "utf-8")
    answer = zcw("simulate", "--draws", str(file), "--json")
    assert answer.returncode == 2 and answer.stdout == ""
    assert all(word in answer.stderr for word in told), answer.stderr
    assert "Traceback" not in answer.stderr


def test_overlapping_draws_wait_for_their_fixture_or_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "draws.csv"
    file.write_text("start_s,duration_s,fixture,flow_lpm\n0,60,shower,5\n30,60,shower,5\n", "utf-8")
    queued = zcw("simulate", "--draws", str(file), "--days", "1", "--json")
    assert queued.returncode == 0 and json.loads(queued.stdout)["draws"] == 2
    assert "draws.csv" in queued.stderr and "wait until" in queued.stderr
    refused = zcw("simulate", "--draws", str(file), "--days", "1", "--overlaps", "refuse")
    assert refused.returncode == 2 and "draws.csv:3" in refused.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["simulate", "--strategy", "oracel"], "aquastat"),
        (["simulate", "--layout", "hous"], "house-cold-return"),
        (["simulate", "--draws", "absent.csv"], "absent.csv"),
        (["simulate", "--days", "0"], "--days"),
        (["run", "--config", "absent.yaml"], "absent.yaml"),
        (["config", "check", "absent.yaml"], "absent.yaml"),
        (["draws", "metered", "absent"], "absent"),
    ],
)
def test_nonsense_is_one_clear_message(words: list[str], told: str) -> None:
    answer = zcw(*words)
    assert answer.returncode in (1, 2)
    assert told in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_example_is_fine_and_its_schema_is_printed() -> None:
    answer = zcw("config", "check", str(REPOSITORY / "deploy" / "example" / "zcw.yaml"), "--json")
    assert answer.returncode == 0 and json.loads(answer.stdout)["loops"][0]["lease_class"] == "A"
    schema = json.loads(zcw("config", "schema").stdout)
    assert {"broker", "devices", "loops"} <= set(schema["properties"])


@pytest.mark.reference
def test_a_metered_week_goes_through_a_file(tmp_path: Path, reference: Path) -> None:
    file = tmp_path / "week.csv"
    made = zcw("draws", "metered", str(reference / "cbecc_draws"), "--days", "2", "--out", str(file))
    assert made.returncode == 0, made.stderr
    answer = zcw("simulate", "--draws", str(file), "--days", "2", "--strategy", "none", "--json")
    assert answer.returncode == 0 and answer.stderr == ""
    assert json.loads(answer.stdout)["draws"] == file.read_text("utf-8").count("\n") - 1


def test_draws_can_be_piped() -> None:
    answer = zcw("draws", "household", "--days", "1")
    assert answer.returncode == 0
    assert answer.stdout.startswith("start_s,duration_s,fixture,flow_lpm,use_c\n")


def test_help_helps() -> None:
    answer = zcw("--help")
    assert all(command in answer.stdout for command in ("demo", "run", "simulate", "config", "draws"))
    assert zcw("--version").stdout.startswith("zcw ")
