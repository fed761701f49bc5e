"""A small, faithful fake of the service's facade: it keeps its promises, but has no pump."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import count
from typing import Any

from controller.core.errors import StorageError, Unavailable, UnknownFixture
from controller.core.events import Mode
from controller.core.plumbing import Topology
from controller.core.reason import Reason, ReasonCode
from controller.storage.history import NoteRecord
from controller.storage.timeline import DrawsMark, RunsMark, Timeline
from controller.views import (
    Answer,
    DayView,
    EnergyView,
    FixtureView,
    HabitsView,
    HygieneView,
    LoopView,
    PumpState,
    RunRecord,
    RunView,
    ServiceView,
    TemperatureView,
)

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=timezone(timedelta(hours=1)))
NOTHING_ASKED = Reason.of(ReasonCode.NOTHING_ASKED)


def loop_view(**changes: Any) -> LoopView:
    """Return a resting loop with three fixtures and two sensors, changed as asked."""
    plain = LoopView(
        name="house",
        topology=Topology.DEDICATED_RETURN,
        fixtures=("kitchen", "basin", "shower"),
        pump=PumpState.OFF,
        commanded=False,
        pump_online=True,
        temperatures=(
            TemperatureView("supply", 54.5, 3.0, True),
            TemperatureView("return", 24.0, 3.0, True),
        ),
        run=None,
        reason=NOTHING_ASKED,
        by="on_demand",
        waiting=(),
        strategies=("on_demand", "aquastat"),
        faults=(),
        estimates=(
            FixtureView("kitchen", True, 0.97, 51.0, 3.0, 3.4, 2.9, 4.1),
            FixtureView("basin", None, 0.55, 41.5, 9.0, 12.0, 2.4, 26.0),
            FixtureView("shower", False, 0.04, 24.0, 5.0, 38.0, 33.0, 41.0),
        ),
    )
    return replace(plain, **changes)


def house_view(*loops: LoopView, **changes: Any) -> ServiceView:
    """Return a healthy house with these loops (by default one), changed as asked."""
    plain = ServiceView("Demo house", "0.1.0", NOON, 1.0, Mode.AUTO, True, True, loops or (loop_view(),))
    return replace(plain, **changes)


def record(number: int, **changes: Any) -> RunRecord:
    """Return a finished run of the history, changed as asked."""
    started_at = NOON - timedelta(hours=12) + timedelta(minutes=number)
    plain = RunRecord(
        id=number,
        loop="house",
        started_at=started_at,
        ended_at=started_at + timedelta(seconds=75),
        by="on_demand",
        who="kitchen button",
        fixture="kitchen",
        start_reason=Reason.of(ReasonCode.REQUESTED, who="kitchen button"),
        stop_reason=Reason.of(ReasonCode.HOT_ARRIVED, sensor="return", temperature_c=41.0),
        refused=False,
        start_c={"return": 24.0, "supply": 54.0},
        end_c={"return": 41.0, "supply": 55.0},
    )
    return replace(plain, **changes)


class FakeService:
    """The facade over a view that tests set as they like."""

    def __init__(self, view: ServiceView | None = None) -> None:
        self.now = view or house_view()
        self.history: list[RunRecord] = []
        self.readings: list[tuple[datetime, str, float]] = []
        self.parts = {"broker": "connected", "storage": "keeping history"}
        self.wishes: list[tuple[str | None, int | None, str]] = []
        self.stops: list[str] = []
        self.acknowledged: list[str] = []
        self.learned: HabitsView | None = None
        self.past_days: tuple[DayView, ...] = ()
        self.forgotten: list[str] = []
        self.noted: list[NoteRecord] = []
        self.drawn: list[DrawsMark] = []
        self.readers = 0
        self.storage_broken = False
        self.disk = asyncio.Event()
        self.disk.set()
        self._answers: dict[str, Answer] = {}
        self._numbers = count(1)
        self._change = asyncio.Event()

    def set(self, **changes: Any) -> None:
        """Change the service's view and tell every reader."""
        self.now = replace(self.now, **changes)
        self._change.set()
        self._change = asyncio.Event()

    def set_loop(self, **changes: Any) -> None:
        """Change the first loop's view and tell every reader."""
        self.set(loops=(replace(self.now.loops[0], **changes), *self.now.loops[1:]))

    def view(self) -> ServiceView:
        return self.now

    def preheat(
        self, *, fixture: str | None, duration_ms: int | None, who: str, request_id: str | None
    ) -> Answer:
        if fixture is not None:
            self._loop_of(fixture)
        if not self.now.broker_connected:
            raise Unavailable("the MQTT broker is down")
        name = request_id or f"wish-{next(self._numbers)}"
        if name not in self._answers:
            self.wishes.append((fixture, duration_ms, who))
            self._answers[name] = self._start(name, fixture, duration_ms, who)
        return self._answers[name]

    def stop(self, *, who: str) -> tuple[Answer, ...]:
        self.stops.append(who)
        reason = Reason.of(ReasonCode.STOPPED_BY_PERSON, who=who, left_s=600)
        self.set(loops=tuple(self._rest(loop, reason) for loop in self.now.loops))
        return tuple(Answer(True, loop.name, "stop", False, reason) for loop in self.now.loops)

    def set_mode(self, mode: Mode, *, who: str) -> None:
        self.set(mode=mode)

    def acknowledge(self, *, who: str) -> None:
        self.acknowledged.append(who)
        self.set(loops=tuple(replace(loop, faults=()) for loop in self.now.loops))

    def pause_learning(self, loop: str, *, paused: bool, who: str) -> None:
        if self.learned is not None:
            self.learned = replace(self.learned, paused=paused)

    def forget(self, loop: str, *, who: str) -> None:
        self.forgotten.append(who)

    async def habits(self, loop: str) -> HabitsView | None:
        return self.learned

    def hygiene(self, loop: str) -> HygieneView:
        return HygieneView(NOON - timedelta(hours=5), 18_000.0, 259_200.0, None, 22.5, None)

    def days(self, loop: str) -> tuple[DayView, ...]:
        return self.past_days

    async def notes(self, *, limit: int, before_id: int | None, loop: str | None) -> list[NoteRecord]:
        self._check_storage()
        return [each for each in self.noted if before_id is None or each.id < before_id][:limit]

    def tell_energy(self, *, price: float | None, surplus_w: float | None) -> None:
        self.set(energy=EnergyView(price, surplus_w, None))

    async def kept(self) -> bool:
        await self.disk.wait()
        return self.now.storage_ok

    async def runs(self, *, limit: int, before_id: int | None, loop: str | None) -> list[RunRecord]:
        self._check_storage()
        newest_first = sorted(self.history, key=lambda each: -each.id)
        wanted = [
            each
            for each in newest_first
            if (before_id is None or each.id < before_id) and loop in (None, each.loop)
        ]
        return wanted[:limit]

    async def temperatures(
        self, *, loop: str, since: datetime, until: datetime, max_points: int
    ) -> list[tuple[datetime, str, float]]:
        self._check_storage()
        within = [each for each in self.readings if since <= each[0] <= until]
        return within[:: max(1, -(-len(within) // max_points))]

    async def timeline(self, *, loop: str, since: datetime, until: datetime, most: int) -> Timeline:
        self._check_storage()
        within = [run for run in self.history if since <= run.started_at < until and run.loop == loop]
        runs = [
            RunsMark(_ms(run.started_at), None if run.ended_at is None else _ms(run.ended_at), 1, 75_000)
            for run in within
        ]
        return Timeline(tuple(runs[-most:]), tuple(self.drawn))

    async def changes(self) -> AsyncGenerator[ServiceView]:
        self.readers += 1
        try:
            while True:
                change = self._change
                yield self.now
                with suppress(TimeoutError):
                    await asyncio.wait_for(change.wait(), 5)
        finally:
            self.readers -= 1

    def health(self) -> tuple[bool, dict[str, str]]:
        return self.now.broker_connected and self.now.storage_ok, self.parts

    def _check_storage(self) -> None:
        if self.storage_broken:
            raise StorageError("the journal zcw.sqlite is damaged")

    def _loop_of(self, fixture: str) -> LoopView:
        known = tuple(name for loop in self.now.loops for name in loop.fixtures)
        if fixture not in known:
            raise UnknownFixture(fixture, known)
        return next(loop for loop in self.now.loops if fixture in loop.fixtures)

    def _start(self, name: str, fixture: str | None, duration_ms: int | None, who: str) -> Answer:
        loop = self.now.loops[0] if fixture is None else self._loop_of(fixture)
        if self.now.mode is Mode.OFF:
            return Answer(False, loop.name, name, False, Reason.of(ReasonCode.MODE_OFF))
        reason = Reason.of(ReasonCode.REQUESTED, who=who)
        if duration_ms is not None:
            reason = Reason.of(ReasonCode.REQUESTED_MINUTES, who=who, minutes=duration_ms / 60_000)
        run = RunView(self.now.at or NOON, 0.0, "on_demand", who, fixture, reason)
        running = replace(
            loop, pump=PumpState.ON, commanded=True, run=run, reason=reason, waiting=(who,), by="on_demand"
        )
        self.set(loops=tuple(running if each.name == loop.name else each for each in self.now.loops))
        return Answer(True, loop.name, name, True, reason)

    @staticmethod
    def _rest(loop: LoopView, reason: Reason) -> LoopView:
        pump = PumpState.UNKNOWN if loop.pump is PumpState.UNKNOWN else PumpState.OFF
        return replace(loop, pump=pump, commanded=False, run=None, reason=reason, waiting=(), by="")


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
