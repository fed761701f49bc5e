"""The ``zcw draws`` command as a shell uses it."""

import subprocess
import sys
from pathlib import Path

from tests.support.programs import zcw


def test_draws_on_standard_output_may_be_appended_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "draws.csv"
    file.write_text("what was there\n", "utf-8")
    with file.open("a") as end:
        subprocess.run(
            [sys.executable, "-c", "from api.cli import main; main()", "draws", "household", "--days", "1"],
            stdout=end,
            check=True,
        )
    assert file.read_text("utf-8").splitlines()[:2] == [
        "what was there",
        "start_s,duration_s,fixture,flow_lpm,use_c",
    ]


def test_a_pattern_is_written_and_its_litres_are_told(tmp_path: Path) -> None:
    answer = zcw("draws", "pattern", "eu-m", "--days", "2", "--out", str(tmp_path / "m.csv"))
    assert answer.returncode == 0
    assert "46 draws" in answer.stderr and "l a day" in answer.stderr
    assert len((tmp_path / "m.csv").read_text("utf-8").splitlines()) == 47


def test_an_unknown_pattern_is_told_with_the_known_ones() -> None:
    answer = zcw("draws", "pattern", "eu-xxl")
    assert answer.returncode == 2
    assert "eu-xxl" in answer.stderr and "Traceback" not in answer.stderr
