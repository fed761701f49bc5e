"""Names by which a service is reached."""

import re
from ipaddress import ip_address
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, Field

from controller.settings.form import complain

_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?"
_NAME: Final = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*", re.ASCII | re.IGNORECASE)

THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")
"""Addresses that nobody else reaches."""


def _host_name(name: str) -> str:
    if _NAME.fullmatch(name) or _is_address(name):
        return name.lower()
    raise complain(
        f"must be the name of a host, not {name!r:.80}",
        "write it without http:// and without a port, such as water.example.org",
    )


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _address(text: str) -> str:
    if _is_address(text):
        return str(ip_address(text))
    raise complain(
        f"must be an IP address, not {text!r:.80}", "write the proxy's own address, such as 172.30.32.2"
    )


HostName: TypeAlias = Annotated[str, Field(max_length=253), AfterValidator(_host_name)]
"""A host's name or address; ``*.example.org`` stands for every name below it. Taken over in lower case."""
Address: TypeAlias = Annotated[str, Field(max_length=45), AfterValidator(_address)]
"""An IP address in its usual spelling."""
