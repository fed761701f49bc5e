"""What ``config check`` and ``config schema`` tell."""

import json
from dataclasses import asdict
from typing import Any

import pytest

from controller.settings import report, settings_schema
from controller.settings.families import families
from controller.strategies.registry import STRATEGIES
from tests.unit.controller.settings.builders import Values, cold_return, parsed, sound, with_strategies


def test_the_report_tells_devices_with_their_uses_and_loops_with_their_topics() -> None:
    told = report(parsed(sound()))
    assert told.devices[0].name == "plug"
    assert told.devices[0].uses == ("main: pump",)
    assert told.devices[1].uses == ("main: sensors.return",)
    [loop] = told.loops
    assert loop.lease_class == "A"
    assert "zigbee2mqtt/return_pipe" in loop.hears
    assert "cmnd/tasmota_A1/POWER" in loop.says
    assert "zigbee2mqtt/return_pipe" not in loop.says


def test_the_report_becomes_json() -> None:
    told = json.loads(json.dumps(asdict(report(parsed(cold_return())))))
    assert told["loops"][0]["topology"] == "cold_return"
    assert told["broker"] == "localhost:1883, MQTT 5, no TLS, as zcw"


def _zigbee_plug(values: Values) -> None:
    values["devices"]["plug"] = {"family": "zigbee2mqtt", "name": "plug"}


def _fixed_auto_off(values: Values) -> None:
    values["devices"]["plug"] = {"family": "generic", "command_topic": "plug/set", "fixed_auto_off": True}


def _without_sensors(values: Values) -> None:
    values["loops"][0]["sensors"] = {}


def _without_guard(values: Values) -> None:
    values["loops"][0]["sensors"] = {"supply": {"device": "pipe"}}


def _timed_only(values: Values) -> None:
    values["loops"][0].update(with_strategies({"type": "aquastat"})["loops"][0])


@pytest.mark.parametrize(
    ("bend", "warning"),
    [
        (_zigbee_plug, "plug has no auto-off of its own (class C)"),
        (_fixed_auto_off, "plug has a fixed auto-off (class B)"),
        (_without_sensors, "without a sensor nobody knows when it is hot; runs end after 120 s"),
        (_without_guard, "without a sensor return or far_end runs end after 120 s"),
        (_timed_only, "no strategy answers buttons, page and REST; add on_demand"),
        (lambda v: v["loops"][0].update(strategies=[]), "without strategies the pump never runs"),
        (lambda v: v["devices"].update(spare={"family": "tasmota", "topic": "s"}), "devices.spare: not used"),
        (
            lambda v: v.update(api={"host": "0.0.0.0", "without_accounts": True}),
            "everyone in that network can run the pump",
        ),
        (lambda v: v.update(broker={"host": "nas", "username": "u"}), "the password goes to nas unencrypted"),
    ],
)
def test_what_is_allowed_and_worth_knowing_is_a_warning(bend: Any, warning: str) -> None:
    values = sound()
    bend(values)
    assert any(warning in sentence for sentence in parsed(values).warnings)


def test_a_good_configuration_has_no_warnings() -> None:
    assert parsed(sound()).warnings == ()
    assert parsed(cold_return()).warnings == ()


def _defined(name: str) -> dict[str, Any]:
    parts = settings_schema()["$defs"]
    assert isinstance(parts, dict)
    part = parts[name]
    assert isinstance(part, dict)
    return part


def test_the_schema_has_a_variant_for_each_strategy_and_family() -> None:
    strategies = _defined("LoopForm")["properties"]["strategies"]["items"]["discriminator"]["mapping"]
    assert set(strategies) == set(STRATEGIES)
    variants = _defined("DeviceForm")["oneOf"]
    assert {variant["properties"]["family"]["const"] for variant in variants} == set(families())
    tasmota = next(variant for variant in variants if variant["properties"]["family"]["const"] == "tasmota")
    assert tasmota["required"] == ["family", "topic"]
    assert tasmota["properties"]["relay"]["maximum"] == 8


def test_the_schema_tells_ranges_defaults_and_what_each_key_is() -> None:
    port = _defined("ApiForm")["properties"]["port"]
    assert (port["default"], port["minimum"], port["maximum"]) == (8377, 1, 65_535)
    cap = _defined("LimitsForm")["properties"]["demand_cap_s"]
    assert (cap["default"], cap["maximum"]) == (300, 300)
    assert "from" in _defined("WindowForm")["properties"]
    undescribed = [
        f"{name}.{key}"
        for name, part in dict(settings_schema()["$defs"]).items()  # type: ignore[call-overload] # parsed JSON
        for key, field in part.get("properties", {}).items()
        if "description" not in field and key != "type"
    ]
    assert undescribed == []


def test_the_schema_is_json() -> None:
    assert (
        json.loads(json.dumps(settings_schema(), allow_nan=False))["title"]
        == "Configuration of zero-cold-water"
    )
