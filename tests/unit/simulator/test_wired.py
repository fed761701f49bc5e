"""The wired house against the real codecs and the real engine: they share nothing but messages."""

from collections import Counter, deque
from dataclasses import replace
from math import inf

import pytest

from controller.core.decision import Command
from controller.core.events import ClockSynced, DeviceLost, Event, HotWaterRequest, PumpReport, Reading, Tick
from controller.core.reason import Reason, ReasonCode
from controller.devices.wiring import wire
from controller.engine import Engine
from controller.safety.supervisor import LimitSupervisor
from controller.settings import parse_settings
from simulator.fake_devices.device import FakeDevice
from simulator.fittings import controller_config
from simulator.layout import Layout, SensorSpot
from simulator.layout_file import load_layout
from simulator.wired import BEFORE_FIRST_S, Happening, WiredHouse

WHY = Reason(ReasonCode.NOTHING_ASKED)
LAYOUTS = ("house", "house-cold-return")


class Meeting:
    """A house and a controller with an ideal broker between them, in virtual time."""

    def __init__(self, layout: str | Layout = "house", *, seed: int = 1) -> None:
        self.on_the_wire: deque[tuple[str, bytes]] = deque()
        self.log: list[Happening] = []
        self.events: list[Event] = []
        plan = load_layout(layout) if isinstance(layout, str) else layout
        self.house = WiredHouse(plan, seed=seed, publish=self._publish, log=self.log.append)
        values = controller_config(self.house.layout, broker_host="127.0.0.1", broker_port=1883)
        settings = parse_settings(values)
        (loop,) = settings.loops
        self.router, problems = wire(settings.devices, [loop.binding], settings.families)
        assert problems == ()
        self.engine = Engine(
            loop.plumbing, loop.strategies, LimitSupervisor(loop.limits, 0), zone=settings.site.zone
        )
        self._wake_s = 0.0
        self._heard = {subscription.topic for subscription in self.router.subscriptions}
        self._told = self.house.subscriptions()

    def start(self) -> None:
        self._handle(ClockSynced(0, round(self.house.starts_at.timestamp() * 1_000)))
        self.house.power_up()
        self.pass_messages()

    def run(self, until_s: float) -> None:
        now_s = 0.0
        while True:
            next_s = min(self.house.next_event_s(), self._wake_s)
            if next_s > until_s:
                break
            now_s = max(now_s, next_s)
            self.house.advance(now_s)
            self.pass_messages()
            if self._wake_s <= now_s:
                self._handle(Tick(round(self._wake_s * 1_000)))
        self.house.advance(until_s)

    def pass_messages(self) -> None:
        while self.on_the_wire:
            topic, payload = self.on_the_wire.popleft()
            if topic in self._heard:
                at = round((self.house.now() - self.house.starts_at).total_seconds() * 1_000)
                for _, event in self.router.route(topic, payload, False, at):
                    self._handle(event)
            if any(
                topic == told or (told.endswith("#") and topic.startswith(told[:-1])) for told in self._told
            ):
                self.house.deliver(topic, payload)

    def _publish(self, topic: str, payload: str, retain: bool) -> None:
        self.on_the_wire.append((topic, payload.encode()))

    def _handle(self, event: Event) -> None:
        self.events.append(event)
        step = self.engine.handle(event)
        self._wake_s = step.wake_at / 1_000
        for command in step.commands:
            self.obey(command)

    def obey(self, command: Command) -> None:
        for message in self.router.commands("main", command):
            self.on_the_wire.append((message.topic, message.payload))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_morning_on_the_wire_brings_hot_water_before_the_tap_opens(layout: str) -> None:
    meeting = Meeting(layout)
    meeting.start()
    meeting.run(2.5 * 3_600)
    kinds = Counter(type(event) for event in meeting.events)
    assert kinds[Reading] > 500
    assert kinds[HotWaterRequest] == sum(one.result is None for one in meeting.log) > 3
    waits = [one.result.wait_s for one in meeting.log if one.result and one.result.draw.useful]
    quick = sum(wait is not None and wait <= 10.0 for wait in waits)
    assert quick / len(waits) > 0.6, "a controller that does nothing has about half of this"
    assert {event.on for event in meeting.events if isinstance(event, PumpReport)} == {True, False}
    assert all(rejects.total == 0 for rejects in meeting.router.rejects.values())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_that_the_house_says_is_refused_by_the_codecs_and_no_sensor_is_missed(layout: str) -> None:
    meeting = Meeting(layout)
    meeting.start()
    meeting.run(300.0)
    assert {event.sensor for event in meeting.events if isinstance(event, Reading)} == {
        spot.role for spot in meeting.house.layout.sensors
    }


