"""The template's shape carries the families that are still to come, without a line of code."""

import pytest
from ruamel.yaml import YAML

from controller.core.leases import LeaseClass
from controller.devices.build import Use, build_codec
from controller.devices.codec import DeviceCodec
from controller.devices.facts import Availability, ButtonPress, Press, SwitchState, Temperature
from controller.devices.template import parse_template

SHELLY_GEN1 = """
family: shelly1
title: Shelly, first generation
parameters: {id: {kind: name, required: true, help: id}}
switch:
  "on": [{messages: [{topic: "shellies/{id}/relay/0/command", payload: "on"}]}]
  "off": [{topic: "shellies/{id}/relay/0/command", payload: "off", qos: 1}]
  states: [{topic: "shellies/{id}/relay/0", "on": ["on"], "off": ["off", overpower]}]
temperature:
  channel: {kind: integer, default: 0, least: 0, most: 4, help: input}
  sources: [{topic: "shellies/{id}/ext_temperature/{channel}"}]
button:
  sources: [{topic: "shellies/{id}/input_event/0", path: $.event, values: {S: single, L: hold, "": ignore}}]
availability: [{topic: "shellies/{id}/online", online: [true], offline: [false]}]
"""

SHELLY_GEN2 = """
family: shelly2
title: Shelly, second generation and later
parameters:
  id: {kind: topic, required: true, help: id}
  switch: {kind: integer, default: 0, least: 0, most: 3, help: which}
switch:
  "on":
    - class: A
      encoding: seconds
      messages:
        - topic: "{id}/rpc"
          payload: '{"id":1,"src":"zcw","method":"Switch.Set","params":{"id":{switch},"on":true,"toggle_after":{lease}}}'
  "off":
    - topic: "{id}/rpc"
      payload: '{"id":2,"src":"zcw","method":"Switch.Set","params":{"id":{switch},"on":false}}'
      qos: 1
  query: [{topic: "{id}/command", payload: status_update}]
  states: [{topic: "{id}/status/switch:{switch}", path: $.output, "on": [true], "off": [false]}]
temperature:
  channel: {kind: integer, default: 100, least: 100, most: 104, help: which}
  sources: [{topic: "{id}/status/temperature:{channel}", path: $.tC}]
button:
  channel: {kind: integer, default: 0, least: 0, most: 3, help: which}
  sources:
    - topic: "{id}/events/rpc"
      path: "$.params.events[?@.component=='input:{channel}'].event"
      optional: true
      values: {single_push: single, double_push: double, long_push: hold, btn_down: ignore, btn_up: ignore}
availability: [{topic: "{id}/online", online: [true], offline: [false]}]
"""

ESPHOME = """
family: esphome
title: ESPHome
parameters: {prefix: {kind: topic, required: true, help: prefix}, id: {kind: name, required: true, help: id}}
switch:
  "on": [{messages: [{topic: "{prefix}/switch/{id}/command", payload: "ON"}]}]
  "off": [{topic: "{prefix}/switch/{id}/command", payload: "OFF", qos: 1}]
  states: [{topic: "{prefix}/switch/{id}/state", "on": ["ON"], "off": ["OFF"]}]
temperature: {sources: [{topic: "{prefix}/sensor/{id}/state"}]}
availability: [{topic: "{prefix}/status", online: [online], offline: [offline]}]
"""

EMS_ESP = """
family: ems_esp
title: EMS-ESP
parameters: {base: {kind: topic, default: ems-esp, help: base}}
switch:
  "on": [{messages: [{topic: "{base}/boiler", payload: '{"cmd":"dhw.circ","data":"on"}'}]}]
  "off": [{topic: "{base}/boiler", payload: '{"cmd":"dhw.circ","data":"off"}', qos: 1}]
  states: [{topic: "{base}/boiler_data", path: $.dhw.circ, optional: true, "on": ["on"], "off": ["off"]}]
temperature:
  channel: {kind: name, required: true, help: address}
  sources: [{topic: "{base}/temperaturesensor_data", path: "$['{channel}'].temp"}]
availability: [{topic: "{base}/status", online: [online], offline: [offline]}]
"""


