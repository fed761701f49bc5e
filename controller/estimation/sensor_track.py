"""What is known of a temperature sensor, folded from its readings."""

from dataclasses import replace

from controller.core.clock import MINUTE_MS
from controller.core.events import Reading
from controller.core.observation import Sample

LONGEST_GAP_MS = 10 * MINUTE_MS
"""A longer silence is an outage and says nothing about the sensor's habit."""
_WEIGHT = 4


def follow(sample: Sample | None, reading: Reading) -> Sample:
    """Return the sample after a reading; the interval follows the gaps with a weight of one in four."""
    if sample is not None and reading.at < sample.at:
        return sample
    if sample is None or not sample.live or not reading.live:
        return Sample(reading.at, reading.value_c, reading.live, sample.interval_ms if sample else 0)
    gap_ms = reading.at - sample.at
    interval_ms = sample.interval_ms
    if 0 < gap_ms <= LONGEST_GAP_MS:
        interval_ms = gap_ms if interval_ms == 0 else interval_ms + (gap_ms - interval_ms) // _WEIGHT
    return replace(sample, at=reading.at, value_c=reading.value_c, interval_ms=interval_ms)
