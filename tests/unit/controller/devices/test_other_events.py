"""What devices tell beside temperatures and presses: leases, power, flow, cues, modes, and how old it is."""

import pytest

from controller.core.events import CueKind, CueSeen, FlowRead, LeaseTold, PowerRead, PumpReport, Reading
from controller.core.plumbing import DRAW_FLOW, RETURN
from controller.devices.bindings import (
    CueBinding,
    DeviceDeclaration,
    FlowBinding,
    LoopBinding,
    SensorBinding,
)
from controller.devices.build import Use, build_codec
from controller.devices.facts import HeaterMode
from controller.devices.router import Routed, Router
from controller.devices.wiring import wire
from tests.support.families import shipped_families

FAMILIES = shipped_families()
NOW_MS = 1_800_000_000_000


def house() -> Router:
    devices = [
        DeviceDeclaration("plug", "tasmota", {"topic": "plug"}),
        DeviceDeclaration("pir", "zigbee2mqtt", {"name": "pir"}),
        DeviceDeclaration("pipe", "zigbee2mqtt", {"name": "pipe"}),
        DeviceDeclaration("meter", "tasmota", {"topic": "meter", "pulses_per_litre": 100}),
    ]
    loop = LoopBinding(
        "house",
        "plug",
        sensors=(SensorBinding(RETURN, "pipe"),),
        flows=(FlowBinding(DRAW_FLOW, "meter", "C1"),),
        cues=(
            CueBinding(CueKind.MOTION, "pir", "bath"),
            CueBinding(CueKind.CONTACT, "pir", "bath door"),
        ),
    )
    router, problems = wire(devices, [loop], FAMILIES)
    assert problems == ()
    return router


def routed(router: Router, topic: str, payload: str, at: int = 7, *, retained: bool = False) -> list[Routed]:
    return router.route(topic, payload.encode(), retained, at, NOW_MS)


def test_the_lease_and_the_power_of_the_pump_reach_its_loop() -> None:
    router = house()
    lease = '{"PulseTime1":{"Set":220,"Remaining":220}}'
    assert routed(router, "stat/plug/RESULT", lease) == [("house", LeaseTold(7, 120_000))]
    power = '{"ENERGY":{"Power":25}}'
    assert routed(router, "tele/plug/SENSOR", power) == [("house", PowerRead(7, 25.0))]


def test_an_old_lease_or_power_proves_nothing() -> None:
    lease = '{"PulseTime1":{"Set":220,"Remaining":220}}'
    assert routed(house(), "stat/plug/RESULT", lease, retained=True) == []
    assert routed(house(), "tele/plug/SENSOR", '{"ENERGY":{"Power":25}}', retained=True) == []


def test_pulses_become_a_flow() -> None:
    router = house()
    assert routed(router, "tele/meter/SENSOR", '{"COUNTER":{"C1":1000}}', 0) == []
    again = routed(router, "tele/meter/SENSOR", '{"COUNTER":{"C1":1450}}', 60_000)
    assert again == [("house", FlowRead(60_000, DRAW_FLOW, 4.5))]


def test_motion_that_lasts_is_one_cue() -> None:
    router = house()
    seen = [
        routed(router, "zigbee2mqtt/pir", f'{{"occupancy":{word}}}', at)
        for at, word in enumerate(("true", "true", "false", "false", "true"))
    ]
    cue = [("house", CueSeen(0, CueKind.MOTION, "bath"))]
    assert seen == [cue, [], [], [], [("house", CueSeen(4, CueKind.MOTION, "bath"))]]


def test_what_was_there_before_us_is_no_cue() -> None:
    router = house()
    assert routed(router, "zigbee2mqtt/pir", '{"contact":false}', retained=True) == []
    assert routed(router, "zigbee2mqtt/pir", '{"contact":false}') == []
    assert routed(router, "zigbee2mqtt/pir", '{"contact":true}') == []
    opened = routed(router, "zigbee2mqtt/pir", '{"contact":false}')
    assert opened == [("house", CueSeen(7, CueKind.CONTACT, "bath door"))]


