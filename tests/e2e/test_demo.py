"""``zcw demo`` as a newcomer starts it: embedded broker, house on the wire, controller, page, clean end."""

import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.brokers import free_port
from tests.support.programs import ZCW, Program, call, program, until, zcw


def page_of(running: Program) -> str:
    """The address that the demo prints."""
    until(
        lambda: "Open the page:" in running.err.text or running.process.poll() is not None,
        within_s=30,
        what="the address of the page",
    )
    found = re.search(r"Open the page:\s+(http\S+)/", running.err.text)
    assert found, running.err.text
    return found[1]


@pytest.mark.parametrize("layout", ["house", pytest.param("house-cold-return", marks=pytest.mark.slow)])
def test_the_house_gets_hot_water_before_the_tap_opens_and_all_ends_clean(layout: str) -> None:
    with program(ZCW, "demo", "--port", "0", "--speed", "60", "--layout", layout) as running:
        url = page_of(running)
        assert call(f"{url}/api/v1/state")[1]["speed"] == 60
        until(lambda: call(f"{url}/healthz")[0] == 200, within_s=10, what="healthy")
        until(lambda: "opened: hot" in running.err.text, within_s=30, what="a hot tap")
        until(
            lambda: len(call(f"{url}/api/v1/runs")[1]["runs"]) > 0, within_s=10, what="a run in the history"
        )
        loop = call(f"{url}/api/v1/state")[1]["loops"][0]
        assert loop["pump"] in ("on", "off")
        assert all(reading["fresh"] for reading in loop["temperatures"])
        began = time.monotonic()
        running.interrupt()
        assert running.ended(10) == 0
        assert time.monotonic() - began < 6
        assert "Traceback" not in running.err.text and "Task was destroyed" not in running.err.text


def test_a_preheat_over_rest_moves_the_simulated_pump() -> None:
    with program(ZCW, "demo", "--port", "0", "--speed", "60", "--seed", "3") as running:
        url = page_of(running)
        until(lambda: call(f"{url}/healthz")[0] == 200, within_s=10, what="healthy")
        assert call(f"{url}/api/v1/mode", {"mode": "manual"}, method="PUT")[0] == 200
        until(
            lambda: call(f"{url}/api/v1/state")[1]["loops"][0]["pump"] == "off", within_s=10, what="at rest"
        )
        until(lambda: _preheat(url), within_s=10, what="a wish that is not met yet")
        until(lambda: call(f"{url}/api/v1/state")[1]["loops"][0]["pump"] == "on", within_s=10, what="running")
        call(f"{url}/api/v1/stop", {})
        until(
            lambda: call(f"{url}/api/v1/state")[1]["loops"][0]["pump"] == "off", within_s=10, what="stopped"
        )


def _preheat(url: str) -> bool:
    status, answer = call(f"{url}/api/v1/preheat", {"fixture": "shower", "minutes": 5})
    assert status == 202, answer
    return bool(answer["running"] or answer["reason"]["code"] in ("min_rest", "just_started_up"))


@pytest.mark.slow
def test_a_port_in_use_is_one_clear_message() -> None:
    with program(ZCW, "demo", "--port", "0") as running:
        port = page_of(running).rpartition(":")[2]
        answer = zcw("demo", "--port", port)
    assert answer.returncode == 1 and f"port {port}" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.slow
@pytest.mark.mosquitto
@pytest.mark.skipif(shutil.which("mosquitto_sub") is None, reason="apt-get install mosquitto-clients")
def test_the_printed_command_shows_what_devices_and_controller_say(tmp_path: Path) -> None:
    port = free_port()
    with program(ZCW, "demo", "--port", "0", "--broker-port", str(port)) as running:
        page_of(running)
        command = re.search(r"(mosquitto_sub -p \d+ -v) -t '#'", running.err.text)
        assert command and f" {port} " in command[1]
        words = [*command[1].split(), "-t", "#", "-C", "30", "-W", "20"]
        said = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
        assert said.returncode == 0 and "zigbee2mqtt/" in said.stdout and "tele/" in said.stdout
        answer = zcw("demo", "--port", "0", "--broker-port", str(port))
        assert answer.returncode == 1 and f"port {port}" in answer.stderr
        assert "Traceback" not in answer.stderr


def test_an_unknown_layout_names_the_known_ones(tmp_path: Path) -> None:
    for layout in ("houes", str(tmp_path / "absent.yaml")):
        answer = zcw("demo", "--layout", layout)
        assert answer.returncode == 2
        assert "house" in answer.stderr and "Traceback" not in answer.stderr
