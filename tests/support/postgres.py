"""A real PostgreSQL of our own for a test, on 127.0.0.1 and a free port."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.brokers import free_port

USER = "zcw"
PASSWORD = "only-for-this-test"


def postgres_folder() -> Path | None:
    """Return the folder of PostgreSQL's programs on this machine, the newest first, or None.

    ``ZCW_POSTGRES`` names another one, such as one with TimescaleDB.
    """
    if given := os.environ.get("ZCW_POSTGRES"):
        return Path(given)
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return Path(there).parent if there else None


@dataclass
class Postgres:
    """A server that can be stopped and started again on the same port.

    Args:
        programs: Folder of its programs.
        folder: Where its data goes.
        port: Where it listens.
        settings: More settings, such as libraries to load at its start.
    """

    programs: Path
    folder: Path
    port: int
    settings: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Return the address of its database, without the password."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        """Make the server's data: one user, who must give a password."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD, "utf-8")
        self._own(self.folder, secret)
        arguments = ["--username", USER, "--pwfile", secret, "--auth", "scram-sha-256", "--no-sync"]
        self._run("initdb", "--pgdata", self.folder / "data", "--encoding", "UTF8", *arguments)

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder} -c fsync=off -c timezone=Asia/Shanghai"
        options += "".join(f" -c {setting}" for setting in self.settings)
        self._run(
            "pg_ctl", "start", "-w", "-t", "20", "-l", self.folder / "log", "-o", options, *self._data()
        )

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", *self._data())

    def _data(self) -> tuple[str, Path]:
        return "--pgdata", self.folder / "data"

    def _run(self, program: str, *arguments: str | Path) -> None:
        # As root it refuses to run; the package brings a user of its own.
        user = "postgres" if os.geteuid() == 0 else None
        done = subprocess.run(
            [self.programs / program, *arguments],
            check=False,
            user=user,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=60,
            text=True,
        )
        assert done.returncode == 0, done.stderr

    def _own(self, *paths: Path) -> None:
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            for path in paths:
                os.chown(path, user.pw_uid, user.pw_gid)


@contextlib.contextmanager
def postgres(*settings: str) -> Iterator[Postgres]:
    """Run a PostgreSQL for as long as the context lasts."""
    programs = postgres_folder()
    assert programs is not None, "mark the test with pytest.mark.postgres"
    with tempfile.TemporaryDirectory(prefix="zcw-postgres-") as folder:
        server = Postgres(programs, Path(folder), free_port(), settings)
        server.make()
        server.start()
        try:
            yield server
        finally:
            with contextlib.suppress(AssertionError):
                server.stop()
