"""What is known of a temperature sensor, folded from its readings."""

from controller.core.clock import MINUTE_MS
from controller.core.events import Reading
from controller.core.observation import STALE_AFTER_MS, Sample

LONGEST_GAP_MS = 10 * MINUTE_MS
"""A longer silence is an outage and says nothing about the sensor's habit."""
_WEIGHT = 4
_MOST_GROWTH = 4
"""A gap counts as so many usual ones at most: one silence must not make a quick sensor pass for a slow one."""


def follow(sample: Sample | None, reading: Reading, *, listened: bool = True) -> Sample:
    """Return the sample after a reading; the interval follows the gaps with a weight of one in four.

    A sensor that promises to speak up shows no habit by its silence, so nothing is learned from that; nor from a gap in
    which nobody ``listened``.
    """
    if sample is None:
        return Sample(reading.at, reading.value_c, reading.live, 0, reading.holds_ms)
    if reading.at < sample.at:
        return sample
    if sample.live and not reading.live and reading.at - sample.at <= STALE_AFTER_MS:
        return sample  # an old value behind a fresh one says nothing new, and takes nothing away
    interval_ms, gap_ms = sample.interval_ms, reading.at - sample.at
    learns = listened and sample.live and reading.live and not sample.holds_ms
    if learns and 0 < gap_ms <= LONGEST_GAP_MS:
        gap_ms = gap_ms if interval_ms == 0 else min(gap_ms, _MOST_GROWTH * interval_ms)
        interval_ms = gap_ms if interval_ms == 0 else interval_ms + (gap_ms - interval_ms) // _WEIGHT
    return Sample(reading.at, reading.value_c, reading.live, interval_ms, reading.holds_ms)
