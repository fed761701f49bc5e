"""One connection to the broker, from its first packet to its last; the only module that knows the MQTT library.

It lives in the network's thread. Whoever touches the library or the socket holds its lock: that thread in its turns,
and the event loop when it sends an order itself (``offer``), for handing it over costs more than sending it. Each
connection starts from nothing, on the broker's side (clean start) and on ours: no order of an old connection can
act in a new one.
"""

import contextlib
import logging
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Final

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from controller.broker import BrokerSettings
from controller.devices.message import Message, Subscription
from controller.mqtt.boxes import Inbox, Outbox, silence
from controller.mqtt.explain import Refusal, explain, explain_hangup, explain_refusal, explain_silence
from controller.mqtt.standstill import Standstill
from controller.mqtt.wire import Wire, WiredClient

ANSWER_WITHIN_S: Final = 5.0
"""Longest wait for the TCP connection, the TLS handshake and the broker's answer, each."""
LEAVE_WITHIN_S: Final = 2.0
"""Longest wait for the broker to confirm our last messages when leaving."""
MOST_UNCONFIRMED: Final = 20
"""Messages on their way at once; the rest waits in the outbox, where the oldest can be dropped."""
MOST_PACKET_BYTES: Final = 262_144
"""An MQTT 5 broker keeps larger messages to itself, so nobody fills our memory with one."""
TOPICS_PER_SUBSCRIBE: Final = 8
"""Some brokers take no more in one packet."""
ONLINE: Final = b"online"
OFFLINE: Final = b"offline"

OFFER_WITHIN_S: Final = 0.002
"""Longest wait of an order for the network's thread to finish its turn; a turn takes a tenth of that."""
PACKETS_PER_TURN: Final = 32
"""Packets read before anything is sent: about a millisecond."""
_TURN_S: Final = 1.0
"""Longest time between two looks at the keepalive."""

_log = logging.getLogger(__name__)


