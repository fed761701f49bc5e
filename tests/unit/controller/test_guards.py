"""Sensors that lie and pumps that pump nothing, in the engine as its surroundings see it."""

from collections.abc import Callable

import pytest

from controller.core.events import Acknowledged, FlowRead, PumpReport, Reading, Tick
from controller.core.plumbing import COLD_LINE, DRAW_FLOW, LOOP_FLOW, SUPPLY
from controller.core.reason import ReasonCode
from controller.core.triggers import FlickTrigger
from controller.devices.bindings import DeviceDeclaration, LoopBinding, SensorBinding
from controller.devices.wiring import wire
from controller.engine import Engine, Step
from controller.ports import NoteKind
from controller.strategies.aquastat import Aquastat
from controller.strategies.on_demand import OnDemand
from controller.strategies.predictive import Predictive
from tests.builders import COLD_LOOP, engine, minutes, request, seconds
from tests.support.families import shipped_families

READY = minutes(2)
Course = Callable[[float], dict[str, float]]
"""What the sensors say, so many seconds after READY."""


class House:
    """An engine with a switch that obeys and sensors that say what the test says."""

    def __init__(self, *strategies: object, course: Course, flow_lpm: float | None = None) -> None:
        self.engine = engine(*(strategies or (OnDemand(), Aquastat())))
        self.course = course
        self.flow_lpm = flow_lpm
        self.on = False
        self.runs: list[tuple[int, int, ReasonCode]] = []
        self.edges = 0
        self._since = 0
        self._take(self.engine.handle(Tick(0)))
        self._take(self.engine.handle(PumpReport(1, on=False)))

    def live(self, until_s: int, step_s: float = 1.0) -> None:
        """Let time pass until so many seconds after READY; every second each sensor speaks."""
        at = self.engine.now
        while at < READY + seconds(until_s):
            at += round(1_000 * step_s)
            for role, value_c in self.course((at - READY) / 1_000).items():
                self._take(self.engine.handle(Reading(at, role, value_c)))
            if self.flow_lpm is not None:
                self._take(self.engine.handle(FlowRead(at, LOOP_FLOW, self.flow_lpm)))
            self._take(self.engine.handle(Tick(at)))

    def ask(self, name: str = "") -> Step:
        return self._take(
            self.engine.handle(request(self.engine.now + 1, request_id=f"{name}{self.engine.now}"))
        )

    def _take(self, step: Step) -> Step:
        for command in step.commands:
            if command.run is self.on:
                continue
            self.on, self.edges = command.run, self.edges + 1
            if command.run:
                self._since = command.at
            else:
                self.runs.append((command.at - self._since, command.at - READY, command.reason.code))
            self.engine.handle(PumpReport(command.at, on=command.run))
        return step

    @property
    def faults(self) -> set[ReasonCode]:
        return set(self.engine.faults)


def steady(value_c: float) -> Course:
    return lambda _: {"return": value_c, "supply": 55.0}


def test_a_sensor_never_heard_is_told_after_a_minute_and_a_wish_runs_for_two_minutes_at_most() -> None:
    house = House(course=lambda _: {})
    house.live(-61)
    assert house.faults == set()
    house.live(-60)
    assert house.faults == {ReasonCode.SENSOR_NEVER_HEARD}
    house.live(0)
    house.ask()
    house.live(500)
    assert [ran_ms for ran_ms, _, _ in house.runs] == [seconds(120)]


def test_a_wire_that_comes_off_starts_nothing_and_is_told_within_a_minute() -> None:
    """The open circuit reads far too cold, just within the range that could be."""
    house = House(course=lambda s: {"return": 45.0 if s < 0 else -9.5, "supply": 55.0})
    house.live(55)
    assert ReasonCode.SENSOR_JUMPS in house.faults
    assert house.edges == 0


def test_a_flickering_sensor_is_told_within_ten_seconds_and_does_not_make_the_relay_chatter() -> None:
    house = House(course=lambda s: {"return": 20.0 if round(s) % 2 else 60.0, "supply": 55.0})
    house.live(-109)
    assert ReasonCode.SENSOR_JUMPS in house.faults
    house.live(60)
    assert house.edges <= 1


