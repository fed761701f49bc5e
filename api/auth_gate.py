"""Who is asking? Tokens, sessions, passwords and the code of the first day, with a limit on guessing."""

import asyncio
import hmac
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from api.auth import Person, Scope, digest, new_secret
from api.auth_book import AuthBook
from api.auth_guesses import Guesses

SESSION_S: Final = 30 * 86_400.0
MOST_SESSIONS: Final = 500
MOST_CHECKS: Final = 2
"""Passwords checked at a time: each takes 32 MiB."""

audit = logging.getLogger("zcw.audit")


def _same(guess: str, secret: str) -> bool:
    return hmac.compare_digest(digest(guess), digest(secret))


class TooManyGuesses(Exception):
    """No guess of this address is heard now.

    Args:
        wait_s: For so many seconds.
    """

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s
        super().__init__(f"no guess is heard for {wait_s:.0f} s")


@dataclass(frozen=True, slots=True)
class _Session:
    name: str
    password: str
    """Hash of the password that it was begun with: a new one ends it."""
    until_s: float


class Gate:
    """Knows who is asking. All in the event loop's thread.

    Args:
        book: The accounts and tokens.
        now_s: A clock that never goes back, in seconds.
    """

    def __init__(self, book: AuthBook, now_s: Callable[[], float] = time.monotonic) -> None:
        self.book = book
        self._now_s = now_s
        self._guesses = Guesses()
        self._sessions: OrderedDict[str, _Session] = OrderedDict()
        self._checks = asyncio.Semaphore(MOST_CHECKS)
        self.setup_code = new_secret("setup") if book.is_empty else ""

    def by_session(self, cookie: str) -> Person | None:
        """Return who has this session; None when it has ended, or its account is gone or has a new password."""
        session = self._sessions.get(digest(cookie))
        if session is None or session.until_s <= self._now_s():
            return None
        if self.book.password_of(session.name) != session.password:
            return None
        return self.book.account(session.name)

    def by_token(self, token: str, address: str) -> Person | None:
        """Return whose token this is; a right one always counts, wrong ones are counted.

        Raises:
            TooManyGuesses: It is wrong, and this address guesses too often.
        """
        person = self.book.holder(token)
        if person is None:
            self._hear(address)
            self._wrong(address, "token")
        return person

    async def by_password(self, name: str, password: str, address: str) -> str | None:
        """Return a new session's cookie; None when name or password is wrong.

        Raises:
            TooManyGuesses: This address guesses too often.
        """
        self._hear(address)
        self._guesses.wrong(
            address, self._now_s()
        )  # before the check, or a hundred at once would all be heard
        async with self._checks:
            person = await asyncio.to_thread(self.book.check, name, password)
        if person is None:
            audit.warning("wrong name or password from %s", address)
            return None
        self._guesses.right(address)
        audit.info("%s logged in from %s", person.name, address)
        return self._begin(person.name)

    async def set_up(self, code: str, name: str, password: str, address: str) -> str | None:
        """Make the first account, an administrator's, and return its session; None when the code is wrong or used.

        Raises:
            TooManyGuesses: This address guesses too often.
        """
        self._hear(address)
        if not self.setup_code or not self.book.is_empty or not _same(code, self.setup_code):
            self._wrong(address, "set-up code")
            return None
        self.setup_code = ""
        await asyncio.to_thread(self.book.put_account, name, password, Scope.ADMIN)
        audit.info("%s set the service up from %s", name, address)
        return self._begin(name)

    def end(self, cookie: str) -> None:
        """End a session."""
        self._sessions.pop(digest(cookie), None)

    def end_all(self, name: str) -> None:
        """End every session of an account: its password is another one now, or it is gone."""
        for cookie in [cookie for cookie, one in self._sessions.items() if one.name == name]:
            del self._sessions[cookie]

    def _begin(self, name: str) -> str:
        cookie = new_secret("session")
        session = _Session(name, self.book.password_of(name), self._now_s() + SESSION_S)
        self._sessions[digest(cookie)] = session
        if len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)
        return cookie

    def _hear(self, address: str) -> None:
        wait_s = self._guesses.wait_s(address, self._now_s())
        if wait_s > 0:
            raise TooManyGuesses(wait_s)

    def _wrong(self, address: str, what: str) -> None:
        self._guesses.wrong(address, self._now_s())
        audit.warning("wrong %s from %s", what, address)
