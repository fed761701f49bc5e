"""Accounts as administrators see and change them."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from api.app import WebApp
from api.auth import Scope
from api.auth_book import AuthBook, book_path
from api.auth_gate import Gate
from tests.support.fake_service import FakeService
from tests.support.problems import assert_problem

PASSWORD = "warm enough for me"
BROWSER = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    gate = Gate(AuthBook(book_path(tmp_path / "zcw.sqlite")))
    gate.book.put_account("anna", PASSWORD, Scope.ADMIN)
    gate.book.put_account("ben", PASSWORD, Scope.CONTROL)
    return gate


@pytest.fixture
async def client(gate: Gate) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(WebApp(FakeService(), gate=gate), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost/", headers=BROWSER
    ) as client:
        yield client


async def logged_in(client: httpx.AsyncClient, name: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post("api/v1/session", json={"name": name, "password": password})


async def test_accounts_are_listed_made_changed_and_taken_away(client: httpx.AsyncClient, gate: Gate) -> None:
    await logged_in(client, "anna")
    made = await client.put("api/v1/accounts/cleo", json={"scope": "read", "password": PASSWORD})
    assert made.json() == {"name": "cleo", "scope": "read"}
    await client.put("api/v1/accounts/cleo", json={"scope": "control"})
    assert gate.book.check("cleo", PASSWORD) is not None, "the password has stayed"
    listed = (await client.get("api/v1/accounts")).json()
    assert listed == [
        {"name": "anna", "scope": "admin"},
        {"name": "ben", "scope": "control"},
        {"name": "cleo", "scope": "control"},
    ]
    assert (await client.delete("api/v1/accounts/cleo")).status_code == 204
    assert gate.book.account("cleo") is None
    assert_problem(await client.delete("api/v1/accounts/cleo"), 404, "not-found")


async def test_only_administrators_see_and_change_accounts(client: httpx.AsyncClient) -> None:
    assert_problem(await client.get("api/v1/accounts"), 401, "unauthorized")
    await logged_in(client, "ben")
    assert_problem(await client.get("api/v1/accounts"), 403, "forbidden")
    wish = {"scope": "admin", "password": PASSWORD}
    assert_problem(await client.put("api/v1/accounts/ben", json=wish), 403, "forbidden")
    assert_problem(await client.delete("api/v1/accounts/anna"), 403, "forbidden")


async def test_another_password_and_the_end_of_an_account_end_its_sessions(
    client: httpx.AsyncClient, gate: Gate
) -> None:
    cookie = await gate.by_password("ben", PASSWORD, "192.0.2.7")
    assert cookie is not None
    await logged_in(client, "anna")
    await client.put("api/v1/accounts/ben", json={"scope": "control"})
    assert gate.by_session(cookie) is not None, "other rights alone end nothing"
    await client.put("api/v1/accounts/ben", json={"scope": "control", "password": "another warm word"})
    assert gate.by_session(cookie) is None
    again = await gate.by_password("ben", "another warm word", "192.0.2.7")
    assert again is not None
    await client.delete("api/v1/accounts/ben")
    gate.book.put_account("ben", PASSWORD, Scope.ADMIN)
    assert gate.by_session(again) is None, "an old session is not the new account's"


async def test_the_last_administrator_stays_one(client: httpx.AsyncClient) -> None:
    await logged_in(client, "anna")
    assert_problem(await client.delete("api/v1/accounts/anna"), 409, "last-administrator")
    answer = await client.put("api/v1/accounts/anna", json={"scope": "read"})
    assert_problem(answer, 409, "last-administrator")
    await client.put("api/v1/accounts/ben", json={"scope": "admin"})
    assert (await client.delete("api/v1/accounts/anna")).status_code == 204


@pytest.mark.parametrize(
    ("name", "wish", "where"),
    [
        ("dora", {"scope": "read"}, "body.password"),
        ("dora", {"scope": "read", "password": "short"}, "body.password"),
        ("d%23ra", {"scope": "read", "password": PASSWORD}, "path.name"),
        ("dora", {"scope": "king", "password": PASSWORD}, "body.scope"),
    ],
)
async def test_what_is_wrong_is_named_by_its_field(
    client: httpx.AsyncClient, name: str, wish: dict[str, str], where: str
) -> None:
    await logged_in(client, "anna")
    problem = assert_problem(await client.put(f"api/v1/accounts/{name}", json=wish), 422, "invalid")
    assert [one["where"] for one in problem["errors"]] == [where]  # type: ignore[union-attr, index, call-overload]
