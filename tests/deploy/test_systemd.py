"""The system service: its unit as systemd reads it, and the real program talking to a notification socket."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.support.brokers import free_port
from tests.support.programs import ZCW

UNIT = REPOSITORY / "deploy" / "systemd" / "zcw.service"
ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(
    ANALYZE is None, reason="no systemd-analyze on this machine (Debian: apt-get install systemd)"
)
WITHIN_S = 20.0


@needs_systemd
def test_the_unit_is_hardened() -> None:
    assert ANALYZE is not None
    said = subprocess.run(
        [ANALYZE, "security", "--offline=true", str(UNIT)],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    ).stdout
    found = re.search(r"Overall exposure level for zcw\.service: ([\d.]+)", said)
    assert found is not None, said
    assert float(found[1]) <= 1.5


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    assert ANALYZE is not None
    here = tmp_path / "zcw.service"
    here.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/zcw/bin/zcw", ZCW), encoding="utf-8")
    said = subprocess.run(
        [ANALYZE, "verify", str(here)], capture_output=True, text=True, check=False, timeout=30
    )
    assert (said.returncode, said.stdout + said.stderr) == (0, "")


def configuration(folder: Path) -> Path:
    file = folder / "zcw.yaml"
    file.write_text(
        f"""
site: {{time_zone: Europe/Berlin}}
broker: {{host: 127.0.0.1, port: {free_port()}}}
api: {{port: {free_port()}}}
devices: {{plug: {{family: tasmota, topic: plug}}, pipe: {{family: zigbee2mqtt, name: pipe}}}}
loops:
  - topology: dedicated_return
    pump: {{device: plug}}
    sensors: {{return: {{device: pipe}}}}
    fixtures: [kitchen]
    strategies: [{{type: on_demand}}]
""",
        encoding="utf-8",
    )
    return file


@contextmanager
def under_systemd(folder: Path, watchdog_s: float) -> Iterator[tuple[subprocess.Popen[bytes], socket.socket]]:
    """``zcw run`` with a notification socket, as systemd would start it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(folder / "notify"))
        line.settimeout(WITHIN_S)
        environment = {
            **os.environ,
            "NOTIFY_SOCKET": str(folder / "notify"),
            "WATCHDOG_USEC": str(round(watchdog_s * 1e6)),
        }
        command = [sys.executable, ZCW, "run", "--config", str(configuration(folder))]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        try:
            yield process, line
        finally:
            process.kill()
            process.wait(10)


def test_the_service_says_that_it_is_ready_alive_and_ending(tmp_path: Path) -> None:
    with under_systemd(tmp_path, watchdog_s=0.3) as (process, line):
        first = line.recv(1_000).decode()
        assert first.startswith("READY=1\nSTATUS=controlling ")
        assert [line.recv(1_000) for _ in range(3)] == [b"WATCHDOG=1"] * 3
        process.send_signal(signal.SIGTERM)
        said = [line.recv(1_000)]
        while said[-1] == b"WATCHDOG=1":
            said.append(line.recv(1_000))
        assert said[-1] == b"STOPPING=1"
        assert process.wait(10) == 0


def test_a_frozen_controller_is_silent(tmp_path: Path) -> None:
    with under_systemd(tmp_path, watchdog_s=0.3) as (process, line):
        assert line.recv(1_000).startswith(b"READY=1")
        line.recv(1_000)
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        line.settimeout(0.5)
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            while time.monotonic() - began < WITHIN_S:
                line.recv(1_000)
