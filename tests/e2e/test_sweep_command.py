"""``zcw sweep`` as a real process: killed and run again, on several processes, and on a Dask cluster."""

import csv
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.programs import ZCW, program, until, zcw

pytestmark = pytest.mark.slow

GRID = """layouts: [house, flat-return]
households: [people-2]
strategies: [aquastat, timed]
seeds: [0, 1]
days: 14
set:
  hot.*.insulation_mm: [0, 13]
"""
SIMULATIONS = 2 * 3 * 2 * 2
"""Layouts, strategies with the idle one, seeds, insulations."""


@pytest.fixture
def grid(tmp_path: Path) -> Path:
    path = tmp_path / "grid.yaml"
    path.write_text(GRID, "utf-8")
    return path


def kept(store: Path) -> int:
    """How many simulations a store holds."""
    if not store.exists():
        return 0
    with closing(sqlite3.connect(store)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM point").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def swept(grid: Path, name: str, *words: str) -> tuple[str, list[dict[str, str]]]:
    """Run a sweep to its end; return what it said and its rows."""
    folder = grid.parent
    answer = zcw(
        "sweep", *words, "--store", str(folder / f"{name}.sqlite"), "--csv", str(folder / f"{name}.csv"), str(grid),
        within_s=300.0,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        return answer.stderr, list(csv.DictReader(file))


def test_a_sweep_that_was_killed_goes_on_where_it_ended_and_computes_nothing_twice(grid: Path) -> None:
    store = grid.parent / "killed.sqlite"
    words = (
        "sweep",
        "--jobs",
        "1",
        "--store",
        str(store),
        "--csv",
        str(grid.parent / "killed.csv"),
        str(grid),
    )
    with program(ZCW, *words) as running:
        until(lambda: kept(store) >= 4, within_s=60.0, what="four simulations are kept")
        running.kill()
        running.process.wait(10)
    before = kept(store)
    assert 4 <= before < SIMULATIONS
    said, rows = swept(grid, "killed", "--jobs", "2")
    found, total = map(int, re.findall(r"(\d+) of (\d+) simulations are there already", said)[0])
    assert (found, total) == (before, SIMULATIONS)
    assert kept(store) == SIMULATIONS
    assert rows == swept(grid, "whole", "--jobs", "1")[1]
    assert f"{len(rows)} of {len(rows)} simulations are there already" in swept(grid, "killed")[0]


def test_a_cluster_that_is_there_already_gives_the_same_rows(grid: Path) -> None:
    distributed = pytest.importorskip("distributed")
    grid.write_text(GRID.replace("days: 14", "days: 1"), "utf-8")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        _, rows = swept(grid, "cluster", "--scheduler", cluster.scheduler_address)
    assert len(rows) == 2 * 2 * 2 * 2
    assert rows == swept(grid, "local", "--jobs", "1")[1]


def test_a_scheduler_that_is_not_there_is_told_with_the_cure(grid: Path) -> None:
    answer = zcw("sweep", "--scheduler", "tcp://127.0.0.1:1", "--store", str(grid.parent / "s"), str(grid))
    assert answer.returncode == 1
    assert "no Dask scheduler answers at tcp://127.0.0.1:1" in answer.stderr
    assert "Traceback" not in answer.stderr
