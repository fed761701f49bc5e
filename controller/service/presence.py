"""The controller as its Home Assistant sees it: what the service knows goes out, orders come in."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import cycle, islice
from typing import Final, Protocol, TypeAlias

from controller.broker import BrokerSettings, HomeAssistantSettings
from controller.core.clock import Instant
from controller.core.errors import Unavailable
from controller.core.events import Mode
from controller.devices.message import Message, Subscription
from controller.devices.rejects import Rejects
from controller.engine import Engine
from controller.mqtt.discovery import Places
from controller.mqtt.entities import Entity, Features, entities
from controller.mqtt.home_assistant import HomeAssistant, Order, Wanted
from controller.mqtt.states import DayFigures, states
from controller.service.changes import Changes
from controller.service.day import day_figures
from controller.service.outlook import comfort_of, threshold_of, windows_of
from controller.service.tuning import SettingsKeeper, Tuning
from controller.storage import Storage
from controller.views import Answer, DayView, LoopView, ServiceView

WHO: Final = "Home Assistant"
IN_TURN: Final = 5
"""Loops looked at each time whether or not something happened: with a few hundred the control loop stays free."""

_Moment: TypeAlias = tuple[date | None, bool, int]
"""Day, whether a run goes on, and for how many minutes: the figures of a day change with these only."""

_log = logging.getLogger(__name__)


class Facade(Protocol):
    """What is needed of the service."""

    def view(self, loops: Iterable[str] | None = None) -> ServiceView:
        """Return the service at this moment, with these of its loops."""

    def preheat_loop(self, loop: str, *, fixture: str | None, who: str) -> Answer:
        """Pass on a wish for a loop.

        Raises:
            Unavailable: The pump cannot be reached now.
        """

    def stop(self, *, who: str, loop: str = "") -> tuple[Answer, ...]:
        """Stop every loop, or one."""

    def set_mode(self, mode: Mode, *, who: str) -> None:
        """Choose what the controller may do."""

    def today(self, loop: str) -> DayView | None:
        """Return what today brought on a loop so far; None while the clock is not set."""

    def failed(self, error: Exception) -> None:
        """Take note of a bug."""


class Presence:
    """Shows a service to Home Assistant. All in the event loop's thread.

    Args:
        facade: The service.
        broker: Which broker is used.
        settings: How to be seen.
        storage: Where the history is.
        publish: Sends a message; never waits, never raises.
    """

    def __init__(
        self,
        facade: Facade,
        broker: BrokerSettings,
        settings: HomeAssistantSettings,
        storage: Storage,
        publish: Callable[[Message], None],
    ) -> None:
        self._facade = facade
        self._settings = settings
        self._storage = storage
        self._publish = publish
        self._places = Places.of(broker, settings)
        self._entities: dict[str, list[Entity]] = {}
        self._views: dict[str, LoopView] = {}
        self._stirred: set[str] = set()
        self._turn: Iterator[str] = iter(())
        self._stirs = Changes(self._due)
        self._home: HomeAssistant | None = None
        self._figures: dict[str, DayFigures] = {}
        self._moments: dict[str, _Moment] = {}
        self._telling: asyncio.Task[None] | None = None
        self._tuning: Tuning | None = None

    def keep_settings(self, keeper: SettingsKeeper) -> None:
        """Offer what people may change while the controller runs, and have it written there; before ``start``."""
        self._tuning = Tuning(keeper, WHO)

    def start(self, version: str, engines: Sequence[Engine]) -> None:
        """Begin to tell. Must be called in the event loop, before ``subscriptions`` is asked.

        Args:
            version: Version of the product.
            engines: The engine of each loop.
        """
        if self._settings.enabled:
            plumbing = [one.plumbing for one in engines]
            features = {one.plumbing.name: self._features(one) for one in engines}
            every = entities(plumbing, features, self._settings.language)
            for entity in every:
                self._entities.setdefault(entity.target.loop, []).append(entity)
            self._stirred = {loop.name for loop in plumbing}
            self._turn = cycle(sorted(self._stirred))
            self._telling = asyncio.create_task(self._tell())
            self._telling.add_done_callback(self._told)
        self._home = HomeAssistant(
            tuple(entity for some in self._entities.values() for entity in some),
            self._places,
            self._settings,
            version,
            publish=self._publish,
            later=asyncio.get_running_loop().call_later,
            obey=self._obey,
        )

    def _features(self, engine: Engine) -> Features:
        tariff, strategies = self._settings.tariff, engine.strategies
        return Features(
            windows=bool(windows_of(strategies)),
            draws=engine.foresight is not None,
            comfort=self._tuning is not None and comfort_of(strategies) is not None,
            threshold=self._tuning is not None and threshold_of(strategies) is not None,
            currency="" if tariff is None else tariff.currency,
        )

    def close(self) -> None:
        """Tell no more, and forget what waits to be told."""
        if self._tuning is not None:
            self._tuning.close()
        if self._telling is not None:
            self._telling.cancel()
        if self._home is not None:
            self._home.leave()

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return what to listen to."""
        return () if self._home is None else self._home.subscriptions

    @property
    def rejects(self) -> Rejects:
        """Return the count of refused commands."""
        return Rejects() if self._home is None else self._home.rejects

    def on_connection(self, connected: bool) -> None:
        """Take note that the broker is there, or gone."""
        if self._home is not None:
            (self._home.connected if connected else self._home.disconnected)()

    def hear(self, topic: str, payload: bytes, retained: bool, at: Instant, utc_ms: int | None) -> bool:
        """Take a message; return whether it was for here. See ``HomeAssistant.hear``."""
        return self._home is not None and self._home.hear(topic, payload, retained, at, utc_ms)

    # -- telling --------------------------------------------------------------------------------------------

    def stir(self, loop: str) -> None:
        """Take note that something happened on a loop."""
        self._stirred.add(loop)
        self._stirs.tell()

    def _due(self) -> frozenset[str]:
        """Return the loops to look at: those where something happened, and a few in turn, for values grow old too."""
        due = self._stirred | set(islice(self._turn, IN_TURN))
        self._stirred = set()
        return frozenset(due)

    async def _tell(self) -> None:
        async for names in self._stirs.read():
            for name in names:
                await self._tell_of(name)
                # One loop at a time: a press that comes meanwhile is not to wait until all are told.
                await asyncio.sleep(0)
            view = self._facade.view(())
            self._show("", replace(view, loops=tuple(self._views.values())))

    async def _tell_of(self, name: str) -> None:
        view = self._facade.view((name,))
        for loop in view.loops:
            await self._look_up(loop, view)
            self._figures[name] = replace(self._figures[name], today=self._facade.today(name))
            self._views[name] = loop
        await asyncio.sleep(0)  # half of the work is done: a press goes first
        self._show(name, view)

    def _show(self, name: str, view: ServiceView) -> None:
        if self._home is not None:
            due = self._entities.get(name, ())
            self._home.show(states(due, self._places, view, self._figures, self._settings))

    async def _look_up(self, loop: LoopView, view: ServiceView) -> None:
        """Look up in the history what a loop has done today, when that may have changed."""
        at, run = view.at, loop.run
        moment = (at and at.date(), run is not None, 0 if run is None else int(run.elapsed_s // 60))
        if self._moments.get(loop.name) == moment:
            return
        if at is None:
            self._figures[loop.name] = DayFigures()
        else:
            self._figures[loop.name] = await day_figures(
                lambda limit, before_id: self._storage.runs(limit, before_id, loop.name),
                at,
                running=run is not None,
            )
        self._moments[loop.name] = moment

    def _told(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._facade.failed(error if isinstance(error, Exception) else RuntimeError(str(error)))

    # -- obeying --------------------------------------------------------------------------------------------

    def _obey(self, order: Order) -> None:
        match order.wanted:
            case Wanted.MODE if order.mode is not None:
                self._facade.set_mode(order.mode, who=WHO)
            case Wanted.SETTING if self._tuning is not None and order.setting is not None:
                self._tuning.wish(order.loop, order.setting)
            case Wanted.STOP:
                self._facade.stop(who=WHO, loop=order.loop)
            case Wanted.PREHEAT:
                try:
                    self._facade.preheat_loop(order.loop, fixture=order.fixture, who=WHO)
                except Unavailable as error:
                    _log.warning("Home Assistant asked for hot water in vain: %s", error)
