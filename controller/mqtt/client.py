"""The MQTT client: a connection to the broker that comes back by itself.

Connections are made in a thread, so that name look-ups, TLS handshakes and a stuck network never stop the control loop.
Once made they live in the event loop itself.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Self

from controller.broker import BrokerSettings
from controller.devices.message import Message, Subscription
from controller.mqtt.backoff import Backoff
from controller.mqtt.boxes import Inbox, Outbox
from controller.mqtt.explain import explain_contest
from controller.mqtt.line import LEAVE_WITHIN_S, Line

SWITCH_S: Final = 0.0002
"""Longest wait of the event loop for the interpreter, when threads that write or compute have it. By default it is 5 ms."""
LOG_EVERY_S: Final = 30.0
"""A broker that stays away is worth one line in so many seconds."""

_log = logging.getLogger(__name__)


class MqttClient:
    """A connection to the broker that comes back by itself.

    All callbacks are called in the event loop's thread, in the order in which things happened.

    Args:
        settings: Which broker, and how.
        on_message: Called with topic, payload and whether the broker had kept the message (its age is unknown).
        on_connection: Called with True when connected, or False and why not; a lasting failure is told once.
        on_refused: Called with a topic that the broker does not let us listen to, and why.
    """

    def __init__(
        self,
        settings: BrokerSettings,
        on_message: Callable[[str, bytes, bool], None],
        on_connection: Callable[[bool, str], None],
        on_refused: Callable[[str, str], None] | None = None,
    ) -> None:
        self._settings = settings
        self._on_message = on_message
        self._on_connection = on_connection
        self._on_refused = on_refused
        self._subscriptions: tuple[Subscription, ...] = ()
        self._outbox = Outbox()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._line: Line | None = None
        self._inboxes: list[Inbox] = []
        self._dropped_in = 0
        self._refused: dict[str, str] = {}
        self._told = ""
        self._logged_down_at: float | None = None
        self._log_up = True

    @property
    def connected(self) -> bool:
        """Return whether the broker has taken us in."""
        line = self._line
        return line is not None and line.up

    @property
    def dropped_in(self) -> int:
        """Return how many received messages were dropped because the event loop could not keep up."""
        return self._dropped_in + sum(inbox.dropped for inbox in self._inboxes)

    @property
    def dropped_out(self) -> int:
        """Return how many messages were not sent: no connection, or too many waiting."""
        return self._outbox.dropped

    @property
    def refused(self) -> Mapping[str, str]:
        """Return the topics that the broker does not let us listen to, and why."""
        return dict(self._refused)

    def subscribe(self, subscriptions: Iterable[Subscription]) -> None:
        """Set what to listen to, in the next connection and every later one; call it before ``start``."""
        self._subscriptions = tuple(subscriptions)

    def publish(self, message: Message) -> None:
        """Send a message: now, in this turn, when nothing is before it. Never waits, never raises.

        Without a connection it is dropped and counted. Late is worse than lost here: whoever gave the order looks for
        its confirmation and repeats it.
        """
        line = self._line
        if line is None or not line.up:
            self._outbox.refuse()
            return
        self._outbox.put(message)
        line.flush()

    def start(self) -> None:
        """Begin to connect, and keep connected until stopped. Must be called in the event loop.

        Raises:
            RuntimeError: Started before (a bug of the caller).
        """
        if self._task is not None:
            raise RuntimeError("an MQTT client starts once")
        sys.setswitchinterval(SWITCH_S)
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Send what waits, say that we are offline, and leave; within a few seconds whatever happens."""
        task = self._task
        if task is None:
            return
        self._stopping = True
        if self.connected and self._line is not None:
            self._line.leave()
            await asyncio.wait({task}, timeout=LEAVE_WITHIN_S + 1.0)
        task.cancel()
        await asyncio.wait({task})

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _run(self) -> None:
        backoff = Backoff()
        while not self._stopping:
            self._line = line = self._new_line()
            try:
                why = await line.hold()
            finally:
                self._hang_up()
            wait_s = backoff.wait_s(lived_s=line.lived_s, taken_over=line.taken_over)
            if not self._stopping:
                self._hear(False, explain_contest(self._settings) if backoff.contested else why)
                await asyncio.sleep(wait_s)

    def _new_line(self) -> Line:
        inbox = Inbox(asyncio.get_running_loop(), self._on_message)
        self._inboxes.append(inbox)
        return Line(
            self._settings,
            self._subscriptions,
            inbox=inbox,
            outbox=self._outbox,
            tell_up=lambda: self._hear(True, "connected"),
            tell_refused=self._hear_refused,
        )

    def _hang_up(self) -> None:
        self._line = None
        inbox = self._inboxes.pop()
        inbox.close()
        self._dropped_in += inbox.dropped
        self._outbox.clear()

    def _hear(self, up: bool, why: str) -> None:
        self._log(up, why)
        if up:
            self._refused.clear()
        if why != self._told:
            self._told = why
            self._on_connection(up, why)

    def _log(self, up: bool, why: str) -> None:
        now = time.monotonic()
        if up and self._log_up:
            _log.info("connected to the MQTT broker at %s", self._settings.address)
            self._log_up = False
        elif not up and (self._logged_down_at is None or now - self._logged_down_at >= LOG_EVERY_S):
            _log.warning("no MQTT broker: %s; trying again", why)
            self._logged_down_at = now
            self._log_up = True

    def _hear_refused(self, topic: str, why: str) -> None:
        _log.warning("the MQTT broker does not let us listen to %s: %s", topic, why)
        self._refused[topic] = why
        if self._on_refused:
            self._on_refused(topic, why)
