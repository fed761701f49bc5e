"""A household made up of people with habits: as many days of draws as one likes, from one seed.

Each resident gets up at a time of his or her own, washes, may shower in the morning or in the evening, leaves
on weekdays, washes hands while at home; the household cooks, eats and washes up together. Day 0 is a Monday.
Three residents take about 170 l of warm water in about 37 draws a day, of which some 22 are useful ones.
"""

import math
import random
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from simulator.draws import DAY_S, Draw, one_at_a_time

HOUR_S: Final = 3_600.0
MINUTE_S: Final = 60.0
BEDTIME_S: Final = 23.5 * HOUR_S
"""Nothing is drawn from then until people get up."""

RESIDENTS: Final = 3
"""How many people live in a household that does not say."""


@dataclass(frozen=True, slots=True)
class Use:
    """One kind of draw.

    Args:
        duration_s: Median time open, in s.
        spread: Standard deviation of the logarithm of that time.
        flow_lpm: Mean flow in l/min.
        use_c: Temperature wanted, in C.
    """

    duration_s: float
    spread: float
    flow_lpm: float
    use_c: float

    def drawn(self, at_s: float, fixture: str, rng: random.Random) -> Draw:
        """Return one draw of this kind, in steps of 0.1 s and 0.01 l/min, so that it survives a CSV file."""
        duration_s = max(2.0, self.duration_s * math.exp(rng.gauss(0.0, self.spread)))
        flow_lpm = max(1.0, rng.gauss(self.flow_lpm, 0.12 * self.flow_lpm))
        return Draw(round(at_s, 1), round(duration_s, 1), fixture, round(flow_lpm, 2), self.use_c)


SHOWER: Final = Use(330.0, 0.35, 7.6, 40.0)
WASH_FACE: Final = Use(35.0, 0.4, 4.0, 38.0)
WASH_HANDS: Final = Use(14.0, 0.5, 3.6, 38.0)
RINSE: Final = Use(12.0, 0.6, 4.5, 40.0)
COOK: Final = Use(20.0, 0.6, 5.0, 42.0)
WASH_UP: Final = Use(70.0, 0.5, 5.5, 45.0)


@dataclass(frozen=True, slots=True)
class Places:
    """Where a household does what. A house without such a fixture does it at another one.

    Args:
        shower: Where people shower; None in a house with sinks only.
        basin: Where they wash hands and faces.
        kitchen: Where they cook and wash up.
    """

    shower: str | None
    basin: str
    kitchen: str

    @classmethod
    def of(cls, fixtures: Collection[str]) -> "Places":
        """Return the places among fixtures of any names: words in the names decide, otherwise their order.

        Raises:
            ValueError: There is no fixture (a bug of the caller).
        """
        if not fixtures:
            raise ValueError("a household needs at least one fixture")
        names = sorted(fixtures)
        shower = _named(names, "shower", "bath")
        sinks = [name for name in names if name != shower] or names
        kitchen = _named(sinks, "kitchen", "sink") or sinks[-1]
        basin = _named([name for name in sinks if name != kitchen], "basin", "wash", "") or kitchen
        return cls(shower, basin, kitchen)


@dataclass(frozen=True, slots=True)
class Resident:
    """One person's habits.

    Args:
        wakes_s: Usual time of getting up on a weekday, in s from midnight.
        lies_in_s: How much later on Saturday and Sunday.
        works: Away from an hour after getting up until the late afternoon, Monday to Friday.
        showers_in_the_morning: Otherwise in the evening.
        shower_share: Share of days with a shower.
    """

    wakes_s: float
    lies_in_s: float
    works: bool
    showers_in_the_morning: bool
    shower_share: float


