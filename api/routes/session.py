"""Becoming somebody: logging in and out, the first day, and keys for programs."""

import asyncio
from typing import Annotated, Final, Literal, cast

from fastapi import APIRouter, Body, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from api.auth import LONGEST_PASSWORD, Person, Scope, password_complaint
from api.auth_gate import SESSION_S, Gate, TooManyGuesses, audit
from api.auth_guard import COOKIE, PERSON, address_of, cookie_of, too_many
from api.errors import (
    FORBIDDEN,
    INVALID,
    NOT_FOUND,
    SENDING,
    TOO_MANY_GUESSES,
    UNAUTHORIZED,
    ProblemError,
    responses,
)
from controller.devices.topics import name_complaint

open_router = APIRouter(tags=["access"])
"""Whether there are accounts, and who is asking: also where there are none."""
router = APIRouter(tags=["access"])

ScopeWord = Literal["read", "control", "admin"]
_GUESSING: Final = (*SENDING, UNAUTHORIZED, TOO_MANY_GUESSES)
_ADMIN: Final = (UNAUTHORIZED, FORBIDDEN)

_Name = Annotated[str, Field(strict=True, min_length=1, max_length=64)]
_Password = Annotated[SecretStr, Field(max_length=LONGEST_PASSWORD)]


class LoginIn(BaseModel):
    """A name and its password."""

    model_config = ConfigDict(extra="forbid")

    name: _Name
    password: _Password


class SetupIn(LoginIn):
    """The first account."""

    code: Annotated[SecretStr, Field(max_length=200)] = Field(
        description="The set-up code that the service prints at its start."
    )


class SessionOut(BaseModel):
    """Who is asking."""

    accounts: bool = Field(description="False: everybody who reaches the service may do everything.")
    setup: bool = Field(
        default=False, description="There is no account yet; the set-up code makes the first."
    )
    name: str | None = Field(default=None, description="Name of the account or token; null for nobody.")
    scope: ScopeWord | None = Field(default=None, description="What they may do.")


class TokenIn(BaseModel):
    """A key for a program."""

    model_config = ConfigDict(extra="forbid")

    name: _Name = Field(description="What it is for.")
    scope: ScopeWord = Field(default="control", description="What it may do.")


class TokenOut(BaseModel):
    """A key for a program, without its secret."""

    id: str
    name: str
    scope: ScopeWord


class NewTokenOut(TokenOut):
    """A new key with its secret, which is shown this once."""

    token: str = Field(description="Send it as Authorization: Bearer ...; it cannot be shown again.")


def _gate(request: Request) -> Gate:
    return cast(Gate, request.app.state.gate)


_GateDep = Annotated[Gate, Depends(_gate)]


@open_router.get("/session", summary="Who am I?", responses=responses(TOO_MANY_GUESSES, UNAUTHORIZED))
async def who_am_i(request: Request) -> SessionOut:
    """Tell whether there are accounts, and who is asking."""
    gate: Gate | None = request.app.state.gate
    if gate is None:
        return SessionOut(accounts=False)
    person: Person | None = request.scope.get(PERSON)
    if person is None:
        return SessionOut(accounts=True, setup=gate.book.is_empty)
    return SessionOut(accounts=True, name=person.name, scope=_word(person.scope.word))


@router.post("/session", summary="Log in", status_code=204, responses=responses(*_GUESSING))
async def log_in(request: Request, gate: _GateDep, wish: Annotated[LoginIn, Body()]) -> Response:
    """Give a session to a browser, as a cookie that no script can read and no other site can use."""
    try:
        cookie = await gate.by_password(
            wish.name, wish.password.get_secret_value(), address_of(request.scope)
        )
    except TooManyGuesses as error:
        return too_many(error)
    return _let_in(request, cookie, "the name or the password is wrong")


@router.delete("/session", summary="Log out", status_code=204, responses=responses(*SENDING))
async def log_out(request: Request, gate: _GateDep) -> Response:
    """End the browser's session."""
    gate.end(cookie_of(request.headers))
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.post("/setup", summary="Make the first account", status_code=204, responses=responses(*_GUESSING))
async def set_up(request: Request, gate: _GateDep, wish: Annotated[SetupIn, Body()]) -> Response:
    """Make the first account, an administrator's; works once, with the code that the service prints."""
    password = wish.password.get_secret_value()
    complaint = name_complaint(wish.name) or password_complaint(password)
    if complaint:
        raise ProblemError(INVALID, f"the name or the password {complaint}")
    try:
        code = wish.code.get_secret_value()
        cookie = await gate.set_up(code, wish.name, password, address_of(request.scope))
    except TooManyGuesses as error:
        return too_many(error)
    return _let_in(request, cookie, "the set-up code is wrong, or was used")


@router.get("/tokens", summary="List the keys", responses=responses(*_ADMIN))
async def list_tokens(gate: _GateDep) -> list[TokenOut]:
    """Return every key, without its secret."""
    return [TokenOut(id=token.id, name=token.name, scope=_word(token.scope)) for token in gate.book.tokens]


@router.post("/tokens", summary="Make a key", status_code=201, responses=responses(*SENDING, *_ADMIN))
async def new_token(request: Request, gate: _GateDep, wish: Annotated[TokenIn, Body()]) -> NewTokenOut:
    """Make a key for a program. Its secret is in this answer and nowhere else."""
    complaint = name_complaint(wish.name)
    if complaint:
        raise ProblemError(INVALID, f"the name {complaint}")
    scope = Scope[wish.scope.upper()]
    token, secret = await asyncio.to_thread(gate.book.new_token, wish.name, scope)
    audit.info("%s made the token %s (%s, %s)", _asker(request), token.id, token.name, token.scope)
    return NewTokenOut(id=token.id, name=token.name, scope=wish.scope, token=secret)


@router.delete(
    "/tokens/{token_id}",
    summary="Take a key back",
    status_code=204,
    responses=responses(NOT_FOUND, *SENDING, *_ADMIN),
)
async def remove_token(
    request: Request, gate: _GateDep, token_id: Annotated[str, Path(max_length=64)]
) -> Response:
    """Take a key back; it stops working at once."""
    if not await asyncio.to_thread(gate.book.remove_token, token_id):
        raise ProblemError(NOT_FOUND, "there is no such token")
    audit.info("%s took the token %s back", _asker(request), token_id)
    return Response(status_code=204)


def _let_in(request: Request, cookie: str | None, otherwise: str) -> Response:
    if cookie is None:
        raise ProblemError(UNAUTHORIZED, otherwise)
    answer = Response(status_code=204)
    answer.set_cookie(
        COOKIE,
        cookie,
        max_age=int(SESSION_S),
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


def _asker(request: Request) -> str:
    person: Person | None = request.scope.get(PERSON)
    return "somebody" if person is None else person.name


def _word(scope: str) -> ScopeWord:
    return cast(ScopeWord, scope)
