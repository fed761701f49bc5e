"""Says every problem in the language of whoever asked, wherever in the service it was made."""

import json
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import PROBLEM_JSON
from api.language import negotiate
from api.phrases import said
from controller.core.reason import Language

_TOLD: Final = ("title", "detail", "cure")
_TOLD_OF_EACH: Final = ("message", "cure")


def language_of(scope: Scope) -> Language:
    """Return the language in which a request wants to be answered: ``lang`` of the query goes before its header."""
    chosen = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", [""])[-1]
    if chosen in ("en", "zh"):
        return "zh" if chosen == "zh" else "en"
    return negotiate(Headers(scope=scope).get("accept-language"))


class Interpreter:
    """ASGI middleware: passes everything on, and problems in Chinese to those who read Chinese.

    Args:
        app: What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and language_of(scope) == "zh":
            send = _Chinese(send)
        await self._app(scope, receive, send)


class _Chinese:
    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            content_type = MutableHeaders(raw=list(message["headers"])).get("content-type", "")
            if content_type.startswith(PROBLEM_JSON):
                self._start = message
                return
        if self._start is None or message["type"] != "http.response.body":
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if not message.get("more_body", False):
            await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        body = _translated(self._body)
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["Content-Length"] = str(len(body))
        headers["Content-Language"] = "zh"
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})


def _translated(body: bytes) -> bytes:
    try:
        document: dict[str, Any] = json.loads(body)
    except ValueError:  # a client's lone surrogate, written as an escape that is no JSON
        return body
    document |= {name: said(document[name], "zh") for name in _TOLD if isinstance(document.get(name), str)}
    for one in document.get("errors") or ():
        one |= {name: said(one[name], "zh") for name in _TOLD_OF_EACH if isinstance(one.get(name), str)}
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace")
