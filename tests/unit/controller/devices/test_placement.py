"""Which sensor sits where, judged by what it did while the pump ran."""

from controller.devices.placement import Trace, places


def ramp(name: str, low_c: float, high_c: float, *, from_s: float, to_s: float = 300.0) -> Trace:
    """A pipe that lies at one temperature and warms up from a moment on, in half a minute."""
    points = [
        (at, low_c + (high_c - low_c) * min(1.0, max(0.0, (at - from_s) / 30)))
        for at in range(0, int(to_s), 10)
    ]
    return Trace(name, [(float(at), value) for at, value in points])


def test_what_is_hot_already_is_the_supply_and_what_warms_up_last_the_return() -> None:
    traces = {
        "a": ramp("sensor 1", 20.0, 45.0, from_s=150),
        "b": ramp("sensor 2", 55.0, 58.0, from_s=70),
        "c": ramp("sensor 3", 21.0, 50.0, from_s=100),
    }
    assert places(traces, 60.0) == {"b": "supply", "a": "return", "c": "far_end"}


def test_one_sensor_that_warms_up_is_the_return() -> None:
    assert places({"a": ramp("x", 20.0, 40.0, from_s=120)}, 60.0) == {"a": "return"}


def test_a_sensor_that_does_nothing_has_no_place() -> None:
    assert places({"a": ramp("living room", 21.0, 21.5, from_s=100)}, 60.0) == {}


def test_a_rise_of_two_kelvins_counts_and_less_does_not() -> None:
    assert places({"a": ramp("x", 20.0, 22.0, from_s=100)}, 60.0) == {"a": "return"}
    assert places({"a": ramp("x", 20.0, 21.9, from_s=100)}, 60.0) == {}


def test_a_name_speaks_louder_than_a_rise() -> None:
    traces = {
        "a": ramp("supply pipe", 20.0, 45.0, from_s=150),
        "b": ramp("Rücklauf", 20.0, 20.1, from_s=100),
    }
    assert places(traces, 60.0) == {"a": "supply", "b": "return"}


def test_a_cold_plug_before_the_hot_front_does_not_hide_the_rise() -> None:
    points = [(0.0, 25.0), (60.0, 25.0), (100.0, 18.0), (140.0, 26.0), (180.0, 26.0)]
    assert places({"a": Trace("x", points)}, 60.0) == {"a": "return"}


def test_a_sensor_that_said_nothing_has_no_place() -> None:
    assert places({"a": Trace("x", [])}, 60.0) == {}
