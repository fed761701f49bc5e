"""The fence around the application: who may talk to it, how much, and what every answer carries.

It stands outside the framework, so that nothing gets past it: no error page, no unknown path, no crash.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from fastapi import Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import CROSS_SITE, NOT_JSON, TOO_LARGE, TOO_SLOW, WRONG_HOST, problem
from api.hosts import HostRule

MAX_BODY_BYTES: Final = 64 * 1024
BODY_TIMEOUT_S: Final = 10.0
DISCARD_S: Final = 0.5
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
CLOSE: Final = {"Connection": "close"}

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FRAMED: Final = {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
"""What differs behind a trusted proxy, which may show the page inside its own, as Home Assistant does."""


@dataclass(frozen=True, slots=True)
class Fence:
    """An ASGI application that lets only decent requests through to another.

    Args:
        app: The application behind the fence.
        hosts: The hosts that are ours.
        proxies: Addresses of proxies that have checked who asks: they may use any host name, and frame the page.
    """

    app: ASGIApp
    hosts: HostRule
    proxies: frozenset[str] = frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request or pass it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        proxied = scope.get("client") is not None and scope["client"][0] in self.proxies
        outward = _with_headers(send, HEADERS | FRAMED if proxied else HEADERS)
        refusal = self._refusal(scope, proxied=proxied)
        if refusal is None and scope["method"] not in SAFE_METHODS:
            body = await _read(receive)
            if isinstance(body, Response):
                refusal = body
            else:
                receive = _replay(body, receive)
        if refusal is not None and refusal.status_code == TOO_LARGE.status:
            await _discard(receive)
        await (refusal or self.app)(scope, receive, outward)

    def _refusal(self, scope: Scope, *, proxied: bool) -> Response | None:
        headers = Headers(scope=scope)
        return self._wrong_host(scope, headers, proxied=proxied) or self._indecent(scope["method"], headers)

    def _wrong_host(self, scope: Scope, headers: Headers, *, proxied: bool) -> Response | None:
        named = headers.getlist("host")
        address = scope["server"][0] if scope.get("server") else None
        if len(named) == 1 and (proxied or self.hosts.allows(named[0], address=address)):
            return None
        return problem(WRONG_HOST, f"the host {' and '.join(named)[:100] or 'is missing'!r} is not ours")

    def _indecent(self, method: str, headers: Headers) -> Response | None:
        if int_or_zero(headers.get("content-length")) > MAX_BODY_BYTES:
            return problem(TOO_LARGE, f"the body has {headers['content-length'][:20]} bytes", headers=CLOSE)
        if method in SAFE_METHODS:
            return _unasked(headers)
        if not self._same_site(headers):
            return problem(
                CROSS_SITE, f"the request comes from {headers.get('origin', 'another site')[:100]!r}"
            )
        return _wrong_type(headers)

    def _same_site(self, headers: Headers) -> bool:
        # Browsers send Sec-Fetch-Site only where they trust the connection, which plain HTTP at home is not.
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in ("same-origin", "none")
        origin = headers.get("origin")
        if origin is None:
            return True
        authority = origin.partition("://")[2]
        return authority.lower() == headers["host"].lower() or self.hosts.trusts(authority)


def _unasked(headers: Headers) -> Response | None:
    """Refuse what another site's page fetches behind its reader's back: it could not read the answer, but make us work."""
    if headers.get("sec-fetch-site") != "cross-site" or headers.get("sec-fetch-mode") == "navigate":
        return None
    return problem(CROSS_SITE, "the request comes from another site's page")


def int_or_zero(text: str | None) -> int:
    """Return a header's decimal number, 0 when it is missing or none; digits beyond ten count as ten nines."""
    if text is None or not (text.isascii() and text.isdigit()):
        return 0
    return int(text) if len(text) <= 10 else 9_999_999_999


def _wrong_type(headers: Headers) -> Response | None:
    given = headers.get("content-type")
    has_body = "transfer-encoding" in headers or int_or_zero(headers.get("content-length")) > 0
    if given is None and not has_body:
        return None
    if given is not None and given.partition(";")[0].strip().lower() == "application/json":
        return None
    return problem(NOT_JSON, f"the body has Content-Type {(given or 'none')[:100]}")


async def _read(receive: Receive) -> bytes | Response:
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            more = True
            while more:
                message = await receive()
                body += message.get("body", b"")
                if len(body) > MAX_BODY_BYTES:
                    return problem(TOO_LARGE, f"the body has more than {MAX_BODY_BYTES} bytes", headers=CLOSE)
                more = message["type"] == "http.request" and message.get("more_body", False)
    except TimeoutError:
        return problem(TOO_SLOW, f"the body was not there after {BODY_TIMEOUT_S:g} s", headers=CLOSE)
    return bytes(body)


async def _discard(receive: Receive) -> None:
    """Take in the rest of a refused body for a moment: closing on a client that still sends would hide the answer."""
    with suppress(TimeoutError):
        async with asyncio.timeout(DISCARD_S):
            while (await receive()).get("more_body", False):
                pass


def _replay(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return messages.pop() if messages else await receive()

    return replayed


def _with_headers(send: Send, always: Mapping[str, str]) -> Callable[[Message], Awaitable[None]]:
    async def outward(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in always.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return outward
