"""Standard draw patterns of rating rules, as draws of a house: EU 812/2013 S, M, L and the DOE uniform energy factor's.

They are made for rating heaters and repeat one day. The rules say when, how much heat and how fast; which tap that is,
and how warm people want it there, is the mapping below:

* an EU draw keeps its useful heat and its flow. People want 40 C, or what the rule asks for when that is more, up to
  45 C: the 55 C of dish washing is measured at the heater's test outlet, and no pipe of a house with 55 C brings it to a tap.
* a DOE draw keeps its time, its duration and its heat; its hot water of 51.7 C is mixed down to 40.6 C. The test begins
  at its first draw; in a house that is 07:00.
* draws of 20 l and more are a shower or a bath; small ones are at the basin, dish washing and cleaning at the kitchen.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from simulator.catalogue import WATER_J_LK
from simulator.draws import DAY_S, USE_C, Draw, one_at_a_time
from simulator.places import Places

COLD_C: Final = 10.0
"""Cold water of the EU patterns in C. Source: EU 812/2013, annex VII."""
HOTTEST_USE_C: Final = 45.0
"""Most that people at a tap are taken to want, in C."""
DOE_HOT_C: Final = 51.7
"""Hot water of the DOE patterns in C. Source: 10 CFR 430, subpart B, appendix E: set point 125 F."""
DOE_COLD_C: Final = 14.4
"""Cold water of the DOE patterns in C. Source: the same, inlet of 58 F."""
DOE_USE_C: Final = 40.6
"""Mixed water in C. Source: 105 F, as the Californian compliance tool mixes showers and baths."""
DOE_BEGINS_S: Final = 7 * 3_600.0
"""Time of day in s of the first DOE draw. Our choice: the rule does not know the time of day."""
LITRES_PER_GALLON: Final = 3.785411784
_BODY_L: Final = 20.0
"""A draw of so many litres is a shower or a bath."""
_TUB_L: Final = 80.0

# Each EU row: time, useful heat in kWh, flow in l/min, temperature from which heat counts, peak temperature if any.
# Source: Regulation (EU) 812/2013, annex VII, table 3.
_EU_S: Final = """
07:00 .105 3 25|07:30 .105 3 25|08:30 .105 3 25|09:30 .105 3 25|11:30 .105 3 25|11:45 .105 3 25|12:45 .315 4 10 55
18:00 .105 3 25|18:15 .105 3 40|20:30 .42 4 10 55|21:30 .525 5 45"""
_EU_M: Final = """
07:00 .105 3 25|07:05 1.4 6 40|07:30 .105 3 25|08:01 .105 3 25|08:15 .105 3 25|08:30 .105 3 25|08:45 .105 3 25
09:00 .105 3 25|09:30 .105 3 25|10:30 .105 3 10 40|11:30 .105 3 25|11:45 .105 3 25|12:45 .315 4 10 55|14:30 .105 3 25
15:30 .105 3 25|16:30 .105 3 25|18:00 .105 3 25|18:15 .105 3 40|18:30 .105 3 40|19:00 .105 3 25|20:30 .735 4 10 55
21:15 .105 3 25|21:30 1.4 6 40"""
_EU_L: Final = """
07:00 .105 3 25|07:05 1.4 6 40|07:30 .105 3 25|07:45 .105 3 25|08:05 3.605 10 10 40|08:25 .105 3 25|08:30 .105 3 25
08:45 .105 3 25|09:00 .105 3 25|09:30 .105 3 25|10:30 .105 3 10 40|11:30 .105 3 25|11:45 .105 3 25|12:45 .315 4 10 55
14:30 .105 3 25|15:30 .105 3 25|16:30 .105 3 25|18:00 .105 3 25|18:15 .105 3 40|18:30 .105 3 40|19:00 .105 3 25
20:30 .735 4 10 55|21:00 3.605 10 10 40|21:30 .105 3 25"""

# Each DOE row: time from the start of the test, US gallons, US gallons per minute.
# Source: 10 CFR 430, subpart B, appendix E, tables III.1 to III.4.
_DOE_VERY_SMALL: Final = """
0:00 2 1|1:00 1 1|1:05 .5 1|1:10 .5 1|1:15 .5 1|8:00 1 1|8:15 2 1|9:00 1.5 1|9:15 1 1"""
_DOE_LOW: Final = """
0:00 15 1.7|0:30 2 1|1:00 1 1|10:30 6 1.7|11:30 4 1.7|12:00 1 1|12:45 1 1|12:50 1 1|16:15 2 1|16:45 2 1.7|17:00 3 1.7"""
_DOE_MEDIUM: Final = """
0:00 15 1.7|0:30 2 1|1:40 9 1.7|10:30 9 1.7|11:30 5 1.7|12:00 1 1|12:45 1 1|12:50 1 1|16:00 1 1|16:15 2 1|16:45 2 1.7
17:00 7 1.7"""
_DOE_HIGH: Final = """
0:00 27 3|0:30 2 1|0:40 1 1|1:40 9 1.7|10:30 15 3|11:30 5 1.7|12:00 1 1|12:45 1 1|12:50 1 1|16:00 2 1|16:15 2 1
16:30 2 1.7|16:45 2 1.7|17:00 14 3"""


@dataclass(frozen=True, slots=True)
class Tapping:
    """One draw of a pattern, before it has a place.

    Args:
        at_s: Time of day in s.
        heat_kwh: Heat above the cold water of its rule.
        volume_l: Litres of mixed water at ``use_c``.
        flow_lpm: Flow of the mixed water in l/min.
        use_c: Temperature wanted in C.
        kitchen: It is kitchen work.
    """

    at_s: float
    heat_kwh: float
    volume_l: float
    flow_lpm: float
    use_c: float
    kitchen: bool

    def draw(self, midnight_s: float, places: Places) -> Draw:
        """Return the draw of one day in a house."""
        duration_s = round(60.0 * self.volume_l / self.flow_lpm, 2)
        return Draw(
            midnight_s + self.at_s, duration_s, self._place(places), round(self.flow_lpm, 4), self.use_c
        )

    def _place(self, places: Places) -> str:
        if self.kitchen:
            return places.kitchen
        body = None
        if self.volume_l >= _TUB_L:
            body = places.bath(0) or places.shower(0)
        elif self.volume_l >= _BODY_L:
            body = places.shower(0)
        return body or places.basin(0)


def _eu(table: str) -> tuple[Tapping, ...]:
    return tuple(_eu_tapping(row.split()) for row in _rows(table))


def _eu_tapping(row: list[str]) -> Tapping:
    heat_kwh, flow_lpm, counts_c = float(row[1]), float(row[2]), float(row[3])
    peak_c = float(row[4]) if len(row) > 4 else 0.0
    use_c = min(HOTTEST_USE_C, max(USE_C, counts_c, peak_c))
    volume_l = _litres(heat_kwh, use_c - COLD_C)
    # kitchen work: dish washing and floor cleaning have a peak temperature, household cleaning counts from 40 C
    kitchen = volume_l < _BODY_L and counts_c != 25.0 and heat_kwh != 0.525
    return Tapping(_seconds(row[0]), heat_kwh, volume_l, flow_lpm, use_c, kitchen)


def _doe(table: str) -> tuple[Tapping, ...]:
    return tuple(_doe_tapping(row.split(), number) for number, row in enumerate(_rows(table)))


def _doe_tapping(row: list[str], number: int) -> Tapping:
    hot_l, hot_lpm = float(row[1]) * LITRES_PER_GALLON, float(row[2]) * LITRES_PER_GALLON
    more = (DOE_HOT_C - DOE_COLD_C) / (DOE_USE_C - DOE_COLD_C)
    heat_kwh = hot_l * (DOE_HOT_C - DOE_COLD_C) * WATER_J_LK / 3.6e6
    # the rule does not say where: small draws take turns between kitchen and basin
    kitchen = hot_l * more < _BODY_L and number % 2 == 1
    return Tapping(
        DOE_BEGINS_S + _seconds(row[0]), heat_kwh, hot_l * more, hot_lpm * more, DOE_USE_C, kitchen
    )


def _rows(table: str) -> Iterable[str]:
    return (row for line in table.split("\n") if line for row in line.split("|"))


def _seconds(clock: str) -> float:
    hours, minutes = clock.split(":")
    return float(hours) * 3_600.0 + float(minutes) * 60.0


def _litres(heat_kwh: float, rise_k: float) -> float:
    return heat_kwh * 3.6e6 / (WATER_J_LK * rise_k)


PATTERNS: Final[Mapping[str, tuple[Tapping, ...]]] = MappingProxyType(
    {
        "eu-s": _eu(_EU_S),
        "eu-m": _eu(_EU_M),
        "eu-l": _eu(_EU_L),
        "doe-very-small": _doe(_DOE_VERY_SMALL),
        "doe-low": _doe(_DOE_LOW),
        "doe-medium": _doe(_DOE_MEDIUM),
        "doe-high": _doe(_DOE_HIGH),
    }
)
"""From the name of a pattern to its draws."""


def pattern_draws(name: str, fixtures: Collection[str], *, days: int) -> list[Draw]:
    """Return a standard pattern, day after day, at fixtures of any names.

    Raises:
        KeyError: There is no such pattern (a bug of the caller, who knows ``PATTERNS``).
    """
    places = Places.of(fixtures)
    return one_at_a_time(
        tapping.draw(day * DAY_S, places) for day in range(days) for tapping in PATTERNS[name]
    )
