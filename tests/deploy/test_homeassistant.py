"""The add-on: its manifest, its texts, and its start against a Supervisor that is only spoken to over HTTP."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.conftest import REPOSITORY
from tests.support.programs import zcw

ADDON = REPOSITORY / "deploy" / "homeassistant" / "zcw"
REQUIRED = ("name", "version", "slug", "description", "arch")
"""Source: Home Assistant's documentation of the add-on configuration."""
OPTION = re.compile(
    r"(?:str|bool|email|url|port|match\(.*\)|(?:int|float)(?:\(-?[\d.]*,-?[\d.]*\))?|list\([\w|]+\))\??"
)


def read(name: str) -> Any:
    return YAML(typ="safe").load((ADDON / name).read_text("utf-8"))


def test_the_manifest_has_what_it_needs() -> None:
    manifest = read("config.yaml")
    assert all(manifest[name] for name in REQUIRED)
    assert re.fullmatch(r"[-_.A-Za-z0-9]+", manifest["slug"])
    assert manifest["ingress"] is True and manifest["ingress_stream"] is True
    assert set(manifest["arch"]) == set(read("build.yaml")["build_from"])
    assert all(OPTION.fullmatch(kind) for kind in manifest["schema"].values())
    assert set(manifest["options"]) <= set(manifest["schema"])
    version = next(
        line
        for line in (REPOSITORY / "pyproject.toml").read_text().splitlines()
        if line.startswith("version")
    )
    assert manifest["version"] in version


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_every_option_is_explained(language: str) -> None:
    texts, manifest = read(f"translations/{language}.yaml"), read("config.yaml")
    assert set(texts["configuration"]) == set(manifest["schema"])
    assert set(texts["network"]) == set(manifest["ports"])
    assert all(text["name"] and text["description"] for text in texts["configuration"].values())


class Supervisor(BaseHTTPRequestHandler):
    """Answers for the broker's data as the Supervisor does."""

    def do_GET(self) -> None:
        known = self.path == "/services/mqtt" and self.headers["Authorization"] == "Bearer token"
        data = {
            "host": "core-mosquitto",
            "port": 1883,
            "ssl": False,
            "username": "addons",
            "password": "hunter2",
        }
        body = json.dumps({"result": "ok", "data": data}).encode()
        self.send_response(200 if known else 403)
        self.end_headers()
        self.wfile.write(body if known else b"{}")

    def log_message(self, *words: Any) -> None:
        pass


@pytest.fixture
def supervisor() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Supervisor) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(5)


PROBE = """
import os, runpy, sys, json
os.execvp = lambda file, words: (print(json.dumps([words, os.environ.get("ZCW_MQTT_PASSWORD")])), sys.exit(0))
runpy.run_path(sys.argv[1], run_name="__main__")
"""


def started(folder: Path, options: dict[str, Any], **environment: str) -> tuple[list[str], str | None, str]:
    """Start the add-on; return the command that it becomes, the password in its environment, and what it says."""
    (folder / "options.json").write_text(json.dumps(options))
    answer = subprocess.run(
        [sys.executable, "-c", PROBE, str(ADDON / "start.py")],
        env={"ZCW_OPTIONS": str(folder / "options.json"), "ZCW_CONFIG": str(folder / "config"), **environment},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    *said, last = answer.stdout.splitlines()
    words, password = json.loads(last)
    return words, password, "\n".join(said)


def test_it_starts_as_a_demo_that_ingress_may_frame(tmp_path: Path, supervisor: str) -> None:
    words, _, _ = started(tmp_path, read("config.yaml")["options"], ZCW_SUPERVISOR=supervisor)
    assert words[1:] == ["demo", "--host", "0.0.0.0", "--trusted-proxy", "172.30.32.2", "--speed", "20"]


def test_the_first_run_writes_a_sound_configuration_with_the_broker_and_without_its_password(
    tmp_path: Path, supervisor: str
) -> None:
    words, password, said = started(
        tmp_path, {"mode": "run"}, ZCW_SUPERVISOR=supervisor, SUPERVISOR_TOKEN="token"
    )
    file = tmp_path / "config" / "zcw.yaml"
    assert words[1:] == ["run", "--config", str(file)]
    assert password == "hunter2" and "hunter2" not in file.read_text() + said
    content = YAML(typ="safe").load(file.read_text())
    assert content["broker"]["host"] == "core-mosquitto" and content["broker"]["username"] == "addons"
    assert content["api"]["trusted_proxies"] == ["172.30.32.2"]
    assert file.read_text().count("#") > 20, "the example is worth its comments"
    answer = zcw("config", "check", str(file))
    assert answer.returncode == 0, answer.stderr


def test_an_owners_configuration_is_left_alone(tmp_path: Path, supervisor: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "zcw.yaml").write_text("mine\n")
    started(tmp_path, {"mode": "run"}, ZCW_SUPERVISOR=supervisor, SUPERVISOR_TOKEN="token")
    assert (tmp_path / "config" / "zcw.yaml").read_text() == "mine\n"


def test_without_a_broker_from_the_supervisor_it_says_so_and_goes_on(tmp_path: Path, supervisor: str) -> None:
    words, password, said = started(tmp_path, {"mode": "run"}, ZCW_SUPERVISOR=supervisor)
    assert words[1] == "run" and password is None
    assert "no broker from the Supervisor" in said
