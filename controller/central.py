"""Which database gets a copy of the history."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CentralSettings:
    """Where the copy goes.

    Args:
        url: Address of the PostgreSQL database, ``postgresql://USER@HOST:PORT/DATABASE``, without a password.
        home: What the rows of this house are called there.
        password: Password of the user; None where the database asks for none.
    """

    url: str
    home: str
    password: str | None = field(default=None, repr=False)
