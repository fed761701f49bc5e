"""The copy of the history in a real PostgreSQL: complete, without doubles, and never in the controller's way."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from controller.central import CentralSettings
from controller.storage import Storage
from controller.storage.backup import restore_backup, write_backup
from controller.storage.central.copier import Copier
from controller.storage.central.target import Target
from tests.support.postgres import PASSWORD, Postgres, postgres
from tests.unit.controller.storage.builders import a_note, a_start, an_end
from tests.unit.controller.storage.conftest import OpenStorage

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture
def central(server: Postgres) -> CentralSettings:
    with psycopg.connect(server.url, password=PASSWORD, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS zcw CASCADE")
    return CentralSettings(server.url, "Seaside", PASSWORD)


def ask(central: CentralSettings, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(central.url, password=central.password) as connection:
        return connection.execute(question.encode()).fetchall()


def copied(path: Path, central: CentralSettings) -> int:
    with Target(central) as target:
        return Copier(path, central).round(target)


def eventually(true: Callable[[], bool], within_s: float = 20.0) -> bool:
    deadline = time.monotonic() + within_s
    while not (done := true()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return done


def test_every_row_arrives_once_however_often_it_is_copied(
    open_storage: OpenStorage, path: Path, central: CentralSettings
) -> None:
    storage = open_storage()
    for number in range(2_500):  # more than two pages
        storage.note("main", a_note(number, number=number))
        storage.reading("main", "return", number * 60_000, 20.0 + number % 30)
    assert storage.flush(30)
    first = copied(path, central)
    assert (first > 2_500, copied(path, central)) == (True, 0)
    storage.note("main", a_note(9_999, number=9_999))
    assert storage.flush()
    assert copied(path, central) == 1
    numbers = ask(central, "SELECT count(DISTINCT details->>'number'), count(*) FROM zcw.notes")
    assert numbers == [(2_501, 2_501)]


def test_a_run_is_one_row_with_its_length_and_its_reasons(
    open_storage: OpenStorage, path: Path, central: CentralSettings
) -> None:
    storage = open_storage()
    storage.note("main", a_start(1_000))
    storage.note("main", an_end(91_000))
    storage.note("main", a_start(200_000))
    assert storage.flush()
    copied(path, central)
    question = (
        "SELECT home, loop, run_s, strategy, start_reason, stop_reason FROM zcw.runs ORDER BY started_at"
    )
    assert ask(central, question) == [
        ("Seaside", "main", 90.0, "on_demand", "requested", "hot_arrived"),
        ("Seaside", "main", None, "on_demand", "requested", None),
    ]


def test_after_a_restored_backup_the_copy_has_the_new_rows_and_no_doubles(
    open_storage: OpenStorage, path: Path, tmp_path: Path, central: CentralSettings
) -> None:
    storage = open_storage()
    storage.note("main", a_note(1, number=1))
    assert storage.flush()
    write_backup(path, tmp_path / "backup.zip", version="1", configuration=None)
    storage.note("main", a_note(2, number=2))
    assert storage.flush()
    copied(path, central)
    storage.close()
    restore_backup(tmp_path / "backup.zip", path)
    again = open_storage()
    again.note("main", a_note(3, number=3))  # takes the id that number 2 had
    assert again.flush()
    copied(path, central)
    assert ask(central, "SELECT details->>'number' FROM zcw.notes ORDER BY 1") == [("1",), ("2",), ("3",)]


def test_two_houses_share_the_tables_and_are_told_apart(
    open_storage: OpenStorage, path: Path, tmp_path: Path, central: CentralSettings
) -> None:
    other = CentralSettings(central.url, "Mountains", central.password)
    for file, home in ((path, central), (tmp_path / "other.sqlite", other)):
        storage = open_storage(file)
        storage.note("main", a_note(1))
        assert storage.flush()
        copied(file, home)
    assert ask(central, "SELECT home FROM zcw.notes ORDER BY home") == [("Mountains",), ("Seaside",)]


def test_a_database_that_goes_away_costs_nothing_and_the_copy_is_completed_later(
    path: Path, central: CentralSettings, server: Postgres
) -> None:
    storage = Storage(path, lambda at: at + 1_750_000_000_000, central=central)
    try:
        storage.note("main", a_note(1))
        assert eventually(lambda: "up to date" in storage.health.copy)
        server.stop()
        storage.note("main", a_note(2))
        began = time.monotonic()
        assert storage.flush()
        assert time.monotonic() - began < 5
        assert storage.ok
    finally:
        storage.close()
    server.start()
    storage = Storage(path, lambda at: at + 1_750_000_000_000, central=central)
    try:
        assert eventually(lambda: ask(central, "SELECT count(*) FROM zcw.notes") == [(2,)])
    finally:
        storage.close()


def test_a_wrong_password_is_told_in_one_sentence_without_it(path: Path, server: Postgres) -> None:
    storage = Storage(
        path, lambda at: at, central=CentralSettings(server.url, "Seaside", "not-the-right-secret")
    )
    try:
        assert eventually(lambda: "not being copied" in storage.health.copy)
        assert "password authentication failed" in storage.health.copy
        assert "not-the-right-secret" not in storage.health.copy
        assert storage.ok
    finally:
        storage.close()


def test_a_database_that_nobody_answers_for_does_not_hold_up_the_end(path: Path) -> None:
    storage = Storage(
        path, lambda at: at, central=CentralSettings("postgresql://zcw@127.0.0.1:1/history", "Seaside")
    )
    began = time.monotonic()
    assert storage.close()
    assert time.monotonic() - began < 3


def test_a_table_that_somebody_spoilt_is_told_and_the_controller_goes_on(
    path: Path, central: CentralSettings
) -> None:
    Target(central).__exit__()
    with psycopg.connect(central.url, password=central.password, autocommit=True) as connection:
        connection.execute("ALTER TABLE zcw.notes ADD COLUMN wish text NOT NULL")
    storage = Storage(path, lambda at: at + 1_750_000_000_000, central=central)
    try:
        storage.note("main", a_note(1))
        assert eventually(lambda: "not being copied" in storage.health.copy)
        assert 'null value in column "wish"' in storage.health.copy
        assert storage.ok
    finally:
        storage.close()


def test_a_database_put_back_to_an_earlier_day_is_completed_again(
    open_storage: OpenStorage, path: Path, central: CentralSettings
) -> None:
    storage = open_storage()
    for number in range(10):
        storage.note("main", a_note(number, number=number))
    assert storage.flush()
    copied(path, central)
    with psycopg.connect(central.url, password=central.password, autocommit=True) as connection:
        connection.execute("DELETE FROM zcw.notes WHERE id > 4")
    assert copied(path, central) == 6
    assert ask(central, "SELECT count(*) FROM zcw.notes") == [(10,)]