@pytest.mark.parametrize(
    ("seen", "live"),
    [
        (NOW_MS - 60_000, True),
        (NOW_MS - 60_001, False),
        (NOW_MS + 5_000, True),
        ('"2027-01-15T08:00:00.000Z"', True),
        ('"2027-01-15T07:58:59+00:00"', False),
        ('"2027-01-15T07:00:00"', True),
        ('"yesterday"', True),
        ("null", True),
        (12, True),
    ],
)
def test_a_value_that_a_bridge_repeats_from_its_memory_is_known_to_be_old(seen: object, live: bool) -> None:
    payload = f'{{"temperature":41.5,"last_seen":{seen}}}'
    assert routed(house(), "zigbee2mqtt/pipe", payload) == [("house", Reading(7, RETURN, 41.5, live))]


def test_without_a_trusted_clock_no_value_is_called_old() -> None:
    payload = b'{"temperature":41.5,"last_seen":1}'
    assert house().route("zigbee2mqtt/pipe", payload, False, 7) == [("house", Reading(7, RETURN, 41.5))]


def two_pumps(first: DeviceDeclaration, second: DeviceDeclaration) -> list[str]:
    loops = [LoopBinding("one", first.name), LoopBinding("two", second.name)]
    _, problems = wire([first, second], loops, FAMILIES)
    return [f"{problem.where}: {problem.message}" for problem in problems]


def test_one_switch_under_two_names_cannot_be_two_pumps() -> None:
    found = two_pumps(
        DeviceDeclaration("a", "tasmota", {"topic": "plug"}),
        DeviceDeclaration("b", "tasmota", {"topic": "plug"}),
    )
    assert found == ["loops.two.pump: 'b' and 'a' are the same switch: both obey 'cmnd/plug/POWER'"]


def test_one_switch_in_two_families_cannot_be_two_pumps() -> None:
    plain = {"command_topic": "cmnd/plug/POWER", "state_topic": "stat/plug/POWER"}
    found = two_pumps(
        DeviceDeclaration("a", "tasmota", {"topic": "plug"}), DeviceDeclaration("b", "generic", plain)
    )
    assert len(found) == 1 and "same switch" in found[0]


def test_two_relays_of_one_device_are_two_pumps() -> None:
    for family, name, relays in (("tasmota", "topic", (1, 2)), ("shelly2", "id", (0, 1))):
        first, second = (
            DeviceDeclaration(f"p{relay}", family, {name: "plug", "relay": relay}) for relay in relays
        )
        assert two_pumps(first, second) == []


def test_a_heater_with_a_switch_for_each_mode_is_in_the_mode_that_any_of_them_says() -> None:
    heater = DeviceDeclaration(
        "heater", "heater_midea", {"zero_cold_water": "zcw", "zero_cold_pulse": "pulse"}
    )
    router, problems = wire([heater], [LoopBinding("house", "heater")], FAMILIES)
    assert problems == ()
    assert router.heater_modes("heater") == (HeaterMode.OFF, HeaterMode.ALL_DAY, HeaterMode.TAP_FLICK)
    told = [
        routed(router, "statestream/switch/zcw/state", "on"),
        routed(router, "statestream/switch/pulse/state", "off"),
    ]
    assert told == [[("house", PumpReport(7, True))], []]
    off = [(message.topic, message.payload) for message in router.choose("heater", HeaterMode.OFF)]
    assert off == [
        ("zcw/homeassistant/switch.zcw/set", b"off"),
        ("zcw/homeassistant/switch.pulse/set", b"off"),
    ]


def test_a_heater_without_the_switch_for_a_mode_does_not_have_the_mode() -> None:
    codec, problems = build_codec(FAMILIES["heater_midea"], {"zero_cold_water": "zcw"}, Use(heater=True))
    assert problems == ()
    assert set(codec.modes) == {HeaterMode.OFF, HeaterMode.ALL_DAY}
