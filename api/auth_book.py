"""The accounts and tokens, in a small file of their own that only the service's user can read.

They are not in the history: who passes a copy of that on must not pass these on, and a damaged history must not
let anybody in or lock anybody out. The file holds hashes only.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from api.auth import NOBODYS_HASH, Person, Scope, digest, hash_password, is_password, new_secret
from controller.core.errors import ZcwError

VERSION: Final = 1
MOST_ENTRIES: Final = 200


def book_path(storage: Path) -> Path:
    """Return where the accounts are kept: beside the data file."""
    return storage.with_name(f"{storage.stem}.access.json")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody with a password.

    Args:
        name: What they type.
        scope: What they may do.
        password: Hash of their password.
    """

    name: str
    scope: str
    password: str


@dataclass(frozen=True, slots=True)
class Token:
    """A key for a program.

    Args:
        id: Names it when it is taken back.
        name: What it is for.
        scope: What it may do.
        secret: Hash of the token.
    """

    id: str
    name: str
    scope: str
    secret: str


class LastAdministrator(Exception):
    """Without this account nobody could do everything any more."""


class AuthBook:
    """Keeps accounts and tokens. Reading it again is cheap, so a change on the command line counts at once.

    Args:
        path: The file; made with the first entry.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._accounts: dict[str, Account] = {}
        self._tokens: dict[str, Token] = {}

    @property
    def is_empty(self) -> bool:
        """Return whether nobody has an account yet."""
        self._look()
        return not self._accounts

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Return every account."""
        self._look()
        return tuple(self._accounts.values())

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Return every token."""
        self._look()
        return tuple(self._tokens.values())

    def holder(self, token: str) -> Person | None:
        """Return whose token this is; None when it is nobody's."""
        self._look()
        found = self._tokens.get(digest(token))
        return None if found is None else Person(found.name, Scope[found.scope.upper()])

    def account(self, name: str) -> Person | None:
        """Return an account as it is now; None when it is gone."""
        self._look()
        found = self._accounts.get(name)
        return None if found is None else Person(found.name, Scope[found.scope.upper()])

    def password_of(self, name: str) -> str:
        """Return the hash of an account's password; empty when there is no such account."""
        self._look()
        found = self._accounts.get(name)
        return "" if found is None else found.password

    def check(self, name: str, password: str) -> Person | None:
        """Return who has this name and password; None when nobody has. Takes some 80 ms: not for the event loop."""
        self._look()
        found = self._accounts.get(name)
        right = is_password(password, NOBODYS_HASH if found is None else found.password)
        return Person(found.name, Scope[found.scope.upper()]) if found is not None and right else None

    def put_account(
        self, name: str, password: str | None, scope: Scope, *, keep_an_administrator: bool = False
    ) -> None:
        """Make an account, or give it a new scope and, unless it is None, a new password.

        Raises:
            KeyError: A new account needs a password.
            LastAdministrator: Where one has to be kept, and this is the last.
        """
        self._look()
        if keep_an_administrator and scope is not Scope.ADMIN:
            self._keep_an_administrator(name)
        hashed = self._accounts[name].password if password is None else hash_password(password)
        self._accounts[name] = Account(name, scope.word, hashed)
        self._write()

    def _keep_an_administrator(self, name: str) -> None:
        admins = {one.name for one in self._accounts.values() if one.scope == Scope.ADMIN.word}
        if admins == {name}:
            raise LastAdministrator(name)

    def remove_account(self, name: str, *, keep_an_administrator: bool = False) -> bool:
        """Take an account away; return whether there was one.

        Raises:
            LastAdministrator: Where one has to be kept, and this is the last.
        """
        self._look()
        if keep_an_administrator:
            self._keep_an_administrator(name)
        gone = self._accounts.pop(name, None)
        if gone is not None:
            self._write()
        return gone is not None

    def new_token(self, name: str, scope: Scope) -> tuple[Token, str]:
        """Make a token; return it with its secret, which nobody can tell again."""
        self._look()
        secret = new_secret("token")
        token = Token(secrets.token_hex(4), name, scope.word, digest(secret))
        self._tokens[token.secret] = token
        self._write()
        return token, secret

    def remove_token(self, token_id: str) -> bool:
        """Take a token back; return whether there was one."""
        self._look()
        gone = [token for token in self._tokens.values() if token.id == token_id]
        for token in gone:
            del self._tokens[token.secret]
        if gone:
            self._write()
        return bool(gone)

    # -- the file -------------------------------------------------------------------------------------------

    def _look(self) -> None:
        try:
            state = self._path.stat()
        except FileNotFoundError:
            self._seen, self._accounts, self._tokens = None, {}, {}
            return
        seen = (state.st_mtime_ns, state.st_ino)
        if seen != self._seen:
            self._read()
            self._seen = seen

    def _read(self) -> None:
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            if kept["version"] != VERSION:
                raise ValueError(f"version {kept['version']!r:.20}")
            accounts = [Account(**one) for one in kept["accounts"]]
            tokens = [Token(**one) for one in kept["tokens"]]
            scopes = {one.scope for one in accounts} | {one.scope for one in tokens}
            if scopes - {scope.word for scope in Scope}:
                raise ValueError("unknown scope")
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise ZcwError(
                f"{self._path} cannot be read ({error}): nobody is let in. Restore it from a backup, or delete it "
                "and make the accounts anew"
            ) from error
        self._accounts = {one.name: one for one in accounts}
        self._tokens = {one.secret: one for one in tokens}

    def _write(self) -> None:
        if len(self._accounts) + len(self._tokens) > MOST_ENTRIES:
            self._seen = None
            raise ZcwError(f"there are {MOST_ENTRIES} accounts and tokens already: take some away")
        content = {
            "version": VERSION,
            "accounts": [asdict(one) for one in self._accounts.values()],
            "tokens": [asdict(one) for one in self._tokens.values()],
        }
        beside = self._path.with_name(f"{self._path.name}.new")
        try:
            beside.unlink(missing_ok=True)
            with open(
                os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
            ) as file:
                json.dump(content, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
        except OSError as error:
            self._seen = None
            raise ZcwError(
                f"{self._path} cannot be written: {error.strerror}; nothing was changed"
            ) from error
        self._seen = None
