import pytest

from controller.devices.facts import Availability, ButtonPress, Press, SwitchState, Temperature
from controller.devices.jsonpath import Path
from controller.devices.payload import Payload
from controller.devices.readers import (
    AvailabilityReader,
    ButtonReader,
    Reader,
    Source,
    SwitchReader,
    TemperatureReader,
)
from controller.devices.rejects import Rejected, RejectReason

PLAIN = Source("t")
VALUE = Source("t", Path("$.v"))
STATES = {"ON": True, "OFF": False}
PRESSES = {"single": Press.SINGLE, "": None}


def refusal(reader: Reader, raw: bytes, *, retained: bool = False) -> RejectReason:
    with pytest.raises(Rejected) as caught:
        reader.read(Payload(raw), retained, 1)
    return caught.value.reason


@pytest.mark.parametrize(("raw", "value_c"), [(b"-10", -10.0), (b"110", 110.0), (b"85.0", 85.0), (b"0", 0.0)])
def test_a_temperature_within_the_range_is_believed_the_power_up_value_85_too(
    raw: bytes, value_c: float
) -> None:
    assert TemperatureReader(PLAIN).read(Payload(raw), False, 7) == Temperature(7, "", value_c, live=True)


@pytest.mark.parametrize(
    "raw",
    [b"-10.01", b"110.01", b"-127", b"-3276.8", b"-40", b"3276.7", b"327.67", b"655.35", b"6553.5", b"150"],
)
def test_sentinels_of_broken_sensors_are_out_of_range(raw: bytes) -> None:
    assert refusal(TemperatureReader(PLAIN), raw) is RejectReason.OUT_OF_RANGE


def test_fahrenheit_taken_for_celsius_is_out_of_range_above_110() -> None:
    assert refusal(TemperatureReader(PLAIN), b"118.4") is RejectReason.OUT_OF_RANGE


def test_a_declared_fahrenheit_sensor_is_converted_before_its_range_is_checked() -> None:
    fact = TemperatureReader(PLAIN, fahrenheit=True).read(Payload(b"118.4"), False, 1)
    assert fact.value_c == pytest.approx(48.0)
    assert refusal(TemperatureReader(PLAIN, fahrenheit=True), b"230.1") is RejectReason.OUT_OF_RANGE


@pytest.mark.parametrize(
    ("raw", "value_c"), [(b'{"v":104,"u":"F"}', 40.0), (b'{"v":40,"u":"C"}', 40.0), (b'{"v":40}', 40.0)]
)
def test_a_payload_may_name_its_unit(raw: bytes, value_c: float) -> None:
    fact = TemperatureReader(VALUE, unit_path=Path("$.u")).read(Payload(raw), False, 1)
    assert fact.value_c == pytest.approx(value_c)


@pytest.mark.parametrize("raw", [b'{"v":40,"u":"K"}', b'{"v":40,"u":1}', b'{"v":40,"u":null}'])
def test_an_unknown_unit_is_refused(raw: bytes) -> None:
    assert refusal(TemperatureReader(VALUE, unit_path=Path("$.u")), raw) is RejectReason.UNKNOWN_VALUE


def test_a_retained_temperature_is_not_live() -> None:
    assert not TemperatureReader(PLAIN).read(Payload(b"25.0"), True, 1).live


@pytest.mark.parametrize(("raw", "on"), [(b"ON", True), (b"OFF", False)])
def test_a_switch_state_is_one_of_the_exact_values(raw: bytes, on: bool) -> None:
    assert SwitchReader(PLAIN, STATES).read(Payload(raw), False, 1) == SwitchState(1, on, live=True)


@pytest.mark.parametrize(
    "raw", [b"on", b"ON ", b"On\n", b"1", b"true", b"TOGGLE", b"ON\x00", b"", b'"ON"', b"\xef\xbb\xbfON"]
)
def test_no_variant_of_an_exact_value_is_taken_for_it(raw: bytes) -> None:
    assert refusal(SwitchReader(PLAIN, STATES), raw) is RejectReason.UNKNOWN_VALUE
    assert refusal(ButtonReader(PLAIN, {"ON": Press.SINGLE}), raw) is RejectReason.UNKNOWN_VALUE


def test_a_value_may_come_plain_or_in_json_where_a_family_has_done_both() -> None:
    reader = AvailabilityReader(
        Source("t", Path("$.state"), or_plain=True), {"online": True, "offline": False}
    )
    for raw in (b"online", b'{"state":"online"}'):
        assert reader.read(Payload(raw), True, 1) == Availability(1, "t", online=True, live=False)
    assert refusal(reader, b"Online") is RejectReason.NOT_JSON


def test_a_press_is_heard_once_and_never_from_the_brokers_memory() -> None:
    reader = ButtonReader(VALUE, PRESSES, "b1")
    assert reader.read(Payload(b'{"v":"single"}'), False, 3) == ButtonPress(3, "b1", Press.SINGLE)
    assert refusal(reader, b'{"v":"single"}', retained=True) is RejectReason.RETAINED


def test_a_value_known_to_mean_nothing_is_no_refusal() -> None:
    assert ButtonReader(VALUE, PRESSES).read(Payload(b'{"v":""}'), False, 1) is None


def test_only_buttons_do_without_the_brokers_memory() -> None:
    readers: list[Reader] = [
        TemperatureReader(PLAIN),
        SwitchReader(PLAIN, STATES),
        AvailabilityReader(PLAIN, STATES),
        ButtonReader(PLAIN, PRESSES),
    ]
    assert [reader.replay for reader in readers] == [True, True, True, False]
