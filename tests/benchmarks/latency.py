"""Button press on MQTT to relay command on MQTT: the controller, and beside it what people use instead.

All run at once on one broker and are pressed in turn, so that a noisy machine is noisy to all. Who sends small
packets without TCP_NODELAY waits up to 40 ms for the other side's delayed acknowledgement, as soon as they follow
each other quickly; so both kinds of broker, both qualities and any rate can be shown. A pump rests 60 s between runs, so each loop gives one press:
many loops give many samples. The controller sends ON at QoS 0 on purpose, whatever the button's quality.
"""

import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from tests.benchmarks.houses import HEAD, house, line, quantile
from tests.benchmarks.responders import QUALITIES, Responder, bare_paho, home_assistant, node_red
from tests.support.brokers import free_port, mosquitto
from tests.support.home_assistant import NotToBeHad
from tests.support.programs import controller, until

BLOCK = 10
"""Presses of one kind in a row, before the next kind has its turn."""
FIRST_REST_S = 61.0
MOST_LOOPS = 300
FLOOR = "broker alone (probe to itself)"
OURS = "zcw: button -> controller -> relay"


class Probe:
    """Presses buttons on one connection and notes on another when the relay's topic hears of it.

    Button and relay are two devices. On one connection the broker's confirmation of the press would hold the relay's
    message back for 40 ms, which is the probe's doing and nobody's latency.
    """

    def __init__(self, port: int, *topics: str) -> None:
        self._heard = threading.Event()
        self._heard_at = 0.0
        self._wanted = ""
        self.all_heard: set[str] = set()
        self._button, self._relay = (_client(name, port) for name in ("probe-button", "probe-relay"))
        self._relay.on_message = self._on_message
        self._relay.subscribe([(topic, 1) for topic in ("cmnd/+/POWER", "floor/answer", *topics)])
        self._relay.loop_start()
        self._button.loop_start()

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        now = time.perf_counter()
        heard = f"{message.topic} {message.payload.decode()}"
        self.all_heard.add(heard)
        if heard == self._wanted:
            self._heard_at = now
            self._heard.set()

    def tell(self, topic: str, payload: str) -> None:
        self._button.publish(topic, payload)

    def time_ms(self, topic: str, payload: str, wanted: str, qos: int = 0) -> float:
        """Publish, and return the milliseconds until the wanted message was heard."""
        self._wanted = wanted
        self._heard.clear()
        began = time.perf_counter()
        self._button.publish(topic, payload, qos)
        if not self._heard.wait(5):
            raise AssertionError(f"{wanted} was not heard within 5 s")
        return (self._heard_at - began) * 1000

    def close(self) -> None:
        for client in (self._button, self._relay):
            client.disconnect()
            client.loop_stop()


def button_to_relay(folder: Path, presses: int, *, alone: bool, rate: float) -> None:
    """Print the latency of so many presses at each quality of service, on both kinds of broker."""
    presses = min(presses, MOST_LOOPS // len(QUALITIES))
    for number, settings in enumerate(((), ("set_tcp_nodelay true",))):
        place = folder / str(number)
        place.mkdir()
        kind = settings[0] if settings else "as it comes"
        print(f"\nButton to relay over a real Mosquitto, {kind}; {rate:g} presses a second")
        for qos, rows in _measured(place, presses, settings, alone=alone, rate=rate).items():
            print(f"{HEAD}  QoS {qos}")
            for label, values in rows.items():
                print(line(label, values), flush=True)
            print(_verdict(rows))


def _measured(
    folder: Path, presses: int, settings: Sequence[str], *, alone: bool, rate: float
) -> dict[int, dict[str, list[float]]]:
    loops = presses * len(QUALITIES)
    with ExitStack() as stack:
        broker = stack.enter_context(mosquitto(*settings))
        stack.enter_context(controller(house(folder, broker.port, free_port(), loops), within_s=60))
        probe = Probe(broker.port, "bench/+/relay/+")
        stack.callback(probe.close)
        began = time.monotonic()
        others = [*_others(stack, broker.port, folder, alone=alone)]
        _first_rest(probe, loops, until_s=began + FIRST_REST_S)
        rows: dict[int, dict[str, list[float]]] = {qos: {} for qos in QUALITIES}
        for start in range(0, loops, BLOCK):
            qos = QUALITIES[start // BLOCK % len(QUALITIES)]
            numbers = range(start, min(loops, start + BLOCK))
            for label, value in _block(probe, others, numbers, qos, 1 / rate):
                rows[qos].setdefault(label, []).append(value)
    return rows


def _others(stack: ExitStack, port: int, folder: Path, *, alone: bool) -> Iterator[Responder]:
    makers = (
        lambda: bare_paho(port, no_delay=False),
        lambda: bare_paho(port, no_delay=True),
        lambda: home_assistant(port, folder),
        lambda: node_red(port, folder),
    )
    for make in makers[:2] if alone else makers:
        try:
            yield stack.enter_context(make())
        except NotToBeHad as error:
            print(f"  left out: {error}")


def _first_rest(probe: Probe, loops: int, *, until_s: float) -> None:
    until(
        lambda: sum("OFF" in heard for heard in probe.all_heard) >= loops - 5,
        within_s=60,
        what="every pump is ordered off",
    )
    while True:
        for number in range(loops):
            probe.tell(f"zigbee2mqtt/sensor{number}", '{"temperature": 20.0}')
            probe.tell(f"stat/plug{number}/RESULT", '{"POWER": "OFF"}')
        if time.monotonic() > until_s:
            break
        time.sleep(10)
    time.sleep(3)  # what was just told is told on to Home Assistant


def _block(
    probe: Probe, others: Sequence[Responder], numbers: Sequence[int], qos: int, spacing_s: float
) -> Iterator[tuple[str, float]]:
    """Press everything as often as there are numbers, one after the other."""
    for number in numbers:
        time.sleep(spacing_s)
        yield FLOOR, probe.time_ms("floor/answer", str(number), f"floor/answer {number}", qos)
    press = json.dumps({"action": "single"})
    for number in numbers:
        time.sleep(spacing_s)
        yield OURS, probe.time_ms(f"zigbee2mqtt/button{number}", press, f"cmnd/plug{number}/POWER ON", qos)
    for number in numbers:
        # Plugs confirm; without that the loops already pressed would chase their confirmations meanwhile.
        probe.tell(f"stat/plug{number}/RESULT", '{"POWER": "ON"}')
    for other in others:
        for _ in numbers:
            time.sleep(spacing_s)
            yield other.label, probe.time_ms(other.button(qos), "single", f"{other.relay(qos)} ON", qos)


def _verdict(rows: dict[str, list[float]]) -> str:
    """Return how the controller compares, in words."""
    p99 = {label: quantile(values, 0.99) for label, values in rows.items()}
    median = {label: quantile(values, 0.5) for label, values in rows.items()}
    scripts = [label for label in rows if "script" in label]
    words = [f"p99 {p99[OURS] - p99[label]:+.2f} ms against the {label}" for label in scripts]
    words += [
        f"median {median[label] / median[OURS]:.1f} x, p99 {p99[label] / p99[OURS]:.1f} x faster than {label}"
        for label in rows
        if label not in (FLOOR, OURS, *scripts)
    ]
    return "   zcw: " + "; ".join(words)


def _client(name: str, port: int) -> Client:
    client = Client(CallbackAPIVersion.VERSION2, client_id=name)
    client.on_socket_open = _no_delay
    client.connect("127.0.0.1", port)
    return client


def _no_delay(_client: Client, _data: object, wire: object) -> None:
    if isinstance(wire, socket.socket):
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