def test_one_jump_of_the_sensor_that_guards_a_cold_pipe_ends_the_run_until_it_has_been_steady() -> None:
    one = engine(OnDemand(), plumbing=COLD_LOOP)
    one.handle(Tick(0))
    one.handle(PumpReport(1, on=False))

    def hear(at_s: int, value_c: float) -> bool:
        one.handle(Reading(READY + seconds(at_s), SUPPLY, 55.0))
        step = one.handle(Reading(READY + seconds(at_s), COLD_LINE, value_c))
        return step.verdict.run

    for at_s in (-20, -10, 0):
        hear(at_s, 15.0)
    one.handle(request(READY + 1))
    assert hear(5, 15.0)
    assert not hear(10, 60.0), "a jump that cannot be"
    assert ReasonCode.SENSOR_JUMPS in one.faults
    one.handle(request(READY + seconds(75), request_id="again"))
    assert [hear(80 + 5 * number, 15.0) for number in range(7)] == [False] * 7
    assert hear(115, 15.0), "eight believable ones"


def test_a_genuine_rise_to_85_is_believed_and_scalding_water_is_told() -> None:
    house = House(course=lambda s: {"return": 45.0, "supply": 60.0 + 25.0 * min(1.0, max(0.0, s / 30))})
    house.live(5)
    assert house.faults == set()
    house.live(40)
    assert house.faults == {ReasonCode.SUPPLY_TOO_HOT}


