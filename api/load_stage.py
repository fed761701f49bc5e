"""The stage of a load test: a Mosquitto and a controller of our own on loopback, and what a process uses."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from controller.core.errors import ZcwError

START_WITHIN_S: Final = 60.0


class Footprint(NamedTuple):
    """What a process uses now.

    Args:
        rss_mb: Resident memory.
        files: Open files.
        threads: Threads.
        cpu_s: Processor time since its start.
    """

    rss_mb: float
    files: int
    threads: int
    cpu_s: float

    @classmethod
    def of(cls, pid: int) -> "Footprint":
        """Read it from Linux.

        Raises:
            ZcwError: The process is gone, or this is not Linux.
        """
        place = Path(f"/proc/{pid}")
        try:
            status = (place / "status").read_text("utf-8")
            files = len(list((place / "fd").iterdir()))
            ticks = (place / "stat").read_text("utf-8").rpartition(")")[2].split()
        except OSError as error:
            raise ZcwError(f"the controller's process cannot be looked at: {error}") from error
        value = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        cpu_s = (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
        return cls(int(value["VmRSS"].split()[0]) / 1024, files, int(value["Threads"]), cpu_s)


def busy_s() -> float:
    """Return how long this machine's processors have worked since it was switched on, all together, in seconds.

    Source: proc(5), /proc/stat; waiting for a disk is no work.
    """
    with open("/proc/stat", encoding="ascii") as told:
        user, nice, system, _idle, _waiting, *interrupts = map(int, told.readline().split()[1:8])
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def mosquitto(folder: Path) -> Iterator[tuple[int, int]]:
    """Run a broker and give the number of its process and its port.

    Raises:
        ZcwError: There is none on this machine, or it does not start.
    """
    program = shutil.which("mosquitto") or shutil.which("/usr/sbin/mosquitto")
    if program is None:
        raise ZcwError(
            "there is no Mosquitto to flood; install it, for instance with: apt-get install mosquitto"
        )
    port = free_port()
    config = folder / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n", "utf-8")
    with _running([program, "-c", str(config)]) as process:
        _until(lambda: _listens(port), process, "Mosquitto does not start")
        yield process.pid, port


@contextlib.contextmanager
def controller(config: Path, api_port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``zcw run`` and give its process.

    Raises:
        ZcwError: It does not start.
    """
    with _running(
        [sys.executable, "-c", "from api.cli import main; main()", "run", "--config", str(config)]
    ) as process:
        _until(lambda: _listens(api_port), process, "the controller does not start")
        yield process


@contextlib.contextmanager
def _running(words: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(15)


def _until(condition: Callable[[], bool], process: subprocess.Popen[bytes], what: str) -> None:
    ends = time.monotonic() + START_WITHIN_S
    while not condition():
        if process.poll() is not None or time.monotonic() > ends:
            raise ZcwError(f"{what} (exit code {process.poll()})")
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