class Household:
    """People at the taps, day after day.

    Args:
        fixtures: Names of the fixtures of the layout.
        rng: Generator from which every choice is drawn; one seed, one life.
        residents: How many people.
    """

    def __init__(self, fixtures: Collection[str], *, rng: random.Random, residents: int = RESIDENTS) -> None:
        self._places = Places.of(fixtures)
        self._rng = rng
        self._residents = [_resident(number, rng) for number in range(residents)]
        self._day = 0

    def days(self) -> Iterator[list[Draw]]:
        """Yield the draws of each day, in the order of their start, for ever."""
        while True:
            midnight_s, weekend = self._day * DAY_S, self._day % 7 >= 5
            self._day += 1
            draws = [*self._meals(midnight_s, weekend)]
            for resident in self._residents:
                draws += self._person(resident, midnight_s, weekend)
            awake = [draw for draw in draws if draw.start_s < midnight_s + BEDTIME_S]
            yield [draw for draw in one_at_a_time(awake) if draw.start_s < midnight_s + BEDTIME_S]

    def _person(self, resident: Resident, midnight_s: float, weekend: bool) -> Iterator[Draw]:
        rng, places = self._rng, self._places
        usual_s = resident.wakes_s + (resident.lies_in_s if weekend else 0.0)
        up_s = midnight_s + max(4.5 * HOUR_S, rng.gauss(usual_s, (40.0 if weekend else 9.0) * MINUTE_S))
        bed_s = midnight_s + min(BEDTIME_S, rng.gauss(22.4 * HOUR_S, 25.0 * MINUTE_S))
        yield WASH_HANDS.drawn(up_s, places.basin, rng)
        yield from self._shower(resident, up_s, bed_s)
        yield WASH_FACE.drawn(up_s + rng.uniform(12.0, 22.0) * MINUTE_S, places.basin, rng)
        yield WASH_FACE.drawn(bed_s - rng.uniform(3.0, 12.0) * MINUTE_S, places.basin, rng)
        for at_s in self._at_home(resident, up_s, bed_s, weekend):
            yield WASH_HANDS.drawn(at_s, places.basin, rng)

    def _shower(self, resident: Resident, up_s: float, bed_s: float) -> Iterator[Draw]:
        rng = self._rng
        wanted = rng.random() < resident.shower_share
        morning_s = up_s + rng.uniform(4.0, 10.0) * MINUTE_S
        evening_s = bed_s - rng.uniform(20.0, 70.0) * MINUTE_S
        if wanted and self._places.shower is not None:
            at_s = morning_s if resident.showers_in_the_morning else evening_s
            yield SHOWER.drawn(at_s, self._places.shower, rng)

    def _at_home(self, resident: Resident, up_s: float, bed_s: float, weekend: bool) -> Iterator[float]:
        """Yield times of hand washing: one in about two hours while somebody is at home."""
        rng = self._rng
        at_s = up_s + HOUR_S
        if resident.works and not weekend:
            at_s = up_s + rng.gauss(10.3, 0.5) * HOUR_S
            yield at_s
        while (at_s := at_s + rng.expovariate(1.0 / (2.2 * HOUR_S))) < bed_s - 0.25 * HOUR_S:
            yield at_s

    def _meals(self, midnight_s: float, weekend: bool) -> Iterator[Draw]:
        breakfast_s = midnight_s + self._rng.gauss(9.2 if weekend else 7.1, 0.2) * HOUR_S
        yield from self._meal(breakfast_s, cooking=1, washing_up=1)
        if weekend or self._rng.random() < 0.3:
            yield from self._meal(midnight_s + self._rng.gauss(12.6, 0.3) * HOUR_S, cooking=2, washing_up=1)
        yield from self._meal(midnight_s + self._rng.gauss(18.6, 0.35) * HOUR_S, cooking=3, washing_up=2)

    def _meal(self, at_s: float, *, cooking: int, washing_up: int) -> Iterator[Draw]:
        rng, kitchen = self._rng, self._places.kitchen
        for _ in range(cooking):
            yield COOK.drawn(at_s - rng.uniform(3.0, 30.0) * MINUTE_S, kitchen, rng)
        for turn in range(washing_up):
            done_s = at_s + (30.0 + 4.0 * turn + rng.uniform(0.0, 15.0)) * MINUTE_S
            yield WASH_UP.drawn(done_s, kitchen, rng)
            yield RINSE.drawn(done_s + rng.uniform(2.0, 4.0) * MINUTE_S, kitchen, rng)


def household_draws(
    fixtures: Collection[str], *, days: int, seed: int, residents: int = RESIDENTS
) -> list[Draw]:
    """Return the draws of a made-up household, from midnight of a Monday; the same for the same arguments."""
    life = Household(fixtures, rng=random.Random(seed), residents=residents).days()
    return [draw for _ in range(days) for draw in next(life)]


def _resident(number: int, rng: random.Random) -> Resident:
    """Return a person; the first two work, as in most homes of more than one."""
    return Resident(
        wakes_s=rng.gauss(6.75, 0.25) * HOUR_S,
        lies_in_s=rng.uniform(1.0, 2.2) * HOUR_S,
        works=number < 2 or rng.random() < 0.5,
        showers_in_the_morning=number == 0 or rng.random() < 0.6,
        shower_share=rng.uniform(0.6, 0.95),
    )


def _named(names: Collection[str], *words: str) -> str | None:
    """Return the first name that holds one of the words, the earlier word first."""
    return next((name for word in words for name in names if word in name.lower()), None)
