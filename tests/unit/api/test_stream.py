import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from controller.views import PumpState
from tests.support.fake_service import FakeService
from tests.support.problems import assert_problem
from tests.support.web_server import web_server

DEADLINE_S = 10
PLACES = 50
"""Written down a second time, so that a service without bounds is not asked for more than that."""


@pytest.fixture
async def address(service: FakeService) -> AsyncIterator[str]:
    async with web_server(service) as address:
        yield address


async def events(answer: httpx.Response) -> AsyncIterator[dict[str, str]]:
    """Yield each event of a stream as a dictionary of its fields."""
    fields: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(":")
            fields[name] = value.strip()
        elif fields:
            yield fields
            fields = {}


@asynccontextmanager
async def listening(address: str, query: str = "") -> AsyncIterator[httpx.Response]:
    """Listen to the events, but not for ever."""
    async with (
        asyncio.timeout(DEADLINE_S),
        httpx.AsyncClient() as client,
        client.stream("GET", f"{address}api/v1/events{query}") as answer,
    ):
        yield answer


async def until(condition: Any) -> None:
    """Wait for a condition of the service, but not for ever."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(0.01)


async def test_the_state_comes_at_once_and_again_with_every_change(
    service: FakeService, address: str
) -> None:
    async with listening(address) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-cache"
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        stream = events(answer)
        first = await anext(stream)
        assert (first["event"], first["id"], first["retry"]) == ("state", "1", "2000")
        assert json.loads(first["data"])["loops"][0]["pump"] == "off"
        service.set_loop(pump=PumpState.UNKNOWN)
        second = await anext(stream)
        assert (second["event"], second["id"]) == ("state", "2")
        assert json.loads(second["data"])["loops"][0]["pump"] == "unknown"


async def test_a_heartbeat_breaks_every_silence(address: str) -> None:
    async with listening(address) as answer:
        stream = events(answer)
        await anext(stream)
        begun = asyncio.get_running_loop().time()
        assert (await anext(stream))["event"] == "heartbeat"
        assert asyncio.get_running_loop().time() - begun < 3


async def test_the_stream_speaks_the_language_in_its_address(address: str) -> None:
    async with listening(address, "?lang=zh") as answer:
        state = json.loads((await anext(events(answer)))["data"])
        assert state["loops"][0]["reason"]["sentence"] == "目前没有热水需求"


async def test_a_flood_of_changes_is_thinned_and_ends_with_the_newest(
    service: FakeService, address: str
) -> None:
    async with listening(address) as answer:
        stream = events(answer)
        await anext(stream)
        seen = 0
        for number in range(1, 301):
            service.set(name=f"house {number}")
            await asyncio.sleep(0.001)
        async for event in stream:
            seen += 1
            if json.loads(event["data"]).get("name") == "house 300":
                break
        assert seen < 10


async def test_a_reader_that_leaves_is_forgotten(service: FakeService, address: str) -> None:
    async with listening(address) as answer:
        await anext(events(answer))
        assert service.readers == 1
    await until(lambda: service.readers == 0)


async def test_one_reader_too_many_is_told_so_and_a_place_is_free_again_later(
    service: FakeService, address: str
) -> None:
    limits = httpx.Limits(max_connections=None)
    async with asyncio.timeout(DEADLINE_S), httpx.AsyncClient(limits=limits) as client:
        open_streams = [client.stream("GET", f"{address}api/v1/events") for _ in range(PLACES)]
        await asyncio.gather(*(stream.__aenter__() for stream in open_streams))
        refused = await client.get(f"{address}api/v1/events")
        assert "close one of them" in str(assert_problem(refused, 503, "unavailable")["detail"])
        await asyncio.gather(*(stream.__aexit__(None, None, None) for stream in open_streams))
        await until(lambda: service.readers == 0)
        async with client.stream("GET", f"{address}api/v1/events") as answer:
            assert answer.status_code == 200


async def test_readers_who_never_read_cost_little_and_hold_nobody_up(
    service: FakeService, address: str
) -> None:
    host, port = address.removeprefix("http://").rstrip("/").split(":")
    stalled = [await asyncio.open_connection(host, int(port), limit=1) for _ in range(10)]
    for _, writer in stalled:
        writer.write(b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await until(lambda: service.readers == 10)
    async with asyncio.timeout(DEADLINE_S), httpx.AsyncClient() as client:
        service.set(name="still answering")
        answer = await client.get(f"{address}api/v1/state")
        assert answer.json()["name"] == "still answering"
    for _, writer in stalled:
        writer.close()
    await until(lambda: service.readers == 0)