def test_a_sensor_at_the_far_end_is_read_from_its_home_made_device() -> None:
    plan = load_layout("house")
    far_end = SensorSpot("far_end", plan.hot[-1].name, 0.5)
    meeting = Meeting(replace(plan, sensors=(*plan.sensors, far_end)))
    meeting.start()
    meeting.run(60.0)
    values_c = [one.value_c for one in meeting.events if isinstance(one, Reading) and one.sensor == "far_end"]
    assert values_c[-1] == plan.ambient_c


def test_the_pump_stops_by_itself_when_the_controller_falls_silent() -> None:
    meeting = Meeting()
    meeting.start()
    for message in meeting.router.commands("main", Command(0, run=True, lease_ms=120_000, reason=WHY)):
        meeting.house.deliver(message.topic, message.payload)
    assert meeting.house.house.pump_running
    meeting.house.advance(119.0)
    assert meeting.house.house.pump_running
    meeting.house.advance(121.0)
    assert not meeting.house.house.pump_running


def test_the_plug_stops_after_half_an_hour_even_if_nobody_ever_set_a_timer() -> None:
    meeting = Meeting()
    meeting.start()
    meeting.house.deliver("cmnd/tasmota_5C1A7E/POWER", "ON")
    meeting.house.advance(1_799.0)
    assert meeting.house.house.pump_running
    meeting.house.advance(1_801.0)
    assert not meeting.house.house.pump_running


def test_a_device_that_vanishes_leaves_a_will_that_the_controller_understands() -> None:
    meeting = Meeting()
    meeting.start()
    for device in meeting.house.devices():
        will = device.will()
        if will is not None:
            device.power_down()
            meeting.on_the_wire.append((will[0], will[1].encode()))
    meeting.pass_messages()
    lost = {event.device for event in meeting.events if isinstance(event, DeviceLost)}
    assert lost == {"pump", "supply sensor", "return sensor", "kitchen button", "basin button"}


def test_the_house_begins_on_a_monday_a_little_before_the_first_person_does_anything() -> None:
    for seed in range(10):
        meeting = Meeting(seed=seed)
        assert meeting.house.starts_at.weekday() == 0
        assert 4 <= meeting.house.starts_at.hour <= 10
        meeting.house.power_up()
        meeting.house.advance(BEFORE_FIRST_S - 1.0)
        assert meeting.log == []
        meeting.house.advance(BEFORE_FIRST_S + 70.0 + 600.0)
        assert meeting.log != []


@pytest.mark.slow
def test_the_same_seed_gives_the_same_log_and_life_goes_on_over_days() -> None:
    first, second = Meeting(seed=3), Meeting(seed=3)
    for meeting in (first, second):
        meeting.house.power_up()
        meeting.house.advance(2 * 86_400.0)
    assert [one.sentence() for one in first.log] == [one.sentence() for one in second.log]
    assert len({one.at.date() for one in first.log}) >= 2
    assert {one.fixture for one in first.log} == {"kitchen", "basin", "shower"}


