"""A household made up of people with habits: as many days of draws as one likes, from one seed.

Each resident gets up at a time of his or her own, showers in the morning or in the evening, goes to work or school on
weekdays, washes hands in bursts while at home; whoever is there cooks, eats and washes up together. Some weekends and
two holidays a year nobody is there. Day 0 is a Monday in June.

Litres: N residents take about 40 + 40 N l of warm water on a day at home, so four take 200 l. Source: Jordan and Vajen
(2001), IEA SHC Task 26, 200 l a day for a single-family house; metered homes of the United States take a third more,
and the part that does not grow with the people is of the kind that the Building America benchmark has
(Hendron and Engebrecht 2010). Our choice is the plain split.
"""

import math
import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from simulator.draws import DAY_S, Draw, one_at_a_time
from simulator.people import HOUR_S, MINUTE_S, Absences, Presence, Resident, presence, resident
from simulator.places import Places

RESIDENTS: Final = 3
"""How many people live in a household that does not say."""
MOST_RESIDENTS: Final = 6
"""Largest household that the numbers here stand for."""


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
        flow_lpm = max(1.0, rng.gauss(self.flow_lpm, 0.15 * self.flow_lpm))
        return Draw(round(at_s, 1), round(duration_s, 1), fixture, round(flow_lpm, 2), self.use_c)


SHOWER: Final = Use(285.0, 0.4, 8.0, 40.0)
"""Source: Jordan and Vajen (2001), 8 l/min for 5 min on average."""
BATH: Final = Use(580.0, 0.2, 14.0, 40.0)
"""Source: Jordan and Vajen (2001), 14 l/min for 10 min."""
WASH_FACE: Final = Use(35.0, 0.4, 4.0, 38.0)
WASH_HANDS: Final = Use(12.0, 0.6, 4.0, 38.0)
"""Source: the event generator of Building America (Hendron, Burch and Barker 2010) has 1.14 gal/min (4.3 l/min) at sinks,
nine in ten draws shorter than a minute; the seconds are our choice."""
RINSE: Final = Use(12.0, 0.6, 4.5, 40.0)
COOK: Final = Use(16.0, 0.7, 4.5, 42.0)
WASH_UP: Final = Use(60.0, 0.5, 5.0, 45.0)