def test_a_frozen_sensor_ends_a_run_after_300_s_and_the_next_automatic_one_waits_half_an_hour() -> None:
    house = House(Aquastat(), course=steady(25.0))
    house.live(minutes(28) // 1_000, step_s=5)
    assert [(ran_ms, code) for ran_ms, _, code in house.runs] == [(seconds(300), ReasonCode.NO_RESPONSE)]
    assert house.faults == {ReasonCode.NO_RESPONSE}


def test_a_sensor_off_the_pipe_makes_automatic_runs_rarer_and_wishes_short() -> None:
    house = House(course=steady(21.0))
    house.live(8 * 3_600, step_s=10)
    pauses_min = [
        round((end - ran - before) / 60_000)
        for (_, before, _), (ran, end, _) in zip(house.runs, house.runs[1:], strict=False)
    ]
    assert pauses_min == [30, 60, 120, 240][: len(pauses_min)] and len(pauses_min) >= 3
    house.ask("wish")
    house.live((8 * 3_600) + 400)
    ran_ms, _, code = house.runs[-1]
    assert (ran_ms, code) == (seconds(120), ReasonCode.NO_RESPONSE_CAP)


def test_a_run_that_is_felt_clears_the_fault() -> None:
    warm = {"c": 25.0}
    house = House(Aquastat(), course=lambda _: {"return": warm["c"], "supply": 55.0})
    house.live(400)
    assert house.faults == {ReasonCode.NO_RESPONSE}
    house.live(300 + 1_800 + 60, step_s=5)
    assert house.on
    for _ in range(20):
        warm["c"] += 1.0
        house.live((house.engine.now - READY) // 1_000 + 2)
    assert house.faults == set()


def test_swapped_sensors_are_told_a_minute_into_a_run_and_stop_nothing() -> None:
    house = House(course=steady(25.0))
    house.course = lambda s: {"return": min(54.0, 25.0 + max(0.0, s) / 2), "supply": 30.0}
    house.live(60)
    assert ReasonCode.SENSORS_SWAPPED not in house.faults
    swapped = House(OnDemand(), course=lambda _: {"return": 36.0, "supply": 30.0})
    swapped.live(0)
    swapped.engine.handle(request(swapped.engine.now, duration_ms=minutes(4)))
    swapped.on = True
    swapped.engine.handle(PumpReport(swapped.engine.now, on=True))
    swapped.live(59)
    assert ReasonCode.SENSORS_SWAPPED not in swapped.faults
    swapped.live(63)
    assert ReasonCode.SENSORS_SWAPPED in swapped.faults
    assert swapped.engine.pump.run is not None


def test_a_dry_pump_is_ended_after_thirty_seconds_tried_again_and_latched_until_somebody_has_looked() -> None:
    house = House(Aquastat(), course=steady(30.0), flow_lpm=0.0)
    house.live(3_600)
    assert {code for _, _, code in house.runs} == {ReasonCode.DRY_RUN}
    assert {round(ran_ms / 1_000) for ran_ms, _, _ in house.runs} == {30}
    assert len(house.runs) == 9
    assert house.faults == {ReasonCode.DRY_LATCHED}
    refused = house.ask()
    assert refused.verdict.reason.code is ReasonCode.DRY_LATCHED and not house.on
    house.flow_lpm = 6.0
    told = house.engine.handle(Acknowledged(house.engine.now + 1, "Anna"))
    assert [note.kind for note in told.notes if note.kind is NoteKind.ACKNOWLEDGED]
    house.live(3_700)
    assert house.on and house.faults == set()


@pytest.mark.parametrize("flow_lpm", [0.3, 6.0])
def test_a_pump_that_moves_water_is_left_alone(flow_lpm: float) -> None:
    house = House(Aquastat(), course=steady(36.0), flow_lpm=flow_lpm)
    house.live(900)
    assert house.on and house.faults == set()


@pytest.mark.parametrize("sensor", [LOOP_FLOW, DRAW_FLOW])
def test_a_flow_sensor_that_sticks_is_told_within_fifteen_minutes_and_starts_the_pump_once_at_most(
    sensor: str,
) -> None:
    rule = OnDemand(triggers=(FlickTrigger(),))
    one = engine(rule, Predictive())
    one.handle(PumpReport(0, on=False))
    starts, told_s = 0, None
    for second in range(1, 16 * 60):
        for event in (FlowRead(seconds(second), sensor, 5.0), Reading(seconds(second), "return", 25.0)):
            step = one.handle(event)
            starts += sum(command.run for command in step.commands)
        if told_s is None and ReasonCode.FLOWS_ON in one.faults:
            told_s = second
    assert told_s is not None and told_s <= 15 * 60 + 1
    assert starts <= 1
    one.handle(FlowRead(seconds(1_000), sensor, 0.0))
    assert ReasonCode.FLOWS_ON not in one.faults


def test_a_value_out_of_a_bridges_memory_changes_nothing_that_a_run_hangs_on() -> None:
    """The bridge repeats what it measured two minutes ago, and says so; the sensor itself spoke just now."""
    router, _ = wire(
        [
            DeviceDeclaration("pump", "tasmota", {"topic": "plug"}),
            DeviceDeclaration("pipe", "zigbee2mqtt", {"name": "pipe"}),
        ],
        [LoopBinding("main", "pump", (SensorBinding("return", "pipe"),))],
        shipped_families(),
    )
    one = engine(OnDemand())
    utc_ms = 1_764_255_600_000
    for at, value_c, seen_ms in [(READY, 24.0, utc_ms), (READY + 1_000, 30.0, utc_ms - seconds(120))]:
        payload = f'{{"temperature": {value_c}, "last_seen": {seen_ms}}}'.encode()
        for _, event in router.route("zigbee2mqtt/pipe", payload, False, at, utc_ms + at - READY):
            one.handle(event)
    assert one.observe().value("return") == 24.0
    assert one.handle(request(READY + 2_000)).verdict.run


def test_latches_and_pauses_survive_a_restart() -> None:
    house = House(Aquastat(), course=steady(30.0), flow_lpm=0.0)
    house.live(3_600)
    kept = house.engine.snapshot()
    later: Engine = engine(Aquastat())
    later.restore(kept, elapsed_ms=minutes(600))
    later.handle(Tick(0))
    later.handle(Reading(minutes(5), "return", 20.0))
    step = later.handle(request(minutes(5)))
    assert step.verdict.reason.code is ReasonCode.DRY_LATCHED