class Line:
    """One connection.

    Args:
        settings: Which broker, and how.
        subscriptions: What to listen to.
        inbox: Where received messages go.
        outbox: Where messages to send come from.
        bell: Can be read from when there is something in the outbox, or time to leave.
        stopping: Set when it is time to leave.
        tell_up: Called once the broker has taken us in.
        tell_refused: Called with a topic that the broker does not let us listen to, and why.

    Attributes:
        up: The broker has taken us in.
        lived_s: Once it is over: for how many seconds it was up.
        taken_over: Once it is over: the broker said that another client took our id.
    """

    def __init__(
        self,
        settings: BrokerSettings,
        subscriptions: tuple[Subscription, ...],
        *,
        inbox: Inbox,
        outbox: Outbox,
        bell: socket.socket,
        stopping: threading.Event,
        tell_up: Callable[[], None],
        tell_refused: Callable[[str, str], None],
    ) -> None:
        self._settings = settings
        self._subscriptions = subscriptions
        self._inbox = inbox
        self._outbox = outbox
        self._bell = bell
        self._stopping = stopping
        self._tell_up = tell_up
        self._tell_refused = tell_refused
        self.up = False
        self.taken_over = False
        self._lock = threading.Lock()
        self._client_up: Client | None = None
        self._broken: Exception | None = None
        self._shares_status = any(one.topic == settings.status_topic for one in subscriptions)
        self._asked: dict[int, tuple[str, ...]] = {}
        self._unconfirmed: set[int] = set()
        self._why = ""
        self._up_at: float | None = None
        self.lived_s = 0.0
        self._leave_by: float | None = None
        self._still = Standstill()

    def hold(self) -> str:
        """Connect and serve the connection until it ends; return why it ended."""
        try:
            client = self._client()
            client.reconnect()
            self._serve(client)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong on the wire, the answer is to try again
            return explain(error, self._settings)
        finally:
            self.up = False
            self._client_up = None
            if self._up_at is not None:
                self.lived_s = time.monotonic() - self._up_at
        return self._why or explain_hangup(self._settings)

    def _client(self) -> Client:
        settings = self._settings
        five = settings.protocol == "5"
        client = WiredClient(
            CallbackAPIVersion.VERSION2,
            client_id=settings.connection_id,
            clean_session=None if five else True,
            protocol=MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        client.topics = {one.topic.encode() for one in self._subscriptions}
        client.connect_timeout = ANSWER_WITHIN_S
        client.username_pw_set(settings.username, settings.password)
        client.will_set(settings.status_topic, OFFLINE, qos=1, retain=True)
        if settings.tls:
            client.tls_set_context(self._tls_context())
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_subscribe = self._on_subscribe
        client.on_publish = self._on_publish
        self._address(client)
        return client

    def _address(self, client: Client) -> None:
        host, port, keepalive_s = self._settings.host, self._settings.port, self._settings.keepalive_s
        if self._settings.protocol == "3.1.1":
            client.connect_async(host, port, keepalive_s)
            return
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # the library's gap
        properties.MaximumPacketSize = MOST_PACKET_BYTES
        # No session expiry is given: by the standard the session then ends with the connection.
        client.connect_async(host, port, keepalive_s, clean_start=True, properties=properties)

    def _tls_context(self) -> ssl.SSLContext:
        tls = self._settings.tls
        for file in (tls.ca, tls.cert, tls.key) if tls else ():
            if file:
                file.read_bytes()  # the TLS library would say that a file is missing, but not which
        context = ssl.create_default_context(cafile=tls.ca if tls else None)
        if tls and tls.cert:
            context.load_cert_chain(tls.cert, tls.key)
        return context

    def _serve(self, client: Client) -> None:
        answer_by = time.monotonic() + ANSWER_WITHIN_S
        self._still.turn()
        wire = client.socket()
        assert isinstance(wire, Wire), "reconnect() opens a socket or raises"
        with contextlib.closing(wire), selectors.DefaultSelector() as selector:
            selector.register(self._bell, selectors.EVENT_READ)
            while client.socket() is not None:
                events = _events(selector, wire, writes=client.want_write())
                with self._lock:
                    self._turn(client, events)
                if not self.up and time.monotonic() >= answer_by:
                    raise Refusal(explain_silence(self._settings))

    def _turn(self, client: Client, events: int) -> None:
        if self._broken is not None:
            raise self._broken
        if (still_s := self._still.found_s) is not None:
            raise Refusal(
                f"nothing went on here for {still_s:.0f} s, so what waits at the door is of no known age"
            )
        self._still.turn()
        if events & selectors.EVENT_READ:
            self._read(client)
        if events & selectors.EVENT_WRITE:
            client.loop_write()
        silence(self._bell)
        if self.up:
            self._forward(client)
        if self._stopping.is_set():
            self._leave(client)
        client.loop_misc()

    def _read(self, client: Client) -> None:
        wire = client.socket()
        assert isinstance(wire, Wire), "there is something to read"
        for _ in range(PACKETS_PER_TURN):
            client.loop_read()
            if client.socket() is None or not wire.left:
                break
        if lost := wire.sieve.dropped():
            self._inbox.lose(lost)

    def offer(self, message: Message) -> bool:
        """Send a message at once, from the event loop's thread; False when others are before it.

        Waits 2 ms at most; a socket that takes no more leaves the rest to the network's thread. After a standstill nothing is
        sent: what the devices said meanwhile has to be read before.
        """
        client = self._client_up
        if (
            client is None
            or self._still.found_s is not None
            or not self._lock.acquire(timeout=OFFER_WITHIN_S)
        ):
            return False
        try:
            if not self.up or self._outbox.waiting or not self._may_send(client):
                return False
            self._send(client, message)
        except Exception as error:  # noqa: BLE001 - told by the network's thread, which ends the connection
            self._broken = error
        else:
            if client.socket() is not None and not client.want_write():
                return True
        finally:
            self._lock.release()
        self._outbox.ring()
        return True

    def _may_send(self, client: Client) -> bool:
        return len(self._unconfirmed) < MOST_UNCONFIRMED and not client.want_write()

    def _forward(self, client: Client) -> None:
        while self._may_send(client):
            message = self._outbox.take()
            if message is None:
                return
            self._send(client, message)

    def _send(self, client: Client, message: Message) -> None:
        try:
            info = client.publish(message.topic, message.payload, message.qos, message.retain)
        except ValueError as error:
            _log.error("cannot publish to %r: %s", message.topic, error)
            return
        if message.qos:
            self._unconfirmed.add(info.mid)

    def _leave(self, client: Client) -> None:
        if self._leave_by is None:
            self._leave_by = time.monotonic() + LEAVE_WITHIN_S
            if self.up:
                self._send(client, Message(self._settings.status_topic, OFFLINE, qos=1, retain=True))
        elif time.monotonic() >= self._leave_by:
            raise Refusal("left without the broker's confirmation")
        if not self._unconfirmed and not client.want_write():
            client.disconnect()

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
        self._client_up = client
        self._up_at = time.monotonic()
        self._tell_up()
        self._send(client, Message(self._settings.status_topic, ONLINE, qos=1, retain=True))
        for start in range(0, len(self._subscriptions), TOPICS_PER_SUBSCRIBE):
            self._subscribe(client, self._subscriptions[start : start + TOPICS_PER_SUBSCRIBE])
        if not self._shares_status:
            self._subscribe(client, (Subscription(self._settings.status_topic, qos=1),))

    def _subscribe(self, client: Client, some: tuple[Subscription, ...]) -> None:
        if self._settings.protocol == "5":
            _, mid = client.subscribe([(one.topic, _options(one)) for one in some])
        else:
            _, mid = client.subscribe([(one.topic, one.qos) for one in some])
        if mid is not None:
            self._asked[mid] = tuple(one.topic for one in some)

    def _on_subscribe(
        self, _client: Client, _data: object, mid: int, reasons: list[ReasonCode], _more: Properties | None
    ) -> None:
        for topic, reason in zip(self._asked.pop(mid, ()), reasons, strict=False):
            if reason.is_failure and (self._shares_status or topic != self._settings.status_topic):
                self._tell_refused(topic, str(reason))

    def _on_message(self, client: Client, _data: object, message: MQTTMessage) -> None:
        with contextlib.suppress(UnicodeDecodeError):  # a topic that is not UTF-8 is none of ours
            if message.topic == self._settings.status_topic:
                self._hear_of_ourselves(client, message)
                if not self._shares_status:
                    return
            self._inbox.put((message.topic, bytes(message.payload), message.retain))

    def _hear_of_ourselves(self, client: Client, message: MQTTMessage) -> None:
        """Say that we are there when the last will of an old connection came after it was said."""
        if message.payload == OFFLINE and self._leave_by is None:
            self._send(client, Message(self._settings.status_topic, ONLINE, qos=1, retain=True))

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


def _events(selector: selectors.BaseSelector, wire: Wire, *, writes: bool) -> int:
    """Wait for something to do; return what can be done with the wire."""
    rest_s = wire.rest_s
    reads = selectors.EVENT_READ if not rest_s else 0
    wanted = reads | (selectors.EVENT_WRITE if writes else 0)
    if wire in selector.get_map():
        selector.modify(wire, wanted) if wanted else selector.unregister(wire)
    elif wanted:
        selector.register(wire, wanted)
    ready = {key.fileobj: events for key, events in selector.select(0 if wire.left else rest_s or _TURN_S)}
    return ready.get(wire, 0) | (selectors.EVENT_READ if wire.left else 0)


def _options(one: Subscription) -> SubscribeOptions:
    """Return the options of a subscription.

    Retain-as-published stays off: so the flag marks the messages that the broker had kept, and not those that
    come live from a device which asks the broker to keep everything.
    """
    handling = (
        SubscribeOptions.RETAIN_SEND_ON_SUBSCRIBE if one.replay else SubscribeOptions.RETAIN_DO_NOT_SEND
    )
    return SubscribeOptions(qos=one.qos, retainAsPublished=False, retainHandling=handling)
