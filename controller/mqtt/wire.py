"""The socket under the MQTT library, read in large pieces.

The library asks for a packet's first byte, its length and the rest one by one. Each is a call into the system that
gives the interpreter away, and when the event loop is busy it comes back only after its turn: 1 500 packets a second,
and everything else waits at the broker, a person's press with it.
"""

import socket
import ssl
from typing import Final

from paho.mqtt.client import Client

PIECE_BYTES: Final = 65_536


class Wire:
    """A socket as the library wants it.

    Args:
        inner: The socket, perhaps an encrypted one.
    """

    def __init__(self, inner: socket.socket) -> None:
        self._inner = inner
        self._piece = b""
        self._read = 0

    @property
    def left(self) -> bool:
        """Return whether there is something that the system does not tell of any more, for it was read already."""
        return self._read < len(self._piece) or (
            isinstance(self._inner, ssl.SSLSocket) and self._inner.pending() > 0
        )

    def recv(self, most: int) -> bytes:
        """Return at most so many bytes; none at the end of the connection.

        Raises:
            BlockingIOError: There is nothing now (ssl.SSLWantReadError where it is encrypted).
        """
        if self._read >= len(self._piece):
            self._piece, self._read = self._inner.recv(PIECE_BYTES), 0
        some = self._piece[self._read : self._read + most]
        self._read += len(some)
        return some

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

    def _create_socket(self) -> Wire:
        # The library has websockets wrapped at this place too; there is no public one.
        inner = super()._create_socket()
        assert isinstance(inner, socket.socket), "websockets are not used"
        # Waiting to fill larger packets costs 47 ms with each confirmed message.
        inner.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Wire(inner)
