"""One tape through both drivers must give identical commands, to the millisecond."""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.core.civil import Window
from controller.core.clock import Instant
from controller.core.decision import Command
from controller.core.events import (
    PUMP,
    ClockSynced,
    DeviceFound,
    DeviceLost,
    Event,
    HotWaterRequest,
    Mode,
    ModeChanged,
    PumpReport,
    Reading,
    StopRequest,
    Tick,
)
from controller.core.reason import ReasonCode
from controller.engine import Engine
from controller.runtime import RealTimeDriver
from controller.strategies.aquastat import Aquastat
from controller.strategies.on_demand import OnDemand
from controller.strategies.timed import Timed
from simulator.runner import VirtualDriver
from tests.builders import COLD_LOOP, MONDAY, RETURN_LOOP, RecordingPlant, engine, minutes, seconds

Tape = list[Event]


@dataclass(order=True)
class Alarm:
    """A callback of the tabletop event loop; events (priority 0) go before timers (priority 1)."""

    at_s: float
    priority: int
    number: int
    callback: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.cancelled = True


class TabletopTime:
    """An event loop and a clock without a machine behind them, so that the real driver runs in no time."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._numbers = itertools.count()
        self._alarms: list[Alarm] = []

    def call_later(self, delay: float, callback: Callable[[], None], /) -> Alarm:
        return self.at(self.now_s + delay, callback, priority=1)

    def at(self, at_s: float, callback: Callable[[], None], priority: int = 0) -> Alarm:
        alarm = Alarm(at_s, priority, next(self._numbers), callback)
        heapq.heappush(self._alarms, alarm)
        return alarm

    def now(self) -> Instant:
        return round(self.now_s * 1000)

    def utc_ms(self) -> int:
        return self.now()

    def real_s(self, duration_ms: int, /) -> float:
        return max(0.0, duration_ms / 1000)

    def run_until(self, end_s: float) -> None:
        while self._alarms and self._alarms[0].at_s <= end_s:
            alarm = heapq.heappop(self._alarms)
            self.now_s = max(self.now_s, alarm.at_s)
            if not alarm.cancelled:
                alarm.callback()


def fail(error: Exception) -> None:
    raise error


def through_the_real_driver(one: Engine, tape: Tape, end_s: float) -> list[Command]:
    time, plant = TabletopTime(), RecordingPlant()
    driver = RealTimeDriver(one, plant, time, time, stepped=lambda *_: None, failed=fail)
    for event in tape:
        time.at(event.at / 1000, lambda event=event: driver.post(event))  # type: ignore[misc]  # binds the event
    time.run_until(end_s)
    return plant.commands


def through_the_simulated_driver(one: Engine, tape: Tape, end_s: float) -> list[Command]:
    env, plant = simpy.Environment(), RecordingPlant()
    driver = VirtualDriver(env, one, plant)
    for event in tape:
        env.timeout(event.at / 1000).callbacks.append(  # type: ignore[union-attr]  # a new timeout has a list
            lambda _, event=event: driver.post(event)
        )
    env.run(until=end_s)
    return plant.commands


def house(*, cold_return: bool) -> Engine:
    windows = (Window(5, 40),)
    strategies = (OnDemand(), Timed(windows, pause_ms=minutes(4)), Aquastat())
    return engine(*strategies, plumbing=COLD_LOOP if cold_return else RETURN_LOOP)


def both(tape: Tape, *, cold_return: bool = False, end_s: float = 3_600.5004) -> list[Command]:
    real = through_the_real_driver(house(cold_return=cold_return), tape, end_s)
    simulated = through_the_simulated_driver(house(cold_return=cold_return), tape, end_s)
    assert real == simulated
    return real


def test_a_morning_gives_the_same_commands_in_both_drivers() -> None:
    tape: Tape = [Tick(0), ClockSynced(0, round(MONDAY.timestamp() * 1000)), PumpReport(20, on=False)]
    tape += [Reading(seconds(at), "return", 20.0 + at % 170 / 6) for at in range(10, 3_600, 10)]
    tape += [HotWaterRequest(seconds(90), "a", "button"), StopRequest(seconds(1_000), "page")]
    tape += [DeviceLost(seconds(2_000), PUMP), DeviceFound(seconds(2_030), PUMP)]
    tape.sort(key=lambda event: event.at)
    commands = both(tape)
    assert sum(command.run for command in commands) > 5


instants = st.integers(0, 3_600).map(seconds) | st.integers(0, seconds(3_600))
events = st.one_of(
    st.builds(
        Reading,
        instants,
        st.sampled_from(["return", "cold_line", "supply"]),
        st.integers(-160, 1_760).map(lambda sixteenths: sixteenths / 16),
        st.booleans(),
    ),
    st.builds(PumpReport, instants, st.booleans(), st.booleans()),
    st.builds(
        HotWaterRequest,
        instants,
        st.sampled_from("abcdef"),
        st.just("button"),
        st.none(),
        st.none() | st.integers(1, 300).map(seconds),
    ),
    st.builds(StopRequest, instants, st.just("page")),
    st.builds(ModeChanged, instants, st.sampled_from(list(Mode)), st.just("page")),
    st.builds(ClockSynced, instants, st.integers(0, 2**41), st.booleans()),
    st.builds(DeviceLost, instants, st.just(PUMP)),
    st.builds(DeviceFound, instants, st.just(PUMP)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(events, max_size=40), st.booleans())
def test_any_tape_gives_the_same_commands_in_both_drivers(tape: Tape, cold_return: bool) -> None:
    both(sorted(tape, key=lambda event: event.at), cold_return=cold_return)


def test_a_request_at_the_very_instant_of_a_tick_is_handled_before_it() -> None:
    tape: Tape = [Tick(0), HotWaterRequest(seconds(60), "a", "button")]
    commands = both(tape)
    assert [command.at for command in commands if command.run][:1] == [seconds(60)]


def test_a_bug_in_the_loop_orders_the_pump_off_and_tells() -> None:
    class Broken:
        name = "broken"

        def decide(self, *_: object) -> object:
            raise ZeroDivisionError

    told: list[Exception] = []
    time, plant = TabletopTime(), RecordingPlant()
    one = engine(Broken())
    driver = RealTimeDriver(one, plant, time, time, stepped=lambda *_: None, failed=told.append)
    assert driver.post(Tick(0)) is None
    assert [command.run for command in plant.commands] == [False]
    assert isinstance(told[0], ZeroDivisionError)
    assert driver.post(Tick(1)) is None


class StubbornPlant:
    """A plant with a bug: it raises at every order."""

    def actuate(self, command: Command, /) -> None:
        raise OSError("the wire is cut")


def test_a_plant_that_raises_even_at_off_is_told_as_a_failure_and_the_engine_is_not_asked_again() -> None:
    told: list[Exception] = []
    time = TabletopTime()
    driver = RealTimeDriver(
        engine(), StubbornPlant(), time, time, stepped=lambda *_: None, failed=told.append
    )
    assert driver.post(Tick(0)) is None
    assert [str(error) for error in told] == ["the wire is cut"]
    assert driver.post(Tick(1)) is None and len(told) == 1
    driver.stop()


def test_a_journal_that_raises_means_pump_off_and_failure() -> None:
    def cannot_write(*_: object) -> None:
        raise OSError("no space")

    told: list[Exception] = []
    time, plant = TabletopTime(), RecordingPlant()
    driver = RealTimeDriver(engine(), plant, time, time, stepped=cannot_write, failed=told.append)
    assert driver.post(Tick(0)) is None
    assert [command.reason.code for command in plant.commands][-1] is ReasonCode.CONTROLLER_FAILED
    time.run_until(600)
    assert len(told) == 1 and not any(command.run for command in plant.commands)


def test_a_stopped_driver_says_why_it_stopped_and_wakes_no_more() -> None:
    time, plant = TabletopTime(), RecordingPlant()
    driver = RealTimeDriver(engine(), plant, time, time, stepped=lambda *_: None, failed=fail)
    driver.post(Tick(0))
    assert driver.stopped_by is None
    assert driver.stop().reason.code is ReasonCode.SHUTDOWN
    sent = len(plant.commands)
    time.run_until(600)
    assert driver.stopped_by is ReasonCode.SHUTDOWN and len(plant.commands) == sent
