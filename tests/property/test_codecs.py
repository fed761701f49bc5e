"""Whatever a device or a stranger sends: nothing is raised, nothing unbelievable gets through, all is counted."""

import json
import math

from hypothesis import example, given
from hypothesis import strategies as st

from controller.core.decision import Command
from controller.core.events import HotWaterRequest, PumpReport, Reading
from controller.core.reason import Reason, ReasonCode
from controller.devices.bindings import ButtonBinding, DeviceDeclaration, LoopBinding, SensorBinding
from controller.devices.lease import LeaseEncoding, encode_lease
from controller.devices.parameters import resolve
from controller.devices.payload import number
from controller.devices.readers import LEAST_C, MOST_C
from controller.devices.rejects import Rejected
from controller.devices.router import Router
from controller.devices.topics import name_complaint, topic_complaint
from controller.devices.wiring import wire
from tests.support.families import shipped_families

FAMILIES = shipped_families()


def house() -> Router:
    """One loop with a device of each family in each part."""
    devices = [
        DeviceDeclaration("plug", "tasmota", {"topic": "plug"}),
        DeviceDeclaration("probe", "zigbee2mqtt", {"name": "probe"}),
        DeviceDeclaration("plain", "generic", {"temperature_topic": "plain", "button_topic": "button"}),
    ]
    sensors = (
        SensorBinding("return", "probe"),
        SensorBinding("supply", "plug"),
        SensorBinding("far_end", "plain"),
    )
    buttons = (ButtonBinding("probe"), ButtonBinding("plain"), ButtonBinding("plug"))
    router, problems = wire(devices, [LoopBinding("house", "plug", sensors, buttons)], FAMILIES)
    assert problems == ()
    return router


TOPICS = st.sampled_from([subscription.topic for subscription in house().subscriptions])
KEYS = st.sampled_from(
    [
        "DS18B20",
        "Temperature",
        "TempUnit",
        "POWER",
        "Button1",
        "Action",
        "temperature",
        "action",
        "state",
        "StatusSNS",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(
        ["ON", "OFF", "on", "SINGLE", "single", "C", "F", "Online", "online", "", "٤٣", "4_3", "1e999"]
    )
    | st.text()
)
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(), inner, max_size=5)
)
PAYLOADS = (
    st.binary(max_size=200) | st.text().map(str.encode) | DOCUMENTS.map(lambda d: json.dumps(d).encode())
)
INSTANTS = st.integers(min_value=0, max_value=2**50)


@given(TOPICS, PAYLOADS, st.booleans(), INSTANTS)
@example("tele/plug/SENSOR", b'{"DS18B20":{"Temperature":1e999}}', False, 0)
@example("zigbee2mqtt/probe", b'{"temperature":NaN,"action":"single"}', True, 0)
@example("zigbee2mqtt/probe", b"[" * 5_000, False, 0)
def test_whatever_is_sent_every_event_is_believable(
    topic: str, payload: bytes, retained: bool, at: int
) -> None:
    for loop, event in house().route(topic, payload, retained, at):
        assert loop == "house"
        assert event.at == at
        match event:
            case Reading():
                assert math.isfinite(event.value_c) and LEAST_C <= event.value_c <= MOST_C
                assert event.live is not retained
            case PumpReport():
                assert event.live is not retained
            case HotWaterRequest():
                assert not retained


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(85.0)
def test_a_temperature_gets_through_unchanged_or_not_at_all(value: float) -> None:
    router = house()
    events = router.route("zigbee2mqtt/probe", json.dumps({"temperature": value}).encode(), False, 1)
    if LEAST_C <= value <= MOST_C:
        assert events == [("house", Reading(1, "return", value))]
    else:
        assert events == []
        assert router.rejects["probe"].total == 1


@given(st.text())
def test_what_is_read_as_a_number_is_ascii_and_what_python_reads(text: str) -> None:
    try:
        value = number(text)
    except Rejected:
        return
    assert text.isascii() and "_" not in text
    assert value == float(text)


@given(st.integers(min_value=1, max_value=64_800_000))
def test_pulse_time_never_outlasts_the_lease_and_falls_short_by_less_than_a_second(lease_ms: int) -> None:
    sent = encode_lease(LeaseEncoding.TASMOTA_PULSE_TIME, lease_ms)
    kept_ms = sent * 100 if sent <= 111 else (sent - 100) * 1_000
    assert 1 <= sent <= 64_900
    assert kept_ms <= max(lease_ms, 100)
    assert lease_ms - kept_ms < 1_000


@given(st.integers(), st.sampled_from(LeaseEncoding))
def test_no_lease_is_ever_written_as_zero(lease_ms: int, encoding: LeaseEncoding) -> None:
    assert encode_lease(encoding, lease_ms) >= 1


@given(st.integers(min_value=1, max_value=10**9))
def test_every_on_carries_its_lease_before_the_order_and_no_order_is_kept(lease_ms: int) -> None:
    command = Command(0, True, lease_ms, Reason.of(ReasonCode.NOTHING_ASKED))
    lease, order = house().commands("house", command)
    assert (lease.topic, order.topic) == ("cmnd/plug/PulseTime", "cmnd/plug/POWER")
    assert lease.payload == str(encode_lease(LeaseEncoding.TASMOTA_PULSE_TIME, lease_ms)).encode()
    assert not lease.retain and not order.retain


@given(st.text())
def test_a_topic_that_is_allowed_can_be_sent_and_reaches_one_topic_only(topic: str) -> None:
    if topic_complaint(topic) is None:
        assert topic.encode("utf-8")
        assert not set(topic) & set("#+\0\r\n")
        assert "" not in topic.split("/")
    if name_complaint(topic) is None:
        assert "/" not in topic
        assert json.loads(f'{{"{topic}": 1}}') == {topic: 1}


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text(), max_size=2)


@given(st.sampled_from(sorted(FAMILIES)), st.data())
def test_whatever_stands_in_a_configuration_is_accepted_or_named_never_raised(
    family: str, data: st.DataObject
) -> None:
    parameters = FAMILIES[family].parameters
    names = st.sampled_from([parameter.name for parameter in parameters]) | st.text(max_size=5)
    given_values = data.draw(st.dictionaries(names, VALUES, max_size=4))
    values, problems = resolve(parameters, given_values)
    assert set(values) == {parameter.name for parameter in parameters}
    assert all(problem.where and problem.message for problem in problems if problem.where != "")
