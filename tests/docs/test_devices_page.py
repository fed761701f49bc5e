"""The automation on the page of devices, in a real Home Assistant: it carries out orders, tells states, and keeps telling."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.docs.blocks import blocks
from tests.docs.test_recipes import Heard
from tests.support.brokers import Mosquitto, mosquitto
from tests.support.home_assistant import NotToBeHad, prepared
from tests.support.programs import until

ENTITIES = """
input_boolean: {pump: {name: pump}}
input_select: {mode: {name: mode, options: [all_day, water_control, single_cruise]}}
switch:
  - platform: template
    switches:
      circulation_pump:
        value_template: "{{ is_state('input_boolean.pump', 'on') }}"
        turn_on: {service: input_boolean.turn_on, target: {entity_id: input_boolean.pump}}
        turn_off: {service: input_boolean.turn_off, target: {entity_id: input_boolean.pump}}
template:
  - sensor: [{name: return pipe, unit_of_measurement: "°C", state: "41.5"}]
  - select:
      - name: water heater cruise mode
        state: "{{ states('input_select.mode') }}"
        options: "{{ ['all_day', 'water_control', 'single_cruise'] }}"
        select_option:
          - {service: input_select.select_option, target: {entity_id: input_select.mode}, data: {option: "{{ option }}"}}
"""
"""What the page takes for granted in a house."""
SWITCH, SELECT = "switch.circulation_pump", "select.water_heater_cruise_mode"
SENSOR_SAYS = ("statestream/sensor/return_pipe/state", "41.5")

pytestmark = [
    pytest.mark.mosquitto,
    pytest.mark.homeassistant,
    pytest.mark.slow,
    pytest.mark.timeout(420),
]


@pytest.fixture
def broker() -> Iterator[Mosquitto]:
    with mosquitto() as running:
        yield running


def as_shown() -> str:
    """The block of the page, with a sensor that is told every second."""
    (block,) = (
        block.text
        for block in blocks(REPOSITORY / "docs" / "devices.md")
        if "mqtt_statestream:" in block.text
    )
    assert block.count('seconds: "/20"') == 1
    return block.replace('seconds: "/20"', 'seconds: "/1"')


def test_home_assistant_carries_out_orders_tells_states_and_keeps_telling_temperatures(
    tmp_path: Path, broker: Mosquitto
) -> None:
    heard = Heard(broker, "statestream/#")
    try:
        with prepared(tmp_path, broker.port, ENTITIES + as_shown()) as home, home.running():
            until(lambda: home.state(SWITCH) == "off", within_s=20, what="the pump's entity")
            # It has started some seconds before it listens; what its automations tell shows that they live.
            until(lambda: heard.count(*SENSOR_SAYS) >= 4, within_s=20, what="its automations live")
            heard.say(f"zcw/homeassistant/{SWITCH}/set", "on")
            until(lambda: home.state(SWITCH) == "on", within_s=10, what="the order is carried out")
            told = "statestream/switch/circulation_pump/state"
            until(lambda: heard.count(told, "on") >= 1, within_s=10, what="the state is told")
            before = heard.count(told, "on")
            heard.say(f"zcw/homeassistant/{SWITCH}/get", "")
            until(lambda: heard.count(told, "on") > before, within_s=10, what="and told when asked")
            heard.say(f"zcw/homeassistant/{SWITCH}/set", "off")
            until(lambda: home.state(SWITCH) == "off", within_s=10, what="off again")
            heard.say(f"zcw/homeassistant/{SELECT}/set", "water_control")
            until(lambda: home.state(SELECT) == "water_control", within_s=10, what="a heater's mode")
            heard.say("zcw/homeassistant/input_boolean.pump/set", "on")  # not on the list
            often = heard.count(*SENSOR_SAYS)
            until(lambda: heard.count(*SENSOR_SAYS) >= often + 2, within_s=10, what="told without a change")
            assert home.state("input_boolean.pump") == "off", "only what is listed may be switched"
            assert not [line for line in home.complaints if re.search(r"zcw|statestream|template", line)]
    except NotToBeHad as error:
        pytest.skip(str(error))
    finally:
        heard.close()
