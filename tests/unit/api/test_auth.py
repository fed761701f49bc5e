"""The whole application with accounts: who may pass, how one becomes somebody, and what is written down."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from api.app import WebApp
from api.audit import start_audit
from api.auth import Scope
from api.auth_book import AuthBook, book_path
from api.auth_gate import SESSION_S, Gate, audit
from tests.support.fake_service import FakeService
from tests.support.problems import assert_problem
from tests.support.web_server import web_server

PASSWORD = "warm enough for me"
OURS = {"Origin": "http://localhost"}


@dataclass
class House:
    """An application with accounts, and what stands behind it."""

    service: FakeService
    book: AuthBook
    gate: Gate
    app: WebApp
    now_s: list[float] = field(default_factory=lambda: [0.0])

    def client(self, address: str = "192.168.1.7", **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(address, 4_000))
        return httpx.AsyncClient(transport=transport, base_url="http://localhost/", headers=headers)

    def bearer(self, scope: Scope) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.book.new_token(scope.word, scope)[1]}"}


def built(folder: Path, *, proxies: tuple[str, ...] = (), empty: bool = False) -> House:
    service, book, now_s = FakeService(), AuthBook(book_path(folder / "zcw.sqlite")), [0.0]
    if not empty:
        book.put_account("anna", PASSWORD, Scope.CONTROL)
    gate = Gate(book, lambda: now_s[0])
    return House(service, book, gate, WebApp(service, gate=gate, proxies=proxies), now_s)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return built(tmp_path)


@pytest.fixture
async def stranger(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.client() as client:
        yield client


async def log_in(client: httpx.AsyncClient, password: str = PASSWORD, name: str = "anna") -> httpx.Response:
    return await client.post("api/v1/session", json={"name": name, "password": password}, headers=OURS)


# -- strangers ----------------------------------------------------------------------------------------------

CLOSED = [
    ("GET", "api/v1/state"), ("GET", "api/v1/events"), ("GET", "api/v1/runs"), ("GET", "api/v1/temperatures"),
    ("GET", "api/v1/openapi.json"), ("GET", "api/v1/nowhere"), ("POST", "api/v1/preheat"), ("POST", "api/v1/stop"),
    ("PUT", "api/v1/mode"), ("GET", "api/v1/tokens"), ("POST", "api/v1/tokens"), ("DELETE", "api/v1/tokens/1"),
    ("GET", "healthz"), ("GET", "api/v1/session/x"), ("POST", "api/v1//stop"), ("POST", "api/v1/stop/"),
]  # fmt: skip


async def test_a_stranger_gets_nothing_and_changes_nothing(house: House, stranger: httpx.AsyncClient) -> None:
    for method, path in CLOSED:
        answer = await stranger.request(method, path, headers={"Content-Type": "application/json"})
        assert_problem(answer, 401, "unauthorized")
    assert house.service.wishes == [] and house.service.stops == []


MADE_UP = [
    {"Authorization": "Bearer "}, {"Authorization": "Bearer zcw_token_x"}, {"Authorization": "Basic YTpi"},
    {"Authorization": "bearer"}, {"Cookie": "zcw_session=zcw_session_x"}, {"Cookie": "zcw_session"},
    {"Cookie": "=;;=\";"}, {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"},
]  # fmt: skip


async def test_no_made_up_credential_helps(house: House, stranger: httpx.AsyncClient) -> None:
    for headers in MADE_UP:
        assert (await stranger.post("api/v1/stop", headers={**headers, **OURS})).status_code == 401, headers
    assert house.service.stops == []


async def test_the_page_itself_and_who_am_i_are_open_and_health_is_for_this_machine(house: House) -> None:
    async with house.client() as stranger, house.client("127.0.0.1") as here:
        assert (await stranger.get("")).status_code == 200
        who = (await stranger.get("api/v1/session")).json()
        assert who == {"accounts": True, "setup": False, "name": None, "scope": None}
        assert (await here.get("healthz")).status_code == 200
        assert (await here.get("api/v1/state")).status_code == 401


async def test_without_accounts_everything_is_as_before(client: httpx.AsyncClient) -> None:
    assert (await client.get("api/v1/session")).json()["accounts"] is False
    assert (await client.get("api/v1/state")).status_code == 200
    assert_problem(await client.post("api/v1/session", json={}), 405, "wrong-method")


# -- tokens -------------------------------------------------------------------------------------------------


async def test_each_scope_may_do_its_part_and_no_more(house: House, stranger: httpx.AsyncClient) -> None:
    wanted = {Scope.READ: (200, 403, 403), Scope.CONTROL: (200, 200, 403), Scope.ADMIN: (200, 200, 200)}
    for scope, statuses in wanted.items():
        bearer = house.bearer(scope)
        answers = [
            await stranger.get("api/v1/state", headers=bearer),
            await stranger.post("api/v1/stop", headers=bearer),
            await stranger.get("api/v1/tokens", headers=bearer),
        ]
        assert tuple(answer.status_code for answer in answers) == statuses
    assert house.service.stops == ["control", "admin"], "the history tells who"


async def test_a_token_is_shown_once_and_works_until_it_is_taken_back(
    house: House, stranger: httpx.AsyncClient
) -> None:
    admin = house.bearer(Scope.ADMIN)
    made = await stranger.post("api/v1/tokens", json={"name": "lights", "scope": "read"}, headers=admin)
    assert made.status_code == 201
    key = {"Authorization": f"Bearer {made.json()['token']}"}
    assert (await stranger.get("api/v1/session", headers=key)).json()["name"] == "lights"
    assert made.json()["token"] not in (await stranger.get("api/v1/tokens", headers=admin)).text
    gone = await stranger.delete(f"api/v1/tokens/{made.json()['id']}", headers=admin)
    assert gone.status_code == 204
    assert (await stranger.get("api/v1/state", headers=key)).status_code == 401
    again = await stranger.delete(f"api/v1/tokens/{made.json()['id']}", headers=admin)
    assert_problem(again, 404, "not-found")


async def test_wrong_tokens_are_heard_less_and_less_and_a_right_one_always(
    house: House, stranger: httpx.AsyncClient
) -> None:
    right = house.bearer(Scope.READ)
    codes = []
    for number in range(300):
        spoofed = {"Authorization": f"Bearer zcw_token_{number}", "X-Forwarded-For": f"10.0.0.{number % 250}"}
        answer = await stranger.get("api/v1/state", headers=spoofed)
        codes.append(answer.status_code)
        house.now_s[0] += 12.0
    assert codes.count(401) <= 30 and codes.count(401) + codes.count(429) == 300
    assert_problem(answer, 429, "too-many-guesses")
    assert 0 < int(answer.headers["retry-after"]) <= 301
    assert (await stranger.get("api/v1/state", headers=right)).status_code == 200


# -- sessions -----------------------------------------------------------------------------------------------


async def test_a_session_is_a_cookie_that_only_this_site_can_use(
    house: House, stranger: httpx.AsyncClient
) -> None:
    answer = await log_in(stranger)
    assert answer.status_code == 204
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie
    assert (await stranger.get("api/v1/session")).json()["scope"] == "control"
    assert (await stranger.post("api/v1/stop", headers=OURS)).status_code == 200
    assert house.service.stops == ["anna"]


async def test_a_cookie_acts_only_when_the_request_says_that_it_comes_from_our_page(
    house: House, stranger: httpx.AsyncClient
) -> None:
    await log_in(stranger)
    for headers in (
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", **OURS},
    ):
        assert_problem(await stranger.post("api/v1/stop", headers=headers), 403, "cross-site")
    assert house.service.stops == []


async def test_a_session_ends_when_its_owner_leaves_is_removed_or_a_month_is_over(house: House) -> None:
    async with house.client() as left, house.client() as old, house.client() as removed:
        for client in (left, old, removed):
            assert (await log_in(client)).status_code == 204
        stolen = left.cookies["zcw_session"]
        assert (
            await left.get("api/v1/state", headers={"Cookie": f"zcw_session={stolen}"})
        ).status_code == 200
        assert (await left.delete("api/v1/session", headers=OURS)).status_code == 204
        assert (
            await left.get("api/v1/state", headers={"Cookie": f"zcw_session={stolen}"})
        ).status_code == 401
        house.now_s[0] = SESSION_S - 1
        assert (await old.get("api/v1/state")).status_code == 200
        house.now_s[0] = SESSION_S
        assert (await old.get("api/v1/state")).status_code == 401
        house.now_s[0] = 0.0
        house.book.remove_account("anna")
        assert (await removed.get("api/v1/state")).status_code == 401


async def test_wrong_passwords_are_slowed_down_and_another_address_is_not(house: House) -> None:
    async with house.client() as guesser, house.client("192.168.1.8") as anna:
        for number in range(5):
            assert_problem(await log_in(guesser, f"wrong {number}"), 401, "unauthorized")
        assert_problem(await log_in(guesser), 429, "too-many-guesses")
        assert (await log_in(anna)).status_code == 204
        house.now_s[0] += 1.0
        assert (await log_in(guesser)).status_code == 204, "the right one counts again after the delay"


async def test_a_wrong_name_is_as_wrong_as_a_wrong_password(stranger: httpx.AsyncClient) -> None:
    for name in ("bob", "", "x" * 65, "anna\x00", "ἄννα"):
        assert (await log_in(stranger, name=name)).status_code in (401, 422)


# -- the first day ------------------------------------------------------------------------------------------


async def test_the_first_account_needs_the_code_works_once_and_is_an_administrators(tmp_path: Path) -> None:
    house = built(tmp_path, empty=True)
    code = house.gate.setup_code
    first = {"name": "anna", "password": PASSWORD, "code": code}
    async with house.client() as client:
        assert (await client.get("api/v1/session")).json()["setup"] is True
        assert_problem(await client.post("api/v1/setup", json={**first, "code": "no"}), 401, "unauthorized")
        assert_problem(await client.post("api/v1/setup", json={**first, "password": "short"}), 422, "invalid")
        assert (await client.post("api/v1/setup", json=first, headers=OURS)).status_code == 204
        assert (await client.get("api/v1/session")).json() == {
            "accounts": True, "setup": False, "name": "anna", "scope": "admin",
        }  # fmt: skip
        assert_problem(await client.post("api/v1/setup", json=first, headers=OURS), 401, "unauthorized")
    assert built(tmp_path).gate.setup_code == "", "there is no code once there is an account"


async def test_the_code_is_worth_nothing_once_there_was_an_account(tmp_path: Path) -> None:
    made_here, used = built(tmp_path / "a", empty=True), built(tmp_path / "b", empty=True)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    made_here.book.put_account(
        "bob", PASSWORD, Scope.ADMIN
    )  # on the command line, before anybody used the code
    for house in (made_here, used):
        code = house.gate.setup_code
        async with house.client() as client:
            first = {"name": "anna", "password": PASSWORD, "code": code}
            answer = await client.post("api/v1/setup", json=first, headers=OURS)
            assert answer.status_code == (401 if house is made_here else 204)
            house.book.remove_account("anna")
            again = await client.post("api/v1/setup", json={**first, "name": "eve"}, headers=OURS)
            assert_problem(again, 401, "unauthorized")


def test_every_installation_has_a_code_of_its_own(tmp_path: Path) -> None:
    codes = {built(tmp_path / str(number), empty=True).gate.setup_code for number in range(20)}
    assert len(codes) == 20 and all(len(code) >= 43 for code in codes)


# -- proxies, damage, audit ---------------------------------------------------------------------------------


async def test_who_comes_through_a_trusted_proxy_was_asked_there(tmp_path: Path) -> None:
    house = built(tmp_path, proxies=("172.30.32.2",))
    async with house.client("172.30.32.2") as proxied, house.client("172.30.32.3") as other:
        assert (await proxied.post("api/v1/stop", headers=OURS)).status_code == 200
        assert_problem(await proxied.get("api/v1/tokens"), 403, "forbidden")
        assert (await other.post("api/v1/stop", headers=OURS)).status_code == 401


async def test_accounts_that_cannot_be_read_let_nobody_in(
    house: House, stranger: httpx.AsyncClient, tmp_path: Path
) -> None:
    right = house.bearer(Scope.ADMIN)
    book_path(tmp_path / "zcw.sqlite").write_text("{", "utf-8")
    assert_problem(await stranger.get("api/v1/state", headers=right), 503, "unavailable")


async def test_who_did_what_is_written_down_and_no_secret_is(
    house: House, stranger: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    bearer = house.bearer(Scope.ADMIN)
    with caplog.at_level(logging.INFO, "zcw.audit"):
        await log_in(stranger, "a wrong secret")
        await log_in(stranger)
        await stranger.post("api/v1/stop", headers=OURS)
        await stranger.get("api/v1/state", headers={"Authorization": "Bearer zcw_token_guess"})
        made = await stranger.post("api/v1/tokens", json={"name": "lights"}, headers=bearer)
    text = caplog.text
    for line in (
        "wrong name or password from 192.168.1.7",
        "anna logged in from 192.168.1.7",
        "anna: POST /api/v1/stop 200",
        "wrong token from 192.168.1.7",
        "admin made the token",
    ):
        assert line in text
    for secret in (
        "a wrong secret",
        PASSWORD,
        "zcw_token_guess",
        made.json()["token"],
        bearer["Authorization"],
    ):
        assert secret not in text


async def test_a_new_password_ends_the_sessions_of_the_old_one(house: House) -> None:
    async with house.client() as client:
        assert (await log_in(client)).status_code == 204
        assert (await client.get("api/v1/state")).status_code == 200
        house.book.put_account("anna", PASSWORD + " and longer", Scope.CONTROL)
        assert_problem(await client.get("api/v1/state"), 401, "unauthorized")


@pytest.mark.parametrize("gone", ["session", "account", "password", "token"])
async def test_a_stream_ends_with_what_it_was_opened_with(house: House, gone: str) -> None:
    token, secret = house.book.new_token("page", Scope.READ)
    cookie = await house.gate.by_password("anna", PASSWORD, "127.0.0.1")
    assert cookie is not None
    shown = {"Authorization": f"Bearer {secret}"} if gone == "token" else {"Cookie": f"zcw_session={cookie}"}
    ends: dict[str, Callable[[], object]] = {
        "session": lambda: house.gate.end(cookie),
        "account": lambda: house.book.remove_account("anna"),
        "password": lambda: house.book.put_account("anna", PASSWORD * 2, Scope.CONTROL),
        "token": lambda: house.book.remove_token(token.id),
    }
    async with (
        asyncio.timeout(10),
        web_server(house.service, gate=house.gate) as address,
        httpx.AsyncClient(headers=shown) as client,
        client.stream("GET", f"{address}api/v1/events") as answer,
    ):
        assert answer.status_code == 200
        lines = answer.aiter_lines()
        assert (await anext(lines)).startswith("event: state")
        ends[gone]()
        house.service.set(name="a secret of later")
        assert "a secret of later" not in "".join([line async for line in lines])


async def test_a_line_of_the_audit_log_is_one_line(tmp_path: Path) -> None:
    listener = start_audit(tmp_path / "zcw.sqlite")
    assert listener is not None
    audit.info("%s: %s %s %d", "anna", "GET", "/api/v1/x\nbert: logged in\u2028\x1b[2K", 404)
    listener.stop()
    for handler in listener.handlers:
        handler.close()
    (line,) = (tmp_path / "zcw.audit.log").read_text("utf-8").splitlines()
    assert line.endswith("x\\nbert: logged in\\u2028\\x1b[2K 404")
