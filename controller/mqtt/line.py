"""One connection to the broker, from its first packet to its last.

It is made in a thread (``dial``) and lives in the event loop: what the broker sends is read, decided on and answered in
one turn, and nothing is handed from thread to thread on the way. Each connection starts from nothing, on the broker's
side (clean start) and on ours: no order of an old connection can act in a new one.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Final

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from controller.broker import BrokerSettings
from controller.devices.message import Message, Subscription
from controller.mqtt.boxes import Inbox, Outbox
from controller.mqtt.dial import ANSWER_WITHIN_S, OFFLINE, dial, made_client
from controller.mqtt.explain import Refusal, explain, explain_hangup, explain_refusal, explain_silence
from controller.mqtt.standstill import Standstill
from controller.mqtt.subscribing import Subscribing
from controller.mqtt.watch import Watch
from controller.mqtt.wire import Wire

LEAVE_WITHIN_S: Final = 2.0
"""Longest wait for the broker to confirm our last messages when leaving."""
MOST_UNCONFIRMED: Final = 20
"""Messages on their way at once; the rest waits in the outbox, where the oldest can be dropped."""
ONLINE: Final = b"online"
PACKETS_PER_TURN: Final = 32
"""Packets read before anything else has its turn: some milliseconds."""

_log = logging.getLogger(__name__)


class Line:
    """One connection. All in the event loop's thread.

    Args:
        settings: Which broker, and how.
        subscriptions: What to listen to.
        inbox: Where received messages go.
        outbox: Where messages wait that cannot be sent yet.
        tell_up: Called once the broker has taken us in.
        tell_refused: Called with a topic that the broker does not let us listen to, and why.

    Attributes:
        up: The broker has taken us in.
        lived_s: Once it is over: for how many seconds it was up.
        taken_over: Once it is over: the broker said that another client took our id.
        still: Measures the time between its turns.
    """

    def __init__(
        self,
        settings: BrokerSettings,
        subscriptions: tuple[Subscription, ...],
        *,
        inbox: Inbox,
        outbox: Outbox,
        tell_up: Callable[[], None],
        tell_refused: Callable[[str, str], None],
    ) -> None:
        self._settings = settings
        self._inbox = inbox
        self._outbox = outbox
        self._tell_up = tell_up
        self._subscribing = Subscribing(settings, subscriptions, tell_refused)
        self._client = client = made_client(settings, {one.topic.encode() for one in subscriptions})
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_subscribe = self._subscribing.answered
        client.on_publish = self._on_publish
        self._watch: Watch | None = None
        self._unconfirmed: set[int] = set()
        self._why = ""
        self._answer_by = 0.0
        self._up_at: float | None = None
        self._leave_by: float | None = None
        self.up = False
        self.taken_over = False
        self.lived_s = 0.0
        self.still = Standstill()

    async def hold(self) -> str:
        """Connect and serve the connection until it ends; return why it ended."""
        try:
            await self._serve(await dial(self._client, self._settings))
        except Exception as error:  # noqa: BLE001 - whatever goes wrong on the wire, the answer is to try again
            return explain(error, self._settings)
        finally:
            self.up = False
            if self._up_at is not None:
                self.lived_s = time.monotonic() - self._up_at
        return self._why or explain_hangup(self._settings)

    async def _serve(self, wire: Wire) -> None:
        self._answer_by = time.monotonic() + ANSWER_WITHIN_S
        self.still.turn()
        self._watch = watch = Watch(wire, read=self._readable, write=self._writable, turn=self._misc)
        with contextlib.closing(wire), contextlib.closing(watch):
            watch.look(writes=self._client.want_write())
            await watch.over

    # -- turns ----------------------------------------------------------------------------------------------

    def _readable(self) -> None:
        if self._turn(self._read):
            self._inbox.drain()

    def _writable(self) -> None:
        self._turn(self._client.loop_write)

    def _misc(self) -> None:
        self._turn(self._client.loop_misc)

    def _turn(self, work: Callable[[], object]) -> bool:
        """Do some work on the wire, and what follows; return whether the connection goes on."""
        watch = self._watch
        if watch is None or watch.over.done():
            return False
        try:
            self._refuse_old()
            work()
            self._follow_up()
        except Exception as error:  # noqa: BLE001 - told by ``hold``, which ends the connection
            self.up = False
            watch.end(error)
            return False
        if self._client.socket() is None:
            self.up = False
            watch.end(None)
            return False
        watch.look(writes=self._client.want_write())
        return True

    def _refuse_old(self) -> None:
        """Go no further after a standstill.

        Raises:
            Refusal: There was one.
        """
        if (still_s := self.still.found_s) is not None:
            raise Refusal(
                f"nothing went on here for {still_s:.0f} s, so what waits at the door is of no known age"
            )
        self.still.turn()
        if self._up_at is None and time.monotonic() >= self._answer_by:
            raise Refusal(explain_silence(self._settings))

    def _read(self) -> None:
        wire = self._client.socket()
        assert isinstance(wire, Wire), "there is something to read"
        for _ in range(PACKETS_PER_TURN):
            self._client.loop_read()
            if self._client.socket() is None or not wire.left:
                break
        if lost := wire.sieve.dropped():
            self._inbox.lose(lost)

    def _follow_up(self) -> None:
        if self.up:
            self._forward()
        if self._leave_by is not None:
            self._go()
        if self._client.want_write():
            self._client.loop_write()  # what the library was told to send while it handed us something

    # -- sending --------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Send what waits in the outbox, as far as it can be sent now.

        After a standstill nothing is sent: what the devices said meanwhile has to be read before.
        """
        if self.up and self.still.found_s is None:
            self._turn(lambda: None)

    def _may_send(self) -> bool:
        return len(self._unconfirmed) < MOST_UNCONFIRMED and not self._client.want_write()

    def _forward(self) -> None:
        while self._may_send():
            message = self._outbox.take()
            if message is None:
                return
            self._send(message)

    def _send(self, message: Message) -> None:
        try:
            info = self._client.publish(message.topic, message.payload, message.qos, message.retain)
        except ValueError as error:
            _log.error("cannot publish to %r: %s", message.topic, error)
            return
        if message.qos:
            self._unconfirmed.add(info.mid)

    def leave(self) -> None:
        """Send what waits, say that we are offline, and end the connection; within two seconds whatever happens."""
        if not self.up or self._watch is None:
            return
        self.flush()
        self._leave_by = time.monotonic() + LEAVE_WITHIN_S
        self._watch.turn_after(LEAVE_WITHIN_S)
        self._turn(lambda: self._send(Message(self._settings.status_topic, OFFLINE, qos=1, retain=True)))

    def _go(self) -> None:
        if self._leave_by is not None and time.monotonic() >= self._leave_by:
            raise Refusal("left without the broker's confirmation")
        if not self._unconfirmed and not self._client.want_write():
            self._client.disconnect()

    # -- what the library tells -----------------------------------------------------------------------------

    def _on_connect(
        self,
        client: Client,
        _data: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _more: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._why = explain_refusal(str(reason), self._settings)
            return
        self.up = True
        self._up_at = time.monotonic()
        self._send(Message(self._settings.status_topic, ONLINE, qos=1, retain=True))
        self._subscribing.ask(client)
        # Not from in here: the library has its locks while it tells us.
        asyncio.get_running_loop().call_soon(self._tell_up)

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        with contextlib.suppress(UnicodeDecodeError):  # a topic that is not UTF-8 is none of ours
            if message.topic == self._settings.status_topic:
                self._hear_of_ourselves(message)
                if not self._subscribing.shares_status:
                    return
            self._inbox.put((message.topic, bytes(message.payload), message.retain))

    def _hear_of_ourselves(self, message: MQTTMessage) -> None:
        """Say that we are there when the last will of an old connection came after it was said."""
        if message.payload == OFFLINE and self._leave_by is None:
            self._send(Message(self._settings.status_topic, ONLINE, qos=1, retain=True))

    def _on_publish(
        self, _client: Client, _data: object, mid: int, _reason: ReasonCode, _more: Properties
    ) -> None:
        self._unconfirmed.discard(mid)

    def _on_disconnect(
        self,
        _client: Client,
        _data: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _more: Properties | None,
    ) -> None:
        name = str(reason)
        self.taken_over = name == "Session taken over"
        if not self._why and (self.up or name != "Unspecified error"):
            self._why = explain_refusal(name, self._settings)
