"""Which rows of the data file are ready to be copied, and what becomes of damaged ones."""

import sqlite3
from pathlib import Path

import pytest

from controller.storage.central.rows import TABLES, rows_after, session_uids
from controller.storage.connections import reading_connection
from tests.unit.controller.storage.builders import a_note
from tests.unit.controller.storage.conftest import OpenStorage, WallClock


def ids(path: Path, table: str = "notes", after_id: int = 0, most: int = 100) -> list[int]:
    with reading_connection(path) as connection:
        return [row.id for row in rows_after(connection, table, after_id, most)]


def test_rows_come_in_pages_in_the_order_in_which_they_were_written(
    open_storage: OpenStorage, path: Path
) -> None:
    storage = open_storage()
    for number in range(5):
        storage.note("main", a_note(number))
    assert storage.flush()
    assert ids(path, most=2) == [1, 2]
    assert ids(path, after_id=2) == [3, 4, 5]


def test_nothing_behind_a_row_that_may_still_get_its_time_is_given_out(
    open_storage: OpenStorage, path: Path, wall: WallClock
) -> None:
    trusted_ms, wall.offset_ms = wall.offset_ms, None
    storage = open_storage()
    storage.note("main", a_note(1))
    assert storage.flush()
    assert ids(path) == []
    wall.offset_ms = (
        trusted_ms  # the clock is set: the file gives the earlier rows their time with the next commit
    )
    storage.note("main", a_note(2))
    assert storage.flush()
    assert ids(path) == [1, 2]


def test_what_never_got_a_time_in_a_session_that_is_over_holds_nothing_up(
    open_storage: OpenStorage, path: Path, wall: WallClock
) -> None:
    trusted_ms, wall.offset_ms = wall.offset_ms, None
    first = open_storage()
    first.note("main", a_note(1))
    first.close()
    wall.offset_ms = trusted_ms
    second = open_storage()
    second.note("main", a_note(2))
    assert second.flush()
    assert ids(path) == [2]


def test_each_session_has_a_name_that_no_other_has(open_storage: OpenStorage, path: Path) -> None:
    for _ in range(3):
        open_storage().close()
    with reading_connection(path) as connection:
        names = session_uids(connection)
    assert len(set(names)) == 3
    assert all(0 <= name < 2**63 for name in names)


@pytest.mark.parametrize(
    ("table", "damage"),
    [
        ("readings", "UPDATE readings SET value_c = 'warm' WHERE id = 1"),
        ("notes", "UPDATE notes SET utc_ms = 'noon' WHERE id = 1"),
        ("commands", "UPDATE commands SET lease_ms = 'long' WHERE id = 1"),
    ],
)
def test_a_damaged_row_is_left_out_and_the_others_go_on(
    open_storage: OpenStorage, path: Path, table: str, damage: str
) -> None:
    storage = open_storage()
    storage.close()
    with sqlite3.connect(path) as file:
        file.execute("INSERT INTO series (id, loop, sensor) VALUES (1, 'main', 'return')")
        for _ in range(2):
            file.execute(
                "INSERT INTO readings (session, series, at_ms, utc_ms, value_c) VALUES (1, 1, 5, 5, 40)"
            )
            file.execute(
                "INSERT INTO notes (session, loop, at_ms, utc_ms, kind, reason, reason_values, details)"
                " VALUES (1, 'main', 5, 5, 'stop', 'x', '{}', '{broken')"
            )
            file.execute(
                "INSERT INTO commands (session, loop, at_ms, utc_ms, run, lease_ms, reason, reason_values)"
                " VALUES (1, 'main', 5, 5, 1, 120000, 'x', '{\"a\": \"\\u0000\"}')"
            )
        file.execute(damage)
    file.close()
    assert ids(path, table) == [2]
    assert all(ids(path, other) == [1, 2] for other in TABLES if other != table)
