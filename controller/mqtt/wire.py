"""The socket under the MQTT library, read in large pieces.

The library asks for a packet's first byte, its length and the rest one by one. Each is a call into the system that
gives the interpreter away, and when the event loop is busy it comes back only after its turn: 1 500 packets a second,
and everything else waits at the broker, a person's press with it.
"""

import contextlib
import socket
import ssl
import time
from collections.abc import Collection
from typing import Final

from paho.mqtt.client import Client

from controller.mqtt.sieve import Sieve

PIECE_BYTES: Final = 262_144
"""A tenth of a second of 10 000 messages is half of that."""
RECORD_BYTES: Final = 16_384
"""Most that an encrypted socket gives at a time."""
CROWD_EVERY_S: Final = 0.1
"""Time between two crowds. The more come at once, the fewer of them need be looked at; what comes meanwhile waits in
the system's buffers, which hold more than that, so nothing queues at the broker."""


class Wire:
    """A socket as the library wants it.

    Args:
        inner: The socket, perhaps an encrypted one.
        topics: What is listened to by its full name.

    Attributes:
        sieve: Thins what a flood brings.
    """

    def __init__(self, inner: socket.socket, topics: Collection[bytes]) -> None:
        self.sieve = Sieve(topics)
        self._inner = inner
        self._full = False
        """The last piece was as large as pieces get, so there is more behind it."""
        self._read_at = 0.0
        self._piece = b""
        self._read = 0

    @property
    def left(self) -> bool:
        """Return whether there is something that the system does not tell of any more, for it was read already."""
        return self._read < len(self._piece) or (
            isinstance(self._inner, ssl.SSLSocket) and self._inner.pending() > 0
        )

    @property
    def rest_s(self) -> float:
        """Return how long to leave a flooded connection alone, in seconds; 0 when it may be read."""
        if self.left or self._full or not self.sieve.crowded:
            return 0.0
        return max(0.0, self._read_at + CROWD_EVERY_S - time.monotonic())

    def recv(self, most: int) -> bytes:
        """Return at most so many bytes; none at the end of the connection.

        Raises:
            BlockingIOError: There is nothing now (ssl.SSLWantReadError where it is encrypted).
        """
        while self._read >= len(self._piece):
            if self.rest_s:
                raise BlockingIOError
            piece = self._next_piece()
            if not piece:
                return b""
            self._piece, self._read = self.sieve.thinned(piece), 0
        some = self._piece[self._read : self._read + most]
        self._read += len(some)
        return some

    def _next_piece(self) -> bytes:
        piece = self._inner.recv(PIECE_BYTES)
        self._read_at = time.monotonic()
        self._full = len(piece) == PIECE_BYTES
        if not isinstance(self._inner, ssl.SSLSocket):
            return piece
        # An encrypted socket gives 16 KiB at a time, which is no measure of what waits behind them.
        pieces = [piece]
        with contextlib.suppress(ssl.SSLWantReadError):
            while pieces[-1] and len(pieces) * RECORD_BYTES < PIECE_BYTES:
                pieces.append(self._inner.recv(PIECE_BYTES))
        self._full = len(pieces) * RECORD_BYTES >= PIECE_BYTES
        return b"".join(pieces)

    def send(self, data: bytes | bytearray) -> int:
        """Send what can be sent now; return how many bytes that was."""
        return self._inner.send(data)

    def close(self) -> None:
        """Close it."""
        self._inner.close()

    def fileno(self) -> int:
        """Return its number in the system."""
        return self._inner.fileno()

    def setblocking(self, blocking: bool) -> None:
        """Wait in every call, or in none."""
        self._inner.setblocking(blocking)


class WiredClient(Client):
    """The library's client, with such a socket."""

    topics: Collection[bytes] = ()
    """What is listened to by its full name; to be set before it connects."""

    def _create_socket(self) -> Wire:
        # The library has websockets wrapped at this place too; there is no public one.
        inner = super()._create_socket()
        assert isinstance(inner, socket.socket), "websockets are not used"
        # Waiting to fill larger packets costs 47 ms with each confirmed message.
        inner.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Wire(inner, self.topics)
