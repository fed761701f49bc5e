"""How hot the supply probably is at the fixtures, and how long the pump takes to fill it.

What runs and draws bring in moves down the supply like a plug (``controller.core.fronts``), and stays hot until it has
cooled to what a tap needs, by time constants learned at rest. Who drew where is guessed (``controller.estimation.guesses``).
"""

from collections.abc import Mapping
from math import exp, log, sqrt
from typing import Final

from controller.core.clock import DAY_MS, MINUTE_MS, SECOND_MS, Instant
from controller.core.fronts import hot_until
from controller.core.outlook import LoopEstimate
from controller.core.plumbing import COLD_LINE, FAR_END, RETURN, SUPPLY, FixturePipe, Plumbing, Topology
from controller.estimation.cooling import ROOM_C, Cooling
from controller.estimation.guesses import Guesses
from controller.estimation.served import served
from controller.estimation.tees import places

NEEDED_C: Final = 41.0
"""Temperature in the supply that gives 40 C at a tap: a degree for the way."""
USUAL_C: Final = 52.0
"""What a heater gives that has not been measured."""
SUPPLY_SHARE: Final = 0.66
"""Share of a loop's pump time that its supply takes. Supplies are wider than returns: 0.5 to 0.7 in common houses."""
FRONT_SHARE: Final = 0.5
"""The front has passed a sensor when it has risen by this share from its lowest reading to fresh water's temperature."""
LEAST_FRONT_K: Final = 5.0
LATE_MS: Final = 22 * SECOND_MS
"""What a strapped sensor is late to show that: ln 2 of a lag of about 30 s."""
FAR_LATE_MS: Final = 15 * SECOND_MS
"""The same at the far end, where the sensor is chosen to be quick."""
RISEN_LATE_MS: Final = 6 * SECOND_MS
"""What it is late there to show the first quarter of the front."""
SETTLE_MS: Final = 3 * MINUTE_MS
"""What a sensor at the far end says after a run tells how hot the water is that has come; nothing is done before."""
IN_VAIN_MS: Final = 15 * MINUTE_MS
"""Rest after a run that brought no hot water to the far end: a crossover valve is shut, or a tap stole the flow."""
TWIG_SHARE: Final = 0.1
"""Share of its excess over the room that water loses on the way to a sensor at the far end, and while that settles."""
WARM_C: Final = 38.0
"""A front sensor this warm at the end of a run means that hot water has come. Source: as the stop rule."""
FILLS_ASKED: Final = 3
"""Fronts seen before the learned time is used, which is the longest of them."""
LOOK_AGAIN_MS: Final = 7 * DAY_MS
"""After so long a run waits for the front again."""
COLD_SPANS: Final = 2.0
"""The front of a run shows clearly when the supply has been cold for as long as it stays hot."""
SHORTEST_FILL_MS: Final = 8 * SECOND_MS
LONGEST_FILL_MS: Final = 600 * SECOND_MS
USUAL_SUPPLY_L: Final = 4.5
"""Litres that a supply takes, walls counted as water, where nobody has declared its pipes."""
WALLS: Final = 1.2
"""Water must warm the pipe too. Source: 1.18 to 1.39 for common pipes, the wide ones count most."""
USUAL_DRAW_LPM: Final = 4.5
"""Hot water of a draw that no meter has seen."""


