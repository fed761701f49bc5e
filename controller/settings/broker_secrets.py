"""Passwords and certificates: what the configuration only points to."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from controller.broker import TlsSettings
from controller.core.errors import Problem
from controller.settings.central_form import CentralForm
from controller.settings.forms import BrokerForm, StorageForm

MOST_BYTES: Final = 4_096
"""MQTT allows more, nobody types it."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What was found.

    Args:
        password: Password for the broker; None without, or when it could not be read.
        problems: What could not be read.
        central: Password for the central database; None without, or when it could not be read.
    """

    password: str | None
    problems: tuple[Problem, ...]
    central: str | None = None


def read_secrets(
    form: BrokerForm,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    storage: StorageForm | None = None,
) -> Secrets:
    """Read the passwords, and look whether the certificates are there.

    Args:
        form: What the configuration says about the broker.
        folder: Folder that its paths are relative to.
        environment: Environment variables; those of this process by default.
        storage: What the configuration says about the history; None when that is not known.
    """
    known = os.environ if environment is None else environment
    password, problem = _password("broker", form, folder, known)
    central = None if storage is None else storage.central
    theirs, trouble = (
        (None, None) if central is None else _password("storage.central", central, folder, known)
    )
    problems = [one for one in (problem, trouble) if one is not None]
    return Secrets(password, (*problems, *_missing_files(form, folder)), theirs)


def tls_settings(form: BrokerForm, folder: Path) -> TlsSettings | None:
    """Return the encryption asked for, with whole paths; None without."""
    if form.tls is None:
        return None
    files = (form.tls.ca_file, form.tls.cert_file, form.tls.key_file)
    return TlsSettings(*(None if file is None else folder / file for file in files))


def _password(
    section: str, form: BrokerForm | CentralForm, folder: Path, environment: Mapping[str, str]
) -> tuple[str | None, Problem | None]:
    if form.password_env is not None:
        password = environment.get(form.password_env)
        if password:
            return password, None
        # The value is not repeated: it may be the password itself.
        cure = "give the name of a variable and set it for the service, or use password_file"
        where = f"{section}.password_env"
        return None, Problem(where, "the environment has no variable of this name", cure=cure)
    if form.password_file is None:
        return None, None
    return _from_file(f"{section}.password_file", folder / form.password_file)


def _from_file(where: str, path: Path) -> tuple[str | None, Problem | None]:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        password = content.decode("utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text"
        return None, Problem(
            where, f"{path} cannot be read: {reason}", cure="check the path and who may read it"
        )
    if not password or len(content) > MOST_BYTES or "\n" in password or "\0" in password:
        return None, Problem(where, f"{path} must hold the password on one line, and nothing else")
    return password, None


def _missing_files(form: BrokerForm, folder: Path) -> Iterator[Problem]:
    tls = tls_settings(form, folder)
    files = {} if tls is None else {"ca_file": tls.ca, "cert_file": tls.cert, "key_file": tls.key}
    for key, path in files.items():
        if path is not None and not (path.is_file() and os.access(path, os.R_OK)):
            yield Problem(
                f"broker.tls.{key}", f"{path} cannot be read", cure="check the path and who may read it"
            )
