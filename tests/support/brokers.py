"""Brokers for tests: a real Mosquitto, and the pure Python one that the demo embeds."""

import asyncio
import contextlib
import gc
import getpass
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

START_WITHIN_S = 10.0


def mosquitto_program() -> str | None:
    """Return the path of the Mosquitto broker on this machine, or None."""
    return shutil.which("mosquitto") or shutil.which("/usr/sbin/mosquitto")


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Mosquitto:
    """A Mosquitto of our own, on 127.0.0.1, that can be stopped and started again on the same port.

    Args:
        folder: Where its configuration and its log go.
        port: Where it listens.
        extra: Further lines of its configuration.
        anonymous: Lets everybody in.
    """

    folder: Path
    port: int = field(default_factory=free_port)
    extra: Sequence[str] = ()
    anonymous: bool = True
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it listens."""
        config = self.folder / "mosquitto.conf"
        config.write_text("\n".join(self._lines()) + "\n", "utf-8")
        program = mosquitto_program()
        assert program is not None, "mark the test with pytest.mark.mosquitto"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [program, "-c", str(config)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._wait_until_listening()

    def stop(self) -> None:
        """Stop it in good order; does nothing when it does not run."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Stop it the way a power cut does."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop it and start it again on the same port."""
        self.stop()
        self.start()

    def freeze(self) -> None:
        """Make it silent without closing any connection."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Undo ``freeze``."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    @property
    def log(self) -> Path:
        """Return the file with everything that it said."""
        return self.folder / "mosquitto.log"

    def _lines(self) -> Iterator[str]:
        yield f"listener {self.port} 127.0.0.1"
        yield f"allow_anonymous {str(self.anonymous).lower()}"
        yield "persistence false"
        yield f"user {getpass.getuser()}"  # as root it would change to a user who cannot read our folder
        yield "log_dest stderr"
        yield "connection_messages true"
        yield from self.extra

    def _wait_until_listening(self) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline:
            assert self._process is not None
            if self._process.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.01)
        raise AssertionError(f"Mosquitto does not listen on {self.port}:\n{self.log.read_text('utf-8')}")

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.send_signal(signal.SIGCONT)
        self._process.wait(timeout=START_WITHIN_S)
        self._process = None


@contextlib.contextmanager
def mosquitto(*extra: str, anonymous: bool = True, port: int | None = None) -> Iterator[Mosquitto]:
    """Run a Mosquitto for as long as the context lasts.

    Args:
        extra: Further lines of its configuration, such as ``password_file ...``.
        anonymous: Lets everybody in.
        port: Where it listens; a free port by default.
    """
    with tempfile.TemporaryDirectory(prefix="zcw-mosquitto-") as folder:
        broker = Mosquitto(Path(folder), port or free_port(), extra, anonymous)
        broker.start()
        try:
            yield broker
        finally:
            broker.stop()


@contextlib.asynccontextmanager
async def embedded_broker(port: int | None = None) -> AsyncIterator[int]:
    """Run the pure Python broker in this event loop for as long as the context lasts; gives its port.

    It speaks MQTT 3.1.1 only.
    """
    from amqtt.broker import Broker  # imported late: most tests do not need its second of start-up

    port = port or free_port()
    config = {
        "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    }
    broker = Broker(config, loop=asyncio.get_running_loop())
    await broker.start()
    try:
        yield port
    finally:
        await broker.shutdown()
        # It leaves connections to the garbage collector, which would complain in whatever test comes later.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
