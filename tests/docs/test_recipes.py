"""The recipes do what they say: in a real Home Assistant, in a real Node-RED, on a real broker."""

import json
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from ruamel.yaml import YAML

from tests.benchmarks.responders import installed_node_red, node_program
from tests.conftest import REPOSITORY
from tests.docs.blocks import blocks
from tests.e2e.test_home_assistant import EXPECTED
from tests.support.brokers import Mosquitto, free_port, mosquitto
from tests.support.home_assistant import NotToBeHad, RealHomeAssistant, prepared
from tests.support.programs import program, until

FILES = {block.file: block.text for block in blocks(REPOSITORY / "docs" / "recipes.md") if block.file}
PRESS = "zcw/zcw/loop/main/preheat/shower/set"
SURROUNDINGS = """
automation: !include automations.yaml
script: !include scripts.yaml
input_boolean: {bathroom_motion: {name: bathroom motion}, loop_hot: {name: loop hot}}
template:
  - binary_sensor:
      - {name: bathroom motion, state: "{{ is_state('input_boolean.bathroom_motion', 'on') }}"}
      - {name: zcw main hot, state: "{{ is_state('input_boolean.loop_hot', 'on') }}"}
mqtt:
  - button: {name: zcw main preheat shower, command_topic: zcw/zcw/loop/main/preheat/shower/set}
  - select: {name: zcw mode, command_topic: zcw/zcw/mode/set, options: [Automatic, Manual, "Off"]}
"""
"""The entities that the recipes speak of; that the controller announces them under these names is tested elsewhere."""

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow, pytest.mark.timeout(420)]


class Heard:
    """What was said on the broker, retained or not."""

    def __init__(self, broker: Mosquitto, topics: str) -> None:
        self._messages: list[tuple[str, str]] = []
        self._lock = threading.Lock()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", broker.port)
        self._client.subscribe(topics)
        self._client.loop_start()

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        with self._lock:
            self._messages.append((message.topic, message.payload.decode()))

    def count(self, topic: str, payload: str) -> int:
        with self._lock:
            return self._messages.count((topic, payload))

    def say(self, topic: str, payload: str) -> None:
        self._client.publish(topic, payload).wait_for_publish(5)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def broker() -> Iterator[Mosquitto]:
    with mosquitto() as running:
        yield running


@pytest.fixture
def heard(broker: Mosquitto) -> Iterator[Heard]:
    listener = Heard(broker, "zcw/#")
    yield listener
    listener.close()


@contextmanager
def home_assistant(folder: Path, broker: Mosquitto) -> Iterator[RealHomeAssistant]:
    try:
        with prepared(folder, broker.port, SURROUNDINGS) as home:
            for name in ("automations.yaml", "scripts.yaml"):
                (home.folder / name).write_text(FILES[name], "utf-8")
            with home.running():
                yield home
    except NotToBeHad as error:
        pytest.skip(str(error))


@pytest.mark.homeassistant
def test_home_assistant_takes_every_recipe_and_acts_by_it(
    tmp_path: Path, broker: Mosquitto, heard: Heard
) -> None:
    with home_assistant(tmp_path, broker) as home:
        names = {
            one["attributes"]["friendly_name"]
            for one in home.ask("states")
            if one["entity_id"].startswith("automation.")
        }
        assert names == {one["alias"] for one in YAML(typ="safe").load(FILES["automations.yaml"])}
        home.act("input_boolean.turn_on", "input_boolean.bathroom_motion")
        until(lambda: heard.count(PRESS, "PRESS") == 1, within_s=10, what="motion presses the button")
        home.act("input_boolean.turn_off", "input_boolean.bathroom_motion")
        home.act("input_boolean.turn_on", "input_boolean.loop_hot")
        until(lambda: home.state("binary_sensor.zcw_main_hot") == "on", within_s=5, what="it is hot")
        home.act("input_boolean.turn_on", "input_boolean.bathroom_motion")
        home.ask("services/script/hot_water_at_the_shower", {})
        until(lambda: heard.count(PRESS, "PRESS") == 2, within_s=10, what="the script presses it")
        assert heard.count(PRESS, "PRESS") == 2, "motion does not press while it is hot"
        assert home.complaints == []


def test_node_red_presses_once_however_often_somebody_moves(
    tmp_path: Path, broker: Mosquitto, heard: Heard
) -> None:
    try:
        red = installed_node_red()
    except NotToBeHad as error:
        pytest.skip(str(error))
    flow = json.loads(FILES["flow.json"])
    for node in flow:
        if node["type"] == "mqtt-broker":
            node |= {"broker": "127.0.0.1", "port": str(broker.port)}
    (tmp_path / "flows.json").write_text(json.dumps(flow), "utf-8")
    (tmp_path / "settings.js").write_text('module.exports = {flowFile: "flows.json"};', "utf-8")
    words = (node_program(), str(red), "--userDir", str(tmp_path), "--port", str(free_port()))
    with program(*words) as running:
        until(lambda: "Connected to broker" in running.out.text, within_s=60, what="Node-RED is there")
        for occupied in (False, True, True):
            heard.say("zigbee2mqtt/bathroom motion", json.dumps({"occupancy": occupied}))
        until(lambda: heard.count(PRESS, "PRESS") == 1, within_s=10, what="one press")


def test_the_recipes_speak_only_of_entities_that_are_announced() -> None:
    said = {found for text in FILES.values() for found in re.findall(r"\b[a-z_]+\.zcw_\w+", text)}
    assert said
    assert said - EXPECTED == set()


def test_mosquitto_pub_presses(broker: Mosquitto, heard: Heard) -> None:
    (command,) = [
        command
        for block in blocks(REPOSITORY / "docs" / "recipes.md")
        if block.language == "sh"
        for command in block.commands()
    ]
    subprocess.run(
        command.replace("localhost", f"127.0.0.1 -p {broker.port}").split(), check=True, timeout=10
    )
    until(lambda: heard.count(PRESS, "PRESS") == 1, within_s=5, what="a press")
