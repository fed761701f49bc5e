"""Temperatures of a run as a bounded record: often while water flows, seldom while it rests, kept only where they change."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import simpy

from simulator.agenda import call_at
from simulator.draws import Draw
from simulator.house import House

FLOWING_S: Final = 2.0
"""Time in s between two looks while water flows."""
RESTING_S: Final = 300.0
"""Time in s between two looks while it rests and only cools: a straight line between them is off by some 0.3 K at most."""
SETTLING_S: Final = 6.0
"""How long after a flow has ended it is still looked at often, in s."""
CHANGE_K: Final = 0.5
"""Change in K since the last value kept from which a new one is kept."""
MOST_ROWS: Final = 200_000
"""Rows kept at most; beyond that the change asked for is doubled and what was kept is thinned to it."""


@dataclass(frozen=True, slots=True)
class Temperature:
    """A temperature at an instant.

    Args:
        at_s: The instant, in s since the start of the simulation.
        place: A fixture's hot side, or ``sensor ROLE`` for the water under a sensor.
        value_c: The water's temperature in C.
    """

    at_s: float
    place: str
    value_c: float


class Thermograph:
    """Looks at a house while it runs, and changes nothing.

    Args:
        env: The simulation of the house.
        house: The house.
        draws: Its draws, in the order of their start.
        from_s: When to begin, in s.
        until_s: When to stop, in s.
        change_k: Change from which a value is kept, in K.
        most_rows: Rows kept at most.
    """

    def __init__(
        self,
        env: simpy.Environment,
        house: House,
        draws: Iterable[Draw],
        *,
        from_s: float = 0.0,
        until_s: float = float("inf"),
        change_k: float = CHANGE_K,
        most_rows: int = MOST_ROWS,
    ) -> None:
        self._env = env
        self._house = house
        self._until_s = until_s
        self._change_k, self._most_rows = change_k, most_rows
        self._looks = _places(house)
        self._kept: dict[str, list[Temperature]] = {place: [] for place in self._looks}
        self._last: dict[str, Temperature] = {}
        self._rows = 0
        self._busy_until_s = from_s
        self._due_s = float("inf")
        self._flows = iter([draw for draw in draws if from_s <= draw.start_s < until_s])
        self._look_at(from_s)
        self._await_draw()

    @property
    def readings(self) -> list[Temperature]:
        """Return what was kept, in the order of time."""
        kept = [reading for readings in self._kept.values() for reading in readings]
        return sorted(kept, key=lambda reading: (reading.at_s, reading.place))

    def pump_switched(self, on: bool) -> None:
        """Take note that the pump was switched now."""
        self._busy_until_s = float("inf") if on else self._env.now + SETTLING_S
        if self._last:
            self._look_at(self._env.now)

    def _await_draw(self) -> None:
        draw = next(self._flows, None)
        if draw is not None:
            call_at(self._env, draw.start_s, lambda: self._opened(draw))

    def _opened(self, draw: Draw) -> None:
        self._busy_until_s = max(self._busy_until_s, draw.end_s + SETTLING_S)
        self._look_at(self._env.now)
        self._await_draw()

    def _look_at(self, at_s: float) -> None:
        self._due_s = at_s
        call_at(self._env, at_s, lambda: self._look(at_s))

    def _look(self, due_s: float) -> None:
        # SimPy cannot call a timeout off: one that was overtaken by an earlier look is let pass.
        if due_s != self._due_s or self._env.now >= self._until_s:
            return
        now_s = self._env.now
        for place, look in self._looks.items():
            self._take(Temperature(round(now_s, 3), place, look()))
        self._look_at(now_s + (FLOWING_S if now_s < self._busy_until_s else RESTING_S))

    def _take(self, reading: Temperature) -> None:
        kept, last = self._kept[reading.place], self._last.get(reading.place)
        self._last[reading.place] = reading
        if kept and abs(reading.value_c - kept[-1].value_c) < self._change_k:
            return
        # the value just before a jump keeps the line level up to it
        jumped = (
            last is not None
            and last is not kept[-1]
            and abs(reading.value_c - last.value_c) >= self._change_k
        )
        corner = [last] if jumped and last is not None else []
        kept += [*corner, reading]
        self._rows += 1 + len(corner)
        if self._rows > self._most_rows:
            self._thin()

    def _thin(self) -> None:
        while self._rows > self._most_rows // 2:
            self._change_k *= 2.0
            self._kept = {place: _thinned(readings, self._change_k) for place, readings in self._kept.items()}
            self._rows = sum(map(len, self._kept.values()))


def _places(house: House) -> Mapping[str, Callable[[], float]]:
    """Return what to look at: the hot side of each fixture, and the water under each sensor."""

    def fixture(name: str) -> Callable[[], float]:
        return lambda: house.fixture_c(name)

    def spot(pipe: str, at_m: float) -> Callable[[], float]:
        return lambda: house.temperature_c(pipe, at_m)

    fixtures = {name: fixture(name) for name in house.layout.fixtures}
    return fixtures | {f"sensor {one.label}": spot(one.pipe, one.at_m) for one in house.layout.sensors}


def _thinned(readings: Sequence[Temperature], change_k: float) -> list[Temperature]:
    kept: list[Temperature] = []
    for reading in readings:
        if not kept or abs(reading.value_c - kept[-1].value_c) >= change_k:
            kept.append(reading)
    return kept
