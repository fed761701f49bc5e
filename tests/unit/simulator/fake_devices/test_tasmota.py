import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import simpy

from simulator.fake_devices.tasmota import TasmotaPlug, TasmotaThermometers, encoded_pulse, pulse_s

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


class Wire:
    """Keeps what a device says."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str, bool]] = []

    def publish(self, topic: str, payload: str, retain: bool) -> None:
        self.said.append((topic, payload, retain))

    def take(self) -> list[tuple[str, str, bool]]:
        said, self.said = self.said, []
        return said

    def payloads(self, topic: str) -> list[str]:
        return [payload for heard, payload, _ in self.said if heard == topic]


class Bench:
    """One plug with power, its greetings already heard."""

    def __init__(self, **options: Any) -> None:
        self.env = simpy.Environment()
        self.wire = Wire()
        self.relay: list[bool] = []
        self.plug = TasmotaPlug(
            self.env,
            self.wire.publish,
            "tasmota_A1B2C3",
            lambda: MONDAY + timedelta(seconds=self.env.now),
            self.relay.append,
            **options,
        )
        self.plug.power_up()
        self.wire.take()

    def command(self, name: str, payload: str) -> list[tuple[str, str, bool]]:
        self.wire.take()
        self.plug.receive(f"cmnd/tasmota_A1B2C3/{name}", payload)
        return self.wire.take()


def test_the_plug_greets_with_a_retained_word_and_its_state() -> None:
    env, wire = simpy.Environment(), Wire()
    plug = TasmotaPlug(env, wire.publish, "tasmota_A1B2C3", lambda: MONDAY, lambda _: None)
    plug.power_up()
    assert wire.said[0] == ("tele/tasmota_A1B2C3/LWT", "Online", True)
    assert plug.will() == ("tele/tasmota_A1B2C3/LWT", "Offline", True)
    (state,) = wire.payloads("tele/tasmota_A1B2C3/STATE")
    assert json.loads(state)["POWER"] == "OFF"
    assert json.loads(state)["Time"] == "2026-03-02T00:00:00"


def test_a_power_command_is_answered_as_json_and_as_a_plain_word_and_never_retained() -> None:
    bench = Bench()
    assert bench.command("POWER", "ON") == [
        ("stat/tasmota_A1B2C3/RESULT", '{"POWER": "ON"}', False),
        ("stat/tasmota_A1B2C3/POWER", "ON", False),
    ]
    assert bench.relay == [True]


@pytest.mark.parametrize(
    ("payload", "on"),
    [("ON", True), ("on", True), ("1", True), ("true", True), ("OFF", False), ("0", False), ("false", False)],
)
def test_every_word_for_on_and_off_is_known(payload: str, on: bool) -> None:
    bench = Bench()
    bench.command("POWER", "OFF" if on else "ON")
    bench.command("POWER1", payload)
    assert bench.plug.on is on


def test_toggle_turns_the_relay_over() -> None:
    bench = Bench()
    bench.command("POWER", "TOGGLE")
    bench.command("Power", "2")
    assert bench.relay == [True, False]


@pytest.mark.parametrize("payload", ["", "perhaps"])
def test_an_empty_or_unknown_power_payload_only_asks_for_the_state(payload: str) -> None:
    bench = Bench()
    assert [topic for topic, _, _ in bench.command("POWER", payload)] == [
        "stat/tasmota_A1B2C3/RESULT",
        "stat/tasmota_A1B2C3/POWER",
    ]
    assert bench.relay == []


@pytest.mark.parametrize(
    ("value", "seconds"), [(1, 0.1), (111, 11.1), (112, 12.0), (220, 120.0), (64_900, 64_800.0)]
)
def test_pulse_time_means_tenths_below_and_seconds_above(value: int, seconds: float) -> None:
    assert pulse_s(value) == pytest.approx(seconds)
    assert encoded_pulse(seconds) == value


def test_the_relay_drops_by_itself_exactly_after_its_pulse_time_and_says_so() -> None:
    bench = Bench()
    assert bench.command("PulseTime", "220") == [
        ("stat/tasmota_A1B2C3/RESULT", '{"PulseTime1": {"Set": 220, "Remaining": 220}}', False)
    ]
    bench.command("POWER", "ON")
    bench.env.run(119.9)
    assert bench.plug.on
    bench.wire.take()
    bench.env.run(120.1)
    assert not bench.plug.on
    assert bench.wire.payloads("stat/tasmota_A1B2C3/POWER") == ["OFF"]


def test_every_on_begins_the_pulse_time_anew() -> None:
    bench = Bench(pulse_time=220)
    bench.command("POWER", "ON")
    bench.env.run(100.0)
    bench.command("POWER", "ON")
    bench.env.run(219.0)
    assert bench.plug.on
    bench.env.run(221.0)
    assert bench.relay == [True, False]


def test_off_calls_the_pulse_time_off() -> None:
    bench = Bench(pulse_time=220)
    bench.command("POWER", "ON")
    bench.command("POWER", "OFF")
    bench.wire.take()
    bench.env.run(130.0)
    assert bench.wire.payloads("stat/tasmota_A1B2C3/POWER") == []


def test_a_backlog_runs_its_commands_in_order() -> None:
    bench = Bench()
    answers = bench.command("Backlog", "PulseTime 160; Power ON")
    assert [json.loads(payload) for topic, payload, _ in answers if topic.endswith("RESULT")] == [
        {"PulseTime1": {"Set": 160, "Remaining": 160}},
        {"POWER": "ON"},
    ]
    bench.env.run(61.0)
    assert not bench.plug.on


def test_telemetry_comes_by_its_period_and_the_period_may_be_set() -> None:
    bench = Bench(tele_period_s=10)
    bench.env.run(45.0)
    assert len(bench.wire.payloads("tele/tasmota_A1B2C3/STATE")) == 4
    assert bench.command("TelePeriod", "20") == [("stat/tasmota_A1B2C3/RESULT", '{"TelePeriod": 20}', False)]
    assert json.loads(bench.command("TelePeriod", "5")[0][1]) == {"TelePeriod": 20}
    bench.env.run(106.0)
    assert len(bench.wire.payloads("tele/tasmota_A1B2C3/STATE")) == 3


@pytest.mark.parametrize(
    ("setting", "was_on", "is_on"), [(0, True, False), (1, False, True), (2, True, False), (3, True, True)]
)
def test_after_a_power_cut_the_relay_does_what_it_was_set_to(setting: int, was_on: bool, is_on: bool) -> None:
    bench = Bench()
    bench.command("PowerOnState", str(setting))
    bench.command("POWER", "ON" if was_on else "OFF")
    bench.plug.power_down()
    assert not bench.plug.on
    bench.plug.power_up()
    assert bench.plug.on is is_on


def test_without_power_nothing_is_heard_and_nothing_said() -> None:
    bench = Bench(pulse_time=220, tele_period_s=10)
    bench.command("POWER", "ON")
    bench.plug.power_down()
    assert bench.relay == [True, False]
    assert bench.command("POWER", "ON") == []
    bench.plug.press()
    bench.env.run(500.0)
    assert bench.wire.said == []


def test_the_button_on_the_plug_turns_the_relay_over_and_says_so() -> None:
    bench = Bench()
    bench.plug.press()
    assert bench.relay == [True]
    assert bench.wire.payloads("stat/tasmota_A1B2C3/POWER") == ["ON"]


@pytest.mark.parametrize("payload", ["٤", "1e3", "-5", "nan", "9" * 5000, "{", "70000"])
def test_nonsense_changes_no_setting(payload: str) -> None:
    bench = Bench(pulse_time=160)
    bench.command("PulseTime", payload)
    bench.command("PowerOnState", payload)
    assert bench.plug.pulse_time == 160
    assert bench.plug.power_on_state == 0
    assert json.loads(bench.command("Weather", payload)[0][1]) == {"Command": "Unknown", "Input": "Weather"}


def test_one_thermometer_has_no_number_and_two_are_numbered_by_address() -> None:
    env, wire = simpy.Environment(), Wire()
    one = TasmotaThermometers(
        env, wire.publish, "one", lambda: MONDAY, {"00000566CC39": lambda: 49.6875}, tele_period_s=10
    )
    two = TasmotaThermometers(
        env,
        wire.publish,
        "two",
        lambda: MONDAY,
        {"0000B": lambda: 2.0, "0000A": lambda: 1.0},
        tele_period_s=10,
    )
    one.power_up()
    two.power_up()
    env.run(15.0)
    first, second = wire.payloads("tele/one/SENSOR")
    assert first == second
    assert json.loads(first) == {
        "Time": "2026-03-02T00:00:00",
        "DS18B20": {"Id": "00000566CC39", "Temperature": 49.7},
        "TempUnit": "C",
    }
    both = json.loads(wire.payloads("tele/two/SENSOR")[0])
    assert both["DS18B20-1"] == {"Id": "0000A", "Temperature": 1.0}
    assert both["DS18B20-2"] == {"Id": "0000B", "Temperature": 2.0}


def test_a_board_tells_its_sensors_and_its_state_when_asked_for_a_status() -> None:
    bench = Bench()
    ((topic, payload, retain),) = bench.command("Status", "11")
    assert (topic, retain) == ("stat/tasmota_A1B2C3/STATUS11", False)
    assert json.loads(payload)["StatusSTS"]["POWER"] == "OFF"
    assert json.loads(bench.command("STATUS", "99")[0][1])["Command"] == "Unknown"
    wire = Wire()
    board = TasmotaThermometers(
        simpy.Environment(), wire.publish, "one", lambda: MONDAY, {"0A": lambda: 21.04}
    )
    board.power_up()
    board.receive("cmnd/one/STATUS", "10")
    (answer,) = wire.payloads("stat/one/STATUS10")
    assert json.loads(answer)["StatusSNS"]["DS18B20"] == {"Id": "0A", "Temperature": 21.0}
