"""Every error as application/problem+json (RFC 9457), with a cure."""

import json
from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.schemas import Problem
from controller.core.errors import StorageError, Unavailable, UnknownFixture, ZcwError

PROBLEM_JSON: Final = "application/problem+json"
MOST_ERRORS: Final = 20
"""Refused values named in one answer: a body of nothing but mistakes must not become a longer one."""

_Handler: TypeAlias = Callable[[Request, Any], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem.

    Args:
        name: Last part of the problem's type.
        status: HTTP status.
        title: The kind in a few words.
        cure: What usually helps.
    """

    name: str
    status: int
    title: str
    cure: str


NOT_FOUND = Kind("not-found", 404, "There is nothing here", "The paths are listed in api/v1/openapi.json.")
WRONG_METHOD = Kind("wrong-method", 405, "This method does not work here", "Use a method named in Allow.")
UNREADABLE = Kind(
    "unreadable", 400, "The request cannot be read", "Send plain HTTP with a body of well-formed JSON."
)
INVALID = Kind("invalid", 422, "A value is not accepted", "Correct the values listed under errors.")
TOO_SLOW = Kind("too-slow", 408, "The body took too long", "Send the body at once.")
TOO_LARGE = Kind(
    "too-large", 413, "The body is too large", "Send at most 64 KiB; a wish needs less than 1 KiB."
)
NOT_JSON = Kind("not-json", 415, "The body is not JSON", "Send JSON with Content-Type: application/json.")
WRONG_HOST = Kind(
    "wrong-host",
    421,
    "This host name is not served here",
    "Use the machine's address or its .local name, or add the name to api.hosts in the configuration.",
)
CROSS_SITE = Kind(
    "cross-site",
    403,
    "Refused: the request comes from another web site",
    "Use the page of this service. Behind a proxy that changes the host name, add the outer name to api.hosts in "
    "the configuration.",
)
UNKNOWN_FIXTURE = Kind(
    "unknown-fixture", 404, "There is no such fixture", "Use a name listed under known, or leave fixture out."
)
UNKNOWN_LOOP = Kind("unknown-loop", 404, "There is no such loop", "Use a name listed under known.")
NO_FILE = Kind(
    "no-file",
    409,
    "There is no configuration file",
    "Start the service with: zcw run --config FILE",
)
CHANGED_MEANWHILE = Kind(
    "changed-meanwhile",
    412,
    "Somebody else was quicker",
    "Get the settings again, and make the change to these.",
)
NO_MATCH = Kind(
    "no-match",
    428,
    "This needs If-Match",
    "Send the ETag of GET settings as If-Match, so that no other change is undone.",
)
LAST_ADMINISTRATOR = Kind(
    "last-administrator",
    409,
    "Nobody could do everything any more",
    "Make another account an administrator's first.",
)
LEARNS_NOTHING = Kind(
    "learns-nothing",
    409,
    "This loop learns no habits",
    "Add a strategy of the type predictive to the configuration; with shadow: true it learns and never acts.",
)
UNAVAILABLE = Kind(
    "unavailable",
    503,
    "This cannot be done now",
    "Try again in a few seconds; GET healthz tells which part is down.",
)
UNAUTHORIZED = Kind(
    "unauthorized",
    401,
    "This needs an account",
    "Log in on the page, or send a token as Authorization: Bearer ...; make one with: zcw accounts token NAME",
)
FORBIDDEN = Kind("forbidden", 403, "This account may not do that", "Ask somebody who may: zcw accounts list")
TOO_MANY_GUESSES = Kind(
    "too-many-guesses",
    429,
    "Too many wrong guesses",
    "Wait as long as Retry-After says; then give the right one.",
)
UNHEALTHY = Kind("unhealthy", 503, "Not everything is well", "See parts for what is wrong.")
NO_HISTORY = Kind(
    "no-history",
    503,
    "The history cannot be read",
    "Check the disk of the machine; control goes on meanwhile.",
)
BUG = Kind(
    "bug", 500, "The service made a mistake", "Please report it, with the lines of the log at this moment."
)
ANYWHERE: Final = (UNREADABLE, CROSS_SITE, TOO_LARGE, WRONG_HOST)
"""What any request may be answered with."""
SENDING: Final = (TOO_SLOW, NOT_JSON, INVALID)
"""What a request that changes something may be answered with besides."""
_REFUSED: Final = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
OTHER_CURE: Final = "See api/v1/openapi.json for what is accepted."


class ProblemError(Exception):
    """A route's way to answer with a problem.

    Args:
        kind: The kind of problem.
        detail: What is wrong this time.
        headers: Further headers.
        more: Further members of the document.
    """

    def __init__(
        self, kind: Kind, detail: str, /, *, headers: Mapping[str, str] | None = None, **more: object
    ) -> None:
        self.kind = kind
        self.headers = headers
        self.more = more
        super().__init__(detail)


def problem(
    kind: Kind, detail: str, /, *, headers: Mapping[str, str] | None = None, **more: object
) -> Response:
    """Return the response that describes a problem.

    Args:
        kind: The kind of problem.
        detail: What is wrong this time.
        headers: Further headers.
        more: Further members of the document.
    """
    document = {
        "type": f"urn:zcw:problem:{kind.name}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "cure": kind.cure,
        **more,
    }
    # A lone surrogate out of a client's JSON cannot be encoded, and must not turn a 422 into a 500.
    text = json.dumps(document, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace")
    return Response(text, kind.status, {"Cache-Control": "no-store", **(headers or {})}, PROBLEM_JSON)


def install(app: FastAPI) -> None:
    """Make ``app`` answer every error as a problem."""
    handlers: dict[type[Exception], _Handler] = {
        RequestValidationError: _invalid,
        HTTPException: _http,
        ProblemError: _problem,
        UnknownFixture: _unknown_fixture,
        Unavailable: _unavailable,
        StorageError: _no_history,
        ZcwError: _unavailable,
        Exception: _bug,
    }
    for error, handler in handlers.items():
        app.add_exception_handler(error, handler)


def describe(openapi: dict[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI document with every error under the media type it really has."""
    for path in openapi["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                content = response.get("content", {})
                if status >= "400" and content:
                    response["content"] = {PROBLEM_JSON: next(iter(content.values()))}
    return openapi


def describe_access(openapi: dict[str, Any], open_paths: Container[str]) -> dict[str, Any]:
    """Return the OpenAPI document with what the guard asks for and answers, on every path but the open ones."""
    components = openapi.setdefault("components", {})
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "zcw_session"},
    }
    for path, operations in openapi["paths"].items():
        for operation in operations.values():
            operation["security"] = [] if path in open_paths else [{"token": []}, {"session": []}]
            for kind in (UNAUTHORIZED, FORBIDDEN, TOO_MANY_GUESSES, UNAVAILABLE):
                described(operation["responses"], kind)
    return openapi


