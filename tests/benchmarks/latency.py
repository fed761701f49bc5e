"""Button press on MQTT to relay command on MQTT, through the whole controller; the broker alone beside it.

A pump rests 60 s between runs, so each loop gives one press: many loops give many samples. Presses of the two
kinds alternate, so that a noisy machine is noisy to both. They are far enough apart for TCP's delayed
acknowledgements (40 ms): closer together, a Mosquitto without ``set_tcp_nodelay true`` holds small messages back,
and the numbers would be the broker's.
"""

import json
import threading
import time
from pathlib import Path

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from tests.benchmarks.houses import HEAD, house, line
from tests.support.brokers import free_port, mosquitto
from tests.support.programs import controller, until

SPACING_S = 0.2
FIRST_REST_S = 61.0


class Probe:
    """Presses buttons and notes when the relay's topic hears of it."""

    def __init__(self, port: int) -> None:
        self._heard = threading.Event()
        self._heard_at = 0.0
        self._wanted = ""
        self.all_heard: set[str] = set()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="probe")
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port)
        self._client.subscribe([("cmnd/+/POWER", 0), ("floor/answer", 0)])
        self._client.loop_start()

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        now = time.perf_counter()
        heard = f"{message.topic} {message.payload.decode()}"
        self.all_heard.add(heard)
        if heard == self._wanted:
            self._heard_at = now
            self._heard.set()

    def tell(self, topic: str, payload: str) -> None:
        self._client.publish(topic, payload)

    def time_ms(self, topic: str, payload: str, wanted: str) -> float:
        """Publish, and return the milliseconds until the wanted message was heard."""
        self._wanted = wanted
        self._heard.clear()
        began = time.perf_counter()
        self._client.publish(topic, payload)
        if not self._heard.wait(5):
            raise AssertionError(f"{wanted} was not heard within 5 s")
        return (self._heard_at - began) * 1000

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def button_to_relay(folder: Path, presses: int) -> None:
    """Print the latency of so many presses."""
    print(
        f"\nButton to relay over a real Mosquitto, {presses} loops (waits {FIRST_REST_S:.0f} s for the first rest)"
    )
    with mosquitto() as broker:
        config = house(folder, broker.port, free_port(), presses)
        with controller(config, within_s=60):
            probe = Probe(broker.port)
            began = time.monotonic()
            until(
                lambda: sum("OFF" in heard for heard in probe.all_heard) >= presses - 5,
                within_s=30,
                what="every pump is ordered off",
            )
            while time.monotonic() - began < FIRST_REST_S:
                for number in range(presses):
                    probe.tell(f"zigbee2mqtt/sensor{number}", '{"temperature": 20.0}')
                    probe.tell(f"stat/plug{number}/RESULT", '{"POWER": "OFF"}')
                time.sleep(10)
            through, floor = [], []
            press = json.dumps({"action": "single"})
            for number in range(presses):
                floor.append(probe.time_ms("floor/answer", str(number), f"floor/answer {number}"))
                time.sleep(SPACING_S / 2)
                through.append(
                    probe.time_ms(f"zigbee2mqtt/button{number}", press, f"cmnd/plug{number}/POWER ON")
                )
                # A plug confirms; without that the loops already pressed would chase their confirmations meanwhile.
                probe.tell(f"stat/plug{number}/RESULT", '{"POWER": "ON"}')
                time.sleep(SPACING_S / 2)
            probe.close()
    print(HEAD)
    print(line("broker alone (probe to itself)", floor))
    print(line("button -> controller -> relay command", through))
