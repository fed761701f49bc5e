"""Running the web side inside an event loop that belongs to someone else."""

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import h11
from anyio import to_thread
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from api.app import WebApp
from api.errors import UNREADABLE, problem
from api.security import CLOSE, HEADERS
from controller.core.errors import ZcwError

SHUTDOWN_S: Final = 1
"""Time that open requests get to finish."""
MOST_WORKERS: Final = 1
"""Threads for answers that are computed. They share the interpreter with the control loop, which has to get its turn
however many are waiting; by default there are forty."""
KEEP_ALIVE_S: Final = 15
REQUEST_WITHIN_S: Final = 10.0
"""Longest wait for the head of a request: a connection that says nothing is not worth its place."""
MOST_CONNECTIONS: Final = 500
"""Open connections at a time: well below the 1 024 files that a process may usually hold, so that however many
connect here, the broker and the data file can still be reached."""


MOST_OF_ONE: Final = 250
"""Connections of one address: however many one machine opens, there is room for the others."""
LOOK_S: Final = 30.0
LEAST_BYTES: Final = 16 * 1024
"""A reader who takes less of an answer in ``LOOK_S`` has gone, or means harm."""


class _Protocol(H11Protocol):
    """HTTP that bounds what connections may hold, and whose answer to garbage carries the headers of every other."""

    _giving_up: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the base does
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS or self._of_this_address() > MOST_OF_ONE:
            transport.abort()
        self._watch_the_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch_the_head()

    def _of_this_address(self) -> int:
        """Return how many connections come from where this one comes from."""
        return sum(_address(one) == _address(self) for one in self.connections)

    def pause_writing(self) -> None:
        """The reader is behind: it has to go on reading."""
        super().pause_writing()
        if self._stalled is None:
            self._look_again(self.transport.get_write_buffer_size())

    def _look_again(self, left: int) -> None:
        self._stalled = self.loop.call_later(LOOK_S, self._look_at_the_reader, left)

    def _look_at_the_reader(self, before: int) -> None:
        left = self.transport.get_write_buffer_size()
        if left > before - LEAST_BYTES:
            self.transport.abort()
        else:
            self._look_again(left)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_stalling()

    def _stop_stalling(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_watching()
        self._stop_stalling()
        super().connection_lost(exc)

    def _watch_the_head(self) -> None:
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete:
            self._stop_watching()
        elif self._giving_up is None:
            self._giving_up = self.loop.call_later(REQUEST_WITHIN_S, self.transport.close)

    def _stop_watching(self) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None

    def send_400_response(self, msg: str) -> None:
        answer = problem(UNREADABLE, msg, headers=CLOSE)
        headers = [*answer.raw_headers, *((name.encode(), value.encode()) for name, value in HEADERS.items())]
        for event in (
            h11.Response(status_code=400, headers=headers),
            h11.Data(data=bytes(answer.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def _address(connection: object) -> str | None:
    client: tuple[str, int] | None = getattr(connection, "client", None)
    return None if client is None else client[0]


class _Server(Server):
    """Uvicorn that leaves the signals to its host and tells when it is there."""

    def __init__(self, config: Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


async def serve(app: WebApp, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve ``app`` until cancelled; then end the open streams and be gone within about a second.

    Args:
        app: The application.
        host: Name or address to listen on.
        port: Port to listen on; 0 for any free one.
        ready: Called once with the page's address when it can be reached.

    Raises:
        ZcwError: The port is taken or forbidden, or the host is not ours; the message names the cure.
    """
    listening = bind(host, port)
    to_thread.current_default_thread_limiter().total_tokens = MOST_WORKERS
    config = Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",  # whatever strangers send must not fill the log
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    address = url(host, listening.getsockname()[1])
    server = _Server(config, lambda: ready(address))
    serving = asyncio.ensure_future(server.serve([listening]))
    try:
        await asyncio.shield(serving)
    finally:
        app.close()
        server.should_exit = True
        await serving


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens on ``host`` and ``port``.

    Raises:
        ZcwError: It cannot; the message names the cure.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        raise ZcwError(
            f"cannot listen on {host!r}: no such host; use 127.0.0.1 for this machine only, 0.0.0.0 for the home network"
        ) from error
    listening = socket.socket(family, kind)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()
    except OSError as error:
        listening.close()
        raise ZcwError(_cannot_listen(host, port, error)) from error
    listening.setblocking(False)
    return listening


def url(host: str, port: int) -> str:
    """Return the address to type into a browser on this machine."""
    shown = "localhost" if host in ("", "0.0.0.0", "::") else host
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} on {host} is in use: stop the program that holds it, or choose another port"
        case errno.EACCES:
            return f"port {port} needs special rights: choose a port of 1024 or above"
        case errno.EADDRNOTAVAIL:
            return f"{host} is not an address of this machine: use 127.0.0.1 for this machine only, 0.0.0.0 for the home network"
    return f"cannot listen on {host}, port {port}: {error.strerror or error}"
