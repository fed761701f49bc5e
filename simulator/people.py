"""The people of a made-up household: who they are, when they are at home, when they are away for days.

Habits are drawn once per person, days are drawn anew. The numbers are of published kinds and stated beside each; what
has no source is our choice and says so.
"""

import random
from dataclasses import dataclass
from enum import Enum
from typing import Final

HOUR_S: Final = 3_600.0
MINUTE_S: Final = 60.0
DAYS_OF_YEAR: Final = 364
"""Days in a simulated year of whole weeks."""

LONG_HOLIDAY_DAYS: Final = 14
"""Length of the long holiday. Source: Jordan and Vajen (2001), Realistic DHW profiles, IEA SHC Task 26: two weeks
between June and September without draws."""
LONG_HOLIDAY_WEEKS: Final = (4, 12)
"""First and last week of the simulated year, which begins in June, in which the long holiday may begin."""
SHORT_HOLIDAY_DAYS: Final = 7
SHORT_HOLIDAY_WEEKS: Final = (28, 31)
"""The short holiday lies around the turn of the year. Our choice."""
WEEKEND_AWAY: Final = 0.06
"""Share of weekends that the household spends elsewhere, three a year. Our choice."""


class Occupation(Enum):
    """What takes a person out of the house on weekdays."""

    WORK = "work"
    SCHOOL = "school"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class Resident:
    """One person's habits.

    Args:
        occupation: What the person does on weekdays.
        wakes_s: Usual time of getting up on a weekday, in s from midnight.
        lies_in_s: How much later on Saturday and Sunday.
        goes_to_bed_s: Usual time of going to bed, in s from midnight.
        away_s: Usual time between leaving and coming back on a weekday, in s.
        punctual_s: Standard deviation of these times on weekdays, in s.
        showers_in_the_morning: Otherwise in the evening.
        shower_share: Share of days with a shower.
        bath_share: Share of days with a bath instead, where there is a bathtub. Source: Jordan and Vajen (2001), one
            bath a week in a family's house.
        bathroom: Number of the bathroom this person mostly uses.
    """

    occupation: Occupation
    wakes_s: float
    lies_in_s: float
    goes_to_bed_s: float
    away_s: float
    punctual_s: float
    showers_in_the_morning: bool
    shower_share: float
    bath_share: float
    bathroom: int


@dataclass(frozen=True, slots=True)
class Presence:
    """When a person is up and at home on one day, in s since the start of the simulation.

    Args:
        up_s: Gets up.
        bed_s: Goes to bed.
        leaves_s: Leaves the house; equal to ``returns_s`` on a day at home.
        returns_s: Is back.
    """

    up_s: float
    bed_s: float
    leaves_s: float
    returns_s: float

    def at_home(self, at_s: float) -> bool:
        """Tell whether the person is up and at home."""
        return self.up_s <= at_s < self.bed_s and not self.leaves_s <= at_s < self.returns_s


def resident(number: int, rng: random.Random) -> Resident:
    """Return a person. The first two are adults, the others children or whoever lives there besides.

    Source: employment of adults and the hours of school and work are of the kind that time-use surveys (HETUS)
    give, rounded; shower habits are two thirds to nearly every day, most in the morning.
    """
    occupation = _occupation(number, rng)
    child = occupation is Occupation.SCHOOL
    return Resident(
        occupation=occupation,
        wakes_s=rng.gauss(8.0 if occupation is Occupation.HOME else 6.75, 0.3) * HOUR_S,
        lies_in_s=rng.uniform(0.3, 0.9) * HOUR_S
        if occupation is Occupation.HOME
        else rng.uniform(1.0, 2.2) * HOUR_S,
        goes_to_bed_s=rng.gauss(21.2 if child else 22.5, 0.35) * HOUR_S,
        away_s=rng.gauss(7.0 if child else 9.3, 0.5) * HOUR_S,
        punctual_s=rng.uniform(5.0, 15.0) * MINUTE_S,
        showers_in_the_morning=not child and rng.random() < 0.65,
        shower_share=rng.uniform(0.5, 0.7) if child else rng.uniform(0.65, 0.95),
        bath_share=rng.uniform(0.02, 0.06),
        bathroom=number % 2,
    )


def _occupation(number: int, rng: random.Random) -> Occupation:
    if number < 2:
        return Occupation.WORK if rng.random() < 0.75 else Occupation.HOME
    return Occupation.SCHOOL if rng.random() < 0.85 else Occupation.WORK


def presence(person: Resident, midnight_s: float, weekday: int, rng: random.Random) -> Presence:
    """Return one person's day.

    Args:
        person: Whose.
        midnight_s: Its midnight, in s since the start of the simulation.
        weekday: 0 is Monday, 6 is Sunday.
        rng: The generator.
    """
    weekend = weekday >= 5
    usual_s = person.wakes_s + (person.lies_in_s if weekend else 0.0)
    up_s = max(4.5 * HOUR_S, rng.gauss(usual_s, 35.0 * MINUTE_S if weekend else person.punctual_s))
    late_s = HOUR_S if weekday in (4, 5) else 0.0
    bed_s = min(
        23.75 * HOUR_S, max(up_s + 10.0 * HOUR_S, rng.gauss(person.goes_to_bed_s + late_s, 25.0 * MINUTE_S))
    )
    leaves_s, returns_s = _outing(person, up_s, bed_s, weekend, rng)
    return Presence(midnight_s + up_s, midnight_s + bed_s, midnight_s + leaves_s, midnight_s + returns_s)


def _outing(
    person: Resident, up_s: float, bed_s: float, weekend: bool, rng: random.Random
) -> tuple[float, float]:
    """Return when a person leaves and is back, in s from midnight: to work or school, or out for some hours."""
    if person.occupation is not Occupation.HOME and not weekend:
        leaves_s = up_s + rng.uniform(0.8, 1.2) * HOUR_S
        back_s = leaves_s + max(3.0 * HOUR_S, rng.gauss(person.away_s, 2.0 * person.punctual_s))
        return leaves_s, min(back_s, bed_s - 0.5 * HOUR_S)
    leaves_s = up_s + rng.uniform(2.0, 7.0) * HOUR_S
    back_s = min(leaves_s + rng.uniform(1.0, 4.0) * HOUR_S, bed_s - 0.5 * HOUR_S)
    # a coin is thrown for every such day: two in three people go out at some time
    return (leaves_s, max(leaves_s, back_s)) if rng.random() < 0.67 else (leaves_s, leaves_s)


class Absences:
    """On which days nobody is there: a long and a short holiday in each year of 364 days, some weekends.

    Args:
        rng: The generator; asked as the days are asked for, in their order.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._away: frozenset[int] = frozenset()

    def away(self, day: int) -> bool:
        """Tell whether nobody is there on a day; days are asked for one after the other, from day 0."""
        if day % DAYS_OF_YEAR == 0:
            self._away = self._holidays(day)
        if day % 7 == 5 and self._rng.random() < WEEKEND_AWAY:
            self._away |= {day, day + 1}
        return day in self._away

    def _holidays(self, first: int) -> frozenset[int]:
        long = first + 7 * self._rng.randint(*LONG_HOLIDAY_WEEKS) - 2
        short = first + 7 * self._rng.randint(*SHORT_HOLIDAY_WEEKS) - 2
        return frozenset(range(long, long + LONG_HOLIDAY_DAYS)) | frozenset(
            range(short, short + SHORT_HOLIDAY_DAYS)
        )
