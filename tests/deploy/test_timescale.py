"""``timescale.sql``: what it does where TimescaleDB is, and what it says where it is not."""

import os
import re
import subprocess
from pathlib import Path

import psycopg
import pytest

from controller.central import CentralSettings
from controller.core.clock import DAY_MS
from controller.storage import Storage
from controller.storage.central.copier import Copier
from controller.storage.central.rows import rows_after
from controller.storage.central.target import Target
from controller.storage.connections import reading_connection
from tests.conftest import REPOSITORY
from tests.deploy.test_many_homes import questions
from tests.support.postgres import PASSWORD, Postgres, postgres, postgres_folder

SQL = REPOSITORY / "deploy" / "many-homes" / "timescale.sql"
BEGAN_UTC_MS = 1_750_000_000_000
DAYS = 60


def has_timescale() -> bool:
    """Whether the extension is beside the PostgreSQL of the tests."""
    programs = postgres_folder()
    if programs is None:
        return False
    shared = Path(*(("share" if part == "lib" else part) for part in programs.parent.parts))
    return (shared / "extension" / "timescaledb.control").is_file()


pytestmark = [pytest.mark.postgres, pytest.mark.slow]
needs_timescale = pytest.mark.skipif(
    not has_timescale(), reason="no TimescaleDB beside this PostgreSQL (ZCW_POSTGRES names another one)"
)
PRELOADED = "shared_preload_libraries=timescaledb"


def central(server: Postgres) -> CentralSettings:
    return CentralSettings(server.url, "Seaside", PASSWORD)


def as_its_head_says(server: Postgres) -> subprocess.CompletedProcess[str]:
    """Run the command that stands at the head of the file."""
    said = re.search(r"^--   psql (.+) --file timescale\.sql ", SQL.read_text("utf-8"), re.MULTILINE)
    assert said
    words = [server.programs / "psql", *said[1].split(), "--file", SQL, server.url]
    return subprocess.run(
        words, env=os.environ | {"PGPASSWORD": PASSWORD}, capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip


def lived(path: Path, first_day: int, last_day: int) -> None:
    """Let a gateway keep an hourly temperature over these days."""
    storage = Storage(path, lambda at: BEGAN_UTC_MS + at)
    for at in range(first_day * DAY_MS, last_day * DAY_MS, DAY_MS // 24):
        storage.reading("main", "return", at, 20.0 + at // DAY_MS % 30)
    assert storage.close()


def copy(path: Path, server: Postgres) -> int:
    with Target(central(server)) as target:
        return Copier(path, central(server)).round(target)


def ask(server: Postgres, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.url, password=PASSWORD) as connection:
        return connection.execute(question.encode()).fetchall()


@pytest.mark.skipif(has_timescale(), reason="TimescaleDB is here")
def test_without_timescale_it_says_so_changes_nothing_and_the_copy_goes_on(tmp_path: Path) -> None:
    with postgres() as server:
        lived(tmp_path / "zcw.sqlite", 0, 2)
        copy(tmp_path / "zcw.sqlite", server)
        refused = as_its_head_says(server)
        assert refused.returncode != 0
        assert "TimescaleDB is not installed on this server; nothing was changed" in refused.stderr
        assert "HINT:  Everything works without it" in refused.stderr
        lived(tmp_path / "zcw.sqlite", 2, 3)
        copy(tmp_path / "zcw.sqlite", server)
        assert ask(server, "SELECT count(*) FROM zcw.readings") == [(72,)]


@needs_timescale
def test_before_the_first_gateway_it_says_what_to_do_first() -> None:
    with postgres(PRELOADED) as server:
        refused = as_its_head_says(server)
        assert refused.returncode != 0 and "no history in this database yet" in refused.stderr


@needs_timescale
def test_with_timescale_the_history_is_cut_packed_and_copied_on_without_doubles(tmp_path: Path) -> None:
    path = tmp_path / "zcw.sqlite"
    rows = DAYS * 24
    with postgres(PRELOADED) as server:
        lived(path, 0, DAYS)
        assert copy(path, server) == rows
        for _ in range(2):  # whoever runs it again breaks nothing
            done = as_its_head_says(server)
            assert done.returncode == 0, done.stderr
        ((chunks,),) = ask(server, "SELECT count(*) FROM show_chunks('zcw.readings')")
        assert isinstance(chunks, int) and chunks >= DAYS // 7
        jobs = "SELECT count(*) FROM timescaledb_information.jobs WHERE hypertable_name = 'readings'"
        assert ask(server, jobs) == [(1,)]
        with psycopg.connect(server.url, password=PASSWORD, autocommit=True) as connection:
            connection.execute("SELECT compress_chunk(c) FROM show_chunks('zcw.readings') AS c")
        assert ask(server, "SELECT count(*), min(value_c), max(value_c) FROM zcw.readings") == [
            (rows, 20.0, 49.0)
        ]
        lived(path, DAYS, DAYS + 2)
        assert copy(path, server) == 48
        with Target(central(server)) as target, reading_connection(path) as kept:
            target.add(
                "readings", rows_after(kept, "readings", 0, 500)
            )  # they are packed, and come once more
        assert ask(server, "SELECT count(*) FROM zcw.readings") == [(rows + 48,)]
        for question in questions("rawSql"):
            plain = re.sub(r"\$__timeFilter\((\w+)\)", r"\1 > '2025-01-01'", question)
            ask(server, plain.replace("$home", "'Seaside'"))
