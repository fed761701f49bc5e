import csv
import json
import sys
from pathlib import Path

import pytest

from controller.core.errors import ZcwError
from simulator.draws import Draw
from simulator.layout_file import load_layout
from simulator.records import MissingExtra, write_record
from simulator.study import Case, Outcome, Stretch, run_case

DRAWS = (Draw(22_000.0, 5.0, "basin", 4.0), Draw(23_000.0, 200.0, "shower", 8.0))


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return run_case(Case(load_layout("house"), "two draws", "timed", 1, 3, DRAWS), stretch=Stretch())


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_folder_holds_the_summary_the_draws_the_runs_and_the_temperatures(
    tmp_path: Path, outcome: Outcome
) -> None:
    files = write_record(tmp_path / "new" / "folder", outcome)
    assert [file.name for file in files] == ["summary.json", "draws.csv", "runs.csv", "temperatures.csv"]
    assert json.loads(files[0].read_text("utf-8")) == outcome.summary.as_json()
    assert [(row["fixture"], row["useful"]) for row in rows(files[1])] == [("basin", "0"), ("shower", "1")]
    assert sum(float(row["cold_litres"]) for row in rows(files[1])) == pytest.approx(
        outcome.summary.cold_litres, abs=1e-3
    )


def test_every_run_has_the_reasons_of_its_start_and_end(tmp_path: Path, outcome: Outcome) -> None:
    runs = rows(write_record(tmp_path, outcome)[2])
    assert len(runs) == outcome.summary.starts > 0
    assert {row["started"] for row in runs} == {"in_window"}
    assert all(row["stopped"] and row["stopped_because"] for row in runs)
    hours = sum(float(row["duration_s"]) for row in runs) / 3_600.0
    assert hours == pytest.approx(outcome.summary.pump_hours, abs=1e-4)


@pytest.mark.slow
def test_temperatures_may_be_parquet(tmp_path: Path, outcome: Outcome) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(write_record(tmp_path, outcome, temperatures="parquet")[3])
    assert table.column_names == ["at_s", "place", "temperature_c"]
    assert table.num_rows == len(outcome.temperatures) > 100


def test_parquet_without_its_library_is_told_with_the_cure(
    tmp_path: Path, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match=r'pip install "zero-cold-water\[parquet\]"'):
        write_record(tmp_path, outcome, temperatures="parquet")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, outcome: Outcome) -> None:
    (tmp_path / "taken").write_text("a file", "utf-8")
    with pytest.raises(ZcwError, match=r"cannot be written: .*choose another --out"):
        write_record(tmp_path / "taken", outcome)
