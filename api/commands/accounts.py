"""``zcw accounts``: who may use the page and the REST service; on this machine, beside the running service."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import say
from controller.core.errors import ZcwError

if TYPE_CHECKING:
    from api.auth_book import AuthBook

app = typer.Typer(help="Who may use the page and the REST service.", no_args_is_help=True)


class ScopeName(StrEnum):
    """What somebody may do."""

    READ = "read"
    CONTROL = "control"
    ADMIN = "admin"


_Config = Annotated[Path, typer.Option("--config", "-c", help="Configuration file.")]
_Scope = Annotated[
    ScopeName, typer.Option(help="read: see all; control: also run and stop; admin: also accounts.")
]


@app.command("list")
def list_all(config: _Config = Path("zcw.yaml")) -> None:
    """List accounts and tokens. Passwords and tokens are not kept, only their hashes."""
    book = _book(config)
    for account in book.accounts:
        typer.echo(f"account  {account.name}  ({account.scope})")
    for token in book.tokens:
        typer.echo(f"token    {token.name}  ({token.scope})  id {token.id}")
    if book.is_empty:
        say("There is no account yet.")


@app.command()
def add(name: str, scope: _Scope = ScopeName.CONTROL, config: _Config = Path("zcw.yaml")) -> None:
    """Make an account, or give it a new password; asks for the password, or reads it from a pipe."""
    from api.auth import Scope, password_complaint
    from controller.devices.topics import name_complaint

    if complaint := name_complaint(name):
        raise ZcwError(f"the name {complaint}")
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    if complaint := password_complaint(password):
        raise ZcwError(f"the password {complaint}; take a longer one, such as four words")
    _book(config).put_account(name, password, Scope[scope.upper()])
    say(f"{name} may log in now ({scope}).")


@app.command()
def remove(name: str, config: _Config = Path("zcw.yaml")) -> None:
    """Take an account, or a token by its id, away; it counts at once."""
    book = _book(config)
    if not (book.remove_account(name) or book.remove_token(name)):
        raise ZcwError(f"there is no account and no token {name!r:.80}; see: zcw accounts list")
    say(f"{name} is gone.")


@app.command()
def token(name: str, scope: _Scope = ScopeName.CONTROL, config: _Config = Path("zcw.yaml")) -> None:
    """Make a token for a program and show it, this once."""
    from api.auth import Scope
    from controller.devices.topics import name_complaint

    if complaint := name_complaint(name):
        raise ZcwError(f"the name {complaint}")
    made, secret = _book(config).new_token(name, Scope[scope.upper()])
    say(f"Token {made.id} for {name} ({scope}); it is shown this once:")
    typer.echo(secret)


def _book(config: Path) -> "AuthBook":
    from api.auth_book import AuthBook, book_path
    from controller.settings import load_settings

    return AuthBook(book_path(load_settings(config, with_secrets=False).storage))
