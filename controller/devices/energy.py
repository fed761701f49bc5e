"""Energy prices and surplus power from topics: any number that somebody publishes, also Home Assistant's entities."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from controller.core.clock import Instant
from controller.core.events import EnergyTold
from controller.devices.jsonpath import Path
from controller.devices.message import Subscription
from controller.devices.payload import Payload, number
from controller.devices.rejects import Rejected, RejectReason, Rejects

MOST_PRICE: Final = 1_000.0
MOST_W: Final = 1e6
"""Numbers beyond these are no price of a kilowatt hour and no power of a house."""


@dataclass(frozen=True, slots=True)
class EnergySource:
    """A topic that tells a number.

    Args:
        topic: Which.
        path: Where in its JSON; None for a plain payload.
        factor: What the number is multiplied by, such as 0.01 for cents and 1000 for kW.
    """

    topic: str
    path: Path | None = None
    factor: float = 1.0

    def read(self, payload: Payload, most: float) -> float:
        """Return the number.

        Raises:
            Rejected: There is none, or it cannot be.
        """
        value = number(payload.text if self.path is None else self.path.find(payload.document)) * self.factor
        if abs(value) > most:
            raise Rejected(RejectReason.OUT_OF_RANGE)
        return value


@dataclass(frozen=True, slots=True)
class EnergyFeed:
    """What the house's topics tell about energy.

    Args:
        price: Tells the price of a kilowatt hour; None for nothing.
        surplus: Tells the surplus power in W; None for nothing.
        rejects: What was refused.
    """

    price: EnergySource | None = None
    surplus: EnergySource | None = None
    rejects: Rejects = field(default_factory=Rejects, compare=False)

    @property
    def subscriptions(self) -> Sequence[Subscription]:
        """Return what to listen to; a price that the broker has kept is welcome."""
        return tuple(Subscription(source.topic, qos=1) for source in (self.price, self.surplus) if source)

    def hear(self, topic: str, payload: bytes, retained: bool, at: Instant) -> Iterator[EnergyTold]:
        """Yield what a message tells. A surplus that the broker has kept is of yesterday."""
        try:
            if self.price is not None and topic == self.price.topic:
                yield EnergyTold(at, price=self.price.read(Payload(payload), MOST_PRICE))
            if self.surplus is not None and topic == self.surplus.topic and not retained:
                yield EnergyTold(at, surplus_w=self.surplus.read(Payload(payload), MOST_W))
        except Rejected as rejected:
            self.rejects.count(rejected.reason)
