from collections.abc import AsyncIterator

import httpx
import pytest

from api.app import WebApp
from api.hosts import HostRule
from controller.views import ServiceView
from tests.support.fake_service import FakeService
from tests.support.problems import assert_problem

RULE = HostRule.of("Gateway.fritz.box", ["hot.example.org", "*.proxy.example", "8.8.4.4"])

OURS = [
    "localhost", "localhost:8080", "LOCALHOST", "127.0.0.1", "127.0.0.1:80", "127.9.9.9", "[::1]", "[::1]:8080",
    "gateway", "gateway.fritz.box", "gateway.fritz.box:8080", "raspberrypi.local", "a.b.local:8080",
    "10.1.2.3", "172.16.0.1", "172.31.255.255:1", "192.168.178.20:65535", "169.254.1.1", "100.64.0.1",
    "[fe80::1]", "[fd00::1]:8080", "hot.example.org", "x.proxy.example", "a.b.proxy.example:443", "8.8.4.4",
]  # fmt: skip
HOSTILE = [
    "evil.example", "evil.example:8080", "localhost.evil.example", "evil.example.", "localhost.", "127.0.0.1.",
    "127.0.0.1.evil.example", "evil@localhost", "localhost@evil.example", "localhost:80@evil.example", "localhost:",
    "localhost:0", "localhost:65536", "localhost:99999", "localhost:8080:8080", "localhost:-1", "localhost:+80",
    "localhost:８０", "localhost/", "localhost/x", "localhost#", "localhost?x", "localhost\\", " localhost",
    "localhost ", "localhost,evil.example", "evil.example,localhost", "local", ".local", "..local", "evil.local.",
    "evil.locale", "evillocal", "evil.local.example", "8.8.8.8", "8.8.8.8:8080", "172.15.0.1", "172.32.0.1",
    "192.169.0.1", "11.0.0.1", "0.0.0.0", "0", "127.1", "0x7f.0.0.1", "2130706433", "0177.0.0.1", "010.0.0.1",
    "[::]", "[2001:db8::1]", "::1", "[::1", "::1]", "[127.0.0.1]x", "[::1]:x", "[fe80::1%25eth0]", "[::ffff:8.8.8.8]",
    "proxy.example", "xproxy.example", "hot.example.org.evil.example", "", "*", "*.local", "%6cocalhost", "lоcalhost",
    "localhost\x00", "localhost\t", "a" * 300 + ".local", "-.local", "null",
]  # fmt: skip


@pytest.mark.parametrize("host", OURS)
def test_a_host_of_ours_is_served(host: str) -> None:
    assert RULE.allows(host)


@pytest.mark.parametrize("host", HOSTILE)
def test_a_hostile_host_is_not_ours(host: str) -> None:
    assert not RULE.allows(host)


def test_the_address_at_which_a_connection_arrived_is_ours_whatever_it_is() -> None:
    assert RULE.allows("[2001:db8::1]:8080", address="2001:db8::1")
    assert not RULE.allows("[2001:db8::2]:8080", address="2001:db8::1")


@pytest.fixture
async def shut(service: FakeService) -> AsyncIterator[httpx.AsyncClient]:
    """The application behind a proxy whose outer name the owner has allowed."""
    transport = httpx.ASGITransport(WebApp(service, hosts=["hot.example.org"]), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost/") as client:
        yield client


@pytest.mark.parametrize("path", ["", "api/v1/state", "api/v1/events", "healthz", "nowhere", "main.js"])
async def test_nothing_is_served_under_a_foreign_name(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Host": "evil.example"})
    assert_problem(answer, 421, "wrong-host")


async def test_a_request_without_host_or_with_two_is_refused(client: httpx.AsyncClient) -> None:
    twice = await client.get("healthz", headers=[("Host", "localhost"), ("Host", "localhost")])
    assert_problem(twice, 421, "wrong-host")
    assert_problem(await client.get("healthz", headers={"Host": ""}), 421, "wrong-host")


async def test_a_name_the_owner_allowed_is_served(shut: httpx.AsyncClient) -> None:
    assert (await shut.get("healthz", headers={"Host": "hot.example.org"})).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
        {"Origin": "localhost"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "nonsense"},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "preheat"), ("POST", "stop"), ("PUT", "mode"), ("DELETE", "x")]
)
async def test_another_sites_page_cannot_do_anything(
    client: httpx.AsyncClient, service: FakeService, headers: dict[str, str], method: str, path: str
) -> None:
    answer = await client.request(method, f"api/v1/{path}", headers=headers)
    assert_problem(answer, 403, "cross-site")
    assert not service.wishes
    assert not service.stops


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}, 200),
    ],
)
async def test_another_sites_page_cannot_make_us_work_by_pictures_but_may_lead_here(
    client: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    answer = await client.get("api/v1/state", headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Origin": "https://LOCALHOST"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://hot.example.org"},
    ],
)
async def test_our_own_page_and_scripts_may(shut: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await shut.post("api/v1/stop", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "application/vnd.api+json",
        "",
        "json",
    ],
)
async def test_a_body_that_is_not_json_is_refused(
    client: httpx.AsyncClient, service: FakeService, content_type: str
) -> None:
    answer = await client.post("api/v1/preheat", content=b"{}", headers={"Content-Type": content_type})
    assert_problem(answer, 415, "not-json")
    assert not service.wishes


