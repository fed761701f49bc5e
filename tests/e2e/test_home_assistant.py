"""A real Home Assistant, a real Mosquitto, the real controller and fake devices, together on one broker."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import simpy
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from simulator.fake_devices.device import FakeDevice, Publish
from simulator.fake_devices.tasmota import TasmotaPlug
from simulator.fake_devices.zigbee2mqtt import ZigbeeThermometer
from tests.support.brokers import free_port, mosquitto
from tests.support.home_assistant import NotToBeHad, RealHomeAssistant, dropped_keys, prepared
from tests.support.programs import Program, controller, until
from tests.support.real_devices import real_devices, wall_clock

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow, pytest.mark.homeassistant, pytest.mark.timeout(420)]

LOOPS = ("main", "Gartenhaus")
EXPECTED = {
    "select.zcw_mode",
    "button.zcw_stop",
    "binary_sensor.zcw_problem",
    *(
        f"{kind}.zcw_{loop.lower()}_{what}"
        for loop in LOOPS
        for kind, what in (
            ("switch", "circulation"),
            ("button", "preheat"),
            ("sensor", "return_temperature"),
            ("binary_sensor", "hot"),
            ("binary_sensor", "pump"),
            ("sensor", "reason"),
            ("sensor", "pump_minutes_today"),
            ("sensor", "starts_today"),
            ("sensor", "last_run"),
            ("sensor", "next_run"),
            ("sensor", "heat_today"),
            ("sensor", "cost_today"),
        )
    ),
    "button.zcw_main_preheat_shower",
    "sensor.zcw_main_next_window",
    "sensor.zcw_main_wait_shower",
    "sensor.zcw_main_wait_today",
    "sensor.zcw_main_saved_today",
    "select.zcw_main_comfort",
    "number.zcw_main_on_below_c",
    "number.zcw_main_off_above_c",
}


def configuration(
    folder: Path, broker_port: int, *, loops: tuple[str, ...] = LOOPS, enabled: bool = True
) -> Path:
    """A house with two loops; JSON is YAML."""
    devices: dict[str, Any] = {}
    sections: list[dict[str, Any]] = []
    for number, name in enumerate(loops):
        devices[f"plug {number}"] = {"family": "tasmota", "topic": f"plug{number}"}
        devices[f"pipe {number}"] = {"family": "zigbee2mqtt", "name": f"pipe{number}"}
        sections.append(
            {
                "name": name,
                "topology": "dedicated_return",
                "pump": {"device": f"plug {number}"},
                "sensors": {"return": {"device": f"pipe {number}"}},
                "fixtures": ["shower"] if name == "main" else [],
                "strategies": [{"type": "on_demand"}],
            }
        )
    # The window stays a year of Sundays' nights away from most test runs, and does no harm in one.
    window = {"days": ["sun"], "from": "03:00", "to": "03:01"}
    sections[0]["strategies"] += [
        {"type": "timed", "windows": [window]},
        {"type": "aquastat", "windows": [window]},
        {"type": "predictive"},
    ]
    values = {
        "site": {"name": "Test", "time_zone": "UTC"},
        "broker": {"host": "127.0.0.1", "port": broker_port},
        "api": {"port": free_port()},
        "home_assistant": {"enabled": enabled},
        "energy": {"heat_price": 0.12, "currency": "EUR"},
        "devices": devices,
        "loops": sections,
    }
    config = folder / "zcw.yaml"
    config.write_text(json.dumps(values), "utf-8")
    return config


class House:
    """The fake devices and what they hold."""

    def __init__(self) -> None:
        self.plugs: list[TasmotaPlug] = []

    def build(self, env: simpy.Environment, publish: Publish) -> list[FakeDevice]:
        self.plugs = [
            TasmotaPlug(env, publish, f"plug{number}", wall_clock, lambda _: None) for number in range(2)
        ]
        pipes = [
            ZigbeeThermometer(env, publish, f"pipe{number}", lambda: 21.5, most_s=10) for number in range(2)
        ]
        return [*self.plugs, *pipes]


class Kept:
    """What the broker keeps of a topic filter, and what is said there."""

    def __init__(self, port: int, topics: str) -> None:
        self.messages: dict[str, bytes] = {}
        self._lock = threading.Lock()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=f"kept-{id(self)}")
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port)
        self._client.subscribe(topics)
        self._client.loop_start()

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        with self._lock:
            self.messages[message.topic] = message.payload

    def now(self) -> dict[str, bytes]:
        with self._lock:
            return {topic: payload for topic, payload in self.messages.items() if payload}

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def kept_of(request: pytest.FixtureRequest) -> Iterator[Any]:
    made: list[Kept] = []

    def make(port: int, topics: str) -> Kept:
        made.append(Kept(port, topics))
        return made[-1]

    yield make
    for one in made:
        one.close()


def available(home: RealHomeAssistant) -> bool:
    found = home.states()
    lasting = {entity for entity in found if not entity.startswith("button") and "next_run" not in entity}
    states = {found[entity]["state"] for entity in lasting}
    return set(found) >= EXPECTED and "unavailable" not in states


def test_home_assistant_sees_every_entity_presses_its_button_and_finds_them_again(
    tmp_path: Path, kept_of: Any
) -> None:
    house = House()
    with (
        mosquitto() as broker,
        real_devices(broker.port, house.build),
        controller(configuration(tmp_path, broker.port)) as running,
    ):
        announced = kept_of(broker.port, "homeassistant/+/zcw/+/config")
        until(lambda: len(announced.now()) == len(EXPECTED), within_s=10, what="every entity is announced")
        try:
            with prepared(tmp_path, broker.port) as home:
                check_schemas(home, announced)
                with home.running():
                    first_life(home, house, running)
                with home.running():
                    until(
                        lambda: available(home), within_s=30, what="all entities are back after its restart"
                    )
                    assert set(home.states()) == EXPECTED
                    shown = kept_of(broker.port, "zcw/zcw/#")
                    later_lives(home, tmp_path, broker.port, running, announced, shown)
                assert home.complaints == []
        except NotToBeHad as error:
            pytest.skip(str(error))


def check_schemas(home: RealHomeAssistant, announced: Kept) -> None:
    """Nothing that is announced is dropped, but for what only later versions know."""
    payloads = {topic: json.loads(payload) for topic, payload in announced.now().items()}
    dropped = dropped_keys(home.python, payloads)
    assert set(dropped) == set(payloads)
    assert {key for keys in dropped.values() for key in keys} == {"default_entity_id"}


def first_life(home: RealHomeAssistant, house: House, running: Program) -> None:
    until(lambda: available(home), within_s=30, what="all entities appear")
    assert set(home.states()) == EXPECTED
    until(lambda: home.state("sensor.zcw_main_return_temperature") == "21.5", within_s=15, what="a reading")
    assert home.state("binary_sensor.zcw_main_hot") == "off"
    assert home.state("binary_sensor.zcw_problem") == "off"
    names = {one["attributes"]["friendly_name"] for one in home.states().values()}
    assert {"Hot water Stop", "Hot water main: Preheat shower"} <= names
    devices = "{{ states | map(attribute='entity_id') | select('search', '[.]zcw_') | map('device_id') | unique | list | count }}"
    assert home.ask("template", {"template": devices}) == "1"

    next_run, window = (
        datetime.fromisoformat(home.state(f"sensor.zcw_main_next_{what}")) for what in ("run", "window")
    )
    assert next_run <= window, "the window, or a run before it that is foreseen"

    assert not house.plugs[0].on
    home.act("button.press", "button.zcw_main_preheat_shower")
    # The pump's first rest of 60 s is not over yet, perhaps; the wish waits for it.
    until(lambda: house.plugs[0].on, within_s=75, what="the relay goes on")
    assert house.plugs[0].pulse_time > 100, "the lease"
    until(lambda: home.state("binary_sensor.zcw_main_pump") == "on", within_s=5, what="the pump is shown")
    assert home.state("switch.zcw_main_circulation") == "on"
    assert home.state("binary_sensor.zcw_gartenhaus_pump") == "off"
    until(lambda: home.state("sensor.zcw_main_starts_today") == "1", within_s=5, what="the start is counted")

    home.act("button.press", "button.zcw_stop")
    until(lambda: not house.plugs[0].on, within_s=5, what="the relay goes off")
    until(
        lambda: "Home Assistant pressed stop" in str(last_run(home).get("ended_because")),
        within_s=5,
        what="the history is shown",
    )
    assert (last_run(home)["who"], last_run(home)["fixture"]) == ("Home Assistant", "shower")
    assert "asked for hot water" in last_run(home)["started_because"]
    home.act("select.select_option", "select.zcw_mode", option="Manual")
    until(lambda: home.state("select.zcw_mode") == "Manual", within_s=5, what="the mode comes back")
    home.act("switch.turn_on", "switch.zcw_gartenhaus_circulation")
    until(lambda: house.plugs[1].on, within_s=30, what="the other relay goes on")
    home.act("switch.turn_off", "switch.zcw_gartenhaus_circulation")
    until(lambda: not house.plugs[1].on, within_s=5, what="the other relay goes off")
    assert running.process.poll() is None
    settings(home)


def settings(home: RealHomeAssistant) -> None:
    assert home.state("select.zcw_main_comfort") == "Balanced"
    home.act("select.select_option", "select.zcw_main_comfort", option="Lavish")
    home.act("number.set_value", "number.zcw_main_on_below_c", value=36.5)
    until(
        lambda: home.state("select.zcw_main_comfort") == "Lavish", within_s=10, what="the comfort is taken up"
    )
    until(lambda: home.state("number.zcw_main_on_below_c") == "36.5", within_s=10, what="so is the threshold")
    home.act("number.set_value", "number.zcw_main_off_above_c", value=20)
    # What does not fit together is refused by the configuration's own checks, and the next wish is heard.
    home.act("number.set_value", "number.zcw_main_off_above_c", value=42)
    until(
        lambda: home.state("number.zcw_main_off_above_c") == "42.0", within_s=15, what="a sound one is taken"
    )
    assert home.state("sensor.zcw_main_wait_shower").isdigit()
    assert float(home.state("sensor.zcw_main_cost_today")) >= 0.0
    kept = home.ask("states/sensor.zcw_main_heat_today")["attributes"]
    assert kept["low_kwh"] <= float(home.state("sensor.zcw_main_heat_today")) <= kept["high_kwh"]
    assert home.state("sensor.zcw_main_next_run") == "unavailable", "in this mode only people start the pump"


def last_run(home: RealHomeAssistant) -> Any:
    return home.ask("states/sensor.zcw_main_last_run")["attributes"]


def later_lives(
    home: RealHomeAssistant, folder: Path, port: int, running: Program, announced: Kept, shown: Kept
) -> None:
    running.terminate()
    until(
        lambda: home.state("select.zcw_mode") == "unavailable", within_s=15, what="we are gone, and it shows"
    )
    with controller(configuration(folder, port, loops=("main",))):
        left = {entity for entity in EXPECTED if "gartenhaus" not in entity}
        until(lambda: set(home.states()) == left, within_s=15, what="the removed loop's entities go")
        until(lambda: home.state("select.zcw_mode") == "Manual", within_s=10, what="the rest is back")
        comfort = "select.zcw_main_comfort"
        until(
            lambda: home.state(comfort) == "Balanced", within_s=10, what="the comfort of this configuration"
        )
    with controller(configuration(folder, port, loops=("main",), enabled=False)):
        until(lambda: not home.states(), within_s=15, what="switched off, everything is taken back")
        assert announced.now() == {}
        until(lambda: set(shown.now()) == {"zcw/zcw/status"}, within_s=10, what="no state of them is kept")
