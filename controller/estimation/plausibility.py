"""Whether a temperature can be believed, judged by the readings before it.

Water and pipes change slowly enough that a strapped sensor never jumps; a loose wire, a short circuit or a wrong unit
does. A reading that jumps is not believed. Enough of them, and the sensor is not believed at all until it has been
steady again for a while. Each unbelievable reading weighs as much as eight believable ones, so that a sensor that
flickers is found out although every second reading looks fine.

Source: the default parameters of the reliability design (10 K/s; 30 K per sample; four bad samples in a row).
"""

from dataclasses import dataclass
from typing import Final

from controller.core.clock import SECOND_MS, Instant
from controller.core.events import Reading

STEEPEST_K_S: Final = 10
"""Fastest believable change in K/s."""
HIGHEST_STEP_K: Final = 30.0
"""Highest believable step between two readings that follow each other closely, in K."""
CLOSE_MS: Final = 10 * SECOND_MS
"""Readings within this follow each other closely. A sensor that reports once a minute may well see a hot front as 35 K."""
BAD_WEIGHT: Final = 8
OUT_AT: Final = 4 * BAD_WEIGHT
"""Four bad readings in a row, or a good part of bad ones over a longer time."""
STEADY_READINGS: Final = 10
STEADY_MS: Final = 60 * SECOND_MS
"""So many readings over so long a time without a jump, and the sensor is believed again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a sensor's word is worth believing.

    Args:
        at: When the reading came in that the next one is measured by.
        value_c: Its temperature in C.
        doubt: Grows by ``BAD_WEIGHT`` with each unbelievable reading, falls by one with each believable one.
        out: Not believed at all.
        steady: Readings in a row without a jump since it is out.
        steady_since: When the first of these came in.
    """

    at: Instant
    value_c: float
    doubt: int = 0
    out: bool = False
    steady: int = 0
    steady_since: Instant = 0


def judge(standing: Standing | None, reading: Reading) -> tuple[Standing, bool]:
    """Return a sensor's standing after a reading, and whether that reading can be believed."""
    if standing is None:
        return Standing(reading.at, reading.value_c), True
    if standing.out:
        return _watch(standing, reading)
    if not _jumps(standing, reading):
        return Standing(reading.at, reading.value_c, max(0, standing.doubt - 1)), True
    doubt = standing.doubt + BAD_WEIGHT
    if doubt >= OUT_AT:
        return Standing(reading.at, reading.value_c, doubt, out=True, steady_since=reading.at), False
    return Standing(standing.at, standing.value_c, doubt), False


def _watch(standing: Standing, reading: Reading) -> tuple[Standing, bool]:
    """Return the standing of a sensor that is out: by its last word, whatever that was, until it is steady."""
    if _jumps(standing, reading):
        return Standing(reading.at, reading.value_c, OUT_AT, out=True, steady_since=reading.at), False
    steady = standing.steady + 1
    if steady >= STEADY_READINGS and reading.at - standing.steady_since >= STEADY_MS:
        return Standing(reading.at, reading.value_c), True
    return Standing(
        reading.at, reading.value_c, OUT_AT, out=True, steady=steady, steady_since=standing.steady_since
    ), False


def _jumps(standing: Standing, reading: Reading) -> bool:
    step_k = abs(reading.value_c - standing.value_c)
    gap_ms = reading.at - standing.at
    if step_k > HIGHEST_STEP_K and gap_ms <= CLOSE_MS:
        return True
    # Two readings at the same instant differ by what a message delayed on its way may hide: a second's worth.
    return step_k * SECOND_MS > STEEPEST_K_S * max(gap_ms, SECOND_MS)
