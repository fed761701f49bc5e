"""The loops at work: their life, what the broker says to them, and what time it is."""

import asyncio
import logging
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from controller.broker import BrokerSettings
from controller.core.events import PUMP, DeviceFound, DeviceLost, EnergyTold, Tick
from controller.core.reason import ReasonCode
from controller.devices.energy import EnergyFeed
from controller.devices.message import Message
from controller.devices.router import Router
from controller.engine import Engine
from controller.mqtt.client import MqttClient
from controller.mqtt.plant import MqttPlant
from controller.runtime import Clock
from controller.service.changes import ViewChanges
from controller.service.lag import LagWatch
from controller.service.loop import LoopService
from controller.service.presence import Presence
from controller.service.schedules import ScheduleKeeper
from controller.service.tuning import SettingsKeeper
from controller.service.wall import WallClock
from controller.storage import Storage

SYNC_EVERY_S: Final = 10.0
"""How often the wall clock is compared with the engines' idea of it."""
ASK_AFTER_MS: Final = 60_000
"""A switch that has said nothing for so long is asked: a broker whose queue was full may have dropped its word."""
DRIFT_MS: Final = 500
"""A wall clock that has moved by more against the monotonic one was set, and the engines are told."""
CONFIRM_OFF_S: Final = 2.0
"""So long the end of the service waits for the pumps' switches to confirm OFF."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the service is.

    Args:
        house: Name of the house.
        version: Version of the product.
        speed: How much faster than real time its clock runs.
    """

    house: str
    version: str
    speed: float = 1.0


