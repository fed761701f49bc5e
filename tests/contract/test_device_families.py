"""What every family of devices must hold to; a new template is tested here the moment it is shipped.

Each family brings a recording of what its devices really say beside this file.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from controller.core.events import CueKind
from controller.core.leases import LeaseClass
from controller.devices.build import Use, build_codec
from controller.devices.codec import DeviceCodec
from controller.devices.facts import (
    Availability,
    ButtonPress,
    Cue,
    Fact,
    Flow,
    HeaterMode,
    HeaterState,
    Lease,
    Power,
    SwitchState,
    Temperature,
    Volume,
)
from controller.devices.message import Message
from controller.devices.rejects import RejectReason
from controller.devices.shape import Kind, Template
from controller.devices.topics import topic_complaint
from tests.support.families import shipped_families

RECORDINGS = Path(__file__).with_name("recordings")
FAMILIES = sorted(shipped_families())


@cache
def recorded(family: str) -> dict[str, Any]:
    file = RECORDINGS / f"{family}.yaml"
    assert file.exists(), f"the family {family} needs a recording in {file}"
    raw: dict[str, Any] = YAML(typ="safe", pure=True).load(file.read_text("utf-8"))
    return raw


class Recording:
    """A family's template and what its devices say."""

    def __init__(self, family: str) -> None:
        self.template: Template = shipped_families()[family]
        self._raw = recorded(family)

    @property
    def parameters(self) -> dict[str, object]:
        return dict(self._raw["parameters"])

    @property
    def use(self) -> Use:
        use = self._raw["use"]
        return Use(
            switch=use["switch"],
            temperatures=tuple(use["temperatures"]),
            buttons=tuple(use["buttons"]),
            flows=tuple(use.get("flows", ())),
            cues=tuple((CueKind(kind), channel) for kind, channel in use.get("cues", ())),
            heater=use.get("heater", False),
        )

    @property
    def heard(self) -> list[dict[str, Any]]:
        return list(self._raw["heard"])

    @property
    def silent(self) -> list[dict[str, Any]]:
        return list(self._raw["silent"])

    @property
    def lease_class(self) -> LeaseClass:
        return LeaseClass(self._raw["lease_class"])

    def messages(self, order: str) -> tuple[Message, ...]:
        return _messages(self._raw[order])

    @property
    def modes(self) -> dict[HeaterMode, tuple[Message, ...]]:
        return {HeaterMode(mode): _messages(lines) for mode, lines in self._raw.get("modes", {}).items()}

    def codec(self) -> DeviceCodec:
        codec, problems = build_codec(self.template, self.parameters, self.use)
        assert problems == ()
        return codec


def _messages(lines: list[dict[str, Any]]) -> tuple[Message, ...]:
    return tuple(Message(one["topic"], one["payload"].encode(), one["qos"]) for one in lines)


@pytest.fixture(params=FAMILIES)
def recording(request: pytest.FixtureRequest) -> Recording:
    return Recording(request.param)


def meaning(fact: Fact) -> dict[str, object]:
    """What a fact says, in the words of the recordings."""
    match fact:
        case Temperature():
            return {"channel": fact.channel, "temperature": pytest.approx(fact.value_c)}
        case SwitchState():
            return {"switch": fact.on} | ({"by_timer": True} if fact.by_timer else {})
        case Lease():
            return {"lease_ms": fact.lease_ms}
        case Power():
            return {"power": pytest.approx(fact.power_w)}
        case Flow():
            return {"channel": fact.channel, "flow_lpm": pytest.approx(fact.flow_lpm)}
        case Volume():
            return {"channel": fact.channel, "volume_l": pytest.approx(fact.volume_l)}
        case Cue():
            return {"channel": fact.channel, "cue": fact.kind, "active": fact.active}
        case HeaterState():
            return {"mode": fact.mode}
        case ButtonPress():
            return {"channel": fact.channel, "press": fact.press}
        case Availability():
            return {"online": fact.online}


WITH_CHANNEL = {"temperature", "press", "flow_lpm", "volume_l", "cue"}


def expected(line: dict[str, Any]) -> dict[str, object]:
    meant = {
        key: value for key, value in line.items() if key not in ("topic", "payload", "retained", "written")
    }
    return {"channel": "", **meant} if meant.keys() & WITH_CHANNEL else meant


def test_recorded_payloads_mean_what_they_meant(recording: Recording) -> None:
    codec = recording.codec()
    for line in recording.heard:
        facts = codec.decode(line["topic"], line["payload"].encode(), line.get("retained", False), 7)
        assert expected(line) in [meaning(fact) for fact in facts], line
        assert all(fact.at == 7 for fact in facts)


