"""The errors of the controller, split by whose fault they are."""

from dataclasses import dataclass


class ZcwError(Exception):
    """Any error whose message is meant for the person at the keyboard."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: where it is, what it is, and how to cure it.

    Args:
        where: Key path such as ``loops[0].pump.device``; empty for the file as a whole.
        message: What is wrong, with the offending value and the allowed range.
        line: Line in the file, counted from 1; None when unknown.
        cure: What to do about it; empty when the message says it.
    """

    where: str
    message: str
    line: int | None = None
    cure: str = ""

    def sentence(self, source: str) -> str:
        """Return ``source:line: where: message (cure)``."""
        place = source if self.line is None else f"{source}:{self.line}"
        parts = [place, self.where, self.message] if self.where else [place, self.message]
        return ": ".join(parts) + (f" ({self.cure})" if self.cure else "")


class ConfigError(ZcwError):
    """The user's file is wrong; carries every problem found, not only the first.

    Args:
        source: Name of the file as the user wrote it.
        problems: At least one problem, in the order of the file.
    """

    def __init__(self, source: str, problems: tuple[Problem, ...]) -> None:
        self.source = source
        self.problems = problems
        super().__init__("\n".join(problem.sentence(source) for problem in problems))


class DeviceError(ZcwError):
    """A device did not do as asked; stops at the adapter and becomes an event."""


class StorageError(ZcwError):
    """The journal cannot be read or written; the controller goes on without history."""


class UnknownFixture(ZcwError):
    """A person asked for hot water at a fixture that no loop has.

    Args:
        fixture: The name asked for.
        known: Every fixture there is, near to far.
    """

    def __init__(self, fixture: str, known: tuple[str, ...]) -> None:
        self.fixture = fixture
        self.known = known
        super().__init__(f"there is no fixture {fixture!r}; known fixtures: {', '.join(known) or 'none'}")


class Unavailable(ZcwError):
    """The wish is fine, but what it needs (the broker, for one) cannot be reached now; trying again may help."""
