"""The wheel holds everything that the program needs besides its modules."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

DATA = [
    "api/dashboard/index.html",
    "api/dashboard/main.js",
    "api/dashboard/style.css",
    "controller/devices/templates/tasmota.yaml",
    "controller/devices/templates/zigbee2mqtt.yaml",
    "controller/devices/templates/generic.yaml",
    "controller/storage/schema/0001_journal.sql",
    "simulator/catalogue.yaml",
    "simulator/pipe_losses.csv",
    "simulator/layouts/villa.yaml",
    "simulator/layouts/house.yaml",
    "simulator/layouts/house-cold-return.yaml",
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    built = [f"api/dashboard/{file.name}" for file in (REPOSITORY / "api" / "dashboard").iterdir()]
    for name in (*tracked.stdout.splitlines(), *built):
        if (REPOSITORY / name).is_file() and not name.startswith("tests/"):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((REPOSITORY / name).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(source)], check=True, timeout=100)
    return next(folder.glob("*.whl"))


@pytest.mark.parametrize("name", DATA)
def test_the_wheel_holds_the_data_files(wheel: Path, name: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert name in archive.namelist()


def test_the_wheel_holds_the_page_and_not_what_it_is_built_from(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert not [name for name in archive.namelist() if name.startswith("api/web")]


def test_the_wheel_holds_nothing_of_the_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"api", "controller", "simulator"}


def test_the_program_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "from simulator.layout_file import load_layout; from controller.settings import settings_schema;"
        "import simulator; print(simulator.__file__, load_layout('house').name, len(settings_schema()))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.startswith(str(tmp_path)) and " house " in ran.stdout
