"""``zcw simulate --out``: the folder of one run."""

import json
from pathlib import Path

from tests.support.programs import zcw


def test_the_folder_holds_what_is_printed_and_everything_behind_it(tmp_path: Path) -> None:
    out = tmp_path / "run"
    answer = zcw("simulate", "--strategy", "timed", "--days", "1", "--json", "--out", str(out))
    assert answer.returncode == 0, answer.stderr
    summary = json.loads(answer.stdout)
    assert json.loads((out / "summary.json").read_text("utf-8")) == summary
    lines = {
        name: len((out / f"{name}.csv").read_text("utf-8").splitlines()) - 1 for name in ("draws", "runs")
    }
    assert lines == {"draws": summary["draws"], "runs": summary["starts"]}
    assert "temperatures.csv" in answer.stderr
