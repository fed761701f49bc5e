from collections.abc import Mapping

import pytest

from controller.core.decision import Command
from controller.core.events import PUMP, DeviceFound, DeviceLost, HotWaterRequest, PumpReport, Reading
from controller.core.leases import LeaseClass
from controller.core.reason import Reason, ReasonCode
from controller.devices.bindings import ButtonBinding, DeviceDeclaration, LoopBinding, SensorBinding
from controller.devices.facts import Press
from controller.devices.message import Message, Subscription
from controller.devices.rejects import RejectReason
from controller.devices.router import SAME_PRESS_MS, Router
from controller.devices.shape import Template
from controller.devices.wiring import wire

ON = Command(0, True, 120_000, Reason.of(ReasonCode.NOTHING_ASKED))
OFF = Command(0, False, 0, Reason.of(ReasonCode.NOTHING_ASKED))

DEVICES = [
    DeviceDeclaration("pump_plug", "tasmota", {"topic": "plug"}),
    DeviceDeclaration("garden_plug", "zigbee2mqtt", {"name": "garden"}),
    DeviceDeclaration("probe", "zigbee2mqtt", {"name": "probe"}),
    DeviceDeclaration("remote", "zigbee2mqtt", {"name": "remote"}),
]
LOOPS = [
    LoopBinding(
        "house",
        "pump_plug",
        (SensorBinding("return", "probe"), SensorBinding("supply", "pump_plug", "DS18B20-1")),
        (
            ButtonBinding("remote", "shower", presses=frozenset({Press.SINGLE})),
            ButtonBinding("remote", None, presses=frozenset({Press.DOUBLE}), who="the family"),
        ),
    ),
    LoopBinding("garden", "garden_plug", (SensorBinding("return", "probe"),)),
]


@pytest.fixture
def router(families: Mapping[str, Template]) -> Router:
    built, problems = wire(DEVICES, LOOPS, families)
    assert problems == ()
    return built


def test_a_reading_reaches_every_loop_that_uses_the_sensor(router: Router) -> None:
    assert router.route("zigbee2mqtt/probe", b'{"temperature":27.5}', False, 5) == [
        ("house", Reading(5, "return", 27.5)),
        ("garden", Reading(5, "return", 27.5)),
    ]


def test_a_retained_reading_is_passed_on_as_of_unknown_age(router: Router) -> None:
    (_, reading), *_ = router.route("zigbee2mqtt/probe", b'{"temperature":27.5}', True, 5)
    assert isinstance(reading, Reading) and not reading.live


def test_a_device_may_be_pump_and_sensor_at_once(router: Router) -> None:
    assert router.route("stat/plug/POWER", b"ON", False, 5) == [("house", PumpReport(5, True))]
    raw = b'{"DS18B20-1":{"Temperature":55.0}}'
    assert router.route("tele/plug/SENSOR", raw, False, 6) == [("house", Reading(6, "supply", 55.0))]


def test_a_press_becomes_a_wish_of_its_fixture(router: Router) -> None:
    ((loop, wish),) = router.route("zigbee2mqtt/remote", b'{"action":"single"}', False, 5)
    assert loop == "house"
    assert wish == HotWaterRequest(5, "remote:single:5", "shower button", "shower")


def test_each_kind_of_press_asks_for_what_it_is_bound_to(router: Router) -> None:
    ((_, wish),) = router.route("zigbee2mqtt/remote", b'{"action":"double"}', False, 5)
    assert isinstance(wish, HotWaterRequest)
    assert (wish.fixture, wish.who) == (None, "the family")
    assert router.route("zigbee2mqtt/remote", b'{"action":"hold"}', False, 5) == []


def test_a_retained_press_never_acts(router: Router) -> None:
    assert router.route("zigbee2mqtt/remote", b'{"action":"single"}', True, 5) == []
    assert router.rejects["remote"].by_reason() == {RejectReason.RETAINED: 1}


