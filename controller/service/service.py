"""The facade: everything that the API may ask of the controller, in one place."""

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime

from controller.broker import BrokerSettings, HomeAssistantSettings
from controller.core.civil import Window
from controller.core.contracts import Strategy
from controller.core.errors import Unavailable, UnknownFixture
from controller.core.events import Mode
from controller.devices.router import Router
from controller.runtime import Clock
from controller.service import health
from controller.service.changes import Changes
from controller.service.loop import LoopService
from controller.service.operation import Identity, Operation
from controller.service.presence import Presence
from controller.service.wall import WallClock
from controller.storage import Storage
from controller.storage.history import NoteRecord
from controller.storage.timeline import Timeline
from controller.views import Answer, DayView, HabitsView, HygieneView, RunRecord, ServiceView


class Service(Operation):
    """The controller at work. Every method is called in the event loop's thread.

    Args:
        identity: Who the service is.
        broker: Which broker to use.
        router: Knows which message is for which loop.
        storage: Journal, snapshots and history.
        clock: What time it is.
        wall: What date that is.
        home: How to be seen by Home Assistant.
    """

    def __init__(
        self,
        identity: Identity,
        broker: BrokerSettings,
        router: Router,
        storage: Storage,
        clock: Clock,
        wall: WallClock,
        home: HomeAssistantSettings,
    ) -> None:
        super().__init__(identity, broker, router, storage, clock, wall)
        self._changes = Changes(self.view)
        self._presence = Presence(self, broker, home, storage, self._client.publish)

    def view(self, loops: Iterable[str] | None = None) -> ServiceView:
        """Return the whole service at this moment, or with these of its loops only."""
        shown = self._loops.values() if loops is None else [self._loops[name] for name in loops]
        first = next(iter(self._loops.values()))
        return ServiceView(
            name=self._identity.house,
            version=self._identity.version,
            at=self._wall.at(self._clock.now()) if self._wall.trusted else None,
            speed=self._identity.speed,
            mode=first.engine.mode,
            broker_connected=self._client.connected,
            storage_ok=self._storage.ok,
            loops=tuple(loop.view(self._wall.at) for loop in shown),
            lag_s=self._lag.worst_s,
            energy=first.energy,
        )

    def preheat(
        self, *, fixture: str | None, duration_ms: int | None, who: str, request_id: str | None
    ) -> Answer:
        """Pass on a person's wish for hot water.

        Raises:
            UnknownFixture: No loop has that fixture.
            Unavailable: The broker or the pump's switch cannot be reached now.
        """
        return self._ask(
            self._loop_of(fixture), fixture=fixture, duration_ms=duration_ms, who=who, request_id=request_id
        )

    def preheat_loop(self, loop: str, *, fixture: str | None, who: str) -> Answer:
        """Pass on a wish for a loop by its name; see ``preheat``.

        Raises:
            KeyError: There is no such loop (a bug of the caller).
            Unavailable: The broker or the pump's switch cannot be reached now.
        """
        return self._ask(self._loops[loop], fixture=fixture, duration_ms=None, who=who, request_id=None)

    def _ask(
        self,
        loop: LoopService,
        *,
        fixture: str | None,
        duration_ms: int | None,
        who: str,
        request_id: str | None,
    ) -> Answer:
        known = loop.answer_to(request_id) if request_id else None
        if known is not None:
            return known
        if not self._client.connected:
            raise Unavailable(
                f"the MQTT broker cannot be reached ({self._broker}); try again when it is back"
            )
        if not loop.engine.pump.online:
            raise Unavailable("the pump's switch is offline; check its power and its network")
        return loop.preheat(fixture=fixture, duration_ms=duration_ms, who=who, request_id=request_id)

    def acknowledge(self, *, who: str) -> None:
        """Let go of every latch: somebody has looked and says that all is well."""
        for loop in self._loops.values():
            loop.acknowledge(who=who)
        self.changed()

    def _loop_of(self, fixture: str | None) -> LoopService:
        if fixture is None:
            return next(iter(self._loops.values()))
        for loop in self._loops.values():
            if fixture in loop.engine.plumbing.fixtures:
                return loop
        known = tuple(name for loop in self._loops.values() for name in loop.engine.plumbing.fixtures)
        raise UnknownFixture(fixture, known)

    def stop(self, *, who: str, loop: str = "") -> tuple[Answer, ...]:
        """Stop every loop, or one, at once; the lockout holds even while a pump cannot be reached."""
        loops = [self._loops[loop]] if loop else self._loops.values()
        return tuple(one.stop_pump(who=who) for one in loops)

    def set_mode(self, mode: Mode, *, who: str) -> None:
        """Choose what the controller may do, on every loop."""
        for loop in self._loops.values():
            loop.set_mode(mode, who=who)

    def adopt(
        self, settings: Mapping[str, tuple[tuple[Strategy, ...], tuple[Window, ...]]], *, who: str
    ) -> None:
        """Let every loop named decide by these strategies and quiet hours from now on."""
        for name, (strategies, quiet) in settings.items():
            self._loops[name].adopt(strategies, quiet, who=who)

    def pause_learning(self, loop: str, *, paused: bool, who: str) -> None:
        """Stop learning habits on a loop, or go on."""
        self._loops[loop].pause_learning(paused=paused, who=who)

    def forget(self, loop: str, *, who: str) -> None:
        """Forget the habits that a loop has learned."""
        self._loops[loop].forget(who=who)

    async def habits(self, loop: str) -> HabitsView | None:
        """Return what a loop has learned of its household; None where nothing is learned."""
        return await self._loops[loop].habits()

    def days(self, loop: str) -> tuple[DayView, ...]:
        """Return what each day brought on a loop, the oldest first."""
        return self._loops[loop].days()

    def hygiene(self, loop: str) -> HygieneView:
        """Return how long water has stood in a loop."""
        return self._loops[loop].hygiene(self._wall.at)

    def today(self, loop: str) -> DayView | None:
        """Return what today brought on a loop so far; None while the clock is not set."""
        return self._loops[loop].today()

    async def notes(self, *, limit: int, before_id: int | None, loop: str | None) -> list[NoteRecord]:
        """Return everything that was noted, newest first."""
        return await self._storage.notes(limit, before_id, loop)

    async def kept(self) -> bool:
        """Wait until what was said so far is on the disk; False when history is not being kept."""
        return self._storage.ok and await self._storage.flushed(1.0)

    async def runs(self, *, limit: int, before_id: int | None, loop: str | None) -> list[RunRecord]:
        """Return runs and refusals, newest first."""
        return await self._storage.runs(limit, before_id, loop, with_refusals=True)

    async def temperatures(
        self, *, loop: str, since: datetime, until: datetime, max_points: int
    ) -> list[tuple[datetime, str, float]]:
        """Return temperatures of a loop, oldest first."""
        records = await self._storage.readings(since, until, max_points, loop)
        return [(record.at, record.sensor, record.value_c) for record in records]

    async def timeline(self, *, loop: str, since: datetime, until: datetime, most: int) -> Timeline:
        """Return a loop's runs and draws over a span, oldest first."""
        return await self._storage.timeline(loop, since, until, most)

    def changes(self) -> AsyncIterator[ServiceView]:
        """Return the newest view now, after every change, and at least every few seconds."""
        return self._changes.read()

    def health(self) -> tuple[bool, dict[str, str]]:
        """Return whether all is well, and a sentence for each part."""
        parts = {"broker": "connected" if self._client.connected else self._broker}
        refusing = {f"device {name}": rejects for name, rejects in self._router.rejects.items()}
        refusing["energy"] = self._energy.rejects
        refusing["Home Assistant"] = self._presence.rejects
        troubles = {loop.name: loop.troubles for loop in self._loops.values()}
        parts |= health.of_the_control_loop(self._lag.worst_s)
        parts |= health.of_storage(self._storage.health)
        parts |= health.of_clock(trusted=self._wall.trusted)
        parts |= health.of_the_wire(self._client.refused, self._client.dropped_in, refusing)
        parts |= health.of_loops(troubles)
        well = self._client.connected and self._storage.ok and not self._client.refused
        return well and not any(troubles.values()), parts
