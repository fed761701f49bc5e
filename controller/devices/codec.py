"""One device's codec: what it hears into facts, orders into messages. Built from a template and parameters."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from controller.core.clock import Instant
from controller.core.leases import LeaseClass
from controller.devices.facts import Fact, HeaterMode
from controller.devices.lease import LeaseEncoding, encode_lease
from controller.devices.message import Message, Subscription
from controller.devices.payload import Payload
from controller.devices.readers import Reader
from controller.devices.rejects import Rejected, RejectReason, Rejects
from controller.devices.schedule import Schedule

LEASE_SIGN: Final = b"{lease}"


@dataclass(frozen=True, slots=True)
class Switching:
    """How one switch is operated.

    Args:
        on: Messages that switch on, in this order; ``{lease}`` in a payload stands for the encoded lease.
        off: Messages that switch off.
        lease_class: What the switch enforces by itself.
        encoding: How the lease is written; None without one.
        most: Largest encoded lease; None without a limit of its own.
        told: The device tells its auto-off, so the lease can be verified.
    """

    on: tuple[Message, ...]
    off: tuple[Message, ...]
    lease_class: LeaseClass
    encoding: LeaseEncoding | None = None
    most: int | None = None
    told: bool = False

    def start(self, lease_ms: int) -> tuple[Message, ...]:
        """Return the messages that switch on for so many milliseconds."""
        if self.encoding is None:
            return self.on
        number = str(encode_lease(self.encoding, lease_ms, most=self.most)).encode()
        return tuple(
            Message(message.topic, message.payload.replace(LEASE_SIGN, number), message.qos)
            for message in self.on
        )


class DeviceCodec:
    """Reads and writes what one device says and hears. Holds no state but its counts of refused payloads.

    Args:
        readers: Everything the device is asked for.
        switching: How its switch is operated; None when it is not used as a switch.
        queries: Messages that make it tell its state.
        modes: Messages that choose each of a heater's own modes.
        schedule: Its weekly schedule, when it is a boiler that obeys nothing else.
    """

    def __init__(
        self,
        readers: Iterable[Reader] = (),
        switching: Switching | None = None,
        queries: tuple[Message, ...] = (),
        modes: Mapping[HeaterMode, tuple[Message, ...]] = MappingProxyType({}),
        schedule: Schedule | None = None,
    ) -> None:
        self._readers: dict[str, list[Reader]] = defaultdict(list)
        for reader in readers:
            self._readers[reader.source.topic].append(reader)
        self._readers.default_factory = None
        self._switching = switching
        self.queries = queries
        self.modes = modes
        self.schedule = schedule
        self.rejects = Rejects()

    @property
    def lease_class(self) -> LeaseClass | None:
        """Return what the switch enforces by itself; None when the device is not used as a switch."""
        return self._switching.lease_class if self._switching else None

    @property
    def tells_lease(self) -> bool:
        """Return whether the device tells its own auto-off, so that a lease can be verified."""
        return self._switching is not None and self._switching.told

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return the topics to listen to."""
        return tuple(
            Subscription(
                topic, max(reader.qos for reader in readers), any(reader.replay for reader in readers)
            )
            for topic, readers in self._readers.items()
        )

    def decode(
        self, topic: str, payload: bytes, retained: bool, at: Instant, utc_ms: int | None = None
    ) -> tuple[Fact, ...]:
        """Return what the device said; refused payloads are counted, never raised.

        Args:
            topic: Where, matched exactly.
            payload: What.
            retained: The broker had kept the message, so its age is unknown.
            at: When it was received.
            utc_ms: What the wall clock said then, in ms since 1970; None while it is not trusted.
        """
        readers = self._readers.get(topic)
        if readers is None:
            return ()
        facts: list[Fact] = []
        refused: set[RejectReason] = set()
        shared = Payload(payload, utc_ms)
        for reader in readers:
            try:
                fact = reader.read(shared, retained, at)
            except Rejected as rejected:
                if not (reader.source.optional and rejected.reason is RejectReason.MISSING):
                    refused.add(rejected.reason)
            else:
                facts += [fact] if fact else []
        for reason in refused:
            self.rejects.count(reason)
        return tuple(facts)

    def switch(self, on: bool, lease_ms: int) -> tuple[Message, ...]:
        """Return the messages that switch on for ``lease_ms`` milliseconds, or off.

        A device that is not used as a switch has none.
        """
        if self._switching is None:
            return ()
        return self._switching.start(lease_ms) if on else self._switching.off