def test_a_press_delivered_again_within_two_seconds_is_the_same_wish(router: Router) -> None:
    press = ("zigbee2mqtt/remote", b'{"action":"single"}', False)
    assert len(router.route(*press, 1_000)) == 1
    assert router.route(*press, 1_000) == []
    assert router.route(*press, 1_000 + SAME_PRESS_MS - 1) == []
    assert len(router.route(*press, 1_000 + SAME_PRESS_MS)) == 1
    assert router.rejects["remote"].by_reason() == {RejectReason.DUPLICATE: 2}


def test_the_pump_is_called_pump_and_other_devices_by_their_names(router: Router) -> None:
    assert router.route("tele/plug/LWT", b"Offline", True, 5) == [("house", DeviceLost(5, PUMP))]
    assert router.route("tele/plug/LWT", b"Online", False, 6) == [("house", DeviceFound(6, PUMP))]
    assert router.route("zigbee2mqtt/probe/availability", b"offline", False, 7) == [
        ("house", DeviceLost(7, "probe")),
        ("garden", DeviceLost(7, "probe")),
    ]


def test_a_bridge_that_goes_takes_all_its_devices_along(router: Router) -> None:
    events = router.route("zigbee2mqtt/bridge/state", b'{"state":"offline"}', False, 5)
    assert ("garden", DeviceLost(5, PUMP)) in events
    assert ("house", DeviceLost(5, "probe")) in events
    assert ("house", DeviceLost(5, "remote")) in events


def test_after_a_lost_connection_the_same_last_will_is_news_again(router: Router) -> None:
    will = ("tele/plug/LWT", b"Online", True)
    assert len(router.route(*will, 1)) == 1
    assert router.route(*will, 2) == []
    router.forget_reach()
    assert len(router.route(*will, 3)) == 1


def test_a_topic_of_nobody_means_nothing(router: Router) -> None:
    assert router.route("zigbee2mqtt/probe/", b'{"temperature":27.5}', False, 5) == []
    assert router.route("", b"", False, 5) == []


def test_commands_go_to_the_loops_own_pump(router: Router) -> None:
    assert router.commands("house", ON) == (
        Message("cmnd/plug/PulseTime", b"220"),
        Message("cmnd/plug/POWER", b"ON"),
    )
    assert router.commands("garden", OFF) == (Message("zigbee2mqtt/garden/set", b'{"state":"OFF"}', qos=1),)


def test_each_loop_knows_what_its_pump_enforces(router: Router) -> None:
    assert router.lease_class("house") is LeaseClass.A
    assert router.lease_class("garden") is LeaseClass.C


def test_queries_ask_each_device_once(router: Router) -> None:
    assert router.queries("garden") == (Message("zigbee2mqtt/garden/get", b'{"state":""}'),)
    assert router.queries() == (
        Message("cmnd/plug/POWER", b""),
        Message("cmnd/plug/STATUS", b"10"),
        Message("zigbee2mqtt/garden/get", b'{"state":""}'),
    )


def test_each_topic_is_subscribed_once_and_buttons_without_the_brokers_memory(router: Router) -> None:
    subscriptions = {subscription.topic: subscription for subscription in router.subscriptions}
    assert len(subscriptions) == len(router.subscriptions)
    assert not subscriptions["zigbee2mqtt/remote"].replay
    assert subscriptions["zigbee2mqtt/probe"].replay
    assert not any(sign in topic for topic in subscriptions for sign in "#+")


def test_a_topic_shared_by_a_button_and_a_sensor_is_replayed_for_the_sensor(
    families: Mapping[str, Template],
) -> None:
    one = DeviceDeclaration("button", "generic", {"button_topic": "shared", "button_path": "$.press"})
    other = DeviceDeclaration("probe", "generic", {"temperature_topic": "shared", "temperature_path": "$.t"})
    loop = LoopBinding("house", "pump_plug", (SensorBinding("return", "probe"),), (ButtonBinding("button"),))
    for devices in ([one, other, DEVICES[0]], [other, one, DEVICES[0]]):
        router, problems = wire(devices, [loop], families)
        assert problems == ()
        assert Subscription("shared", qos=1, replay=True) in router.subscriptions
        assert router.route("shared", b'{"press":"single","t":20}', True, 1) == [
            ("house", Reading(1, "return", 20.0, live=False))
        ]
