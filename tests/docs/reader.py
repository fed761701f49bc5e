"""A reader who does what a page says: types its commands, saves its files, and leaves a server running for what comes next."""

import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.docs.blocks import Block
from tests.support.brokers import free_port, mosquitto

WITHIN_S = 420.0
"""Longest command."""
SERVES = re.compile(r"^(make demo|zcw (demo|run))\b")
PASSWORD = "correct horse battery staple"
_KEPT = re.compile(r"^([A-Z_]+)=(\$\(.*\))$")
_CURL_TIMED_OUT = 28
_FINDINGS = (1, 2)
"""What ``zcw doctor`` ends with where it finds something, as it does without the devices of a page."""


class Reader:
    """One reading of one page, in a folder of its own.

    Args:
        folder: Where the reader is.
        broker_port: Where a broker listens.
    """

    def __init__(self, folder: Path, broker_port: int) -> None:
        self._folder = folder
        self._broker_port = broker_port
        self._port = free_port()
        self._server: subprocess.Popen[str] | None = None
        self._serves = ""
        for entry in REPOSITORY.iterdir():  # pages speak of files of the project by their path
            if entry.name not in (".git", "artifacts", "zcw.yaml", "build"):
                (folder / entry.name).symlink_to(entry)
        self._environment = os.environ | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "NO_COLOR": "1",
        }

    def follow(self, block: Block) -> None:
        """Do what a block says; an ``AssertionError`` tells what did not work."""
        if block.file:
            (self._folder / block.file).write_text(block.text, "utf-8")
            return
        for command in block.commands():
            self._type(self._here(command), block)
            self._lead_to_our_broker()

    def end(self) -> None:
        """Leave nothing running."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            try:
                self._server.communicate(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(self._server.pid, signal.SIGKILL)
                self._server.communicate()
            self._server = None

    def _here(self, command: str) -> str:
        """The command as it has to be typed on this machine: its ports, and its names of hosts."""
        command = re.sub(r"(?:\./)?\.venv/bin/zcw\b", "zcw", command)
        command = command.replace("127.0.0.1:8377", f"127.0.0.1:{self._port}")
        command = command.replace("gateway.local:8377", f"127.0.0.1:{self._port}")
        command = command.replace("mosquitto_pub -h localhost", f"mosquitto_pub -p {self._broker_port}")
        return command.replace(
            "--host gateway.local", f"--host 127.0.0.1 --port {self._broker_port} --seconds 2"
        )

    def _type(self, command: str, block: Block) -> None:
        if SERVES.match(command):
            self._serve(command, block)
            return
        if kept := _KEPT.match(command):
            command = f"echo {kept[2]}"
        if command.startswith("curl "):
            if "demo" not in self._serves:
                self._serve("zcw demo", block)
            command = command.replace("curl ", "curl --silent --show-error --fail-with-body --max-time 5 ", 1)
        said = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=self._folder,
            env=self._environment,
            input=f"{PASSWORD}\n{PASSWORD}\n",  # for the one command that asks for something
            capture_output=True,
            text=True,
            timeout=WITHIN_S,
            check=False,
        )
        if kept:
            self._environment[kept[1]] = said.stdout.strip()
        found = command.startswith("zcw doctor") and said.returncode in _FINDINGS and said.stdout
        streaming = command.startswith("curl ") and said.returncode == _CURL_TIMED_OUT and said.stdout
        assert said.returncode == 0 or streaming or found, (
            f"{block.where}: {command} ended with {said.returncode}\n{said.stdout[-2000:]}\n{said.stderr[-2000:]}"
        )
        assert "Traceback" not in said.stderr, f"{block.where}: {command}\n{said.stderr[-4000:]}"

    def _serve(self, command: str, block: Block) -> None:
        self.end()
        self._serves = command
        words = shlex.split(command)
        if words[:2] == ["make", "demo"]:
            given = next((word[5:] for word in words if word.startswith("ARGS=")), "")
            words = ["make", "demo", f"ARGS={given} --port {self._port}"]
        elif words[1] == "demo":
            words += ["--port", str(self._port), "--speed", "20"]
        self._server = subprocess.Popen(
            words,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        deadline = time.monotonic() + 60
        while not self._answers():
            ended = self._server.poll() is not None
            if ended or time.monotonic() > deadline:
                self._server.kill()
                _, said = self._server.communicate()
                raise AssertionError(f"{block.where}: {command} does not serve\n{said[-4000:]}")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError:
            return "run" in self._serves  # without its devices it says that something is missing
        except OSError:
            return False

    def _lead_to_our_broker(self) -> None:
        configuration = self._folder / "zcw.yaml"
        if configuration.is_file():
            text = configuration.read_text("utf-8").replace("port: 8377", f"port: {self._port}")
            if f"port: {self._broker_port}" not in text:
                text = text.replace("host: localhost", f"host: localhost\n  port: {self._broker_port}", 1)
            configuration.write_text(text, "utf-8")


@contextlib.contextmanager
def reader() -> Iterator[Reader]:
    """A reader with a broker on the machine, as every page takes for granted."""
    with tempfile.TemporaryDirectory(prefix="zcw-reader-") as folder, mosquitto() as broker:
        reading = Reader(Path(folder), broker.port)
        try:
            yield reading
        finally:
            reading.end()
