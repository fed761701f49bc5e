"""The socket under the MQTT library: read in pieces, and left alone for a moment after a crowd."""

import socket
import time
from collections.abc import Iterator

import pytest

from api.load_flood import publish
from controller.mqtt.sieve import CROWD, NEWEST
from controller.mqtt.wire import CROWD_EVERY_S, Wire

FLOOD = [publish("sensor", b"%d" % number) for number in range(CROWD + 1)]


@pytest.fixture
def ends() -> Iterator[tuple[Wire, socket.socket]]:
    ours, broker = socket.socketpair()
    wire = Wire(ours, [b"sensor"])
    wire.setblocking(False)
    yield wire, broker
    wire.close()
    broker.close()


def read_all(wire: Wire) -> bytes:
    read = b""
    while wire.left or not read:
        read += wire.recv(7)
    return read


def test_a_crowd_is_thinned_and_the_wire_left_alone_for_a_moment(ends: tuple[Wire, socket.socket]) -> None:
    wire, broker = ends
    broker.sendall(b"".join(FLOOD))
    assert read_all(wire) == b"".join(FLOOD[-NEWEST:])
    assert 0.0 < wire.rest_s <= CROWD_EVERY_S
    broker.sendall(FLOOD[0])
    with pytest.raises(BlockingIOError):
        wire.recv(1)


def test_after_the_moment_it_is_read_again(
    ends: tuple[Wire, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    wire, broker = ends
    broker.sendall(b"".join(FLOOD))
    read_all(wire)
    later = time.monotonic() + CROWD_EVERY_S
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert wire.rest_s == 0.0
    broker.sendall(FLOOD[0])
    assert read_all(wire) == FLOOD[0]


def test_what_comes_calmly_is_read_at_once(ends: tuple[Wire, socket.socket]) -> None:
    wire, broker = ends
    broker.sendall(FLOOD[0])
    assert read_all(wire) == FLOOD[0]
    assert wire.rest_s == 0.0
    broker.close()
    assert wire.recv(1) == b"", "the end of the connection"
