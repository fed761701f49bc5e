"""The wheel holds everything that the program needs besides its modules."""

import os
import shutil
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
    "controller/storage/central/0001_history.sql",
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


OFFLINE = """
import re, subprocess, sys, time
demo = subprocess.Popen(
    [sys.argv[1], "demo", "--port", "0", "--speed", "60"], stderr=subprocess.PIPE, text=True, env={"PATH": "/nowhere"}
)
said = []
for line in demo.stderr:
    said.append(line)
    if "opened: hot" in line:
        break
demo.send_signal(2)
rest = demo.communicate(timeout=20)[1]
print(demo.returncode, "opened: hot" in said[-1], "Traceback" in "".join(said) + rest)
"""


@pytest.mark.slow
@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("unshare"), reason="cutting off the network needs root"
)
def test_the_demo_runs_from_the_wheel_in_an_empty_environment_without_network_and_node(
    wheel: Path, tmp_path: Path
) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True, timeout=60)
    python, zcw = tmp_path / "venv/bin/python", tmp_path / "venv/bin/zcw"
    subprocess.run([python, "-m", "pip", "install", "--quiet", wheel], check=True, timeout=300)
    cut_off = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    ran = subprocess.run(
        [*cut_off, python, "-c", OFFLINE, zcw],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert ran.stdout.split() == ["0", "True", "False"], ran.stdout + ran.stderr
