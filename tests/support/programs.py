"""The real programs: ``zcw`` as a process of its own, and Mosquitto's command line clients."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

ZCW = str(Path(sys.executable).with_name("zcw"))


def until(condition: Callable[[], bool], *, within_s: float, what: str) -> float:
    """Wait for a condition and return how long it took; fail loudly when it does not come true in time."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > within_s:
            raise AssertionError(f"{what}: not within {within_s:g} s")
        time.sleep(0.01)
    return time.monotonic() - began


@dataclass
class Lines:
    """Lines that a process prints, collected by a thread, with the time at which each came."""

    stream: IO[str]
    seen: list[tuple[float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._thread.start()

    def _collect(self) -> None:
        for line in self.stream:
            self.seen.append((time.monotonic(), line.rstrip("\n")))

    @property
    def text(self) -> str:
        return "\n".join(line for _, line in self.seen)

    def close(self) -> None:
        self._thread.join(5)
        self.stream.close()


@dataclass
class Program:
    """A running process and what it says."""

    process: subprocess.Popen[str]
    out: Lines
    err: Lines

    def ended(self, within_s: float = 10.0) -> int:
        """Wait for the end and return the exit code."""
        return self.process.wait(within_s)

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)

    def rss_mb(self) -> float:
        """Resident memory in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


@contextlib.contextmanager
def program(*words: str, **environment: str) -> Iterator[Program]:
    """Run a program for as long as the context lasts; end it by its id."""
    process = subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
    )
    assert process.stdout is not None and process.stderr is not None
    running = Program(process, Lines(process.stdout), Lines(process.stderr))
    try:
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
        running.out.close()
        running.err.close()


@contextlib.contextmanager
def controller(config: Path, *, within_s: float = 20.0) -> Iterator[Program]:
    """Run ``zcw run`` until it controls."""
    with program(ZCW, "run", "--config", str(config)) as running:
        until(
            lambda: "controlling" in running.err.text or running.process.poll() is not None,
            within_s=within_s,
            what="zcw run controls",
        )
        assert running.process.poll() is None, running.err.text
        yield running


def zcw(*words: str, within_s: float = 60.0) -> subprocess.CompletedProcess[str]:
    """Run ``zcw`` to its end."""
    return subprocess.run(
        [ZCW, *words], capture_output=True, text=True, encoding="utf-8", timeout=within_s, check=False
    )


@dataclass
class Wire:
    """Mosquitto's own command line clients on one broker."""

    port: int

    def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        command = ["mosquitto_pub", "-p", str(self.port), "-t", topic, "-m", payload]
        subprocess.run(command + ["-r"] * retain, check=True, timeout=10)

    @contextlib.contextmanager
    def listening(self, *topics: str) -> Iterator[Lines]:
        """Collect ``topic payload`` lines."""
        filters = [word for topic in topics for word in ("-t", topic)]
        with program("mosquitto_sub", "-p", str(self.port), "-v", *filters) as listener:
            marker = f"tests/listening/{id(listener)}"
            with contextlib.suppress(subprocess.TimeoutExpired):
                listener.process.wait(0.2)
            assert listener.process.poll() is None, f"{marker}: {listener.err.text}"
            yield listener.out


def call(
    url: str, body: object = None, *, method: str | None = None, **headers: str
) -> tuple[int, dict[str, Any]]:
    """Call the REST service; return status and JSON."""
    data = None if body is None else json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    wanted = urllib.request.Request(
        url, data, {"Content-Type": "application/json", **names}, method=method or ("POST" if data else "GET")
    )
    try:
        with urllib.request.urlopen(wanted, timeout=10) as answer:
            return answer.status, json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or b"{}")
