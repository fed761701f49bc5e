"""The plugs of a load test, and who is beside them: notes when an order came, and says what it is told to."""

import json
import socket
import threading
import time
from typing import Final

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

LOST_AFTER_S: Final = 5.0


class Plugs:
    """Every plug of the house on one connection: notes each order and confirms it, as a real one does."""

    def __init__(self, port: int) -> None:
        self.orders: dict[tuple[int, str], float] = {}
        self.starts = 0
        self.on: set[int] = set()
        self._news = threading.Condition()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="zcw-bench-plugs")
        self._client.on_message = self._hear
        self._client.on_socket_open = _no_delay
        self._client.connect("127.0.0.1", port)
        self._client.subscribe("cmnd/+/POWER", 1)
        self._client.loop_start()

    def tell(self, topic: str, payload: object) -> None:
        """Publish something as a device of the house."""
        self.say(topic, json.dumps(payload))

    def say(self, topic: str, word: str) -> None:
        """Publish a word."""
        self._client.publish(topic, word)

    def _hear(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        now, order = time.monotonic(), message.payload.decode("utf-8", "replace")
        plug = message.topic.split("/")[1]
        if order not in ("ON", "OFF"):
            return
        with self._news:
            number = int(plug.removeprefix("plug"))
            if order == "ON" and (number, "ON") not in self.orders:
                self.starts += 1
            self.orders.setdefault((number, order), now)
            (self.on.add if order == "ON" else self.on.discard)(number)
            self._news.notify_all()
        self.tell(f"stat/{plug}/RESULT", {"POWER": order})

    def forget(self, order: str) -> None:
        """Forget when an order was heard, so that the next one counts."""
        with self._news:
            self.orders = {key: at for key, at in self.orders.items() if key[1] != order}

    def heard(self, number: int, order: str, within_s: float = LOST_AFTER_S) -> float | None:
        """Wait for an order and return when it was heard; None when it was not."""
        with self._news:
            self._news.wait_for(lambda: (number, order) in self.orders, within_s)
            return self.orders.get((number, order))

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()


def _no_delay(_client: Client, _data: object, wire: object) -> None:
    if isinstance(wire, socket.socket):
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