def test_the_log_says_when_where_and_how_long_it_took() -> None:
    meeting = Meeting()
    meeting.start()
    meeting.run(2 * 3_600.0)
    sentences = [one.sentence() for one in meeting.log]
    assert any(sentence.endswith("button pressed") for sentence in sentences)
    assert any("shower opened: hot" in sentence for sentence in sentences)
    assert all(sentence[2] == ":" and sentence[5] == " " for sentence in sentences)


def test_a_driver_that_sleeps_until_the_next_event_never_runs_idle() -> None:
    house = Meeting().house
    house.power_up()
    steps, now_s = 0, 0.0
    while now_s < 1_800.0:
        next_s = house.next_event_s()
        assert next_s > now_s or steps == 0
        now_s = next_s
        house.advance(now_s)
        steps += 1
    assert steps < 1_800.0, "less than one wake-up a second"


def test_time_does_not_go_back_and_may_stand_still() -> None:
    house = Meeting().house
    house.power_up()
    house.advance(100.0)
    house.advance(100.0)
    house.advance(50.0)
    assert (house.now() - house.starts_at).total_seconds() == 100.0
    assert house.next_event_s() < inf


@pytest.mark.parametrize("payload", [b"", b"\xff\xfe", b"nonsense", b"{" * 10_000, "٤".encode()])
def test_garbage_from_the_wire_does_no_harm(payload: bytes) -> None:
    meeting = Meeting()
    meeting.start()
    for topic in (
        "cmnd/tasmota_5C1A7E/POWER",
        "cmnd/tasmota_5C1A7E/PulseTime",
        "zigbee2mqtt/basin button/set",
        "other",
    ):
        meeting.house.deliver(topic, payload)
    assert not meeting.house.house.pump_running


def test_every_device_is_a_fake_device() -> None:
    devices: tuple[FakeDevice, ...] = Meeting().house.devices()
    assert len(devices) == 7


class Wing:
    """One loop of a house with several, and what its router hears."""

    def __init__(self, loop, settings) -> None:
        self.router, problems = wire(settings.devices, [loop.binding], settings.families)
        assert problems == ()
        self.heard: set[str] = set()


def test_every_loop_of_a_house_has_devices_of_its_own_and_all_its_sensors_are_heard() -> None:
    said: list[tuple[str, bytes]] = []
    villa = load_layout("villa")
    house = WiredHouse(
        villa, seed=1, publish=lambda topic, payload, _retain: said.append((topic, payload.encode()))
    )
    settings = parse_settings(controller_config(villa, broker_host="127.0.0.1", broker_port=1883))
    assert [loop.name for loop in settings.loops] == ["west wing", "east wing"]
    wings = [Wing(loop, settings) for loop in settings.loops]
    house.power_up()
    house.house.switch_pump(True, "east wing")
    house.advance(900.0)
    for wing in wings:
        for topic, payload in said:
            wing.heard |= {
                event.sensor
                for _, event in wing.router.route(topic, payload, False, 900_000)
                if isinstance(event, Reading)
            }
    assert [wing.heard for wing in wings] == [{"supply", "return"}] * 2
    # Only the loop whose pump runs gets warm to its end.
    assert house._felt_c["east wing: return"] > house._felt_c["west wing: return"] + 10.0


def test_each_plug_switches_the_pump_of_its_loop() -> None:
    villa = load_layout("villa")
    house = WiredHouse(villa, seed=1, publish=lambda *_: None)
    house.power_up()
    house.deliver("cmnd/tasmota_5C1A7E_2/POWER", b"ON")
    assert {name: loop.running for name, loop in house.house.loops.items()} == {
        "west wing": False,
        "east wing": True,
    }
    house.deliver("cmnd/tasmota_5C1A7E/POWER", b"ON")
    house.deliver("cmnd/tasmota_5C1A7E_2/POWER", b"OFF")
    assert {name: loop.running for name, loop in house.house.loops.items()} == {
        "west wing": True,
        "east wing": False,
    }
