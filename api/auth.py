"""Who may do what: scopes, and secrets of which only hashes are ever kept."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

SHORTEST_PASSWORD: Final = 10
LONGEST_PASSWORD: Final = 200
_SALT_BYTES: Final = 16
_SECRET_BYTES: Final = 32
"""256 bits: nobody guesses that, so a fast hash is enough for what is random."""
_COST: Final = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024, "dklen": 32}
"""32 MiB and some 80 ms for each guess. Source: OWASP Password Storage Cheat Sheet, scrypt."""


class Scope(IntEnum):
    """What somebody may do; each includes the ones before."""

    READ = 1
    """See everything."""
    CONTROL = 2
    """Ask for hot water, stop, choose the mode."""
    ADMIN = 3
    """Give and take tokens and accounts."""

    @property
    def word(self) -> str:
        """Return its name in JSON and on the command line."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever stands behind a request.

    Args:
        name: Name of the account or of the token.
        scope: What it may do.
    """

    name: str
    scope: Scope


def new_secret(kind: str) -> str:
    """Return a random secret that says what it is: ``zcw_token_...``."""
    return f"zcw_{kind}_{secrets.token_urlsafe(_SECRET_BYTES)}"


def digest(secret: str) -> str:
    """Return the hash of a random secret. Looking it up in a table tells nobody how much of a guess was right."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def hash_password(password: str) -> str:
    """Return a salted, slow hash; takes some 80 ms, so never call it in the event loop."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"{salt.hex()}${_scrypt(password, salt).hex()}"


def is_password(password: str, kept: str) -> bool:
    """Return whether a password is the one that was hashed; takes as long as hashing whatever is asked."""
    salt, _, wanted = kept.partition("$")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt)), bytes.fromhex(wanted))


def password_complaint(password: str) -> str | None:
    """Return what is wrong with a new password; None when nothing is."""
    if len(password) < SHORTEST_PASSWORD:
        return f"has fewer than {SHORTEST_PASSWORD} characters"
    if len(password) > LONGEST_PASSWORD:
        return f"has more than {LONGEST_PASSWORD} characters"
    return "is one character repeated" if len(set(password)) == 1 else None


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **_COST)


NOBODYS_HASH: Final = "00" * _SALT_BYTES + "$" + "00" * _COST["dklen"]
"""Checked when there is no such account, so that a wrong name takes as long as a wrong password."""
