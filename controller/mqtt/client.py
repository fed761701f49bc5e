"""The MQTT client: a connection to the broker that comes back by itself.

One thread owns the connection; the event loop hands messages over and gets messages handed over. So name
look-ups, TLS handshakes and a stuck network never stop the control loop.
"""

import asyncio
import contextlib
import logging
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Self

from controller.broker import BrokerSettings
from controller.devices.message import Message, Subscription
from controller.mqtt.backoff import Backoff
from controller.mqtt.boxes import Inbox, Outbox, call_in
from controller.mqtt.explain import explain_contest
from controller.mqtt.line import LEAVE_WITHIN_S, Line

SWITCH_S: Final = 0.0002
"""Longest wait of the network's thread for the interpreter. By default it is 5 ms, and so late an order could be."""
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
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
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
        """Send a message. Never waits, never raises; without a connection it is dropped and counted.

        Late is worse than lost here: whoever gave the order looks for its confirmation and repeats it.
        """
        if self.connected:
            self._outbox.put(message)
        else:
            self._outbox.refuse()

    def order(self, message: Message) -> None:
        """Send a message that somebody waits for: at once, in the caller's thread, when nothing is before it.

        Waits 2 ms at most, never raises; else like ``publish``.
        """
        line = self._line
        if line is None or not line.offer(message):
            self.publish(message)

    def start(self) -> None:
        """Begin to connect, and keep connected until stopped. Must be called in the event loop.

        Raises:
            RuntimeError: Started before (a bug of the caller).
        """
        if self._thread is not None:
            raise RuntimeError("an MQTT client starts once")
        sys.setswitchinterval(SWITCH_S)
        work = (asyncio.get_running_loop(), self._outbox.open())
        self._thread = threading.Thread(target=self._run, args=work, name="zcw-mqtt", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Send what waits, say that we are offline, and leave; within a few seconds whatever happens."""
        if self._thread is None:
            return
        self._stopping.set()
        self._outbox.ring()
        await asyncio.to_thread(self._thread.join, LEAVE_WITHIN_S + 1.0)

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _run(self, loop: asyncio.AbstractEventLoop, bell: socket.socket) -> None:
        backoff = Backoff()
        with contextlib.closing(self._outbox), contextlib.closing(bell):
            while not self._stopping.is_set():
                self._line = line = self._new_line(loop, bell)
                why = line.hold()
                self._hang_up()
                wait_s = backoff.wait_s(lived_s=line.lived_s, taken_over=line.taken_over)
                if not self._stopping.is_set():
                    why = explain_contest(self._settings) if backoff.contested else why
                    call_in(loop, self._hear, False, why)
                    self._stopping.wait(wait_s)

    def _new_line(self, loop: asyncio.AbstractEventLoop, bell: socket.socket) -> Line:
        inbox = Inbox(loop, self._on_message)
        self._inboxes.append(inbox)
        return Line(
            self._settings,
            self._subscriptions,
            inbox=inbox,
            outbox=self._outbox,
            bell=bell,
            stopping=self._stopping,
            tell_up=lambda: call_in(loop, self._hear, True, "connected"),
            tell_refused=lambda topic, why: call_in(loop, self._hear_refused, topic, why),
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