BURST: Final = (0.62, 0.19, 0.08, 0.04, 0.02)
"""Share of bursts with one, two, ... openings of a sink. Source: as above, events per cluster, cut after the fifth."""
BETWEEN_OPENINGS_S: Final = 25.0
"""Median pause in s between the openings of one burst. Our choice."""
BETWEEN_HAND_WASHES_S: Final = 2.2 * HOUR_S
"""Mean time in s from one hand wash to the next of a person at home. Our choice."""
AT_NIGHT: Final = 0.12
"""Share of nights in which a person gets up and washes hands. Our choice."""


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
        self._residents = [resident(number, rng) for number in range(residents)]
        self._absences = Absences(rng)
        self._day = 0

    def days(self) -> Iterator[list[Draw]]:
        """Yield the draws of each day, in the order of their start, for ever."""
        while True:
            day, self._day = self._day, self._day + 1
            yield [] if self._absences.away(day) else self._at_home(day)

    def _at_home(self, day: int) -> list[Draw]:
        midnight_s = day * DAY_S
        days = [(person, presence(person, midnight_s, day % 7, self._rng)) for person in self._residents]
        draws = [*self._meals([spell for _, spell in days], midnight_s, weekend=day % 7 >= 5)]
        for person, spell in days:
            draws += self._person(person, spell, midnight_s)
        ends_s = midnight_s + DAY_S
        return [draw for draw in one_at_a_time(draws) if midnight_s <= draw.start_s < ends_s]

    def _person(self, person: Resident, spell: Presence, midnight_s: float) -> Iterator[Draw]:
        rng, basin = self._rng, self._places.basin(person.bathroom)
        yield WASH_HANDS.drawn(spell.up_s, basin, rng)
        yield from self._body(person, spell)
        yield WASH_FACE.drawn(spell.up_s + rng.uniform(12.0, 22.0) * MINUTE_S, basin, rng)
        yield WASH_FACE.drawn(spell.bed_s - rng.uniform(3.0, 12.0) * MINUTE_S, basin, rng)
        for at_s in self._hand_washes(spell):
            yield from self._burst(at_s, self._near(basin))
        if rng.random() < AT_NIGHT:
            yield WASH_HANDS.drawn(midnight_s + rng.uniform(0.5, 4.5) * HOUR_S, basin, rng)

    def _body(self, person: Resident, spell: Presence) -> Iterator[Draw]:
        """Yield the day's shower or bath."""
        rng, places = self._rng, self._places
        coin = rng.random()
        morning_s = spell.up_s + rng.uniform(4.0, 10.0) * MINUTE_S
        evening_s = spell.bed_s - rng.uniform(20.0, 70.0) * MINUTE_S
        bath, shower = places.bath(person.bathroom), places.shower(person.bathroom)
        if bath is not None and coin < person.bath_share:
            yield BATH.drawn(evening_s, bath, rng)
        elif shower is not None and coin < person.shower_share:
            yield SHOWER.drawn(morning_s if person.showers_in_the_morning else evening_s, shower, rng)

    def _hand_washes(self, spell: Presence) -> Iterator[float]:
        """Yield when a person washes hands: on coming home, and now and then while there."""
        if spell.returns_s > spell.leaves_s:
            yield spell.returns_s + self._rng.uniform(0.5, 4.0) * MINUTE_S
        at_s = spell.up_s + 0.5 * HOUR_S
        while (
            at_s := at_s + self._rng.expovariate(1.0 / BETWEEN_HAND_WASHES_S)
        ) < spell.bed_s - 0.25 * HOUR_S:
            if spell.at_home(at_s):
                yield at_s

    def _near(self, basin: str) -> str:
        """Return the usual basin, or now and then another one of the house."""
        return self._rng.choice(self._places.basins) if self._rng.random() < 0.2 else basin

    def _burst(self, at_s: float, fixture: str) -> Iterator[Draw]:
        """Yield openings of one tap shortly one after the other."""
        for _ in range(_one_of(BURST, self._rng)):
            draw = WASH_HANDS.drawn(at_s, fixture, self._rng)
            yield draw
            at_s = draw.end_s + BETWEEN_OPENINGS_S * math.exp(self._rng.gauss(0.0, 0.6))

    def _meals(self, spells: Sequence[Presence], midnight_s: float, *, weekend: bool) -> Iterator[Draw]:
        """Yield the kitchen work of the meals at which anybody is there."""
        rng = self._rng
        breakfast_s = min(spell.up_s for spell in spells) + rng.uniform(25.0, 45.0) * MINUTE_S
        lunch_s = midnight_s + rng.gauss(12.8 if weekend else 12.4, 0.3) * HOUR_S
        dinner_s = midnight_s + rng.gauss(18.7, 0.4) * HOUR_S
        for at_s, dishes in ((breakfast_s, 0.6), (lunch_s, 0.7), (dinner_s, 1.5)):
            eaters = sum(spell.at_home(at_s) for spell in spells)
            if eaters:
                yield from self._meal(at_s, eaters, dishes)

    def _meal(self, at_s: float, eaters: int, dishes: float) -> Iterator[Draw]:
        """Yield openings of the kitchen tap: a cluster before the meal and one after it."""
        rng, kitchen = self._rng, self._places.kitchen
        cooking_s = at_s - rng.uniform(15.0, 35.0) * MINUTE_S
        for _ in range(1 + round(dishes * rng.uniform(0.5, 2.0))):
            yield COOK.drawn(cooking_s, kitchen, rng)
            cooking_s += rng.expovariate(1.0 / (4.0 * MINUTE_S)) + 20.0
        done_s = at_s + rng.uniform(25.0, 45.0) * MINUTE_S
        for _ in range(max(1, round(dishes * (0.5 + 0.35 * eaters)))):
            wash_up = WASH_UP.drawn(done_s, kitchen, rng)
            yield wash_up
            rinse = RINSE.drawn(wash_up.end_s + rng.uniform(20.0, 120.0), kitchen, rng)
            yield rinse
            done_s = rinse.end_s + rng.uniform(20.0, 180.0)


def household_draws(
    fixtures: Collection[str], *, days: int, seed: int, residents: int = RESIDENTS
) -> list[Draw]:
    """Return the draws of a made-up household, from midnight of a Monday; the same for the same arguments."""
    life = Household(fixtures, rng=random.Random(seed), residents=residents).days()
    return [draw for _ in range(days) for draw in next(life)]


def _one_of(weights: Sequence[float], rng: random.Random) -> int:
    """Return 1 for the first weight, 2 for the second and so on, each as likely as its weight."""
    point = rng.random() * sum(weights)
    return next((number for number, edge in enumerate(accumulate(weights), 1) if point < edge), len(weights))
