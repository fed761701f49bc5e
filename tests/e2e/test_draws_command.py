"""The ``zcw draws`` command as a shell uses it."""

import subprocess
import sys
from pathlib import Path


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
