"""Faults that show only over a long time, or with many loops."""

import gc
import itertools
import os
import time
import tracemalloc

import pytest

from controller.core.events import CueKind, Event, PumpReport, Tick
from controller.core.triggers import CueTrigger
from controller.devices.bindings import CueBinding, DeviceDeclaration, LoopBinding, SensorBinding
from controller.devices.wiring import wire
from controller.engine import Engine
from controller.strategies.aquastat import Aquastat
from controller.strategies.on_demand import OnDemand
from tests.builders import engine, minutes, seconds
from tests.faults.rig import Rig
from tests.support.families import shipped_families

DAYS = float(os.environ.get("ZCW_SOAK_DAYS", "0.5"))
HOUR_S = 3_600.0


def test_motion_that_sticks_for_a_day_asks_once_and_keeps_within_the_days_share() -> None:
    """Told every minute that somebody is there: what lasts is one cue, and one cue is one wish."""
    router, problems = wire(
        [
            DeviceDeclaration("plug", "tasmota", {"topic": "plug"}),
            DeviceDeclaration("eye", "zigbee2mqtt", {"name": "eye"}),
        ],
        [LoopBinding("main", "plug", cues=(CueBinding(CueKind.MOTION, "eye", "shower", "occupancy"),))],
        shipped_families(),
    )
    assert problems == ()
    one = engine(OnDemand(triggers=(CueTrigger(CueKind.MOTION),)))
    one.handle(PumpReport(0, on=False))
    on_since, ran_ms, starts = None, 0, 0
    for minute in range(1, 24 * 60):
        at = minutes(minute)
        events: list[Event] = [
            event for _, event in router.route("zigbee2mqtt/eye", b'{"occupancy": true}', False, at)
        ]
        for event in [*events, *(Tick(at + seconds(part)) for part in range(1, 60, 10))]:
            for command in one.handle(event).commands:
                if command.run and on_since is None:
                    on_since, starts = command.at, starts + 1
                elif not command.run and on_since is not None:
                    ran_ms, on_since = ran_ms + command.at - on_since, None
                one.handle(PumpReport(command.at, on=command.run))
    assert starts <= 1
    assert ran_ms <= minutes(4 * 60)


def pass_hours(rig: Rig, hours: float) -> None:
    """Live on, with another fault each hour and a wish now and then; what the rig remembers is dropped."""
    faults = itertools.cycle(("sensor", "cut", "kill", "mute", "stop"))
    ends_s = rig.now_s + hours * HOUR_S
    while rig.now_s < ends_s:
        for fault in itertools.islice(faults, 1):
            rig.press()
            if fault == "sensor":
                rig.faults.sensor = "nan"
            elif fault == "cut":
                cut = rig.cut()
                rig.at(rig.now_s + 90.0, lambda cut=cut: rig.mend(cut))  # type: ignore[misc]
            elif fault == "kill":
                rig.kill()
                rig.at(rig.now_s + 5.0, rig.restart)
            elif fault == "mute":
                rig.faults.mute = True
            else:
                rig.at(rig.now_s + 30.0, rig.stop)
        rig.run(rig.now_s + 600.0)
        rig.faults.sensor, rig.faults.mute = "", False
        rig.press()
        rig.run(rig.now_s + HOUR_S - 600.0)
        rig.forget()


@pytest.mark.slow
def test_memory_of_the_controller_does_not_grow_over_days_with_a_fault_each_hour() -> None:
    rig = Rig(automatic=True)
    pass_hours(rig, 8.0)
    tracemalloc.start()
    pass_hours(rig, 1.0)
    gc.collect()
    ours = [tracemalloc.Filter(True, "*/controller/*")]
    before = tracemalloc.take_snapshot().filter_traces(ours)
    pass_hours(rig, 24.0 * DAYS)
    gc.collect()
    after = tracemalloc.take_snapshot().filter_traces(ours)
    tracemalloc.stop()
    grown = sum(one.size_diff for one in after.compare_to(before, "filename")) / 1e6 / DAYS
    print(f"\nmemory held by the controller grows by {grown:.3f} MB a day")
    assert grown <= 1.0


class Many:
    """Fifty loops with four sensors each behind one router."""

    def __init__(self) -> None:
        names = [f"loop{number}" for number in range(50)]
        roles = ("return", "supply", "far_end", "cold_line")
        devices = [DeviceDeclaration(f"{name}-plug", "tasmota", {"topic": f"{name}-plug"}) for name in names]
        devices += [
            DeviceDeclaration(f"{name}-{role}", "zigbee2mqtt", {"name": f"{name}-{role}"})
            for name in names
            for role in roles
        ]
        loops = [
            LoopBinding(name, f"{name}-plug", tuple(SensorBinding(role, f"{name}-{role}") for role in roles))
            for name in names
        ]
        self.router, problems = wire(devices, loops, shipped_families())
        assert problems == ()
        self.engines: dict[str, Engine] = {name: engine(OnDemand(), Aquastat()) for name in names}
        self.topics = [f"zigbee2mqtt/{name}-{role}" for name in names for role in roles]

    def tick_s(self, at: int, but: str = "") -> float:
        """Return the processor time that it takes until every loop has decided."""
        began = time.process_time()
        for name, one in self.engines.items():
            if name != but:
                one.handle(Tick(at))
        return time.process_time() - began

    def hear(self, topic: str, payload: bytes, at: int) -> None:
        for name, event in self.router.route(topic, payload, False, at):
            self.engines[name].handle(event)


def test_fifty_loops_with_two_hundred_sensors_decide_within_fifty_ms() -> None:
    house, took_s = Many(), []
    for second in range(1, 30):
        for number, topic in enumerate(house.topics):
            house.hear(topic, b'{"temperature": %d}' % (20 + (number + second) % 3), seconds(second))
        took_s.append(house.tick_s(seconds(second) + 500))
    assert sorted(took_s)[len(took_s) // 2] <= 0.050


@pytest.mark.parametrize(
    "payload", [b"[" * 5_000, b'{"temperature": ' + b"9" * 5_000 + b"}", b'{"temperature": 150}']
)
def test_a_loop_whose_sensor_talks_nonsense_does_not_delay_the_others(payload: bytes) -> None:
    """A hundred such messages, a second's worth of a mad device, and then the others decide."""
    house = Many()
    for number, topic in enumerate(house.topics):
        house.hear(topic, b'{"temperature": %d}' % (20 + number % 3), seconds(1))
    began = time.process_time()
    for number in range(100):
        house.hear("zigbee2mqtt/loop0-return", payload, seconds(2) + number)
    assert time.process_time() - began + house.tick_s(seconds(3), but="loop0") <= 0.100
    assert house.engines["loop0"].readings["return"].value_c < 30.0
    assert house.router.rejects["loop0-return"].total == 100
