"""The container and its neighbours, as far as they can be tried without a container engine."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.conftest import REPOSITORY
from tests.support.programs import zcw

DEPLOY = REPOSITORY / "deploy"
COMPOSE = DEPLOY / "compose"
needs_tools = pytest.mark.skipif(
    not (shutil.which("openssl") and shutil.which("mosquitto_passwd")),
    reason="no openssl or mosquitto_passwd on this machine (Debian: apt-get install openssl mosquitto)",
)


def read(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text("utf-8"))


def instructions(path: Path) -> list[tuple[str, str]]:
    """The lines of a Dockerfile: instruction and the rest, continued lines joined."""
    text = path.read_text("utf-8").replace("\\\n", " ")
    lines = (line.strip() for line in text.splitlines())
    return [tuple(line.split(None, 1)) for line in lines if line and not line.startswith("#")]  # type: ignore[misc]


def test_the_file_is_what_the_specification_of_compose_knows() -> None:
    words = ["check-jsonschema", "--builtin-schema", "vendor.compose-spec"]
    said = subprocess.run(
        [Path(sys.executable).with_name(words[0]), *words[1:], COMPOSE / "compose.yaml"],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize("name", ["broker", "controller"])
def test_no_container_is_root_or_may_write_outside_its_own_data(name: str) -> None:
    service = read(COMPOSE / "compose.yaml")["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"].split(":")[0]) > 1_000
    mounts = [mount.split(":") for mount in service["volumes"]]
    assert all(mount[-1] == "ro" for mount in mounts if mount[0].startswith("."))


def test_the_page_is_not_open_to_the_network_by_itself() -> None:
    assert read(COMPOSE / "compose.yaml")["services"]["controller"]["ports"] == ["127.0.0.1:8377:8377"]


def test_the_image_runs_as_a_number_and_says_how_it_is() -> None:
    lines = instructions(COMPOSE / "Dockerfile")
    last_stage = lines[max(index for index, (word, _) in enumerate(lines) if word == "FROM") :]
    said = dict(last_stage)
    assert said["USER"] == "10001:10001"
    assert "/healthz" in said["HEALTHCHECK"]
    assert said["ENTRYPOINT"] == '["/opt/zcw/bin/zcw"]'
    assert "apt-get" not in str(last_stage)


def test_every_file_that_the_image_is_made_from_is_there() -> None:
    for word, rest in instructions(COMPOSE / "Dockerfile"):
        if word == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (REPOSITORY / source).exists(), source


def test_the_constraints_of_the_image_name_every_locked_version(tmp_path: Path) -> None:
    command = next(
        rest for word, rest in instructions(COMPOSE / "Dockerfile") if word == "RUN" and "sed" in rest
    )
    sed = command.split("&&")[0].replace("requirements.lock", str(REPOSITORY / "requirements.lock"))
    subprocess.run(["sh", "-c", sed], cwd=tmp_path, check=True, timeout=10)
    lines = [line for line in (tmp_path / "constraints.txt").read_text("utf-8").splitlines() if line.strip()]
    assert len(lines) > 50
    assert all("==" in line and "--hash" not in line and not line.endswith("\\") for line in lines)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the compose folder after ``prepare.sh``, run twice."""
    deploy = tmp_path_factory.mktemp("deploy") / "deploy"
    shutil.copytree(DEPLOY, deploy)
    for _ in range(2):
        subprocess.run(["sh", "prepare.sh", "gateway.local"], cwd=deploy / "compose", check=True, timeout=30)
    return deploy / "compose"


@needs_tools
def test_the_first_configuration_is_sound(prepared: Path) -> None:
    answer = zcw("config", "check", str(prepared / "config" / "zcw.yaml"))
    assert answer.returncode == 0, answer.stderr
    assert "TLS" in answer.stdout


@needs_tools
def test_the_certificate_is_for_the_gateway_and_for_the_neighbour(prepared: Path) -> None:
    for name in ("gateway.local", "broker"):
        command = ["openssl", "verify", "-CAfile", "secrets/authority.pem", "-verify_hostname", name]
        subprocess.run([*command, "secrets/broker/broker.pem"], cwd=prepared, check=True, timeout=10)


@needs_tools
def test_secrets_are_for_their_owners_only_and_not_the_same_twice(prepared: Path) -> None:
    secrets = [file for file in (prepared / "secrets").rglob("*") if file.is_file()]
    assert all(file.stat().st_mode & 0o077 == 0 for file in secrets)
    words = {
        (prepared / "secrets" / name).read_text() for name in ("controller/mqtt-password", "devices.password")
    }
    assert len(words) == 2 and all(len(word) == 32 for word in words)
    ignored = (COMPOSE / ".gitignore").read_text().split()
    assert ignored == ["secrets/", "config/"]


def test_a_name_is_needed(tmp_path: Path) -> None:
    answer = subprocess.run(
        ["sh", str(COMPOSE / "prepare.sh")],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=10,
    )
    assert answer.returncode == 2 and "gateway.local" in answer.stderr
