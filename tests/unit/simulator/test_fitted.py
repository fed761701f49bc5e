"""Every family's fake devices and its template understand each other, though neither was made from the other."""

from datetime import UTC, datetime, timedelta

import pytest
import simpy

from controller.core.decision import Command
from controller.core.events import (
    PUMP,
    DeviceFound,
    DeviceLost,
    Event,
    HotWaterRequest,
    LeaseTold,
    PowerRead,
    PumpReport,
    Reading,
)
from controller.core.leases import LeaseClass
from controller.core.reason import Reason, ReasonCode
from controller.devices.bindings import ButtonBinding, DeviceDeclaration, LoopBinding, SensorBinding
from controller.devices.wiring import wire
from simulator.fitted import AUTO_OFF_S, FITTERS, Site, UnknownFamily, fit
from tests.support.families import shipped_families

LEASE_S = 120
TELLING = ("tasmota", "shelly1", "shelly2", "shelly2_plain", "zigbee2mqtt", "esphome")
METERING = TELLING
UNASKED = ("esphome", "generic", "emsesp", "heater_entity", "ebusd")
"""They tell their state by themselves, or (ebusd) a plan of the owner's that says neither on nor off."""
CLASSES = {
    "tasmota": LeaseClass.A,
    "shelly1": LeaseClass.B,
    "shelly2": LeaseClass.A,
    "shelly2_plain": LeaseClass.B,
    "zigbee2mqtt": LeaseClass.A,
    "esphome": LeaseClass.A,
    "homeassistant": LeaseClass.B,
    "emsesp": LeaseClass.C,
    "generic": LeaseClass.B,
    "heater_entity": LeaseClass.B,
    "ebusd": LeaseClass.C,
}


class Wired:
    """A family's devices and the codecs of its template, with nothing between them but a function call."""

    def __init__(self, family: str) -> None:
        self.env = simpy.Environment()
        self.felt_c = {"return": 21.5, "supply": 55.0}
        self.running = False
        self.heard: list[Event] = []
        reads = {role: (lambda role=role: self.felt_c[role]) for role in self.felt_c}
        site = Site(self.env, self._said, self._now, self._switched, reads, ["kitchen", "guest bath"])
        self.fitted = fit(family, site)
        declared = [
            DeviceDeclaration(
                name, str(section["family"]), {k: v for k, v in section.items() if k != "family"}
            )
            for name, section in self.fitted.declared.items()
        ]
        loop = LoopBinding(
            "house",
            str(self.fitted.pump["device"]),
            tuple(
                SensorBinding(role, at["device"], at.get("channel", ""))
                for role, at in self.fitted.sensors.items()
            ),
            tuple(
                ButtonBinding(at["device"], name, at.get("channel", ""))
                for name, at in self.fitted.buttons.items()
            ),
        )
        self.router, problems = wire(declared, [loop], shipped_families())
        assert problems == ()
        for device in self.fitted.devices:
            device.power_up()

    def _now(self) -> datetime:
        return datetime(2026, 1, 5, tzinfo=UTC) + timedelta(seconds=self.env.now)

    def _switched(self, on: bool) -> None:
        self.running = on

    def _said(self, topic: str, payload: str, _retain: bool) -> None:
        if hasattr(self, "router"):
            routed = self.router.route(topic, payload.encode(), False, round(self.env.now * 1000))
            self.heard += [event for _, event in routed]

    def order(self, on: bool) -> None:
        self.heard.clear()
        command = Command(0, on, LEASE_S * 1000 if on else 0, Reason(ReasonCode.NOTHING_ASKED))
        self._send(self.router.commands("house", command))

    def ask(self) -> None:
        self.heard.clear()
        self._send(self.router.queries())

    def _send(self, messages: object) -> None:
        for message in messages:  # type: ignore[attr-defined]
            for device in self.fitted.devices:
                if any(matches(each, message.topic) for each in device.subscriptions()):
                    device.receive(message.topic, message.payload.decode())

    def wait(self, seconds: float) -> None:
        self.heard.clear()
        self.env.run(until=self.env.now + seconds)

    def reports(self) -> list[bool]:
        return [event.on for event in self.heard if isinstance(event, PumpReport)]


def matches(wanted: str, topic: str) -> bool:
    parts, levels = wanted.split("/"), topic.split("/")
    if parts[-1] == "#":
        return levels[: len(parts) - 1] == parts[:-1]
    return len(parts) == len(levels) and all(
        one in ("+", other) for one, other in zip(parts, levels, strict=True)
    )