class LoopHeat:
    """The state of one loop's supply.

    Args:
        plumbing: The loop.
    """

    def __init__(self, plumbing: Plumbing) -> None:
        self._front = FAR_END if FAR_END in plumbing.sensors else RETURN
        if plumbing.topology is Topology.COLD_RETURN and FAR_END not in plumbing.sensors:
            self._front = COLD_LINE
        self.coolings = {SUPPLY: Cooling(90 * MINUTE_MS), RETURN: Cooling(55 * MINUTE_MS)}
        self._uses_return = RETURN in plumbing.sensors
        self.plateau_c = 0.0
        self._fills_ms: tuple[float, ...] = ()
        """Fill times that the last fronts have told, oldest first."""
        self._learned_at: Instant | None = None
        self.filled_at: Instant | None = None
        """When the supply was last filled."""
        self.filled_c = 0.0
        """How hot the water was that filled it, in C."""
        self._stopped_at: Instant | None = None
        self._tried_at: Instant = 0
        self._started_at: Instant = 0
        self._front_c = 0.0
        self._drawn_at: Instant = 0
        self.learning = False
        """The front of the run going on, or of the last one, tells how long a fill takes."""
        self._front_at: Instant | None = None
        self._lowest_c = 1e9
        pipes = {pipe.fixture: pipe for pipe in plumbing.pipes}
        known = [pipes.get(name, FixturePipe(name)) for name in plumbing.fixtures]
        self._tees = tuple(places(known)) or (1.0,)
        declared_l = max((pipe.loop_l or 0.0 for pipe in known), default=0.0)
        self.supply_l = WALLS * declared_l or USUAL_SUPPLY_L
        """Litres that must enter before hot water has reached the far end."""
        self.guesses = Guesses(known, self._tees, self.supply_l)
        """How far hot water reaches, by guesses of who drew where."""
        self._served = served(known or [FixturePipe("")], self._tees, self.guesses.uses, self.supply_l)
        self.places = tuple(row.place for row in self._served)
        """How far hot water must reach, for the gentle and the brisk draws of each fixture."""

    @property
    def hears(self) -> frozenset[str]:
        """Return the sensors whose readings it follows."""
        return frozenset((*self.coolings, self._front))

    @property
    def fill_ms(self) -> int | None:
        """Return the pump time to fill the supply; None until it has been learned."""
        return None if len(self._fills_ms) < FILLS_ASKED else round(max(self._fills_ms))

    @property
    def front_passed(self) -> bool:
        """Tell whether the hot front of the run going on has passed its sensor."""
        return self._front_at is not None

    @property
    def told(self) -> tuple[bool, Instant | None, float]:
        """Return what readings may change at once: whether the front has passed, when and how hot the last fill was."""
        return self.front_passed, self.filled_at, self.filled_c

    @property
    def tau_ms(self) -> float:
        """Return the time constant of the supply: between its widest pipe, near the heater, and the narrow return."""
        supply = self.coolings[SUPPLY].tau_ms
        narrow = self.coolings[RETURN]
        return sqrt(supply * narrow.tau_ms) if self._uses_return and narrow.rests else 0.76 * supply

    @property
    def hot_ms(self) -> int:
        """Return how long the supply stays hot after a fill."""
        return max(5 * MINUTE_MS, self._cools_ms(self.plateau_c or USUAL_C, self.tau_ms))

    def disturbed(self) -> None:
        """Somebody draws beside the pump: the front of the run going on tells nothing."""
        self.learning = False

    def moved(self, at: Instant) -> None:
        """Water moves, or has moved: the pipes are no longer at rest."""
        for cooling in self.coolings.values():
            cooling.disturbed(at)

    def started(self, at: Instant) -> None:
        """The pump was switched on."""
        self.moved(at)
        self._started_at, self._front_at, self._lowest_c = at, None, 1e9
        self.learning = self._shows_front(at)

    def stopped(self, at: Instant) -> None:
        """The pump was switched off."""
        self.moved(at)
        self._stopped_at = at
        ran_ms = at - self._started_at
        if self.learning and not self.front_passed and self._risen():
            # A stop rule that looks at the far end does not wait until the sensor there shows half of the front.
            self._front_at = at
            self._learn(ran_ms - RISEN_LATE_MS)
        needed_ms = max(self._fills_ms, default=0.0)
        share = 1.0 if self.front_passed or not needed_ms else min(1.0, ran_ms / needed_ms)
        self.guesses.filled(at, share)
        warm = self._front_c >= WARM_C
        if self._front != RETURN:
            # the sensor at the far end will tell how hot it is; until it does, nothing came
            self._tried_at = at + IN_VAIN_MS
            return
        if warm or self._front_at is not None or (needed_ms and ran_ms >= 0.85 * needed_ms):
            self.filled_at, self.filled_c = at, self.plateau_c or USUAL_C

    def reading(self, at: Instant, sensor: str, value_c: float, *, running: bool) -> None:
        """Take in what a sensor says."""
        if not running and sensor in self.coolings:
            self.coolings[sensor].reading(at, value_c)
        if sensor == self._front:
            self._front_c = value_c
            if running and self._front_at is None:
                self._await_front(at, value_c)
            elif not running and self._front != RETURN and self._settles(at):
                self._judge(value_c)

    def drawn(self, at: Instant, litres: float) -> None:
        """Somebody drew so many litres of hot water, until ``at``."""
        self._drawn_at = max(self._drawn_at, at)
        self.guesses.drawn(at, litres)

    def estimate(self, now: Instant) -> LoopEstimate:
        """Return how hot the supply probably is."""
        hot_ms, tau_ms, fronts = self.hot_ms, self.tau_ms, self.guesses.fronts
        filled_k = 0.0
        if self.filled_at is not None:
            filled_k = (self.filled_c - ROOM_C) * exp(-max(0, now - self.filled_at) / tau_ms)
        fresh_k = (self.plateau_c or USUAL_C) - ROOM_C
        ends_k = [fresh_k * exp(-max(0, now - hot_until(front, 1.0, 0)) / tau_ms) for front in fronts]
        loop_k = sum(ends_k) / len(ends_k)
        return LoopEstimate(
            hot_until=min(hot_until(front, max(self.places), hot_ms) for front in fronts),
            fronts=fronts,
            places=self.places,
            stays_ms=self._stays_ms(),
            uses=tuple(row.use for row in self._served),
            wants=tuple(row.wanted for row in self._served),
            serves=tuple(row.fixture for row in self._served),
            tau_ms=tau_ms,
            hot_ms=hot_ms,
            fill_ms=self.fill_ms,
            tried_until=0 if self.filled_at == self._stopped_at else self._tried_at,
            awaits_front=self.learning and not self.front_passed and self._asks(now),
            would_learn=self._asks(now) and self._shows_front(now),
            loop_c=ROOM_C + loop_k,
            filled_c=ROOM_C + filled_k,
            uncertainty_k=2.0 + 0.1 * loop_k + 0.5 * (max(ends_k) - min(ends_k)),
        )

    def _stays_ms(self) -> tuple[int, ...]:
        """Return how long water stays hot at each fixture: as far as the first tee it is the heater's own pipe."""
        beyond_ms = self.hot_ms
        near_ms = max(beyond_ms, self._cools_ms(self.plateau_c or USUAL_C, self.coolings[SUPPLY].tau_ms))
        return tuple(beyond_ms if row.fixture else near_ms for row in self._served)

    def _cools_ms(self, fresh_c: float, tau_ms: float) -> int:
        """Return how long water of a temperature stays hot enough in a pipe of a time constant."""
        if fresh_c <= NEEDED_C:
            return 0
        return round(tau_ms * log((fresh_c - ROOM_C) / (NEEDED_C - ROOM_C)))

    def _judge(self, value_c: float) -> None:
        """Take what the far end says after a run for the temperature of the water that has come."""
        water_c = min(value_c + TWIG_SHARE * (value_c - ROOM_C), max(self.plateau_c, value_c))
        if value_c >= WARM_C and (self.filled_at != self._stopped_at or water_c > self.filled_c):
            self.filled_at, self.filled_c = self._stopped_at, water_c

    def _settles(self, now: Instant) -> bool:
        return self._stopped_at is not None and now < self._stopped_at + SETTLE_MS

    def _await_front(self, at: Instant, value_c: float) -> None:
        self._lowest_c = min(self._lowest_c, value_c)
        passed_c = self._lowest_c + FRONT_SHARE * (self.plateau_c - self._lowest_c)
        if value_c >= max(passed_c, self._lowest_c + LEAST_FRONT_K):
            self._front_at = at
            if self.learning:
                front_ms = at - self._started_at
                whole_loop = self._front == RETURN
                self._learn(SUPPLY_SHARE * (front_ms - LATE_MS) if whole_loop else front_ms - FAR_LATE_MS)

    def snapshot(self) -> dict[str, object]:
        """Return what was learned of the pipes, JSON-able; how hot they are does not survive a restart."""
        return {
            "fills_ms": [round(fill_ms) for fill_ms in self._fills_ms],
            "plateau_c": round(self.plateau_c, 2),
            "tau_ms": {role: round(cooling.tau_ms) for role, cooling in self.coolings.items()},
            "rests": {role: cooling.rests for role, cooling in self.coolings.items()},
        }

    def restore(self, kept: Mapping[str, object]) -> None:
        """Take over what was learned; what is damaged is left out."""
        fills, plateau = kept.get("fills_ms"), kept.get("plateau_c")
        self._fills_ms = tuple(
            float(fill)
            for fill in (fills if isinstance(fills, list) else [])[-FILLS_ASKED:]
            if isinstance(fill, int | float) and _within(fill, SHORTEST_FILL_MS, LONGEST_FILL_MS)
        )
        if isinstance(plateau, int | float) and _within(plateau, 0.0, 100.0):
            self.plateau_c = float(plateau)
        taus, rests = kept.get("tau_ms"), kept.get("rests")
        for role, cooling in self.coolings.items():
            tau = taus.get(role) if isinstance(taus, Mapping) else None
            count = rests.get(role) if isinstance(rests, Mapping) else None
            if isinstance(tau, int | float) and isinstance(count, int) and _within(tau, 1e5, 1e8):
                cooling.tau_ms, cooling.rests = float(tau), max(0, count)

    def _risen(self) -> bool:
        """Tell whether a sensor at the far end shows that something warmer has come."""
        return self._front == FAR_END and self._front_c >= self._lowest_c + LEAST_FRONT_K

    def _learn(self, fill_ms: float) -> None:
        fill_ms = min(max(fill_ms, SHORTEST_FILL_MS), LONGEST_FILL_MS)
        # A draw beside the pump makes a front come sooner, and nothing makes it come later.
        self._fills_ms = (*self._fills_ms, fill_ms)[-FILLS_ASKED:]
        self._learned_at = self._front_at

    def _shows_front(self, at: Instant) -> bool:
        """Tell whether the front of a run that begins now would show clearly."""
        hot_at = max(self.filled_at or 0, self._drawn_at)
        return self.plateau_c > WARM_C and (hot_at == 0 or at > hot_at + COLD_SPANS * self.hot_ms)

    def _asks(self, now: Instant) -> bool:
        """Tell whether it is time to look again how long a fill takes: pumps and valves age."""
        known = self._learned_at is not None and now < self._learned_at + LOOK_AGAIN_MS
        return not known or len(self._fills_ms) < FILLS_ASKED


def _within(value: float, low: float, high: float) -> bool:
    return not isinstance(value, bool) and low <= value <= high
