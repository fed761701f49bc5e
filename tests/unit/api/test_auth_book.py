"""Accounts and tokens at rest: hashes, for one user's eyes, and nobody is let in when they cannot be read."""

from pathlib import Path

import pytest

from api import auth_book
from api.auth import Person, Scope, digest, hash_password, is_password, new_secret, password_complaint
from api.auth_book import AuthBook, book_path
from controller.core.errors import ZcwError

PASSWORD = "warm enough for me"


@pytest.fixture
def book(tmp_path: Path) -> AuthBook:
    return AuthBook(book_path(tmp_path / "zcw.sqlite"))


def test_nothing_that_is_kept_can_be_used_to_get_in(book: AuthBook, tmp_path: Path) -> None:
    book.put_account("anna", PASSWORD, Scope.ADMIN)
    token, secret = book.new_token("lights", Scope.CONTROL)
    [file] = tmp_path.iterdir()
    kept = file.read_text("utf-8")
    assert PASSWORD not in kept and secret not in kept and secret.split("_", 2)[2] not in kept
    assert file.stat().st_mode & 0o777 == 0o600
    assert book.holder(token.secret) is None, "the hash is no token"


def test_a_token_and_a_password_find_their_person(book: AuthBook) -> None:
    book.put_account("anna", PASSWORD, Scope.ADMIN)
    _, secret = book.new_token("lights", Scope.READ)
    assert book.holder(secret) == Person("lights", Scope.READ)
    assert book.check("anna", PASSWORD) == Person("anna", Scope.ADMIN)
    assert book.check("anna", PASSWORD + " ") is None
    assert book.check("bob", PASSWORD) is None
    assert book.holder(secret[:-1]) is None


def test_what_another_process_changes_counts_at_once(book: AuthBook, tmp_path: Path) -> None:
    other = AuthBook(book_path(tmp_path / "zcw.sqlite"))
    assert book.is_empty
    other.put_account("anna", PASSWORD, Scope.READ)
    token, secret = other.new_token("lights", Scope.READ)
    assert not book.is_empty and book.holder(secret) is not None
    assert other.remove_token(token.id) and not other.remove_token(token.id)
    assert book.holder(secret) is None
    assert other.remove_account("anna") and book.account("anna") is None


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", "[" * 100_000, '{"version": 2}', '{"version": 1, "accounts": [{}], "tokens": []}',
     '{"version": 1, "accounts": [{"name": "x", "scope": "god", "password": ""}], "tokens": []}'],
)  # fmt: skip
def test_a_damaged_file_lets_nobody_in_and_says_so(book: AuthBook, tmp_path: Path, damage: str) -> None:
    book_path(tmp_path / "zcw.sqlite").write_text(damage, "utf-8")
    for ask in (lambda: book.is_empty, lambda: book.holder("x"), lambda: book.check("a", "b")):
        with pytest.raises(ZcwError, match="nobody is let in"):
            ask()


def test_there_is_a_most_and_a_refused_one_is_not_kept(
    book: AuthBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth_book, "MOST_ENTRIES", 3)
    for number in range(3):
        book.new_token(f"t{number}", Scope.READ)
    with pytest.raises(ZcwError, match="already"):
        book.new_token("one more", Scope.READ)
    assert len(book.tokens) == 3


def test_secrets_are_random_and_hashes_salted() -> None:
    assert len({new_secret("token") for _ in range(100)}) == 100
    assert len(new_secret("token").rpartition("_token_")[2]) >= 43, "256 bits"
    one, other = hash_password(PASSWORD), hash_password(PASSWORD)
    assert one != other and is_password(PASSWORD, one) and is_password(PASSWORD, other)
    assert digest("a") != digest("b")


@pytest.mark.parametrize(
    ("password", "wrong"), [("short", "fewer"), ("a" * 201, "more"), ("a" * 12, "repeated")]
)
def test_weak_passwords_are_refused(password: str, wrong: str) -> None:
    assert wrong in (password_complaint(password) or "")
    assert password_complaint(PASSWORD) is None
