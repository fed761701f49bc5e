"""Which broker to use, and how, and whom to meet there."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeAlias

from controller.core.energy import Tariff
from controller.core.reason import Language
from controller.devices.topics import name_complaint

Protocol: TypeAlias = Literal["5", "3.1.1"]

KEEPALIVE_S: Final = 10
"""A half-open connection is noticed after twice this at the latest."""


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """How to trust the broker and to be trusted. The broker's certificate and name are always checked.

    Args:
        ca: File with the authorities to trust; None for the system's.
        cert: File with our own certificate; None for none.
        key: File with its key; None when the certificate's file holds it.
    """

    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class BrokerSettings:
    """Which broker to use, and how.

    Args:
        host: Name or address.
        port: TCP port.
        client_id: Stable name of this controller at the broker; a random one would let the broker publish the
            last will of an old connection after the new one has said ``online``.
        protocol: MQTT 5, or 3.1.1 for brokers that know no other.
        username: None for none.
        password: None for none; never shown.
        tls: None for a plain connection. With it there is no way back to a plain one.
        keepalive_s: Longest silence on the connection, in seconds.
        visit: Name of a visit to the broker beside the controller's own connection; empty for that one.

    Raises:
        ValueError: The client id cannot be part of a topic (the caller's fault).
    """

    host: str = "127.0.0.1"
    port: int = 1883
    client_id: str = "zcw"
    protocol: Protocol = "5"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: TlsSettings | None = None
    keepalive_s: int = KEEPALIVE_S
    visit: str = ""

    def __post_init__(self) -> None:
        if complaint := name_complaint(self.client_id):
            raise ValueError(f"the client id {self.client_id!r:.80} {complaint}")

    @property
    def base_topic(self) -> str:
        """Return the topic below which everything of this controller lies."""
        return f"zcw/{self.client_id}"

    @property
    def status_topic(self) -> str:
        """Return the topic of our birth message and last will."""
        return "/".join(part for part in (self.base_topic, self.visit, "status") if part)

    @property
    def connection_id(self) -> str:
        """Return the client id of the connection; two connections with one id would throw each other out."""
        return f"{self.client_id}-{self.visit}" if self.visit else self.client_id

    @property
    def address(self) -> str:
        """Return ``host:port`` for people."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class HomeAssistantSettings:
    """How to be seen by a Home Assistant on the same broker.

    Args:
        enabled: Announce ourselves; off, what was announced before is taken back.
        prefix: Its discovery prefix.
        birth_topic: Where it says that it has started.
        language: Language of names, choices and reasons.
        name: Name of the device that it will show; empty for "Hot water" in that language.
        tariff: What heat costs; None where its owner has not said so, and no cost is shown.
    """

    enabled: bool = True
    prefix: str = "homeassistant"
    birth_topic: str = "homeassistant/status"
    language: Language = "en"
    name: str = ""
    tariff: Tariff | None = None
