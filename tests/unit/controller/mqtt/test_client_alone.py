"""The client where there is no broker, or one that misbehaves."""

import asyncio
import contextlib
import gc
import logging
import socket
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from controller.broker import BrokerSettings, TlsSettings
from controller.devices.message import Message, Subscription
from controller.mqtt.line import MOST_UNCONFIRMED
from tests.support.brokers import embedded_broker, free_port
from tests.support.listener import Listener

CONNECT, PUBLISH, SUBSCRIBE = 0x10, 0x30, 0x80
CONNACK = bytes([0x20, 3, 0, 0, 0])

Script = Callable[[int, bytes], bytes]
"""From a packet's type and body to the bytes to answer with."""


def polite(kind: int, body: bytes) -> bytes:
    """What a broker answers that takes everybody in and confirms everything but subscriptions."""
    if kind == PUBLISH:
        after_topic = 2 + int.from_bytes(body[:2])
        return bytes([0x40, 2, *body[after_topic : after_topic + 2]])
    return CONNACK if kind == CONNECT else b""


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def listening(serve: Serve) -> AsyncIterator[int]:
    """Serve every connection to a port, and leave no connection open behind; gives the port."""
    serving: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await serve(reader, writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
    # A connection that was accepted at the very end gets its task some turns of the loop later.
    for _ in range(10):
        await asyncio.sleep(0)
    if serving:
        await asyncio.wait(serving, timeout=10)


def scripted_broker(script: Script) -> contextlib.AbstractAsyncContextManager[int]:
    """A listener of MQTT packets that answers by a script; gives its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            kind = (await reader.readexactly(1))[0] & 0xF0
            length = (await reader.readexactly(1))[0]
            assert length < 128, "longer packets than these tests send"
            writer.write(script(kind, await reader.readexactly(length)))

    return listening(serve)


def rude_listener(attempts: list[bytes]) -> contextlib.AbstractAsyncContextManager[int]:
    """A listener that notes the first byte it gets and hangs up; gives its port."""

    async def serve(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        attempts.append(await reader.read(1))

    return listening(serve)


async def test_nobody_listening_is_told_once_and_the_broker_is_found_when_it_comes() -> None:
    port, listener = free_port(), Listener()
    async with listener.client(BrokerSettings(port=port, protocol="3.1.1")) as client:
        why = await listener.until_down()
        assert why == f"nothing listens on 127.0.0.1:{port} (connection refused)"
        assert not client.connected
        async with embedded_broker(port):
            await listener.until_connected()
            assert client.connected
            assert listener.connections == [(False, why), (True, "connected")]
            await client.stop()


async def test_publishing_without_a_connection_neither_waits_nor_raises_and_is_counted() -> None:
    client = Listener().client(BrokerSettings(port=free_port()))
    client.publish(Message("t", b"ON"))
    async with client:
        client.publish(Message("t", b"ON"))
    client.publish(Message("t", b"ON"))
    assert client.dropped_out == 3


async def test_a_name_that_cannot_be_resolved_is_said_to_be_so() -> None:
    listener = Listener()
    async with listener.client(BrokerSettings(host="no-such-host.invalid")):
        assert await listener.until_down() == "the name 'no-such-host.invalid' cannot be resolved"


async def test_a_slow_name_look_up_never_stops_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    look_up = asyncio.Event()
    where: set[int] = set()
    loop = asyncio.get_running_loop()

    def slow(*_: object, **__: object) -> object:
        where.add(threading.get_ident())
        loop.call_soon_threadsafe(look_up.set)
        time.sleep(0.3)
        raise socket.gaierror(-3, "temporary failure")

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    listener = Listener()
    async with listener.client(BrokerSettings(host="slow.lan")):
        await asyncio.wait_for(look_up.wait(), 5)
        assert listener.connections == []  # the look-up is under way, and this line runs
        assert "cannot be resolved" in await listener.until_down()
    assert where and threading.get_ident() not in where


async def test_a_broker_that_takes_the_connection_and_hangs_up_is_explained() -> None:
    listener = Listener()
    async with rude_listener([]) as port, listener.client(BrokerSettings(port=port)):
        assert "hung up before answering" in await listener.until_down()


@pytest.mark.parametrize(
    ("code", "part"),
    [(0x86, "user name or password"), (0x87, "not authorized"), (0x84, "set protocol: '3.1.1'")],
)
async def test_a_refused_connection_says_why(code: int, part: str) -> None:
    listener = Listener()
    refusal = bytes([0x20, 3, 0, code, 0])
    async with scripted_broker(lambda *_: refusal) as port, listener.client(BrokerSettings(port=port)):
        assert part in await listener.until_down()


async def test_a_topic_that_the_broker_denies_is_reported() -> None:
    def script(kind: int, body: bytes) -> bytes:
        granted, denied = 0x01, 0x87
        suback = bytes([0x90, 5, *body[:2], 0, granted, denied])
        return suback if kind == SUBSCRIBE else polite(kind, body)

    listener = Listener()
    async with scripted_broker(script) as port:
        client = listener.client(BrokerSettings(port=port))
        client.subscribe([Subscription("allowed", 1), Subscription("denied")])
        async with client:
            await listener.until(lambda: bool(listener.refused))
            assert listener.refused == [("denied", "Not authorized")]
            assert client.refused == {"denied": "Not authorized"}


async def test_a_connection_taken_over_names_the_client_id() -> None:
    taken_over = bytes([0xE0, 2, 0x8E, 0])
    listener = Listener()
    async with (
        scripted_broker(lambda *_: CONNACK + taken_over) as port,
        listener.client(BrokerSettings(port=port, client_id="zcw-home")),
    ):
        assert "another client seems to use the client id 'zcw-home'" in await listener.until_down()


async def test_garbage_from_the_broker_is_survived() -> None:
    listener = Listener()
    async with scripted_broker(lambda *_: b"\xff" * 64) as port, listener.client(BrokerSettings(port=port)):
        assert await listener.until_down()


async def test_orders_that_wait_when_a_connection_breaks_never_act_in_the_next() -> None:
    received: list[bytes] = []
    connects = 0

    def script(kind: int, body: bytes) -> bytes:
        nonlocal connects
        connects += kind == CONNECT
        received.extend([body[-3:]] if kind == PUBLISH and body.startswith(b"\0\4pump") else [])
        if connects > 1:
            return polite(kind, body)
        server_busy = bytes([0xE0, 2, 0x89, 0])
        unanswered = len(received) + 1  # the birth message too
        return CONNACK if kind == CONNECT else server_busy if unanswered == MOST_UNCONFIRMED else b""

    listener = Listener()
    async with scripted_broker(script) as port, listener.client(BrokerSettings(port=port)) as client:
        await listener.until_connected()
        for number in range(100, 130):
            client.publish(Message("pump", b"%d" % number, qos=1))
        assert "Server busy" in await listener.until_down()
        await listener.until_connected(times=2)
        client.publish(Message("pump", b"200", qos=1))
        async with asyncio.timeout(10):
            while b"200" not in received:
                await asyncio.sleep(0.01)
    on_their_way = MOST_UNCONFIRMED - 1
    assert received == [b"%d" % number for number in range(100, 100 + on_their_way)] + [b"200"]
    assert client.dropped_out == 30 - on_their_way


async def test_what_is_asked_of_a_broker_leaves_nothing_behind() -> None:
    connects: list[bytes] = []

    def script(kind: int, body: bytes) -> bytes:
        connects.extend([body] if kind == CONNECT else [])
        return polite(kind, body)

    listener = Listener()
    async with (
        scripted_broker(script) as port,
        listener.client(BrokerSettings(port=port, username="me", password="secret")),
    ):
        await listener.until_connected()
    (body,) = connects
    name, version, flags, keepalive_s = body[2:6], body[6], body[7], int.from_bytes(body[8:10])
    assert (name, version, keepalive_s) == (b"MQTT", 5, 10)
    assert flags & 0x02, "clean start"
    assert flags & 0x24 == 0x24, "a last will, retained"
    properties = body[11 : 11 + body[10]]
    largest_packet = b"\x27" + (262_144).to_bytes(4)
    assert properties == largest_packet, "no session expiry, so the session ends with the connection"
    assert b"zcw/zcw/status" in body and b"offline" in body


# The library leaves a socket to the garbage collector when a handshake fails.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_connection_meant_to_be_encrypted_never_falls_back_to_plain() -> None:
    attempts: list[bytes] = []
    listener = Listener()
    async with (
        rude_listener(attempts) as port,
        listener.client(BrokerSettings(port=port, tls=TlsSettings())),
        asyncio.timeout(10),
    ):
        await listener.until_down()
        while len(attempts) < 2:
            await asyncio.sleep(0.02)
    while any(thread.name == "zcw-dial" for thread in threading.enumerate()):
        await asyncio.sleep(0.01)  # a handshake that was left to itself when the client stopped
    gc.collect()
    assert set(attempts) == {b"\x16"}  # a TLS handshake; a plain CONNECT begins with 0x10


async def test_missing_tls_files_are_named(tmp_path: Path) -> None:
    listener = Listener()
    settings = BrokerSettings(tls=TlsSettings(ca=tmp_path / "none.pem"))
    async with listener.client(settings):
        assert await listener.until_down() == f"cannot read {tmp_path}/none.pem: No such file or directory"


async def test_a_file_that_holds_no_certificate_is_named(tmp_path: Path) -> None:
    for name in ("ca.pem", "key.pem"):
        (tmp_path / name).write_text("no certificate\n", "utf-8")
    listener = Listener()
    async with listener.client(BrokerSettings(tls=TlsSettings(ca=tmp_path / "ca.pem"))):
        assert await listener.until_down() == f"{tmp_path}/ca.pem holds no certificates in PEM form"
    listener = Listener()
    tls = TlsSettings(cert=tmp_path / "ca.pem", key=tmp_path / "key.pem")
    async with listener.client(BrokerSettings(tls=tls)):
        assert "are no certificate with its key" in await listener.until_down()


async def test_the_log_is_quiet_while_the_broker_is_away(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("controller.mqtt.backoff.FIRST_S", 0.001)
    monkeypatch.setattr("controller.mqtt.backoff.LONGEST_S", 0.001)
    caplog.set_level(logging.INFO, "controller.mqtt")
    attempts: list[bytes] = []
    listener = Listener()
    async with rude_listener(attempts) as port, listener.client(BrokerSettings(port=port)):
        async with asyncio.timeout(10):
            while len(attempts) < 20:
                await asyncio.sleep(0.01)
    assert len(caplog.messages) == 1
    assert len(listener.connections) == 1


async def test_a_client_starts_once() -> None:
    client = Listener().client(BrokerSettings(port=free_port()))
    async with client:
        with pytest.raises(RuntimeError, match="starts once"):
            client.start()


async def test_stopping_what_was_never_started_is_no_trouble() -> None:
    await Listener().client(BrokerSettings()).stop()


# amqtt may leave a connection open that was accepted while it shut down; that is no fault of the client.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_the_embedded_broker_works_with_mqtt_3_1_1() -> None:
    listener = Listener()
    async with embedded_broker() as port:
        client = listener.client(BrokerSettings(port=port, protocol="3.1.1"))
        client.subscribe([Subscription("t/a", 1), Subscription("t/b", 0)])
        async with client:
            await listener.until_connected()
            for topic in ("t/a", "t/b"):
                message = Message(topic, b"hello", qos=1)
                await publish_until_heard(client.publish, listener, message)


async def publish_until_heard(
    publish: Callable[[Message], None], listener: Listener, message: Message
) -> None:
    """Publish until it comes back: the broker may still be busy with the subscription."""
    async with asyncio.timeout(10):
        while (message.topic, message.payload, False) not in listener.messages:
            publish(message)
            await asyncio.sleep(0.05)
