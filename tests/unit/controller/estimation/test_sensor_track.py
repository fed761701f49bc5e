"""What a sensor's readings say about the sensor."""

import pytest

from controller.core.events import Reading
from controller.core.observation import Sample
from controller.estimation.sensor_track import follow
from tests.builders import RETURN_LOOP, minutes, observation, seconds


def fold(*readings: Reading) -> Sample:
    sample = None
    for reading in readings:
        sample = follow(sample, reading)
    assert sample is not None
    return sample


def every(gap: int, count: int = 20) -> Sample:
    return fold(*(Reading(number * gap, "return", 20.0 + number) for number in range(count)))


def age_when_stale(sample: Sample) -> int:
    """The first age, in whole seconds, at which the value is no longer given."""
    for age in range(2_000):
        view = observation(sample.at + seconds(age), plumbing=RETURN_LOOP)
        object.__setattr__(view, "readings", {"return": sample})
        if view.value("return") is None:
            return age
    raise AssertionError("never stale")


def test_the_interval_is_learned() -> None:
    assert every(seconds(30)).interval_ms == seconds(30)


def test_a_quick_sensor_is_stale_after_a_minute_and_a_slower_one_after_three_intervals() -> None:
    assert age_when_stale(every(seconds(5))) == 61
    assert age_when_stale(every(seconds(100))) == 301


def test_a_sensor_slower_than_two_minutes_is_never_trusted() -> None:
    assert age_when_stale(every(seconds(300))) == 0


def test_an_outage_teaches_nothing() -> None:
    usual = every(seconds(30))
    assert follow(usual, Reading(usual.at + minutes(60), "return", 30.0)).interval_ms == seconds(30)


@pytest.mark.parametrize(
    ("gap", "interval"),
    [
        (1, seconds(40) + (1 - seconds(40)) // 4),
        (seconds(20), seconds(35)),
        (seconds(80), seconds(50)),
        (seconds(160), seconds(70)),
        (seconds(160) + 1, seconds(70)),
        (minutes(10), seconds(70)),
        (minutes(10) + 1, seconds(40)),
    ],
    ids=["a millisecond", "quicker", "slower", "four times", "slower still", "the longest gap", "an outage"],
)
def test_the_interval_follows_a_gap_by_a_quarter_unless_it_is_an_outage(gap: int, interval: int) -> None:
    usual = Sample(5, 20.0, interval_ms=seconds(40))
    assert follow(usual, Reading(5 + gap, "return", 21.0)).interval_ms == interval


def test_two_readings_at_one_instant_give_the_second_value_and_teach_nothing() -> None:
    usual = Sample(5, 20.0, interval_ms=seconds(40))
    assert follow(usual, Reading(5, "return", 21.0)) == Sample(5, 21.0, interval_ms=seconds(40))


def test_one_long_silence_does_not_make_a_quick_sensor_pass_for_a_slow_one() -> None:
    """A process that stood still for minutes, or a sensor that was away: stale after a minute as before."""
    after = follow(every(seconds(5)), Reading(seconds(19 * 5 + 266), "return", 20.0))
    assert age_when_stale(after) == 61


def test_a_new_rhythm_is_learned_within_a_few_readings() -> None:
    sample = every(seconds(5))
    for _ in range(12):
        sample = follow(sample, Reading(sample.at + seconds(60), "return", 20.0))
    assert sample.interval_ms > seconds(50)


def test_the_interval_survives_a_retained_reading() -> None:
    usual = Sample(5, 20.0, interval_ms=seconds(40))
    assert follow(usual, Reading(6, "return", 21.0, live=False)).interval_ms == seconds(40)


def test_an_older_reading_does_not_replace_a_newer_one() -> None:
    newer = Sample(5_000, 40.0)
    assert follow(newer, Reading(4_000, "return", 20.0)) == newer


@pytest.mark.parametrize(("after_ms", "shown_c"), [(1, 20.0), (60_000, 20.0), (60_001, 25.0)])
def test_a_value_of_unknown_age_takes_nothing_from_a_fresh_one(after_ms: int, shown_c: float) -> None:
    sample = fold(Reading(0, "return", 20.0), Reading(after_ms, "return", 25.0, live=False))
    assert sample.value_c == shown_c and sample.live is (shown_c == 20.0)
    assert sample.at == (0 if sample.live else after_ms)


def test_a_value_of_unknown_age_is_shown_and_not_trusted_until_a_live_one() -> None:
    sample = fold(Reading(0, "return", 25.0, live=False))
    assert sample.value_c == 25.0 and not sample.live
    assert follow(sample, Reading(2, "return", 21.0)).live
