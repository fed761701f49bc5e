"""How a connection to the broker is made: in a thread of its own, so that no slow name, network or handshake holds up the event loop."""

import asyncio
import ssl
import threading
from typing import Final

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from controller.broker import BrokerSettings
from controller.mqtt.boxes import call_in
from controller.mqtt.explain import Refusal
from controller.mqtt.wire import Wire, WiredClient

ANSWER_WITHIN_S: Final = 5.0
"""Longest wait for the TCP connection, the TLS handshake and the broker's answer, each."""
MOST_PACKET_BYTES: Final = 262_144
"""An MQTT 5 broker keeps larger messages to itself, so nobody fills our memory with one."""
OFFLINE: Final = b"offline"


def made_client(settings: BrokerSettings, topics: set[bytes]) -> WiredClient:
    """Return a client that can be dialled with.

    Args:
        settings: Which broker, and how.
        topics: What is listened to by its full name.
    """
    five = settings.protocol == "5"
    client = WiredClient(
        CallbackAPIVersion.VERSION2,
        client_id=settings.connection_id,
        clean_session=None if five else True,
        protocol=MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311,
        reconnect_on_failure=False,
    )
    client.topics = topics
    client.connect_timeout = ANSWER_WITHIN_S
    client.username_pw_set(settings.username, settings.password)
    client.will_set(settings.status_topic, OFFLINE, qos=1, retain=True)
    _address(client, settings)
    return client


def _address(client: Client, settings: BrokerSettings) -> None:
    host, port, keepalive_s = settings.host, settings.port, settings.keepalive_s
    if settings.protocol == "3.1.1":
        client.connect_async(host, port, keepalive_s)
        return
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # the library's gap
    properties.MaximumPacketSize = MOST_PACKET_BYTES
    # No session expiry is given: by the standard the session then ends with the connection.
    client.connect_async(host, port, keepalive_s, clean_start=True, properties=properties)


async def dial(client: WiredClient, settings: BrokerSettings) -> Wire:
    """Connect, and ask the broker to take us in; return the open wire.

    Nobody can interrupt a name look-up. Whoever is cancelled here leaves it to itself, and what comes of it is closed.

    Raises:
        Exception: Whatever goes wrong with files, names, network or encryption; for ``explain``.
    """
    loop = asyncio.get_running_loop()
    # In a list that is emptied, or a failure and the frames in it would hold each other, and the socket that the
    # library left open in them.
    waiting: list[asyncio.Future[Wire]] = [loop.create_future()]

    def work() -> None:
        try:
            wire = _dialled(client, settings)
        except Exception as error:  # noqa: BLE001 - carried over to whoever waits
            call_in(loop, _settle, waiting, error)
        else:
            call_in(loop, _settle, waiting, wire)

    threading.Thread(target=work, name="zcw-dial", daemon=True).start()
    try:
        return await waiting[0]
    finally:
        waiting.clear()


def _settle(waiting: "list[asyncio.Future[Wire]]", outcome: Wire | Exception) -> None:
    if not waiting or waiting[0].done():
        if isinstance(outcome, Wire):
            outcome.close()
    elif isinstance(outcome, Wire):
        waiting[0].set_result(outcome)
    else:
        waiting[0].set_exception(outcome)


def _dialled(client: WiredClient, settings: BrokerSettings) -> Wire:
    if settings.tls:
        client.tls_set_context(tls_context(settings))
    client.reconnect()
    wire = client.socket()
    if not isinstance(wire, Wire):
        raise ConnectionResetError("the connection broke as soon as it was made")
    return wire


def tls_context(settings: BrokerSettings) -> ssl.SSLContext:
    """Return how to encrypt: the broker's certificate and name are checked, always.

    Raises:
        OSError: A file cannot be read; it says which.
        Refusal: A file holds something else; it says which.
    """
    tls = settings.tls
    for file in (tls.ca, tls.cert, tls.key) if tls else ():
        if file:
            file.read_bytes()  # the TLS library would say that a file is missing, but not which
    try:
        context = ssl.create_default_context(cafile=tls.ca if tls else None)
    except ssl.SSLError as error:
        raise Refusal(f"{tls.ca if tls else 'the system'} holds no certificates in PEM form") from error
    if tls and tls.cert:
        try:
            context.load_cert_chain(tls.cert, tls.key)
        except ssl.SSLError as error:
            raise Refusal(f"{tls.cert} and {tls.key} are no certificate with its key, in PEM form") from error
    return context
