"""What energy costs now, and whether automatic runs may use it. Only comfort waits for it; a person's wish never does."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from controller.core.clock import HOUR_MS, MINUTE_MS, NEVER, SECOND_MS, Instant
from controller.core.reason import Reason, ReasonCode

PRICE_HOLDS_MS: Final = 3 * HOUR_MS
"""A price that has not been told anew for so long is not known any more: tariffs go by the hour."""
SURPLUS_HOLDS_MS: Final = 10 * MINUTE_MS
"""The same for a surplus: meters tell it every few seconds, clouds move in minutes."""


@dataclass(frozen=True, slots=True)
class Energy:
    """What was told last.

    Args:
        price: Price of a kilowatt hour, in the owner's money; None before.
        price_at: When it was told.
        surplus_w: Power that the house would otherwise give away, in W; None before.
        surplus_at: When it was told.
    """

    price: float | None = None
    price_at: Instant = 0
    surplus_w: float | None = None
    surplus_at: Instant = 0

    def told(self, at: Instant, price: float | None, surplus_w: float | None) -> "Energy":
        """Return what is known after something was told; None says nothing."""
        after = self if price is None else replace(self, price=price, price_at=at)
        return after if surplus_w is None else replace(after, surplus_w=surplus_w, surplus_at=at)

    def price_now(self, now: Instant) -> float | None:
        """Return the price, as long as it holds."""
        return self.price if now < self.price_at + PRICE_HOLDS_MS else None

    def surplus_now(self, now: Instant) -> float | None:
        """Return the surplus in W, as long as it holds."""
        return self.surplus_w if now < self.surplus_at + SURPLUS_HOLDS_MS else None

    def changes_at(self, now: Instant) -> Instant:
        """Return when something that is known will not be known any more; NEVER when nothing is."""
        price_at = NEVER if self.price is None else self.price_at + PRICE_HOLDS_MS
        surplus_at = NEVER if self.surplus_w is None else self.surplus_at + SURPLUS_HOLDS_MS
        return min((at for at in (price_at, surplus_at) if at > now), default=NEVER)


@dataclass(frozen=True, slots=True)
class Tariff:
    """What heat costs its owner.

    Args:
        per_kwh: Price of a kilowatt hour of heat in hot water, in the owner's money.
        currency: That money, as three letters.
    """

    per_kwh: float
    currency: str


@dataclass(frozen=True, slots=True)
class EnergyGate:
    """When automatic runs for comfort may start: cheap enough, or enough to give away. What is not known shuts nothing.

    Args:
        most_price: They may start up to this price of a kilowatt hour; None when the price does not matter.
        by_hour: Price in each hour of the local day, for when none is told; empty, or 24 of them.
        least_surplus_w: They may also start from this surplus on, in W; None when that does not matter.
    """

    most_price: float | None = None
    by_hour: tuple[float, ...] = ()
    least_surplus_w: float | None = None

    def price(self, energy: Energy, now: Instant, civil: datetime | None) -> float | None:
        """Return the price that counts now: as told, or by the table; None when neither is known."""
        told = energy.price_now(now)
        if told is not None or not self.by_hour or civil is None:
            return told
        return self.by_hour[civil.hour]

    def shut(self, energy: Energy, now: Instant, civil: datetime | None) -> Reason | None:
        """Return why automatic runs may not start now, or None when they may."""
        price, surplus_w = self.price(energy, now, civil), energy.surplus_now(now)
        dear = None if self.most_price is None or price is None else price > self.most_price
        short = (
            None if self.least_surplus_w is None or surplus_w is None else surplus_w < self.least_surplus_w
        )
        if dear is False or short is False:
            return None
        if dear and price is not None and self.most_price is not None:
            return Reason.of(ReasonCode.PRICE_HIGH, price=price, most_price=self.most_price)
        if short and surplus_w is not None and self.least_surplus_w is not None:
            return Reason.of(ReasonCode.SURPLUS_LOW, surplus_w=surplus_w, least_w=self.least_surplus_w)
        return None

    def changes_at(self, energy: Energy, now: Instant, civil: datetime | None) -> Instant:
        """Return when the answer may change by time alone."""
        if not self.by_hour or civil is None:
            return energy.changes_at(now)
        into_hour_ms = (civil.minute * 60 + civil.second) * SECOND_MS + civil.microsecond // 1_000
        return min(energy.changes_at(now), now + HOUR_MS - into_hour_ms)