@pytest.fixture(params=sorted(FITTERS))
def wired(request: pytest.FixtureRequest) -> Wired:
    return Wired(request.param)


def family_of(wired: Wired) -> str:
    return str(wired.fitted.declared[wired.fitted.pump["device"]]["family"])


def test_the_pump_obeys_and_says_so(wired: Wired) -> None:
    wired.order(True)
    assert wired.running and wired.reports()[-1:] == [True]
    wired.order(False)
    assert not wired.running and wired.reports()[-1:] == [False]


def test_the_lease_is_told_back_by_those_that_know_it(wired: Wired) -> None:
    wired.order(True)
    told = [event.lease_ms for event in wired.heard if isinstance(event, LeaseTold) and event.lease_ms]
    family = family_of(wired)
    assert wired.router.lease_class("house") is CLASSES[family]
    expected_s = LEASE_S if CLASSES[family] is LeaseClass.A else AUTO_OFF_S
    assert set(told) == ({expected_s * 1000} if family in TELLING else set())
    assert wired.router.tells_lease("house") == (family in TELLING)


def test_the_pump_goes_off_by_itself_when_no_more_orders_come(wired: Wired) -> None:
    wired.order(True)
    lasts_s = {LeaseClass.A: LEASE_S, LeaseClass.B: AUTO_OFF_S}.get(CLASSES[family_of(wired)])
    if family_of(wired) == "heater_entity":
        lasts_s = 180  # a single shot
    if lasts_s is None:
        wired.wait(10_000)
        assert wired.running, "class C: nothing ends it"
        return
    wired.wait(lasts_s - 1)
    assert wired.running
    wired.wait(2)
    assert not wired.running and wired.reports()[:1] == [False]


def test_another_order_renews_the_lease(wired: Wired) -> None:
    if CLASSES[family_of(wired)] is LeaseClass.C:
        return
    wired.order(True)
    wired.wait(40)
    wired.order(True)
    wired.wait(LEASE_S - 1)
    assert wired.running


def test_temperatures_come_in_by_themselves(wired: Wired) -> None:
    wired.wait(70)
    seen = {event.sensor: event.value_c for event in wired.heard if isinstance(event, Reading)}
    assert seen == {"return": pytest.approx(21.5, abs=0.06), "supply": pytest.approx(55.0, abs=0.06)}


def test_power_is_told_by_those_that_measure_it(wired: Wired) -> None:
    wired.order(True)
    told = [event.power_w for event in wired.heard if isinstance(event, PowerRead)]
    assert (24.9 in told) == (family_of(wired) in METERING and family_of(wired) != "tasmota")


def test_a_press_asks_for_hot_water_at_its_fixture_once(wired: Wired) -> None:
    wired.heard.clear()
    wired.fitted.press["guest bath"]()
    asked = [event.fixture for event in wired.heard if isinstance(event, HotWaterRequest)]
    assert asked == ["guest bath"]


def test_a_hand_at_the_device_is_reported(wired: Wired) -> None:
    wired.heard.clear()
    wired.fitted.flip()
    assert wired.running and wired.reports()[-1:] == [True]


def test_asked_for_its_state_the_pump_tells_it(wired: Wired) -> None:
    wired.ask()
    if family_of(wired) not in UNASKED:
        assert wired.reports()[-1:] == [False]


def test_a_device_that_lost_its_power_is_missed_and_found_again(wired: Wired) -> None:
    pump = next(device for device in wired.fitted.devices if device.will())
    wired.heard.clear()
    pump.power_down()
    topic, payload, retain = pump.will() or ("", "", False)
    wired._said(topic, payload, retain)
    assert any(isinstance(event, DeviceLost) for event in wired.heard)
    wired.heard.clear()
    pump.power_up()
    assert any(isinstance(event, DeviceFound) and event.device == PUMP for event in wired.heard)
    assert not wired.running


def test_nonsense_is_passed_over(wired: Wired) -> None:
    for device in wired.fitted.devices:
        for wanted in device.subscriptions():
            for payload in ("", "{", "[]", "null", "🔥", '{"src":1}', '{"src":"a","params":[]}', "9" * 400):
                device.receive(wanted.replace("#", "x").replace("+", "x"), payload)
        device.receive("somebody/elses/topic", "ON")
    assert not wired.running


def test_an_unknown_family_is_told_with_those_that_are_known() -> None:
    with pytest.raises(UnknownFamily, match="known: tasmota, shelly1"):
        fit("shelly9", Site(simpy.Environment(), lambda *_: None, lambda: datetime.now(UTC)))
