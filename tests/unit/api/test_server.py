import asyncio
import contextlib
import json
import logging
import signal
import socket
import time

import httpx
import pytest

import api.server
from api.app import WebApp
from api.server import bind, serve, url
from controller.core.errors import ZcwError
from tests.support.fake_service import FakeService, record
from tests.support.web_server import web_server


async def test_the_server_tells_its_address_when_it_can_be_reached(service: FakeService) -> None:
    async with web_server(service) as address, httpx.AsyncClient() as client:
        answer = await client.get(f"{address}healthz")
        assert answer.status_code == 200
        assert "server" not in answer.headers


async def test_a_port_in_use_is_one_clear_error_with_a_cure(service: FakeService) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ZcwError, match=rf"port {port} on 127\.0\.0\.1 is in use: .*choose another port"):
            await serve(WebApp(service), "127.0.0.1", port, lambda _: None)


@pytest.mark.parametrize(
    ("host", "message"),
    [
        ("no-such-host.invalid", "no such host"),
        ("192.0.2.1", "not an address of this machine"),
        ("a" * 70, "no such host"),
    ],
)
def test_a_host_that_is_not_ours_is_one_clear_error_with_a_cure(host: str, message: str) -> None:
    with pytest.raises(ZcwError, match=message) as error:
        bind(host, 0)
    assert "127.0.0.1" in str(error.value)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080/"),
        ("0.0.0.0", "http://localhost:8080/"),
        ("::", "http://localhost:8080/"),
        ("::1", "http://[::1]:8080/"),
        ("gateway.local", "http://gateway.local:8080/"),
    ],
)
def test_the_address_can_be_typed_into_a_browser(host: str, address: str) -> None:
    assert url(host, 8080) == address


async def test_shutting_down_takes_less_than_two_seconds_with_open_streams(service: FakeService) -> None:
    async with httpx.AsyncClient() as client:
        async with web_server(service) as address:
            streams = [client.stream("GET", f"{address}api/v1/events") for _ in range(3)]
            answers = [await stream.__aenter__() for stream in streams]
            idle = await client.get(f"{address}healthz")
            assert idle.status_code == 200
            begun = time.monotonic()
        assert time.monotonic() - begun < 2
        for answer in answers:
            assert [chunk async for chunk in answer.aiter_raw()], "the stream ended in good order"
    assert service.readers == 0


async def test_the_port_is_free_again_after_shutting_down(service: FakeService) -> None:
    async with web_server(service) as address:
        port = int(address.rstrip("/").rpartition(":")[2])
    bind("127.0.0.1", port).close()


async def test_signals_stay_with_the_program(service: FakeService) -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    async with web_server(service):
        assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


async def say(address: str, words: bytes) -> bytes:
    """Send raw bytes and return everything that comes back until the server closes."""
    host, port = address.removeprefix("http://").rstrip("/").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(words)
    try:
        async with asyncio.timeout(5):
            return await reader.read()
    finally:
        writer.close()


async def ask(address: str) -> int:
    async with httpx.AsyncClient() as client:
        return (await client.get(f"{address}healthz")).status_code


@pytest.mark.parametrize(
    "words",
    [
        b"GARBAGE\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ],
)
async def test_what_is_not_http_gets_a_problem_with_all_the_headers(
    service: FakeService, words: bytes
) -> None:
    async with web_server(service) as address:
        head, _, body = (await say(address, words)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400")
    assert b"default-src 'self'" in head
    assert b"uvicorn" not in head.lower()
    assert json.loads(body)["status"] == 400


async def test_an_endless_body_is_cut_off_with_a_413(service: FakeService) -> None:
    head = (
        b"POST /api/v1/preheat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    chunk = b"2000\r\n" + b" " * 0x2000 + b"\r\n"
    async with web_server(service) as address:
        answer = await say(address, head + chunk * 100)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer.lower()
    assert not service.wishes


@pytest.mark.parametrize("words", [b"", b"GET /healthz HTTP/1.1\r\nHost: local"])
async def test_a_connection_without_a_whole_request_is_closed(
    service: FakeService, words: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.server, "REQUEST_WITHIN_S", 0.1)
    async with web_server(service) as address:
        assert await say(address, words) == b""


async def test_a_kept_connection_that_only_trickles_is_closed(
    service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.server, "REQUEST_WITHIN_S", 0.2)
    async with web_server(service) as address:
        host, port = address.removeprefix("http://").rstrip("/").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert (await reader.read(9)) == b"HTTP/1.1 "
        async with asyncio.timeout(5):
            while not reader.at_eof():
                writer.write(b"G")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(65_536), 0.05)
        writer.close()


async def test_a_connection_that_waits_for_its_events_is_kept(
    service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.server, "REQUEST_WITHIN_S", 0.05)
    async with (
        web_server(service) as address,
        httpx.AsyncClient() as client,
        client.stream("GET", f"{address}api/v1/events") as answer,
    ):
        chunks = answer.aiter_raw()
        await anext(chunks)
        await asyncio.sleep(0.1)
        service.set(storage_ok=False)
        assert b"state" in await anext(chunks)


async def test_too_many_connections_leave_room_for_the_broker_and_the_disk(
    service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.server, "MOST_CONNECTIONS", 2)
    async with web_server(service) as address:
        host, port = address.removeprefix("http://").rstrip("/").split(":")
        idle = [await asyncio.open_connection(host, int(port)) for _ in range(2)]
        with pytest.raises(httpx.TransportError):
            await ask(address)
        for _, writer in idle:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for _, writer in idle))
        assert await ask(address) == 200


async def test_one_machine_however_greedy_leaves_room_for_the_others(
    service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.server, "MOST_OF_ONE", 2)
    async with web_server(service) as address:
        host, port = address.removeprefix("http://").rstrip("/").split(":")
        idle = [await asyncio.open_connection(host, int(port)) for _ in range(2)]
        with pytest.raises(httpx.TransportError):
            await ask(address)
        other = httpx.AsyncHTTPTransport(local_address="127.0.0.2")
        async with httpx.AsyncClient(transport=other) as client:
            assert (await client.get(f"{address}healthz")).status_code == 200
        for _, writer in idle:
            writer.close()


@pytest.mark.parametrize("taken", [0, 100], ids=["nothing", "a trickle"])
async def test_a_reader_who_takes_next_to_nothing_is_cut_off_and_the_next_one_is_served(
    service: FakeService, monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    monkeypatch.setattr(api.server, "LOOK_S", 0.2)
    service.history = [record(number) for number in range(1, 4_000)]
    async with web_server(service) as address, httpx.AsyncClient(timeout=20) as client:
        host, port = address.removeprefix("http://").rstrip("/").split(":")
        with socket.socket() as reader:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            reader.connect((host, int(port)))
            reader.sendall(b"GET /api/v1/runs.csv HTTP/1.1\r\nHost: localhost\r\n\r\n")
            reader.setblocking(False)
            served = 0
            async with asyncio.timeout(20):
                while served != 200:
                    with contextlib.suppress(OSError):
                        reader.recv(taken)
                    async with client.stream("GET", f"{address}api/v1/runs.csv") as answer:
                        served = answer.status_code
                        assert served in (200, 429)


async def test_garbage_from_strangers_does_not_fill_the_log(
    service: FakeService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    upgrade = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    async with web_server(service) as address:
        await say(address, b"GARBAGE\r\n\r\n")
        await say(address, upgrade.replace(b"Upgrade\r\nU", b"close, Upgrade\r\nU"))
    assert caplog.records == []