class Operation:
    """What ``Service`` does by itself, asked by nobody. Every method is called in the event loop's thread.

    Args:
        identity: Who the service is.
        broker: Which broker to use.
        router: Knows which message is for which loop.
        storage: Journal, snapshots and history.
        clock: What time it is.
        wall: What date that is.
    """

    _changes: ViewChanges
    _presence: Presence

    def __init__(
        self,
        identity: Identity,
        broker: BrokerSettings,
        router: Router,
        storage: Storage,
        clock: Clock,
        wall: WallClock,
    ) -> None:
        self._identity = identity
        self._loops: dict[str, LoopService] = {}
        self._router = router
        self._client = MqttClient(broker, self.on_message, self.on_connection, lambda *_: self.changed())
        self._storage = storage
        self._clock = clock
        self._wall = wall
        self._keeper: ScheduleKeeper | None = None
        self._energy = EnergyFeed()
        self._broker = "not connected yet"
        self._closing = False
        self._lag = LagWatch(asyncio.get_running_loop())
        self._told_offset_ms: int | None = None
        self._told_trusted = False
        self._sync: asyncio.TimerHandle | None = None
        self.failure: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()

    def add(self, engine: Engine) -> None:
        """Take a loop into service; before ``start``."""
        name = engine.plumbing.name
        self._loops[name] = LoopService(
            engine,
            MqttPlant(name, self._router, self._send),
            self._clock,
            asyncio.get_running_loop(),
            journal=self._storage,
            snapshots=self._storage,
            changed=partial(self._stirred, name),
            failed=self.failed,
        )

    def keep_schedules(self, file: Path) -> None:
        """Keep in this file what boilers had in their schedules before us; before ``start``."""
        self._keeper = ScheduleKeeper(self._router.schedules, file, self._client.publish)

    def listen_for_energy(self, feed: EnergyFeed) -> None:
        """Take prices and surplus power from these topics; before ``start``."""
        self._energy = feed

    def keep_settings(self, keeper: SettingsKeeper) -> None:
        """Let Home Assistant change what people may change while the controller runs; before ``start``."""
        self._presence.keep_settings(keeper)

    def tell_energy(self, *, price: float | None, surplus_w: float | None) -> None:
        """Pass on what energy costs, or what the house would give away in W."""
        for loop in self._loops.values():
            loop.post(EnergyTold(self._clock.now(), price, surplus_w))
        self.changed()

    def _send(self, message: Message) -> None:
        if self._keeper is None:
            self._client.publish(message)
        else:
            self._keeper.send(message)

    def start(self) -> None:
        """Take over the state from before, order every pump off, and begin to listen and decide."""
        now = self._clock.now()
        for loop in self._loops.values():
            loop.restore(self._wall.utc_ms(now))
        self._sync_clock()
        for loop in self._loops.values():
            loop.post(DeviceLost(now, PUMP))
            loop.start()
        self._presence.start(self._identity.version, [loop.engine for loop in self._loops.values()])
        energy = self._energy.subscriptions
        self._client.subscribe((*self._router.subscriptions, *self._presence.subscriptions, *energy))
        self._client.start()
        self._lag.start()

    async def close(self) -> None:
        """Order every pump off, wait a moment for the switches to confirm, keep the state, and leave.

        Safe after a start that failed half-way, without a broker, and when called again.
        """
        if self._closing:
            return
        self._closing = True
        if self._sync is not None:
            self._sync.cancel()
        self._lag.stop()
        self._presence.close()
        for loop in self._loops.values():
            loop.stop()
        try:
            for loop in self._loops.values():
                loop.close_books()
            await self._until_off()
            if self._keeper is not None:
                self._keeper.give_back()
        finally:
            await self._client.stop()
            await asyncio.to_thread(self._storage.close)

    async def _until_off(self) -> None:
        asyncio_loop = asyncio.get_running_loop()
        ends_at = asyncio_loop.time() + CONFIRM_OFF_S
        while asyncio_loop.time() < ends_at and not all(loop.seen_off for loop in self._loops.values()):
            if not self._client.connected:
                return
            await asyncio.sleep(0.02)

    def beat(self) -> bool:
        """Make every loop decide now; False when one of them does not decide any more."""
        return all(loop.post(Tick(self._clock.now())) is not None for loop in self._loops.values())

    def changed(self) -> None:
        """Tell every reader that something changed."""
        self._changes.tell()

    def _stirred(self, loop: str) -> None:
        self._presence.stir(loop)
        self.changed()

    def failed(self, error: Exception) -> None:
        """Take note of a bug: every pump is ordered off, and whoever waits for ``failure`` ends the process."""
        _log.critical("the controller failed; every pump is ordered off", exc_info=error)
        for loop in self._loops.values():
            loop.stop(ReasonCode.CONTROLLER_FAILED)
        if not self.failure.done():
            self.failure.set_result(error)

    # -- from the broker ------------------------------------------------------------------------------------

    def on_message(self, topic: str, payload: bytes, retained: bool) -> None:
        """Hand a message to the loops that it concerns; a bug on the way ends in every pump off."""
        try:
            now = self._clock.now()
            if self._keeper is not None:
                self._keeper.hear(topic, payload, retained)
            utc_ms = self._wall.utc_ms(now)
            if self._presence.hear(topic, payload, retained, now, utc_ms):
                return
            for told in self._energy.hear(topic, payload, retained, now):
                self.tell_energy(price=told.price, surplus_w=told.surplus_w)
            routed = self._router.route(topic, payload, retained, now, utc_ms)
        except Exception as error:  # noqa: BLE001 - a bug in a codec is a bug in the loop: off, then fall over
            self.failed(error)
            return
        for name, event in routed:
            self._loops[name].post(event)

    def on_connection(self, connected: bool, reason: str) -> None:
        """Tell the loops that their pumps are within or out of reach."""
        self._broker = "" if connected else reason
        now = self._clock.now()
        if not connected:
            self._router.forget_reach()
        for loop in self._loops.values():
            loop.post(DeviceFound(now, PUMP) if connected else DeviceLost(now, PUMP))
        self._presence.on_connection(connected)
        self.changed()

    # -- the clock ------------------------------------------------------------------------------------------

    def _sync_clock(self) -> None:
        trusted = self._wall.trusted
        offset_ms = self._clock.utc_ms() - self._clock.now()
        told = self._told_offset_ms
        if told is None or trusted is not self._told_trusted or abs(offset_ms - told) > DRIFT_MS:
            self._told_offset_ms, self._told_trusted = offset_ms, trusted
            for loop in self._loops.values():
                loop.sync_clock(self._clock.utc_ms(), trusted=trusted)
        for loop in self._loops.values():
            loop.ask_after(ASK_AFTER_MS)
        self._sync = asyncio.get_running_loop().call_later(SYNC_EVERY_S, self._sync_clock)
