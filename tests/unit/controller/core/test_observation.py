"""When a value is fresh, and how far it rose."""

from dataclasses import replace

import pytest

from controller.core.observation import Observation, PumpView, Run, Sample
from tests.builders import RETURN_LOOP, observation, running, seconds

AT = seconds(1_000)


def view(sample: Sample, *, age: int = 0) -> Observation:
    return Observation(now=sample.at + age, plumbing=RETURN_LOOP, readings={"return": sample})


@pytest.mark.parametrize(
    ("interval", "limit"),
    [(0, 60), (5, 60), (20, 60), (21, 63), (120, 360)],
    ids=["unknown", "quick", "a third of the limit", "slower than that", "the slowest"],
)
def test_a_value_is_fresh_up_to_its_limit_and_tells_when_it_turns_stale(interval: int, limit: int) -> None:
    sample = Sample(AT, 20.0, interval_ms=seconds(interval))
    last = view(sample, age=seconds(limit))
    assert last.value("return") == 20.0 and last.stale_at("return") == last.now + 1
    over = replace(last, now=last.now + 1)
    assert over.value("return") is None and over.stale_at("return") is None


def test_a_sensor_slower_than_two_minutes_is_not_even_fresh_at_its_own_instant() -> None:
    slow = view(Sample(0, 20.0, interval_ms=seconds(120) + 1))
    assert slow.value("return") is None and slow.stale_at("return") is None


def test_a_value_of_unknown_age_or_of_no_sensor_is_none() -> None:
    retained = view(Sample(AT, 20.0, live=False))
    assert retained.value("return") is None and retained.stale_at("return") is None
    assert retained.value("supply") is None and retained.stale_at("supply") is None


def test_a_sample_is_live_and_its_interval_unknown_until_told_otherwise() -> None:
    assert Sample(AT, 20.0) == Sample(AT, 20.0, live=True, interval_ms=0)


def test_a_run_is_unconfirmed_until_the_switch_tells_that_it_is_on() -> None:
    pump = PumpView(run=Run(AT, "on_demand", demand=True))
    assert [pump.told(on).run.confirmed for on in (True, False)] == [True, False]  # type: ignore[union-attr]


def test_the_rise_is_counted_from_the_lowest_reading_and_is_unknown_without_one() -> None:
    assert observation(return_c=24.0, pump=running(0, return_c=20.0)).rise_k("return") == 4.0
    assert observation(return_c=24.0, pump=running(0, supply_c=20.0)).rise_k("return") is None
    assert observation(return_c=24.0).rise_k("return") is None
    assert observation(pump=running(0, return_c=20.0)).rise_k("return") is None


def test_a_run_keeps_the_lowest_reading_of_each_sensor() -> None:
    run = Run(AT, "on_demand", demand=True)
    for sensor, value_c in [("return", 20.0), ("return", 16.0), ("return", 18.0), ("supply", 50.0)]:
        run = run.read(sensor, value_c)
    assert run.lowest_c == {"return": 16.0, "supply": 50.0}


@pytest.mark.parametrize("found", [True, False])
def test_a_switch_lost_or_found_is_of_unknown_state_and_its_run_unconfirmed(found: bool) -> None:
    pump = replace(running(0), online=not found).reached(found)
    assert pump.reported is None and pump.online is found
    assert pump.run is not None and not pump.run.confirmed
    assert PumpView(online=not found).reached(found) == PumpView(online=found)


def test_a_switch_that_tells_its_state_is_in_reach() -> None:
    lost = replace(running(0), reported=None, online=False)
    told = lost.told(False)
    assert told.reported is False and told.online and told.run == lost.run
    assert PumpView().told(True) == PumpView(reported=True)
