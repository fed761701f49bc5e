import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from controller.core.errors import ConfigError
from simulator.draws import Draw
from simulator.grid import Grid
from simulator.layout import Layout
from simulator.study import run_case
from simulator.sweep import Job, Told, plan_jobs, rows, sweep
from simulator.sweep_store import SweepStore, open_store

DRAWS = (Draw(25_000.0, 30.0, "basin", 4.0), Draw(25_900.0, 200.0, "shower", 8.0))
GRID = Grid(
    layouts=("house",), households=("mine.csv",), strategies=("none", "timed"), seeds=(3,), days=1,
    settings=(("hot.trunk.insulation_mm", (0, 20)),),
)  # fmt: skip


def draws(_: str, __: Layout) -> tuple[Draw, ...]:
    return DRAWS


def jobs_of(grid: Grid, version: str = "1.0") -> list[Job]:
    return plan_jobs(grid, draws, version=version)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SweepStore]:
    with open_store(tmp_path / "new" / "sweep.sqlite") as store:
        yield store


def counted(grid: Grid, store: SweepStore, version: str = "1.0") -> tuple[int, int]:
    """Return how many simulations were found and how many there are."""
    told: list[Told] = []
    sweep(jobs_of(grid, version), store, told=told.append)
    assert [each.done for each in told] == list(range(told[0].found, told[0].total + 1))
    return told[0].found, told[0].total


def test_every_point_is_answered_as_its_case_alone_is(store: SweepStore) -> None:
    jobs = jobs_of(GRID)
    summaries = sweep(jobs, store)
    assert [summaries[job.key] for job in jobs] == [run_case(job.case).summary for job in jobs]


def test_what_is_there_is_not_computed_again(store: SweepStore) -> None:
    assert counted(GRID, store) == (0, 4)
    assert counted(GRID, store) == (4, 4)
    wider = Grid(
        **{
            **{name: getattr(GRID, name) for name in GRID.__slots__},
            "strategies": ("none", "timed", "aquastat"),
        }
    )
    assert counted(wider, store) == (4, 6)


def test_an_idle_case_that_nobody_asks_for_is_computed_once_and_only_when_needed(store: SweepStore) -> None:
    timed = replace(GRID, strategies=("timed",))
    assert counted(timed, store) == (0, 4)
    assert counted(timed, store) == (2, 2)


def test_another_version_computes_anew(store: SweepStore) -> None:
    counted(GRID, store)
    assert counted(GRID, store, version="1.1") == (0, 4)


def test_a_pool_gives_the_same_and_keeps_every_point(store: SweepStore, tmp_path: Path) -> None:
    jobs = jobs_of(GRID)
    with ThreadPoolExecutor(3) as pool, open_store(tmp_path / "other.sqlite") as other:
        assert sweep(jobs, store, pool=pool) == sweep(jobs, other)
    assert set(store.known([job.key for job in jobs])) == {job.key for job in jobs}


def test_a_row_says_where_it_lies_and_how_it_fared(store: SweepStore) -> None:
    jobs = jobs_of(GRID)
    table = list(rows(jobs, sweep(jobs, store)))
    assert [(row["hot.trunk.insulation_mm"], row["strategy"]) for row in table] == [
        (0, "none"), (0, "timed"), (20, "none"), (20, "timed")
    ]  # fmt: skip
    assert float(table[0]["heat_kwh"] or 0) > float(table[2]["heat_kwh"] or 0), "insulation saves heat"
    assert len({row["layout_hash"] for row in table}) == 2


def test_a_house_without_a_loop_has_points_for_none_only() -> None:
    jobs = jobs_of(replace(GRID, layouts=("flat", "house"), settings=()))
    assert [(job.point.layout, job.point.strategy) for job in jobs] == [
        ("flat", "none"), ("house", "none"), ("house", "timed")
    ]  # fmt: skip


def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path: Path) -> None:
    text, database = tmp_path / "text.csv", tmp_path / "other.db"
    text.write_text("a,b\n" * 100, "utf-8")
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    for path, said in (
        (text, "not a database"),
        (database, "a file of another program"),
        (tmp_path, "cannot be opened"),
    ):
        before = path.read_bytes() if path.is_file() else b""
        with pytest.raises(ConfigError, match=rf"{said}.*choose another --store"), open_store(path):
            pass
        assert not path.is_file() or path.read_bytes() == before