def test_payloads_that_mean_nothing_are_no_reason_to_complain(recording: Recording) -> None:
    codec = recording.codec()
    for line in recording.silent:
        assert codec.decode(line["topic"], line["payload"].encode(), False, 7) == (), line
    assert codec.rejects.total == 0


def test_every_capability_of_the_family_is_in_its_recording(recording: Recording) -> None:
    template = recording.template
    needed: dict[str, tuple[bool, Callable[[dict[str, Any]], bool]]] = {
        "switch": (
            bool(template.switch or template.heater or template.schedule),
            lambda line: "switch" in line,
        ),
        "lease": (bool(template.switch and template.switch.leases), lambda line: "lease_ms" in line),
        "power": (bool(template.switch and template.switch.power), lambda line: "power" in line),
        "temperature": (template.temperature is not None, lambda line: "temperature" in line),
        "flow": (template.flow is not None, lambda line: bool(line.keys() & {"flow_lpm", "volume_l"})),
        "press": (template.button is not None, lambda line: "press" in line),
        "motion": (CueKind.MOTION in template.cues, lambda line: line.get("cue") == "motion"),
        "contact": (CueKind.CONTACT in template.cues, lambda line: line.get("cue") == "contact"),
        "light": (CueKind.LIGHT in template.cues, lambda line: line.get("cue") == "light"),
        "mode": (template.heater is not None, lambda line: "mode" in line),
        "online": (bool(template.availability), lambda line: "online" in line),
    }
    for capability, (exists, shows) in needed.items():
        assert any(map(shows, recording.heard)) == exists, capability


def test_every_mode_of_a_heater_is_in_its_recording_both_ways(recording: Recording) -> None:
    codec = recording.codec()
    assert dict(codec.modes) == recording.modes
    told = {line["mode"] for line in recording.heard if "mode" in line}
    if recording.modes:
        # a single shot of a boiler that has no such mode is an ordinary run
        assert {mode.value for mode in recording.modes} - told <= {"single_shot"}
    assert not any(message.retain for messages in codec.modes.values() for message in messages)


def test_every_source_of_the_family_is_in_its_recording(recording: Recording) -> None:
    heard = {line["topic"] for line in recording.heard}
    assert {subscription.topic for subscription in recording.codec().subscriptions} == heard


def test_orders_are_those_of_the_recording(recording: Recording) -> None:
    codec = recording.codec()
    assert codec.lease_class is recording.lease_class
    assert codec.switch(True, 120_000) == recording.messages("on")
    assert codec.switch(False, 0) == recording.messages("off")


def test_orders_are_never_retained_on_at_qos_0_and_off_at_qos_1(recording: Recording) -> None:
    codec = recording.codec()
    on, off = codec.switch(True, 120_000), codec.switch(False, 0)
    assert on and off
    assert not any(message.retain for message in (*on, *off, *codec.queries))
    assert {message.qos for message in on} == {0}
    assert {message.qos for message in off} == {1}


def test_no_topic_holds_a_wildcard_and_none_is_both_spoken_to_and_listened_to(recording: Recording) -> None:
    codec = recording.codec()
    orders = {message.topic for message in (*codec.switch(True, 1_000), *codec.switch(False, 0))}
    listened = {subscription.topic for subscription in codec.subscriptions}
    assert [topic for topic in orders | listened if topic_complaint(topic)] == []
    assert not orders & listened


def test_what_the_broker_kept_is_never_live_and_never_a_press(recording: Recording) -> None:
    codec = recording.codec()
    for line in recording.heard:
        for fact in codec.decode(line["topic"], line["payload"].encode(), True, 7):
            assert not isinstance(fact, ButtonPress), line
            assert not fact.live, line


def test_a_neighbours_topic_means_nothing(recording: Recording) -> None:
    codec = recording.codec()
    neighbours: list[Callable[[str], str]] = [
        lambda topic: topic + "/",
        lambda topic: topic + "0",
        lambda topic: topic[:-1],
        str.swapcase,
        lambda topic: "x/" + topic,
    ]
    for line in recording.heard:
        for neighbour in neighbours:
            assert codec.decode(neighbour(line["topic"]), line["payload"].encode(), False, 7) == ()
    assert codec.rejects.total == 0


WHOLE = [
    (b"\xff\xfe\x00", RejectReason.NOT_UTF8),
    (b" " * 1_000_000, RejectReason.TOO_LARGE),
    (b'"' + b"x" * 1_000_000 + b'"', RejectReason.TOO_LARGE),
]
JSON = [
    (b"", RejectReason.NOT_JSON),
    (b"{", RejectReason.NOT_JSON),
    (b'{"a":%s}' % (b"9" * 5_000), RejectReason.NOT_JSON),
    (b"[" * 60_000, RejectReason.TOO_DEEP),
    (b'{"a":NaN}', RejectReason.NOT_FINITE),
    (b'{"a":Infinity}', RejectReason.NOT_FINITE),
    (b'{"a":1,"a":2}', RejectReason.DUPLICATE_KEY),
]


