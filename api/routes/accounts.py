"""Who may log in: accounts, seen and changed by administrators only."""

import asyncio
from typing import Annotated, Final, Literal, cast

from fastapi import APIRouter, Body, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from api.auth import LONGEST_PASSWORD, Person, Scope, password_complaint
from api.auth_book import LastAdministrator
from api.auth_gate import Gate, audit
from api.auth_guard import PERSON
from api.errors import (
    FORBIDDEN,
    INVALID,
    LAST_ADMINISTRATOR,
    NOT_FOUND,
    SENDING,
    UNAUTHORIZED,
    ProblemError,
    responses,
)
from controller.devices.topics import name_complaint

router = APIRouter(tags=["access"])

ScopeWord = Literal["read", "control", "admin"]
_ADMIN: Final = (UNAUTHORIZED, FORBIDDEN)
_Name = Annotated[str, Path(min_length=1, max_length=64, description="Name of the account.")]


def gate_of(request: Request) -> Gate:
    """Return who knows who is asking."""
    return cast(Gate, request.app.state.gate)


GateDep = Annotated[Gate, Depends(gate_of)]


class AccountOut(BaseModel):
    """An account, without its password."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "anna", "scope": "admin"}]})

    name: str
    scope: ScopeWord = Field(description="read: see all; control: also run and stop; admin: also accounts.")


class AccountIn(BaseModel):
    """What an account is to be."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"scope": "control", "password": "four words are long enough"}]},
    )

    scope: ScopeWord = "control"
    password: Annotated[SecretStr | None, Field(max_length=LONGEST_PASSWORD)] = Field(
        default=None, description="Left out: the password stays as it is. A new account needs one."
    )


@router.get("/accounts", summary="List the accounts", responses=responses(*_ADMIN))
async def list_accounts(gate: GateDep) -> list[AccountOut]:
    """Return every account, without its password: only its hash is kept."""
    return [AccountOut(name=one.name, scope=cast(ScopeWord, one.scope)) for one in gate.book.accounts]


@router.put(
    "/accounts/{name}",
    summary="Make an account, or change it",
    responses=responses(*SENDING, *_ADMIN, LAST_ADMINISTRATOR),
)
async def put_account(
    request: Request, gate: GateDep, name: _Name, wish: Annotated[AccountIn, Body()]
) -> AccountOut:
    """Make an account, or give it other rights or another password; a new password ends its sessions elsewhere."""
    secret = None if wish.password is None else wish.password.get_secret_value()
    known = gate.book.account(name) is not None
    complaints = [("path.name", name_complaint(name))] if not known else []
    if secret is not None:
        complaints.append(("body.password", password_complaint(secret)))
    elif not known:
        complaints.append(("body.password", "is needed for a new account"))
    wrong = [{"where": where, "message": said, "value": ""} for where, said in complaints if said]
    if wrong:
        what = "name" if wrong[0]["where"] == "path.name" else "password"
        raise ProblemError(INVALID, f"the {what} {wrong[0]['message']}", errors=wrong)
    try:
        scope = Scope[wish.scope.upper()]
        await asyncio.to_thread(gate.book.put_account, name, secret, scope, keep_an_administrator=True)
    except LastAdministrator as error:
        raise ProblemError(LAST_ADMINISTRATOR, f"{name} is the only administrator") from error
    if secret is not None and known:
        gate.end_all(name)
    audit.info("%s %s the account %s (%s)", _asker(request), "changed" if known else "made", name, wish.scope)
    return AccountOut(name=name, scope=wish.scope)


@router.delete(
    "/accounts/{name}",
    summary="Take an account away",
    status_code=204,
    responses=responses(NOT_FOUND, *SENDING, *_ADMIN, LAST_ADMINISTRATOR),
)
async def remove_account(request: Request, gate: GateDep, name: _Name) -> Response:
    """Take an account away; its sessions end at once."""
    try:
        gone = await asyncio.to_thread(gate.book.remove_account, name, keep_an_administrator=True)
    except LastAdministrator as error:
        raise ProblemError(LAST_ADMINISTRATOR, f"{name} is the only administrator") from error
    if not gone:
        raise ProblemError(NOT_FOUND, f"there is no account {name!r:.80}")
    gate.end_all(name)
    audit.info("%s took the account %s away", _asker(request), name)
    return Response(status_code=204)


def _asker(request: Request) -> str:
    person: Person | None = request.scope.get(PERSON)
    return "somebody" if person is None else person.name
