"""The section about a copy of the history in a database that many houses share."""

from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from controller.settings.form import Form, complain

SCHEMES: Final = ("postgresql", "postgres")


class CentralForm(Form):
    """A copy of the history in a PostgreSQL database (TimescaleDB is one too); the gateway's own file stays the history."""

    url: Annotated[str, Field(min_length=1, max_length=1_000)]
    """Address of the database: postgresql://USER@HOST:PORT/DATABASE, without the password."""
    home: Annotated[str | None, Field(min_length=1, max_length=80)] = None
    """What this house is called there; the name of the site by default."""
    password_file: str | None = Field(default=None, min_length=1)
    """File that holds the database user's password and nothing else."""
    password_env: str | None = Field(default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    """Environment variable that holds it."""

    @field_validator("url")
    @classmethod
    def _address(cls, url: str) -> str:
        # What was written is not repeated: it may hold a password.
        shape = "such as postgresql://zcw@db.example.org/history"
        try:
            parts = urlsplit(url)
            wrong_port = parts.port is not None and not 1 <= parts.port <= 65_535
        except ValueError:
            raise complain("is no address of a database", shape) from None
        if parts.scheme not in SCHEMES or wrong_port or "\0" in url:
            raise complain("must begin with postgresql:// and have a sound port", shape)
        if parts.password is not None or "password=" in parts.query:
            raise complain(
                "must not hold the password", "put it into a file and give password_file, or password_env"
            )
        if not parts.path.strip("/"):
            raise complain("names no database", shape)
        return url

    @model_validator(mode="after")
    def _one_password(self) -> "CentralForm":
        if self.password_file and self.password_env:
            raise complain("password_file and password_env exclude each other", "keep one of the two")
        return self
