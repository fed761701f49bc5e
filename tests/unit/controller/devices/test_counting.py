"""A flow from what a water meter has counted."""

from controller.devices.counting import LONGEST_MS, Meter
from controller.devices.facts import Volume


def counted(*counts: tuple[int, float]) -> list[float | None]:
    meter = Meter()
    return [meter.flow_lpm(Volume(at, "", volume_l, live=True)) for at, volume_l in counts]


def test_the_flow_is_what_was_counted_since_the_last_message() -> None:
    assert counted((0, 100.0), (60_000, 104.5), (90_000, 104.5)) == [None, 4.5, 0.0]


def test_a_meter_that_was_restarted_begins_anew() -> None:
    assert counted((0, 100.0), (60_000, 1.0), (120_000, 4.0)) == [None, None, 3.0]


def test_an_average_over_a_long_silence_says_nothing_about_now() -> None:
    assert counted((0, 0.0), (LONGEST_MS, 10.0)) == [None, 1.0]
    assert counted((0, 0.0), (LONGEST_MS + 1, 10.0)) == [None, None]


def test_two_messages_at_once_are_one() -> None:
    assert counted((0, 0.0), (60_000, 3.0), (60_100, 3.1), (120_000, 6.0)) == [None, 3.0, None, 3.0]


def test_a_leap_that_no_house_can_draw_is_no_flow() -> None:
    assert counted((0, 0.0), (1_000, 500.0)) == [None, None]


def test_what_the_broker_had_kept_is_not_counted() -> None:
    meter = Meter()
    assert meter.flow_lpm(Volume(0, "", 50.0, live=False)) is None
    assert meter.flow_lpm(Volume(60_000, "", 104.5, live=True)) is None
    assert meter.flow_lpm(Volume(120_000, "", 108.5, live=True)) == 4.0
