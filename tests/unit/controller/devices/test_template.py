from copy import deepcopy
from typing import Any

import pytest
from ruamel.yaml import YAML

from controller.core.errors import ConfigError
from controller.core.leases import LeaseClass
from controller.devices.shape import Kind
from controller.devices.template import parse_template

GOOD = """
family: lamp
title: A lamp
parameters:
  topic: {kind: topic, required: true, help: its topic}
  timer: {kind: boolean, help: it has a timer}
switch:
  "on":
    - when: timer
      class: A
      encoding: seconds
      most: 600
      messages: [{topic: "{topic}/set", payload: "ON,{lease}"}]
    - messages: [{topic: "{topic}/set", payload: "ON"}]
  "off": [{topic: "{topic}/set", payload: "OFF", qos: 1}]
  query: [{topic: "{topic}/get", payload: ""}]
  states: [{topic: "{topic}", path: $.state, "on": [true, "ON"], "off": [false, "OFF"]}]
temperature:
  channel: {kind: name, default: t1, help: which}
  sources: [{topic: "{topic}", path: "$['{channel}']", unit: F}]
button:
  sources: [{topic: "{topic}/button", values: {1: single, 2: double, "": ignore}}]
availability:
  - {topic: "{topic}/lwt", online: [up], offline: [down], or_plain: true}
"""


def good() -> dict[str, Any]:
    return YAML().load(GOOD)  # type: ignore[no-any-return]  # plain mappings


def complaints(raw: object) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse_template(raw, "lamp.yaml")  # type: ignore[arg-type]  # wrong on purpose
    return [problem.sentence("lamp.yaml") for problem in caught.value.problems]


def test_a_template_becomes_values() -> None:
    template = parse_template(good())
    assert template.family == "lamp"
    assert [parameter.kind for parameter in template.parameters] == [Kind.TOPIC, Kind.BOOLEAN]
    assert template.switch is not None
    timed, plain = template.switch.starts
    assert (timed.when, timed.lease_class, timed.encoding, timed.most) == (
        "timer",
        LeaseClass.A,
        "seconds",
        600,
    )
    assert plain.lease_class is LeaseClass.C
    assert template.switch.stops[0].qos == 1
    assert template.switch.states[0].yes == ("true", "ON")
    assert template.temperature is not None and template.temperature.sources[0].unit == "F"
    assert template.button is not None
    assert template.button.sources[0].values == (("1", "single"), ("2", "double"), ("", "ignore"))
    assert template.availability[0].source.or_plain


def change(path: str, value: object) -> dict[str, Any]:
    raw = deepcopy(good())
    at: Any = raw
    *parents, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    for part in parents:
        at = at[part]
    if value is KeyError:
        del at[last]
    else:
        at[last] = value
    return raw


@pytest.mark.parametrize(
    ("path", "value", "where", "message"),
    [
        ("family", "La mp", "family", "lower-case word"),
        ("family", KeyError, "family", "missing"),
        ("title", None, "title", "is empty"),
        ("colour", "red", "colour", "unknown key"),
        ("parameters", [], "parameters", "must be a mapping"),
        ("parameters/lease", {"help": "x"}, "parameters.lease", "not 'lease'"),
        ("parameters/topic/kind", "url", "parameters.topic.kind", "none of topic"),
        ("parameters/topic/help", KeyError, "parameters.topic.help", "missing"),
        ("parameters/topic/default", "a", "parameters.topic.default", "required"),
        ("parameters/topic/choices", ["a"], "parameters.topic.choices", "kind 'choice'"),
        ("parameters/topic/pattern", "(", "parameters.topic.pattern", "regular expression"),
        ("parameters/topic/requird", True, "parameters.topic.requird", "unknown key"),
        ("parameters/topic/required", "yes", "parameters.topic.required", "true or false"),
        ("temperature/channel/default", "a/b", "temperature.channel.default", "'/'"),
        ("switch", "lamp", "switch", "must be a mapping"),
        ("switch/on", [], "switch.on", "list of mappings"),
        ("switch/off", KeyError, "switch.off", "missing"),
        ("switch/on/1/when", "timer", "switch.on", "must have no 'when'"),
        ("switch/on/0/when", "tmer", "switch.on[0].when", "no parameter"),
        ("switch/on/0/class", "D", "switch.on[0].class", "none of A, B, C"),
        ("switch/on/0/class", "B", "switch.on[0].class", "A goes with"),
        ("switch/on/0/encoding", "hours", "switch.on[0].encoding", "none of seconds"),
        ("switch/on/0/encoding", KeyError, "switch.on[0].class", "A goes with"),
        ("switch/on/1/messages/0/payload", "{lease}", "switch.on[1].class", "A goes with"),
        ("switch/on/0/most", 0, "switch.on[0].most", "integer from 1"),
        (
            "switch/on/1/messages/0/topic",
            "{topc}/set",
            "switch.on[1].messages[0].topic",
            "{topc} is no parameter",
        ),
        ("switch/on/1/messages/0/payload", True, "switch.on[1].messages[0].payload", "must be a text"),
        ("switch/on/1/messages/0/retain", True, "switch.on[1].messages[0].retain", "unknown key"),
        ("switch/off/0/qos", 2, "switch.off[0].qos", "from 0 to 1"),
        ("switch/off/0/payload", "{lease}", "switch.off[0].payload", "{lease} is no parameter"),
        ("switch/states/0/on", "ON", "switch.states[0].on", "list of texts"),
        ("switch/states/0/on", [["ON"]], "switch.states[0].on", "texts only"),
        ("switch/states/0/off", ["ON"], "switch.states[0].on", "cannot mean both"),
        ("temperature/sources/0/unit", "K", "temperature.sources[0].unit", "none of C, F"),
        ("temperature/sources/0/path", "{what}", "temperature.sources[0].path", "no parameter"),
        ("button/sources/0/values", {"1": "tripple"}, "button.sources[0].values", "none of single"),
        ("button/sources/0/values", [], "button.sources[0].values", "mapping of texts"),
        ("availability/0/topic", KeyError, "availability[0].topic", "missing"),
    ],
)
def test_a_wrong_template_names_the_place_and_the_fault(
    path: str, value: object, where: str, message: str
) -> None:
    found = complaints(change(path, value))
    assert any(line.startswith(f"lamp.yaml: {where}: ") and message in line for line in found), found


def test_every_problem_is_reported_at_once() -> None:
    raw = change("switch/off/0/qos", 2)
    raw["title"] = 1.5
    raw["button"]["sources"][0]["values"] = {"1": "no"}
    assert len(complaints(raw)) == 3


@pytest.mark.parametrize("raw", [None, [], "lamp", {}, {"family": "x"}, {1: 2}])
def test_nonsense_is_reported_and_never_raises_anything_else(raw: object) -> None:
    assert complaints(raw)
