"""From instants to dates: what the wall clock said, or will say, at an instant."""

from datetime import UTC, datetime, timedelta, tzinfo

from controller.core.clock import Instant
from controller.runtime import PLAUSIBLE_UTC, Clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class WallClock:
    """The house's wall clock, and whether to believe it.

    Args:
        clock: The service's clock.
        zone: Time zone of the house.
    """

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        self._clock = clock
        self._zone = zone

    @property
    def trusted(self) -> bool:
        """Return whether the clock was set at all: gateways without a battery clock boot in the past."""
        return self.at(self._clock.now()) >= PLAUSIBLE_UTC

    def utc_ms(self, instant: Instant) -> int | None:
        """Return milliseconds since 1970 UTC at an instant, or None while the clock is not trusted."""
        return self._utc_ms(instant) if self.trusted else None

    def at(self, instant: Instant) -> datetime:
        """Return the local date and time of an instant, right or not."""
        return (_EPOCH + timedelta(milliseconds=self._utc_ms(instant))).astimezone(self._zone)

    def _utc_ms(self, instant: Instant) -> int:
        return self._clock.utc_ms() - (self._clock.now() - instant)
