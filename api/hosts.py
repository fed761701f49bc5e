"""Which names and addresses this service answers to: the fence against DNS rebinding.

A page of another site can make the browser believe that its own name lives at our address. The browser then
calls it same-origin, and only the Host header still tells the truth.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

_AUTHORITY: Final = re.compile(
    r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?)(?::([0-9]{1,5}))?", re.ASCII
)

LOCAL_NETWORKS: Final = tuple(
    ip_network(text)
    for text in (
        "127.0.0.0/8",
        "::1/128",  # loopback
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fc00::/7",  # private
        "169.254.0.0/16",
        "fe80::/10",  # link-local
        "100.64.0.0/10",  # shared: home networks spanned by a VPN use it
    )
)
"""Addresses that no public name server is believed for when typed as a number.

Source: RFC 1122, RFC 1918, RFC 3927, RFC 4193, RFC 4291, RFC 6598.
"""


def host_of(authority: str) -> str | None:
    """Return the host, in lower case and without brackets, of ``host`` or ``host:port``; None when malformed."""
    match = _AUTHORITY.fullmatch(authority.lower())
    if match is None or (match[2] is not None and not 0 < int(match[2]) < 65536):
        return None
    return match[1].strip("[]")


@dataclass(frozen=True, slots=True)
class HostRule:
    """Decides which hosts are ours.

    Args:
        own: Names of this machine, lower case.
        extra: Further names, lower case; ``*.example.org`` stands for every name below it.
    """

    own: frozenset[str] = frozenset({"localhost"})
    extra: frozenset[str] = frozenset()

    @classmethod
    def of(cls, machine: str, extra: Iterable[str] = ()) -> "HostRule":
        """Return the rule for a machine of that name with further names."""
        name = machine.lower()
        own = frozenset({"localhost", name, name.partition(".")[0]}) - {""}
        return cls(own, frozenset(each.lower() for each in extra))

    def allows(self, authority: str, *, address: str | None = None) -> bool:
        """Return whether a Host header is ours.

        Args:
            authority: Value of the header.
            address: Local address of the connection, which is ours whatever it is.
        """
        host = host_of(authority)
        if host is None:
            return False
        number = _number(host)
        if number is not None:
            return (
                host == address or any(number in network for network in LOCAL_NETWORKS) or host in self.extra
            )
        return host in self.own or host.endswith(".local") or self.trusts(authority)

    def trusts(self, authority: str) -> bool:
        """Return whether the owner has named this host in the configuration."""
        host = host_of(authority)
        if host is None:
            return False
        parents = (f"*.{'.'.join(host.split('.')[start:])}" for start in range(1, host.count(".") + 1))
        return host in self.extra or any(parent in self.extra for parent in parents)


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