async def test_a_body_without_content_type_is_refused(client: httpx.AsyncClient) -> None:
    assert_problem(await client.post("api/v1/preheat", content=b"{}"), 415, "not-json")


async def test_an_empty_form_is_refused_too(client: httpx.AsyncClient, service: FakeService) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "0"}
    assert_problem(await client.post("api/v1/stop", headers=headers), 415, "not-json")
    assert not service.stops


async def test_json_with_a_charset_is_json(client: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert (await client.post("api/v1/preheat", content=b"{}", headers=headers)).status_code == 202


@pytest.mark.parametrize("path", ["preheat", "stop", "nowhere"])
async def test_a_body_above_64_kib_is_refused_however_it_comes(client: httpx.AsyncClient, path: str) -> None:
    json_type = {"Content-Type": "application/json"}

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(65):
            yield b" " * 1024

    whole = await client.post(f"api/v1/{path}", content=b" " * 65_537, headers=json_type)
    assert_problem(whole, 413, "too-large")
    chunked = await client.post(f"api/v1/{path}", content=chunks(), headers=json_type)
    assert_problem(chunked, 413, "too-large")


async def test_a_body_of_exactly_64_kib_is_read(client: httpx.AsyncClient) -> None:
    body = b'{"minutes": 1' + b" " * (65_536 - 14) + b"}"
    answer = await client.post("api/v1/preheat", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 202


async def test_a_lying_length_is_refused_before_the_body_is_read(client: httpx.AsyncClient) -> None:
    for length in ("99999999999999999999999", "65537"):
        headers = {"Content-Type": "application/json", "Content-Length": length}
        answer = await client.get("api/v1/state", headers=headers)
        assert_problem(answer, 413, "too-large")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "", 200),
        ("GET", "api/v1/state", 200),
        ("GET", "api/v1/openapi.json", 200),
        ("HEAD", "", 200),
        ("GET", "nowhere", 404),
        ("DELETE", "api/v1/state", 405),
        ("PUT", "api/v1/mode", 422),
        ("POST", "nowhere", 404),
    ],
)
async def test_every_answer_carries_the_security_headers(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    assert_secure(answer)


class ServiceWithABug(FakeService):
    """Shows itself once, then no more."""

    def view(self) -> ServiceView:
        if self.stops:
            raise RuntimeError("secret detail")
        return super().view()


async def test_a_bug_is_a_plain_500_with_the_same_headers() -> None:
    service = ServiceWithABug()
    app = WebApp(service)
    service.stops.append("the bug wakes up")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost/") as client:
        answer = await client.get("api/v1/state")
    assert_problem(answer, 500, "bug")
    assert "secret detail" not in answer.text
    assert_secure(answer)


def assert_secure(answer: httpx.Response) -> None:
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "server" not in answer.headers
    assert "cache-control" in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "../app.py",
        "..%2fapp.py",
        "%2e%2e/app.py",
        "dashboard/index.html",
        "..\\app.py",
        "main.js%00",
        "api/v1/../../app.py",
        "//etc/passwd",
        "x" * 5_000,
    ],
)
async def test_no_path_leads_out_of_the_page(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(httpx.URL("http://localhost").copy_with(raw_path=f"/{path}".encode()))
    assert_problem(answer, 404, "not-found")


async def answered(client_address: str, **headers: str) -> httpx.Response:
    """Ask from an address, with 172.30.32.2 as a trusted proxy."""
    app = WebApp(FakeService(), proxies=["172.30.32.2"])
    transport = httpx.ASGITransport(app, client=(client_address, 1234))
    async with httpx.AsyncClient(transport=transport, base_url="http://house.example.org/") as client:
        return await client.get("api/v1/state", headers=headers)


async def test_a_trusted_proxy_may_use_any_name_and_frame_the_page() -> None:
    answer = await answered("172.30.32.2")
    assert answer.status_code == 200
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
async def test_nobody_becomes_a_trusted_proxy_by_saying_so(header: str) -> None:
    answer = await answered("192.168.1.50", **{header: "172.30.32.2"})
    assert_problem(answer, 421, "wrong-host")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
