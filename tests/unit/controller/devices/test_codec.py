from collections.abc import Mapping

import pytest

from controller.core.errors import Problem
from controller.core.leases import LeaseClass
from controller.devices.build import Use, build_codec
from controller.devices.codec import DeviceCodec
from controller.devices.facts import Press, SwitchState, Temperature
from controller.devices.message import Message
from controller.devices.rejects import RejectReason
from controller.devices.shape import Template

SWITCH = Use(switch=True)
PROBE = Use(temperatures=("",))


def codec(template: Template, use: Use, **parameters: object) -> DeviceCodec:
    built, problems = build_codec(template, parameters, use)
    assert problems == ()
    return built


def problems_of(template: Template, use: Use, **parameters: object) -> tuple[Problem, ...]:
    _, problems = build_codec(template, parameters, use)
    assert problems
    return problems


def test_a_device_listens_to_nothing_it_is_not_used_for(families: Mapping[str, Template]) -> None:
    tasmota = codec(families["tasmota"], PROBE, topic="plug")
    topics = {subscription.topic for subscription in tasmota.subscriptions}
    assert topics == {"tele/plug/SENSOR", "stat/plug/STATUS10", "tele/plug/LWT"}
    assert tasmota.switch(True, 120_000) == ()
    assert tasmota.lease_class is None
    assert tasmota.queries == (Message("cmnd/plug/STATUS", b"10"),)


def test_topics_are_matched_exactly(families: Mapping[str, Template]) -> None:
    pump1 = codec(families["tasmota"], SWITCH, topic="pump1")
    for topic in (
        "stat/pump10/POWER",
        "stat/pump1/POWER/",
        "stat/Pump1/POWER",
        "STAT/pump1/POWER",
        "stat/pump1",
    ):
        assert pump1.decode(topic, b"ON", False, 1) == ()
    assert pump1.decode("stat/pump1/POWER", b"ON", False, 1) == (SwitchState(1, True, live=True),)
    assert pump1.rejects.total == 0


def test_one_payload_may_hold_several_facts(families: Mapping[str, Template]) -> None:
    use = Use(temperatures=("DS18B20-1", "DS18B20-2"))
    probes = codec(families["tasmota"], use, topic="probes")
    raw = b'{"DS18B20-1":{"Temperature":13.3},"DS18B20-2":{"Temperature":51.0},"TempUnit":"C"}'
    assert probes.decode("tele/probes/SENSOR", raw, False, 4) == (
        Temperature(4, "DS18B20-1", 13.3, live=True),
        Temperature(4, "DS18B20-2", 51.0, live=True),
    )


def test_a_broken_sensor_does_not_hide_the_sound_one_beside_it(families: Mapping[str, Template]) -> None:
    probes = codec(families["tasmota"], Use(temperatures=("A", "B")), topic="probes")
    raw = b'{"A":{"Temperature":-127},"B":{"Temperature":51.0},"TempUnit":"C"}'
    assert probes.decode("tele/probes/SENSOR", raw, False, 4) == (Temperature(4, "B", 51.0, live=True),)
    assert probes.rejects.by_reason() == {RejectReason.OUT_OF_RANGE: 1}


def test_a_bad_payload_counts_once_however_many_read_it(families: Mapping[str, Template]) -> None:
    probes = codec(families["tasmota"], Use(temperatures=("A", "B", "C")), topic="probes")
    assert probes.decode("tele/probes/SENSOR", b"{", False, 1) == ()
    assert probes.rejects.by_reason() == {RejectReason.NOT_JSON: 1}


def test_other_keys_of_a_device_do_not_pass_for_its_temperature(families: Mapping[str, Template]) -> None:
    probe = codec(families["zigbee2mqtt"], PROBE, name="probe")
    assert probe.decode("zigbee2mqtt/probe", b'{"battery":97,"linkquality":120}', False, 1) == ()
    assert probe.rejects.total == 0
    assert probe.decode("zigbee2mqtt/probe", b'{"temperature":null}', False, 1) == ()
    assert probe.rejects.by_reason() == {RejectReason.NOT_A_NUMBER: 1}


def test_a_wrong_sensor_name_shows_in_the_counts(families: Mapping[str, Template]) -> None:
    probe = codec(families["tasmota"], Use(temperatures=("DS18B20-9",)), topic="probe")
    assert probe.decode("tele/probe/SENSOR", b'{"DS18B20":{"Temperature":49.7}}', False, 1) == ()
    assert probe.rejects.by_reason() == {RejectReason.MISSING: 1}


def test_tasmota_gets_its_pulse_time_before_every_on(families: Mapping[str, Template]) -> None:
    plug = codec(families["tasmota"], SWITCH, topic="plug", relay=2)
    assert plug.lease_class is LeaseClass.A
    assert plug.switch(True, 120_000) == (
        Message("cmnd/plug/PulseTime2", b"220"),
        Message("cmnd/plug/POWER2", b"ON"),
    )
    assert plug.switch(False, 0) == (Message("cmnd/plug/POWER2", b"OFF", qos=1),)