DESCRIBED: Final[dict[str, Kind]] = {}
"""Every kind that a route has described, by its title."""


def described(answers: dict[str, Any], kind: Kind) -> None:
    """Add a kind of problem to the answers of an operation of the OpenAPI document."""
    DESCRIBED[kind.title] = kind
    answer = answers.setdefault(str(kind.status), {"description": kind.title, "content": _REFUSED})
    if kind.title not in answer["description"].split("; "):
        answer["description"] += f"; {kind.title}"


def responses(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of the errors that a route may answer with, those of ``ANYWHERE`` included."""
    answers: dict[int | str, dict[str, Any]] = {}
    for kind in (*ANYWHERE, *kinds):
        before = answers.get(kind.status)
        DESCRIBED[kind.title] = kind
        title = kind.title if before is None else f"{before['description']}; {kind.title}"
        answers[kind.status] = {"model": Problem, "description": title}
    return answers


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    errors = [_refused(each) for each in error.errors()[:MOST_ERRORS]]
    first = errors[0]
    return problem(INVALID, f"{first['where']}: {first['message']}", instance=request.url.path, errors=errors)


def _refused(error: Mapping[str, Any]) -> dict[str, str]:
    return {
        "where": ".".join(str(part) for part in error["loc"])[:100],
        "message": str(error["msg"]),
        "value": repr(error.get("input"))[:100],
    }


async def _http(request: Request, error: HTTPException) -> Response:
    known = {400: UNREADABLE, 404: NOT_FOUND, 405: WRONG_METHOD, 413: TOO_LARGE}
    phrase = HTTPStatus(error.status_code).phrase
    kind = known.get(error.status_code, Kind("http", error.status_code, phrase, OTHER_CURE))
    detail = f"{request.method} {request.url.path[:200]}: {phrase.lower()}"
    headers = {"Allow": ", ".join(_allowed(request))} if kind is WRONG_METHOD else error.headers
    return problem(kind, detail, headers=headers, instance=request.url.path[:200])


def _allowed(request: Request) -> list[str]:
    """Return every method that some route serves at the request's path; the framework names those of one route only."""
    return [
        method
        for method in METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]


async def _problem(request: Request, error: ProblemError) -> Response:
    return problem(error.kind, str(error), headers=error.headers, instance=request.url.path, **error.more)


async def _unknown_fixture(request: Request, error: UnknownFixture) -> Response:
    return problem(UNKNOWN_FIXTURE, str(error), instance=request.url.path, known=list(error.known))


async def _unavailable(request: Request, error: ZcwError) -> Response:
    return problem(UNAVAILABLE, str(error), headers={"Retry-After": "5"}, instance=request.url.path)


async def _no_history(request: Request, error: StorageError) -> Response:
    return problem(NO_HISTORY, str(error), headers={"Retry-After": "30"}, instance=request.url.path)


async def _bug(request: Request, error: Exception) -> Response:
    return problem(BUG, f"{type(error).__name__} while answering", instance=request.url.path)
