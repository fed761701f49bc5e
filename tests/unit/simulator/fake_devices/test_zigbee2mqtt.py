import json

import pytest
import simpy

from simulator.fake_devices.zigbee2mqtt import ZigbeeBridge, ZigbeeButton, ZigbeePlug, ZigbeeThermometer


class Wire:
    """Keeps what a device says."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str, bool]] = []

    def publish(self, topic: str, payload: str, retain: bool) -> None:
        self.said.append((topic, payload, retain))

    def states(self, topic: str) -> list[dict[str, object]]:
        return [json.loads(payload) for heard, payload, _ in self.said if heard == topic]


class Bench:
    """One plug with power, its greetings already heard."""

    def __init__(self) -> None:
        self.env = simpy.Environment()
        self.wire = Wire()
        self.relay: list[bool] = []
        self.plug = ZigbeePlug(self.env, self.wire.publish, "cellar/pump", self.relay.append)
        self.plug.power_up()
        self.wire.said.clear()

    def send(self, payload: str, ending: str = "set") -> None:
        self.plug.receive(f"zigbee2mqtt/cellar/pump/{ending}", payload)


def test_a_device_is_announced_with_a_retained_availability_and_its_state() -> None:
    wire = Wire()
    plug = ZigbeePlug(simpy.Environment(), wire.publish, "cellar/pump", lambda _: None)
    plug.power_up()
    assert wire.said[0] == ("zigbee2mqtt/cellar/pump/availability", '{"state": "online"}', True)
    assert plug.will() == ("zigbee2mqtt/cellar/pump/availability", '{"state": "offline"}', True)
    assert wire.states("zigbee2mqtt/cellar/pump") == [{"linkquality": 156, "state": "OFF", "power": 0.0}]
    assert wire.said[1][2] is False


@pytest.mark.parametrize(
    ("payload", "ending"),
    [('{"state":"ON"}', "set"), ('{"state": "toggle"}', "set"), ("ON", "set"), ("on", "set/state")],
)
def test_an_order_switches_and_the_new_state_is_said(payload: str, ending: str) -> None:
    bench = Bench()
    bench.send(payload, ending)
    assert bench.relay == [True]
    assert bench.wire.states("zigbee2mqtt/cellar/pump")[-1]["state"] == "ON"


def test_a_timed_on_drops_by_itself_exactly_in_time_and_says_so() -> None:
    bench = Bench()
    bench.send('{"state":"ON","on_time":120}')
    bench.env.run(119.9)
    assert bench.plug.on
    bench.env.run(120.1)
    assert bench.relay == [True, False]
    assert bench.wire.states("zigbee2mqtt/cellar/pump")[-1]["state"] == "OFF"


def test_a_second_timed_on_prolongs_but_never_shortens() -> None:
    bench = Bench()
    bench.send('{"state":"ON","on_time":120}')
    bench.env.run(40.0)
    bench.send('{"state":"ON","on_time":120}')
    bench.send('{"state":"ON","on_time":5}')
    bench.env.run(159.0)
    assert bench.plug.on
    bench.env.run(161.0)
    assert not bench.plug.on


def test_off_ends_the_timed_on() -> None:
    bench = Bench()
    bench.send('{"state":"ON","on_time":120}')
    bench.send('{"state":"OFF"}')
    bench.send('{"state":"ON"}')
    bench.env.run(500.0)
    assert bench.plug.on


def test_a_question_is_answered_with_the_state() -> None:
    bench = Bench()
    bench.send('{"state":""}', "get")
    assert bench.wire.states("zigbee2mqtt/cellar/pump") == [
        {"linkquality": 156, "state": "OFF", "power": 0.0}
    ]


@pytest.mark.parametrize(
    "payload", ["", "{}", "[1]", "{", '{"state":7}', '{"state":"MAYBE"}', "[" * 100_000, '{"on_time":9}']
)
def test_nonsense_switches_nothing(payload: str) -> None:
    bench = Bench()
    bench.send(payload)
    assert bench.relay == []


@pytest.mark.parametrize("on_time", ["NaN", "-5", '"5"', "null"])
def test_a_nonsense_time_switches_on_without_a_timer(on_time: str) -> None:
    bench = Bench()
    bench.send(f'{{"state":"ON","on_time":{on_time}}}')
    bench.env.run(1_000.0)
    assert bench.plug.on


def test_a_plug_that_lost_power_is_off_and_deaf_until_it_is_back() -> None:
    bench = Bench()
    bench.send('{"state":"ON","on_time":120}')
    bench.plug.power_down()
    bench.send('{"state":"ON"}')
    assert bench.relay == [True, False]
    bench.plug.power_up()
    assert bench.wire.states("zigbee2mqtt/cellar/pump")[-1]["state"] == "OFF"


def test_a_thermometer_reports_what_has_moved_and_otherwise_now_and_then() -> None:
    env, wire = simpy.Environment(), Wire()
    now_c = [20.0]
    thermometer = ZigbeeThermometer(env, wire.publish, "return", lambda: now_c[0])
    thermometer.power_up()
    env.run(95.0)
    assert len(wire.states("zigbee2mqtt/return")) == 2
    now_c[0] = 27.337
    env.run(101.0)
    assert [state["temperature"] for state in wire.states("zigbee2mqtt/return")] == [20.0, 20.0, 27.34]
    now_c[0] = 27.8
    env.run(121.0)
    assert len(wire.states("zigbee2mqtt/return")) == 3
    thermometer.power_down()
    env.run(500.0)
    assert len(wire.states("zigbee2mqtt/return")) == 3


def test_a_press_is_said_once_and_is_not_part_of_the_state_told_later() -> None:
    wire = Wire()
    button = ZigbeeButton(wire.publish, "kitchen button")
    button.press()
    assert wire.said == [], "a button without battery says nothing"
    button.power_up()
    button.press()
    button.receive("zigbee2mqtt/kitchen button/get", "")
    assert [state.get("action") for state in wire.states("zigbee2mqtt/kitchen button")] == [
        None,
        "single",
        None,
    ]
    assert not any(retain for topic, _, retain in wire.said if not topic.endswith("availability"))


def test_the_bridge_says_that_it_is_there_and_leaves_its_will() -> None:
    wire = Wire()
    bridge = ZigbeeBridge(wire.publish)
    bridge.power_up()
    assert wire.said == [("zigbee2mqtt/bridge/state", '{"state": "online"}', True)]
    assert bridge.will() == ("zigbee2mqtt/bridge/state", '{"state": "offline"}', True)
