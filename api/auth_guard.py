"""The guard between the fence and the application: who may pass, and in whose name."""

import ipaddress
from dataclasses import dataclass
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import Final

from fastapi import Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth import Person
from api.auth import Scope as Rights
from api.auth_gate import Gate, TooManyGuesses, audit
from api.errors import CROSS_SITE, FORBIDDEN, TOO_MANY_GUESSES, UNAUTHORIZED, UNAVAILABLE, problem
from api.security import SAFE_METHODS
from controller.core.errors import ZcwError

API: Final = "/api/"
COOKIE: Final = "zcw_session"
PERSON: Final = "zcw.person"
"""Where a request carries who asks."""
STILL: Final = "zcw.still"
"""Where a request carries the question whether they may still have what they asked for: an answer can last for days."""
OPEN: Final = frozenset({"/api/v1/session", "/api/v1/setup"})
"""What must be reached to become somebody."""
ADMIN: Final = ("/api/v1/tokens", "/api/v1/accounts", "/api/v1/backup")
HEALTH: Final = "/healthz"
METRICS: Final = "/metrics"


@dataclass(frozen=True, slots=True)
class Guard:
    """An ASGI application that lets through who may pass.

    Args:
        app: The application behind it.
        gate: Knows who is asking.
        proxies: Addresses of proxies that have checked who asks.
    """

    app: ASGIApp
    gate: Gate
    proxies: frozenset[str] = frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request or pass it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            refusal = self._refusal(scope)
        except TooManyGuesses as error:
            refusal = too_many(error)
        except ZcwError as error:
            refusal = problem(UNAVAILABLE, str(error))  # the accounts cannot be read: nobody is let in
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        person: Person | None = scope.get(PERSON)
        if person is None or scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, send)
        else:
            await self.app(scope, receive, _noting(send, scope, person))

    def _refusal(self, scope: Scope) -> Response | None:
        path, method = scope["path"], scope["method"]
        address = address_of(scope)
        # The page itself is no secret, and this machine's own checks ask for health.
        guarded = path.startswith(API) or path == METRICS or (path == HEALTH and not _is_here(address))
        if not guarded:
            return None
        headers = Headers(scope=scope)
        person, by_cookie = self._person(headers, address)
        scope[PERSON] = person
        if by_cookie and method not in SAFE_METHODS and not _names_its_site(headers):
            return problem(CROSS_SITE, "a browser says where a request comes from; this one does not")
        if path in OPEN:
            return None
        if person is None:
            return problem(UNAUTHORIZED, "nobody is logged in", headers={"WWW-Authenticate": "Bearer"})
        needed = _needed(path, method)
        if person.scope < needed:
            return problem(FORBIDDEN, f"{person.name} may {person.scope.word}, this needs {needed.word}")
        scope[STILL] = partial(self._still, headers, address, needed)
        return None

    def _person(self, headers: Headers, address: str) -> tuple[Person | None, bool]:
        token = bearer_of(headers)
        if token is not None:
            return self.gate.by_token(token, address), False
        person = self._visitor(headers, address)
        return person, person is not None

    def _visitor(self, headers: Headers, address: str) -> Person | None:
        cookie = cookie_of(headers)
        person = self.gate.by_session(cookie) if cookie else None
        if person is None and address in self.proxies:
            return Person("the proxy", Rights.CONTROL)
        return person

    def _still(self, headers: Headers, address: str, needed: Rights) -> bool:
        token = bearer_of(headers)
        try:
            person = self._visitor(headers, address) if token is None else self.gate.book.holder(token)
        except ZcwError:
            return False
        return person is not None and person.scope >= needed


def too_many(error: TooManyGuesses) -> Response:
    """Return the answer to somebody who guesses too often."""
    wait_s = int(error.wait_s) + 1
    return problem(
        TOO_MANY_GUESSES, f"no guess is heard for {wait_s} s", headers={"Retry-After": str(wait_s)}
    )


def address_of(scope: Scope) -> str:
    """Return the address at the other end of the connection. What headers say about it is not believed."""
    return str(scope["client"][0]) if scope.get("client") else ""


def bearer_of(headers: Headers) -> str | None:
    """Return the token of a program; None when it shows none."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def cookie_of(headers: Headers) -> str:
    """Return the session's cookie; empty without."""
    try:
        cookies = SimpleCookie(headers.get("cookie", "")[:8_192])
    except CookieError:
        return ""
    return cookies[COOKIE].value if COOKIE in cookies else ""


def _needed(path: str, method: str) -> Rights:
    if path.startswith(ADMIN):
        return Rights.ADMIN
    return Rights.READ if method in SAFE_METHODS else Rights.CONTROL


def _names_its_site(headers: Headers) -> bool:
    # The fence has refused wrong ones already; a cookie also must not act where nothing is said at all.
    return "origin" in headers or "sec-fetch-site" in headers


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _noting(send: Send, scope: Scope, person: Person) -> Send:
    async def noting(message: Message) -> None:
        if message["type"] == "http.response.start":
            audit.info("%s: %s %s %d", person.name, scope["method"], scope["path"], message["status"])
        await send(message)

    return noting