def test_a_zigbee_plug_gets_a_lease_only_where_its_owner_says_it_obeys(
    families: Mapping[str, Template],
) -> None:
    timed = codec(families["zigbee2mqtt"], SWITCH, name="Bad/Pumpe", auto_off=True)
    assert timed.lease_class is LeaseClass.A
    assert timed.switch(True, 120_000) == (
        Message("zigbee2mqtt/Bad/Pumpe/set", b'{"state":"ON","on_time":120}'),
    )
    plain = codec(families["zigbee2mqtt"], SWITCH, name="Bad/Pumpe", auto_off=False)
    assert plain.lease_class is LeaseClass.C
    assert plain.switch(True, 120_000) == (Message("zigbee2mqtt/Bad/Pumpe/set", b'{"state":"ON"}'),)
    assert plain.switch(False, 0) == (Message("zigbee2mqtt/Bad/Pumpe/set", b'{"state":"OFF"}', qos=1),)


def test_a_zigbee_lease_never_exceeds_what_the_plug_can_count(families: Mapping[str, Template]) -> None:
    timed = codec(families["zigbee2mqtt"], SWITCH, name="plug", auto_off=True)
    assert timed.switch(True, 10_000_000)[0].payload == b'{"state":"ON","on_time":6553}'


@pytest.mark.parametrize(
    ("parameters", "lease_class", "messages"),
    [
        ({}, LeaseClass.C, [("cmd", b"ON")]),
        ({"fixed_auto_off": True}, LeaseClass.B, [("cmd", b"ON")]),
        ({"lease_topic": "timer"}, LeaseClass.A, [("timer", b"120"), ("cmd", b"ON")]),
        (
            {"lease_topic": "timer", "lease_encoding": "milliseconds", "lease_payload": '{"ms":{lease}}'},
            LeaseClass.A,
            [("timer", b'{"ms":120000}'), ("cmd", b"ON")],
        ),
        ({"lease_in_command": True, "command_on": "on,{lease}"}, LeaseClass.A, [("cmd", b"on,120")]),
    ],
)
def test_a_generic_switch_has_the_lease_that_its_owner_describes(
    families: Mapping[str, Template],
    parameters: dict[str, object],
    lease_class: LeaseClass,
    messages: list[tuple[str, bytes]],
) -> None:
    switch = codec(families["generic"], SWITCH, command_topic="cmd", **parameters)
    assert switch.lease_class is lease_class
    assert [(message.topic, message.payload) for message in switch.switch(True, 120_000)] == messages


def test_a_generic_device_may_be_anything_at_once(families: Mapping[str, Template]) -> None:
    parameters = {
        "temperature_topic": "shelly/status/temperature:100",
        "temperature_path": "$.tC",
        "button_topic": "shelly/events/rpc",
        "button_path": "$.params.events[?@.component=='input:0'].event",
        "button_single": "single_push",
        "availability_topic": "shelly/online",
        "online": True,
        "offline": False,
    }
    use = Use(temperatures=("",), buttons=("",))
    device = codec(families["generic"], use, **parameters)
    (reading,) = device.decode("shelly/status/temperature:100", b'{"id":100,"tC":38.2,"tF":100.8}', False, 1)
    assert reading == Temperature(1, "", 38.2, live=True)
    raw = b'{"method":"NotifyEvent","params":{"events":[{"component":"input:0","event":"single_push"}]}}'
    (press,) = device.decode("shelly/events/rpc", raw, False, 1)
    assert getattr(press, "press", None) is Press.SINGLE
    (reach,) = device.decode("shelly/online", b"false", True, 1)
    assert getattr(reach, "online", None) is False


@pytest.mark.parametrize(
    ("family", "use", "parameters", "message"),
    [
        ("generic", SWITCH, {"state_topic": "a"}, "used as a switch"),
        ("generic", PROBE, {"command_topic": "a"}, "used as a temperature sensor"),
        ("generic", Use(buttons=("",)), {"command_topic": "a"}, "used as a button"),
        ("generic", SWITCH, {"command_topic": "a", "state_topic": "a"}, "our own order"),
        (
            "generic",
            SWITCH,
            {"command_topic": "a", "state_on": "x", "state_off": "x", "state_topic": "b"},
            "both",
        ),
        (
            "generic",
            SWITCH,
            {"command_topic": "a", "lease_topic": "b", "lease_payload": "on"},
            "holds no {lease}",
        ),
        ("generic", SWITCH, {"command_topic": "a", "command_on": "on,{lease}"}, "nothing says how it counts"),
        (
            "generic",
            Use(buttons=("",)),
            {"button_topic": "a", "button_double": "single"},
            "cannot mean two presses",
        ),
        ("generic", Use(temperatures=("two",)), {"temperature_topic": "a"}, "no channel 'two'"),
        ("tasmota", Use(temperatures=("a'b",)), {"topic": "a"}, 'contains "\'"'),
        ("tasmota", SWITCH, {"topic": "a/b"}, "contains '/'"),
        ("zigbee2mqtt", SWITCH, {"name": "a" * 250}, "bytes long"),
    ],
)
def test_what_cannot_work_is_refused_when_the_configuration_is_read(
    families: Mapping[str, Template], family: str, use: Use, parameters: dict[str, object], message: str
) -> None:
    found = problems_of(families[family], use, **parameters)
    assert any(message in problem.message for problem in found), found
