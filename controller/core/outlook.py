"""What the controller makes of the past: how hot the loop probably is, and what is to come."""

from dataclasses import dataclass, field

from controller.core.clock import MINUTE_MS, Instant
from controller.core.decision import Watch
from controller.core.forecast import Forecast
from controller.core.fronts import COLD, Front
from controller.core.plumbing import WANTED_AT_TAPS


@dataclass(frozen=True, slots=True)
class LoopEstimate:
    """How hot the supply probably is at the fixtures' tees, from sparse sensors and the physics of cooling.

    Args:
        hot_until: Until when it is surely hot enough at every fixture; in the past when it is not.
        fronts: How far hot water reaches, by each guess of where people drew.
        places: How far hot water must reach for draws to be hot in time, fixture by fixture, as shares of the supply.
        stays_ms: How long water stays hot at each of these places after it has left the heater; empty for ``hot_ms``.
        uses: Which share of the draws each place serves; empty where nobody knows.
        wants: Which share of the draws that each place serves somebody wants hot; empty where nobody knows.
        serves: Which fixture each place serves, by number, where there are several places for one; empty for one each.
        tau_ms: Time constant with which it cools.
        hot_ms: How long it stays hot after a fill.
        fill_ms: Pump time until the hot front has reached the far end; None until that has been learned.
        tried_until: The last run brought no hot water to the far end, and another try before this would not either.
        awaits_front: The run going on is to show how long a fill takes, and its front has not passed its sensor.
        would_learn: A run that begins now would show that, and it is time to look.
        loop_c: Probable temperature of the water in the supply, in C.
        filled_c: Temperature of what the pump last filled in, in C.
        uncertainty_k: Standard deviation of that, in K.
    """

    hot_until: Instant = 0
    fronts: tuple[Front, ...] = (COLD,)
    places: tuple[float, ...] = (1.0,)
    stays_ms: tuple[int, ...] = ()
    uses: tuple[float, ...] = ()
    wants: tuple[float, ...] = ()
    serves: tuple[int, ...] = ()
    tau_ms: float = 90.0 * MINUTE_MS
    hot_ms: int = 30 * MINUTE_MS
    fill_ms: int | None = None
    tried_until: Instant = 0
    awaits_front: bool = False
    would_learn: bool = False
    loop_c: float = 20.0
    filled_c: float = 20.0
    uncertainty_k: float = 15.0

    @property
    def hots(self) -> tuple[int, ...]:
        """Return how long water stays hot at each fixture's place after it has left the heater, in ms."""
        return self.stays_ms or (self.hot_ms,) * len(self.places)

    @property
    def shares(self) -> tuple[float, ...]:
        """Return the share of the draws at each fixture."""
        return self.uses or (1.0 / len(self.places),) * len(self.places)

    @property
    def wanted(self) -> tuple[float, ...]:
        """Return the share of the draws at each fixture that somebody wants hot."""
        return self.wants or (WANTED_AT_TAPS,) * len(self.places)

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return the number of the fixture that each place serves."""
        return self.serves or tuple(range(len(self.places)))


@dataclass(frozen=True, slots=True)
class Outlook:
    """The loop now, and the draws to come.

    Args:
        loop: How hot the loop probably is.
        forecast: When draws will probably begin.
        changes_at: Until when this holds if nothing happens.
        follows: What has to be told of each sensor for this to stay right; no part of what is foreseen.
    """

    loop: LoopEstimate
    forecast: Forecast
    changes_at: Instant = 0
    follows: tuple[Watch, ...] = field(default=(), compare=False)
