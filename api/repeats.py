"""One request, one effect: what is asked again with the same ``Idempotency-Key`` is answered again, and not done again.

STOP and preheat are left out. A stop is carried out as often as it is asked, whatever its key: nothing may come between
a person and the switch. A wish for hot water knows its key itself, longer than any answer is remembered here.
"""

import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth import Person
from api.auth_guard import PERSON
from api.errors import INVALID, Kind, described, problem

HEADER: Final = "Idempotency-Key"
KEY: Final = r"^[\x21-\x7e]{1,128}$"
UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
BY_THEMSELVES: Final = frozenset({"/api/v1/preheat", "/api/v1/stop", "/api/v1/session", "/api/v1/setup"})
"""Paths that deal with repetition themselves, or are about who is asking."""
REMEMBERED_S: Final = 600.0
MOST: Final = 128
MOST_BYTES: Final = 32 * 1024
"""Longer answers are not remembered."""

KEY_TAKEN: Final = Kind(
    "key-taken", 422, "Another request has this key", "Choose a new Idempotency-Key for each new request."
)
STILL_ANSWERING: Final = Kind(
    "still-answering",
    409,
    "The same request is still being answered",
    "Ask again in a moment, with the same Idempotency-Key.",
)


@dataclass(slots=True)
class _Remembered:
    fingerprint: bytes
    until_s: float
    messages: list[Message] = field(default_factory=list)
    done: bool = False


class Repeats:
    """ASGI middleware, within the guard: each person has keys of their own.

    Args:
        app: What answers.
        now_s: A clock that never goes back, in seconds.
        serves: Tells whether a request's method is served at its path; what is not is nobody's request, and gets no key.
    """

    def __init__(
        self,
        app: ASGIApp,
        now_s: Callable[[], float] = time.monotonic,
        serves: Callable[[Scope], bool] = lambda _: True,
    ) -> None:
        self._app = app
        self._now_s = now_s
        self._serves = serves
        self._known: OrderedDict[tuple[str, str], _Remembered] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        key = None
        if scope["type"] == "http" and scope["method"] in UNSAFE and scope["path"] not in BY_THEMSELVES:
            key = Headers(scope=scope).get(HEADER)
        if key is None or not self._serves(scope):
            await self._app(scope, receive, send)
        elif re.match(KEY, key) is None:
            where = f"header.{HEADER.lower()}"
            errors = [{"where": where, "message": f"String should match pattern '{KEY}'", "value": ""}]
            await problem(INVALID, f"{where}: {errors[0]['message']}", errors=errors)(scope, receive, send)
        else:
            await self._once(key, scope, receive, send)

    async def _once(self, key: str, scope: Scope, receive: Receive, send: Send) -> None:
        person: Person | None = scope.get(PERSON)
        name = ("" if person is None else person.name, key)
        request = await receive()  # the fence has read it already, so this is all of it
        fingerprint = _fingerprint(scope, request.get("body", b""))
        before = self._before(name)
        if before is None:
            await self._first(name, fingerprint, scope, _again(request, receive), send)
        elif before.fingerprint != fingerprint:
            answer = problem(KEY_TAKEN, "the key was used for something else", instance=scope["path"])
            await answer(scope, receive, send)
        elif not before.done:
            answer = problem(
                STILL_ANSWERING, "one moment", headers={"Retry-After": "1"}, instance=scope["path"]
            )
            await answer(scope, receive, send)
        else:
            for message in before.messages:
                await send(_replayed(message))

    def _before(self, name: tuple[str, str]) -> _Remembered | None:
        before = self._known.get(name)
        if before is not None and before.done and before.until_s <= self._now_s():
            del self._known[name]
            return None
        return before

    async def _first(
        self, name: tuple[str, str], fingerprint: bytes, scope: Scope, receive: Receive, send: Send
    ) -> None:
        one = self._known[name] = _Remembered(fingerprint, self._now_s() + REMEMBERED_S)
        for old in [each for each, entry in self._known.items() if entry.done][
            : max(0, len(self._known) - MOST)
        ]:
            del self._known[old]

        async def noted(message: Message) -> None:
            one.messages.append(message)
            await send(message)

        try:
            await self._app(scope, receive, noted)
            one.done = True
        finally:
            if not one.done or not _worth_keeping(one.messages):
                self._known.pop(name, None)


def _fingerprint(scope: Scope, body: bytes) -> bytes:
    match = Headers(scope=scope).get("if-match", "")
    parts = (
        scope["method"].encode(),
        scope["raw_path"],
        scope["query_string"],
        match.encode("latin-1"),
        body,
    )
    return hashlib.sha256(b"\0".join(parts)).digest()


def _worth_keeping(messages: list[Message]) -> bool:
    """What failed on our side may be tried again; it is not known what came of it."""
    begun = bool(messages) and messages[0]["type"] == "http.response.start" and messages[0]["status"] < 500
    return begun and sum(len(each.get("body", b"")) for each in messages) <= MOST_BYTES


def _replayed(message: Message) -> Message:
    if message["type"] != "http.response.start":
        return message
    return {**message, "headers": [*message["headers"], (b"idempotency-replayed", b"true")]}


def _again(first: Message, receive: Receive) -> Receive:
    waiting = [first]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def describe_repeats(openapi: dict[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI document with the header, and what may be answered to it, on every path that knows it."""
    parameter = {
        "name": HEADER,
        "in": "header",
        "required": False,
        "description": "Names the request: repeated with the same key within ten minutes it is answered again, not done again.",
        "schema": {"type": "string", "pattern": KEY},
        "example": "3f0d6d1e",
    }
    for path, operations in openapi["paths"].items():
        for method, operation in operations.items():
            if method.upper() not in UNSAFE or path in BY_THEMSELVES:
                continue
            known = operation.setdefault("parameters", [])
            if parameter not in known:
                known.append(parameter)
            for kind in (KEY_TAKEN, STILL_ANSWERING):
                described(operation["responses"], kind)
    return openapi
