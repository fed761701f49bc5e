"""What temperatures at rest and in runs tell of the valves in the way back: leaking, stuck, an air lock, thermosiphon.

A healthy way back is still while the pump rests: its sensor cools towards the room and does nothing else. Behind a check
valve that lets water back every draw pulls some through the return as well, so that its sensor moves when nobody runs the
pump. A loop that circulates by itself does not cool. A cold pipe that warms up at rest has got hot water through its
crossover valve. And a run that neither the outlet nor the far end feels has moved no water at all.

Each sign counts a little; what is told as a fault is what has come several times. Sensors that promise to speak up (in
simulations) tell too little in between and are left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from controller.core.clock import HOUR_MS, MINUTE_MS, SECOND_MS, Instant
from controller.core.kept import instant
from controller.core.plumbing import COLD_LINE, FAR_END, RETURN, SUPPLY, Plumbing, Topology
from controller.core.reason import Reason, ReasonCode

SETTLE_MS: Final = 4 * MINUTE_MS
"""After a run strapped sensors still follow what it brought: six times a lag of 40 s."""
GAP_MS: Final = 5 * MINUTE_MS
"""What a sensor does over a longer silence is not followed."""
RISE_K: Final = 3.0
"""A pipe at rest never rises by so much. Source: simulated houses with sound valves, none in 170 days."""
WARM_COLD_LINE_C: Final = 27.0
"""A cold pipe at rest warms up to the room by itself, but not to this."""
FALL_K: Final = 4.0
FALL_MS: Final = 60 * SECOND_MS
"""A hot pipe at rest never falls by so much within this: bare ones fall by 3 K a minute at most, from 55 C on."""
TOLD_AT: Final = 3
WITHIN_MS: Final = 48 * HOUR_MS
"""So many signs within this time are a fault."""
SIPHON_AFTER_MS: Final = 2 * HOUR_MS
SIPHON_SHARE: Final = 0.65
"""Share of its warmth that a pipe at rest has lost after that at the latest: insulated ones keep 45 %."""
SIPHON_LEAST_K: Final = 15.0
ROOM_C: Final = 20.0
SIPHON_AT: Final = 2
LEAST_RUN_MS: Final = 60 * SECOND_MS
"""A shorter run need not be felt anywhere."""
COOL_OUTLET_K: Final = 8.0
"""Only an outlet that has cooled by so much shows whether water moves."""
FELT_K: Final = 1.5
STILL_AT: Final = 2
_KEPT: Final = 8
"""Signs of one kind that are remembered."""


@dataclass(slots=True)
class _Rest:
    """One sensor while the pump rests.

    Args:
        since: When its rest is counted from.
        first_c: What it said first.
        lowest_c: Lowest value in it.
        last_at: When it was heard last.
        high_at: Beginning of the minute in which a sudden fall is looked for.
        high_c: Its highest value in that minute.
        told: The rest has been judged as a whole.
    """

    since: Instant
    first_c: float
    lowest_c: float
    last_at: Instant
    high_at: Instant
    high_c: float
    told: bool = False


class WayBack:
    """Follows the sensors of one loop, for what they tell of its valves.

    Args:
        plumbing: The loop.
        started_at: When the controller started.
    """

    def __init__(self, plumbing: Plumbing, started_at: Instant) -> None:
        self._dedicated = plumbing.topology is Topology.DEDICATED_RETURN
        self._arrival = plumbing.arrival_sensor
        self._rests: dict[str, _Rest] = {}
        self._run_at: Instant | None = None
        self._stopped_at = started_at
        self._signs: dict[ReasonCode, list[Instant]] = {code: [] for code in _NEEDED}
        self._plateau_c = 0.0
        self._begun_c: dict[str, float] = {}
        self._lowest_c: dict[str, float] = {}
        self._felt: set[str] = set()

    def pump(self, at: Instant, on: bool, values_c: Mapping[str, float] | None = None) -> None:
        """The pump was switched.

        Args:
            at: When.
            on: Switched on.
            values_c: What the sensors say as it starts, by role; only fresh values.
        """
        if on:
            self._run_at, self._felt = at, set()
            self._begun_c = dict(values_c or {})
            self._lowest_c = dict(self._begun_c)
        elif self._run_at is not None:
            self._judge_run(at, at - self._run_at)
            self._run_at = None
        self._rests.clear()
        self._stopped_at = at

    def reading(self, at: Instant, sensor: str, value_c: float) -> None:
        """A sensor that can be believed said something."""
        if sensor == SUPPLY:
            self._plateau_c = max(self._plateau_c, value_c)
        if self._run_at is not None:
            self._lowest_c[sensor] = lowest_c = min(value_c, self._lowest_c.get(sensor, value_c))
            if value_c >= lowest_c + FELT_K:
                self._felt.add(sensor)
        elif at >= self._stopped_at + SETTLE_MS:
            self._at_rest(at, sensor, value_c)

    def faults(self, now: Instant) -> Iterable[Reason]:
        """Return what has shown itself often enough."""
        return self._faults(now) if any(self._signs.values()) else ()

    def _faults(self, now: Instant) -> Iterator[Reason]:
        for code, needed in _NEEDED.items():
            times = self._count(code, now)
            if times >= needed:
                yield Reason.of(code, times=times)

    def _count(self, code: ReasonCode, now: Instant) -> int:
        signs = self._signs[code]
        return sum(at > now - WITHIN_MS for at in signs) if signs else 0

    def _at_rest(self, at: Instant, sensor: str, value_c: float) -> None:
        rest = self._rests.get(sensor)
        if rest is None or at > rest.last_at + GAP_MS:
            self._rests[sensor] = _Rest(at, value_c, value_c, at, at, value_c)
            return
        rest.last_at = at
        if value_c >= rest.lowest_c + RISE_K:
            self._moved(at, sensor, value_c)
            self._rests[sensor] = _Rest(at, value_c, value_c, at, at, value_c)
            return
        rest.lowest_c = min(rest.lowest_c, value_c)
        if sensor == FAR_END and not self._dedicated and self._fallen(at, rest, value_c):
            self._sign(ReasonCode.CROSSOVER_LEAKS, at)
            self._rests[sensor] = _Rest(at, value_c, value_c, at, at, value_c)
        elif sensor == RETURN and self._dedicated and not rest.told and at >= rest.since + SIPHON_AFTER_MS:
            rest.told = True
            self._judge_rest(at, rest, value_c)

    @staticmethod
    def _fallen(at: Instant, rest: _Rest, value_c: float) -> bool:
        """Tell whether a sensor has fallen at once, as only other water makes it."""
        if value_c >= rest.high_c or at > rest.high_at + FALL_MS:
            rest.high_at, rest.high_c = at, value_c
        return value_c <= rest.high_c - FALL_K

    def _moved(self, at: Instant, sensor: str, value_c: float) -> None:
        """Take note of a pipe that has warmed up though the pump rests."""
        if sensor == RETURN and self._dedicated:
            self._sign(ReasonCode.CHECK_VALVE_LEAKS, at)
        elif sensor == COLD_LINE and not self._dedicated and value_c >= WARM_COLD_LINE_C:
            self._sign(ReasonCode.CROSSOVER_LEAKS, at)

    def _judge_rest(self, at: Instant, rest: _Rest, value_c: float) -> None:
        """Tell from a long rest whether the loop circulates by itself."""
        left_k, first_k = value_c - ROOM_C, rest.first_c - ROOM_C
        if left_k >= SIPHON_LEAST_K and left_k >= SIPHON_SHARE * first_k:
            self._sign(ReasonCode.THERMOSIPHON, at)
        elif first_k >= SIPHON_LEAST_K:
            self._signs[ReasonCode.THERMOSIPHON].clear()

    def _judge_run(self, at: Instant, ran_ms: int) -> None:
        """Tell from a run whether water has moved: one that the outlet and the far end felt takes back what was said."""
        if {SUPPLY, self._arrival} & self._felt:
            self._signs[ReasonCode.NOTHING_MOVES].clear()
            return
        outlet_c = self._begun_c.get(SUPPLY)
        cool = outlet_c is not None and outlet_c <= self._plateau_c - COOL_OUTLET_K
        far_c = self._begun_c.get(self._arrival)
        cold = far_c is not None and outlet_c is not None and far_c <= self._plateau_c - COOL_OUTLET_K
        if ran_ms >= LEAST_RUN_MS and cool and cold:
            self._sign(ReasonCode.NOTHING_MOVES, at)

    def _sign(self, code: ReasonCode, at: Instant) -> None:
        self._signs[code] = [*self._signs[code], at][-_KEPT:]

    def forget(self) -> None:
        """Somebody has looked: what was told counts no more."""
        for signs in self._signs.values():
            signs.clear()

    # -- across restarts ------------------------------------------------------------------------------------

    def snapshot(self, now: Instant) -> dict[str, object]:
        """Return the signs as ages in ms before ``now``, JSON-able."""
        return {code.value: [now - at for at in signs] for code, signs in self._signs.items() if signs}

    def restore(self, kept: object, now: Instant, elapsed_ms: int | None) -> None:
        """Take over what ``snapshot`` returned; what is damaged in it is left out."""
        if not isinstance(kept, Mapping):
            return
        then = now - (elapsed_ms or 0)
        for code in self._signs:
            self._signs[code] = _recalled(kept.get(code.value), then)


_NEEDED: Final[Mapping[ReasonCode, int]] = {
    ReasonCode.CHECK_VALVE_LEAKS: TOLD_AT,
    ReasonCode.CROSSOVER_LEAKS: TOLD_AT,
    ReasonCode.THERMOSIPHON: SIPHON_AT,
    ReasonCode.NOTHING_MOVES: STILL_AT,
}
"""How many signs of each kind are told as a fault."""


def _recalled(ages: object, then: Instant) -> list[Instant]:
    if not isinstance(ages, Sequence) or isinstance(ages, str | bytes):
        return []
    found = (instant(age, then) for age in ages)
    return sorted(at for at in found if at is not None)[-_KEPT:]
