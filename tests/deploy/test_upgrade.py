"""Upgrade and rollback between real versions: a wheel of an earlier commit, this one, and one that is yet to come."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from controller.storage.migrations import schema_files
from tests.conftest import REPOSITORY
from tests.support.brokers import Mosquitto, free_port, mosquitto
from tests.support.programs import Wire, call, program, until

SECOND_FORMAT = "controller/storage/schema/0002_sessions_have_names.sql"
"""The commit before the one that brought this file is the last version that knew the first format of the data only."""
START = "import sys; sys.argv[0] = 'zcw'; from api.cli import main; main()"
TOPIC = "zigbee2mqtt/pipe"

pytestmark = [pytest.mark.slow, pytest.mark.mosquitto]


@dataclass(frozen=True)
class Version:
    """One version of the product, in a folder of its own, with this machine's libraries."""

    folder: Path

    @property
    def words(self) -> list[str]:
        return [sys.executable, "-P", "-c", START]

    @property
    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": str(self.folder), "NO_COLOR": "1"}

    def zcw(self, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.words, *words], cwd=cwd, env=os.environ | self.environment,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip


def git(*words: str) -> str:
    said = subprocess.run(["git", *words], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return said.stdout.strip()


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Version:
    """A wheel built from the last commit that knew the first format of the data only."""
    brought = git("log", "--diff-filter=A", "--format=%H", "--", SECOND_FORMAT)
    before = git("rev-parse", "--verify", "--quiet", f"{brought.splitlines()[-1]}^") if brought else ""
    if not before:  # in a shallow clone the commit is there, and nothing before it
        pytest.skip("this is no checkout with its history, so there is no earlier version to build")
    folder = tmp_path_factory.mktemp("older")
    packed = folder / "source.tar"
    subprocess.run(["git", "archive", "-o", packed, before], cwd=REPOSITORY, check=True)
    with tarfile.open(packed) as archive:
        archive.extractall(folder / "source", filter="data")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", folder, folder / "source"], check=True, timeout=100)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "installed")
    # The page is built at set-up, and is not what this is about.
    shutil.copytree(
        REPOSITORY / "api" / "dashboard", folder / "installed" / "api" / "dashboard", dirs_exist_ok=True
    )
    return Version(folder / "installed")


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Version:
    """This version with one more step of the data's format, which says that we can live with it."""
    folder = tmp_path_factory.mktemp("newer")
    for name in ("api", "controller", "simulator"):
        shutil.copytree(
            REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("web", "__pycache__", "*.so")
        )
    known = len(schema_files())
    step = folder / "controller" / "storage" / "schema" / f"{known + 1:04}_people.sql"
    step.write_text(
        f"-- works for format {known}: nobody has to know people\nCREATE TABLE people (name TEXT);\n"
    )
    return Version(folder)


THIS = Version(REPOSITORY)


@pytest.fixture
def broker() -> Iterator[Mosquitto]:
    with mosquitto() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, broker: Mosquitto) -> Path:
    """A folder with a configuration, as it has been written since the first version."""
    (tmp_path / "zcw.yaml").write_text(
        f"""
site: {{time_zone: Europe/Berlin}}
broker: {{host: 127.0.0.1, port: {broker.port}}}
api: {{port: {free_port()}}}
storage: {{path: zcw.sqlite}}
devices: {{plug: {{family: tasmota, topic: plug}}, pipe: {{family: zigbee2mqtt, name: pipe}}}}
loops:
  - topology: dedicated_return
    pump: {{device: plug}}
    sensors: {{return: {{device: pipe}}}}
    fixtures: [kitchen]
    strategies: [{{type: on_demand}}]
""",
        "utf-8",
    )
    return tmp_path