@pytest.mark.parametrize(("payload", "reason"), WHOLE)
def test_a_payload_nobody_can_read_is_counted_on_every_topic(
    recording: Recording, payload: bytes, reason: RejectReason
) -> None:
    codec = recording.codec()
    for count, subscription in enumerate(codec.subscriptions, start=1):
        assert codec.decode(subscription.topic, payload, False, 7) == ()
        assert codec.rejects.by_reason() == {reason: count}


@pytest.mark.parametrize(("payload", "reason"), JSON)
def test_a_broken_document_is_counted_wherever_json_is_expected(
    recording: Recording, payload: bytes, reason: RejectReason
) -> None:
    for line in recording.heard:
        if line["payload"].startswith("{"):
            codec = recording.codec()
            assert codec.decode(line["topic"], payload, False, 7) == ()
            assert reason in codec.rejects.by_reason()


NUMBERS = ("power", "flow_lpm", "volume_l", "lease_ms")
UNBELIEVABLE = ["-5", "1e999", "-1e999", "1e300", "null", "true", "[]", '"unavailable"', '"nan"', '"٤٣"']


@pytest.mark.parametrize("value", UNBELIEVABLE)
def test_no_power_flow_or_lease_is_made_of_what_nobody_can_believe(recording: Recording, value: str) -> None:
    for line in recording.heard:
        kind = next((kind for kind in NUMBERS if kind in line), None)
        if kind is None or (
            value == "-5" and kind == "power"
        ):  # a meter wired the wrong way round is believed
            continue
        codec = recording.codec()
        before = {type(fact) for fact in decoded(codec, line, line["payload"])}
        payload = hostile(line, kind, value)
        after = {type(fact) for fact in decoded(codec, line, payload)}
        assert before - after and codec.rejects.total >= 1, payload


def decoded(codec: DeviceCodec, line: dict[str, Any], payload: str) -> tuple[Fact, ...]:
    return codec.decode(line["topic"], payload.encode(), False, 7)


def hostile(line: dict[str, Any], kind: str, value: str) -> str:
    """The payload with every number in it replaced, as a broken device would."""
    if not line["payload"].startswith("{"):
        return value.strip('"')
    return re.sub(r"(?<=[:,])-?\d+(?:\.\d+)?(?=[,}\]])", value, line["payload"])


def test_a_switch_that_tells_its_lease_says_so(recording: Recording) -> None:
    tells = any("lease_ms" in line for line in recording.heard)
    assert recording.codec().tells_lease == tells


SENTINELS = [-127, -3276.8, -40, 3276.7, 327.67, 655.35, 6553.5, 250, "1e999", "-1e999", "NaN"]
NOT_NUMBERS = [
    "null",
    "true",
    "[]",
    "{}",
    '"unavailable"',
    '"unknown"',
    '""',
    '"٤٣"',
    '"4_3"',
    '"nan"',
    '"0x2B"',
]


@pytest.mark.parametrize("value", [*SENTINELS, *NOT_NUMBERS])
def test_no_temperature_is_made_of_a_sentinel_or_of_what_is_no_number(
    recording: Recording, value: object
) -> None:
    for line in recording.heard:
        if "temperature" not in line:
            continue
        codec = recording.codec()
        written = line.get("written", str(line["temperature"]))
        bad = str(value) if line["payload"].startswith("{") else str(value).strip('"')
        payload = line["payload"].replace(written, bad)
        assert payload != line["payload"]
        facts = codec.decode(line["topic"], payload.encode(), False, 7)
        assert line.get("channel", "") not in [channel_of(fact) for fact in facts], payload
        assert codec.rejects.total >= 1, payload


def channel_of(fact: Fact) -> str | None:
    return fact.channel if isinstance(fact, Temperature) else None


@pytest.mark.parametrize(
    "bad", ["a/#", "+", "../", "x" * 600, "plug \U0001f525", "a\0b", "", "\ud800", "a\nb"]
)
def test_no_parameter_can_carry_a_wildcard_or_a_break_out_into_a_topic(
    recording: Recording, bad: str
) -> None:
    for parameter in recording.template.parameters:
        if parameter.kind in (Kind.TOPIC, Kind.NAME):
            _, problems = build_codec(
                recording.template, {**recording.parameters, parameter.name: bad}, recording.use
            )
            assert [problem.where for problem in problems] == [parameter.name]


def test_every_parameter_is_explained_to_its_owner(recording: Recording) -> None:
    template = recording.template
    assert template.title and template.notes
    for parameter in template.parameters:
        assert len(parameter.help.split()) >= 3, parameter.name