def codec(template: str, parameters: dict[str, object], use: Use) -> DeviceCodec:
    built, problems = build_codec(parse_template(YAML().load(template)), parameters, use)
    assert problems == ()
    return built


def test_shelly_first_generation() -> None:
    use = Use(switch=True, temperatures=("", "1"), buttons=("",))
    shelly = codec(SHELLY_GEN1, {"id": "shelly1-A4CF12"}, use)
    assert shelly.decode("shellies/shelly1-A4CF12/relay/0", b"on", False, 1) == (SwitchState(1, True, True),)
    topic = "shellies/shelly1-A4CF12/ext_temperature/1"
    assert shelly.decode(topic, b"47.69", False, 1) == (Temperature(1, "1", 47.69, True),)
    press = shelly.decode("shellies/shelly1-A4CF12/input_event/0", b'{"event":"S","event_cnt":2}', False, 1)
    assert press == (ButtonPress(1, "", Press.SINGLE),)
    (reach,) = shelly.decode("shellies/shelly1-A4CF12/online", b"false", False, 1)
    assert isinstance(reach, Availability) and not reach.online
    assert shelly.lease_class is LeaseClass.C


def test_shelly_second_generation() -> None:
    use = Use(switch=True, temperatures=("",), buttons=("",))
    shelly = codec(SHELLY_GEN2, {"id": "shellyplus1-a8032ab12345"}, use)
    (order,) = shelly.switch(True, 120_000)
    assert order.payload == (
        b'{"id":1,"src":"zcw","method":"Switch.Set","params":{"id":0,"on":true,"toggle_after":120}}'
    )
    state = b'{"id":0,"source":"MQTT","output":true,"apower":24.9,"temperature":{"tC":41.0}}'
    topic = "shellyplus1-a8032ab12345/status/switch:0"
    assert shelly.decode(topic, state, False, 1) == (SwitchState(1, True, True),)
    event = b'{"params":{"ts":1.5,"events":[{"component":"input:0","id":0,"event":"double_push","ts":1.5}]}}'
    topic = "shellyplus1-a8032ab12345/events/rpc"
    assert shelly.decode(topic, event, False, 1) == (ButtonPress(1, "", Press.DOUBLE),)
    assert shelly.decode(topic, b'{"method":"NotifyStatus","params":{"ts":1.5}}', False, 1) == ()
    assert shelly.rejects.total == 0


def test_esphome_tells_live_states_from_old_ones_by_the_flag_alone() -> None:
    esp = codec(ESPHOME, {"prefix": "pump", "id": "relay"}, Use(switch=True, temperatures=("",)))
    assert esp.decode("pump/switch/relay/state", b"ON", True, 1) == (SwitchState(1, True, False),)
    assert esp.decode("pump/sensor/relay/state", b"38.2", False, 1) == (Temperature(1, "", 38.2, True),)


def test_ems_esp() -> None:
    boiler = codec(EMS_ESP, {}, Use(switch=True, temperatures=("28-233D-9497",)))
    assert boiler.decode("ems-esp/boiler_data", b'{"dhw":{"circ":"on"}}', False, 1) == (
        SwitchState(1, True, True),
    )
    raw = b'{"28-233D-9497":{"temp":19.6}}'
    topic = "ems-esp/temperaturesensor_data"
    assert boiler.decode(topic, raw, False, 1) == (Temperature(1, "28-233D-9497", 19.6, True),)


def test_a_sensor_without_a_usual_channel_must_be_named() -> None:
    _, problems = build_codec(parse_template(YAML().load(EMS_ESP)), {}, Use(temperatures=("",)))
    assert "say which" in problems[0].message


@pytest.mark.parametrize("template", [SHELLY_GEN1, SHELLY_GEN2, ESPHOME, EMS_ESP])
def test_none_of_them_can_express_a_retained_command(template: str) -> None:
    raw = YAML().load(template)
    raw["switch"]["off"][0]["retain"] = True
    with pytest.raises(Exception, match=r"switch\.off\[0\]\.retain: unknown key"):
        parse_template(raw)
