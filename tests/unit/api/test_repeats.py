import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from api.app import WebApp
from api.repeats import MOST, REMEMBERED_S, Repeats
from tests.support.fake_service import FakeService
from tests.support.problems import assert_problem

KEY = {"Idempotency-Key": "3f0d6d1e"}


class Counting:
    """An application that counts, and answers when it is let."""

    def __init__(self, status: int = 201) -> None:
        self.done = 0
        self.status = status
        self.let = asyncio.Event()
        self.let.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive())["body"]
        await self.let.wait()
        self.done += 1
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b"%d %s" % (self.done, body)})


def asking(app: Repeats) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost/")


@pytest.fixture
async def client(service: FakeService) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(WebApp(service), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost/") as client:
        yield client


async def test_what_is_asked_again_with_its_key_is_answered_again_and_not_done_again() -> None:
    app = Counting()
    async with asking(Repeats(app)) as client:
        first = await client.post("/tokens", content=b"a", headers=KEY)
        again = await client.post("/tokens", content=b"a", headers=KEY)
        other = await client.post("/tokens", content=b"a", headers={"Idempotency-Key": "other"})
        without = await client.post("/tokens", content=b"a")
    assert (first.text, again.text, other.text, without.text) == ("1 a", "1 a", "2 a", "3 a")
    assert again.status_code == 201 and again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers


async def test_a_key_is_not_taken_for_something_else() -> None:
    app = Counting()
    async with asking(Repeats(app)) as client:
        await client.post("/tokens", content=b"a", headers=KEY)
        assert_problem(await client.post("/tokens", content=b"b", headers=KEY), 422, "key-taken")
        assert_problem(await client.put("/tokens", content=b"a", headers=KEY), 422, "key-taken")
        assert_problem(await client.post("/doctor", content=b"a", headers=KEY), 422, "key-taken")
    assert app.done == 1


async def test_two_at_once_are_done_once() -> None:
    app = Counting()
    app.let.clear()
    async with asking(Repeats(app)) as client:
        first = asyncio.create_task(client.post("/tokens", content=b"a", headers=KEY))
        await asyncio.sleep(0)
        while (second := await client.post("/tokens", content=b"a", headers=KEY)).status_code != 409:
            pass
        app.let.set()
        assert second.headers["retry-after"] == "1"
        assert (await first).text == "1 a"
    assert app.done == 1


async def test_what_failed_on_our_side_is_tried_again() -> None:
    app = Counting(status=503)
    async with asking(Repeats(app)) as client:
        for number in (1, 2):
            assert (await client.post("/mode", content=b"a", headers=KEY)).text == f"{number} a"


@pytest.mark.parametrize(
    ("after_s", "done"), [(REMEMBERED_S - 1, 1), (REMEMBERED_S, 2), (REMEMBERED_S + 1, 2)]
)
async def test_a_key_is_remembered_for_ten_minutes(after_s: float, done: int) -> None:
    app, now_s = Counting(), [0.0]
    async with asking(Repeats(app, lambda: now_s[0])) as client:
        await client.post("/tokens", content=b"a", headers=KEY)
        now_s[0] = after_s
        await client.post("/tokens", content=b"a", headers=KEY)
    assert app.done == done


async def test_only_so_many_answers_are_remembered() -> None:
    app = Counting()
    repeats = Repeats(app)
    async with asking(repeats) as client:
        for number in range(2 * MOST):
            await client.post("/tokens", content=b"a", headers={"Idempotency-Key": str(number)})
    assert len(repeats._known) == MOST


async def test_every_acting_call_knows_its_key(client: httpx.AsyncClient, service: FakeService) -> None:
    for _ in range(3):
        assert (await client.post("api/v1/acknowledge", headers=KEY)).status_code == 204
    assert service.acknowledged == ["REST call"]
    answer = await client.put("api/v1/mode", json={"mode": "off"}, headers=KEY)
    assert_problem(answer, 422, "key-taken")


async def test_a_stop_is_carried_out_as_often_as_it_is_asked(
    client: httpx.AsyncClient, service: FakeService
) -> None:
    for _ in range(3):
        assert (await client.post("api/v1/stop", headers=KEY)).status_code == 200
    assert len(service.stops) == 3


async def test_the_document_says_where_a_key_helps(client: httpx.AsyncClient) -> None:
    paths = (await client.get("api/v1/openapi.json")).json()["paths"]
    knows = {
        f"{method} {path.removeprefix('/api/v1')}"
        for path, operations in paths.items()
        for method, operation in operations.items()
        if any(one["name"].lower() == "idempotency-key" for one in operation.get("parameters", []))
    }
    acting = {
        f"{method} {path.removeprefix('/api/v1')}"
        for path, operations in paths.items()
        for method in operations
        if method in ("post", "put", "delete")
    }
    assert acting - knows == {"post /stop"}


async def test_a_method_that_is_not_served_is_told_so_whatever_its_key(client: httpx.AsyncClient) -> None:
    assert (await client.post("api/v1/acknowledge", headers=KEY)).status_code == 204
    for key in (KEY, {"Idempotency-Key": "other"}, {"Idempotency-Key": "\t"}):
        assert_problem(await client.patch("api/v1/acknowledge", headers=key), 405, "wrong-method")