@dataclass
class Running:
    """A controller at work, over its REST service."""

    url: str
    wire: Wire

    def set_mode(self, mode: str) -> None:
        assert call(f"{self.url}/api/v1/mode", {"mode": mode}, method="PUT")[0] == 200

    def feel(self, value_c: float) -> None:
        """Let the sensor say a temperature until it is in the history."""

        def heard() -> bool:
            self.wire.publish(TOPIC, f'{{"temperature": {value_c}}}')
            return value_c in self.temperatures()

        until(heard, within_s=15, what=f"{value_c} in the history")

    def mode(self) -> str:
        return str(call(f"{self.url}/api/v1/state")[1]["mode"])

    def temperatures(self) -> set[float]:
        answer: dict[str, Any] = call(f"{self.url}/api/v1/temperatures?max_points=500")[1]
        return {float(found) for found in re.findall(r"\d+\.\d+", str(answer))}


@contextlib.contextmanager
def running(version: Version, home: Path, broker: Mosquitto) -> Iterator[Running]:
    """A version at work in a home; it ends as it would for an upgrade."""
    port = re.search(r"api: \{port: (\d+)", (home / "zcw.yaml").read_text("utf-8"))
    assert port
    words = (*version.words, "run", "--config", str(home / "zcw.yaml"))
    with program(*words, **version.environment) as one:
        until(
            lambda: "controlling" in one.err.text or one.process.poll() is not None,
            within_s=30, what="it controls",
        )  # fmt: skip
        assert one.process.poll() is None, one.err.text
        yield Running(f"http://127.0.0.1:{port[1]}", Wire(broker.port))
        one.terminate()
        assert one.ended(15) == 0, one.err.text
        assert "Traceback" not in one.err.text


def test_an_upgrade_keeps_everything_and_the_way_back_is_told_and_works(
    older: Version, home: Path, broker: Mosquitto
) -> None:
    data = home / "zcw.sqlite"
    with running(older, home, broker) as first:
        first.set_mode("manual")
        first.feel(31.25)
    with running(THIS, home, broker) as upgraded:
        assert upgraded.mode() == "manual" and 31.25 in upgraded.temperatures()
        upgraded.set_mode("off")
        upgraded.feel(42.75)
    before = data.read_bytes()
    refused = older.zcw("run", "--config", str(home / "zcw.yaml"), cwd=home)
    assert refused.returncode != 0 and "newer version" in refused.stderr and "Traceback" not in refused.stderr
    assert data.read_bytes() == before
    (home / "zcw.sqlite.v1").replace(data)  # the copy that the upgrade kept
    with running(older, home, broker) as back:
        assert back.mode() == "manual"
        assert 31.25 in back.temperatures() and 42.75 not in back.temperatures()


def test_a_backup_of_an_earlier_version_is_restored_and_one_of_ours_refused_by_it(
    older: Version, home: Path, broker: Mosquitto
) -> None:
    with running(older, home, broker) as first:
        first.set_mode("manual")
        first.feel(31.25)
    made = older.zcw("backup", "old.zip", cwd=home)
    assert made.returncode == 0, made.stderr
    (home / "zcw.sqlite").unlink()
    restored = THIS.zcw("restore", "old.zip", cwd=home)
    assert restored.returncode == 0, restored.stderr
    with running(THIS, home, broker) as one:
        assert one.mode() == "manual" and 31.25 in one.temperatures()
    assert THIS.zcw("backup", "new.zip", cwd=home).returncode == 0
    before = (home / "zcw.sqlite").read_bytes()
    refused = older.zcw("restore", "new.zip", cwd=home)
    assert refused.returncode != 0 and "newer version" in refused.stderr and "Traceback" not in refused.stderr
    assert (home / "zcw.sqlite").read_bytes() == before


def test_a_rollback_from_a_version_that_we_can_live_with_keeps_what_came_after_the_upgrade(
    newer: Version, home: Path, broker: Mosquitto
) -> None:
    with running(THIS, home, broker) as first:
        first.feel(31.25)
    with running(newer, home, broker) as upgraded:
        upgraded.set_mode("manual")
        upgraded.feel(42.75)
    with running(THIS, home, broker) as back:
        assert back.mode() == "manual" and {31.25, 42.75} <= back.temperatures()
        back.feel(37.5)
    with running(newer, home, broker) as again:
        assert {31.25, 42.75, 37.5} <= again.temperatures()
